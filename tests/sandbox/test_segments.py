"""Segments beyond their members: dynamic ones, expiration, use by an action; bulk deletion through them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Api


def test_a_dynamic_segment_takes_no_members(api: Api) -> None:
    (target,) = api.people(1)
    parent = api.segment("parent")
    body = {"type": "dynamic", "name": "dynamic", "parentId": parent, "expiration": "2027-03-01T12:00:00+01:00"}
    number = api("POST", "/segments", body).json()["id"]
    shown = api("GET", f"/segments/{number}").json()
    assert (shown["type"], shown["parentId"], shown["expiration"]) == ("dynamic", parent, "2027-03-01T11:00:00Z")
    assert api("PUT", f"/segments/{number}/targets", [target]).status_code == 409
    assert api("DELETE", f"/segments/{number}/targets").status_code == 409
    assert api("POST", f"/targets/{target}/segments/{number}").status_code == 409
    assert api("GET", f"/segments/{number}/targets").json() == []
    api.sandbox.set_members(number, [target])
    assert api("GET", f"/segments/{number}/targets").json() == [target]
    assert [row["id"] for row in api("GET", f"/targets/{target}/segments").json()] == [number]


def test_a_segment_that_a_campaign_names_stays(api: Api) -> None:
    number = api.segment()
    action = api.action("mailCampaign", scheduler={"type": "asap", "segments": {"selected": [number]}})
    assert api("DELETE", f"/segments/{number}").status_code == 409
    assert api("DELETE", f"/actions/{action}").status_code == 204
    assert api("DELETE", f"/segments/{number}").status_code == 204


@pytest.mark.parametrize("shape", ["number", "text", "list"])
def test_bulk_deletion_by_segment_in_each_form(api: Api, shape: str) -> None:
    targets, number = api.people(3), api.segment()
    api("PUT", f"/segments/{number}/targets", targets[:2])
    value: Any = {"number": number, "text": str(number), "list": [number]}[shape]
    assert api("DELETE", "/targets", {"type": "segment", "value": value}).status_code == 204
    assert [row["id"] for row in api.sandbox.targets()] == targets[2:]
    assert api("GET", f"/segments/{number}").json()["targetsCount"] == 0


@pytest.mark.parametrize("value", [None, [], {}, True, -1, "x", 10**30])
def test_a_segment_that_is_none_deletes_nothing(api: Api, value: Any) -> None:
    api.people(1)
    assert api("DELETE", "/targets", {"type": "segment", "value": value}).status_code in (400, 404)
    assert len(api.sandbox.targets()) == 1


def test_unknown_operations(api: Api) -> None:
    for path in ("/segments/informations", "/targets/x/y/z", "/import", "/actions/000QEU/opens"):
        answer = api("GET", path)
        assert (answer.status_code, answer.content) == (404, b"")
