"""Whatever happened before, a quiet run ends with NP6 equal to the warehouse, less the rows that were rejected."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_np6.sync.settings import Delivery
from tests.sync.conftest import Bench, Killed, MortalJournal

PEOPLE = [f"c{number}@example.com" for number in range(6)]
ANCHOR = "anchor@example.com"  # always there and always right, since a run of rejected rows alone fails
NAMES = ["Ann", "Bea", "", "x" * 21]  # the last one is too long, so its row is rejected


@dataclass(frozen=True)
class Step:
    """One run: the warehouse as it is then, whom NP6 refuses, and at which write the process dies."""

    warehouse: dict[str, str]
    refuses: frozenset[str]
    dies_at: int
    after: bool
    part_rows: int


steps = st.builds(
    Step,
    warehouse=st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(NAMES), min_size=1),
    refuses=st.frozensets(st.sampled_from(PEOPLE), max_size=3),
    dies_at=st.one_of(st.just(-1), st.integers(1, 14)),
    after=st.booleans(),
    part_rows=st.integers(1, 4),
)


def rows_of(warehouse: dict[str, str]) -> list[dict[str, str]]:
    people = {**warehouse, ANCHOR: "Zoë"}
    return [
        {"email": email.upper() if number % 2 else email, "name": name, "points": "1"}
        for number, (email, name) in enumerate(people.items())
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, min_size=1, max_size=4), st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(NAMES)))
def test_any_history_ends_equal(history: list[Step], last: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for step in history:
            bench.np6.refuses = set(step.refuses)
            journal = MortalJournal(bench.folder, step.dies_at, step.after)
            with contextlib.suppress(Killed):
                bench.sync(rows_of(step.warehouse), journal, delivery=Delivery(part_rows=step.part_rows))
        bench.np6.refuses = set()
        bench.sync(rows_of(last))
        good = {email: name for email, name in last.items() if len(name) <= 20}
        held = {key: values[1] or "" for key, values in bench.np6.held.items()}
        assert {email: held[email] for email in good} == good
        # Whoever is rejected now, or gone from the warehouse, keeps values that once stood there and were right.
        for email in held.keys() - good.keys() - {ANCHOR}:
            assert held[email] in {step.warehouse.get(email) for step in history}
            assert len(held[email]) <= 20
        assert bench.sync(rows_of(last)).planned == 0
