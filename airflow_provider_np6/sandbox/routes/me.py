"""The owner of the key (legacy: `GET /me` is a cheap connection check)."""

from __future__ import annotations

from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.wire import Answer, Call


async def read(call: Call) -> Answer:
    """A made-up user."""
    return Answer.json(
        {
            "id": "00000001",
            "firstName": "Sandbox",
            "lastName": "User",
            "customer": {"name": "Sandbox", "logo": None},
            "agency": {"logo": None},
        }
    )


ROUTES = (Route("GET", "/me", read),)
