"""Categories of actions (older docs)."""

from __future__ import annotations

import sqlite3
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import nullable, shape, text
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

KIND = "category"
_CATEGORY = shape(("name",), name=shapes.name, description=nullable(text))


def existing(connection: sqlite3.Connection, call: Call) -> dict[str, Any]:
    """The category, or 404."""
    category = documents.find(connection, KIND, call.number())
    if category is None:
        raise RefusalError(404)
    return category


def _read(call: Call) -> dict[str, Any]:
    body = shapes.read(_CATEGORY, call.document())
    return {"name": body["name"], "description": body.get("description")}


async def every(call: Call) -> Answer:
    """All categories."""
    return Answer.json(documents.every(call.service.store.reader, KIND))


async def create(call: Call) -> Answer:
    """200; 409 when the name is taken."""
    category = _read(call)

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        documents.require_free_name(connection, KIND, category["name"])
        created = {"id": documents.next_number(connection, KIND), **category, "creationDate": now_iso()}
        documents.save(connection, KIND, created)
        return created

    return Answer.json(await call.service.store.write(work))


async def read(call: Call) -> Answer:
    """One category."""
    return Answer.json(existing(call.service.store.reader, call))


async def update(call: Call) -> Answer:
    """200; 409 when the name is another one's."""
    changes = _read(call)

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        category = {**existing(connection, call), **changes}
        documents.require_free_name(connection, KIND, category["name"], category["id"])
        documents.save(connection, KIND, category)
        return category

    return Answer.json(await call.service.store.write(work))


async def delete(call: Call) -> Answer:
    """204."""

    def work(connection: sqlite3.Connection) -> None:
        documents.delete(connection, KIND, existing(connection, call)["id"])

    await call.service.store.write(work)
    return Answer(204)


ROUTES = (
    Route("GET", "/categories", every),
    Route("POST", "/categories", create, Body.JSON),
    Route("GET", "/categories/{id}", read),
    Route("PUT", "/categories/{id}", update, Body.JSON),
    Route("DELETE", "/categories/{id}", delete),
)
