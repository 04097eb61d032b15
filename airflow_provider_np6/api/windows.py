"""The window in time of calls that list reactivities: it has four bounds, so it travels as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.models.events import Sort

__all__ = ["Cohort"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Reactions to what was sent in one window, that came in another; None leaves a bound open.

    :ivar activation_start: sent since, inclusive; ``activation_end``: until, exclusive.
    :ivar reactivity_start: reacted since, inclusive; ``reactivity_end``: until, exclusive.
    :ivar sort: by the time of the event; None leaves the order undefined.
    :raises ValueError: a window ends before it begins.
    """

    activation_start: datetime | None = None
    activation_end: datetime | None = None
    reactivity_start: datetime | None = None
    reactivity_end: datetime | None = None
    sort: Sort | None = "asc"

    def __post_init__(self) -> None:
        self.query()

    def query(self) -> tuple[tuple[str, str], ...]:
        """The query parameters."""
        return wire.reactivity_window(
            self.activation_start, self.activation_end, self.reactivity_start, self.reactivity_end, self.sort
        )
