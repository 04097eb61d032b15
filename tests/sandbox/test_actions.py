"""Actions and their states."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.conftest import Api, MakeApi, by_id


def test_content_decides_between_10_and_20(api: Api) -> None:
    empty = api("POST", "/actions", {"type": "mailMessage", "name": "empty"}).json()
    assert empty["informations"] == {"folder": None, "category": None, "state": 10}
    assert len(empty["id"]) == 6
    filled = {"type": "mailMessage", "name": "filled", "content": {"html": "x"}}
    assert api("PUT", f"/actions/{empty['id']}", filled).json()["informations"]["state"] == 20
    assert api("GET", f"/actions/{empty['id'].lower()}").json()["creationDate"] == empty["creationDate"]


def test_put_is_a_full_replacement(api: Api) -> None:
    action = api.action(description="first", settings={"archive": True})
    after = api("PUT", f"/actions/{action}", {"type": "mailMessage", "name": "bare"}).json()
    assert (after.get("description"), after["settings"], after["informations"]["state"]) == (None, {}, 10)
    assert api("PUT", f"/actions/{action}", {"type": "smsMessage", "name": "bare"}).status_code == 409


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"content": {"headers": {"from": "me@example.com"}}}, 400),
        ({"settings": {"field": 1}}, 404),
        ({"settings": {"field": 8103}}, 200),
        ({"informations": {"category": 5}}, 404),
        ({"type": "letter"}, 400),
        ({"name": None}, 400),
        ({"type": "mailCampaign", "scheduler": {"segments": {"selected": [1]}}}, 404),
        ({"type": "mailCampaign", "scheduler": {"type": "sometimes"}}, 400),
    ],
)
def test_what_a_body_may_hold(api: Api, more: dict[str, Any], status: int) -> None:
    assert api("POST", "/actions", {"type": "mailMessage", "name": "a", **more}).status_code == status


def test_the_two_phases(api: Api) -> None:
    target, number = api.people(1)[0], api("POST", "/segments", {"type": "static", "name": "t", "isTest": True}).json()
    api("PUT", f"/segments/{number['id']}/targets", [target])
    action = api.action()
    assert api.validate(action, fortest=False).status_code == 409
    assert api.send(action, [by_id(target)]).status_code == 409
    assert api.validate(action, fortest=True, testSegments=[number["id"]]).status_code == 204
    assert api.state(action) == 38
    refused = api.send(action, [by_id(target)])
    assert (refused.status_code, refused.content) == (409, b"")
    assert api.validate(action, fortest=False, testSegments=None).status_code == 204
    assert api.state(action) == 50
    assert api.validate(action, fortest=False).status_code == 409
    assert [(m["proof"], m["address"]) for m in api.sandbox.messages()] == [(True, "p0@example.com")]
    assert api.events() == []


def test_a_phase_takes_its_time(make_api: MakeApi) -> None:
    api = make_api(validation_seconds=0.4)
    action = api.action()
    api.validate(action, fortest=True, mediaForTest="proof@example.com")
    assert api.state(action) == 30
    assert api.validate(action, fortest=False).status_code == 409
    assert api("PUT", f"/actions/{action}", {"type": "mailMessage", "name": "a"}).status_code == 409
    time.sleep(0.5)
    assert api.state(action) == 38
    api.validate(action, fortest=False)
    assert api.state(action) == 40
    time.sleep(0.5)
    assert api.state(action) == 50


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"fortest": True}, 400),
        ({"fortest": True, "testSegments": "500"}, 400),
        ({"fortest": "yes"}, 400),
        ({"fortest": True, "testSegments": [9]}, 404),
        ({"fortest": True, "testSegments": [500]}, 409),
    ],
)
def test_test_phases_that_are_refused(api: Api, settings: dict[str, Any], status: int) -> None:
    api.segment("not for tests")
    action = api.action()
    assert api.validate(action, **settings).status_code == status
    assert api.state(action) == 20


def test_unvalidate(api: Api) -> None:
    action = api.validated()
    assert api("DELETE", f"/actions/{action}/validation").status_code == 400
    assert api("DELETE", f"/actions/{action}/validation", {}).status_code == 204
    assert api.state(action) == 20
    assert api("DELETE", f"/actions/{action}/validation", {}).status_code == 409


@pytest.mark.parametrize(("fault", "first", "second"), [("validation-fails", 20, 38), ("validation-hangs", 30, 40)])
def test_phases_on_demand(api: Api, fault: str, first: int, second: int) -> None:
    one, two = api.action(), api.action()
    api.validate(two, fortest=True, mediaForTest="proof@example.com")
    assert api.state(two) == 38
    api.sandbox.script_faults([{"kind": fault, "times": 2}])
    api.validate(one, fortest=True, mediaForTest="proof@example.com")
    api.validate(two, fortest=False)
    assert (api.state(one), api.state(two)) == (first, second)


@pytest.mark.parametrize(("answer", "status", "state"), [("409", 409, 50), ("reset", 200, 20), ("keep", 200, 50)])
def test_update_of_a_validated_action(make_api: MakeApi, answer: str, status: int, state: int) -> None:
    api = make_api(assume={"update-validated": answer})
    action = api.validated()
    body = {"type": "mailMessage", "name": "changed", "content": {"html": "x"}}
    assert api("PUT", f"/actions/{action}", body).status_code == status
    assert api.state(action) == state


@pytest.mark.parametrize(("answer", "status"), [("404", 404), ("410", 410), ("90", 200)])
def test_a_deleted_action(make_api: MakeApi, answer: str, status: int) -> None:
    api = make_api(assume={"deleted-action": answer})
    action = api.action()
    assert api("DELETE", f"/actions/{action}").status_code == 204
    assert api("GET", f"/actions/{action}").status_code == status
    assert api("DELETE", f"/actions/{action}").status_code == 404
    assert api.validate(action, fortest=False).status_code == 410
    assert api("POST", f"/actions/{action}/duplication").status_code == 410
    assert api("GET", "/actions").json() == []


def test_archived_is_read_only(api: Api) -> None:
    action = api.validated()
    api("POST", f"/sandbox/actions/{action}/archive")
    assert api.state(action) == 100
    assert api("PUT", f"/actions/{action}", {"type": "mailMessage", "name": "a"}).status_code == 409
    assert api.send(action, []).status_code == 409


def test_duplicates_are_not_validated(api: Api) -> None:
    action = api.validated(description="kept")
    copy = api("POST", f"/actions/{action}/duplication?folder=7&type=1").json()
    assert copy["id"] != action
    assert copy["informations"] == {"folder": 7, "category": None, "state": 20}
    assert copy["description"] == "kept"
    assert api("POST", f"/actions/{action}/duplication?folder=x").status_code == 400


def test_names(make_api: MakeApi) -> None:
    api = make_api(assume={"action-names": "unique"})
    api.action()
    assert api("POST", "/actions", {"type": "mailMessage", "name": "action"}).status_code == 409


def test_the_list(api: Api) -> None:
    sent, waiting = api.validated(), api.action("smsMessage")
    api.send(sent, [by_id(api.people(1)[0])])
    rows = {row["id"]: row for row in api("GET", "/actions").json()}
    assert set(rows) == {sent, waiting}
    assert rows[sent]["monitor"]["lastSent"]["at"].endswith("Z")
    assert rows[waiting]["monitor"] == {}
    assert api("GET", "/actions?creation_start=2099-01-01T00:00:00Z").json() == []
    assert len(api("GET", "/actions?creation_start=2020-01-01&creation_end=2099-01-01").json()) == 2
    assert api("GET", "/actions?creation_start=soon").status_code == 400


def test_a_campaign_is_sent_to_its_segments(api: Api) -> None:
    targets = api.people(4)
    wanted, unwanted = api.segment("in"), api.segment("out")
    api("PUT", f"/segments/{wanted}/targets", targets[:3])
    api("PUT", f"/segments/{unwanted}/targets", targets[2:])
    segments = {"selected": [wanted], "excluded": [unwanted]}
    action = api.validated("mailCampaign", scheduler={"type": "asap", "segments": segments})
    assert api.state(action) == 80
    sent = [event for event in api.events() if event["type"] == "activation"]
    assert {event["source"]["detail"]["activation"]["receiver"]["id"] for event in sent} == set(targets[:2])
    assert api.send(action, [by_id(targets[0])]).status_code == 409


def test_a_scheduled_campaign_waits(api: Api) -> None:
    number = api.segment()
    api("PUT", f"/segments/{number}/targets", api.people(1))
    scheduler = {"type": "scheduled", "startDate": "2099-01-01T00:00:00Z", "segments": {"selected": [number]}}
    action = api.validated("mailCampaign", scheduler=scheduler)
    assert api.state(action) == 50
    assert api("DELETE", f"/actions/{action}/validation", {}).status_code == 204
    assert api.events() == []
