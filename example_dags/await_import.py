"""Wait for an import that somebody else starts in NP6, then go on.

The id of the import is a parameter of the run. The sensor succeeds when NP6 has completed the import (state 1), fails
with its id when NP6 ended it in error (state 2), and gives up after an hour.

Needs: a connection ``np6_default``.
"""

from __future__ import annotations

import logging
from datetime import datetime

from airflow.providers.common.compat.sdk import DAG, Param, task

from airflow_provider_np6.sensors.imports import NP6ImportSensor

with DAG(
    dag_id="await_import",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    params={"import_id": Param(23, type="integer", description="Id of the import in NP6")},
    doc_md=__doc__,
    tags=["np6"],
):
    await_import = NP6ImportSensor(
        task_id="await_import",
        import_id="{{ params.import_id }}",
        poke_interval=30,
        timeout=3600,
    )

    @task
    def go_on() -> None:
        """Whatever waits for the import."""
        logging.getLogger(__name__).info("The import is complete.")

    await_import >> go_on()
