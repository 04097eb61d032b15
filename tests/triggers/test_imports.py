"""The trigger on an event loop, against a sandbox."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.sandbox import RunningSandbox
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind, decode
from airflow_provider_np6.triggers.imports import NP6ImportTrigger

K = ImportEventKind
Connect = Callable[..., None]


@pytest.fixture
def start_import(np6_connection: Connect, tmp_path: Path) -> Callable[[], int]:
    def start() -> int:
        hook, number = NP6Hook(), time.monotonic_ns()
        binding = hook.create_import_format(f"format {number}", [8103])
        import_id = hook.create_import(f"import {number}", binding).id
        path = tmp_path / "contacts.csv"
        path.write_text("email\nanna@example.com\n")
        hook.upload_import_source(import_id, path)
        hook.execute_import(import_id, binding)
        return import_id

    return start


def trigger(*import_ids: int, seconds: float = 10, **changes: Any) -> NP6ImportTrigger:
    facts = {"np6_conn_id": "np6_default", "poll_interval": 0.05, "deadline": time.time() + seconds}
    return NP6ImportTrigger(import_ids=import_ids, **{**facts, **changes})


async def only_event(one: NP6ImportTrigger) -> ImportEvent:
    # As the triggerer does: rebuilt from what was stored.
    kwargs = json.loads(json.dumps(one.serialize()[1]))
    events = [event async for event in NP6ImportTrigger(**kwargs).run()]
    assert len(events) == 1
    return decode(events[0].payload)


def event_of(one: NP6ImportTrigger) -> ImportEvent:
    return asyncio.run(only_event(one))


def test_what_is_stored_holds_no_secret(np6_connection: Connect, sandbox: RunningSandbox) -> None:
    path, kwargs = trigger(3).serialize()
    assert path == "airflow_provider_np6.triggers.imports.NP6ImportTrigger"
    assert set(kwargs) == {
        "np6_conn_id",
        "import_ids",
        "poll_interval",
        "deadline",
        "max_consecutive_failures",
    }
    assert sandbox.key not in repr(kwargs)


def test_it_waits_for_all_with_gets_only(start_import: Callable[[], int], sandbox: RunningSandbox) -> None:
    ids = (start_import(), start_import())
    sandbox.clear_requests()
    assert event_of(trigger(*ids)) == ImportEvent(K.DONE, ids)
    requests = sandbox.requests()
    assert {request["method"] for request in requests} == {"GET"}
    assert len(requests) > 2


@pytest.mark.parametrize(
    ("fault", "kind", "state"),
    [
        ({"kind": "import-fails"}, K.FAILED, 2),
        ({"kind": "import-state", "state": 7}, K.UNEXPECTED, 7),
    ],
)
def test_bad_ends(
    start_import: Callable[[], int], sandbox: RunningSandbox, fault: dict[str, Any], kind: K, state: int
) -> None:
    sandbox.script_faults([fault])
    import_id = start_import()
    assert event_of(trigger(import_id)) == ImportEvent(kind, (import_id,), import_id, state)


def test_an_import_that_is_not_there(np6_connection: Connect) -> None:
    assert event_of(trigger(999)) == ImportEvent(K.MISSING, (999,), 999)


def test_its_own_deadline(start_import: Callable[[], int], sandbox: RunningSandbox) -> None:
    sandbox.script_faults([{"kind": "import-hangs"}])
    import_id, started = start_import(), time.monotonic()
    assert event_of(trigger(import_id, seconds=0.4)) == ImportEvent(K.TIMEOUT, (import_id,), import_id)
    assert time.monotonic() - started < 3


def test_a_trigger_that_comes_too_late_still_looks_once(start_import: Callable[[], int]) -> None:
    import_id = start_import()
    time.sleep(0.5)
    assert event_of(trigger(import_id, seconds=-60)).kind is K.DONE


def test_failures_that_pass_are_borne(
    start_import: Callable[[], int], np6_connection: Connect, sandbox: RunningSandbox
) -> None:
    import_id = start_import()
    np6_connection(max_retries=0)
    polls = {"path": "/executions$", "method": "GET"}
    sandbox.script_faults(
        [
            {"match": polls, "kind": "status", "status": 503, "times": 2},
            {"match": polls, "kind": "reset-before", "times": 2},
        ]
    )
    assert event_of(trigger(import_id, max_consecutive_failures=4)).kind is K.DONE


def test_failures_that_stay_end_it(
    start_import: Callable[[], int], np6_connection: Connect, sandbox: RunningSandbox
) -> None:
    import_id = start_import()
    np6_connection(max_retries=0)
    sandbox.script_faults([{"match": {"path": "/executions$"}, "kind": "status", "status": 503, "times": None}])
    event = event_of(trigger(import_id, max_consecutive_failures=2))
    assert (event.kind, event.error) == (K.ERROR, "NP6UnavailableError")


def test_a_bad_connection_is_an_event_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", "np6://")
    event = event_of(trigger(3))
    assert (event.kind, event.error) == (K.ERROR, "NP6SettingsError")


def test_the_loop_is_never_held(start_import: Callable[[], int]) -> None:
    import_id = start_import()

    async def gaps() -> float:
        longest = 0.0
        last = time.perf_counter()

        async def tick() -> None:
            nonlocal longest, last
            while True:
                await asyncio.sleep(0.005)
                now = time.perf_counter()
                longest, last = max(longest, now - last), now

        ticking = asyncio.create_task(tick())
        await only_event(trigger(import_id))
        ticking.cancel()
        return longest

    asyncio.run(gaps())  # Airflow's own first look-up of a connection is not ours
    assert asyncio.run(gaps()) < 0.05
