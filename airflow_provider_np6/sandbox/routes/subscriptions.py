"""Push subscriptions: the nine operations of the page's navigation (D-p1, D-p2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from airflow_provider_np6.sandbox import people, shapes
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routes.applications import KIND as APPLICATION
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import identifier, shape, text
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

KIND = "subscription"


def _contact(value: Any, place: str) -> dict[str, Any]:
    """A reference whose unicity is one string here, an array on the action side (ContactReference)."""
    if isinstance(value, dict) and value.get("type") == "unicity" and isinstance(value.get("value"), str):
        return {"type": "footprint", "unicity": people.read_reference({**value, "type": "id"}, place)["value"]}
    return people.read_reference(value, place)


_SUBSCRIPTION = shape(
    ("id", "application", "provider", "contact"),
    id=identifier,
    application=identifier,
    provider=shape(("type",), type=text, token=text),
    contact=_contact,
)
Whose = Callable[[sqlite3.Connection, Call], Row]


def of_path(connection: sqlite3.Connection, call: Call) -> Row:
    """The target of the path."""
    return people.existing(connection, call.service, call.parameters["id"])


def of_query(connection: sqlite3.Connection, call: Call) -> Row:
    """The target of exactly one of `?unicity=` and `?hash=`."""
    return people.asked_for(connection, call, ("unicity", "hash"))


async def put(call: Call) -> Answer:
    """Create or update; the caller chooses the id. 404 for an application or a contact that does not exist."""
    service, given = call.service, shapes.read(_SUBSCRIPTION, call.document())

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        row = people.find_reference(connection, service, given["contact"])
        if row is None or documents.find(connection, APPLICATION, given["application"]) is None:
            raise RefusalError(404)
        before = documents.find(connection, KIND, given["id"])
        now = {"date": now_iso(), "user": None}
        lifecycle = {"creation": before["lifecycle"]["creation"] if before else now, "modification": now}
        subscription = {**given, "lifecycle": lifecycle, "contact": people.footprint(service, row)}
        documents.save(connection, KIND, subscription, row.key.hex())
        return subscription

    return Answer.json(await service.store.write(work))


async def read(call: Call) -> Answer:
    """One subscription."""
    subscription = documents.find(call.service.store.reader, KIND, call.uuid())
    if subscription is None:
        raise RefusalError(404)
    return Answer.json(subscription)


async def delete(call: Call) -> Answer:
    """204; 404 when there is none."""
    if not await call.service.store.write(lambda connection: documents.delete(connection, KIND, call.uuid())):
        raise RefusalError(404)
    return Answer(204)


def _routes(path: str, whose: Whose) -> tuple[Route, ...]:
    async def every(call: Call) -> Answer:
        reader = call.service.store.reader
        return Answer.json(documents.of_reference(reader, KIND, whose(reader, call).key.hex()))

    async def delete_all(call: Call) -> Answer:
        def work(connection: sqlite3.Connection) -> None:
            documents.delete_of_reference(connection, KIND, whose(connection, call).key.hex())

        await call.service.store.write(work)
        return Answer(204)

    return Route("GET", path, every), Route("DELETE", path, delete_all)


ROUTES = (
    Route("PUT", "/subscriptions", put, Body.JSON),
    Route("GET", "/subscriptions/{id}", read),
    Route("DELETE", "/subscriptions/{id}", delete),
    *_routes("/targets/{id}/subscriptions", of_path),
    *_routes("/targets/subscriptions", of_query),
)
