"""Purge: delete the targets whose keys a query returns, behind a guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator

from airflow_provider_np6.exceptions import NP6DeleteIncompleteError
from airflow_provider_np6.models.reports import PurgeReport
from airflow_provider_np6.operators.failing import failing_as_task
from airflow_provider_np6.sync.settings import Guard, Scratch

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_np6.api.client import NP6Client


class NP6PurgeTargetsOperator(BaseOperator):
    """Delete from NP6 the targets whose unicity a query returns, and prove that they are gone by reading back.

    Each key is looked up first, so that keys which NP6 no longer holds count for nothing. If more targets would go
    than the guard allows, the task fails and nothing at all is deleted. An empty result deletes nothing and succeeds;
    a failed query deletes nothing and fails. Returns the report as a dict: counts, never keys (see
    :class:`~airflow_provider_np6.models.reports.PurgeReport`).

    :param sql: a query, or the name of a ``.sql`` file, that gives exactly the account's unicity fields, in the order
        of their ids (usually one column of e-mail addresses). (templated)
    :param source_conn_id: connection of any ``DbApiHook``. (templated)
    :param source_hook_params: arguments for that hook. (templated)
    :param source_path: instead of ``sql``, a ``.parquet``, ``.csv`` or ``.csv.gz`` file with those columns. (templated)
    :param csv_delimiter: separator of a CSV source.
    :param snapshot: of the sync that sends the same targets, if there is one, so that a person who comes back is sent
        again. (templated)
    :param np6_conn_id: the NP6 connection. (templated)
    :param guard: most targets by count (500) and by share of what NP6 holds (5 %), whichever is lower.
    :param dry_run: count only; nothing is deleted.
    :param concurrency: calls under way at once.
    :param scratch: DuckDB's room on the worker.
    """

    template_fields: Sequence[str] = (
        "sql",
        "source_conn_id",
        "source_hook_params",
        "source_path",
        "snapshot",
        "np6_conn_id",
    )
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql"}
    ui_color = "#fbeae8"

    def __init__(
        self,
        *,
        sql: str | None = None,
        source_conn_id: str | None = None,
        source_hook_params: Mapping[str, Any] | None = None,
        source_path: str | None = None,
        csv_delimiter: str = ",",
        snapshot: str | None = None,
        np6_conn_id: str = "np6_default",
        guard: Guard | None = None,
        dry_run: bool = False,
        concurrency: int = 8,
        scratch: Scratch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.source_conn_id = source_conn_id
        self.source_hook_params = source_hook_params
        self.source_path = source_path
        self.csv_delimiter = csv_delimiter
        self.snapshot = snapshot
        self.np6_conn_id = np6_conn_id
        self.guard = guard or Guard()
        self.count_only = dry_run  # BaseOperator has a method of the argument's name
        self.concurrency = concurrency
        self.scratch = scratch or Scratch()

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the purge."""
        from airflow_provider_np6.hooks.np6 import NP6Hook

        with failing_as_task(), NP6Hook(self.np6_conn_id).get_conn() as client:
            report = self._purged(client)
            words = _in_words(report)
            if report.error or report.refused or report.pending:
                raise NP6DeleteIncompleteError(
                    f"{words} {report.error or ''} Run the task again: what is gone is not deleted twice."
                )
            self.log.info("%s", words)
            return report.to_json()

    def _purged(self, client: NP6Client) -> PurgeReport:
        import time

        from airflow_provider_np6.delivery.removal import ApiRemoval
        from airflow_provider_np6.models.fields import unicity_fields
        from airflow_provider_np6.operators import assembly
        from airflow_provider_np6.sync.mapping import MappedField
        from airflow_provider_np6.sync.purge import Purge, PurgeRequest

        source = assembly.source_of(
            self.sql, self.source_conn_id, self.source_hook_params, self.source_path, self.csv_delimiter
        )
        unicity = tuple(unicity_fields(assembly.account_fields(client)))
        removal = ApiRemoval(client.send, unicity, self.concurrency)
        request = PurgeRequest(
            run=assembly.new_run_id(),
            source=source,
            unicity=tuple(MappedField(field.name, field) for field in unicity),
            guard=self.guard,
            dry_run=self.count_only,
        )
        return Purge(removal, assembly.memory_of(self.snapshot), self.scratch, time.time).run(request)


def _in_words(report: PurgeReport) -> str:
    begin = "Purge dry run" if report.dry_run else "Purge"
    names = ("rejected", "duplicate", "absent", "due", "deleted", "refused", "pending", "unsent")
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names if getattr(report, name))
    return f"{begin} {report.run}: {report.read} keys read, {counts or 'nothing to do'}."
