"""Fields of the account (D-f1, L-field)."""

from __future__ import annotations

from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError


async def every(call: Call) -> Answer:
    """All fields in the order of their ids."""
    return Answer.json([field.as_json() for field in call.service.account.fields])


async def one(call: Call) -> Answer:
    """One field; 404 when there is none."""
    field = call.service.account.by_id.get(call.number())
    if field is None:
        raise RefusalError(404)
    return Answer.json(field.as_json())


ROUTES = (Route("GET", "/fields", every), Route("GET", "/fields/{id}", one))
