"""Sending with an action: many, one, the older single send, the legacy bulk send."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from airflow_provider_np6.sandbox import actions, people, shapes
from airflow_provider_np6.sandbox.actions import CAMPAIGNS, VALIDATED, channel_of, existing, outgoing, state_of
from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.faults import Fault
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.sending import Sending
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, free, listed, shape, text
from airflow_provider_np6.sandbox.store import messages
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

EMAIL, SMS = "application/vnd.np6.cm.email", "application/vnd.np6.cm.sms"
MEDIA = {"email": EMAIL, "sms": SMS}
_V4 = "application/vnd.np6.cm.email-v4"
_MESSAGE_ID = "application/vnd.mperf.v8.message.id"
_ATTACHMENT = shape(name=text, mime=text, data=free)
_OVERRIDABLE = "4.1"
_REQUESTS: Mapping[str, shapes.Check] = {
    EMAIL: shape(
        ("recipient",),
        recipient=people.read_reference,
        related=people.read_reference,
        copies=listed(free),
        headers=actions.HEADERS,
        subject=text,
        attachments=listed(_ATTACHMENT),
        content=free,
        data=free,
        blocks=listed(free),
        variables=listed(free),
        stamp=actions.STAMP,
        urgent=flag,
        important=flag,
    ),
    SMS: shape(("recipient",), recipient=people.read_reference, data=free, variables=listed(free), stamp=actions.STAMP),
}


def sendable(connection: sqlite3.Connection, identifier: str) -> dict[str, Any]:
    """The action when it may send: validated and no campaign; 409 without a body otherwise (trap 2)."""
    action = existing(connection, identifier)
    if state_of(action) != VALIDATED or action["type"] in CAMPAIGNS:
        raise RefusalError(409)
    return action


def _check_media(call: Call, action: Mapping[str, Any]) -> None:
    if MEDIA[channel_of(action)] != call.media:
        raise RefusalError(415)


def _check_override(action: Mapping[str, Any], requests: list[dict[str, Any]]) -> None:
    """Trap 17: content may be overridden with templating 4.1 only."""
    version = action["settings"].get("templating", {}).get("version")
    if version != _OVERRIDABLE and any(request.get("content") for request in requests):
        raise RefusalError(409)


class _Batch:
    """One call's recipients, one after the other; each has a result of its own (trap 5)."""

    def __init__(self, connection: sqlite3.Connection, service: Service, action: dict[str, Any], fault: Fault | None):
        self._connection = connection
        self._service = service
        self._sending = Sending(connection, service, outgoing(service, action), now_ms())
        self._fault = fault
        self._number = 0
        self._stamps: set[str] = set()

    def send(self, request: dict[str, Any]) -> dict[str, Any]:
        """The result of one recipient, success or error."""
        self._number += 1
        row = people.find_reference(self._connection, self._service, request["recipient"])
        if row is None:
            return _error("recipient not found", request["recipient"])
        cause = self._refusal(row)
        if cause is not None:
            return _error(cause, request["recipient"])
        stamp = request.get("stamp") or {}
        identifier = stamp.get("id")
        if identifier is None or not self._is_repeated(identifier):
            more = _override(request)
            identifier = self._sending.send(row, stamp, self._obstacle(row), **more)
        self._stamps.add(identifier)
        return {"type": "success", "id": identifier, "recipient": people.footprint(self._service, row)}

    def finish(self) -> None:
        """Write what was sent."""
        self._sending.finish()

    def _is_repeated(self, identifier: str) -> bool:
        known = identifier in self._stamps or messages.find(self._connection, identifier) is not None
        return known and self._service.answer("repeated-stamp") == "ignored"

    def _refusal(self, row: Row) -> str | None:
        """Why a recipient gets an error instead of a message: a fault, or what the assumptions say."""
        if self._fault is not None and self._number % self._fault.parameters["every"] == 0:
            return str(self._fault.parameters.get("cause", "internal error"))
        obstacle = self._sending.obstacle(row)
        answer = self._service.answer(_QUESTIONS[obstacle]) if obstacle in _QUESTIONS else ""
        return obstacle if answer == "error" else None

    def _obstacle(self, row: Row) -> str | None:
        obstacle = self._sending.obstacle(row)
        ignored = obstacle in _QUESTIONS and self._service.answer(_QUESTIONS[obstacle]) == "sent"
        return None if ignored else obstacle


