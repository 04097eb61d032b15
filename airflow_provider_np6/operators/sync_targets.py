"""Sync targets from a warehouse: send what changed, establish what NP6 took, remember only that."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator, conf

from airflow_provider_np6.exceptions import (
    NP6ArgumentError,
    NP6DeadlineError,
    NP6DeliveryError,
    NP6RejectionsError,
)
from airflow_provider_np6.models.reports import SyncReport
from airflow_provider_np6.operators.failing import failing_as_task
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind, decode

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_np6.api.client import NP6Client
    from airflow_provider_np6.stores.folder import Folder
    from airflow_provider_np6.sync.engine import SyncEngine, SyncRequest


class NP6SyncTargetsOperator(BaseOperator):
    """Bring the rows of a query or a file to NP6 as targets, sending only what changed since NP6 last accepted it.

    Rows are mapped, checked against the account's own fields, compared with the snapshot, cut into parts, delivered,
    and reported. Nothing is lost: a row that was rejected, refused, pending or unsent is not in the snapshot and comes
    again with the next run. An unfinished run (a kill, an NP6 that went away) is settled by the next try or run before
    it reads.

    Returns the report as a dict: counts, reasons by count and paths, never rows (see
    :class:`~airflow_provider_np6.models.reports.SyncReport`).

    :param snapshot: folder of this sync's memory, one for each sync: any path that all workers share (``file:///...``,
        ``s3://...``). It holds the values last accepted, so protect it as the warehouse itself. (templated)
    :param mapping: source column to NP6 field name or id. (templated)
    :param sql: a query, or the name of a ``.sql`` file, on ``source_conn_id``. (templated)
    :param source_conn_id: connection of any ``DbApiHook``. (templated)
    :param source_hook_params: arguments for that hook (warehouse, role, database, ...). (templated)
    :param source_path: instead of ``sql``, a ``.parquet``, ``.csv`` or ``.csv.gz`` file. (templated)
    :param csv_delimiter: separator of a CSV source.
    :param np6_conn_id: the NP6 connection. (templated)
    :param delivery: by import file or per target, and how.
    :param rejections: how many rejected or refused rows fail the task (5 % by default). More rejected rows stop the run
        before anything is sent; refused ones fail it afterwards. Below, the log's last line and the report name them.
    :param list_separator: separates labels where a multiple list comes as plain text; JSON arrays need none.
    :param on_empty: ``fail`` (default) or ``succeed`` when the source gives no row.
    :param full_refresh: send every good row once, whatever the snapshot says. (templated)
    :param dry_run: read, check and compare only; nothing is sent or recorded.
    :param wait_for_completion: False hands the ids of the imports on (``import_ids`` of the return value), for an
        :class:`~airflow_provider_np6.sensors.imports.NP6ImportSensor` and, after it, an
        :class:`~airflow_provider_np6.operators.commit_sync.NP6CommitSyncOperator`.
    :param deferrable: wait for imports in the triggerer. ``[operators] default_deferrable`` unless given.
    :param poll_interval: seconds between two looks at an import.
    :param timeout: seconds to wait for one import; past it the task fails and the next run settles what happened.
    :param scratch: DuckDB's room on the worker.
    """

    template_fields: Sequence[str] = (
        "snapshot",
        "mapping",
        "sql",
        "source_conn_id",
        "source_hook_params",
        "source_path",
        "np6_conn_id",
        "full_refresh",
    )
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "mapping": "json"}
    ui_color = "#e8f1fb"

    def __init__(
        self,
        *,
        snapshot: str,
        mapping: Mapping[str, str | int],
        sql: str | None = None,
        source_conn_id: str | None = None,
        source_hook_params: Mapping[str, Any] | None = None,
        source_path: str | None = None,
        csv_delimiter: str = ",",
        np6_conn_id: str = "np6_default",
        delivery: Delivery | None = None,
        rejections: Rejections | None = None,
        list_separator: str = "|",
        on_empty: str = "fail",
        full_refresh: bool = False,
        dry_run: bool = False,
        wait_for_completion: bool = True,
        deferrable: bool | None = None,
        poll_interval: float = 10.0,
        timeout: float = 6 * 3600.0,
        scratch: Scratch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.snapshot = snapshot
        self.mapping = mapping
        self.sql = sql
        self.source_conn_id = source_conn_id
        self.source_hook_params = source_hook_params
        self.source_path = source_path
        self.csv_delimiter = csv_delimiter
        self.np6_conn_id = np6_conn_id
        self.delivery = delivery or Delivery()
        self.rejections = rejections or Rejections()
        self.list_separator = list_separator
        self.on_empty = on_empty
        self.full_refresh = full_refresh
        self.plan_only = dry_run  # BaseOperator has a method of the argument's name
        self.wait_for_completion = wait_for_completion
        self.deferrable = _default_deferrable() if deferrable is None else deferrable
        self.poll_interval = poll_interval
        self.timeout = timeout
        self.scratch = scratch or Scratch()

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the sync."""
        from airflow_provider_np6.operators.assembly import sync_engine

        with failing_as_task(), self._client() as client:
            engine, folder = sync_engine(self.snapshot, self.scratch)
            request = self._request(client, context)
            if self.on_empty not in {"fail", "succeed"}:
                raise NP6ArgumentError(f"on_empty={self.on_empty!r}: choose 'fail' or 'succeed'.")
            if self.plan_only:
                report = engine.planned_report(engine.plan(request, dry_run=True))
                self.log.info("Dry run, nothing was sent. %s", in_words(report))
                return report.to_json()
            self._settle_unfinished(engine, client, folder)
            engine.plan(request)
            return self._deliver(engine, client, folder, context)

    def resume(self, context: Context, event: dict[str, Any] | None = None, run: str | None = None) -> dict[str, Any]:
        """Go on with ``run`` after the triggerer has awaited an import."""
        from airflow_provider_np6.operators.assembly import sync_engine

        with failing_as_task(), self._client() as client:
            engine, folder = sync_engine(self.snapshot, self.scratch)
            engine.take_up(run)
            self._refuse_lost_wait(decode(event))
            return self._deliver(engine, client, folder, context)

    def execute_after(
        self, context: Context, event: dict[str, Any] | None = None, run: str | None = None
    ) -> dict[str, Any]:
        """Begin, after the triggerer has awaited an import that an earlier run had left."""
        with failing_as_task():
            self._refuse_lost_wait(decode(event))
        return self.execute(context)

    def on_kill(self) -> None:
        """Say what goes on: NP6 documents no way to stop an import."""
        self.log.warning("Imports that NP6 has begun cannot be stopped; the next run settles what they did.")

    def _client(self) -> NP6Client:
        from airflow_provider_np6.hooks.np6 import NP6Hook

        return NP6Hook(self.np6_conn_id).get_conn()

    def _request(self, client: NP6Client, context: Context) -> SyncRequest:
        from airflow_provider_np6.delivery.spelling import refuse_ambiguous_labels
        from airflow_provider_np6.operators import assembly
        from airflow_provider_np6.sync.engine import SyncRequest
        from airflow_provider_np6.sync.mapping import resolve_mapping

        source = assembly.source_of(
            self.sql, self.source_conn_id, self.source_hook_params, self.source_path, self.csv_delimiter
        )
        mapping = resolve_mapping(self.mapping, assembly.account_fields(client))
        fields = [entry.field for entry in mapping.entries]
        lists = assembly.lists_of(client, fields)
        if self.delivery.by == "import":
            refuse_ambiguous_labels(fields, lists, self.delivery.list_separator)
        return SyncRequest(
            run=assembly.new_run_id(),
            label=assembly.label_of(context),
            source=source,
            mapping=mapping,
            lists=lists,
            delivery=self.delivery,
            rejections=self.rejections,
            list_separator=self.list_separator,
            full_refresh=str(self.full_refresh).lower() in {"true", "1"},
            on_empty=self.on_empty,
        )

    def _settle_unfinished(self, engine: SyncEngine, client: NP6Client, folder: Folder) -> None:
        from airflow_provider_np6.operators.assembly import part_delivery

        record = engine.open_run()
        if record is None:
            return
        self.log.warning("Run %s was left unfinished; settling it before this one begins.", record.run)
        engine.take_up(record.run)
        delivery = part_delivery(client, Delivery(**record.settings), folder)
        deadline = time.monotonic() + self.timeout
        while under_way := engine.advance(delivery, send=False):
            if self.deferrable:
                self._defer(under_way, "execute_after", record.run)
            self._pause(under_way, deadline)
        self.log.warning("Settled. %s", in_words(engine.close()))

    def _deliver(self, engine: SyncEngine, client: NP6Client, folder: Folder, context: Context) -> dict[str, Any]:
        from airflow_provider_np6.operators.assembly import part_delivery

        delivery = part_delivery(client, self.delivery, folder)
        deadline = time.monotonic() + self.timeout
        under_way = engine.advance(delivery, all_at_once=not self.wait_for_completion)
        if not self.wait_for_completion:
            return self._handed_on(engine, context)
        while under_way:
            if self.deferrable:
                self._defer(under_way, "resume", engine.take_up().run)
            self._pause(under_way, deadline)
            settled_before = under_way
            under_way = engine.advance(delivery)
            if under_way != settled_before:
                deadline = time.monotonic() + self.timeout
        return finished(engine.close(), self.rejections, self.log)

    def _handed_on(self, engine: SyncEngine, context: Context) -> dict[str, Any]:
        record = engine.take_up()
        # Keys of their own, for sync.output["import_ids"] and sync.output["run"] of the tasks that take over.
        context["ti"].xcom_push(key="import_ids", value=list(record.import_ids))
        context["ti"].xcom_push(key="run", value=record.run)
        self.log.info("Run %s handed on with imports %s.", record.run, list(record.import_ids))
        return {
            "run": record.run,
            "state": "open",
            "import_ids": list(record.import_ids),
            "reasons": dict(record.reasons),
            "reason_full": record.reason_full,
            **record.counts,
        }

    def _defer(self, under_way: Sequence[int], method_name: str, run: str) -> None:
        from airflow_provider_np6.triggers.imports import NP6ImportTrigger

        trigger = NP6ImportTrigger(
            np6_conn_id=self.np6_conn_id,
            import_ids=list(under_way),
            poll_interval=self.poll_interval,
            deadline=time.time() + self.timeout,
        )
        self.defer(trigger=trigger, method_name=method_name, kwargs={"run": run})

    def _refuse_lost_wait(self, event: ImportEvent) -> None:
        """How an import ended is read from NP6 again when its part is settled; here only the wait itself may end."""
        if event.kind is ImportEventKind.TIMEOUT:
            raise self._too_late(event.import_ids)
        if event.kind is ImportEventKind.ERROR:
            raise event.as_error()

    def _too_late(self, import_ids: Sequence[int]) -> NP6DeadlineError:
        return NP6DeadlineError(
            f"NP6 has not ended import {', '.join(map(str, import_ids))} within {self.timeout:.0f} seconds: look at it "
            "in the NP6 back office, or raise timeout; the next run settles it before it sends anything. An import "
            "that will never end can be deleted there: the next run then sends its rows again."
        )

    def _pause(self, under_way: Sequence[int], deadline: float) -> None:
        if time.monotonic() > deadline:
            raise self._too_late(under_way)
        time.sleep(min(self.poll_interval, max(0.0, deadline - time.monotonic()) + 0.01))


