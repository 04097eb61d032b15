"""Commit a sync whose imports were handed on: settle each part, move the snapshot, report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import BaseOperator

from airflow_provider_np6.exceptions import NP6DeliveryError, NP6SnapshotError
from airflow_provider_np6.models.reports import SyncReport
from airflow_provider_np6.operators.failing import failing_as_task
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_np6.stores.folder import Folder
    from airflow_provider_np6.sync.engine import SyncEngine


class NP6CommitSyncOperator(BaseOperator):
    """Close the run that an ``NP6SyncTargetsOperator(wait_for_completion=False)`` opened, once its imports are over.

    The outcome of each row is established, the accepted ones enter the snapshot, and the report is written. Runs again
    without harm: a run that was closed already gives its report again. Returns the report as a dict.

    :param snapshot: the sync's own. (templated)
    :param run: the run to close: ``sync.output["run"]``. (templated)
    :param np6_conn_id: the NP6 connection. (templated)
    :param rejections: how many rejected and refused rows fail the task; give the sync and this task the same.
    :param scratch: DuckDB's room on the worker.
    """

    template_fields: Sequence[str] = ("snapshot", "run", "np6_conn_id")
    ui_color = "#e8f1fb"

    def __init__(
        self,
        *,
        snapshot: str,
        run: str,
        np6_conn_id: str = "np6_default",
        rejections: Rejections | None = None,
        scratch: Scratch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.snapshot = snapshot
        self.run = run
        self.np6_conn_id = np6_conn_id
        self.rejections = rejections or Rejections()
        self.scratch = scratch or Scratch()

    def execute(self, context: Context) -> dict[str, Any]:
        """Settle and commit."""
        from airflow_provider_np6.operators.assembly import sync_engine
        from airflow_provider_np6.operators.sync_targets import finished

        with failing_as_task():
            engine, folder = sync_engine(self.snapshot, self.scratch)
            report = self._closed_before(folder) or self._close(engine, folder)
            return finished(report, self.rejections, self.log)

    def _closed_before(self, folder: Folder) -> SyncReport | None:
        document = folder.read_json(f"runs/{self.run}/report.json")
        report = SyncReport.from_json(document) if document is not None else None
        if report is not None and report.state == "uncommitted":
            raise NP6SnapshotError(
                f"Run {self.run} was not committed, because another run had moved the snapshot on: "
                "run the sync again, which sends its rows again."
            )
        return report

    def _close(self, engine: SyncEngine, folder: Folder) -> SyncReport:
        from airflow_provider_np6.hooks.np6 import NP6Hook
        from airflow_provider_np6.operators.assembly import part_delivery

        record = engine.take_up(self.run)
        with NP6Hook(self.np6_conn_id).get_conn() as client:
            # What the sync did not come to send is left to the next run: this task only settles.
            under_way = engine.advance(part_delivery(client, Delivery(**record.settings), folder), send=False)
        if under_way:
            raise NP6DeliveryError(
                f"NP6 is still working on import {', '.join(map(str, under_way))}: "
                "put an NP6ImportSensor between the sync and this task, or retry it later."
            )
        return engine.close()
