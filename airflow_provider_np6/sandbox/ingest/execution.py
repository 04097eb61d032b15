"""One execution of one import, from the stored definition to its final state. Runs in a worker thread."""

from __future__ import annotations

import csv
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from airflow_provider_np6.sandbox.definitions import ImpossibleImportError, Recipe, recipe
from airflow_provider_np6.sandbox.ingest.duplicates import DuplicateRule, Keep, keep_all
from airflow_provider_np6.sandbox.ingest.lines import Batch, batches, records
from airflow_provider_np6.sandbox.ingest.sources import open_text
from airflow_provider_np6.sandbox.ingest.writing import StoppedError, Tally, Writer
from airflow_provider_np6.sandbox.store import imports, segments
from airflow_provider_np6.sandbox.store.database import Store
from airflow_provider_np6.sandbox.values import readers

_UNREADABLE = (
    OSError,
    EOFError,
    csv.Error,
    UnicodeDecodeError,
    zipfile.BadZipFile,
    tarfile.TarError,
    IndexError,
)


@dataclass(frozen=True)
class Task:
    """What to execute: the definition as it stood when the execution was started."""

    execution: int
    definition: Mapping[str, Any]
    source: Path | None
    drops: Callable[[int], bool] | None = None


@dataclass(frozen=True)
class Outcome:
    """Final state (1 or 2), lines read and accepted, and a note for the page; NP6's API shows the state only."""

    state: int
    lines: int = 0
    accepted: int = 0
    note: str = ""


@dataclass(frozen=True)
class Importer:
    """Executes imports of one store."""

    store: Store
    answers: Mapping[str, str]
    multiple_separator: str
    stopped: Callable[[], bool]

    def run(self, task: Task) -> Outcome:
        """Run to the end; everything that can be wrong with file or definition is state 2.

        :raises StoppedError: the sandbox is ending.
        """
        tally = Tally()
        try:
            self._run(task, self._recipe(task), tally)
        except ImpossibleImportError as error:
            return Outcome(imports.FAILED, note=str(error))
        except _UNREADABLE as error:
            note = f"the file cannot be read ({type(error).__name__})"
            return Outcome(imports.FAILED, tally.read, tally.accepted, note)
        except sqlite3.OperationalError:
            return Outcome(imports.FAILED, tally.read, tally.accepted, "the store cannot be written")
        return Outcome(imports.COMPLETED, tally.read, tally.accepted)

    def _recipe(self, task: Task) -> Recipe:
        with closing(self.store.connect()) as connection:
            binding = task.definition.get("binding")
            body = imports.find_format(connection, binding) if binding is not None else None
            plan = recipe(self.store.account, body, task.definition["features"], self.answers)
            segment = segments.find(connection, plan.segment) if plan.segment is not None else None
        if task.source is None:
            raise ImpossibleImportError("no source was uploaded")
        if plan.segment is not None and (segment is None or segment["type"] != "static"):
            raise ImpossibleImportError("the segment does not exist or is not static")
        return plan

    def _run(self, task: Task, plan: Recipe, tally: Tally) -> None:
        with self._rule(task, plan) as keep:
            writer = Writer(self.store, plan, task.execution, keep, self.stopped)
            writer.prepare()
            with self._batches(task, plan) as found:
                writer.write(found, tally)

    @contextmanager
    def _rule(self, task: Task, plan: Recipe) -> Iterator[Keep]:
        if plan.duplicates is None or _last_wins_anyway(plan):
            yield keep_all
            return
        rule = DuplicateRule(plan.duplicates)
        with closing(rule):
            with self._batches(task, plan) as found:
                rule.learn(found)
            yield rule.keep

    @contextmanager
    def _batches(self, task: Task, plan: Recipe) -> Iterator[Iterator[Batch]]:
        field_readers = readers(self.store.account, self.multiple_separator)
        with open_text(cast(Path, task.source)) as text:
            yield batches(records(text, plan), plan, self.store.account, field_readers, task.drops)


def _last_wins_anyway(plan: Recipe) -> bool:
    """Lines in order, each overwriting the one before, leave what the last one says: no second pass."""
    return plan.duplicates == "last" and plan.cells == "erase" and plan.update_existing


__all__ = ["Importer", "Outcome", "StoppedError", "Task"]
