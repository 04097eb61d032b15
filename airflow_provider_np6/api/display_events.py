"""Activations of displays: content shown on a site (activation-side: Display, events); windows as in
:mod:`airflow_provider_np6.api.action_events`.
"""

from __future__ import annotations

from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.models.events import Event, Sort

_read = list_of_events("activation")


def list_activations(
    start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /display/events/activations``: of all displays (activation-side: displayevent/d26ea745).

    :raises ValueError: ``end`` before ``start``.
    """
    return call("GET", "/display/events/activations", _read, query=wire.event_window(start, end, sort))


def list_activations_of_campaign(
    campaign_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /display/campaign/{id}/events/activations``: of one display campaign (activation-side:
    displayevent/d26ea745; the path is inferred).
    """
    query = wire.event_window(start, end, sort)
    return call("GET", "/display/campaign/{id}/events/activations", _read, ids={"id": campaign_id}, query=query)


def list_activations_of_content(
    content_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /display/content/{id}/events/activations``: of one content (activation-side: displayevent/f5b38824)."""
    query = wire.event_window(start, end, sort)
    return call("GET", "/display/content/{id}/events/activations", _read, ids={"id": content_id}, query=query)
