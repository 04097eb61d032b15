"""The two processes beside the demo: the NP6 sandbox and the runner of the DAG."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

STOP_SECONDS = 5


class DemoError(Exception):
    """The demo cannot go on; the message is one sentence that names the thing and the remedy."""


@dataclass(frozen=True)
class Running:
    """A sandbox that accepts connections."""

    url: str
    key: str


@contextlib.contextmanager
def running_sandbox(store: Path, log: Path) -> Iterator[Running]:
    """The sandbox on a free loopback port, ended at the end of the block.

    :raises DemoError: the sandbox did not start.
    """
    command = ["-m", "airflow_provider_np6.sandbox", "--port", "0", "--store", str(store)]
    with _process(command, log, environment={}, stdin=subprocess.DEVNULL) as process:
        line = _pipe(process.stdout).readline()
        if not line:
            raise DemoError(f"the NP6 sandbox did not start: {_last_line(log)}")
        announced = json.loads(line)
        yield Running(announced["url"], announced["key"])


class Runner:
    """The process that holds Airflow. It prepares itself while the demo does other things."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def await_ready(self) -> None:
        """Wait until Airflow has its database and the DAG.

        :raises DemoError: it could not be prepared.
        """
        self._until("ready", lambda task: None)

    def run(self, on_task: Callable[[str], None]) -> float:
        """Run the DAG once; `on_task` hears of each task that starts. Returns seconds.

        :raises DemoError: a task failed: names it and its error.
        """
        commands = _pipe(self._process.stdin)
        commands.write("run\n")
        commands.flush()
        return float(self._until("done", on_task)["seconds"])

    def _until(self, event: str, on_task: Callable[[str], None]) -> Mapping[str, Any]:
        for line in _pipe(self._process.stdout):
            message: Mapping[str, Any] = json.loads(line)
            if message["event"] == event:
                return message
            if message["event"] == "task":
                on_task(message["task"])
            elif message["event"] == "failed":
                raise DemoError(f"{message['task']} failed: {message['error']}")
        raise DemoError(f"Airflow ended unexpectedly: {_last_line(self._log)}")


@contextlib.contextmanager
def running_runner(dag_file: Path, dag_id: str, environment: Mapping[str, str], log: Path) -> Iterator[Runner]:
    """The runner of `dag_id`, ended at the end of the block. `environment` is what configures Airflow."""
    command = ["-m", "airflow_provider_np6.cli.demo.runner", str(dag_file), dag_id]
    with _process(command, log, environment, stdin=subprocess.PIPE) as process:
        yield Runner(process, log)


@contextlib.contextmanager
def _process(
    command: list[str], log: Path, environment: Mapping[str, str], *, stdin: int
) -> Iterator[subprocess.Popen[str]]:
    # A session of its own: Ctrl-C reaches the demo alone, which then ends its processes in order.
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            # -P: a file of the current directory must not be taken for a module.
            [sys.executable, "-P", *command],
            env={**_environment(), **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    """Our environment without another Airflow's settings, and with no proxy on the way to this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_", "AIRFLOW__"))}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1", "localhost")))
    # Memory that is free goes back to the system at once: the demo stays small on a laptop.
    sparing = {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    return {**sparing, **kept}


def _end(process: subprocess.Popen[str]) -> None:
    """End a process by ending its input if it has one (Airflow takes SIGTERM for itself), else by signals."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    for stop in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    if process.stdout is not None:
        process.stdout.close()


def _pipe(end: IO[str] | None) -> IO[str]:
    """An end of a pipe that the process was started with."""
    return cast("IO[str]", end)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
