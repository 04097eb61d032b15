"""Events of one notification (activation-side: Notification, events); windows as in
:mod:`airflow_provider_np6.api.action_events`.
"""

from __future__ import annotations

from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.models.events import Event, Sort


def list_executions(
    notification_id: int, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /notifications/{id}/events/executions``: what was asked for (activation-side: notificationevent/38248d3a).

    :raises ValueError: ``end`` before ``start``.
    """
    return _list("/notifications/{id}/events/executions", "execution", notification_id, start, end, sort)


def list_cancellations(
    notification_id: int, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /notifications/{id}/events/cancellations``: what was dropped (activation-side:
    notificationevent/38248d3a).
    """
    return _list("/notifications/{id}/events/cancellations", "cancellation", notification_id, start, end, sort)


def list_activations(
    notification_id: int, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /notifications/{id}/events/activations``: what was sent (activation-side: notificationevent/1d8e516a)."""
    return _list("/notifications/{id}/events/activations", "activation", notification_id, start, end, sort)


def _list(
    template: str, kind: str, notification_id: int, start: datetime | None, end: datetime | None, sort: Sort | None
) -> Call[list[Event]]:
    query = wire.event_window(start, end, sort)
    return call("GET", template, list_of_events(kind), ids={"id": notification_id}, query=query)
