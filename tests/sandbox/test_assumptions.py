"""Answers to questions that the documents leave open, where no other test is about them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.conftest import FILE_HEADERS, MakeApi, lines

IMPORT_ACCEPT = {"Accept": "application/vnd.mperf.v8.import.v1+json"}


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


def test_a_member_list_of_30(make_api: MakeApi) -> None:
    api = make_api(assume={"member-list": "first-30"})
    number, people = api.segment(), api.people(31)
    assert api("PUT", f"/segments/{number}/targets", people).json() == 31
    assert api("GET", f"/segments/{number}/targets").json() == people[:30]
    assert api("GET", f"/segments/{number}").json()["targetsCount"] == 31


# Form of the body -> the answers under which it is taken.
FORMS = {
    "flat": {"both": 204, "flat": 204, "nested": 400},
    "nested": {"both": 204, "flat": 400, "nested": 204},
}


@pytest.mark.parametrize("answer", ["both", "flat", "nested"])
@pytest.mark.parametrize("form", list(FORMS))
def test_forms_of_a_bulk_delete(make_api: MakeApi, answer: str, form: str) -> None:
    api, expected = make_api(assume={"bulk-delete-form": answer}), FORMS[form][answer]
    first, second, third = api.people(3)
    number = api.segment()
    api("PUT", f"/segments/{number}/targets", [second])
    ids: Any = [first] if form == "flat" else [[first]]
    segment: Any = number if form == "flat" else [number]
    assert api("DELETE", "/targets", {"type": "id", "value": ids}).status_code == expected
    assert api("DELETE", "/targets", {"type": "segment", "value": segment}).status_code == expected
    left = [row["id"] for row in api.sandbox.targets()]
    assert left == ([third] if expected == 204 else [first, second, third])
    # Unicities have one form alone.
    assert api("DELETE", "/targets", {"type": "unicity", "value": [["p2@example.com"]]}).status_code == 204


@pytest.mark.parametrize("value", [[], [[]], [["a", "b"]], [None], "a", None, [{}]])
@pytest.mark.parametrize("answer", ["both", "flat", "nested"])
def test_ids_of_no_form_delete_nothing(make_api: MakeApi, answer: str, value: Any) -> None:
    api = make_api(assume={"bulk-delete-form": answer})
    api.people(1)
    assert api("DELETE", "/targets", {"type": "id", "value": value}).status_code == 400
    assert len(api.sandbox.targets()) == 1


@pytest.mark.parametrize(
    ("answer", "crush", "first", "notes", "city"),
    [
        ("true-erases", True, "New", None, "New city"),
        ("true-erases", False, "Old", "old", "New city"),
        ("true-keeps", True, "New", "old", "New city"),
        ("true-keeps", False, "Old", "old", "New city"),
        ("false-overwrites", True, "New", None, "New city"),
        ("false-overwrites", False, "New", "old", "New city"),
    ],
)
@pytest.mark.parametrize("duplicate", [False, True])
def test_crush_data(
    make_api: MakeApi, answer: str, crush: bool, first: str, notes: str | None, city: str, duplicate: bool
) -> None:
    api = make_api(assume={"crush-data": answer})
    api.create("a@example.com", Firstname="Old", Notes="old")
    features: list[dict[str, Any]] = [{"type": "database", "updateExisting": True, "crushData": crush}]
    if duplicate:
        features.append({"type": "duplicate", "rules": {"first": False, "last": True, "ignore": False}})
    assert api.bring("e;f;n;c\na@example.com;New;;New city\n", *features, columns=(8103, 8104, 8111, 8107)) == 1
    (fields,) = api.named().values()
    assert (fields["Firstname"], fields["Notes"], fields["City"]) == (first, notes, city)


@pytest.mark.parametrize(("answer", "status", "members"), [("reject", 400, 0), ("truncate", 200, 50)])
def test_more_than_50_members_in_a_call(make_api: MakeApi, answer: str, status: int, members: int) -> None:
    api = make_api(assume={"over-50": answer})
    number, people = api.segment(), api.people(51)
    answered = api("PUT", f"/segments/{number}/targets", people)
    assert answered.status_code == status
    assert status == 400 or answered.json() == 50
    assert api("GET", f"/segments/{number}/targets").json() == people[:members]


JOINTS = {"none": "", "semicolon": ";", "pipe": "|"}


@pytest.mark.parametrize("answer", list(JOINTS))
@pytest.mark.parametrize("used", list(JOINTS))
def test_members_with_two_unicity_values(make_api: MakeApi, answer: str, used: str) -> None:
    api = make_api(account="two-unicity", assume={"unicity-join": answer})
    number, target = api.segment(), api.create("a@example.com", Brand="One")["id"]
    members = [f"a@example.com{JOINTS[used]}One", f"a@example.com{JOINTS[used]}"]
    assert api("PUT", f"/segments/{number}/targets", members).json() == (answer == used)
    assert api("GET", f"/segments/{number}/targets").json() == ([target] if answer == used else [])


@pytest.mark.parametrize("answer", ["semicolon", "pipe"])
def test_one_unicity_value_is_joined_to_nothing(make_api: MakeApi, answer: str) -> None:
    api = make_api(assume={"unicity-join": answer})
    number, (target,) = api.segment(), api.people(1)
    assert api("PUT", f"/segments/{number}/targets", ["p0@example.com", ""]).json() == 1
    assert api("GET", f"/segments/{number}/targets").json() == [target]


@pytest.mark.parametrize(("answer", "unit"), [("epoch", 1), ("epoch-ms", 1000)])
def test_the_reset_as_a_point_in_time(make_api: MakeApi, answer: str, unit: int) -> None:
    api = make_api(assume={"rate-reset": answer})
    before = int(time.time())
    reset = int(api("GET", "/targets/count").headers["X-RateLimit-Reset"])
    assert reset % unit == 0
    assert before + 1 <= reset // unit <= time.time() + 1


def test_imports_that_insist_on_their_accept(make_api: MakeApi) -> None:
    api = make_api(assume={"import-accept": "imperative"})
    body = {"name": "import", "binding": api.binding(), "features": []}
    file = lines("a@example.com;Ann;note").encode()
    assert api("POST", "/imports", body).status_code == 415
    assert api("GET", "/imports").json() == []
    number = api("POST", "/imports", body, headers=IMPORT_ACCEPT).json()["id"]
    path = f"/imports/{number}"
    assert api("PUT", f"{path}/source", data=file, headers=FILE_HEADERS).status_code == 415
    assert api("PUT", f"{path}/source", data=file, headers=FILE_HEADERS | IMPORT_ACCEPT).status_code == 200
    assert api("POST", f"{path}/executions", {}).status_code == 415
    assert api("GET", f"{path}/executions").status_code == 404
    assert api("POST", f"{path}/executions", {}, headers=IMPORT_ACCEPT).status_code == 200
    assert api.settled(number) == 1
    assert set(api.named()) == {"a@example.com"}
