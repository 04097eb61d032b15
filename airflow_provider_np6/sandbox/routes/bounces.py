"""Targets with bounces (older docs)."""

from __future__ import annotations

from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.store import bounces
from airflow_provider_np6.sandbox.wire import Answer, Call


async def every(call: Call) -> Answer:
    """All bounces of targets that exist (L-statistics)."""
    return Answer.json(list(bounces.entries(call.service.store.reader)))


ROUTES = (Route("GET", "/targets/bounces", every),)
