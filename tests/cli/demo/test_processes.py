from __future__ import annotations

from pathlib import Path

import pytest

from airflow_provider_np6.cli.demo.processes import DemoError, running_runner

FAILING = """
from airflow.providers.common.compat.sdk import DAG, task

with DAG("failing", schedule=None, catchup=False):

    @task
    def first() -> None:
        print("on standard output")

    @task
    def second() -> None:
        raise ValueError("The second thing is broken: mend it.")

    first() >> second()
"""


def airflow(home: Path, dags: Path) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }


def test_a_failed_task_is_named_with_its_error(tmp_path: Path) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "failing.py").write_text(FAILING)
    log, begun = tmp_path / "log", list[str]()
    environment = airflow(tmp_path / "home", dags)
    with running_runner(dags / "failing.py", "failing", environment, log) as runner:
        runner.await_ready()
        with pytest.raises(DemoError, match=r"^second failed: The second thing is broken: mend it\.$"):
            runner.run(begun.append)
    assert begun == ["first", "second"]
    assert "on standard output" in log.read_text()


def test_a_dag_file_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("from airflow.sdk import DAG\nimport not_there\n")
    environment = airflow(tmp_path / "home", tmp_path)
    with (
        running_runner(tmp_path / "broken.py", "broken", environment, tmp_path / "log") as runner,
        pytest.raises(DemoError, match=r"broken\.py cannot be imported: ModuleNotFoundError.*not_there"),
    ):
        runner.await_ready()
