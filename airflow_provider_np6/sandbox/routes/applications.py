"""Mobile applications that can be notified (D-m1 to D-m3)."""

from __future__ import annotations

import sqlite3
import uuid

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import flag, listed, moment, nullable, shape, text
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

KIND = "application"
_CERTIFICATE = shape(type=text, value=text, password=text, expiration=moment)
_PROVIDERS = {
    "firebase": shape(key=text, sender=text),
    "apns": shape(certificate=_CERTIFICATE, bundle=text),
    "http": shape(url=text),
}


def _provider(value: object, place: str) -> object:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _PROVIDERS:
        raise BadBodyError(f"{place}.type must be one of {', '.join(_PROVIDERS)}")
    return _PROVIDERS[kind](value, place)


_LITERAL = shape(name=text, value=shape(type=text, value=text), default=flag)
_APPLICATION = shape(
    ("name",),
    type=text,
    name=shapes.name,
    description=text,
    active=flag,
    icon=nullable(text),
    providers=listed(_provider),
    routes=nullable(listed(_LITERAL)),
    channels=nullable(listed(_LITERAL)),
)


async def every(call: Call) -> Answer:
    """All applications."""
    return Answer.json(documents.every(call.service.store.reader, KIND))


async def create(call: Call) -> Answer:
    """200 with id and stamp filled in."""
    given, now = shapes.read(_APPLICATION, call.document()), now_iso()
    application = {
        "type": "native",
        "active": True,
        **given,
        "id": str(uuid.uuid4()),
        "stamp": {"creation": now, "modification": now},
    }

    def work(connection: sqlite3.Connection) -> None:
        documents.save(connection, KIND, application)

    await call.service.store.write(work)
    return Answer.json(application)


async def read(call: Call) -> Answer:
    """One application; 404 when there is none."""
    application = documents.find(call.service.store.reader, KIND, call.uuid("uuid"))
    if application is None:
        raise RefusalError(404)
    return Answer.json(application)


ROUTES = (
    Route("GET", "/parameters/applications", every),
    Route("POST", "/parameters/applications", create, Body.JSON),
    Route("GET", "/parameters/applications/{uuid}", read),
)
