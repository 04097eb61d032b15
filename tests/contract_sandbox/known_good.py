"""One call that succeeds for each operation that chance alone would not get through."""

from __future__ import annotations

from typing import Any

from tests.contract_sandbox.world import BINDING, MAIL, World, by_id, subscription_of


def bodies(world: World) -> dict[str, Any]:
    """Bodies by `METHOD path`."""
    target, segment = world.ids["targets"][0], world.ids["segments"][0]
    recipient = {"recipient": by_id(target)}
    application = world.ids["applications"][0]
    written = {"Email": "new@example.com", "Lastname": "Made Up", "Loyalty points": 3}
    return {
        "PUT /targets": written,
        "POST /targets": written,
        "PUT /targets/{id}": {"Lastname": "Changed"},
        "DELETE /targets": {"type": "id", "value": [target]},
        "POST /targets/{id}/redlist/mail": {"id": target, "timestamp": "2026-01-02T03:04:05Z", "origin": 1},
        "POST /targets/{id}/redlist/sms": {"id": target, "timestamp": "2026-01-02T03:04:05Z", "origin": 6},
        "POST /fields": {"type": "textField", "name": "New", "constraint": {"operator": 4, "value": "150"}},
        "PUT /fields/{id}": {"type": "textField", "name": "Renamed"},
        "POST /valueLists": {"name": "new", "values": [{"index": 1, "value": "one"}]},
        "PUT /valueLists/{id}": {"name": "renamed", "values": [{"index": 1, "value": "one"}]},
        "POST /valueLists/{id}/values": {"value": "two"},
        "PUT /valueLists/{id}/values/{index}": {"value": "another"},
        "POST /segments": {"type": "static", "name": "new", "isTest": False},
        "PUT /segments/{id}": {"type": "static", "name": "renamed", "expiration": "2027-03-01T11:00:00Z"},
        "PUT /segments/{id}/targets": [target],
        "POST /imports": {"name": "new", "binding": world.ids["importFormats"][0]},
        "PUT /imports/{id}": {"name": "renamed", "binding": world.ids["importFormats"][0]},
        "POST /imports/{id}/executions": {"binding": world.ids["importFormats"][0]},
        "POST /importFormats": {"name": "new", **BINDING},
        "PUT /subscriptions": subscription_of("0581e259-9039-487c-a94e-ff8c3944f956", application, target),
        "POST /parameters/applications": {"type": "native", "name": "new"},
        "POST /actions": {"type": "mailMessage", "name": "new", **MAIL},
        "PUT /actions/{id}": {"type": "mailMessage", "name": "renamed", **MAIL},
        "POST /actions/{id}/validation": {"fortest": True, "testSegments": [segment]},
        "DELETE /actions/{id}/validation": {},
        "POST /actions/{id}/executions": [recipient, {"recipient": {"type": "unicity", "value": ["no@example.com"]}}],
        "POST /actions/{id}/execution": recipient,
        "POST /actions/{id}/renders": [{"receiver": by_id(target)}],
        "POST /actions/{id}/render": {"receiver": by_id(target)},
        "POST /actions/{id}/render/links": {"receiver": by_id(target)},
        "POST /actions/{id}/targets/{targetId}": {},
        "POST /actions/{id}/targets": [recipient],
        "POST /notifications": {"name": "new", "type": "push-app", "application": application},
        "PUT /notifications/{id}": {"name": "renamed"},
        "POST /notifications/{id}/render": {"receiver": {"id": target}},
        "POST /notifications/{id}/versions/{version}/render": {"receiver": {"id": target}},
        "POST /notifications/{id}/test": {"recipient": {"type": "segment", "value": segment}},
        "POST /notifications/{id}/versions/{version}/test": {"recipient": {"type": "segment", "value": segment}},
        "POST /notifications/{id}/execution": {"recipient": {"type": "contact", "value": by_id(target)}},
        "POST /notifications/{id}/executions": [{"recipient": {"type": "contact", "value": by_id(target)}}],
        "POST /scripting/workflows": {"name": "new", "nodes": [{"type": "sleep", "id": "a", "default": True}]},
        "PUT /scripting/workflows/{id}": {"name": "renamed"},
        "PUT /scripting/workflows/{id}/capping": [],
        "PUT /scripting/workflows/{id}/nodes": [{"type": "terminal", "id": "end"}],
        "POST /campaigns": {"name": "new", "items": [{"type": "email", "id": 1}]},
        "POST /campaigns/{id}/events": {"itemsEvents": [{"type": "email", "items": world.ids["actions"][:1]}]},
        "PATCH /scripting/webtasks/{id}": {"description": "changed"},
        "POST /scripting/compilables": {"name": "new"},
        "POST /scripting/compilables/{id}/execution": {},
        "POST /scripting/compilables/{id}/preview": {},
        "POST /categories": {"name": "new"},
        "PUT /categories/{id}": {"name": "renamed"},
        "PUT /settings/marketing/pressure/topic": True,
    }


def queries(world: World) -> dict[str, dict[str, str]]:
    """Query parameters by path."""
    person = {"unicity": "p0@example.com"}
    return {
        "/targets": person,
        "/targets/subscriptions": person,
        "/notifications/{id}/render/contact": person,
        "/notifications/{id}/versions/{version}/render/contact": person,
        **{f"/targets/events{part}": person for part in ("", "/activations", "/hits", "/responses/stop")},
    }


def places(world: World) -> dict[str, dict[str, Any]]:
    """Path parameters by `METHOD path`, where the first of their kind will not do."""
    ready, dynamic, stranger = world.ids["actions"][2], world.ids["segments"][1], world.ids["targets"][3]
    return {
        "PUT /actions/{id}": {"id": ready},
        "POST /actions/{id}/validation": {"id": ready},
        "DELETE /segments/{id}": {"id": dynamic},
        "POST /targets/{id}/segments/{segmentId}": {"id": stranger},
    }
