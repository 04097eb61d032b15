"""Choices that cannot be meant are refused where the DAG is written; the limits mean what they say."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_np6.sync.settings import Delivery, Guard, Rejections


@pytest.mark.parametrize("wrong", [{"by": "pigeon"}, {"verify": "hope"}, {"part_rows": 0}, {"concurrency": 0}])
def test_impossible_deliveries_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Delivery"):
        Delivery(**wrong)


@pytest.mark.parametrize(
    ("limit", "stopped", "total", "exceeded"),
    [
        (Rejections(), 0, 0, False),
        (Rejections(), 5, 100, False),
        (Rejections(), 6, 100, True),
        (Rejections(max_count=2), 3, 1000, True),
        (Rejections(max_share=1.0), 99, 100, False),
        (Rejections(max_share=1.0), 100, 100, True),
    ],
)
def test_when_rejections_are_too_many(limit: Rejections, stopped: int, total: int, exceeded: bool) -> None:
    assert limit.exceeded_by(stopped, total) is exceeded


@pytest.mark.parametrize(("held", "allowed"), [(0, 0), (19, 0), (20, 1), (10_000, 500), (10**6, 500)])
def test_the_lower_limit_of_the_guard_counts(held: int, allowed: int) -> None:
    assert Guard().allowed(held) == allowed


@pytest.mark.parametrize("kind", [Guard, Rejections])
@pytest.mark.parametrize("wrong", [{"max_share": 5}, {"max_share": -0.1}, {"max_count": -1}])
def test_a_share_is_no_percentage(kind: type[Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=kind.__name__):
        kind(**wrong)


@pytest.mark.parametrize(
    ("rejected", "refused", "planned", "read", "exceeded"),
    [
        (0, 0, 0, 1000, False),
        (0, 1, 1, 1000, False),  # one row that NP6 refuses every time, in an otherwise quiet run
        (0, 11, 11, 1000, True),
        (0, 11, 12, 1000, False),
        (40, 20, 900, 1000, True),
        (40, 5, 900, 1000, False),
        (0, 3, 3, 3, True),
    ],
)
def test_when_refusals_are_too_many(rejected: int, refused: int, planned: int, read: int, exceeded: bool) -> None:
    assert Rejections().exceeded_after(rejected, refused, planned, read) is exceeded
