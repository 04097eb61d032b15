"""Webtasks and compilables, which the sandbox keeps and shows but does not run."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routes.workflows import SCRIPTING
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import free, listed, shape, text
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_WEBTASK = shape(name=text, description=text, scripting=SCRIPTING, settings=free, value=text)
_VALUE = shape(type=text, source=free, cursors=listed(free), parameters=listed(free))
_COMPILABLE = shape(("name",), name=shapes.name, description=text, state=text, value=_VALUE, preview=free)


async def change_webtask(call: Call) -> Answer:
    """One object or an array of objects: the schema and the sample disagree (trap 20)."""
    body = call.document()
    changes = [shapes.read(_WEBTASK, item) for item in (body if isinstance(body, list) else [body])]

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        webtask = documents.find(connection, "webtask", call.number())
        if webtask is None:
            raise RefusalError(404)
        for change in changes:
            webtask |= {key: value for key, value in change.items() if key in webtask and key not in _GIVEN}
        documents.save(connection, "webtask", webtask)
        return webtask

    return Answer.json(await call.service.store.write(work))


_GIVEN = ("id", "creationDate")


def existing(connection: sqlite3.Connection, call: Call) -> dict[str, Any]:
    """The compilable, or 404."""
    compilable = documents.find(connection, "compilable", call.uuid())
    if compilable is None:
        raise RefusalError(404)
    return compilable


def _insert(connection: sqlite3.Connection, compilable: Mapping[str, Any]) -> dict[str, Any]:
    now = now_iso()
    whole = {
        "state": "draft",
        **compilable,
        "id": str(uuid.uuid4()),
        "stamp": {"creation": now, "modification": now},
    }
    documents.save(connection, "compilable", whole)
    return whole


async def create(call: Call) -> Answer:
    """200 with its uuid."""
    compilable = shapes.read(_COMPILABLE, call.document())
    return Answer.json(await call.service.store.write(lambda connection: _insert(connection, compilable)))


async def duplicate(call: Call) -> Answer:
    """A copy."""

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        original = existing(connection, call)
        return _insert(connection, {**original, "name": f"Copy of {original['name']}"})

    return Answer.json(await call.service.store.write(work))


async def execute(call: Call) -> Answer:
    """The body is the argument object; it comes back, with an empty value."""
    arguments = call.document()
    if not isinstance(arguments, dict):
        raise BadBodyError("the body must be an object")
    existing(call.service.store.reader, call)
    return Answer.json({"type": "success", "arguments": arguments, "value": {}})


async def preview(call: Call) -> Answer:
    """What would be executed: the body's value, or the stored one."""
    body = shapes.read(shape(value=_COMPILABLE_CONFIGURATION), call.document())
    compilable = existing(call.service.store.reader, call)
    return Answer.json({"type": "success", "value": body.get("value", compilable.get("value", {}))})


_COMPILABLE_CONFIGURATION = shape(name=text, description=text, state=text, value=_VALUE, preview=free)


async def flaws(call: Call) -> Answer:
    """What is wrong with it: a compilable without a value cannot be compiled."""
    compilable = existing(call.service.store.reader, call)
    return Answer.json([] if compilable.get("value") else [{"type": "empty"}])


_ONE = "/scripting/compilables/{id}"
ROUTES = (
    Route("PATCH", "/scripting/webtasks/{id}", change_webtask, Body.JSON),
    Route("POST", "/scripting/compilables", create, Body.JSON),
    Route("POST", f"{_ONE}/execution", execute, Body.JSON),
    Route("POST", f"{_ONE}/preview", preview, Body.JSON, needs="read"),
    Route("GET", f"{_ONE}/flaws", flaws),
    Route("POST", f"{_ONE}/duplication", duplicate),
)
