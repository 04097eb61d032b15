"""What every test may use: an Airflow of its own, a sandbox, a connection to it.

Airflow reads its home when it is first imported, so the home is made here, before any test module is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="np6-tests-"))
_DAGS = _HOME / "dags"
_DAGS.mkdir()


def _settle_airflow_into(home: Path) -> None:
    # A developer's own Airflow must neither be used nor changed.
    for name in [name for name in os.environ if name.startswith(("AIRFLOW_", "_AIRFLOW_"))]:
        del os.environ[name]
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(_DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


_settle_airflow_into(_HOME)

if TYPE_CHECKING:
    from airflow.sdk import DAG

    from airflow_provider_np6.sandbox import RunningSandbox


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """The AIRFLOW_HOME of this session, with a migrated database (once, about 6 s)."""
    from airflow.utils.db import initdb

    initdb()
    return _HOME


@pytest.fixture
def run_dag(airflow_home: Path) -> Callable[..., Any]:
    """``run_dag(dag, **kwargs of dag.test)`` → the DagRun, on real Airflow: retries, deferral and XCom
    included.

    The first run in a session takes about 6 s, a further one about 0.1 s per task.
    """
    return _run_dag


def _run_dag(dag: DAG, **kwargs: Any) -> Any:
    """Airflow 3.1 and later only test a DAG that a bundle has; so it goes into the one of the empty dags
    folder.
    """
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    bag = DagBag(dag_folder=os.devnull)
    bag.bag_dag(dag)
    DagBundlesManager().sync_bundles_to_db()  # type: ignore[no-untyped-call]
    sync_bag_to_db(bag, "dags-folder", None)
    return dag.test(**kwargs)


@pytest.fixture(autouse=True)
def _fresh_rates() -> Iterator[None]:
    """No test waits because of what another one's NP6 said about its rate."""
    yield
    if (rate := sys.modules.get("airflow_provider_np6.api.rate")) is not None:
        rate.shared_rates().forget()


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox NP6 of this test, served from a thread; imports take 0.2 s."""
    from airflow_provider_np6.sandbox import running_sandbox

    with running_sandbox(import_seconds=0.2) as running:
        yield running


@pytest.fixture
def np6_connection(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The connection ``np6_default`` to the sandbox; call it to change the extras:
    ``np6_connection(timeout=3)``.
    """

    def set_connection(conn_id: str = "np6_default", **extra: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", connection_json(sandbox.url, sandbox.key, **extra))

    set_connection(max_retries=1)
    return set_connection


def connection_json(host: str, key: str, **extra: Any) -> str:
    """An Airflow connection of type np6, as the environment holds it."""
    import json

    return json.dumps({"conn_type": "np6", "host": host, "password": key, "extra": extra})
