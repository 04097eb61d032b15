"""The rate limit: a window of one second. Pure; the clock is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

# Shown when no limit is in force: X-RateLimit headers "may" be present (D-good), so they are.
NOMINAL_LIMIT = 10_000


@dataclass
class RateLimit:
    """Counts requests per second of the wall clock.

    :param limit: most requests a second; None counts, shows headers and refuses nothing.
    """

    limit: int | None = None
    _second: int = 0
    _used: int = 0

    def admit(self, now: float) -> bool:
        """Count one request at `now` (epoch seconds); False when it is one too many."""
        self._turn(now)
        self._used += 1
        return self.limit is None or self._used <= self.limit

    def _turn(self, now: float) -> None:
        if int(now) != self._second:
            self._second, self._used = int(now), 0

    def headers(self, now: float, reset: str) -> dict[str, str]:
        """X-RateLimit-* after the latest request; `reset` is `epoch`, `delta` or `epoch-ms` (question 3)."""
        self._turn(now)
        limit = self.limit or NOMINAL_LIMIT
        end = self._second + 1
        resets = {"epoch": end, "delta": max(1, int(end - now + 0.999)), "epoch-ms": end * 1000}
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - self._used)),
            "X-RateLimit-Reset": str(resets[reset]),
        }

    def retry_after(self, style: str) -> dict[str, str]:
        """Retry-After of a 429: absent, in seconds, or as a date (question 3)."""
        if style == "no":
            return {}
        if style == "seconds":
            return {"Retry-After": "1"}
        return {"Retry-After": format_datetime(datetime.fromtimestamp(self._second + 1, UTC), usegmt=True)}
