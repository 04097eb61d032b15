"""The windows in time of calls that list: every group names its bounds otherwise, and none has pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from airflow_provider_np6.api.wire.media import as_utc, instant
from airflow_provider_np6.models.events import Robots, Sort

Query: TypeAlias = tuple[tuple[str, str], ...]


def event_window(
    start: datetime | None = None,
    end: datetime | None = None,
    sort: Sort | None = None,
    robots: Sequence[Robots] = (),
) -> Query:
    """``start`` (inclusive), ``end`` (exclusive) of events, by the time NP6 published them (activation-side: trap 8).

    :param sort: None leaves the order undefined (activation-side: Facts).
    :param robots: classes of robots, joined with commas in ``classification``; the text of the page writes
        ``classifications`` once (activation-side: trap 12).
    """
    window = _window("start", start, "end", end) + _sort(sort)
    return window + ((("classification", ",".join(robots)),) if robots else ())


def reactivity_window(
    activation_start: datetime | None = None,
    activation_end: datetime | None = None,
    reactivity_start: datetime | None = None,
    reactivity_end: datetime | None = None,
    sort: Sort | None = None,
) -> Query:
    """Two windows: when it was sent, and when the person reacted; starts inclusive, ends exclusive."""
    sent = _window("activationStart", activation_start, "activationEnd", activation_end)
    reacted = _window("reactivityStart", reactivity_start, "reactivityEnd", reactivity_end)
    return sent + reacted + _sort(sort)


def red_list_window(start: datetime | None = None, end: datetime | None = None) -> Query:
    """``startDate``, ``endDate``: flat, as the sample URL has them (data-side: trap 14)."""
    return _window("startDate", start, "endDate", end)


def archive_window(start: datetime | None = None, end: datetime | None = None) -> Query:
    """``startDate``, ``endDate``, as on the red list and unlike events (activation-side: actionarchives)."""
    return _window("startDate", start, "endDate", end)


def creation_window(start: datetime | None = None, end: datetime | None = None) -> Query:
    """``creation_start`` (inclusive), ``creation_end`` (exclusive), the only names with an underscore."""
    return _window("creation_start", start, "creation_end", end)


def _window(first: str, start: datetime | None, last: str, end: datetime | None) -> Query:
    """:raises ValueError: the window ends before it begins; NP6's answer to that is documented nowhere."""
    if start is not None and end is not None and as_utc(end) < as_utc(start):
        raise ValueError(f"{last} is before {first}")
    return tuple((name, instant(moment)) for name, moment in ((first, start), (last, end)) if moment is not None)


def _sort(sort: Sort | None) -> Query:
    if sort not in (None, "asc", "desc"):
        raise ValueError("sort is 'asc', 'desc' or None")
    return (("sort", sort),) if sort else ()
