"""Events of actions: the arrival view, by the time NP6 published them (activation-side: Email & SMS, events).

``start`` is inclusive, ``end`` exclusive. There are no pages and no documented largest window: keep windows small, and
read an overlap again, because late events appear in windows that were over (traps 8, 9). ``sort=None`` leaves the
order undefined, even between two identical calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.models.events import Event, Robots, Sort

# A day of events of a large account takes longer to be written than any other answer.
_PATIENCE = 120.0


def list_events(
    start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/events``: all kinds, of all actions (activation-side: actionevent).

    :raises ValueError: ``end`` before ``start``.
    """
    query = wire.event_window(start, end, sort)
    return call("GET", "/actions/events", list_of_events(), query=query, patience=_PATIENCE)


def list_all_cancellations(
    start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/events/cancellations``: what was dropped before it was sent (activation-side:
    actionevent/5f5039b1).
    """
    query = wire.event_window(start, end, sort)
    template = "/actions/events/cancellations"
    return call("GET", template, list_of_events("cancellation"), query=query, patience=_PATIENCE)


def list_activations(
    action_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/{id}/events/activations``: what was sent (activation-side: actionevent/74ff1a3a)."""
    return _of_action("/actions/{id}/events/activations", "activation", action_id, start, end, sort)


def list_cancellations(
    action_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/{id}/events/cancellations``: what was dropped (activation-side: actionevent/08dc5a02)."""
    return _of_action("/actions/{id}/events/cancellations", "cancellation", action_id, start, end, sort)


def list_bounces(
    action_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/{id}/events/bounces``: what did not arrive, with its verdict (activation-side:
    actionevent/7a020620).
    """
    return _of_action("/actions/{id}/events/bounces", "bounce", action_id, start, end, sort)


def list_stops(
    action_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /actions/{id}/events/responses/stop``: SMS stops (activation-side: actionevent/7a020620; the path is
    inferred). Their type is documented nowhere; those without one are called ``stop`` here.
    """
    return _of_action("/actions/{id}/events/responses/stop", "stop", action_id, start, end, sort)


def list_mirror_hits(
    action_id: str,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    sort: Sort | None = "asc",
    robots: Sequence[Robots] = (),
) -> Call[list[Event]]:
    """``GET /actions/{id}/events/hits/mirror``: views of the mirror page (activation-side: actionevent/90322b8e).

    :param robots: classes of robots to include; what counts without is documented unclearly (trap 12).
    """
    query = wire.event_window(start, end, sort, robots)
    template = "/actions/{id}/events/hits/mirror"
    read = list_of_events("hit", "mirror")
    return call("GET", template, read, ids={"id": action_id}, query=query, patience=_PATIENCE)


def _of_action(
    template: str, kind: str, action_id: str, start: datetime | None, end: datetime | None, sort: Sort | None
) -> Call[list[Event]]:
    query = wire.event_window(start, end, sort)
    return call("GET", template, list_of_events(kind), ids={"id": action_id}, query=query, patience=_PATIENCE)
