"""Faults on demand, and the record of requests."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Api, MakeApi, dumps, lines

PUT_TARGETS = {"match": {"method": "PUT", "path": "^/targets$"}}


def test_status_a_number_of_times(api: Api) -> None:
    fault = {**PUT_TARGETS, "times": 2, "kind": "status", "status": 503, "headers": {"Retry-After": "7"}, "body": "no"}
    api.sandbox.script_faults([fault])
    body = {"Email": "a@example.com"}
    assert api("GET", "/targets/count").status_code == 200
    answers = [api("PUT", "/targets", body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert (answers[0].headers["Retry-After"], answers[0].text) == ("7", "no")
    assert answers[0].headers["x-request-id"]


def test_skip_lets_calls_pass_first(api: Api) -> None:
    api.sandbox.script_faults([{"kind": "status", "status": 500, "skip": 1, "times": None}])
    assert [api("GET", "/me").status_code for _ in range(3)] == [200, 500, 500]
    api.sandbox.script_faults([])
    assert api("GET", "/me").status_code == 200


def test_latency_adds_to_another_fault(api: Api) -> None:
    api.sandbox.script_faults([{"kind": "latency", "seconds": 0.3}, {"kind": "status", "status": 502}])
    began = time.monotonic()
    assert api("GET", "/me").status_code == 502
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(("kind", "applied"), [("reset-before", 0), ("reset-after", 1)])
def test_resets(api: Api, kind: str, applied: int) -> None:
    api.sandbox.script_faults([{**PUT_TARGETS, "kind": kind}])
    with pytest.raises(requests.ConnectionError):
        api("PUT", "/targets", {"Email": "a@example.com"})
    assert len(api.sandbox.targets()) == applied
    assert api.sandbox.requests()[-1]["status"] is None


def test_truncated_answer(api: Api) -> None:
    api.sandbox.script_faults([{"kind": "truncate", "match": {"path": "^/fields"}}])
    with pytest.raises(requests.exceptions.RequestException):
        api("GET", "/fields")
    assert len(api("GET", "/fields").json()) == 13


def test_faults_come_before_the_key_is_checked(api: Api) -> None:
    api.sandbox.script_faults([{"kind": "status", "status": 503}])
    assert requests.get(f"{api.sandbox.url}/me", timeout=10).status_code == 503


@pytest.mark.parametrize(("drop", "missing"), [({"every": 3}, {3, 6, 9}), ({"lines": [1, 10]}, {1, 10})])
def test_dropped_lines(api: Api, drop: dict[str, Any], missing: set[int]) -> None:
    api.sandbox.script_faults([{"kind": "drop-lines", **drop}])
    content = lines(*(f"p{n}@example.com;Ann;x" for n in range(1, 11)))
    assert api.bring(content) == 1
    assert set(api.named()) == {f"p{n}@example.com" for n in range(1, 11) if n not in missing}
    assert api.bring(content) == 1
    assert len(api.named()) == 10


@pytest.mark.parametrize(
    ("fault", "state", "targets"),
    [({"kind": "import-fails"}, 2, 0), ({"kind": "import-state", "state": 7}, 7, 1)],
)
def test_states_of_imports(api: Api, fault: dict[str, Any], state: int, targets: int) -> None:
    api.sandbox.script_faults([fault])
    assert api.bring(lines("a@example.com;Ann;x")) == state
    assert len(api.sandbox.targets()) == targets


def test_an_import_that_hangs(api: Api) -> None:
    api.sandbox.script_faults([{"kind": "import-hangs", "match": {"path": "/executions$"}}])
    number = api.define(api.binding())
    api.upload(number, lines("a@example.com;Ann;x"))
    api("POST", f"/imports/{number}/executions", {})
    time.sleep(0.2)
    assert api("GET", f"/imports/{number}/executions").json() == {"state": 0}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "unknown"},
        {"kind": "status"},
        {"kind": "status", "status": "503"},
        {"kind": "latency", "seconds": 1, "second": 2},
        {"kind": "reset-before", "match": {"path": "("}},
        "reset-before",
    ],
)
def test_a_bad_script_is_told_and_changes_nothing(api: Api, fault: object) -> None:
    api.sandbox.script_faults([{"kind": "status", "status": 503}])
    answer = api("POST", "/sandbox/faults", data=dumps([fault]), headers={"Content-Type": "application/json"})
    assert (answer.status_code, bool(answer.text)) == (400, True)
    assert api("GET", "/me").status_code == 503


def test_script_from_a_file(make_api: MakeApi, tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    path.write_text('[{"kind": "status", "status": 418, "match": {"method": "get"}}]')
    api = make_api(faults=path)
    assert [api("GET", "/me").status_code for _ in range(2)] == [418, 200]


def test_probability_is_seeded(make_api: MakeApi) -> None:
    def outcomes(seed: int) -> list[int]:
        api = make_api(seed=seed)
        api.sandbox.script_faults([{"kind": "status", "status": 503, "times": -1, "probability": 0.5}])
        return [api("GET", "/me").status_code for _ in range(30)]

    first = outcomes(1)
    assert {200, 503} == set(first)
    assert outcomes(1) == first
    assert outcomes(2) != first


def test_a_posted_script_behaves_the_same_each_time(make_api: MakeApi) -> None:
    api = make_api(seed=1)

    def outcomes() -> list[int]:
        api.sandbox.script_faults([{"kind": "status", "status": 503, "times": -1, "probability": 0.5}])
        return [api("GET", "/me").status_code for _ in range(30)]

    assert outcomes() == outcomes()


def test_requests_are_recorded_without_the_key(api: Api) -> None:
    api("PUT", "/targets?unicity=a%40example.com", {"Email": "a@example.com"})
    number = api.define(None)
    api.upload(number, "x" * 100)
    seen = api.sandbox.requests()
    assert [(row["method"], row["path"], row["status"]) for row in seen] == [
        ("PUT", "/targets", 200),
        ("POST", "/imports", 200),
        ("PUT", f"/imports/{number}/source", 200),
    ]
    assert seen[0]["query"] == "unicity=a%40example.com"
    assert seen[0]["body"] == '{"Email": "a@example.com"}'
    assert (seen[2]["body"], seen[2]["bytes"]) == (None, 100)
    assert api.sandbox.key not in str(seen)
    api.sandbox.clear_requests()
    assert api.sandbox.requests() == []


def test_long_bodies_are_not_recorded(api: Api) -> None:
    api("PUT", "/targets", {"Email": "a@example.com", "Notes": "x" * 70_000})
    (seen,) = api.sandbox.requests()
    assert (seen["body"], seen["status"]) == (None, 200)
    assert seen["bytes"] > 70_000


def test_headers_of_a_fault_win_over_the_sandbox_s_own(api: Api) -> None:
    headers = {"x-ratelimit-reset": "7", "X-RateLimit-Limit": "5"}
    api.sandbox.script_faults([{"kind": "status", "status": 429, "headers": headers}])
    answer = api("GET", "/me")
    assert (answer.headers["X-RateLimit-Reset"], answer.headers["X-RateLimit-Limit"]) == ("7", "5")
    assert answer.headers["X-RateLimit-Remaining"]
    assert answer.raw.headers.getlist("x-ratelimit-reset") == ["7"]


def test_a_slow_upload(api: Api) -> None:
    number = api.define(api.binding())
    content = lines(*(f"p{n}@example.com;Ann;x" for n in range(100)))
    fault = {"kind": "slow-upload", "bytes_per_second": len(content) / 0.5, "match": {"path": "/source$"}}
    api.sandbox.script_faults([fault])
    began = time.monotonic()
    assert api.upload(number, content).status_code == 200
    assert time.monotonic() - began >= 0.5
    assert api.execute(number) == 1
    assert len(api.sandbox.targets()) == 100


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "slow-upload"},
        {"kind": "slow-upload", "bytes_per_second": 0},
        {"kind": "refuse-recipients"},
        {"kind": "refuse-recipients", "every": 0},
    ],
)
def test_new_faults_that_cannot_be_used(api: Api, fault: dict[str, Any]) -> None:
    assert api("POST", "/sandbox/faults", [fault]).status_code == 400
