"""Targets: flat writes, nested reads, unicity, values, bulk deletion."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.sandbox.conftest import Api, MakeApi

NO_UNICITY = "target cannot be identified - unicity is null"


def test_write_flat_by_name_read_nested_by_id(api: Api) -> None:
    created = api.create("Ann@Example.com", Civility="MR", **{"Loyalty points": 3})
    assert len(created["id"]) == 8
    assert created["fields"]["8103"] == "Ann@Example.com"
    assert created["fields"]["8101"] == "Mr"
    assert created["fields"]["8108"] == 3
    assert created["fields"]["8111"] is None
    assert (created["bounce"], created["redList"]) == ([], {})
    assert api("GET", f"/targets/{created['id']}").json() == created


def test_write_by_id(api: Api) -> None:
    answer = api("POST", "/targets", {"8103": "a@example.com", "8107": "Lyon"})
    assert answer.json()["fields"]["8107"] == "Lyon"


@pytest.mark.parametrize(
    ("keys", "accepted", "refused"),
    [("name", "Email", "8103"), ("id", "8103", "Email")],
)
def test_the_style_of_keys_can_be_chosen(make_api: MakeApi, keys: str, accepted: str, refused: str) -> None:
    api = make_api(assume={"write-keys": keys})
    answer = api("POST", "/targets", {refused: "a@example.com"})
    assert (answer.status_code, answer.text) == (400, NO_UNICITY)
    assert api("POST", "/targets", {accepted: "a@example.com"}).status_code == 200


@pytest.mark.parametrize("body", [{"fields": {"8103": "a@example.com"}}, {"City": "Lyon"}, {"Email": None}, {}])
def test_400_without_unicity(api: Api, body: dict[str, Any]) -> None:
    answer = api("POST", "/targets", body)
    assert (answer.status_code, answer.text) == (400, NO_UNICITY)


def test_409_with_empty_body_when_it_exists_in_any_case(api: Api) -> None:
    api.create("ann@example.com")
    answer = api("POST", "/targets", {"Email": " ANN@example.com "})
    assert (answer.status_code, answer.content) == (409, b"")


@pytest.mark.parametrize(
    "fields",
    [
        {"Email": "no address"},
        {"Email": "a@example"},
        {"Loyalty points": "3"},
        {"Loyalty points": True},
        {"Civility": "Lord"},
        {"Interests": "Sport"},
        {"Interests": ["Sport", "Chess"]},
        {"Birthdate": "1980-02-30"},
        {"Birthdate": "soon"},
        {"Birthdate": 19800101},
        {"Lastname": "x" * 151},
        {"City": 3},
        {"City": "\ud800"},
        {"Nickname": "unknown field"},
        {"Email": "a@example.com", "8103": "b@example.com"},
    ],
)
def test_400_for_a_value_its_field_refuses(api: Api, fields: dict[str, Any]) -> None:
    answer = api("POST", "/targets", {"Email": "a@example.com", **fields})
    assert answer.status_code == 400
    assert answer.text
    assert api.sandbox.targets() == []


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("Birthdate", "1980-05-17", "1980-05-17T00:00:00Z"),
        ("Birthdate", "17/05/1980", "1980-05-17T00:00:00Z"),
        ("Birthdate", "2016-07-30T11:01:00+02:00", "2016-07-30T09:01:00Z"),
        ("Birthdate", "2016-07-30T09:01:00Z", "2016-07-30T09:01:00Z"),
        ("Loyalty points", 12.5, 12.5),
        ("Loyalty points", -3, -3),
        ("Interests", ["café & THÉ", "Sport"], ["Café & thé", "Sport"]),
        ("Interests", [], None),
        ("City", "", None),
        ("City", '  O\'Brien; "x"\n🙂 ', '  O\'Brien; "x"\n🙂 '),
        ("Lastname", "x" * 150, "x" * 150),
    ],
)
def test_values_as_written_and_as_read(api: Api, field: str, written: object, read: object) -> None:
    api.create("a@example.com", **{field: written})
    assert api.named()["a@example.com"][field] == read


def test_find_by_unicity_and_by_hash(api: Api) -> None:
    created = api.create("Ann+x@Example.com")
    footprint = hashlib.md5(b"ann+x@example.com").hexdigest()
    assert created["hash"] == footprint
    for query in ({"unicity": "ann+X@example.com"}, {"hash": footprint}, {"hash": footprint.upper()}):
        answer = api("GET", "/targets", params=query)
        assert answer.json() == created
        assert answer.headers["Content-Type"] == "application/vnd.np6.experimental+json"


@pytest.mark.parametrize("query", [{}, {"unicity": "a", "hash": "b"}, {"unicity": ["a@example.com", "x"]}])
def test_find_needs_exactly_one_way(api: Api, query: dict[str, Any]) -> None:
    assert api("GET", "/targets", params=query).status_code == 400


def test_update_keeps_what_it_omits_and_null_clears(api: Api) -> None:
    number = api.create("a@example.com", City="Lyon", Notes="n")["id"]
    fields = api("PUT", f"/targets/{number}", {"Notes": None}).json()["fields"]
    assert (fields["8107"], fields["8111"]) == ("Lyon", None)


def test_update_can_be_full(make_api: MakeApi) -> None:
    api = make_api(assume={"updates": "full"})
    number = api.create("a@example.com", City="Lyon", Notes="n")["id"]
    fields = api("PUT", f"/targets/{number}", {"Email": "a@example.com", "Notes": "m"}).json()["fields"]
    assert (fields["8107"], fields["8111"]) == (None, "m")


def test_update_of_the_unicity(api: Api) -> None:
    first, _ = api.create("a@example.com"), api.create("b@example.com")
    path = f"/targets/{first['id']}"
    assert api("PUT", path, {"Email": "B@example.com"}).status_code == 409
    assert api("PUT", path, {"Email": ""}).status_code == 400
    changed = api("PUT", path, {"Email": "c@example.com"}).json()
    assert changed["id"] == first["id"]
    assert changed["hash"] != first["hash"]
    assert api("PUT", "/targets/00000000", {"City": "x"}).status_code == 404


def test_upsert_by_body_alone(api: Api) -> None:
    first = api("PUT", "/targets", {"Email": "a@example.com", "City": "Lyon"})
    second = api("PUT", "/targets", {"Email": "A@example.com", "Notes": "n"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["id"] == second.json()["id"]
    assert api.named()["A@example.com"]["City"] == "Lyon"
    assert api("PUT", "/targets", {"City": "Lyon"}).text == NO_UNICITY


def test_upsert_by_query(api: Api) -> None:
    created = api("PUT", "/targets?unicity=a%40example.com", {"City": "Lyon"})
    changed = api("PUT", "/targets?unicity=a%40example.com", {"Email": "b@example.com"})
    assert created.json()["id"] == changed.json()["id"]
    assert list(api.named()) == ["b@example.com"]


def test_upsert_that_only_updates(make_api: MakeApi) -> None:
    api = make_api(assume={"upsert": "update-only"})
    assert api("PUT", "/targets", {"Email": "a@example.com"}).status_code == 404


def test_delete_one_twice_and_ids_are_not_used_again(api: Api) -> None:
    first = api.create("a@example.com")["id"]
    assert [api("DELETE", f"/targets/{first}").status_code for _ in range(2)] == [204, 404]
    assert api.create("a@example.com")["id"] != first


@pytest.mark.parametrize("answer", ["204", "200"])
@pytest.mark.parametrize("nested", [False, True])
def test_bulk_deletion_by_id(make_api: MakeApi, answer: str, nested: bool) -> None:
    api = make_api(assume={"bulk-delete": answer})
    numbers = [api.create(f"{name}@example.com")["id"] for name in "abc"]
    value = [[number] for number in numbers[:2]] if nested else numbers[:2]
    deleted = api("DELETE", "/targets", {"type": "id", "value": [*value, "00000000"]})
    assert deleted.status_code == int(answer)
    if answer == "200":
        assert deleted.json()[0] == {"id": numbers[0], "unicity": ["a@example.com"]}
    assert list(api.named()) == ["c@example.com"]


def test_bulk_deletion_by_unicity(api: Api) -> None:
    api.create("a@example.com")
    body = {"type": "unicity", "value": [["A@example.com"], ["nobody@example.com"], ["A@example.com"]]}
    assert [api("DELETE", "/targets", body).status_code for _ in range(2)] == [204, 404]


@pytest.mark.parametrize("as_list", [False, True])
def test_bulk_deletion_by_segment_keeps_the_segment(api: Api, as_list: bool) -> None:
    segment, number = api.segment(), api.create("a@example.com")["id"]
    api.create("b@example.com")
    api("PUT", f"/segments/{segment}/targets", [number])
    value = [str(segment)] if as_list else segment
    assert api("DELETE", "/targets", {"type": "segment", "value": value}).status_code == 204
    assert list(api.named()) == ["b@example.com"]
    assert api("GET", f"/segments/{segment}").json()["targetsCount"] == 0
    assert api("DELETE", "/targets", {"type": "segment", "value": 9999}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        "all",
        {"type": "all", "value": []},
        {"type": "segment"},
        {"type": "unicity", "value": []},
        {"type": "unicity", "value": ["a@example.com"]},
        {"type": "unicity", "value": [["a@example.com", "b"]]},
        {"type": "id", "value": [8]},
        {"type": "id"},
    ],
)
def test_a_bulk_deletion_that_is_not_recognised_deletes_nothing(api: Api, body: object) -> None:
    api.create("a@example.com")
    assert api("DELETE", "/targets", body).status_code == 400
    assert api("GET", "/targets/count").json() == {"targetsCount": 1}


def test_two_unicity_fields(make_api: MakeApi) -> None:
    api = make_api(account="two-unicity")
    assert api("POST", "/targets", {"Email": "a@example.com"}).text == NO_UNICITY
    first, second = (api.create("a@example.com", Brand=brand) for brand in ("One", "Two"))
    found = api("GET", "/targets", params={"unicity": ["A@example.com", "Two"]})
    assert found.json() == second
    assert api("GET", "/targets", params={"unicity": "a@example.com"}).status_code == 400
    assert api("GET", "/targets", params={"unicity": ["a@example.com", "Three"]}).status_code == 404
    assert api("GET", "/targets", params={"hash": first["hash"]}).json() == first
    query = {"unicity": ["a@example.com", "Two"]}
    assert api("PUT", "/targets", {"City": "Lyon"}, params=query).json()["id"] == second["id"]
    segment = api.segment()
    joined = [f"a@example.com{brand}" for brand in ("One", "Two", "Three")]
    assert api("PUT", f"/segments/{segment}/targets", joined).json() == 2
    body = {"type": "unicity", "value": [["a@example.com", "One"]]}
    assert api("DELETE", "/targets", body).status_code == 204
    assert [row["id"] for row in api.sandbox.targets()] == [second["id"]]


def test_fields_and_lists(api: Api) -> None:
    fields = {field["name"]: field for field in api("GET", "/fields").json()}
    assert len(fields) == 13
    assert fields["Email"]["isUnicity"]
    assert fields["Email"]["isMandatory"]
    assert fields["Lastname"]["constraint"] == {"operator": 4, "value": "150"}
    assert api("GET", "/fields/8101").json()["valueListId"] == 51
    lists = api("GET", "/valueLists").json()
    assert [row["id"] for row in lists] == [51, 52]
    assert api("GET", "/valuelists/52").json()["values"][5] == {"index": 6, "value": "Café & thé"}
    assert [api("GET", path).status_code for path in ("/valueLists/1", "/fields/1")] == [404, 404]


def test_red_list(api: Api) -> None:
    first, second = (api.create(f"{name}@example.com")["id"] for name in "ab")
    entry = {"id": first, "timestamp": "2026-03-01T10:00:00Z", "origin": 5, "detail": {}}
    assert api("POST", f"/targets/{first}/redlist/mail", entry).status_code == 204
    assert api("POST", f"/targets/{second}/redlist/sms", {"id": second}).status_code == 204
    assert api("POST", f"/targets/{second}/redlist/mail", entry).status_code == 400
    assert api("POST", "/targets/00000000/redlist/mail", {}).status_code == 404
    assert api("GET", "/targets/redlist/mail").json() == [entry]
    assert [row["id"] for row in api("GET", "/targets/redlist/sms").json()] == [second]
    assert api("GET", f"/targets/{first}").json()["redList"] == {"mail": {"timestamp": "1772359200", "reason": 5}}
    for window, length in (
        ({"startDate": "2026-03-01T10:00:00Z"}, 1),
        ({"endDate": "2026-03-01T10:00:00Z"}, 0),
        ({"startDate": "2026-01-01", "endDate": "2026-03-02T00:00:00+01:00"}, 1),
    ):
        assert len(api("GET", "/targets/redlist/mail", params=window).json()) == length
    assert api("GET", "/targets/redlist/mail", params={"startDate": "soon"}).status_code == 400


@pytest.mark.parametrize(("kept", "length"), [("forgotten", 0), ("kept", 1)])
def test_red_list_of_a_target_that_is_deleted_and_created_again(make_api: MakeApi, kept: str, length: int) -> None:
    api = make_api(assume={"redlist-after-delete": kept, "empty-redlist": "204"})
    first = api.create("a@example.com")["id"]
    api("POST", f"/targets/{first}/redlist/mail", {"id": first})
    api("DELETE", f"/targets/{first}")
    assert api("GET", "/targets/redlist/mail").status_code == 204
    again = api.create("a@example.com")
    assert len(again["redList"]) == length


def test_segments(api: Api) -> None:
    body = {"type": "static", "name": "readers", "description": "d", "isTest": True}
    created = api("POST", "/V1/segments/", body).json()
    assert created["targetsCount"] == 0
    assert created["creation"][:4] != created["expiration"][:4]
    assert api("POST", "/segments", body).status_code == 409
    assert "description" not in api("GET", "/segments").json()[0]
    path = f"/segments/{created['id']}"
    changed = api("PUT", path, {"type": "static", "name": "fans", "expiration": "2030-01-01T00:00:00Z"}).json()
    assert (changed["name"], changed["description"], changed["expiration"]) == ("fans", "d", "2030-01-01T00:00:00Z")
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404


def test_members_are_added_not_replaced(api: Api) -> None:
    segment = api.segment()
    numbers = [api.create(f"{name}@example.com")["id"] for name in "abc"]
    path = f"/segments/{segment}/targets"
    assert api("PUT", path, numbers[:2]).json() == 2
    assert api("PUT", path, [numbers[0], "c@example.com", "nobody@example.com"]).json() == 1
    assert api("GET", path).json() == numbers
    unicity = {"Accept": "application/vnd.mperf.v8.unicity"}
    assert api("PUT", path, [numbers[0]], headers=unicity).json() == 0
    assert api("PUT", path, ["x"] * 51).status_code == 400
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).json() == []
    assert len(api.named()) == 3


def test_one_member(api: Api) -> None:
    number, segment = api.create("a@example.com")["id"], api.segment()
    dynamic = api.segment("dynamic", "dynamic")
    path = f"/targets/{number}/segments"
    one = f"{path}/{segment}"
    statuses = [
        api(method, one, headers={"Content-Length": "0"}).status_code for method in ("POST", "POST", "DELETE", "DELETE")
    ]
    assert statuses == [204, 409, 204, 404]
    assert api("POST", f"{path}/{dynamic}", headers={"Content-Length": "0"}).status_code == 409
    assert api("PUT", f"/segments/{dynamic}/targets", [number]).status_code == 409
    api("POST", one, headers={"Content-Length": "0"})
    assert [row["id"] for row in api("GET", path).json()] == [segment]
