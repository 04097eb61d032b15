"""A sync run from its plan to its report, in steps that can each be the last one a process lives to make.

``plan`` compares and stages, ``advance`` sends and settles parts, ``close`` commits and reports. Between two steps
everything stands in the journal, so that a resumed task, a retry or the next run goes on from there: a part that was
sent is settled, a part that was not is left to the comparison of the next run.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import (
    NP6AccountingError,
    NP6EmptySourceError,
    NP6ImportFailedError,
    NP6RejectionsError,
    NP6SnapshotError,
    NP6UnexpectedStateError,
)
from airflow_provider_np6.models.fields import ValueList
from airflow_provider_np6.models.reports import SyncReport
from airflow_provider_np6.models.runs import FieldColumn, PartRecord, PartState, RunRecord
from airflow_provider_np6.sync.compare import (
    Counts,
    bytes_per_row,
    compare,
    convert,
    part_bounds,
    write_part,
    write_rejections,
)
from airflow_provider_np6.sync.intake import Intake
from airflow_provider_np6.sync.mapping import ResolvedMapping, match_columns
from airflow_provider_np6.sync.outcomes import write_accepted, write_addition, write_refusals
from airflow_provider_np6.sync.ports import Files, Generation, Journal, PartDelivery, PartOutcome, Snapshot, Source
from airflow_provider_np6.sync.scratch import Workbench, open_workbench
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch

if TYPE_CHECKING:
    import pyarrow

#: A checkpoint of per-target calls: what a kill may send again. An upsert sent twice changes nothing. Each checkpoint
#: writes the journal, which names them all, so there are not more than so many.
TARGETS_PER_CHECKPOINT = 1_000
MOST_CHECKPOINTS = 200

#: Reasons that a report names; they are few unless NP6 words each one differently.
MOST_REASONS = 20
OTHERS = "other reasons"


@dataclass(frozen=True)
class SyncRequest:
    """What to sync.

    :param run: id of the run.
    :param label: begins the names of the imports in NP6, e.g. ``dag.task``.
    :param on_empty: ``fail`` or ``succeed`` when the source gives no row.
    """

    run: str
    label: str
    source: Source
    mapping: ResolvedMapping
    lists: Mapping[int, ValueList]
    delivery: Delivery
    rejections: Rejections
    list_separator: str = "|"
    full_refresh: bool = False
    on_empty: str = "fail"


class SyncEngine:
    """The steps of a run over the user's folder.

    :param clock: seconds since the epoch.
    """

    def __init__(
        self, files: Files, snapshot: Snapshot, journal: Journal, scratch: Scratch, clock: Callable[[], float]
    ) -> None:
        self._files = files
        self._snapshot = snapshot
        self._journal = journal
        self._scratch = scratch
        self._clock = clock
        self._run: str | None = None

    def open_run(self) -> RunRecord | None:
        """The run that is open on this snapshot, if there is one."""
        return self._journal.read()

    def take_up(self, run: str | None = None) -> RunRecord:
        """Go on with the open run, and with no other from now on.

        :param run: the run that the caller began.
        :raises NP6SnapshotError: when none is open, or another one.
        """
        record = self._journal.read()
        if record is None or run not in {None, record.run}:
            raise NP6SnapshotError(_not_open(run, record))
        self._run = record.run
        return record

    def plan(self, request: SyncRequest, dry_run: bool = False) -> RunRecord:
        """Read, convert, check and compare; stage the parts and open the journal, unless it is a dry run.

        :raises NP6SourceError, NP6MappingError, NP6RejectionsError, NP6StorageError: nothing was sent then.
        """
        if not dry_run and self._journal.read() is not None:
            raise NP6SnapshotError(
                "Another run has opened on this snapshot meanwhile, so this one sends nothing: let one run at a time "
                "use a snapshot (max_active_runs=1)."
            )
        started = self._clock()
        with open_workbench(self._scratch) as bench:
            mapping = self._take(bench, request)
            convert(bench, mapping, request.lists, request.list_separator)
            head = self._snapshot.current()
            base = type(head)() if request.full_refresh else head
            self._snapshot.attach(bench.database, base, bench.folder)
            counts = compare(bench.database)
            record = RunRecord(
                run=request.run,
                started=started,
                base=head.name,
                fingerprint=mapping.fingerprint,
                fields=_field_columns(mapping),
                counts=_plan_counts(counts),
                reasons=dict(counts.reasons),
                reason_full=_reason_full(head, mapping, request),
                settings=dataclasses.asdict(request.delivery),
            )
            if not dry_run:
                record = self._staged(bench, mapping, counts, record, request)
        return record

    def advance(self, delivery: PartDelivery, *, all_at_once: bool = False, send: bool = True) -> tuple[int, ...]:
        """Bring the open run as far as it goes without waiting.

        :param all_at_once: send every part, instead of the next one only after the one before has ended.
        :param send: False to settle what was sent and to leave the rest to the next run.
        :returns: ids of the imports under way; empty when every part is over.
        """
        under_way: list[int] = []
        for part in self._open().parts:
            if part.is_over:
                continue
            part = self._advance_part(delivery, part, send)
            if not part.is_over and part.import_id is not None:
                under_way.append(part.import_id)
                if not all_at_once and send:
                    break
            if part.error and part.state is PartState.FAILED:
                # What made one part fail would make the next one fail: leave the others to the next run.
                send = False
        return tuple(under_way)

    def close(self) -> SyncReport:
        """Commit the accepted rows, write the report and close the journal. Every part must be over.

        :raises NP6SnapshotError: when another run has committed meanwhile; the rows come again then.
        """
        record = self._open()
        self._commit(record)
        report = self._report(record)
        self._files.write_json(f"runs/{record.run}/report.json", report.to_json())
        self._journal.clear()
        self._sweep(record)
        return report.check()

    def planned_report(self, record: RunRecord) -> SyncReport:
        """The report of a dry run: everything planned is unsent."""
        counts: dict[str, Any] = dict(record.counts)
        return SyncReport(
            run=record.run,
            state="done",
            delivery=str(record.settings["by"]),
            unsent=counts["planned"],
            reasons=record.reasons,
            reason_full=record.reason_full,
            seconds=round(self._clock() - record.started, 3),
            dry_run=True,
            **counts,
        ).check()

    # --- plan

    def _take(self, bench: Workbench, request: SyncRequest) -> ResolvedMapping:
        matched: list[ResolvedMapping] = []
        taken: list[int] = []

        def receive(columns: Sequence[str], batches: Iterable[pyarrow.RecordBatch]) -> None:
            mapping = match_columns(request.mapping, columns)
            matched.append(mapping)
            intake = Intake(bench.database, [entry.column for entry in mapping.entries], bench.folder)
            taken.append(intake.take(batches))

        request.source.read(receive)
        if not sum(taken) and request.on_empty == "fail":
            raise NP6EmptySourceError(
                "The source gave no rows, so nothing was sent: check the query (a join, a filter, yesterday's "
                "partition), or set on_empty='succeed' if an empty result is usual."
            )
        return matched[0] if matched else request.mapping

    def _staged(
        self, bench: Workbench, mapping: ResolvedMapping, counts: Counts, record: RunRecord, request: SyncRequest
    ) -> RunRecord:
        if counts.rejected:
            name = f"runs/{record.run}/rejections.parquet"
            local = bench.folder / "rejections.parquet"
            write_rejections(bench.database, mapping, local)
            self._files.put(local, name)
            record = dataclasses.replace(record, rejections_file=name)
            self._refuse_too_many(record, counts, request.rejections)
        row_bytes = bytes_per_row(bench.database, mapping) if counts.planned else 1.0
        size = _part_rows(request.delivery, counts.planned, row_bytes)
        record = dataclasses.replace(record, parts=tuple(_cut(record, counts.planned, size, request.label)))
        self._run = record.run
        # The journal comes first: it names the files, so that a kill between two of them leaves none behind unnamed.
        self._journal.write(record)
        bounds = part_bounds(bench.database, size) if counts.planned else ()
        for part, (first, last) in zip(record.parts, bounds, strict=True):
            local = bench.folder / f"part-{part.number:04}.parquet"
            rows = write_part(bench.database, mapping, first, last, local)
            if rows != part.rows:
                raise NP6AccountingError(
                    f"Part {part.number} holds {rows} rows instead of {part.rows}, so nothing was sent; "
                    "this is a fault of airflow-provider-np6, please report it."
                )
            self._files.put(local, part.file)
        return record

    def _refuse_too_many(self, record: RunRecord, counts: Counts, limit: Rejections) -> None:
        if limit.exceeded_by(counts.rejected, counts.read):
            name = str(record.rejections_file)
            report = dataclasses.replace(self._report(record), state="stopped", unsent=counts.planned)
            self._files.write_json(f"runs/{record.run}/report.json", report.check().to_json())
            raise NP6RejectionsError(
                f"{counts.rejected} of {counts.read} rows were rejected ({_ranked(counts.reasons)}), more than this "
                f"task allows, so nothing was sent: see {self._files.describe(name)}, correct the source or the "
                "mapping, or raise Rejections(max_share=..., max_count=...)."
            )

    # --- advance

    def _advance_part(self, delivery: PartDelivery, part: PartRecord, send: bool) -> PartRecord:
        try:
            if part.state is PartState.STAGED:
                return self._send_part(delivery, part) if send else self._note(_unsent(part))
            finished = delivery.is_finished(part)
            if finished is None:
                part = self._note(_never_ran(part))
                delivery.tidy(part)
                return part
            part = self._settle_part(delivery, part) if finished else part
        except (NP6ImportFailedError, NP6UnexpectedStateError) as error:
            part = self._note(part.moved(state=PartState.FAILED, pending=part.rows, error=str(error)))
        if part.is_over:
            delivery.tidy(part)
        return part

    def _send_part(self, delivery: PartDelivery, part: PartRecord) -> PartRecord:
        record = self._open()
        with open_workbench(self._scratch) as bench:
            rows = self._files.fetch(part.file, bench.folder)
            part, outcome = delivery.send(part, rows, record.fields, bench.folder, self._note)
            return self._note(part) if outcome is None else self._recorded(bench, part, rows, outcome)

    def _settle_part(self, delivery: PartDelivery, part: PartRecord) -> PartRecord:
        record = self._open()
        with open_workbench(self._scratch) as bench:
            rows = self._files.fetch(part.file, bench.folder)
            return self._recorded(bench, part, rows, delivery.settle(part, rows, record.fields))

    def _recorded(self, bench: Workbench, part: PartRecord, rows: Path, outcome: PartOutcome) -> PartRecord:
        stem = part.file.removesuffix(".parquet")
        accepted_file = part.file
        refusals_file = None
        if outcome.refused or outcome.pending or outcome.unsent:
            accepted_file = _accepted_file(part)
            self._files.put(write_accepted(bench, rows, outcome), accepted_file)
        if outcome.refused:
            refusals_file = f"{stem}-refusals.parquet"
            self._files.put(write_refusals(bench, outcome), refusals_file)
        lost = len(outcome.refused) + len(outcome.pending) + len(outcome.unsent)
        return self._note(
            part.moved(
                state=PartState.FAILED if outcome.error else PartState.SETTLED,
                accepted_file=accepted_file,
                refusals_file=refusals_file,
                accepted=part.rows - lost,
                refused=len(outcome.refused),
                pending=len(outcome.pending),
                unsent=len(outcome.unsent),
                reasons=_most_common(Counter(outcome.refused.values())),
                error=outcome.error,
            )
        )

    def _note(self, part: PartRecord) -> PartRecord:
        self._journal.write(self._open().with_part(part))
        return part

    def _open(self) -> RunRecord:
        """The journal, while it is still this run's: a try that Airflow gave up may go on living beside the next."""
        return self.take_up(self._run)

    # --- close

    def _commit(self, record: RunRecord) -> None:
        head = self._snapshot.current()
        if head.name == record.run:
            return  # committed by a process that died before it could close the journal
        if head.name != record.base:
            report = dataclasses.replace(self._report(record), state="uncommitted")
            self._files.write_json(f"runs/{record.run}/report.json", report.to_json())
            self._journal.clear()
            self._sweep(record)
            raise NP6SnapshotError(
                f"Another run has committed to the snapshot since run {record.run} began, so this one keeps its hands "
                "off: let one run at a time use a snapshot (max_active_runs=1, and one pool for the DAGs that "
                "share it); its rows come again with the next run."
            )
        accepted = [part.accepted_file for part in record.parts if part.accepted_file and part.accepted]
        with open_workbench(self._scratch) as bench:
            addition = None
            if accepted:
                addition = write_addition(bench, [self._files.fetch(name, bench.folder) for name in accepted])
            self._snapshot.commit(bench.database, head, addition, record.run, record.fingerprint, bench.folder)

    def _sweep(self, record: RunRecord) -> None:
        """Remove the files of rows: they hold personal data, and nobody needs them any more."""
        for name in _working_files(record):
            self._files.remove(name)

    def _report(self, record: RunRecord) -> SyncReport:
        reasons: Counter[str] = Counter(record.reasons)
        for part in record.parts:
            reasons.update(part.reasons)
        failed = any(part.error for part in record.parts)
        counts: dict[str, Any] = dict(record.counts)
        paths = {"report": self._files.describe(f"runs/{record.run}/report.json")}
        if record.rejections_file:
            paths["rejections"] = self._files.describe(record.rejections_file)
        refusals = [part.refusals_file for part in record.parts if part.refusals_file]
        if refusals:
            paths["refusals"] = ", ".join(self._files.describe(name) for name in refusals)
        return SyncReport(
            run=record.run,
            state="failed" if failed else "done",
            delivery=str(record.settings["by"]),
            accepted=sum(part.accepted for part in record.parts),
            refused=sum(part.refused for part in record.parts),
            pending=sum(part.pending for part in record.parts),
            unsent=sum(part.unsent for part in record.parts),
            reasons=_most_common(reasons),
            reason_full=record.reason_full,
            seconds=round(self._clock() - record.started, 3),
            import_ids=record.import_ids,
            paths=paths,
            errors=tuple(part.error for part in record.parts if part.error),
            **counts,
        )


