"""The demo as a person runs it: a process of its own, with real Airflow and a real sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

DEMO = [sys.executable, "-m", "airflow_provider_np6.cli.main", "demo"]

KEYS = [
    "run", "read", "rejected", "duplicate", "unchanged", "planned", "accepted", "refused", "pending", "unsent",
    "deleted", "seconds", "equal", "reasons",
]  # fmt: skip


def processes_with(text: str) -> list[str]:
    """The command lines of the processes that mention `text`."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it ended meanwhile
    return [line for line in found if text in line]


def hear_ctrl_c() -> None:
    """A shell that starts the tests in the background has them, and all they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_np6_equals_the_warehouse_after_both_runs(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "AIRFLOW__CORE__DAGS_FOLDER": "/elsewhere"}
    kept = tmp_path / "kept"
    answer = subprocess.run(
        [*DEMO, "--rows", "300", "--json", "--keep", str(kept)],
        capture_output=True, text=True, timeout=180, env=environment,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    first, second = map(json.loads, answer.stdout.splitlines())
    assert list(first) == list(second) == KEYS
    for run in (first, second):
        assert run["read"] == run["rejected"] + run["duplicate"] + run["unchanged"] + run["planned"]
        assert run["planned"] == run["accepted"]
        assert run["equal"] is True
    assert (first["run"], first["read"], first["unchanged"], first["deleted"]) == (1, 300, 0, 0)
    assert (second["run"], second["read"], second["planned"], second["deleted"]) == (2, 303, 9 + 6, 3)
    assert second["rejected"] == first["rejected"] + 2
    assert "NP6 equals the warehouse: yes" in answer.stderr

    left = {path.name for path in kept.iterdir()}
    assert {"warehouse.duckdb", "snapshot", "sandbox.sqlite", "demo.log"} <= left
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("np6-demo-")] == []
    assert processes_with(str(tmp_path)) == []
    assert "sandbox-key" not in (kept / "demo.log").read_text()


def test_ctrl_c_leaves_nothing_running_and_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(DEMO, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=hear_ctrl_c) as process:
        assert process.stdout is not None
        assert "making a warehouse" in process.stdout.readline()
        assert processes_with(str(tmp_path)) != []
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 130
    time.sleep(0.1)
    assert processes_with(str(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []
