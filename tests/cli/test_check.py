from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_provider_np6.sandbox import RunningSandbox

NP6 = [sys.executable, "-m", "airflow_provider_np6.cli.main", "check"]
# Wide, so that no sentence is broken into lines.
CLEAN = {"PATH": "/usr/bin:/bin", "COLUMNS": "1000", "TERM": "dumb"}


def checked(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {**CLEAN, **environment}
    return subprocess.run(
        [*NP6, *arguments], capture_output=True, text=True, timeout=60, env=given, stdin=subprocess.DEVNULL
    )


def of_host(sandbox: RunningSandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    return checked("--host", sandbox.url, *arguments, NP6_X_KEY=sandbox.key)


def test_the_tables(sandbox: RunningSandbox) -> None:
    answer = of_host(sandbox)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Held" in answer.stdout
    assert "Cannot be told by reading" in answer.stdout
    assert "Fell" not in answer.stdout
    assert "The extra write_keys of the connection: id." in answer.stdout
    assert answer.stdout.rstrip().endswith("calls, all GET.")
    assert {request["method"] for request in sandbox.requests()} == {"GET"}


def test_an_assumption_that_the_defaults_rely_on_fell(sandbox: RunningSandbox) -> None:
    sandbox.script_faults([{"kind": "status", "status": 404, "match": {"path": "^/segments$"}, "times": None}])
    answer = of_host(sandbox)
    assert answer.returncode == 1
    assert "The defaults rely on what fell." in answer.stdout
    assert "segments-served" in answer.stdout.partition("Fell")[2]


def test_json(sandbox: RunningSandbox) -> None:
    answer = of_host(sandbox, "--json")
    report = json.loads(answer.stdout)
    assert report["host"] in sandbox.url
    assert report["held"] + report["fell"] + report["untold"] == len(report["findings"])
    assert {"name", "question", "assumed", "verdict", "seen", "relied", "to_do", "setting"} == set(
        report["findings"][0]
    )


def test_a_connection_of_airflow(sandbox: RunningSandbox, tmp_path: Path) -> None:
    connection = json.dumps({"conn_type": "np6", "host": sandbox.url, "password": sandbox.key})
    answer = checked("--conn-id", "mine", "--json", AIRFLOW_CONN_MINE=connection, AIRFLOW_HOME=str(tmp_path))
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["held"] > 10


def test_a_connection_that_is_not_there(tmp_path: Path) -> None:
    answer = checked("--conn-id", "mine", AIRFLOW_HOME=str(tmp_path))
    assert answer.returncode == 2
    assert "np6 check: Airflow has no connection 'mine': create it, or use --host." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_two_ways_at_once() -> None:
    answer = checked("--conn-id", "mine", "--host", "https://example.com")
    assert (answer.returncode, answer.stderr) == (2, "np6 check: --conn-id brings its own host: leave --host out.\n")


def test_no_key() -> None:
    answer = checked("--host", "https://example.com")
    assert answer.returncode == 2
    assert "put it into the environment variable NP6_X_KEY" in answer.stderr


def test_the_key_is_asked_for_and_not_shown(sandbox: RunningSandbox) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*NP6, "--host", sandbox.url], stdin=theirs, stdout=theirs, stderr=theirs, env=CLEAN, start_new_session=True
    )
    os.close(theirs)
    said = _until(ours, lambda said: b"X-Key" in said and not _echoes(ours))
    os.write(ours, sandbox.key.encode() + b"\n")
    said += _until(ours, lambda said: b"all GET." in said)
    assert process.wait(30) == 0
    os.close(ours)
    assert sandbox.key.encode() not in said


def _until(terminal: int, done: Callable[[bytes], bool]) -> bytes:
    said, deadline = b"", time.monotonic() + 30
    while not done(said):
        assert time.monotonic() < deadline, said
        if select.select([terminal], [], [], 0.1)[0]:
            said += os.read(terminal, 65536)
    return said


def _echoes(terminal: int) -> bool:
    # What is typed before the echo is off is thrown away.
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def test_no_option_takes_a_key_or_an_address() -> None:
    import typer

    from airflow_provider_np6.cli.main import app

    group: Any = typer.main.get_command(app)
    names = {option.opts[0] for option in group.commands["check"].params}
    assert names - {"--help"} == {"--conn-id", "--host", "--target-id", "--json"}


def test_a_host_that_is_not_np6(sandbox: RunningSandbox) -> None:
    page = {"kind": "status", "status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html>", "times": None}
    sandbox.script_faults([page])
    answer = of_host(sandbox)
    assert answer.returncode == 2
    assert "a web page" in answer.stderr


def test_a_wrong_key(sandbox: RunningSandbox) -> None:
    answer = checked("--host", sandbox.url, NP6_X_KEY="another")
    assert answer.returncode == 1
    assert "refused (401)" in answer.stdout
    assert "another" not in answer.stdout + answer.stderr
