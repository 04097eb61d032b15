"""What a check says about a sandbox, under every answer that the sandbox can give, and that it only reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import import_formats, imports, segments, targets
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.assurance.checks import check
from airflow_provider_np6.assurance.findings import Finding, Report, Verdict
from airflow_provider_np6.assurance.questions import QUESTIONS
from airflow_provider_np6.assurance.reader import Reader
from airflow_provider_np6.exceptions import NP6UnavailableError, NP6UnreadableAnswerError
from airflow_provider_np6.sandbox import ASSUMPTIONS, RunningSandbox, running_sandbox
from tests.contract.contract import operations

ADDRESS = "josephine.quickenborne@example.com"


class Account:
    """A sandbox, and a client of it that checks."""

    def __init__(self, sandbox: RunningSandbox, client: NP6Client) -> None:
        self.sandbox, self.client = sandbox, client
        self.target_id: str | None = None

    def fill(self, tmp_path: Path, values: dict[str, str]) -> None:
        """A target, an import that ran and one that never did, a segment."""
        self.target_id = self.client.send(targets.create_target(values)).id
        binding = self.client.send(import_formats.create_import_format("one", [8103]))
        self.client.send(imports.create_import("never ran", binding))
        made = self.client.send(imports.create_import("ran", binding))
        file = tmp_path / "one.csv"
        file.write_text("Email\nsomebody@example.com\n")
        self.client.send(imports.upload_source(made.id, file, "one.csv"))
        self.client.send(imports.execute_import(made.id, binding))
        self.client.send(segments.create_segment("s", "d", datetime(2030, 1, 1, tzinfo=UTC)))

    def fill_a_segment(self) -> None:
        """A segment with more members than one source says a list has."""
        made = self.client.send(segments.create_segment("large", "d", datetime(2030, 1, 1, tzinfo=UTC)))
        ids = [self.client.send(targets.create_target({"Email": f"m{n}@example.com"})).id for n in range(40)]
        self.client.send(segments.add_members(made.id, ids))

    def check(self, target_id: str | None = None) -> Report:
        self.sandbox.clear_requests()
        report = check(self.client.send, "np6", target_id)
        asked = self.sandbox.requests()
        assert {request["method"] for request in asked} == {"GET"}
        assert all(request["body"] is None for request in asked)
        assert [finding.question for finding in report.findings] == list(QUESTIONS)
        return report

    def found(self, name: str, target_id: str | None = None) -> Finding:
        return finding(self.check(target_id), name)

    def fault(self, path: str, status: int, body: Any = None, **match: Any) -> None:
        headers = {"Content-Type": "application/json"}
        strike = {"kind": "status", "status": status, "headers": headers, "times": None, "match": {"path": path}}
        self.sandbox.script_faults([strike | ({} if body is None else {"body": json.dumps(body)})])


def finding(report: Report, name: str) -> Finding:
    return next(one for one in report.findings if one.question.name == name)


def verdicts(report: Report) -> dict[str, str]:
    return {one.question.name: one.verdict.value for one in report.findings}


@pytest.fixture
def make_account() -> Iterator[Callable[..., Account]]:
    with ExitStack() as stack:

        def make(**options: Any) -> Account:
            sandbox = stack.enter_context(running_sandbox(import_seconds=0, **options))
            settings = ApiSettings(host=sandbox.url, key=options.get("keys", (sandbox.key,))[0].partition(":")[0])
            return Account(sandbox, stack.enter_context(NP6Client(settings)))

        yield make


@pytest.fixture
def account(make_account: Callable[..., Account], tmp_path: Path) -> Account:
    account = make_account()
    account.fill(tmp_path, {"Email": ADDRESS, "Lastname": "Quickenborne"})
    return account


class TestOfAnAccountThatIsAsAssumed:
    def test_what_can_be_read_holds(self, account: Account) -> None:
        report = account.check(account.target_id)
        assert report.of(Verdict.FELL) == []
        assert not report.breaks_defaults
        untold = {one.question.name for one in report.of(Verdict.UNTOLD) if one.seen != "takes more than reading"}
        assert untold == {"start-at", "member-list"}
        assert {one.seen for one in report.of(Verdict.HELD) if one.question.name == "never-run"} == {"404"}
        assert report.calls == len(account.sandbox.requests())

    def test_an_empty_account_tells_less(self, make_account: Callable[..., Account]) -> None:
        report = make_account().check()
        assert report.of(Verdict.FELL) == []
        assert {"import-state", "import-formats-served", "target-shape"} <= {
            one.question.name for one in report.of(Verdict.UNTOLD)
        }

    def test_it_says_nothing_about_people(self, account: Account) -> None:
        said = json.dumps(account.check(account.target_id).to_json()).lower()
        assert "josephine" not in said
        assert "quickenborne" not in said
        assert str(account.target_id).lower() not in said

    def test_what_cannot_be_told_says_how_to_find_out(self, account: Account) -> None:
        for one in account.check().of(Verdict.UNTOLD):
            assert one.to_do, one.question.name

    def test_two_unicity_fields(self, make_account: Callable[..., Account], tmp_path: Path) -> None:
        account = make_account(account="two-unicity")
        account.fill(tmp_path, {"Email": ADDRESS, "Brand": "One & Co"})
        report = account.check(account.target_id)
        assert report.of(Verdict.FELL) == []
        assert finding(report, "unicity-fields").seen == "Email + Brand"
        assert finding(report, "unicity-query").seen == "found by 2 value(s)"
        assert finding(report, "hash").verdict is Verdict.UNTOLD


@pytest.mark.parametrize(("name", "answer"), [(row.name, answer) for row in ASSUMPTIONS for answer in row.choices])
def test_under_every_answer(make_account: Callable[..., Account], tmp_path: Path, name: str, answer: str) -> None:
    account = make_account(assume={name: answer}, rate=1000)
    account.fill(tmp_path, {"8103" if (name, answer) == ("write-keys", "id") else "Email": ADDRESS})
    if name == "member-list":
        account.fill_a_segment()
    report = account.check(account.target_id)
    if name in SEEN:
        verdict, seen = SEEN[name][answer]
        assert (finding(report, name).verdict, finding(report, name).seen) == (verdict, seen)
    else:
        assert finding(report, name).verdict is Verdict.UNTOLD
    assert [one.question.name for one in report.of(Verdict.FELL)] == ([name] if answer == "first-30" else [])


# What reading shows of an answer; the other assumptions take a write.
SEEN = {
    "never-run": {
        "404": (Verdict.HELD, "404"),
        "204": (Verdict.HELD, "204"),
        "0": (Verdict.HELD, "200 with state 0"),
    },
    "empty-redlist": {"200": (Verdict.HELD, "mail 200, sms 200"), "204": (Verdict.HELD, "mail 204, sms 204")},
    "rate-reset": {
        "epoch": (Verdict.HELD, "a point in time"),
        "epoch-ms": (Verdict.HELD, "a point in time"),
        "delta": (Verdict.HELD, "a number of seconds"),
    },
    "rate-headers": {"yes": (Verdict.HELD, "on 21 of 21 answers"), "no": (Verdict.HELD, "on 0 of 21 answers")},
    "guessed-paths": {"404": (Verdict.HELD, "not served (404)"), "served": (Verdict.HELD, "served")},
    "member-list": {
        "all": (Verdict.HELD, "lists 40 of about 40 members"),
        "first-30": (Verdict.FELL, "lists 30 of about 40 members"),
    },
}


class TestOfAnAccountThatDiffers:
    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("^/fields$", "fields-served"),
            ("^/valueLists", "value-lists-served"),
            ("^/imports$", "imports-served"),
            ("^/importFormats/", "import-formats-served"),
            ("^/segments$", "segments-served"),
            ("^/targets/count$", "count-served"),
        ],
    )
    def test_what_is_no_longer_served(self, account: Account, path: str, name: str) -> None:
        account.fault(path, 410)
        report = account.check()
        assert finding(report, name).verdict is Verdict.FELL
        assert report.breaks_defaults
        assert finding(report, name).to_do

    def test_what_the_defaults_do_not_rely_on(self, account: Account) -> None:
        account.fault("^/actions$", 404)
        report = account.check()
        assert verdicts(report)["actions-served"] == "fell"
        assert not report.breaks_defaults

    def test_an_unknown_state(self, account: Account) -> None:
        account.fault("/executions$", 200, {"state": 7})
        assert account.found("import-state").seen == "states that the client does not know: 7"

    def test_an_absent_target_that_is_an_empty_answer(self, account: Account) -> None:
        account.fault("^/targets$", 200, [])
        found = account.found("absent-target")
        assert (found.verdict, found.seen) == (Verdict.FELL, "200, with a body")

    def test_targets_of_another_shape(self, account: Account) -> None:
        account.fault("^/targets/[0-9A-Z]+$", 200, {"id": account.target_id, "fields": {"Email": ADDRESS}})
        found = account.found("target-shape", account.target_id)
        assert found.verdict is Verdict.FELL
        assert ADDRESS not in found.seen

    def test_an_account_without_unicity(self, account: Account) -> None:
        account.fault("^/fields$", 200, [{"id": 1, "name": "Email\x1b[31m", "type": "email"}])
        report = account.check()
        assert verdicts(report)["unicity-fields"] == "fell"
        assert verdicts(report)["absent-target"] == "cannot tell"

    def test_names_of_the_account_cannot_command_a_terminal(self, account: Account) -> None:
        account.fault("^/fields$", 200, [{"id": 1, "name": "E\x1b[31m", "type": "email", "isUnicity": True}])
        assert account.found("unicity-fields").seen == "E?[31m"

    def test_a_target_that_is_not_there(self, account: Account) -> None:
        found = account.found("target-shape", "000ZZZZZ")
        assert (found.verdict, found.seen) == (Verdict.UNTOLD, "no target has this id")

    def test_one_part_that_does_not_answer(self, account: Account) -> None:
        account.client.settings = ApiSettings(host=account.sandbox.url, key=account.sandbox.key, max_retries=0)
        account.fault("^/imports", 503)
        report = account.check()
        assert finding(report, "imports-served").seen == "no answer: NP6UnavailableError"
        assert finding(report, "segments-served").verdict is Verdict.HELD


class TestOfAKey:
    def test_a_wrong_key(self, make_account: Callable[..., Account]) -> None:
        account = make_account()
        account.fault("^/", 401)
        report = account.check()
        assert finding(report, "key").seen == "refused (401)"
        assert report.breaks_defaults
        assert len(report.of(Verdict.UNTOLD)) == len(QUESTIONS) - 1

    def test_a_key_that_may_only_read(self, make_account: Callable[..., Account]) -> None:
        assert make_account(keys=("reader:read-only",)).check().of(Verdict.FELL) == []

    def test_a_key_that_may_not_read_all(self, account: Account) -> None:
        account.fault("^/imports$", 403)
        report = account.check()
        assert finding(report, "key").seen == "accepted, but it may not read /imports"
        assert finding(report, "imports-served").verdict is Verdict.UNTOLD
        assert report.breaks_defaults


def test_something_else_than_np6_is_no_finding(account: Account) -> None:
    page = {"kind": "status", "status": 404, "headers": {"Content-Type": "text/html"}, "body": "<html>", "times": None}
    account.sandbox.script_faults([page])
    with pytest.raises(NP6UnreadableAnswerError):
        account.check()


def test_nobody_there_is_no_finding() -> None:
    settings = ApiSettings(host="http://127.0.0.1:9", key="k", max_retries=0)
    with NP6Client(settings) as client, pytest.raises(NP6UnavailableError):
        check(client.send, "np6")


def test_a_reader_sends_nothing_but_gets(account: Account) -> None:
    account.sandbox.clear_requests()
    with pytest.raises(ValueError, match="reads and does nothing else"):
        Reader(account.client.send).look(targets.delete_target("000A0000"))
    assert account.sandbox.requests() == []


class TestQuestions:
    def test_each_open_question_of_the_sandbox_is_one(self) -> None:
        assert {row.name for row in ASSUMPTIONS} <= {row.name for row in QUESTIONS}

    def test_names_are_unique(self) -> None:
        assert len({row.name for row in QUESTIONS}) == len(QUESTIONS)

    def test_their_operations_are_in_the_contract(self) -> None:
        known = {" ".join(key) for key in operations()}
        assert {name for row in QUESTIONS for name in row.operations} <= known

    def test_what_is_relied_on_has_a_remedy(self) -> None:
        assert [row.name for row in QUESTIONS if row.relied and not row.otherwise] == []
