"""Value lists: values are compared without case (D-v1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Api

COLOURS = {"name": "Colours", "ordered": True, "values": [{"value": "Red"}, {"value": "Green"}]}


def test_a_list_is_created_and_used(api: Api) -> None:
    created = api("POST", "/valueLists", COLOURS).json()
    values = [{"index": 1, "value": "Red"}, {"index": 2, "value": "Green"}]
    assert created == {"id": 53, "name": "Colours", "ordered": True, "values": values}
    assert api("GET", "/valueLists/53").json() == created
    field = {"type": "singleSelectList", "name": "Colour", "valueListId": 53}
    assert api("POST", "/fields", field).json()["valueListId"] == 53
    assert api.create("a@example.com", Colour="red")["fields"]["8114"] == "Red"
    assert api("POST", "/targets", {"Email": "b@example.com", "Colour": "blue"}).status_code == 400


def test_a_list_is_replaced(api: Api) -> None:
    api.create("a@example.com", Civility="Dr")
    body = {"name": "Civility", "values": [{"index": 7, "value": "Mx"}, {"value": "mr"}]}
    assert api("PUT", "/valueLists/51", body).json()["values"] == [
        {"index": 7, "value": "Mx"},
        {"index": 1, "value": "mr"},
    ]
    assert api("PUT", "/targets", {"Email": "a@example.com", "Civility": "Mrs"}).status_code == 400
    assert api("PUT", "/targets", {"Email": "a@example.com", "City": "Lille"}).json()["fields"]["8101"] == "Dr"
    assert api.create("b@example.com", Civility="MR")["fields"]["8101"] == "mr"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**COLOURS, "values": [{"value": "Red"}, {"value": "RED"}]}, 409),
        ({**COLOURS, "name": "civility"}, 409),
        ({**COLOURS, "values": [{"index": 1, "value": "a"}, {"index": 1, "value": "b"}]}, 409),
        ({"name": "", "values": []}, 400),
        ({"values": []}, 400),
        ({**COLOURS, "values": ["Red"]}, 400),
    ],
)
def test_lists_that_are_refused(api: Api, body: dict[str, Any], status: int) -> None:
    assert api("POST", "/valueLists", body).status_code == status
    assert len(api("GET", "/valueLists").json()) == 2


def test_single_values(api: Api) -> None:
    values = "/valueLists/51/values"
    assert api("POST", values, {"value": "Mx"}).status_code == 200
    assert api("POST", values, {"value": "MX"}).status_code == 409
    assert api("PUT", f"{values}/2", {"value": "Ms"}).status_code == 200
    assert api("DELETE", f"{values}/1").status_code == 200
    assert api("DELETE", f"{values}/1").status_code == 404
    assert api("GET", "/valueLists/51").json()["values"] == [
        {"index": 2, "value": "Ms"},
        {"index": 3, "value": "Dr"},
        {"index": 4, "value": "Mx"},
    ]


def test_deleting(api: Api) -> None:
    assert api("DELETE", "/valueLists/51").status_code == 409
    number = api("POST", "/valueLists", COLOURS).json()["id"]
    assert api("DELETE", f"/valueLists/{number}").json() == {"success": True}
    assert api("GET", f"/valueLists/{number}").status_code == 404
    assert api("POST", "/valueLists", COLOURS).json()["id"] == number + 1
