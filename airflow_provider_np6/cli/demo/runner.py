"""The process that runs the DAG: the only part of the demo that imports Airflow.

`python -m airflow_provider_np6.cli.demo.runner DAG_FILE DAG_ID` reads one command a line on standard input
(`run`) and answers with JSON lines on standard output; everything that Airflow prints goes to standard error.
It ends when its standard input does, so that it never outlives the demo. Nothing of the warehouse stays open
between two runs: between them the demo changes it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from airflow.sdk import DAG

Say = Callable[..., None]


def main() -> None:
    """Prepare Airflow, load the DAG, and run it once for every line of standard input."""
    say = _speaker(_own_stdout())
    commands = _commands()
    try:
        _migrate()
        dag = _load(Path(sys.argv[1]), sys.argv[2])
        _warm_up()
    except Exception as error:
        say(event="failed", task="preparing Airflow", error=_sentence(error))
        raise
    say(event="ready")
    while commands.get() == "run":
        _run(dag, say)


def _own_stdout() -> TextIO:
    """The pipe to the demo, for us alone: from here on Airflow's standard output is standard error."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return pipe


def _speaker(pipe: TextIO) -> Say:
    def say(**message: Any) -> None:
        pipe.write(json.dumps(message) + "\n")
        pipe.flush()

    return say


def _commands() -> Queue[str]:
    """The lines of standard input; the process ends with them, also in the middle of a run."""
    commands: Queue[str] = Queue()

    def read() -> None:
        for line in sys.stdin:
            commands.put(line.strip())
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return commands


def _migrate() -> None:
    """What `airflow db migrate` does, without a second process that imports Airflow again."""
    from airflow.utils.db import upgradedb

    upgradedb()


def _load(file: Path, dag_id: str) -> DAG:
    """The DAG of that id in `file`.

    :raises LookupError: the file cannot be imported or has no such DAG.
    """
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:  # Airflow 2.11 to 3.1
        from airflow.models.dagbag import DagBag  # type: ignore[no-redef]

    bag = DagBag(dag_folder=str(file))
    for problem in bag.import_errors.values():
        raise LookupError(f"{file.name} cannot be imported: {problem.strip().splitlines()[-1]}")
    if dag_id not in bag.dags:
        raise LookupError(f"{file.name} holds no DAG {dag_id}")
    dag: Any = bag.dags[dag_id]
    return dag  # type: ignore[no-any-return]


def _warm_up() -> None:
    """Build the in-process API server of `dag.test()` now, while the demo still makes the warehouse."""
    try:
        from airflow.sdk.execution_time.supervisor import in_process_api_server
    except ImportError:
        return  # Airflow 2 and early 3 have none, or build it elsewhere
    in_process_api_server()


def _run(dag: DAG, say: Say) -> None:
    """One `dag.test()`: says each task as it starts, then how the run ended and how long its tasks took."""
    failures: list[tuple[str, str]] = []
    starts: list[float] = []

    def begun(context: Any) -> None:
        starts.append(time.monotonic())
        say(event="task", task=context["ti"].task_id)

    for task in dag.tasks:
        task.on_execute_callback = [begun]
        task.on_failure_callback = [lambda context: failures.append(_failure(context))]
    try:
        run: Any = dag.test()
    except Exception as error:
        say(event="failed", task=dag.dag_id, error=_sentence(error))
        raise
    if str(getattr(run.state, "value", run.state)) == "success":
        say(event="done", seconds=round(time.monotonic() - starts[0], 2))
    else:
        task_id, sentence = failures[0] if failures else (dag.dag_id, f"the run ended as {run.state}")
        say(event="failed", task=task_id, error=sentence)


def _failure(context: Any) -> tuple[str, str]:
    return context["ti"].task_id, _sentence(context.get("exception"))


def _sentence(error: object) -> str:
    """The first line of an error, with its type where the message alone would not say much."""
    text = str(error).strip().splitlines()
    return text[0] if text and " " in text[0] else f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
