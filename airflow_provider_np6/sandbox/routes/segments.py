"""Segments and their members (D-s1 to D-s4, L-segments)."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from airflow_provider_np6.sandbox import bodies, shapes
from airflow_provider_np6.sandbox.clock import iso, now_iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.people import find_id, find_joined
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, moment, shape, text, whole
from airflow_provider_np6.sandbox.store import documents, segments
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

MOST_MEMBERS_PER_CALL = 50
# Legacy (c): a client's author documents the member list as "the 30 first targets ids".
FIRST_MEMBERS = 30
_JOINTS = {"none": "", "semicolon": ";", "pipe": "|"}
_YEAR = 365 * 24 * 3600
_UNICITY_ACCEPT = "application/vnd.mperf.v8.unicity"


def existing(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """The segment, or 404."""
    segment = segments.find(connection, number)
    if segment is None:
        raise RefusalError(404)
    return segment


def used_by_action(connection: sqlite3.Connection, number: int) -> bool:
    """Whether a campaign that is not deleted names the segment."""
    for action in documents.every(connection, "action"):
        chosen = (action.get("scheduler") or {}).get("segments") or {}
        if action["informations"]["state"] != 90 and number in [
            *chosen.get("selected", ()),
            *chosen.get("excluded", ()),
        ]:
            return True
    return False


def _lower(value: Any, place: str) -> str:
    """`Static` was once written so (legacy c)."""
    return str(shapes.choice("static", "dynamic")(text(value, place).lower(), place))


_SEGMENT = shape(
    ("type", "name"),
    type=_lower,
    name=shapes.name,
    description=text,
    expiration=moment,
    isTest=flag,
    parentId=whole,
)


def _body(call: Call, base: dict[str, Any]) -> dict[str, Any]:
    body = shapes.free(call.document(), "")
    given = {**base, **{key: value for key, value in body.items() if value is not None}}
    segment: dict[str, Any] = {"isTest": False, **shapes.read(_SEGMENT, given)}
    return segment


async def every(call: Call) -> Answer:
    """List items omit the description in every documented example."""
    found = segments.every(call.service.store.reader)
    return Answer.json([{k: v for k, v in segment.items() if k != "description"} for segment in found])


async def create(call: Call) -> Answer:
    """An expiration that is left out is one year ahead, as in the documented example (D-s1)."""
    base = {"creation": now_iso(), "expiration": iso(time.time() + _YEAR)}
    segment = _body(call, base) | {"creation": base["creation"]}
    created = await call.service.store.write(lambda connection: segments.create(connection, segment))
    return Answer.json(created)


async def read(call: Call) -> Answer:
    """One segment."""
    return Answer.json(existing(call.service.store.reader, call.number()))


async def update(call: Call) -> Answer:
    """Change name, description, expiration or test mark; what the body leaves out stays."""
    number = call.number()

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        return segments.update(connection, number, _body(call, existing(connection, number)))

    return Answer.json(await call.service.store.write(work))


async def delete(call: Call) -> Answer:
    """Delete the segment, its targets stay: 204; refused when an action uses it (D-s1)."""
    number = call.number()

    def work(connection: sqlite3.Connection) -> None:
        existing(connection, number)
        if used_by_action(connection, number):
            raise RefusalError(409)
        segments.delete(connection, number)

    await call.service.store.write(work)
    return Answer(204)


async def members(call: Call) -> Answer:
    """Ids of all members, without paging (D-s3); of the first 30 with `--assume member-list=first-30`."""
    number, service = call.number(), call.service
    existing(service.store.reader, number)
    most = FIRST_MEMBERS if service.answer("member-list") == "first-30" else None
    return Answer.json([target_id(member) for member in segments.members(service.store.reader, number)[:most]])


async def add(call: Call) -> Answer:
    """Adds, does not replace (trap 11); answers how many came in. Unknown identifiers are skipped (question 16)."""
    number, service = call.number(), call.service
    identifiers = bodies.read_identifiers(call.json(), MOST_MEMBERS_PER_CALL, service.answer("over-50"))
    as_unicity = _UNICITY_ACCEPT in call.headers.get("accept", "")

    def work(connection: sqlite3.Connection) -> int:
        if existing(connection, number)["type"] != "static":
            raise RefusalError(409)
        rows = [_member(connection, service, text, as_unicity) for text in identifiers]
        return segments.add(connection, number, [row.number for row in rows if row is not None])

    return Answer.json(await service.store.write(work))


def _member(connection: sqlite3.Connection, service: Service, text: str, as_unicity: bool) -> Row | None:
    """An id, or else a unicity; the Accept of the older docs says that all are unicities (question 15)."""
    row = None if as_unicity else find_id(connection, service, text)
    if row is not None:
        return row
    return find_joined(connection, service, text, _JOINTS[service.answer("unicity-join")])


async def empty(call: Call) -> Answer:
    """Remove all members, the targets stay: 204 (D-s4); 409 for a dynamic segment."""
    number = call.number()

    def work(connection: sqlite3.Connection) -> None:
        if existing(connection, number)["type"] != "static":
            raise RefusalError(409)
        segments.empty(connection, number)

    await call.service.store.write(work)
    return Answer(204)


ROUTES = (
    Route("GET", "/segments", every),
    Route("POST", "/segments", create, Body.JSON),
    Route("GET", "/segments/{id}", read),
    Route("PUT", "/segments/{id}", update, Body.JSON),
    Route("DELETE", "/segments/{id}", delete),
    Route("GET", "/segments/{id}/targets", members),
    Route("PUT", "/segments/{id}/targets", add, Body.JSON),
    Route("DELETE", "/segments/{id}/targets", empty),
)
