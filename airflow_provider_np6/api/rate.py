"""How fast calls may leave: one view of NP6's rate limit per account, shared by all clients and threads of a process.

NP6 publishes no numbers and may send no headers (data-side: D-good), so a view knows three things: the rate that the
connection's settings allow, what headers say (nothing remains, or a 429 with a hint → wait until then), and what a 429
without a hint teaches (halve the rate, then raise it slowly again).
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from airflow_provider_np6.api.answers import signs_of
from airflow_provider_np6.api.settings import ApiSettings

__all__ = ["RateView", "Rates", "shared_rates"]

# A wrong X-RateLimit-Reset must not stop a client for hours; after this the next answer decides anew.
_LONGEST_WAIT = 60.0
# The slowest pace that 429s alone can lead to, in calls per second.
_SLOWEST = 0.5
# Fewer calls than this say nothing about a pace: somebody else used the account's rate up.
_ENOUGH = 5
# Many threads meet the same 429 at once: within this many seconds it counts once.
_ONE_LESSON = 1.0
# A call without a 429 raises a learnt pace by this part of it: it doubles over 35 calls.
_RECOVERY = 0.02
# After so many seconds without a 429 a learnt pace says nothing any more.
_FORGOTTEN = 60.0
# Seconds over which the pace before a 429 is measured.
_MEMORY = 5.0


class RateView:
    """When the next call to one account may leave. Shared by threads and event loops; no I/O, never waits itself.

    :param limit: the most calls per second; None for no limit of our own.
    :param clock: monotonic seconds; for tests. A view that lives for days must not follow a wall clock that is set.
    """

    def __init__(self, limit: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limits: dict[object, float | None] = {None: limit}
        self._learnt: float | None = None  # calls per second, after a 429
        self._taught_at = float("-inf")
        self._left: deque[float] = deque(maxlen=1000)
        self._open_at = self._next_at = float("-inf")

    def limit_to(self, limit: float | None, who: object = None) -> None:
        """Take the limit of one connection, in place of the one that it had before; the smallest of all counts."""
        with self._lock:
            self._limits[who] = limit

    def delay(self, most: float = float("inf")) -> float:
        """Seconds to wait before the next call, whose place is taken by asking; 0 when it may leave now.

        :param most: the longest wait that the caller accepts: a longer one takes no place.
        """
        with self._lock:
            now = self._clock()
            moment = max(now, self._open_at)
            pace = self._pace()
            if pace is not None:
                moment = max(moment, self._next_at)
            if moment - now > most:
                return moment - now
            if pace is not None:
                self._next_at = moment + 1 / pace
            self._left.append(moment)
            return moment - now

    def note(self, status: int, headers: Mapping[str, str]) -> None:
        """Take in an answer.

        :param headers: lower-case names.
        """
        now = self._clock()
        signs = signs_of(headers, time.time())
        with self._lock:
            asked = signs.retry_after if signs.retry_after is not None else signs.reset
            if status != 429:
                self._recover(now)
            elif not asked:  # also a reset that is over already: it did not help
                self._slow_down(now)
            else:
                self._close(now, asked)
            if signs.remaining == 0:
                self._close(now, signs.reset)

    def _pace(self) -> float | None:
        known = [pace for pace in (*self._limits.values(), self._learnt) if pace is not None]
        return min(known, default=None)

    def _close(self, now: float, seconds: float | None) -> None:
        if seconds is not None:
            self._open_at = max(self._open_at, now + min(seconds, _LONGEST_WAIT))

    def _slow_down(self, now: float) -> None:
        if now - self._taught_at < _ONE_LESSON:
            return
        recent = sum(1 for moment in self._left if now - _MEMORY < moment <= now)
        pace = self._pace() or (recent / _MEMORY if recent >= _ENOUGH else None)
        if pace is not None:
            self._taught_at = now
            self._learnt = max(pace / 2, _SLOWEST)

    def _recover(self, now: float) -> None:
        if self._learnt is not None:
            recent = now - self._taught_at < _FORGOTTEN
            self._learnt = self._learnt * (1 + _RECOVERY) if recent else None


class Rates:
    """The views of a process, one per host and key. Holds a fingerprint of each key, never the key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: dict[tuple[str, str], RateView] = {}

    def view_of(self, settings: ApiSettings) -> RateView:
        """The view of an account, with the limit that ``settings`` has now and those of its other connections."""
        fingerprint = hashlib.sha256(settings.key.encode()).hexdigest()[:16]
        with self._lock:
            view = self._views.setdefault((settings.location, fingerprint), RateView())
        # Without a name, two settings cannot be told apart: each limit that was ever given stays.
        view.limit_to(settings.rate, settings.label or settings.rate)
        return view

    def forget(self) -> None:
        """Begin anew: for tests."""
        with self._lock:
            self._views.clear()


_shared = Rates()


def shared_rates() -> Rates:
    """The views that all clients of this process share unless they are given another."""
    return _shared
