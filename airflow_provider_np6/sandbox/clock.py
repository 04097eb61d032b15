"""Moments as NP6 writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache

# Trap 17: this date means "none".
NO_DATE = "0001-01-01T00:00:00Z"


def iso(epoch_seconds: float) -> str:
    """`2016-07-30T09:01:00Z` for a moment in epoch seconds."""
    return _iso(int(epoch_seconds))


@lru_cache(maxsize=4096)
def _iso(epoch_seconds: int) -> str:
    return datetime.fromtimestamp(epoch_seconds, UTC).replace(tzinfo=None).isoformat() + "Z"


def now_iso() -> str:
    """The present moment, to the second."""
    return iso(time.time())


def parse_iso(text: str) -> datetime | None:
    """A moment with a time zone (UTC when none is written), or None when the text is no ISO 8601 date."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
