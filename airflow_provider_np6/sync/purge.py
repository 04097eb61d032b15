"""A purge from its keys to its report: look up, guard, forget, delete, read back.

The order is the promise. Everything that can stop the purge comes before the first delete; and the snapshot forgets a
key before NP6 does, since a row forgotten too early is only sent once more, while a row forgotten too late would count
as unchanged and never be sent again, should the person come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from airflow_provider_np6.exceptions import NP6DeleteGuardError, NP6MappingError, NP6SnapshotBusyError, NP6SourceError
from airflow_provider_np6.models.reports import PurgeReport
from airflow_provider_np6.sync.compare import convert
from airflow_provider_np6.sync.intake import ROW_NUMBER, Intake
from airflow_provider_np6.sync.mapping import MappedField, ResolvedMapping
from airflow_provider_np6.sync.outcomes import write_gone
from airflow_provider_np6.sync.ports import Files, Journal, Snapshot, Source
from airflow_provider_np6.sync.scratch import Workbench, open_workbench
from airflow_provider_np6.sync.settings import Guard, Scratch

if TYPE_CHECKING:
    import pyarrow


class Fate(Enum):
    """What became of a target that was to be deleted."""

    DELETED = "deleted"
    REFUSED = "refused"
    PENDING = "pending"


@dataclass(frozen=True)
class DueTarget:
    """A target to delete. Its repr shows no key."""

    key: str = field(repr=False)
    unicity: tuple[str, ...] = field(repr=False)
    id: str = ""


class TargetRemoval(Protocol):
    """NP6, as far as a purge needs it."""

    def held(self) -> int:
        """Targets in NP6 now."""

    def look_up(self, candidates: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, str | None]]:
        """Each candidate with the id of its target, or None when NP6 holds none."""

    def delete(self, due: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, Fate, str | None]]:
        """Delete and read back, in any order; ends early, with a sentence, when NP6 stops answering."""


@dataclass(frozen=True)
class Memory:
    """What a sync remembers of the same targets, and must forget with them."""

    files: Files
    snapshot: Snapshot
    journal: Journal


@dataclass(frozen=True)
class PurgeRequest:
    """What to delete.

    :param unicity: the account's unicity fields; the source gives one column for each, in this order.
    """

    run: str
    source: Source
    unicity: tuple[MappedField, ...]
    guard: Guard
    dry_run: bool = False


class Purge:
    """One purge.

    :param memory: the snapshot of the sync that sends the same targets, or None when none does.
    """

    def __init__(
        self,
        removal: TargetRemoval,
        memory: Memory | None,
        scratch: Scratch,
        clock: Callable[[], float],
    ) -> None:
        self._removal = removal
        self._memory = memory
        self._scratch = scratch
        self._clock = clock

    def run(self, request: PurgeRequest) -> PurgeReport:
        """Do it, or only count it when ``request.dry_run``.

        :raises NP6DeleteGuardError: too many would go; nothing was deleted.
        :raises NP6SourceError, NP6MappingError, NP6SnapshotBusyError, NP6SourceError: nothing was deleted.
        """
        started = self._clock()
        if not request.dry_run:
            self._refuse_open_sync()
        with open_workbench(self._scratch) as bench:
            report = PurgeReport(run=request.run, dry_run=request.dry_run)
            report, candidates = self._candidates(bench, request, report)
            held = self._removal.held() if candidates else None
            due = self._due(request, candidates, held)
            report = replace(report, held=held, due=len(due), absent=len(candidates) - len(due))
            if request.dry_run:
                report = replace(report, unsent=len(due))
            else:
                self._forget(bench, request, candidates)
                report = self._deleted(report, due)
        report = replace(report, state="failed" if report.error else "done", seconds=round(self._clock() - started, 3))
        if self._memory is not None:
            self._memory.files.write_json(f"purges/{request.run}/report.json", report.to_json())
        return report.check()

    def _refuse_open_sync(self) -> None:
        if self._memory is not None and self._memory.journal.read() is not None:
            raise NP6SnapshotBusyError(
                "A sync run is still open on this snapshot, so nothing was deleted: purge downstream of the sync, or "
                "put the DAGs that share a snapshot into one pool; a retry of the purge may find it closed."
            )

    def _candidates(
        self, bench: Workbench, request: PurgeRequest, report: PurgeReport
    ) -> tuple[PurgeReport, list[DueTarget]]:
        def receive(columns: Sequence[str], batches: Iterable[pyarrow.RecordBatch]) -> None:
            _refuse_other_columns(columns, request.unicity)
            Intake(bench.database, columns, bench.folder).take(batches)

        request.source.read(receive)
        convert(bench, ResolvedMapping(request.unicity, request.unicity), {}, "|")
        columns = ", ".join(f"max({entry.name})" for entry in request.unicity)
        usable = "key IS NOT NULL AND len(reasons) = 0"
        rows = bench.database.execute(
            f"SELECT key, {columns} FROM converted WHERE {usable} GROUP BY key ORDER BY min({ROW_NUMBER})"
        ).fetchall()
        counted = bench.database.execute(f"SELECT count(*), count(*) FILTER ({usable}) FROM converted").fetchone()
        read, good = counted or (0, 0)
        candidates = [DueTarget(row[0], tuple(row[1:])) for row in rows]
        keyless = bench.database.execute("SELECT count(*) FROM converted WHERE key IS NULL").fetchone()
        if not candidates and read > (keyless[0] if keyless else 0):
            raise NP6SourceError(
                f"None of the {read} rows of the purge query holds a usable {_names(request.unicity)}, so nothing was "
                "deleted: check that the query selects that field's column."
            )
        return replace(report, read=read, rejected=read - good, duplicate=good - len(candidates)), candidates

    def _due(self, request: PurgeRequest, candidates: list[DueTarget], held: int | None) -> list[DueTarget]:
        due: list[DueTarget] = []
        allowed = request.guard.allowed(held) if held is not None else 0
        for candidate, target_id in self._removal.look_up(candidates):
            if target_id is not None:
                due.append(replace(candidate, id=target_id))
            if len(due) > allowed and not request.dry_run:
                raise NP6DeleteGuardError(_tripped(request.guard, allowed, held, len(candidates)))
        return due

    def _forget(self, bench: Workbench, request: PurgeRequest, candidates: Sequence[DueTarget]) -> None:
        if self._memory is None:
            return
        head = self._memory.snapshot.current()
        if head.name is None or not candidates:
            return
        known = _known_keys(bench, self._memory, head, candidates)
        if known:
            # Looking up may have taken long: a sync that has begun meanwhile would lose its commit to this one.
            self._refuse_open_sync()
            gone = write_gone(bench, known)
            self._memory.snapshot.commit(bench.database, head, gone, request.run, None, bench.folder)

    def _deleted(self, report: PurgeReport, due: Sequence[DueTarget]) -> PurgeReport:
        fates: Mapping[Fate, list[DueTarget]] = {fate: [] for fate in Fate}
        error: str | None = None
        for target, fate, trouble in self._removal.delete(due):
            fates[fate].append(target)
            error = error or trouble
        settled = sum(len(targets) for targets in fates.values())
        return replace(
            report,
            deleted=len(fates[Fate.DELETED]),
            refused=len(fates[Fate.REFUSED]),
            pending=len(fates[Fate.PENDING]),
            unsent=len(due) - settled,
            error=error,
        )


def _known_keys(bench: Workbench, memory: Memory, head: object, candidates: Sequence[DueTarget]) -> list[str]:
    import pyarrow

    memory.snapshot.attach(bench.database, head, bench.folder)
    keys = pyarrow.table({"key": pyarrow.array([c.key for c in candidates], pyarrow.string())})
    bench.database.register("candidates", keys)
    rows = bench.database.execute("SELECT key FROM snapshot SEMI JOIN candidates USING (key)").fetchall()
    bench.database.unregister("candidates")
    return [row[0] for row in rows]


def _refuse_other_columns(columns: Sequence[str], unicity: Sequence[MappedField]) -> None:
    if len(columns) != len(unicity):
        wanted = _names(unicity)
        raise NP6MappingError(
            f"The purge query gives {len(columns)} columns ({', '.join(map(repr, columns))}), but a target of this "
            f"account is identified by {wanted}: select exactly that, in this order; nothing was deleted."
        )


def _names(unicity: Sequence[MappedField]) -> str:
    return ", ".join(repr(entry.field.name) for entry in unicity)


def _tripped(guard: Guard, allowed: int, held: int | None, keys: int) -> str:
    return (
        f"The purge would delete more than {allowed} of the {held} targets in NP6 (the query gives {keys} keys; the "
        f"guard allows {guard.max_count} targets and {guard.max_share:.0%} of the base, whichever is lower), so "
        "nothing was deleted: check the query, try dry_run=True, or raise Guard(max_count=..., max_share=...)."
    )
