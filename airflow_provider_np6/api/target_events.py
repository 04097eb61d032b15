"""The events of one target (data-side: ContactEvent; activation-side: Contact, events).

By id in the path, or by exactly one of id, unicity and hash in the query. What is documented of the matrix is here;
further kinds very probably exist, as they do for actions (data-side: D-e2). Windows and order as in
:mod:`airflow_provider_np6.api.action_events`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.models.events import Event, Robots, Sort


def list_events(
    target_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /targets/{id}/events``: all kinds (data-side: D-e1). NP6NotFoundError when there is no such target."""
    query = wire.event_window(start, end, sort)
    return call("GET", "/targets/{id}/events", list_of_events(), ids={"id": target_id}, query=query)


def list_activations(
    target_id: str, start: datetime | None = None, end: datetime | None = None, *, sort: Sort | None = "asc"
) -> Call[list[Event]]:
    """``GET /targets/{id}/events/activations``: what was sent to the target (data-side: D-e1). NP6NotFoundError."""
    query = wire.event_window(start, end, sort)
    template = "/targets/{id}/events/activations"
    return call("GET", template, list_of_events("activation"), ids={"id": target_id}, query=query)


def list_opens(
    target_id: str,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    sort: Sort | None = "asc",
    robots: Sequence[Robots] = (),
) -> Call[list[Event]]:
    """``GET /targets/{id}/events/hits/open``: what the target opened (data-side: D-e7). NP6NotFoundError.

    :param robots: classes of robots to include; what counts without is documented unclearly (activation-side: trap
        12).
    """
    query = wire.event_window(start, end, sort, robots)
    template = "/targets/{id}/events/hits/open"
    return call("GET", template, list_of_events("hit", "open"), ids={"id": target_id}, query=query)


def list_form_hits(
    target_id: str,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    sort: Sort | None = "asc",
    robots: Sequence[Robots] = (),
) -> Call[list[Event]]:
    """``GET /targets/{id}/events/hits/form``: forms that the target filled in (data-side: D-e2). NP6NotFoundError."""
    query = wire.event_window(start, end, sort, robots)
    template = "/targets/{id}/events/hits/form"
    return call("GET", template, list_of_events("hit", "form"), ids={"id": target_id}, query=query)


def find_events(
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    id: str | None = None,  # noqa: A002  (NP6's own word)
    unicity: str | None = None,
    hash: str | None = None,  # noqa: A002
    sort: Sort | None = "asc",
) -> Call[list[Event]]:
    """``GET /targets/events?id=``, ``?unicity=`` or ``?hash=``: all kinds (data-side: D-e2; the path is inferred).

    NP6NotFoundError when there is no such target.

    :raises ValueError: not exactly one of the three.
    """
    query = wire.reference_query(id=id, unicity=unicity, hash=hash) + wire.event_window(start, end, sort)
    return call("GET", "/targets/events", list_of_events(), query=query, personal=[id, unicity, hash])


def find_activations(
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    id: str | None = None,  # noqa: A002
    unicity: str | None = None,
    hash: str | None = None,  # noqa: A002
    sort: Sort | None = "asc",
) -> Call[list[Event]]:
    """``GET /targets/events/activations?hash=``: what was sent (data-side: D-e3; ``?id=`` and ``?unicity=`` are
    inferred). Errors as for :func:`find_events`.
    """
    query = wire.reference_query(id=id, unicity=unicity, hash=hash) + wire.event_window(start, end, sort)
    read = list_of_events("activation")
    return call("GET", "/targets/events/activations", read, query=query, personal=[id, unicity, hash])


def find_hits(
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    id: str | None = None,  # noqa: A002
    unicity: str | None = None,
    hash: str | None = None,  # noqa: A002
    sort: Sort | None = "asc",
    robots: Sequence[Robots] = (),
) -> Call[list[Event]]:
    """``GET /targets/events/hits?id=``: opens, clicks and other hits (data-side: D-e4; the path, ``?unicity=`` and
    ``?hash=`` are inferred). Errors as for :func:`find_events`, ``robots`` as for :func:`list_opens`.
    """
    query = wire.reference_query(id=id, unicity=unicity, hash=hash) + wire.event_window(start, end, sort, robots)
    return call("GET", "/targets/events/hits", list_of_events("hit"), query=query, personal=[id, unicity, hash])


def find_stops(
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    id: str | None = None,  # noqa: A002
    unicity: str | None = None,
    hash: str | None = None,  # noqa: A002
    sort: Sort | None = "asc",
) -> Call[list[Event]]:
    """``GET /targets/events/responses/stop?id=``, ``?unicity=`` or ``?hash=``: SMS stops (data-side: D-e5, D-e6).

    Their type is documented nowhere; those without one are called ``stop`` here. Errors as for :func:`find_events`.
    """
    query = wire.reference_query(id=id, unicity=unicity, hash=hash) + wire.event_window(start, end, sort)
    read = list_of_events("stop")
    return call("GET", "/targets/events/responses/stop", read, query=query, personal=[id, unicity, hash])
