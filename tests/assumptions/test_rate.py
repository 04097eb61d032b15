"""More calls than the rate allows all arrive, whatever NP6 says about its rate."""

from __future__ import annotations

import time

import pytest

from tests.assumptions.answers import CHOICES, under
from tests.assumptions.conftest import Make


def check(world: Make, name: str, answer: str) -> None:
    np6 = world(name, answer, rate=8)
    begun = time.monotonic()
    assert [np6.hook.count_targets() for _ in range(12)] == [0] * 12
    assert time.monotonic() - begun < 20
    statuses = [request["status"] for request in np6.sandbox.requests()]
    assert statuses.count(200) == 12
    assert statuses.count(429) <= 12


@under("rate-reset")
def test_the_end_of_a_window(world: Make, answer: str) -> None:
    check(world, "rate-reset", answer)


@under("rate-headers")
def test_headers_or_none(world: Make, answer: str) -> None:
    check(world, "rate-headers", answer)


@under("retry-after")
@pytest.mark.parametrize("headers", CHOICES["rate-headers"])
def test_when_to_come_back(world: Make, answer: str, headers: str) -> None:
    np6 = world("retry-after", answer, rate=8, assume={"retry-after": answer, "rate-headers": headers})
    assert [np6.hook.count_targets() for _ in range(12)] == [0] * 12
