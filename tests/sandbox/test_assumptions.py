"""Answers to questions that the documents leave open, where no other test is about them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import MakeApi


def test_all_targets(make_api: MakeApi) -> None:
    api = make_api(account="two-unicity", assume={"list-targets": "all"})
    assert api("GET", "/targets").json() == []
    first = api.create("a@example.com", Brand="one", Lastname="Made Up")
    second = api.create("b@example.com", Brand="two")
    found = api("GET", "/targets").json()
    assert [row["id"] for row in found] == [first["id"], second["id"]]
    assert {key for key, value in found[0]["fields"].items() if value is not None} == {"8103", "8114"}
    assert api("GET", "/targets?unicity=a@example.com&unicity=one").json()["id"] == first["id"]
    assert make_api()("GET", "/targets").status_code == 400


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ("message", {"Message": "the body must be an object"}),
        ("exception", {"ExceptionMessage": "the body must be an object"}),
        ("error-data", {"errorType": "BadRequest", "errorData": [{"value": "the body must be an object"}]}),
    ],
)
def test_bodies_of_a_400(make_api: MakeApi, answer: str, shape: dict[str, Any]) -> None:
    refused = make_api(assume={"error-body": answer})("POST", "/targets", [])
    assert (refused.status_code, refused.json()) == (400, shape)
    assert refused.headers["Content-Type"] == "application/json"


def test_a_400_without_a_body(make_api: MakeApi) -> None:
    refused = make_api(assume={"error-body": "empty"})("POST", "/targets", [])
    assert (refused.status_code, refused.content) == (400, b"")


@pytest.mark.parametrize("body", ["8103,8102", '"8103, 8102"', '["8103", "8102"]', "[8103, 8102]"])
def test_a_read_of_some_fields(make_api: MakeApi, body: str) -> None:
    api = make_api()
    target = api.create("a@example.com", Lastname="Made Up", City="Lille")
    headers = {"Content-Type": "application/vnd.mperf.v8.model.v1+json"}
    shown = api("GET", f"/targets/{target['id']}", data=body, headers=headers).json()
    assert shown["fields"] == {"8102": "Made Up", "8103": "a@example.com"}
