"""Applications, subscriptions and notifications."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.conftest import QUIET, Api, MakeApi, by_id


def _subscribe(api: Api, contact: dict[str, Any], **more: Any) -> Any:
    application = api("GET", "/parameters/applications").json()[0]["id"]
    provider = {"type": "firebase", "token": "token"}
    body = {"id": str(uuid.uuid4()), "application": application, "provider": provider, "contact": contact, **more}
    return api("PUT", "/subscriptions", body)


def test_a_subscription_by_every_name_of_its_contact(api: Api) -> None:
    target = api.create("a@example.com")
    for contact in (
        {"type": "id", "value": target["id"]},
        {"type": "unicity", "value": "a@example.com"},
        {"type": "unicity", "value": ["a@example.com"]},
        {"type": "hash", "value": target["hash"]},
        {"type": "footprint", "id": target["id"], "unicity": "a@example.com", "hash": target["hash"]},
    ):
        stored = _subscribe(api, contact).json()
        assert stored["contact"]["id"] == target["id"]
        assert api("GET", f"/subscriptions/{stored['id']}").json() == stored
    paths = (f"/targets/{target['id']}/subscriptions", "/targets/subscriptions?unicity=a@example.com")
    for path in (*paths, f"/targets/subscriptions?hash={target['hash']}"):
        assert len(api("GET", path).json()) == 5
    assert api("DELETE", f"/subscriptions/{stored['id']}").status_code == 204
    assert api("DELETE", f"/subscriptions/{stored['id']}").status_code == 404
    assert api("DELETE", paths[1]).status_code == 204
    assert api("GET", paths[0]).json() == []
    assert api("GET", "/targets/subscriptions").status_code == 400


def test_a_subscription_is_updated_in_its_place(api: Api) -> None:
    (target,) = api.people(1)
    stored = _subscribe(api, {"type": "id", "value": target}).json()
    again = _subscribe(api, {"type": "id", "value": target}, id=stored["id"], provider={"type": "apns"}).json()
    assert again["lifecycle"]["creation"] == stored["lifecycle"]["creation"]
    assert len(api("GET", f"/targets/{target}/subscriptions").json()) == 1
    api("DELETE", f"/targets/{target}")
    assert api("GET", f"/subscriptions/{stored['id']}").status_code == 404


@pytest.mark.parametrize(
    ("more", "status"), [({"application": str(uuid.UUID(int=1))}, 404), ({"id": "x"}, 400), ({"provider": {}}, 400)]
)
def test_subscriptions_that_are_refused(api: Api, more: dict[str, Any], status: int) -> None:
    (target,) = api.people(1)
    assert _subscribe(api, {"type": "id", "value": target}, **more).status_code == status
    assert _subscribe(api, {"type": "id", "value": "000ZZZZZ"}).status_code == 404


def test_a_notification_is_sent_to_subscribers(make_api: MakeApi) -> None:
    api = make_api(reactions={**QUIET, "opened": 1, "clicked": 1, "unsubscribed": 1})
    subscriber, stranger = api.people(2)
    _subscribe(api, {"type": "id", "value": subscriber})
    notification = api("POST", "/notifications", {"name": "push", "versions": [{"title": "Hello"}]}).json()
    base = f"/notifications/{notification['id']}"
    recipients = [
        {"recipient": {"type": "contact", "value": {"type": "id", "value": subscriber}}, "title": "Other"},
        {"recipient": {"type": "contact", "value": {"type": "id", "value": stranger}}},
        by_id("000ZZZZZ"),
    ]
    results = api("POST", f"{base}/executions", recipients).json()
    assert [result["type"] for result in results] == ["success", "success", "error"]
    (activation,) = api.events(f"{base}/events/activations")
    detail = activation["source"]["detail"]["activation"]
    assert (detail["id"], detail["kind"], detail["receiver"]["type"]) == (notification["id"], "application", "contact")
    assert detail["version"] == notification["versions"][0]["id"]
    assert len(api.events(f"{base}/events/executions")) == 2
    assert len(api.events(f"{base}/events/cancellations")) == 1
    kinds = sorted(event["type"] for event in api.events("/notifications/reactivities"))
    assert kinds == ["hit", "impression", "optout"]
    assert len(api.events(f"{base}/reactivities/optouts")) == 1
    assert api("GET", f"/targets/{subscriber}/subscriptions").json() == []
    assert api.events() == []
    assert api.sandbox.messages()[0]["content"]["title"] == "Other"


def test_renders_and_tests(api: Api) -> None:
    target, segment = api.people(1)[0], api.segment()
    notification = api("POST", "/notifications", {"name": "push", "versions": [{"title": "Hello"}]}).json()
    base, version = f"/notifications/{notification['id']}", notification["versions"][0]["id"]
    for place in (base, f"{base}/versions/{version}"):
        for answer in (
            api("POST", f"{place}/render", {"receiver": {"id": target}}),
            api("GET", f"{place}/render/contact?unicity=p0@example.com"),
            api("GET", f"{place}/render/contact/{target}"),
        ):
            assert answer.json()["render"] == {"title": "Hello"}
            assert answer.json()["meta"]["version"] == version
        assert api("POST", f"{place}/test", {"recipient": {"type": "segment", "value": segment}}).status_code == 200
        assert api("POST", f"{place}/test", {"recipient": {"type": "segment", "value": 9}}).status_code == 404
    assert api("GET", f"{base}/versions/{uuid.UUID(int=1)}/render/contact/{target}").status_code == 404


def test_inactive_and_deleted(api: Api) -> None:
    notification = api("POST", "/notifications", {"name": "push"}).json()
    base = f"/notifications/{notification['id']}"
    after = api("PUT", base, {"name": "push", "active": False}).json()
    assert (after["versions"], after["active"]) == (notification["versions"], False)
    assert api("POST", f"{base}/executions", []).status_code == 409
    assert [row["id"] for row in api("GET", "/notifications").json()] == [notification["id"]]
    assert api("DELETE", base).status_code == 204
    assert api("GET", base).status_code == 404
    assert api.events("/notifications/reactivities") == []
