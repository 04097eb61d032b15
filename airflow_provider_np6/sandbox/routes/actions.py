"""Actions: create, read, update, delete, duplicate, and the two phases of validation."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

from airflow_provider_np6.sandbox import actions, shapes
from airflow_provider_np6.sandbox.actions import (
    DELETED,
    READY,
    TESTED,
    TESTING,
    VALIDATED,
    VALIDATING,
    existing,
    put_state,
    state_of,
)
from airflow_provider_np6.sandbox.clock import iso, parse_iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, free, listed, nullable, shape, text, whole
from airflow_provider_np6.sandbox.store import documents, effects, messages, segments
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.windows import moment
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_FIRST = int("QEU", 36)
_SETTINGS = shape(
    fortest=nullable(flag),
    campaignAnalyser=nullable(flag),
    testSegments=nullable(listed(whole)),
    mediaForTest=nullable(text),
    textandHtml=nullable(flag),
    comments=nullable(text),
    variables=listed(free),
)


async def every(call: Call) -> Answer:
    """All actions that are not deleted, by creation date (flagged deprecated, trap 14)."""
    start, end = moment(call, "creation_start"), moment(call, "creation_end")
    reader = call.service.store.reader
    found = [action for action in documents.every(reader, actions.KIND) if _created_within(action, start, end)]
    return Answer.json([_summary(reader, action) for action in found])


def _created_within(action: dict[str, Any], start: int | None, end: int | None) -> bool:
    created = int((parse_iso(action["creationDate"]) or datetime.now(UTC)).timestamp() * 1000)
    within = (start is None or created >= start) and (end is None or created < end)
    return within and state_of(action) != DELETED


def _summary(connection: sqlite3.Connection, action: dict[str, Any]) -> dict[str, Any]:
    shown = {key: action[key] for key in ("type", "id", "name", "creationDate", "informations")}
    templating = action["settings"].get("templating")
    shown["settings"] = {"templating": templating} if templating else {}
    if "scheduler" in action:
        shown["scheduler"] = action["scheduler"]
    last = messages.last_sent(connection, action["id"])
    shown["monitor"] = {} if last is None else {"lastSent": {"at": iso(last / 1000)}}
    return shown


def _check_name(connection: sqlite3.Connection, service: Service, action: dict[str, Any]) -> None:
    if service.answer("action-names") == "unique":
        documents.require_free_name(connection, actions.KIND, action["name"], action.get("id"))


async def create(call: Call) -> Answer:
    """200 (not 201); with content the action is in state 20, without in 10 (live audit)."""
    service, given = call.service, actions.read_action(call.document())

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        actions.check_references(connection, service, given)
        action = actions.settled(given)
        _check_name(connection, service, action)
        return _insert(connection, action)

    return Answer.json(await service.store.write(work))


def _insert(connection: sqlite3.Connection, action: dict[str, Any]) -> dict[str, Any]:
    number = documents.next_number(connection, actions.KIND, _FIRST)
    action["id"] = target_id(number)[-6:]
    documents.save(connection, actions.KIND, action)
    return action


async def read(call: Call) -> Answer:
    """The document; a deleted action is gone, or in state 90 (open)."""
    action = documents.find(call.service.store.reader, actions.KIND, call.parameters["id"].upper())
    if action is None:
        raise RefusalError(404)
    deleted = call.service.answer("deleted-action")
    if state_of(action) == DELETED and deleted != "90":
        raise RefusalError(int(deleted))
    return Answer.json(action)


def _present(connection: sqlite3.Connection, call: Call) -> dict[str, Any]:
    """The action; reading, updating and deleting document no 410."""
    try:
        return existing(connection, call.parameters["id"])
    except RefusalError:
        raise RefusalError(404) from None


async def update(call: Call) -> Answer:
    """Full replacement (trap 21). While a phase runs, once sent or archived: 409; once validated: an assumption."""
    service, given = call.service, actions.read_action(call.document())

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        before = _present(connection, call)
        if given["type"] != before["type"]:
            raise RefusalError(409)
        actions.check_references(connection, service, given)
        action = actions.settled(given, before)
        _check_name(connection, service, action)
        put_state(connection, action, _state_after_update(service, action))
        return action

    action = await service.store.write(work)
    service.timeline.changed()
    return Answer.json(action)


def _state_after_update(service: Service, action: dict[str, Any]) -> int:
    state = state_of(action)
    if state in (actions.EMPTY, READY):
        return state
    answer = service.answer("update-validated")
    if state not in (TESTED, VALIDATED) or answer == "409":
        raise RefusalError(409)
    return state if answer == "keep" else READY


async def delete(call: Call) -> Answer:
    """204; the action keeps its events and is in state 90 (legacy e)."""

    def work(connection: sqlite3.Connection) -> None:
        put_state(connection, _present(connection, call), DELETED)

    await call.service.store.write(work)
    call.service.timeline.changed()
    return Answer(204)


async def duplicate(call: Call) -> Answer:
    """A copy that is not validated. No document tells the values of `type`: it is checked and ignored."""
    folder, _ = _query_number(call, "folder"), _query_number(call, "type")

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        original = existing(connection, call.parameters["id"])
        given = {key: value for key, value in original.items() if key not in ("id", "creationDate")}
        given["informations"] = {**original["informations"], **({} if folder is None else {"folder": folder})}
        action = {**actions.settled(given), "name": f"Copy of {original['name']}"}
        _check_name(connection, call.service, action)
        return _insert(connection, action)

    return Answer.json(await call.service.store.write(work))


def _query_number(call: Call, name: str) -> int | None:
    value = call.one(name)
    if not value:
        return None
    if not (value.lstrip("-").isdigit() and value.isascii() and len(value) <= 11):
        raise RefusalError(400, f"{name} must be a number")
    return shapes.whole(int(value), name) if value else None


async def validate(call: Call) -> Answer:
    """`fortest: true` runs the test phase (20 to 38), `fortest: false` validates (38 to 50); 204 is not completion.

    409 without a body when the state forbids it (traps 2 to 4).
    """
    service, settings = call.service, shapes.read(_SETTINGS, call.document())
    fault = service.faults.strike_action(call.path, "validation")
    kind = fault.kind if fault is not None else ""
    begin = _begin_test if settings.get("fortest") else _begin_validation

    def work(connection: sqlite3.Connection) -> None:
        action = existing(connection, call.parameters["id"])
        before = state_of(action)
        running, after = begin(connection, service, action, settings)
        put_state(connection, action, running)
        if kind != "validation-hangs":
            due = now_ms() + int(service.options.validation_seconds * 1000)
            reached = before if kind == "validation-fails" else after
            effects.plan(connection, due, "state", action["id"], {"state": reached})

    await service.store.write(work)
    service.timeline.changed()
    return Answer(204)


def _begin_test(
    connection: sqlite3.Connection, service: Service, action: dict[str, Any], settings: dict[str, Any]
) -> tuple[int, int]:
    """The states while the test phase runs and after it. A test may be repeated."""
    numbers, address = settings.get("testSegments") or [], settings.get("mediaForTest")
    if not numbers and not address:
        raise RefusalError(400, "testSegments are missing")
    for number in numbers:
        segment = segments.find(connection, number)
        if segment is None:
            raise RefusalError(404)
        if not segment["isTest"]:
            raise RefusalError(409)
    if state_of(action) not in (READY, TESTED):
        raise RefusalError(409)
    actions.send_proofs(connection, service, action, numbers, address)
    return TESTING, TESTED


def _begin_validation(
    connection: sqlite3.Connection, service: Service, action: dict[str, Any], settings: dict[str, Any]
) -> tuple[int, int]:
    """The states while production validation runs and after it; never without the test phase."""
    if state_of(action) != TESTED:
        raise RefusalError(409)
    return VALIDATING, VALIDATED


async def unvalidate(call: Call) -> Answer:
    """From 38 or 50 back to 20; needs a JSON body, `{}` will do (trap 18). Twice is 409."""
    shapes.read(_SETTINGS, call.document())

    def work(connection: sqlite3.Connection) -> None:
        action = existing(connection, call.parameters["id"])
        if state_of(action) not in (TESTED, VALIDATED):
            raise RefusalError(409)
        put_state(connection, action, READY)

    await call.service.store.write(work)
    call.service.timeline.changed()
    return Answer(204)


async def archive(call: Call) -> Answer:
    """Put an action in state 100, read-only, as a person in the back office would."""

    def work(connection: sqlite3.Connection) -> None:
        put_state(connection, existing(connection, call.parameters["id"]), actions.ARCHIVED)

    await call.service.store.write(work)
    call.service.timeline.changed()
    return Answer(204)


ROUTES = (
    Route("GET", "/actions", every),
    Route("POST", "/actions", create, Body.JSON),
    Route("GET", "/actions/{id}", read),
    Route("PUT", "/actions/{id}", update, Body.JSON),
    Route("DELETE", "/actions/{id}", delete),
    Route("POST", "/actions/{id}/duplication", duplicate),
    Route("POST", "/actions/{id}/validation", validate, Body.JSON, needs="send"),
    Route("DELETE", "/actions/{id}/validation", unvalidate, Body.OPTIONAL, needs="send"),
    Route("POST", "/sandbox/actions/{id}/archive", archive, local=True),
)
