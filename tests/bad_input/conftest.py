"""A sync and a purge on real Airflow, against the sandbox: what is said, what is sent, what is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from airflow_provider_np6.sandbox import RunningSandbox

#: One contact whom no message and no log may name.
ADA = "ada.lovelace@example.com"
MAPPING = {"email": "Email", "name": "Lastname", "points": "Loyalty points"}
CONTACTS = [(ADA, "Lovelace", 7), ("grace@example.org", "Hopper", 8), ("o'brien@example.net", 'O\'Brien; "é"', None)]


@dataclass(frozen=True)
class Attempt:
    """One run of a task."""

    succeeded: bool
    message: str
    kind: str
    log: str


@dataclass
class Sync:
    """The sync of a warehouse, as often and as wrong as a test likes."""

    sandbox: RunningSandbox
    warehouse: Path
    snapshot: Path
    run_dag: Callable[..., Any]
    read_log: Callable[[], str]
    runs: int = 0

    def fill(self, contacts: list[tuple[str | None, str | None, int | None]] = CONTACTS) -> None:
        """What the warehouse holds."""
        import duckdb

        with duckdb.connect(str(self.warehouse)) as database:
            database.execute("CREATE OR REPLACE TABLE contacts (email VARCHAR, name VARCHAR, points INTEGER)")
            if contacts:
                columns = [list(column) for column in zip(*contacts, strict=True)]
                database.execute("INSERT INTO contacts SELECT unnest(?), unnest(?), unnest(?)", columns)

    def __call__(self, **changes: Any) -> Attempt:
        """One run of ``NP6SyncTargetsOperator`` in a DAG of its own."""
        from airflow_provider_np6.operators.sync_targets import NP6SyncTargetsOperator

        arguments = {
            "mapping": MAPPING,
            "snapshot": self.snapshot.as_uri(),
            "sql": "SELECT email, name, points FROM contacts ORDER BY email",
            "source_conn_id": "warehouse",
            "poll_interval": 0.05,
        } | changes
        return self._run(NP6SyncTargetsOperator, {k: v for k, v in arguments.items() if v is not None})

    def purge(self, **changes: Any) -> Attempt:
        """One run of ``NP6PurgeTargetsOperator``."""
        from airflow_provider_np6.operators.purge_targets import NP6PurgeTargetsOperator

        arguments = {"sql": "SELECT email FROM contacts", "source_conn_id": "warehouse"} | changes
        return self._run(NP6PurgeTargetsOperator, {k: v for k, v in arguments.items() if v is not None})

    def _run(self, operator: type[Any], arguments: dict[str, Any]) -> Attempt:
        from airflow.sdk import DAG

        raised: list[BaseException] = []
        self.runs += 1
        self.read_log()
        with DAG(f"bad_input_{self.snapshot.parent.name}_{self.runs}".replace("[", "_").replace("]", "_")) as dag:
            operator(
                task_id="task",
                on_failure_callback=lambda context: raised.append(context["exception"]),
                **arguments,
            )
        run = self.run_dag(dag)
        error = raised[0] if raised else None
        return Attempt(str(run.state) == "success", str(error or ""), type(error).__name__, self.read_log())

    @staticmethod
    def attempt_of(printed: str, logged: str) -> Attempt:
        """What the process of :mod:`tests.bad_input.syncing` said."""
        state, message, kind = json.loads(printed.splitlines()[-1])
        return Attempt(state == "success", message, kind, printed + logged)

    def held(self) -> dict[str, tuple[Any, ...]]:
        """What NP6 holds: e-mail to the mapped fields."""
        rows = (target["fields"] for target in self.sandbox.targets())
        return {row["Email"]: tuple(row[field] for field in MAPPING.values()) for row in rows}

    def equals(self, contacts: list[tuple[Any, ...]] = CONTACTS) -> bool:
        """Whether NP6 equals the warehouse."""
        return self.held() == {contact[0]: contact for contact in contacts}


@pytest.fixture
def sync(
    sandbox: RunningSandbox,
    np6_connection: Callable[..., None],
    run_dag: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Sync:
    """A sync whose warehouse holds three contacts, and that NP6 does not know yet."""
    warehouse = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps({"conn_type": "duckdb", "host": str(warehouse)}))
    made = Sync(sandbox, warehouse, tmp_path / "snapshot", run_dag, lambda: "".join(capfd.readouterr()))
    made.fill()
    return made


@pytest.fixture
def fails_cleanly(sync: Sync) -> Callable[..., str]:
    """Assert what each bad input is to bring: one sentence, nothing changed in NP6, no key and no contact told."""

    def check(attempt: Attempt, *named: str, asked: bool = True) -> str:
        message = attempt.message
        assert not attempt.succeeded
        assert attempt.kind in {"AirflowException", "AirflowFailException"}, message
        assert message
        assert "\n" not in message
        for name in named:
            assert name in message
        requests = sync.sandbox.requests()
        assert {request["method"] for request in requests} <= {"GET"}
        assert bool(requests) == asked
        for secret in (sync.sandbox.key, ADA, "Lovelace", "ada.lovelace"):
            assert secret not in message
            assert secret not in attempt.log
        assert message.split(":")[0] in attempt.log  # the same sentence stands in the task's log
        return message

    return check