def _field_columns(mapping: ResolvedMapping) -> tuple[FieldColumn, ...]:
    return tuple(
        FieldColumn(entry.field.id, entry.field.name, str(entry.field.type), entry.field.is_unicity)
        for entry in (*mapping.unicity, *(e for e in mapping.entries if e not in mapping.unicity))
    )


def _plan_counts(counts: Counts) -> dict[str, int]:
    names = ("read", "rejected", "duplicate", "unchanged", "planned", "new", "changed")
    return {name: getattr(counts, name) for name in names}


def _reason_full(head: Generation, mapping: ResolvedMapping, request: SyncRequest) -> str | None:
    if request.full_refresh:
        return "full_refresh was asked for"
    if head.name is None:
        return "first run: there is no snapshot yet"
    if head.fingerprint != mapping.fingerprint:
        return "the mapping sends other fields than the last run did, or a field's type has changed"
    return None


def _part_rows(delivery: Delivery, planned: int, row_bytes: float) -> int:
    if delivery.by == "targets":
        return min(delivery.part_rows, max(TARGETS_PER_CHECKPOINT, math.ceil(planned / MOST_CHECKPOINTS)))
    return max(1, min(delivery.part_rows, int(delivery.part_bytes / row_bytes)))


def _cut(record: RunRecord, planned: int, size: int, label: str) -> Iterable[PartRecord]:
    for number, begin in enumerate(range(0, planned, size)):
        file = f"runs/{record.run}/part-{number:04}.parquet"
        yield PartRecord(number, min(size, planned - begin), file, f"{label} {record.run} part {number}")


