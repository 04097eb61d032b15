"""The page on evidence is what the contract, the client and the open questions make it."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.assurance.checks import check
from airflow_provider_np6.assurance.findings import TAKES_MORE
from airflow_provider_np6.assurance.questions import QUESTIONS
from airflow_provider_np6.sandbox import RunningSandbox
from tests.contract.contract import operations, pattern_of
from tests.docs.how_sure import PAGE, READ_BY_CHECK, READABLE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.docs.how_sure"


def test_every_operation_and_every_question_is_on_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [key for key in operations() if f"| `{' '.join(key)}` |" not in text] == []
    assert [row.name for row in QUESTIONS if f"### {row.name}\n" not in text] == []


def test_what_cannot_be_read_has_a_way_by_hand() -> None:
    assert {row.name for row in QUESTIONS if not row.by_hand} <= READABLE


def test_what_a_check_reads(sandbox: RunningSandbox, tmp_path: Path) -> None:
    from tests.assurance.test_checks import ADDRESS, Account

    with NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key)) as client:
        account = Account(sandbox, client)
        account.fill(tmp_path, {"Email": ADDRESS})
        account.fill_a_segment()
        sandbox.clear_requests()
        report = check(client.send, "np6", account.target_id)
    told = {finding.question.name for finding in report.findings if finding.seen != TAKES_MORE}
    assert told - {"start-at"} == READABLE
    asked = {(request["method"], request["path"]) for request in sandbox.requests()}
    read = {_operation(method, path) for method, path in asked}
    assert {key for key in read if key is not None} == READ_BY_CHECK


def _operation(method: str, path: str) -> tuple[str, str] | None:
    # Literal paths before templates.
    keys = sorted(operations(), key=lambda key: key[1].count("{"))
    return next((key for key in keys if key[0] == method and pattern_of(key[1]).fullmatch(path)), None)
