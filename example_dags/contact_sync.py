"""The main job: contacts of a warehouse reach NP6, deleted ones leave it.

``sync`` sends what changed, ``await_import`` waits for NP6 without holding a worker where the triggerer may do it,
``commit`` establishes what NP6 took and remembers that, ``purge`` deletes the contacts that the warehouse marks as
deleted, ``report`` says what happened.

Needs: a connection ``np6_default`` (type NP6, the X-Key as its password), a connection ``warehouse`` (any database
that Airflow can query), and a Variable ``np6_snapshot``: the folder of this sync's memory, on storage that all workers
share.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from airflow.providers.common.compat.sdk import DAG, task

from airflow_provider_np6.operators.commit_sync import NP6CommitSyncOperator
from airflow_provider_np6.operators.purge_targets import NP6PurgeTargetsOperator
from airflow_provider_np6.operators.sync_targets import NP6SyncTargetsOperator
from airflow_provider_np6.sensors.imports import NP6ImportSensor

SNAPSHOT = "{{ var.value.np6_snapshot }}"

CONTACTS = """
SELECT customer_id, email, civility, first_name, last_name, birth_date, mobile, city,
       points, basket, interests, notes, last_order_at
FROM contacts
WHERE deleted_at IS NULL
ORDER BY customer_id
"""

# Whoever was deleted and has registered again is alive.
DELETED = """
SELECT email FROM contacts AS gone
WHERE deleted_at IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM contacts AS live WHERE live.deleted_at IS NULL AND lower(trim(live.email)) = lower(trim(gone.email))
  )
"""

FIELDS = {
    "customer_id": "Customer id",
    "email": "Email",
    "civility": "Civility",
    "first_name": "Firstname",
    "last_name": "Lastname",
    "birth_date": "Birthdate",
    "mobile": "Mobile",
    "city": "City",
    "points": "Loyalty points",
    "basket": "Average basket",
    "interests": "Interests",
    "notes": "Notes",
    "last_order_at": "Last order",
}

with DAG(
    dag_id="contact_sync",
    schedule="@hourly",
    start_date=datetime(2026, 1, 1),
    catchup=False,  # a sync sends the present, so yesterday's interval has nothing of its own to send
    max_active_runs=1,  # one run at a time uses a snapshot
    doc_md=__doc__,
    tags=["np6"],
):
    sync = NP6SyncTargetsOperator(
        task_id="sync",
        source_conn_id="warehouse",
        sql=CONTACTS,
        mapping=FIELDS,
        snapshot=SNAPSHOT,
        wait_for_completion=False,
    )
    await_import = NP6ImportSensor(
        task_id="await_import",
        import_id=sync.output["import_ids"],
        poke_interval=1,
        exponential_backoff=True,  # a small import is seen at once, a large one does not cost a call a second
        max_wait=timedelta(minutes=1),
        timeout=6 * 3600,
    )
    commit = NP6CommitSyncOperator(task_id="commit", snapshot=SNAPSHOT, run=sync.output["run"])
    purge = NP6PurgeTargetsOperator(
        task_id="purge",
        source_conn_id="warehouse",
        sql=DELETED,
        snapshot=SNAPSHOT,
    )

    @task
    def report(synced: dict[str, Any], purged: dict[str, Any]) -> dict[str, int]:
        """Say what happened, in the log and as a small result of the DAG's own."""
        said = {name: synced[name] for name in ("read", "rejected", "duplicate", "unchanged", "accepted", "refused")}
        said["deleted"] = purged["deleted"]
        logging.getLogger(__name__).info("NP6 sync: %s", said)
        return said

    sync >> await_import >> commit >> purge >> report(commit.output, purge.output)
