"""The import sensor on real Airflow: poking, rescheduled and deferred."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowFailException

from airflow_provider_np6.api import import_formats, imports
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6Error, NP6TriggerEventError
from airflow_provider_np6.sandbox import RunningSandbox
from airflow_provider_np6.sensors.imports import NP6ImportSensor, import_ids_in
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind, encode
from airflow_provider_np6.triggers.imports import NP6ImportTrigger

RunDag = Callable[..., Any]

BOTH_WAYS = pytest.mark.parametrize("deferrable", [False, True], ids=["poking", "deferred"])


@pytest.fixture
def client(sandbox: RunningSandbox) -> NP6Client:
    return NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=0))


@pytest.fixture
def start_import(client: NP6Client, tmp_path: Any) -> Callable[..., int]:
    """Create and start an import of one target; its id."""

    def start(execute: bool = True) -> int:
        number = time.monotonic_ns()
        binding = client.send(import_formats.create_import_format(f"format {number}", [8103]))
        created = client.send(imports.create_import(f"import {number}", binding))
        path = tmp_path / "contacts.csv"
        path.write_text("email\nanna@example.com\n")
        client.send(imports.upload_source(created.id, path, "contacts.csv"))
        if execute:
            client.send(imports.execute_import(created.id, binding))
        return created.id

    return start


@dataclass
class Sensed:
    """What became of a sensor."""

    state: str
    tries: int
    log: str


@pytest.fixture
def sense(run_dag: RunDag, capfd: pytest.CaptureFixture[str]) -> Callable[..., Sensed]:
    """Run one sensor in a DAG of its own, on real Airflow."""

    def run(**kwargs: Any) -> Sensed:
        from airflow.sdk import DAG

        facts = {"poke_interval": 0.05, "timeout": 20, "retry_delay": timedelta(0), **kwargs}
        with DAG(f"sense_{time.monotonic_ns()}", schedule=None) as dag:
            NP6ImportSensor(task_id="await_import", **facts)
        (instance,) = run_dag(dag).get_task_instances()
        output = capfd.readouterr()
        return Sensed(instance.state, instance.try_number, output.out + output.err)

    return run


Sense = Callable[..., Sensed]
StartImport = Callable[..., int]


@pytest.mark.usefixtures("np6_connection")
@BOTH_WAYS
class TestOnAirflow:
    def test_a_completed_import(self, sense: Sense, start_import: StartImport, deferrable: bool) -> None:
        assert sense(import_id=start_import(), deferrable=deferrable).state == "success"

    def test_several_imports(self, sense: Sense, start_import: StartImport, deferrable: bool) -> None:
        ids = [start_import(), str(start_import())]
        assert sense(import_id=ids, deferrable=deferrable).state == "success"

    @pytest.mark.parametrize("nothing", [None, [], "", "{{ none }}", "{{ [] }}"])
    def test_nothing_to_await(self, sense: Sense, sandbox: RunningSandbox, deferrable: bool, nothing: Any) -> None:
        assert sense(import_id=nothing, deferrable=deferrable).state == "success"
        assert sandbox.requests() == []

    def test_a_template(self, sense: Sense, start_import: StartImport, deferrable: bool) -> None:
        ids = [start_import(), start_import()]
        assert sense(import_id="{{ " + repr(ids) + " }}", deferrable=deferrable).state == "success"

    def test_state_2_fails_with_the_id_and_without_a_retry(
        self, sense: Sense, start_import: StartImport, sandbox: RunningSandbox, deferrable: bool
    ) -> None:
        sandbox.script_faults([{"kind": "import-fails"}])
        import_id = start_import()
        sensed = sense(import_id=import_id, deferrable=deferrable, retries=2)
        assert (sensed.state, sensed.tries) == ("failed", 1)
        assert f"NP6 ended import {import_id} in error (state 2)" in sensed.log

    def test_an_unknown_state_fails_loudly_even_where_failures_are_soft(
        self, sense: Sense, start_import: StartImport, sandbox: RunningSandbox, deferrable: bool
    ) -> None:
        sandbox.script_faults([{"kind": "import-state", "state": 7}])
        import_id = start_import()
        sensed = sense(import_id=import_id, deferrable=deferrable, soft_fail=True)
        assert sensed.state == "failed"
        assert f"NP6 reports state 7 for import {import_id}" in sensed.log

    def test_soft_fail(
        self, sense: Sense, start_import: StartImport, sandbox: RunningSandbox, deferrable: bool
    ) -> None:
        sandbox.script_faults([{"kind": "import-fails"}])
        assert sense(import_id=start_import(), deferrable=deferrable, soft_fail=True).state == "skipped"

    def test_an_import_that_is_not_there(self, sense: Sense, deferrable: bool) -> None:
        sensed = sense(import_id=999, deferrable=deferrable, retries=2)
        assert (sensed.state, sensed.tries) == ("failed", 1)
        assert "import 999: the import does not exist in this account, or has never been executed" in sensed.log

    def test_an_import_that_was_never_executed(self, sense: Sense, start_import: StartImport, deferrable: bool) -> None:
        assert sense(import_id=start_import(execute=False), deferrable=deferrable).state == "failed"

    @pytest.mark.parametrize(("soft", "state"), [(False, "failed"), (True, "skipped")])
    def test_its_deadline(
        self,
        sense: Sense,
        start_import: StartImport,
        sandbox: RunningSandbox,
        deferrable: bool,
        soft: bool,
        state: str,
    ) -> None:
        sandbox.script_faults([{"kind": "import-hangs"}])
        import_id = start_import()
        sensed = sense(import_id=import_id, deferrable=deferrable, timeout=0.4, soft_fail=soft, retries=2)
        assert (sensed.state, sensed.tries) == (state, 1)
        if not soft:
            assert f"NP6 had not finished import {import_id} after 0.4 s" in sensed.log

    def test_failures_that_pass(
        self,
        sense: Sense,
        start_import: StartImport,
        sandbox: RunningSandbox,
        np6_connection: Callable[..., None],
        deferrable: bool,
    ) -> None:
        import_id = start_import()
        np6_connection(max_retries=0)
        polls = {"path": "/executions$", "method": "GET"}
        sandbox.script_faults([{"match": polls, "kind": "status", "status": 503, "times": 3}])
        assert sense(import_id=import_id, deferrable=deferrable, max_consecutive_failures=3).state == "success"

    def test_failures_that_stay(
        self,
        sense: Sense,
        sandbox: RunningSandbox,
        np6_connection: Callable[..., None],
        deferrable: bool,
    ) -> None:
        np6_connection(max_retries=0)
        sandbox.script_faults([{"match": {}, "kind": "status", "status": 503, "times": None}])
        sensed = sense(import_id=3, deferrable=deferrable, max_consecutive_failures=2)
        assert sensed.state == "failed"
        assert "NP6 could not answer GET /imports/{id}/executions (503)" in sensed.log
        assert len(sandbox.requests()) >= 3

    def test_a_wrong_key(
        self, sense: Sense, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, deferrable: bool
    ) -> None:
        host = sandbox.url.replace("http://", "http%3A%2F%2F")
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", f"np6://:wrongkey123@{host}")
        sensed = sense(import_id=3, deferrable=deferrable)
        assert sensed.state == "failed"
        assert "put the account's X-Key into the connection's password" in sensed.log
        assert "wrongkey123" not in sensed.log

    def test_the_key_is_in_no_log(
        self, sense: Sense, start_import: StartImport, sandbox: RunningSandbox, deferrable: bool
    ) -> None:
        assert sandbox.key not in sense(import_id=start_import(), deferrable=deferrable).log


def test_rescheduled(np6_connection: Any, start_import: StartImport, sandbox: RunningSandbox) -> None:
    from airflow.sdk.exceptions import AirflowRescheduleException

    sandbox.script_faults([{"kind": "import-hangs"}])
    sensor = sensor_of(import_id=start_import(), mode="reschedule", poke_interval=60)

    class Instance:
        def get_first_reschedule_date(self, context: Any) -> None:
            return None

    for _ in range(2):
        with pytest.raises(AirflowRescheduleException):
            sensor.execute({"ti": Instance()})  # type: ignore[typeddict-item]


def sensor_of(**kwargs: Any) -> NP6ImportSensor:
    return NP6ImportSensor(task_id="await_import", **kwargs)


def test_what_is_deferred(np6_connection: Any, start_import: StartImport, sandbox: RunningSandbox) -> None:
    from airflow.sdk.exceptions import TaskDeferred

    ids, started = [start_import(), start_import()], time.time()
    with pytest.raises(TaskDeferred) as caught:
        sensor_of(import_id=ids, deferrable=True, timeout=600, poke_interval=7).execute({})
    assert (caught.value.method_name, caught.value.timeout) == ("resume", None)
    trigger = caught.value.trigger
    assert isinstance(trigger, NP6ImportTrigger)
    assert (trigger.import_ids, trigger.poll_interval) == (ids, 7)
    assert 599 <= trigger.deadline - started <= 610


def test_one_sensor_object_runs_with_new_templates(np6_connection: Any, start_import: StartImport) -> None:
    sensor = sensor_of(import_id=start_import(), poke_interval=0.05)
    sensor.execute({})
    sensor.import_id = 999
    with pytest.raises(AirflowFailException, match="999"):
        sensor.execute({})


def test_the_default_follows_the_configuration() -> None:
    code = (
        "from airflow_provider_np6.sensors.imports import NP6ImportSensor;"
        "print(NP6ImportSensor(task_id='t', import_id=1).deferrable)"
    )
    environment = {**os.environ, "AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE": "True"}
    output = subprocess.check_output([sys.executable, "-c", code], text=True, env=environment)
    assert output.strip().endswith("True")


@pytest.mark.parametrize(
    "event",
    [None, {}, {"status": "done"}, encode(ImportEvent(ImportEventKind.DONE, (5,)))],
    ids=["none", "empty", "foreign", "other import"],
)
def test_it_does_not_resume_on_a_foreign_event(event: Any) -> None:
    with pytest.raises(NP6TriggerEventError):
        sensor_of(import_id=4).resume({}, event)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (12, (12,)),
        ("12", (12,)),
        (" 12 , 13", (12, 13)),
        ([12, "13", 12], (12, 13)),
        ((12,), (12,)),
        ({12}, (12,)),
        ("[12, 13]", (12, 13)),
        ("['12', '13']", (12, 13)),
        ("(12,)", (12,)),
        ("[]", ()),
        ("()", ()),
        ("", ()),
        ("None", ()),
        ("null", ()),
        (None, ()),
        ([], ()),
    ],
)
def test_ids(value: Any, ids: tuple[int, ...]) -> None:
    assert import_ids_in(value) == ids


@pytest.mark.parametrize("value", [True, "x", -1, 1.5, [None], ["x"], {"a": 1}, "[1, x]", "1;2"])
def test_what_is_no_id(value: Any) -> None:
    with pytest.raises(NP6Error, match="import_id must be a whole number"):
        import_ids_in(value)
