"""Where the demo keeps its files, and the Airflow that is configured to use them."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_np6.cli.demo.processes import DemoError, Running

DAG_ID = "contact_sync"
SOURCE_MEMORY = "64MB"
"""What Airflow's connection to the warehouse may take; DuckDB sorts the rest on disk."""


@dataclass(frozen=True)
class Places:
    """Where the demo keeps its files: what `--keep` leaves behind in `kept`, the rest in `passing`."""

    kept: Path
    passing: Path

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that Airflow reads."""
        return self.kept / "warehouse.duckdb"

    @property
    def snapshot(self) -> Path:
        """Where the DAG keeps its snapshot and its reports."""
        return self.kept / "snapshot"

    @property
    def store(self) -> Path:
        """What the sandbox holds."""
        return self.kept / "sandbox.sqlite"

    @property
    def log(self) -> Path:
        """What Airflow and the sandbox print."""
        return self.kept / "demo.log"

    @property
    def truth(self) -> Path:
        """What NP6 must hold."""
        return self.passing / "truth.duckdb"

    @property
    def airflow_home(self) -> Path:
        """The Airflow of this demo alone."""
        return self.passing / "airflow"

    def saved_log(self) -> Path:
        """A copy of the log that the clearing up does not remove."""
        with tempfile.NamedTemporaryFile(prefix="np6-demo-", suffix=".log", delete=False) as copy:
            if self.log.exists():
                with self.log.open("rb") as original:
                    shutil.copyfileobj(original, copy)
        return Path(copy.name)


@contextlib.contextmanager
def made_places(keep: Path | None) -> Iterator[Places]:
    """The directories of the demo; what is not kept is gone at the end of the block.

    :raises DemoError: the directory to keep things in cannot be made, or holds something already.
    """
    with tempfile.TemporaryDirectory(prefix="np6-demo-", ignore_cleanup_errors=True) as passing:
        kept = Path(passing) / "kept" if keep is None else keep.resolve()
        if kept.exists() and (not kept.is_dir() or any(kept.iterdir())):
            raise DemoError(f"--keep {keep} is there already and not empty: name a new directory")
        try:
            kept.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DemoError(f"--keep {keep} cannot be made ({error.strerror}): name another directory") from error
        yield Places(kept, Path(passing))


def airflow_environment(places: Places, sandbox: Running, dags: Path) -> dict[str, str]:
    """An Airflow of its own, with the connections and the variable that the example DAG reads."""
    np6 = {"conn_type": "np6", "host": sandbox.url, "password": sandbox.key}
    limits = {
        "read_only": True,
        "memory_limit": SOURCE_MEMORY,
        "threads": 1,
        "temp_directory": str(places.passing / "spill"),
    }
    warehouse = {"conn_type": "duckdb", "host": str(places.warehouse), "extra": limits}
    return {
        # What a run that is stopped in the middle leaves in its temporary folders goes with the rest.
        "TMPDIR": str(places.passing),
        "AIRFLOW_HOME": str(places.airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW_CONN_NP6_DEFAULT": json.dumps(np6),
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "AIRFLOW_VAR_NP6_SNAPSHOT": places.snapshot.as_uri(),
    }


def example_dag() -> Path:
    """The DAG file: in the package of an installed wheel, beside it in a checkout.

    :raises DemoError: it is in neither place.
    """
    package = Path(__file__).parents[2]
    for folder in (package, package.parent):
        file = folder / "example_dags" / f"{DAG_ID}.py"
        if file.is_file():
            return file
    raise DemoError("the example DAGs are missing from this installation: install airflow-provider-np6 again")
