"""Import formats, which an import names as its `binding` (older docs only: L-imports)."""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.sandbox.definitions import read_format
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.store import imports
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError


def shown(number: int, body: dict[str, Any]) -> dict[str, Any]:
    """The id stands in `identifier.guid`, not in `id`."""
    return {"identifier": {"guid": number}, **body}


async def create(call: Call) -> Answer:
    """Store a binding: 200, 409 when its name exists (L-imports)."""
    body = read_format(call.service.account, call.json())
    number = await call.service.store.write(lambda connection: imports.create_format(connection, body))
    return Answer.json(shown(number, body))


async def read(call: Call) -> Answer:
    """One binding; 404 when there is none."""
    number = call.number()
    body = imports.find_format(call.service.store.reader, number)
    if body is None:
        raise RefusalError(404)
    return Answer.json(shown(number, body))


ROUTES = (
    Route("POST", "/importFormats", create, Body.JSON),
    Route("GET", "/importFormats/{id}", read),
)
