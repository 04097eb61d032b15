"""The red list: put one target on it, list it (D-c4 to D-c6, L-statistics). Removal was seen nowhere."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from airflow_provider_np6.sandbox.clock import iso, now_iso, parse_iso
from airflow_provider_np6.sandbox.people import existing
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.store import redlist
from airflow_provider_np6.sandbox.wire import Answer, Call, Handler, RefusalError

_ORIGIN_API = 1


def adder(medium: str) -> Handler:
    """The handler that puts a target on the red list of a medium: 204."""

    async def add(call: Call) -> Answer:
        timestamp, origin, detail = _entry(call)

        def work(connection: sqlite3.Connection) -> None:
            row = existing(connection, call.service, call.parameters["id"])
            redlist.add(connection, row.key, medium, timestamp, origin, detail)

        await call.service.store.write(work)
        return Answer(204)

    return add


def _entry(call: Call) -> tuple[str, int, dict[str, object]]:
    """Timestamp, origin and detail of the body; the sandbox honours them (question 9 is open)."""
    body = call.json()
    if not isinstance(body, dict):
        raise RefusalError(400, "a red list entry is expected")
    if body.get("id") not in (None, call.parameters["id"]):
        raise RefusalError(400, "the id differs from that of the path")
    origin = body.get("origin", _ORIGIN_API)
    if isinstance(origin, bool) or origin not in range(10):
        raise RefusalError(400, "origin must be a number from 0 to 9")
    detail = body.get("detail")
    return _timestamp(body.get("timestamp")), origin, detail if isinstance(detail, dict) else {}


def _timestamp(given: object) -> str:
    if given is None:
        return now_iso()
    moment = parse_iso(str(given))
    if moment is None:
        raise RefusalError(400, "timestamp must be a date")
    return iso(moment.timestamp())


def lister(medium: str) -> Handler:
    """The handler that lists the red list of a medium within `startDate` and `endDate`."""

    async def every(call: Call) -> Answer:
        start, end = _bound(call, "startDate"), _bound(call, "endDate")
        found = [
            entry
            for entry in redlist.entries(call.service.store.reader, medium)
            if _within(entry["timestamp"], start, end)
        ]
        if not found and call.service.answer("empty-redlist") == "204":
            return Answer(204)
        return Answer.json(found)

    return every


def _bound(call: Call, name: str) -> datetime | None:
    text = call.one(name)
    moment = parse_iso(text.replace(" ", "+")) if text else None
    if text and moment is None:
        raise RefusalError(400, f"{name} must be a date")
    return moment


def _within(timestamp: str, start: datetime | None, end: datetime | None) -> bool:
    """Start inclusive, end exclusive, as the events have it; for the red list no document says (trap 14)."""
    moment = parse_iso(timestamp)
    return moment is None or ((start is None or moment >= start) and (end is None or moment < end))


ROUTES = tuple(
    route
    for medium in redlist.MEDIA
    for route in (
        Route("GET", f"/targets/redlist/{medium}", lister(medium)),
        Route("POST", f"/targets/{{id}}/redlist/{medium}", adder(medium), Body.JSON),
    )
)
