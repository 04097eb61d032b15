"""NP6ApiOperator in real tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.operators.api_call import NP6ApiOperator
from airflow_provider_np6.sandbox import RunningSandbox
from tests.operators.conftest import Run, Said

SEGMENT = {
    "name": "Readers",
    "description": "Made by a test.",
    "type": "static",
    "isTest": False,
    "expiration": "2030-01-01T00:00:00Z",
}


def call(**arguments: Any) -> NP6ApiOperator:
    return NP6ApiOperator(task_id="call", **arguments)


def creation(**arguments: Any) -> NP6ApiOperator:
    return call(**{"method": "POST", "path": "/segments", "body": SEGMENT, **arguments})


def sent(sandbox: RunningSandbox) -> list[tuple[str, str]]:
    return [(request["method"], request["path"]) for request in sandbox.requests()]


def test_it_returns_status_and_request_id_and_nothing_of_the_body(run_task: Run, sandbox: RunningSandbox) -> None:
    outcome = run_task(lambda: call(path="/targets/count"))
    assert outcome.state == "success"
    assert outcome.value["status"] == 200
    assert set(outcome.value) == {"status", "request_id"}
    assert len(outcome.value["request_id"]) > 8


def test_a_filter_says_what_it_returns(run_task: Run) -> None:
    outcome = run_task(lambda: creation(response_filter=lambda answer: answer.json()["name"]))
    assert outcome.value == "Readers"


def test_path_query_body_and_headers_are_templates(run_task: Run, sandbox: RunningSandbox) -> None:
    body = SEGMENT | {"name": 'Readers of "{{ dag.dag_id }}"'}
    headers = {"X-Test": "{{ task.task_id }}"}
    query = {"of": "{{ 1 + 1 }}"}
    run_task(lambda: creation(path="/{{ 'seg' }}ments", body=body, headers=headers, query=query))
    [request] = sandbox.requests()
    assert (request["path"], request["query"]) == ("/segments", "of=2")
    assert {name.lower(): value for name, value in request["headers"].items()}["x-test"] == "call"
    assert json.loads(request["body"])["name"].startswith('Readers of "')
    assert "{{" not in request["body"]


def test_a_body_from_text(run_task: Run, sandbox: RunningSandbox) -> None:
    text = '{"name": {{ \'say "hi"\' | tojson }}, ' + json.dumps(SEGMENT | {"name": None}).removeprefix(
        '{"name": null, '
    )
    assert run_task(lambda: creation(body=text)).state == "success"
    assert json.loads(sandbox.requests()[0]["body"])["name"] == 'say "hi"'


def test_a_body_from_a_file(tmp_path: Path) -> None:
    from airflow.providers.common.compat.sdk import DAG

    (tmp_path / "segment.json").write_text(json.dumps(SEGMENT))
    with DAG(dag_id="with_a_file", schedule=None, template_searchpath=str(tmp_path)):
        task = creation(body="segment.json")
    task.resolve_template_files()
    assert json.loads(task.body) == SEGMENT


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"method": "POST", "path": "/segments", "body": "{oops"}, "the body is text, but no JSON"),
        ({"method": "POST", "path": "/segments", "body": ""}, "the body is text, but no JSON"),
        ({"path": "https://example.com/fields"}, "names no host"),
        ({"method": "DELETE", "path": "/targets"}, "body that names its targets"),
        ({"method": "LIST", "path": "/targets"}, "the method is one of"),
        ({"path": "/fields", "headers": {"X-Key": "mine"}}, "the header 'X-Key' cannot be given"),
        ({"path": "/fields", "body": {1, 2}}, "cannot make this call"),
    ],
)
def test_a_call_that_cannot_be_made(
    run_task: Run, sandbox: RunningSandbox, said: Said, arguments: dict[str, Any], sentence: str
) -> None:
    assert run_task(lambda: call(**arguments, retries=1)).state == "failed"
    assert sentence in said.text
    assert sent(sandbox) == []


class TestChecks:
    def test_no_fails_a_call_that_may_come_again(self, run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
        answers = iter([False, True])
        outcome = run_task(
            lambda: call(path="/targets/count", response_check=lambda _: next(answers), retries=1, retry_delay=0.01)
        )
        assert "response_check says that this will not do" in said.text
        assert outcome.state == "success"
        assert len(sent(sandbox)) == 2

    def test_no_fails_any_other_for_good(self, run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
        outcome = run_task(lambda: creation(response_check=lambda _: False, retries=3, retry_delay=0.01))
        assert outcome.state == "failed"
        assert sent(sandbox) == [("POST", "/segments")]

    def test_an_error_in_a_filter_does_not_send_again(self, run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
        outcome = run_task(lambda: creation(response_filter=lambda answer: answer.json()["nope"], retries=3))
        assert outcome.state == "failed"
        assert "NP6 carried the call out (200)" in said.text
        assert sent(sandbox) == [("POST", "/segments")]

    def test_a_check_may_skip(self, run_task: Run) -> None:
        from airflow.providers.common.compat.sdk import AirflowSkipException

        def check(answer: Any) -> bool:
            raise AirflowSkipException("nothing to do")

        assert run_task(lambda: creation(response_check=check)).value is None


class TestWhatIsNotRepeatable:
    def test_a_lost_answer_is_an_unknown_outcome(self, run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
        sandbox.script_faults([{"kind": "reset-after", "match": {"method": "POST"}}])
        assert run_task(lambda: creation(retries=3, retry_delay=0.01)).state == "failed"
        assert "The call is not safe to repeat: look in NP6 whether it was carried out." in said.text
        assert sent(sandbox) == [("POST", "/segments")]

    def test_nor_is_a_5xx_tried_again(self, run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
        sandbox.script_faults([{"kind": "status", "status": 503, "match": {"method": "POST"}}])
        assert run_task(lambda: creation(retries=3, retry_delay=0.01)).state == "failed"
        assert "which is not safe to repeat" in said.text
        assert sent(sandbox) == [("POST", "/segments")]

    def test_a_429_is(self, run_task: Run, sandbox: RunningSandbox) -> None:
        fault = {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}, "match": {"method": "POST"}}
        sandbox.script_faults([fault])
        assert run_task(creation).state == "success"
        assert len(sent(sandbox)) == 2

    def test_it_has_no_airflow_retries(self) -> None:
        assert creation(retries=3).retries == 0
        assert call(method="put", path="/fields/1", retries=3).retries == 0
        assert creation(retries=3, repeatable=True).retries == 3
        assert call(path="/fields", retries=3).retries == 3


def test_what_is_accepted_is_an_answer(run_task: Run) -> None:
    assert run_task(lambda: call(path="/segments/9999")).state == "failed"
    assert run_task(lambda: call(path="/segments/9999", accepted=[404])).value["status"] == 404


def test_a_wrong_key_fails_with_the_remedy(run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
    sandbox.script_faults([{"kind": "status", "status": 401}])
    assert run_task(lambda: call(path="/fields")).state == "failed"
    assert "put the account's X-Key into the connection's password" in said.text


def test_no_value_of_the_call_is_said(run_task: Run, sandbox: RunningSandbox, said: Said) -> None:
    who = "josephine.quickenborne@example.com"
    arguments = {"path": "/targets", "query": {"unicity": who}, "accepted": [404]}
    assert run_task(lambda: call(**arguments)).state == "success"
    run_task(lambda: call(method="POST", path="/targets", body={"Email": who, "Nope": who}))
    assert "josephine" not in said.text
