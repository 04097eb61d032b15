"""What a purge deletes, what stops it, and in which order it forgets."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from airflow_provider_np6.exceptions import NP6DeleteGuardError, NP6MappingError, NP6SnapshotError, NP6SourceError
from airflow_provider_np6.models.reports import PurgeReport
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.mapping import MappedField
from airflow_provider_np6.sync.ports import Receiver
from airflow_provider_np6.sync.purge import DueTarget, Fate, Memory, Purge, PurgeRequest
from airflow_provider_np6.sync.settings import Guard, Scratch
from tests.sync.conftest import FIELDS, Bench, Rows
from tests.sync.test_engine import CONTACTS


@dataclass
class Base:
    """An NP6 that deletes what it is told, but for whom it keeps; it may stop answering."""

    keys: set[str]
    keeps: set[str] = field(default_factory=set)
    answers: int = 10**9
    deleted: list[str] = field(default_factory=list)

    def held(self) -> int:
        return len(self.keys)

    def look_up(self, candidates: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, str | None]]:
        for candidate in candidates:
            yield candidate, f"id-{candidate.key}" if candidate.key in self.keys else None

    def delete(self, due: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, Fate, str | None]]:
        for target in due:
            if len(self.deleted) >= self.answers:
                yield target, Fate.PENDING, "NP6 stopped answering."
                return
            self.deleted.append(target.key)
            if target.key in self.keeps:
                yield target, Fate.REFUSED, None
            else:
                self.keys.discard(target.key)
                yield target, Fate.DELETED, None


def keys_of(rows: Sequence[str | None]) -> Rows:
    return Rows([{"email": key} for key in rows], ["email"])


def purge(base: Base, rows: Sequence[str | None], bench: Bench | None = None, **changes: Any) -> PurgeReport:
    memory = Memory(bench.folder, SnapshotStore(bench.folder), Journal(bench.folder)) if bench else None
    request = PurgeRequest(
        run=changes.pop("run", "purge-1"),
        source=changes.pop("source", keys_of(rows)),
        unicity=(MappedField("Email", FIELDS[0]),),
        guard=changes.pop("guard", Guard(max_count=5, max_share=0.5)),
        dry_run=changes.pop("dry_run", False),
    )
    return Purge(base, memory, Scratch(), time.time).run(request)


def people(count: int) -> set[str]:
    return {f"c{number}@example.com" for number in range(count)}


def test_it_deletes_whom_np6_holds_and_counts_everybody_else() -> None:
    base = Base(people(10))
    report = purge(base, ["C1@example.com ", "c1@example.com", "c2@example.com", "gone@example.com", None, "nobody"])
    assert (report.read, report.rejected, report.duplicate, report.absent, report.due) == (6, 2, 1, 1, 2)
    assert (report.deleted, report.unsent, report.held) == (2, 0, 10)
    assert base.keys == people(10) - {"c1@example.com", "c2@example.com"}


@pytest.mark.parametrize(
    ("guard", "allowed"),
    [(Guard(max_count=5, max_share=1.0), 5), (Guard(max_count=500, max_share=0.05), 5), (Guard(), 5)],
)
def test_the_guard_stops_before_the_first_delete(guard: Guard, allowed: int) -> None:
    base = Base(people(100))
    with pytest.raises(NP6DeleteGuardError, match=f"more than {allowed} of the 100 targets.*nothing was deleted"):
        purge(base, sorted(people(allowed + 1)), guard=guard)
    assert base.deleted == []
    assert purge(base, sorted(people(allowed)), guard=guard).deleted == allowed


def test_keys_gone_long_ago_do_not_trip_the_guard() -> None:
    base = Base(people(10))
    old = [f"old{number}@example.com" for number in range(50)]
    assert purge(base, [*old, "c1@example.com"]).deleted == 1


def test_an_empty_result_deletes_nothing_and_asks_nothing() -> None:
    report = purge(Base(people(10)), [])
    assert (report.read, report.due, report.held, report.state) == (0, 0, None, "done")


def test_a_failed_source_deletes_nothing() -> None:
    class Broken:
        def read(self, receive: Receiver) -> None:
            raise NP6SourceError("The query failed.")

    base = Base(people(10))
    with pytest.raises(NP6SourceError):
        purge(base, [], source=Broken())
    assert base.deleted == []


def test_a_dry_run_counts_past_the_guard_and_deletes_nothing(bench: Bench) -> None:
    bench.sync(CONTACTS)
    base = Base(people(10))
    report = purge(base, sorted(people(10)), bench, dry_run=True)
    assert (report.due, report.unsent, report.deleted, report.dry_run) == (10, 10, 0, True)
    assert base.deleted == []
    assert bench.sync(CONTACTS).unchanged == 10


def test_other_columns_than_the_unicity_are_refused() -> None:
    base = Base(people(10))
    rows = Rows([{"id": "1", "email": "c1@example.com"}], ["id", "email"])
    with pytest.raises(NP6MappingError, match=r"gives 2 columns.*identified by 'Email'.*nothing was deleted"):
        purge(base, [], source=rows)
    assert base.deleted == []


def test_whom_np6_keeps_is_refused_and_who_is_in_doubt_is_pending() -> None:
    base = Base(people(10), keeps={"c1@example.com"}, answers=2)
    report = purge(base, ["c1@example.com", "c2@example.com", "c3@example.com", "c4@example.com"])
    assert (report.due, report.deleted, report.refused, report.pending, report.unsent) == (4, 1, 1, 1, 1)
    assert (report.state, report.error) == ("failed", "NP6 stopped answering.")


def test_a_person_who_comes_back_is_sent_again(bench: Bench) -> None:
    bench.sync(CONTACTS)
    purge(Base(people(10)), ["c3@example.com"], bench)
    report = bench.sync(CONTACTS)
    assert (report.new, report.unchanged) == (1, 9)


def test_the_snapshot_forgets_before_np6_does(bench: Bench) -> None:
    """A kill at the first delete leaves a key forgotten: sent once too often, never once too seldom."""

    class Dying(Base):
        def delete(self, due: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, Fate, str | None]]:
            raise KeyboardInterrupt

    bench.sync(CONTACTS)
    with pytest.raises(KeyboardInterrupt):
        purge(Dying(people(10)), ["c3@example.com"], bench)
    assert bench.sync(CONTACTS).new == 1


def test_forgetting_leaves_no_trace_of_strangers(bench: Bench) -> None:
    bench.sync(CONTACTS)
    before = SnapshotStore(bench.folder).current()
    purge(Base(people(10)), ["stranger@example.com"], bench)
    assert SnapshotStore(bench.folder).current() == before


def test_an_open_sync_holds_the_purge_back(bench: Bench) -> None:
    bench.engine().plan(bench.request(CONTACTS))
    base = Base(people(10))
    with pytest.raises(NP6SnapshotError, match=r"still open.*nothing was deleted"):
        purge(base, ["c3@example.com"], bench)
    assert base.deleted == []


def test_the_report_is_kept_and_holds_no_key(bench: Bench) -> None:
    bench.sync(CONTACTS)
    purge(Base(people(10)), ["c3@example.com"], bench, run="p1")
    text = (bench.folder.root / "purges" / "p1" / "report.json").read_text()
    assert '"deleted": 1' in text
    assert "example.com" not in text


def test_a_query_of_another_column_deletes_nobody_and_fails() -> None:
    base = Base(people(10))
    with pytest.raises(NP6SourceError, match=r"None of the 3 rows .* usable 'Email'"):
        purge(base, ["Ann", "Bea", None])
    assert base.deleted == []


def test_rows_without_a_key_are_no_sign_of_a_wrong_column() -> None:
    report = purge(Base(people(10)), [None, ""])
    assert (report.rejected, report.due, report.state) == (2, 0, "done")


def test_a_sync_that_begins_during_the_look_ups_holds_the_purge_back(bench: Bench) -> None:
    bench.sync(CONTACTS)

    class Slow(Base):
        def look_up(self, candidates: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, str | None]]:
            bench.engine().plan(bench.request(CONTACTS))
            return super().look_up(candidates)

    base = Slow(people(10))
    with pytest.raises(NP6SnapshotError, match=r"still open"):
        purge(base, ["c3@example.com"], bench)
    assert base.deleted == []
