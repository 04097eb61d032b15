"""What the activation side answers, also where it is odd: unions, unknown values, members that are missing."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_np6.models.actions import Action, ActionState, ActionStatistics, Archive, BouncedTarget
from airflow_provider_np6.models.documents import (
    Campaign,
    Category,
    Compilable,
    CompilableResult,
    Notification,
    NotificationRendering,
    PressureRule,
    PressureTopic,
    Webtask,
    Workflow,
)
from airflow_provider_np6.models.events import Event
from airflow_provider_np6.models.messages import Conversation, EmailMessage, ExecutionResult, Rendering
from airflow_provider_np6.models.reading import as_moment
from airflow_provider_np6.models.recipients import Recipient, Stamp
from airflow_provider_np6.models.red_list import RedListEntry, TargetBounces
from airflow_provider_np6.models.subscriptions import NotifiableApplication, Subscription

ANNA = "anna@example.com"


@pytest.mark.parametrize(
    ("json", "recipient"),
    [
        ({"type": "id", "value": "000A0000"}, Recipient.by_id("000A0000")),
        ({"type": "unicity", "value": [ANNA, "Brand"]}, Recipient.by_unicity(ANNA, "Brand")),
        ({"type": "unicity", "value": ANNA}, Recipient.by_unicity(ANNA)),
        ({"type": "hash", "value": "abc"}, Recipient.by_hash("abc")),
        (
            {"type": "footprint", "id": "00000001", "unicity": ANNA, "hash": "abc"},
            Recipient.footprint("00000001", ANNA, "abc"),
        ),
        ({"type": "contact", "value": {"type": "id", "value": "000A0000"}}, Recipient.by_id("000A0000")),
        ({"id": "000A0000"}, Recipient("", id="000A0000")),
        ({"type": "phone", "value": "06"}, Recipient("phone")),
        (None, None),
        ("text", None),
        ({}, None),
    ],
)
def test_recipients(json: Any, recipient: Recipient | None) -> None:
    assert Recipient.from_json(json) == recipient
    assert ANNA not in repr(Recipient.from_json(json))


def event(detail: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"id": "e1", "timestamp": 1_700_000_000_123, "source": {"type": "email", "detail": detail}, **members}


ACTIVATION = {
    "id": "000ABC",
    "receiver": {"type": "footprint", "id": "000A0000", "unicity": ANNA, "hash": "abc"},
    "recipient": ANNA,
    "stamp": {"time": 1_700_000_000_000, "id": "m1", "thread": "t", "set": "s"},
}


class TestEvents:
    def test_an_activation(self) -> None:
        found = Event.from_json(event({"activation": ACTIVATION}), "activation")
        assert (found.type, found.source, found.object_id, found.address) == ("activation", "email", "000ABC", ANNA)
        assert found.at == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
        assert found.recipient == Recipient.footprint("000A0000", ANNA, "abc")
        assert found.stamp == Stamp(1_700_000_000_000, "m1", "t", "s")
        assert ANNA not in repr(found)

    def test_a_bounce(self) -> None:
        analysis = {"verdict": "hard", "subject": {"type": "address", "detail": {"type": "unknown"}}}
        found = Event.from_json(event({"activation": ACTIVATION, "bounce": {"analysis": analysis}}, type="bounce"))
        assert (found.verdict, found.cause) == ("hard", "address")

    def test_a_cancellation(self) -> None:
        execution = {"id": "000ABC", "recipient": {"type": "id", "value": "000A0000"}, "stamp": {"id": "m1"}}
        cancellation = {"type": "user defined policy", "value": {"type": "render", "message": "no"}}
        found = Event.from_json(event({"execution": execution, "cancellation": cancellation}), "cancellation")
        assert (found.subtype, found.cause) == ("user defined policy", "no")
        assert (found.recipient, found.address) == (Recipient.by_id("000A0000"), None)

    def test_a_hit_knows_its_kind_from_itself_first(self) -> None:
        detail = {"activation": ACTIVATION, "link": {"type": "redirection", "url": "https://example.com"}}
        assert Event.from_json(event(detail), "hit", "open").subtype == "redirection"
        assert Event.from_json(event({"activation": ACTIVATION}), "hit", "open").subtype == "open"

    def test_one_of_a_notification(self) -> None:
        receiver = {"type": "contact", "value": {"type": "id", "value": "000A0000"}}
        found = Event.from_json(event({"activation": {"id": 7, "receiver": receiver}}))
        assert (found.object_id, found.recipient) == ("7", Recipient.by_id("000A0000"))

    @pytest.mark.parametrize("json", [{}, {"id": 3, "source": None}, {"source": {"detail": []}, "timestamp": "never"}])
    def test_one_that_says_nothing(self, json: Any) -> None:
        found = Event.from_json(json, "bounce")
        assert (found.type, found.at, found.recipient, found.stamp) == ("bounce", None, None, None)
        assert found.json == json


def test_actions() -> None:
    json = {
        "id": "000ABC",
        "type": "smsHologram",
        "state": 20,
        "informations": {"state": 38, "folder": "12", "category": None},
        "creationDate": "0001-01-01T00:00:00Z",
        "monitor": {"lastSent": {"at": "2030-01-01T00:00:00Z"}},
        "content": {"html": ANNA},
    }
    action = Action.from_json(json)
    assert (action.state, action.folder, action.category) == (ActionState.TESTED, 12, None)
    assert (action.creation_date, action.last_sent) == (None, datetime(2030, 1, 1, tzinfo=UTC))
    assert not action.is_sendable
    assert action.json == json
    assert ANNA not in repr(action)
    assert Action.from_json({"informations": {"state": 50}}).is_sendable
    assert Action.from_json({"informations": {"state": 55}}).state == 55
    assert Action.from_json({"state": 50}).state is None


def test_results() -> None:
    sent = {"type": "success", "id": "m1", "recipient": ACTIVATION["receiver"]}
    lost = {"type": "error", "value": {"type": "recipient not found", "recipient": {"type": "hash", "value": "abc"}}}
    good, bad, odd = (ExecutionResult.from_json(json) for json in (sent, lost, {"type": "queued"}))
    assert (good.succeeded, good.id, good.recipient) == (True, "m1", Recipient.footprint("000A0000", ANNA, "abc"))
    assert (bad.succeeded, bad.cause, bad.recipient) == (False, "recipient not found", Recipient.by_hash("abc"))
    assert not odd.succeeded
    assert odd.json == {"type": "queued"}
    assert ANNA not in repr(good)


def test_statistics() -> None:
    found = ActionStatistics.from_json({"dispatch": {"sent": 3}, "feedback": {"bounce": {"hard": "1"}, "click": None}})
    assert (found.sent, found.hard_bounces, found.clicked, found.opened) == (3, 1, None, None)
    assert BouncedTarget.from_json({"target": "000A0000", "bounceType": 99}).bounce_type == 99


def test_nothing_personal_or_secret_in_a_repr() -> None:
    secret = "d4FAelIfREOTW2TPig"
    shown = [
        Archive.from_json({"id": "a", "url": f"https://example.com/{secret}"}),
        Subscription.from_json({"id": "s", "provider": {"token": secret}, "contact": {"type": "id", "value": secret}}),
        NotifiableApplication.from_json({"name": "n", "providers": [{"type": "firebase", "key": secret}]}),
        Rendering.from_json({"type": "success", "html": secret, "recipient": secret, "sender": {"value": secret}}),
        NotificationRendering.from_json({"render": {"title": secret, "body": secret}}),
        Conversation.from_json({"id": "c", "events": [{"type": "requested", "recipient": secret}]}),
        CompilableResult.from_json({"type": "success", "value": secret}),
        EmailMessage(Recipient.by_unicity(secret), data={"a": secret}, subject=secret, reply=secret),
        TargetBounces.from_json({"id": "t", "bounces": [{"type": "hardUser", "detail": {"message": secret}}]}),
        RedListEntry.from_json({"id": "t", "detail": {"formId": secret}}),
    ]
    assert not [one for one in shown if secret in repr(one)]


@pytest.mark.parametrize(
    ("model", "json"),
    [
        (Category, {"id": "9", "name": "c"}),
        (Campaign, {"id": "u", "startDate": "0001-01-01T00:00:00Z"}),
        (Notification, {"id": 7, "settings": {"application": "u"}, "versions": [{"id": "v"}, {"name": "x"}, 3]}),
        (Workflow, {"id": 3, "state": 9}),
        (Webtask, {"id": 5}),
        (Compilable, {"id": "u", "stamp": None}),
        (PressureTopic, {"id": "u"}),
        (PressureRule, {"id": "u", "predicate": "odd"}),
    ],
)
def test_documents(model: Any, json: dict[str, Any]) -> None:
    found = model.from_json({**json, "brandNew": {"x": 1}})
    names = {field.name for field in dataclasses.fields(found)}
    assert str(found.id) == str(json["id"])
    assert "json" not in names or found.json["brandNew"] == {"x": 1}


def test_a_notification_finds_its_application_and_versions() -> None:
    found = Notification.from_json({"id": 7, "settings": {"application": "u"}, "versions": [{"id": "v"}, {}, 3]})
    assert (found.application_id, found.versions) == ("u", ("v",))
    assert Notification.from_json({"id": 7, "application": "w"}).application_id == "w"


@pytest.mark.parametrize(
    "model",
    [Action, Archive, Event, ExecutionResult, Rendering, Conversation, Category, Workflow, RedListEntry, Subscription],
)
@pytest.mark.parametrize("json", [None, [], "x", 3])
def test_what_is_no_object_is_refused_without_quoting_it(model: Any, json: Any) -> None:
    with pytest.raises(ValueError, match="as a JSON object, got"):
        model.from_json(json)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1_700_000_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("2023-11-14T22:13:20Z", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        (10**30, None),
        (None, None),
        ("never", None),
    ],
)
def test_moments(value: Any, moment: datetime | None) -> None:
    assert as_moment(value) == moment