def _most_common(reasons: Counter[str]) -> dict[str, int]:
    """NP6's own words may differ from row to row; the report is small, and the refusals file has them all."""
    ranked = [(reason, count) for reason, count in reasons.most_common() if reason != OTHERS]
    rest = reasons[OTHERS] + sum(count for _, count in ranked[MOST_REASONS:])
    return {**dict(ranked[:MOST_REASONS]), **({OTHERS: rest} if rest else {})}


def _never_ran(part: PartRecord) -> PartRecord:
    """NP6 knows of no execution: what was certainly started has vanished, what was perhaps started never arrived."""
    if part.state is PartState.SENT:
        return part.moved(state=PartState.SETTLED, pending=part.rows)
    return _unsent(part)


def _not_open(run: str | None, record: RunRecord | None) -> str:
    if record is None:
        return (
            f"{f'Run {run}' if run else 'A sync run'} is not open on this snapshot: it was closed already, by another "
            "task or the next run, or the path is another one."
        )
    return (
        f"Run {run} is no longer the open one on this snapshot (run {record.run} is), so it keeps its hands off: "
        "let one run at a time use a snapshot (max_active_runs=1)."
    )


def _unsent(part: PartRecord) -> PartRecord:
    return part.moved(state=PartState.SETTLED, unsent=part.rows)


def _working_files(record: RunRecord) -> list[str]:
    # The second name of each part may exist although the journal does not say so yet.
    return [name for part in record.parts for name in (part.file, _accepted_file(part))]


def _accepted_file(part: PartRecord) -> str:
    return f"{part.file.removesuffix('.parquet')}-accepted.parquet"


def _ranked(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{code}: {count}" for code, count in sorted(reasons.items(), key=lambda item: -item[1]))
