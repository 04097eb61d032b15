"""Value lists of the account (D-v0, D-v2)."""

from __future__ import annotations

from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError


async def every(call: Call) -> Answer:
    """All lists."""
    return Answer.json([row.as_json() for row in call.service.account.value_lists])


async def one(call: Call) -> Answer:
    """One list; 404 when there is none."""
    number = call.number()
    for row in call.service.account.value_lists:
        if row.id == number:
            return Answer.json(row.as_json())
    raise RefusalError(404)


ROUTES = (Route("GET", "/valueLists", every), Route("GET", "/valueLists/{id}", one))
