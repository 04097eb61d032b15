"""Any call: it stays on the host, says nothing of what it sends, and cannot delete everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api.any_call import any_call
from airflow_provider_np6.api.call import Call, FileBody, call, nothing
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6NotFoundError
from airflow_provider_np6.sandbox import RunningSandbox
from tests.api.conftest import Driver


@pytest.mark.parametrize(
    ("path", "sent", "template"),
    [
        ("/me", "/me", "/me"),
        ("/", "/", "/"),
        ("/segments/", "/segments/", "/segments"),
        ("/actions/000ABC/statistics", "/actions/000ABC/statistics", "/actions/{…}/statistics"),
        ("/targets/anna@example.com", "/targets/anna%40example.com", "/targets/{…}"),
        ("/targets/anna%40example.com", "/targets/anna%40example.com", "/targets/{…}"),
        ("/targets/anna", "/targets/anna", "/targets/{…}"),
        ("/a b/é", "/a%20b/%C3%A9", "/{…}/{…}"),
    ],
)
def test_paths(path: str, sent: str, template: str) -> None:
    call = any_call("get", path)
    assert (call.method, call.path, call.template) == ("GET", sent, template)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "targets",
        "https://example.org/targets",
        "//example.org/targets/",
        "@example.org/",
        ".example.org/",
        "/targets?unicity=a",
        "/targets#x",
        "/targets\\x",
        "/x/../targets",
        "/x/./targets",
        "/x//targets",
        "/x/%2e%2e/targets",
        "/x/%2Ftargets",
        "/a\r\nX-Key: y",
        "/ /x",
    ],
)
def test_paths_that_may_be_no_place_of_the_host(path: str) -> None:
    with pytest.raises(ValueError, match="path") as caught:
        any_call("GET", path)
    assert "example.org" not in str(caught.value)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "G ET", "", "HEAD"])
def test_methods_that_np6_does_not_have(method: str) -> None:
    with pytest.raises(ValueError, match="the method is one of"):
        any_call(method, "/me")


def test_the_query() -> None:
    query = {"unicity": ["a", "b"], "deep": True, "n": 3}
    assert any_call("GET", "/x", query=query).query == (
        ("unicity", "a"),
        ("unicity", "b"),
        ("deep", "true"),
        ("n", "3"),
    )
    assert any_call("GET", "/x", query=[("a", "1"), ("a", "2")]).query == (("a", "1"), ("a", "2"))


def test_what_is_repeated() -> None:
    assert any_call("GET", "/x/1").repeatable
    assert not any(any_call(method, "/x/1").repeatable for method in ("PUT", "POST", "PATCH", "DELETE"))
    assert any_call("PUT", "/x/1", repeatable=True).repeatable
    assert not any_call("GET", "/x/1", repeatable=False).repeatable


def test_headers() -> None:
    call = any_call("POST", "/x/1", json=[1], headers={"accept": "a/b", "Content-Type": "c/d", "X-A": "e"})
    assert (call.accept, call.content_type, call.headers, call.body) == ("a/b", "c/d", (("X-A", "e"),), b"[1]")


@pytest.mark.parametrize("name", ["X-Key", "x-key", "Host", "Content-Length", "Cookie", "A b", "", "X\r\nY"])
def test_headers_of_the_client(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be given"):
        any_call("GET", "/x/1", headers={name: "v"})
    with pytest.raises(ValueError, match="cannot be given"):
        any_call("GET", "/x/1", headers={"X-A": "v\r\nX-Key: y"})


# --- nothing that could delete everybody

ONE = {"type": "id", "value": ["000A0000"]}

PLACES = [
    *("/targets", "/targets/", "/Targets", "/V1/targets", "/v2/targets/", "/t%61rgets", "/v8.1/targets"),
    *("/api/targets", "/api/v1/targets", "/targets%20", "/t%2561rgets", "/targets;a=1", "/np6/targets"),
]
BODIES: list[Any] = [
    None,
    {},
    [],
    "all",
    {"type": "segment"},
    {"type": "segment", "value": None},
    {"type": "segment", "value": []},
    {"type": "segment", "value": 0},
    {"type": "segment", "value": -1},
    {"type": "segment", "value": True},
    {"type": "segment", "value": "*"},
    {"type": "segment", "value": [1, 2]},
    {"type": "segment", "value": [[1]]},
    {"type": "id", "value": []},
    {"type": "id", "value": [[]]},
    {"type": "id", "value": [""]},
    {"type": "id", "value": "000A0000"},
    {"type": "id", "value": [["a", "b"]]},
    {"type": "id", "value": ["a", ["b"]]},
    {"type": "unicity", "value": []},
    {"type": "unicity", "value": [[]]},
    {"type": "unicity", "value": [[" "]]},
    {"type": "unicity", "value": ["anna@example.com"]},
    {"type": "unicity", "value": [["a"], []]},
    {"type": "all", "value": [1]},
    {"type": "id", "value": ["a"], "force": True},
    {"Type": "id", "value": ["a"]},
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_bulk_delete_needs_a_body_that_names_targets(place: str, body: Any) -> None:
    with pytest.raises(ValueError, match="names its targets"):
        any_call("DELETE", place, json=body)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "segment", "value": 500},
        {"type": "segment", "value": [500]},
        {"type": "id", "value": ["000A0000", "000A0001"]},
        {"type": "id", "value": [["000A0000"], ["000A0001"]]},
        {"type": "unicity", "value": [["anna@example.com"], ["ben@example.com", "B"]]},
    ],
    ids=str,
)
def test_a_recognised_body_may_be_sent(body: Any) -> None:
    assert any_call("DELETE", "/targets", json=body).body


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", None),
        ("/V1", None),
        ("/imports/", None),
        ("/segments", None),
        ("/api/v1/actions", None),
        ("/fields", None),
        ("/targets/subscriptions", None),
        ("/targets/subscriptions/", {"unicity": ""}),
        ("/targets/Subscriptions", {"unicity": "a", "hash": "b"}),
        ("/targets/events", None),
        ("/targets/redlist", {"unicity": "a"}),
    ],
)
def test_other_deletes_that_could_mean_everybody(path: str, query: Any) -> None:
    with pytest.raises(ValueError, match="could mean every target"):
        any_call("DELETE", path, query=query)


# Past any_call: a call that somebody builds by hand, or changes.
@pytest.mark.parametrize(
    "made",
    [
        call("DELETE", "/targets", nothing),
        call("DELETE", "/targets", nothing, path="/x/../targets"),
        call("DELETE", "/targets", nothing, path="//targets"),
        call("DELETE", "/targets", nothing, json_body=["a"]),
        call("DELETE", "/targets", nothing, json_body=ONE, content_type="text/plain"),
        call("DELETE", "/targets", nothing, body=b"[[[", content_type="application/json"),
        call("DELETE", "/targets", nothing, body=FileBody(Path("x")), content_type="application/json"),
        call("POST", "/targets", nothing, headers=(("x-HTTP-method-override", "delete"),)),
        call("GET", "/targets", nothing, query=(("_method", "DELETE"),)),
        call("DELETE", "/imports", nothing, path="/imports/"),
    ],
    ids=repr,
)
def test_no_way_leads_past_the_guard(made: Call[None], driver: Driver, settings: ApiSettings, sandbox: Any) -> None:
    sandbox.clear_requests()
    with pytest.raises(ValueError, match=r"names its targets|names none"):
        driver.send(settings, made)
    assert sandbox.requests() == []


def test_the_method_cannot_be_overridden() -> None:
    with pytest.raises(ValueError, match="the client's own"):
        any_call("POST", "/targets", headers={"X-HTTP-Method-Override": "DELETE"})


def test_deletes_that_name_one() -> None:
    assert any_call("DELETE", "/targets/000A0000")
    assert any_call("DELETE", "/targets/subscriptions", query={"hash": "abc"})
    assert any_call("DELETE", "/segments/5/targets")


def test_over_a_socket(driver: Driver, settings: ApiSettings, sandbox: RunningSandbox) -> None:
    answer = driver.send(settings, any_call("GET", "/fields"))
    assert answer.status == 200
    assert any(field["name"] == "Email" for field in answer.json())
    assert driver.send(settings, any_call("GET", "/targets/00000000", accepted=[404])).status == 404
    with pytest.raises(NP6NotFoundError, match=r"GET /targets/\{…\}"):
        driver.send(settings, any_call("GET", "/targets/00000000"))
