"""When to repeat a call, how long to wait before, and when to stop: one set of rules for both drivers.

The rules are tenacity's; ``Retrying`` and ``AsyncRetrying`` run the same objects. Clock and sleep are handed
in.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenacity import RetryCallState, wait_exponential, wait_random

from airflow_provider_np6.exceptions import NP6ApiError, NP6RateLimitError, NP6UnavailableError

__all__ = ["Rules", "rules_for"]

log = logging.getLogger(__name__)

# What NP6 asks for is honoured up to here; a longer wish ends the call, and the task's own retry waits
# instead.
_LONGEST_WAIT = 120.0

_backoff = wait_exponential(multiplier=0.5, max=30.0) + wait_random(0.0, 0.5)


@dataclass(slots=True)
class Rules:
    """The rules for one call.

    :ivar what: method and template, for messages.
    :ivar repeatable: whether the call may be repeated after it may have reached NP6.
    :ivar attempts: the most times it is sent.
    :ivar deadline: value of ``clock`` after which nothing new begins.
    :ivar end: value of ``clock`` at which the last byte of the answer must be there.
    :ivar lost: whether an earlier attempt may have been carried out, without a usable answer.
    """

    what: str
    repeatable: bool
    attempts: int
    deadline: float
    end: float
    clock: Callable[[], float]
    lost: bool = False

    def again(self, error: BaseException) -> bool:
        """Whether this failure may be followed by another attempt."""
        if isinstance(error, NP6RateLimitError):
            return True  # 429: it was not carried out
        return isinstance(error, NP6UnavailableError) and (self.repeatable or not error.sent)

    def retry(self, state: RetryCallState) -> bool:
        """Tenacity's ``retry``."""
        error = _error_of(state)
        return error is not None and self.again(error)

    def wait(self, state: RetryCallState) -> float:
        """Tenacity's ``wait``: what NP6 asked for, else exponential with jitter."""
        error, own = _error_of(state), _backoff(state)
        asked = error.retry_after if isinstance(error, NP6ApiError) else None
        return own if asked is None else max(own, asked + min(own, 1.0))

    def stop(self, state: RetryCallState) -> bool:
        """Tenacity's ``stop``: enough attempts, or the next one would begin too late."""
        if state.attempt_number >= self.attempts or state.upcoming_sleep > _LONGEST_WAIT:
            return True
        return self.clock() + state.upcoming_sleep >= self.deadline

    def before_sleep(self, state: RetryCallState) -> None:
        """Tenacity's ``before_sleep``: one line in the log, and a note of what may have arrived."""
        error = _error_of(state)
        self.lost = self.lost or (isinstance(error, NP6UnavailableError) and error.sent)
        log.warning(
            "%s failed (%s); attempt %d of %d follows in %.1f s",
            self.what,
            _short(error),
            state.attempt_number + 1,
            self.attempts,
            state.upcoming_sleep,
        )

    def options(self) -> dict[str, Any]:
        """Keyword arguments for ``Retrying`` and ``AsyncRetrying``."""
        return {
            "retry": self.retry,
            "wait": self.wait,
            "stop": self.stop,
            "before_sleep": self.before_sleep,
            "reraise": True,
        }


def rules_for(
    what: str,
    *,
    repeatable: bool,
    max_retries: int,
    within: float,
    lasting: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Rules:
    """The rules for one call.

    :param what: method and template.
    :param within: seconds until nothing new may begin.
    :param lasting: seconds until all must be over; None: ``within``.
    """
    now = clock()
    end = now + (within if lasting is None else lasting)
    return Rules(what, repeatable, max_retries + 1, now + within, end, clock)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _short(error: BaseException | None) -> str:
    status = getattr(error, "status", None)
    return f"status {status}" if status else "no answer"
