"""The demo: a warehouse, a first full run, a day of changes, a second run, and a check after each."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from airflow_provider_np6.cli.demo.changes import Changes, change_contacts
from airflow_provider_np6.cli.demo.contacts import make_contacts
from airflow_provider_np6.cli.demo.equality import compare_with_api, compare_with_dump
from airflow_provider_np6.cli.demo.outcome import Outcome, Reports, wrong_counts
from airflow_provider_np6.cli.demo.places import DAG_ID, Places, airflow_environment, example_dag, made_places
from airflow_provider_np6.cli.demo.processes import (
    DemoError,
    Runner,
    Running,
    running_runner,
    running_sandbox,
)
from airflow_provider_np6.cli.demo.screen import Screen
from airflow_provider_np6.cli.demo.truth import Counts, remember
from airflow_provider_np6.exceptions import NP6Error

if TYPE_CHECKING:
    from airflow_provider_np6.api.client import NP6Client


def show(rows: int, *, as_json: bool, keep: Path | None) -> int:
    """Run the demo; returns its exit status: 0 when NP6 equals the warehouse after both runs."""
    screen = Screen(on_stderr=as_json)
    _ended_by_signals()
    try:
        _check_extra()
        with made_places(keep) as places:
            return _explained(screen, places, lambda: _both_runs(rows, places, screen, as_json=as_json), keep)
    except DemoError as error:
        screen.say(f"np6 demo: {error}", style="red")
        return 1
    except KeyboardInterrupt:
        screen.say("np6 demo: stopped; nothing is left running")
        return 130


def _explained(screen: Screen, places: Places, demo: Callable[[], int], keep: Path | None) -> int:
    """The demo, with its log saved from the clearing up when it fails."""
    import duckdb

    try:
        return demo()
    except (DemoError, NP6Error, LookupError, OSError, duckdb.Error) as error:
        log = places.log if keep else places.saved_log()
        screen.say(f"np6 demo: {str(error).splitlines()[0]}", style="red")
        screen.say(f"The log of Airflow and the sandbox is in {log}")
        return 1


def _both_runs(rows: int, places: Places, screen: Screen, *, as_json: bool) -> int:
    with _started(places) as (sandbox, runner), _client(sandbox) as client:
        with screen.step(f"making a warehouse of {rows:,} contacts"):
            make_contacts(places.warehouse, rows)
            first = remember(places.truth, places.warehouse)
        with screen.step("preparing Airflow and its database"):
            runner.await_ready()
        checked = _CheckedRun(sandbox, client, runner, Reports(places.snapshot), places.truth, screen, as_json)
        outcomes = [checked(1, "first run: everything", _expected_first(first))]
        with screen.step("changing the warehouse"):
            changes = change_contacts(places.warehouse, places.truth, rows)
            second = remember(places.truth, places.warehouse)
        screen.say(str(changes))
        outcomes.append(checked(2, "second run: what changed", _expected_second(second, changes)))
    return _ended(screen, outcomes)


def _ended(screen: Screen, outcomes: Sequence[Outcome]) -> int:
    """The last line, and the exit status."""
    equal = all(outcome.verdict.equal for outcome in outcomes)
    if equal and any(outcome.wrong_counts for outcome in outcomes):
        screen.say("A run did not count what there was to count: see above.", style="bold red")
    screen.say(f"NP6 equals the warehouse: {'yes' if equal else 'no'}", style="bold green" if equal else "bold red")
    return 0 if all(outcome.good for outcome in outcomes) else 1


@dataclass(frozen=True)
class _CheckedRun:
    """One run of the DAG, the check of what it did, and both shown."""

    sandbox: Running
    client: NP6Client
    runner: Runner
    reports: Reports
    truth: Path
    screen: Screen
    as_json: bool

    def __call__(self, number: int, title: str, expected: Mapping[str, int]) -> Outcome:
        """Run the DAG and check it; `expected` are the counts that it must report."""
        with self.screen.step(f"running the DAG {DAG_ID}, run {number}", self._so_far) as part:
            seconds = self.runner.run(part)
        counts, reasons = self.reports.of_the_run()
        with self.screen.step("comparing NP6 with the warehouse"):
            verdict = compare_with_dump(self.truth, self.sandbox.url)
            verdict = verdict.and_also(compare_with_api(self.truth, self.client))
        outcome = Outcome(number, counts, reasons, seconds, verdict, wrong_counts(counts, expected))
        self._print(outcome, title)
        return outcome

    def _so_far(self) -> str:
        from airflow_provider_np6.api import targets

        try:
            return f"{self.client.send(targets.count_targets(), within=1.0):,} targets in NP6"
        except NP6Error:
            return ""

    def _print(self, outcome: Outcome, title: str) -> None:
        self.screen.table(outcome, title)
        if self.as_json:
            sys.stdout.write(json.dumps(outcome.to_json()) + "\n")
            sys.stdout.flush()
        for sentence in outcome.wrong_counts:
            self.screen.say(f"run {outcome.run}: {sentence}", style="red")
        for sentence in outcome.verdict.differences:
            self.screen.say(f"run {outcome.run}: {sentence}", style="red")
        hidden = outcome.verdict.wrong - len(outcome.verdict.differences)
        if hidden > 0:
            self.screen.say(f"run {outcome.run}: and {hidden:,} more", style="red")


def _expected_first(counts: Counts) -> dict[str, int]:
    planned = counts.read - counts.rejected - counts.duplicate
    return _expected(counts, planned=planned, unchanged=0, deleted=0)


def _expected_second(counts: Counts, changes: Changes) -> dict[str, int]:
    planned = changes.changed + changes.new
    unchanged = counts.read - counts.rejected - counts.duplicate - planned
    return _expected(counts, planned=planned, unchanged=unchanged, deleted=changes.deleted)


def _expected(counts: Counts, **others: int) -> dict[str, int]:
    """All that a run must report, when NP6 takes every row that is sent."""
    sent = {"accepted": others["planned"], "refused": 0, "pending": 0, "unsent": 0}
    return {"read": counts.read, "rejected": counts.rejected, "duplicate": counts.duplicate, **others, **sent}


# --- processes


@contextlib.contextmanager
def _started(places: Places) -> Iterator[tuple[Running, Runner]]:
    dag_file = example_dag()
    with running_sandbox(places.store, places.log) as sandbox:
        environment = airflow_environment(places, sandbox, dag_file.parent)
        with running_runner(dag_file, DAG_ID, environment, places.log) as runner:
            yield sandbox, runner


def _client(sandbox: Running) -> NP6Client:
    from airflow_provider_np6.api.client import NP6Client
    from airflow_provider_np6.api.settings import ApiSettings

    return NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key))


def _check_extra() -> None:
    """Raises DemoError if the DuckDB provider is not installed."""
    try:
        importlib.metadata.version("apache-airflow-providers-duckdb")
    except importlib.metadata.PackageNotFoundError:
        remedy = "pip install 'airflow-provider-np6[demo]'"
        raise DemoError(f"the demo needs the DuckDB provider of Airflow: {remedy}") from None


def _ended_by_signals() -> None:
    """A polite end (SIGTERM, a closed terminal) clears up as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for polite in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(polite, stop)
