"""A process that syncs while its disk is small: ``python -m`` this file, in the environment of the test.

Arguments: what lies on the small disk (``snapshot`` or ``scratch``), the small disk, the snapshot elsewhere. Prints the
task's own log, and what it raised as the last line.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(what: str, disk: str, elsewhere: str) -> None:
    run_dag = _run_dag()
    from airflow.sdk import DAG

    from airflow_provider_np6.operators.sync_targets import NP6SyncTargetsOperator
    from airflow_provider_np6.sync.settings import Scratch
    from tests.bad_input.conftest import MAPPING

    raised: list[BaseException] = []
    snapshot = Path(disk) / "snapshot" if what == "snapshot" else Path(elsewhere)
    with DAG("bad_input_full_disk") as dag:
        NP6SyncTargetsOperator(
            task_id="task",
            mapping=MAPPING,
            snapshot=snapshot.as_uri(),
            sql="SELECT email, name, points FROM contacts",
            source_conn_id="warehouse",
            scratch=Scratch(directory=disk if what == "scratch" else tempfile.gettempdir()),
            on_failure_callback=lambda context: raised.append(context["exception"]),
        )
    run = run_dag(dag)
    print()
    print(json.dumps([str(run.state), str(raised[0]) if raised else "", type(raised[0]).__name__ if raised else ""]))


def _run_dag() -> Callable[..., Any]:
    """What the fixture ``run_dag`` gives, in the Airflow of the test that started this process."""
    given = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW_")}
    from tests import conftest  # settles into an Airflow of its own

    shutil.rmtree(conftest._HOME)
    os.environ |= given
    return conftest._run_dag


if __name__ == "__main__":
    main(*sys.argv[1:])
