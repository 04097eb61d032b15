"""Workflows, which the sandbox keeps and shows but does not run."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import flag, free, listed, nullable, shape, text, whole
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, Handler, RefusalError

KIND = "workflow"
_FIRST = 700
_UNITS = ("MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR")
_NODE_TYPES = (
    *("publish", "request", "script", "sendMail", "sendSms", "sms", "sleep", "wait", "wait.kill", "updateTarget"),
    *("multipleslots", "sendpushapp", "data-manager/pipeline", "data-table/pipeline", "np6.notification/execution"),
    *("if", "match", "sample", "split", "switch", "wait.race", "wait.all", "conditionaltimeslots"),
    *("data-explorer-v2.match", "terminal"),
)
_TYPED = shape(type=text, value=free)
SCRIPTING = shape(
    version=text,
    environment=free,
    imports=nullable(listed(free)),
    initializers=nullable(listed(free)),
    filters=nullable(listed(free)),
)
_LISTENER = shape(id=text, name=text, description=text, event=shape(type=text), handler=text)
_CAPPING = shape(
    key=_TYPED,
    increment=whole,
    threshold=whole,
    period=shape(type=text, unit=shapes.choice(*_UNITS), value=whole),
    nodes=listed(text),
)
_NODE = shape(
    ("type",),
    type=shapes.choice(*_NODE_TYPES),
    id=text,
    name=text,
    description=text,
    default=flag,
    settings=free,
    next=text,
    event=_TYPED,
    data=_TYPED,
    flow=shape(type=text, value=text),
)
_CRON = dict.fromkeys(("type", "id", "name", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"), text)
_TASK = shape(
    id=text,
    name=text,
    description=text,
    schedulers=listed(shape(timeZone=free, **_CRON)),
    provider=shape(type=text, value=free, projection=free),
    handler=text,
)
_MEMBERS: Mapping[str, shapes.Check] = {
    "name": text,
    "description": text,
    "state": shapes.choice(0, 1),
    "scripting": SCRIPTING,
    "settings": free,
    "listeners": listed(_LISTENER),
    "capping": listed(_CAPPING),
    "nodes": listed(_NODE),
    "tasks": listed(_TASK),
}
_PARTS = ("listeners", "capping", "nodes", "tasks")


def existing(connection: sqlite3.Connection, call: Call) -> dict[str, Any]:
    """The workflow, or 404."""
    workflow = documents.find(connection, KIND, call.number())
    if workflow is None:
        raise RefusalError(404)
    return workflow


def _saved(connection: sqlite3.Connection, workflow: dict[str, Any], created: str | None) -> dict[str, Any]:
    now = now_iso()
    whole_one = {
        "state": 0,
        **{part: [] for part in _PARTS},
        **workflow,
        "creationDate": created or now,
        "updateDate": now,
    }
    documents.save(connection, KIND, whole_one)
    return whole_one


def _insert(connection: sqlite3.Connection, workflow: dict[str, Any]) -> dict[str, Any]:
    number = documents.next_number(connection, KIND, _FIRST)
    return _saved(connection, {**workflow, "id": number}, None)


async def create(call: Call) -> Answer:
    """200 with its number."""
    workflow = shapes.read(shape(("name",), **_MEMBERS), call.document())
    return Answer.json(await call.service.store.write(lambda connection: _insert(connection, workflow)))


async def replace(call: Call) -> Answer:
    """PUT: full replacement."""
    workflow = shapes.read(shape(**_MEMBERS), call.document())

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        before = existing(connection, call)
        return _saved(connection, {**workflow, "id": before["id"]}, before["creationDate"])

    return Answer.json(await call.service.store.write(work))


async def change(call: Call) -> Answer:
    """PATCH: what the body holds, if there is one; the page shows none."""
    changes = shapes.read(shape(**_MEMBERS), call.json() or {})

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        before = existing(connection, call)
        return _saved(connection, {**before, **changes, "id": before["id"]}, before["creationDate"])

    return Answer.json(await call.service.store.write(work))


async def delete(call: Call) -> Answer:
    """204."""

    def work(connection: sqlite3.Connection) -> None:
        documents.delete(connection, KIND, existing(connection, call)["id"])

    await call.service.store.write(work)
    return Answer(204)


async def duplicate(call: Call) -> Answer:
    """A copy that is not running."""

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        original = existing(connection, call)
        return _insert(connection, {**original, "name": f"Copy of {original.get('name', '')}", "state": 0})

    return Answer.json(await call.service.store.write(work))


def reader(part: str) -> Handler:
    """The handler that shows one part of a workflow."""

    async def read(call: Call) -> Answer:
        return Answer.json(existing(call.service.store.reader, call)[part])

    return read


def writer(part: str) -> Handler:
    """The handler that replaces one part of a workflow."""

    async def write(call: Call) -> Answer:
        content = shapes.read(_MEMBERS[part], call.document())

        def work(connection: sqlite3.Connection) -> Any:
            before = existing(connection, call)
            return _saved(connection, {**before, part: content}, before["creationDate"])[part]

        return Answer.json(await call.service.store.write(work))

    return write


_ONE = "/scripting/workflows/{id}"
ROUTES = (
    Route("POST", "/scripting/workflows", create, Body.JSON),
    Route("PUT", _ONE, replace, Body.JSON),
    Route("PATCH", _ONE, change, Body.OPTIONAL),
    Route("DELETE", _ONE, delete),
    Route("POST", f"{_ONE}/duplication", duplicate),
    *(Route("GET", f"{_ONE}/{part}", reader(part)) for part in _PARTS),
    *(Route("PUT", f"{_ONE}/{part}", writer(part), Body.JSON) for part in ("capping", "nodes")),
)
