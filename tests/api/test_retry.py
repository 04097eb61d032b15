"""The rules of repeating, with a clock of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tenacity import Retrying

from airflow_provider_np6.api.retry import rules_for
from airflow_provider_np6.exceptions import NP6ApiError, NP6AuthError, NP6RateLimitError, NP6UnavailableError


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def run(fail: Callable[[int], BaseException | None], **options: Any) -> tuple[int, float, BaseException | None]:
    """Run an operation that fails as told; attempts, seconds and the last error."""
    clock, attempts = Clock(), 0
    facts = {"repeatable": True, "max_retries": 5, "within": 300.0, **options}

    def operation() -> None:
        nonlocal attempts
        attempts += 1
        if (error := fail(attempts)) is not None:
            raise error

    try:
        Retrying(sleep=clock.sleep, **rules_for("GET /x", clock=clock, **facts).options())(operation)
    except NP6ApiError as error:
        return attempts, clock.now - 1000, error
    return attempts, clock.now - 1000, None


def test_it_stops_at_the_first_success() -> None:
    attempts, _, error = run(lambda n: NP6UnavailableError("x") if n < 3 else None)
    assert (attempts, error) == (3, None)


def test_it_grows() -> None:
    _, seconds, _ = run(lambda n: NP6UnavailableError("x"))
    assert 0.5 + 1 + 2 + 4 + 8 <= seconds <= 0.5 + 1 + 2 + 4 + 8 + 5 * 0.5


def test_what_is_final() -> None:
    assert run(lambda n: NP6AuthError("x"))[0] == 1


def test_what_is_unsafe() -> None:
    assert run(lambda n: NP6UnavailableError("x"), repeatable=False)[0] == 1
    assert run(lambda n: NP6UnavailableError("x", sent=False), repeatable=False)[0] == 6
    assert run(lambda n: NP6RateLimitError("x"), repeatable=False)[0] == 6


def test_the_deadline_ends_it_before_the_wait() -> None:
    attempts, seconds, _ = run(lambda n: NP6RateLimitError("x", retry_after=40), within=100)
    assert attempts == 3
    assert seconds <= 100


def test_a_hint_that_is_over_is_no_reason_to_hurry() -> None:
    _, seconds, _ = run(lambda n: NP6RateLimitError("x", retry_after=0))
    assert seconds >= 0.5 + 1 + 2 + 4 + 8


@given(
    waits=st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=60, max_size=60),
    within=st.floats(0, 1000),
    max_retries=st.integers(0, 50),
)
def test_the_total_wait_is_bounded(waits: list[float | None], within: float, max_retries: int) -> None:
    attempts, seconds, error = run(
        lambda n: NP6RateLimitError("x", retry_after=waits[n]), within=within, max_retries=max_retries
    )
    assert 1 <= attempts <= max_retries + 1
    assert 0 <= seconds <= within
    assert isinstance(error, NP6RateLimitError)
