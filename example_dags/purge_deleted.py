"""Every night: delete from NP6 whom the warehouse marks as deleted, first counted, then done.

``count`` is a dry run that only reads. ``purge`` deletes, behind its guard: more than 100 targets, or more than 1 % of
the base, and nothing at all is deleted and the task fails with the numbers.

Needs: connections ``np6_default`` and ``warehouse``, and the Variable ``np6_snapshot`` of the sync that sends the same
targets.
"""

from __future__ import annotations

from datetime import datetime

from airflow.providers.common.compat.sdk import DAG

from airflow_provider_np6.operators.purge_targets import NP6PurgeTargetsOperator
from airflow_provider_np6.sync.settings import Guard

# Whoever was deleted and has registered again is alive.
DELETED = """
SELECT email FROM contacts AS gone
WHERE deleted_at IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM contacts AS live WHERE live.deleted_at IS NULL AND lower(trim(live.email)) = lower(trim(gone.email))
  )
"""

with DAG(
    dag_id="purge_deleted",
    schedule="30 3 * * *",  # not at the full hour, when contact_sync uses the same snapshot
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=["np6"],
):
    count = NP6PurgeTargetsOperator(task_id="count", source_conn_id="warehouse", sql=DELETED, dry_run=True)
    purge = NP6PurgeTargetsOperator(
        task_id="purge",
        source_conn_id="warehouse",
        sql=DELETED,
        snapshot="{{ var.value.np6_snapshot }}",
        guard=Guard(max_count=100, max_share=0.01),
        retries=3,  # a sync that is open on the snapshot will be closed later
    )
    count >> purge