def finished(report: SyncReport, rejections: Rejections, log: Any) -> dict[str, Any]:
    """Say what a closed run came to, and fail the task where it did not go well.

    :raises NP6DeliveryError: a part failed; its rows come again.
    :raises NP6RejectionsError: NP6 refused more rows than allowed; the accepted ones stay accepted.
    """
    words = in_words(report)
    if report.errors:
        log.error("%s", words)
        raise NP6DeliveryError(f"{' '.join(report.errors)} {words}")
    if report.unsent:
        log.error("%s", words)
        raise NP6DeliveryError(
            f"{report.unsent} of {report.planned} rows were not sent: the start of their import never reached NP6, or "
            f"the run was cut short. {words} They are sent by the next try or run."
        )
    if rejections.exceeded_after(report.rejected, report.refused, report.planned, report.read):
        raise NP6RejectionsError(
            f"NP6 refused {report.refused} of {report.planned} rows, more than this task allows; the accepted ones "
            f"stay accepted. {words} Correct the rows, or raise Rejections(max_share=..., max_count=...)."
        )
    (log.warning if report.rejected + report.refused + report.pending else log.info)("%s", words)
    return report.to_json()


def in_words(report: SyncReport) -> str:
    """One line for the log: everything that is not zero, and where to look."""
    names = ("rejected", "duplicate", "unchanged", "new", "changed", "accepted", "refused", "pending", "unsent")
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names if getattr(report, name))
    reasons = ", ".join(f"{reason}: {count}" for reason, count in report.reasons.items())
    paths = ", ".join(f"{name} in {path}" for name, path in report.paths.items() if name != "report")
    full = f" Everything was compared anew ({report.reason_full})." if report.reason_full else ""
    return (
        f"Sync {report.run}: {report.read} rows read, {counts or 'nothing to do'}."
        f"{full}{f' Reasons: {reasons}.' if reasons else ''}{f' See {paths}.' if paths else ''}"
    )


def _default_deferrable() -> bool:
    return bool(conf.getboolean("operators", "default_deferrable", fallback=False))
