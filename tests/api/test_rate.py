"""When calls may leave: our own limit, what headers say, what a 429 teaches, and who shares it."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_np6.api import fields
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.rate import Rates, RateView, shared_rates
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6RateLimitError, NP6SettingsError
from airflow_provider_np6.sandbox import RunningSandbox
from tests.api.conftest import Driver


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def leave(view: RateView, clock: Clock, calls: int) -> float:
    """Let calls leave one after the other, each with a 200; the seconds they took."""
    began = clock.now
    for _ in range(calls):
        clock.now += view.delay()
        view.note(200, {})
    return clock.now - began


class TestHeaders:
    def test_it_is_open_until_nothing_remains(self) -> None:
        clock = Clock()
        view = RateView(clock=clock)
        view.note(200, {})
        view.note(200, {"x-ratelimit-remaining": "1", "x-ratelimit-reset": "30"})
        view.note(200, {"x-ratelimit-remaining": "0"})
        assert view.delay() == 0
        view.note(200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"})
        assert view.delay() == 30
        clock.now += 31
        assert view.delay() == 0

    @pytest.mark.parametrize("reset", ["86400", "1e300"])
    def test_a_silly_reset_is_bounded(self, reset: str) -> None:
        view = RateView(clock=Clock())
        view.note(200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset})
        assert 0 < view.delay() <= 60

    def test_a_429_with_a_hint_closes_it_for_everybody(self) -> None:
        clock = Clock()
        view = RateView(clock=clock)
        view.note(429, {"retry-after": "7"})
        assert view.delay() == 7
        clock.now += 7
        assert leave(view, clock, 100) == 0  # a hint is all there is to learn


class TestLimit:
    def test_calls_leave_evenly(self) -> None:
        clock = Clock()
        view = RateView(4, clock)
        assert leave(view, clock, 9) == pytest.approx(2.0)

    def test_time_that_passes_anyway_counts(self) -> None:
        clock = Clock()
        view = RateView(4, clock)
        view.delay()
        clock.now += 10
        assert view.delay() == 0

    def test_many_threads_share_it(self) -> None:
        clock = Clock()
        view = RateView(10, clock)
        delays: list[float] = []
        threads = [threading.Thread(target=lambda: delays.append(view.delay())) for _ in range(21)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(delays) == pytest.approx([n / 10 for n in range(21)])

    @given(st.floats(0.01, 10_000), st.lists(st.floats(0, 5), min_size=1, max_size=50))
    def test_never_more_than_the_limit(self, limit: float, pauses: list[float]) -> None:
        clock = Clock()
        view, left = RateView(limit, clock), []
        for pause in pauses:
            clock.now += pause
            left.append(clock.now + view.delay())
        gaps = [later - earlier for earlier, later in pairwise(left)]
        assert all(gap >= 1 / limit - 1e-6 for gap in gaps)

    def test_a_wait_that_is_refused_takes_no_place(self) -> None:
        clock = Clock()
        view, sent = RateView(1, clock), 0
        for _ in range(27):
            sent += view.delay(0.2) <= 0.2
            clock.now += 0.3
        assert sent == 8  # one in a second


class TestLearning:
    def busy(self, per_second: int) -> tuple[RateView, Clock]:
        clock = Clock()
        view = RateView(clock=clock)
        for _ in range(5 * per_second):
            view.delay()
            clock.now += 1 / per_second
        return view, clock

    def test_a_429_halves_the_pace(self) -> None:
        view, clock = self.busy(20)
        view.note(429, {})
        assert leave(view, clock, 6) == pytest.approx(5 / 10, rel=0.1)

    def test_a_reset_that_is_over_is_no_hint(self) -> None:
        view, clock = self.busy(20)
        view.note(429, {"x-ratelimit-reset": "1000000000"})
        assert leave(view, clock, 6) == pytest.approx(5 / 10, rel=0.1)

    def test_the_same_429_in_many_threads_counts_once(self) -> None:
        view, clock = self.busy(20)
        for _ in range(50):
            view.note(429, {})
        assert leave(view, clock, 6) == pytest.approx(5 / 10, rel=0.1)

    def test_it_stops_at_a_slowest_pace_and_recovers(self) -> None:
        view, clock = self.busy(20)
        for _ in range(50):
            view.note(429, {})
            clock.now += 2
        assert view.delay() == 0
        assert view.delay() == pytest.approx(2)
        clock.now += 61
        view.note(200, {})
        assert leave(view, clock, 100) == 0

    def test_every_success_raises_it_a_little(self) -> None:
        view, clock = self.busy(20)
        view.note(429, {})
        first = leave(view, clock, 50)
        assert leave(view, clock, 50) < first * 0.6

    def test_a_lone_call_teaches_nothing(self) -> None:
        clock = Clock()
        view = RateView(clock=clock)
        view.delay()
        view.note(429, {})
        assert leave(view, clock, 100) == 0

    def test_the_own_limit_stays_the_most(self) -> None:
        clock = Clock()
        view = RateView(4, clock)
        view.note(429, {})
        assert leave(view, clock, 3) > 2 / 4
        for _ in range(500):
            view.note(200, {})
        assert leave(view, clock, 9) >= 2.0


class TestSharing:
    def test_one_view_per_account(self) -> None:
        rates = Rates()
        here = ApiSettings(host="https://np6.example.com", key="one")
        assert rates.view_of(here) is rates.view_of(ApiSettings(host="https://np6.example.com/", key="one", timeout=5))
        others = (ApiSettings(host=here.host, key="two"), ApiSettings(host="https://np6.example.org", key="one"))
        assert all(rates.view_of(other) is not rates.view_of(here) for other in others)
        assert "one" not in repr(vars(rates))
        before = rates.view_of(here)
        rates.forget()
        assert rates.view_of(here) is not before

    def test_a_new_limit_counts_from_now_on(self) -> None:
        rates = Rates()
        view = rates.view_of(ApiSettings(key="k", rate=0.01, label="one"))
        assert view is rates.view_of(ApiSettings(key="k", label="one"))
        assert (view.delay(), view.delay()) == (0, 0)

    @pytest.mark.parametrize(("one", "other"), [("one", "other"), ("", "")])
    def test_no_connection_lifts_the_limit_of_another(self, one: str, other: str) -> None:
        rates = Rates()
        view = rates.view_of(ApiSettings(key="k", rate=2, label=one))
        rates.view_of(ApiSettings(key="k", rate=20, label=other))
        rates.view_of(ApiSettings(key="k", label=other))
        view.delay()
        assert 0.4 < view.delay() <= 0.5

    def test_clients_of_a_process_share_it(self, sandbox: RunningSandbox) -> None:
        settings = ApiSettings(host=sandbox.url, key=sandbox.key, rate=20)
        began = time.monotonic()
        with NP6Client(settings) as one, NP6Client(settings) as other:
            for client in (one, other, one, other, one):
                client.send(fields.list_fields())
        assert time.monotonic() - began >= 4 / 20
        assert shared_rates().view_of(settings).delay() > 0


def test_a_call_that_would_leave_too_late_does_not_wait(driver: Driver, settings: ApiSettings) -> None:
    import dataclasses

    view = RateView()
    view.note(200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "50"})
    hurried = dataclasses.replace(settings, total_deadline=5.0)
    with (
        NP6Client(hurried, rate=view, sleep=driver.sleeps.append) as client,
        pytest.raises(NP6RateLimitError, match="after its deadline") as caught,
    ):
        client.send(fields.list_fields())
    assert caught.value.sent is False
    assert driver.sleeps == []


@pytest.mark.parametrize("rate", [0, -1, 10_001, float("nan")])
def test_limits_that_cannot_work(rate: float) -> None:
    with pytest.raises(NP6SettingsError, match="rate of"):
        ApiSettings(key="k", rate=rate)
