"""Notifications: create, read, update, delete, render, test, send."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.sandbox import actions, people, shapes
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.sending import Outgoing, Sending
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, free, identifier, listed, shape, text, whole
from airflow_provider_np6.sandbox.store import documents, segments
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

KIND = "notification"
_FIRST = 300
_TYPED = shape(type=text)
_NOTIFICATION = shape(
    ("name",),
    type=text,
    name=shapes.name,
    description=text,
    active=flag,
    settings=shape(urgent=flag, purpose=free, expiration=free, mp=free),
    application=identifier,
    task=shape(id=identifier, name=text, description=text, scheduler=free),
    versions=listed(shape(id=identifier)),
)
_CONTENT: Mapping[str, shapes.Check] = {
    "title": text,
    "body": text,
    "icon": text,
    "thumbnail": text,
    "image": text,
    "data": free,
    "variables": listed(free),
    "redirection": _TYPED,
    "channel": _TYPED,
}
_SHOWN = ("title", "body", "icon", "thumbnail", "image")


def _recipient(value: Any, place: str) -> dict[str, Any]:
    """`{type: contact, value: a reference}`, as the events have it (trap 11); a bare reference is taken too."""
    if isinstance(value, dict) and value.get("type") == "contact":
        return people.read_reference(value.get("value"), f"{place}.value")
    return people.read_reference(value, place)


_EXECUTION = shape(("recipient",), recipient=_recipient, stamp=actions.STAMP, urgent=flag, **_CONTENT)
_TEST = shape(recipient=shape(type=text, value=whole), expiration=shape(type=text, value=free), **_CONTENT)
_RENDER = shape(receiver=shape(id=text, unicity=text, hash=text), related=free, stamp=actions.STAMP)


async def every(call: Call) -> Answer:
    """All notifications."""
    return Answer.json(documents.every(call.service.store.reader, KIND))


def existing(connection: sqlite3.Connection, call: Call) -> dict[str, Any]:
    """The notification, or 404; also when a version is asked for that it does not have."""
    notification = documents.find(connection, KIND, call.number())
    if notification is None:
        raise RefusalError(404)
    if "version" in call.parameters:
        version = call.uuid("version")
        if all(version != row.get("id") for row in notification["versions"]):
            raise RefusalError(404)
    return notification


def _settled(call: Call, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = shapes.read(_NOTIFICATION, call.document())
    now = now_iso()
    creation = before["stamp"]["creation"] if before else now
    versions = body.get("versions") or (before or {}).get("versions") or [{"id": str(uuid.uuid4())}]
    return {
        "type": "push-app",
        "active": True,
        **body,
        "versions": [{"id": str(uuid.uuid4()), **version} for version in versions],
        "stamp": {"creation": creation, "modification": now},
    }


async def create(call: Call) -> Answer:
    """200 with its number and a first version."""
    notification = _settled(call)

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        notification["id"] = documents.next_number(connection, KIND, _FIRST)
        documents.save(connection, KIND, notification)
        return notification

    return Answer.json(await call.service.store.write(work))


async def read(call: Call) -> Answer:
    """One notification."""
    return Answer.json(existing(call.service.store.reader, call))


async def update(call: Call) -> Answer:
    """Full replacement; versions that the body leaves out stay."""

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        before = existing(connection, call)
        notification = {**_settled(call, before), "id": before["id"]}
        documents.save(connection, KIND, notification)
        return notification

    return Answer.json(await call.service.store.write(work))


async def delete(call: Call) -> Answer:
    """204; events stay."""

    def work(connection: sqlite3.Connection) -> None:
        documents.delete(connection, KIND, existing(connection, call)["id"])

    await call.service.store.write(work)
    return Answer(204)


def _outgoing(notification: Mapping[str, Any]) -> Outgoing:
    version = notification["versions"][0]
    content = {key: version[key] for key in _SHOWN if isinstance(version.get(key), str)}
    activation = {"version": version["id"]}
    if notification.get("application"):
        activation["application"] = notification["application"]
    return Outgoing(KIND, str(notification["id"]), notification["id"], None, False, content, activation)


def _result(connection: sqlite3.Connection, service: Service, sending: Sending, request: dict[str, Any]) -> Any:
    row = people.find_reference(connection, service, request["recipient"])
    if row is None:
        return {"type": "error", "value": {"type": "recipient not found", "recipient": request["recipient"]}}
    more = {key: request[key] for key in _SHOWN if key in request}
    message = sending.send(row, request.get("stamp"), sending.obstacle(row), **more)
    return {"type": "success", "id": message, "recipient": people.footprint(service, row)}


async def _send(call: Call, requests: list[dict[str, Any]]) -> list[Any]:
    service = call.service

    def work(connection: sqlite3.Connection) -> list[Any]:
        notification = existing(connection, call)
        if not notification["active"]:
            raise RefusalError(409)
        sending = Sending(connection, service, _outgoing(notification), now_ms())
        results = [_result(connection, service, sending, request) for request in requests]
        sending.finish()
        return results

    results = await service.store.write_aside(work)
    service.timeline.changed()
    return results


async def send_many(call: Call) -> Answer:
    """A result per recipient, shaped like those of an action: no document shows the answer."""
    return Answer.json(await _send(call, shapes.read(listed(_EXECUTION), call.document())))


async def send_one(call: Call) -> Answer:
    """The result of one recipient."""
    (result,) = await _send(call, [shapes.read(_EXECUTION, call.document())])
    return Answer.json(result)


async def test(call: Call) -> Answer:
    """A test to a subscription or a test segment, which is not sent; no document shows the answer."""
    request = shapes.read(_TEST, call.document())
    reader = call.service.store.reader
    notification = existing(reader, call)
    number = (request.get("recipient") or {}).get("value")
    if number is not None and segments.find(reader, number) is None:
        raise RefusalError(404)
    return Answer.json({"type": "success", "notification": notification["id"]})


def _rendered(call: Call, notification: Mapping[str, Any], row: Row | None) -> Answer:
    version = call.parameters.get("version") or notification["versions"][0]["id"]
    chosen = next(row for row in notification["versions"] if row["id"] == str(uuid.UUID(version)))
    meta: dict[str, Any] = {"notification": notification["id"], "version": chosen["id"]}
    if notification.get("application"):
        meta["application"] = notification["application"]
    if row is not None:
        found = documents.of_reference(call.service.store.reader, "subscription", row.key.hex())
        meta |= {"subscription": found[0]["id"]} if found else {}
    render = {key: chosen[key] for key in _SHOWN if isinstance(chosen.get(key), str)}
    return Answer.json({"type": "success", "meta": meta, "render": render})


async def render(call: Call) -> Answer:
    """A preview, for a receiver when the body names one that exists."""
    receiver = shapes.read(_RENDER, call.document()).get("receiver") or {}
    notification = existing(call.service.store.reader, call)
    row = None
    if any(receiver.get(key) for key in ("id", "unicity", "hash")):
        reference = people.read_reference({**receiver, "type": "footprint"}, "receiver")
        row = people.find_reference(call.service.store.reader, call.service, reference)
        if row is None:
            raise RefusalError(404)
    return _rendered(call, notification, row)


async def render_contact(call: Call) -> Answer:
    """A preview for the contact of exactly one of `?unicity=` and `?hash=`, or of the path."""
    reader = call.service.store.reader
    notification = existing(reader, call)
    if "contact" in call.parameters:
        return _rendered(call, notification, people.existing(reader, call.service, call.parameters["contact"]))
    return _rendered(call, notification, people.asked_for(reader, call, ("unicity", "hash")))


_ONE = "/notifications/{id}"
_VERSION = f"{_ONE}/versions/{{version}}"
ROUTES = (
    Route("GET", "/notifications", every),
    Route("POST", "/notifications", create, Body.JSON),
    Route("GET", _ONE, read),
    Route("PUT", _ONE, update, Body.JSON),
    Route("DELETE", _ONE, delete),
    *(
        route
        for base in (_ONE, _VERSION)
        for route in (
            Route("POST", f"{base}/render", render, Body.JSON, needs="read"),
            Route("GET", f"{base}/render/contact", render_contact),
            Route("GET", f"{base}/render/contact/{{contact}}", render_contact),
            Route("POST", f"{base}/test", test, Body.JSON, needs="send"),
        )
    ),
    Route("POST", f"{_ONE}/execution", send_one, Body.JSON, needs="send"),
    Route("POST", f"{_ONE}/executions", send_many, Body.JSON, needs="send"),
)
