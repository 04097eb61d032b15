"""Running executions beside the server: a worker thread does the work, the event loop keeps the time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from airflow_provider_np6.sandbox.faults import Fault, FaultScript, swallows
from airflow_provider_np6.sandbox.ingest.execution import Importer, Outcome, StoppedError, Task
from airflow_provider_np6.sandbox.options import SandboxOptions
from airflow_provider_np6.sandbox.store import imports
from airflow_provider_np6.sandbox.store.database import Store

# Several imports of one account may run at once; each is mostly bound by one processor.
_AT_ONCE = 2


class Executions:
    """Starts executions and writes their outcome when both the work and the least duration are over."""

    def __init__(self, store: Store, options: SandboxOptions, faults: FaultScript) -> None:
        self._store = store
        self._faults = faults
        self._least = options.import_seconds
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="np6-import")
        self._tasks: set[asyncio.Task[None]] = set()
        self._queues: dict[int, asyncio.Lock] = {}
        answers = {name: options.answer(name) for name in ("start-at", "redlist-key", "crush-data")}
        self._importer = Importer(store, answers, options.multiple_separator, self._stop.is_set)

    async def start(self, definition: Mapping[str, Any], source: Path | None) -> None:
        """Record an execution in state 0 and begin it; definition and source are taken as they are now."""
        number = definition["id"]
        faults = self._faults.strike_import(f"/imports/{number}/executions")
        execution = await self._store.write(lambda connection: imports.start(connection, number))
        task = Task(execution, definition, source, swallows(faults))
        running = asyncio.create_task(self._execute(task, faults))
        self._tasks.add(running)
        running.add_done_callback(self._tasks.discard)

    async def _execute(self, task: Task, faults: list[Fault]) -> None:
        number = task.definition["id"]
        async with self._queues.setdefault(number, asyncio.Lock()):
            least = asyncio.create_task(asyncio.sleep(self._least))
            outcome = await self._outcome(task, faults)
            await least
            if outcome is not None:
                await self._store.write(lambda connection: _finish(connection, task.execution, outcome))

    async def _outcome(self, task: Task, faults: list[Fault]) -> Outcome | None:
        """None leaves the execution in state 0: it hangs, or the sandbox is ending."""
        fault = next((fault for fault in faults if fault.kind != "drop-lines"), None)
        if fault is not None and fault.kind == "import-hangs":
            return None
        if fault is not None and fault.kind == "import-fails":
            return Outcome(imports.FAILED, note="a fault was asked for")
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(self._pool, self._importer.run, task)
        except StoppedError:
            return None
        if fault is not None:
            return Outcome(fault.parameters["state"], outcome.lines, outcome.accepted, "a fault was asked for")
        return outcome

    async def close(self) -> None:
        """Stop between two batches. What was running is in state 2 after the next start."""
        self._stop.set()
        await asyncio.to_thread(self._pool.shutdown, wait=True)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _finish(connection: Any, execution: int, outcome: Outcome) -> None:
    imports.finish(connection, execution, outcome.state, outcome.lines, outcome.accepted, outcome.note)