_QUESTIONS = {"redlist": "redlisted-recipient", "bounces": "bounced-recipient"}


def _override(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request changes of the content (activation side, "Per-send overrides")."""
    content = request.get("content") or {}
    more = {key: value for key, value in content.items() if key in ("html", "text") and isinstance(value, str)}
    return more | ({"subject": request["subject"]} if "subject" in request else {})


def _error(cause: str, recipient: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "error", "value": {"type": cause, "recipient": recipient}}


Work = Callable[[_Batch], Any]


async def _send(call: Call, requests: list[dict[str, Any]], check: Callable[[dict[str, Any]], None]) -> list[Any]:
    """The results in the order of the requests. All of a call is written, or nothing of it."""
    service = call.service
    fault = service.faults.strike_action(call.path, "send")

    def work(connection: sqlite3.Connection) -> list[dict[str, Any]]:
        action = sendable(connection, call.parameters["id"])
        check(action)
        _check_override(action, requests)
        batch = _Batch(connection, service, action, fault)
        results = [batch.send(request) for request in requests]
        batch.finish()
        return results

    results = await service.store.write_aside(work)
    service.timeline.changed()
    return results


async def many(call: Call) -> Answer:
    """200 with a result per recipient, even when some or all are errors (trap 5)."""
    requests = shapes.read(listed(_REQUESTS[call.media]), call.document())
    return Answer.json(await _send(call, requests, partial(_check_media, call)))


async def one(call: Call) -> Answer:
    """The result of one recipient."""
    request = shapes.read(_REQUESTS[call.media], call.document())
    (result,) = await _send(call, [request], partial(_check_media, call))
    return Answer.json(result)


async def single(call: Call) -> Answer:
    """The older send to one target: 204, or its conversation id when that is asked for (legacy e)."""
    body = call.json()
    if body is not None and not isinstance(body, dict):
        raise BadBodyError("the body must be an object")
    request = {"recipient": {"type": "id", "value": call.parameters["targetId"]}, **_single_content(body or {})}
    (result,) = await _send(call, [request], lambda action: None)
    if result["type"] == "error":
        raise RefusalError(404)
    if _MESSAGE_ID in call.headers.get("accept", ""):
        return Answer.json(result["id"])
    return Answer(204)


def _single_content(body: Mapping[str, Any]) -> dict[str, Any]:
    """`{content: {html, text}, header: {subject}}`, the legacy override; it knows no templating version."""
    content, header = body.get("content"), body.get("header")
    subject = header.get("subject") if isinstance(header, dict) else None
    found = {"subject": subject} if isinstance(subject, str) else {}
    return {**found, **({"content": content} if isinstance(content, dict) else {})}


async def bulk(call: Call) -> Answer:
    """The legacy bulk send: an array of conversation ids; 404 and nothing sent when a recipient is unknown."""
    requests = shapes.read(listed(shape(("recipient",), recipient=people.read_reference)), call.document())

    def all_known(action: dict[str, Any]) -> None:
        reader = call.service.store.reader
        if not all(people.find_reference(reader, call.service, request["recipient"]) for request in requests):
            raise RefusalError(404)

    results = await _send(call, [{"recipient": request["recipient"]} for request in requests], all_known)
    return Answer.json([result.get("id", "") for result in results])


ROUTES = (
    Route("POST", "/actions/{id}/executions", many, Body.JSON, (EMAIL, SMS), needs="send"),
    Route("POST", "/actions/{id}/execution", one, Body.JSON, (EMAIL, SMS), needs="send"),
    Route("POST", "/actions/{id}/targets", bulk, Body.JSON, (_V4,), needs="send"),
    Route("POST", "/actions/{id}/targets/{targetId}", single, Body.OPTIONAL, needs="send"),
)
