"""The client's own view of NP6's rate limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from airflow_provider_np6.api.answers import signs_of

__all__ = ["RateView"]

# A wrong X-RateLimit-Reset must not stop a client for hours; after this the next answer decides anew.
_LONGEST_WAIT = 60.0


class RateView:
    """What NP6's last headers say about when the next call may leave. Shared by threads; no I/O.

    NP6 publishes no numbers and may send no headers at all (data-side: D-good), so this only acts on what was
    said: nothing remains → wait until the reset.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open_at = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in the headers (lower-case names) of an answer."""
        now = self._clock()
        signs = signs_of(headers, now)
        if signs.remaining == 0 and signs.reset is not None:
            self._close_until(now + min(signs.reset, _LONGEST_WAIT))

    def delay(self) -> float:
        """Seconds to wait before the next call; 0 when it may leave now."""
        with self._lock:
            return max(0.0, self._open_at - self._clock())

    def _close_until(self, moment: float) -> None:
        with self._lock:
            self._open_at = max(self._open_at, moment)
