"""Members of segments, whatever NP6 turns out to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from airflow_provider_np6.api import segments
from tests.assumptions.answers import under
from tests.assumptions.conftest import Make, World

MANY = [{"email": f"c{number}@example.com", "name": "Müller"} for number in range(40)]
MAPPING = {"email": "Email", "name": "Lastname"}


@under("member-list")
def test_a_list_that_stops_loses_no_row(world: Make, answer: str) -> None:
    report = world("member-list", answer).sync().run(MANY, mapping=MAPPING)
    assert (report.accepted, report.refused, report.pending) == (40, 0, 0)


@under("member-list")
def test_a_line_that_was_dropped_is_not_taken_for_accepted(world: Make, answer: str) -> None:
    np6 = world("member-list", answer)
    np6.sandbox.script_faults([{"kind": "drop-lines", "lines": [35]}])
    report = np6.sync().run(MANY, mapping=MAPPING)
    # Whether it was refused cannot be told from a list that may have stopped: it comes again.
    expected = {"all": (39, 1, 0), "first-30": (39, 0, 1)}[answer]
    assert (report.accepted, report.refused, report.pending) == expected


@under("over-50")
def test_any_number_of_members(world: Make, answer: str) -> None:
    np6 = world("over-50", answer)
    segment = made(np6)
    ids = [np6.target(f"m{number}@example.com") for number in range(120)]
    assert np6.hook.add_segment_members(segment, ids) == 120
    assert sorted(np6.hook.list_segment_members(segment)) == sorted(ids)
    with pytest.raises(ValueError, match="50"):
        segments.add_members(segment, ids)


@under("unicity-join")
def test_members_with_two_unicity_fields(world: Make, answer: str) -> None:
    np6 = world("unicity-join", answer, account="two-unicity")
    segment = made(np6)
    first, second = np6.target(Brand="One"), np6.target(Brand="Two")
    assert np6.hook.add_segment_members(segment, [first]) == 1
    separator = {"none": "", "semicolon": ";", "pipe": "|"}[answer]
    call = segments.add_members_by_unicity(segment, [["anna@example.com", "Two"]], separator=separator)
    assert np6.hook.send(call) == 1
    assert sorted(np6.hook.list_segment_members(segment)) == sorted([first, second])


def made(np6: World) -> int:
    return np6.hook.create_segment("s", "a test", datetime(2030, 1, 1, tzinfo=UTC)).id
