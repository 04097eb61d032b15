"""The sandbox as a process: start, end, kill, restart."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from airflow_provider_np6.sandbox import BadOptionError, RunningSandbox, SandboxOptions, running_sandbox
from tests.sandbox.conftest import Api, MakeApi, lines

COMMAND = [sys.executable, "-m", "airflow_provider_np6.sandbox"]


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Api]]:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            started = json.loads(running.stdout.readline())
            yield running, Api(RunningSandbox(started["url"], started["key"], Path()))
        finally:
            running.kill()


def test_one_line_of_json_and_a_clean_end() -> None:
    with process("--key", "k1", "--key", "k2") as (running, api):
        assert api.sandbox.key == "k1"
        assert api("GET", "/me").status_code == 200
        running.terminate()
        out, errors = running.communicate(timeout=10)
        assert (running.returncode, out, errors) == (0, "", "")


def test_everything_survives_a_restart(make_api: MakeApi, tmp_path: Path) -> None:
    store = tmp_path / "deep" / "np6.db"
    with running_sandbox(store=store, import_seconds=0, account="two-unicity") as sandbox:
        api = Api(sandbox)
        number = api.create("a@example.com", Brand="One", Interests=["Sport"])["id"]
        segment, import_id = api.segment(), api.define(api.binding((8103, 8114)))
        api("PUT", f"/segments/{segment}/targets", [number])
        api("POST", f"/targets/{number}/redlist/mail", {"id": number})
        api.upload(import_id, "e;b\nb@example.com;Two\n")
        assert api.execute(import_id) == 1
        before, definition = sandbox.targets(), api("GET", f"/imports/{import_id}").json()
    again = make_api(store=store)
    assert again.sandbox.targets() == before
    assert again("GET", f"/segments/{segment}/targets").json() == [number]
    assert again("GET", f"/imports/{import_id}").json() == definition
    assert again("GET", f"/imports/{import_id}/executions").json() == {"state": 1}
    again.sandbox.clear_requests()
    assert again.execute(import_id) == 1
    assert len(again.sandbox.targets()) == 2


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    store = tmp_path / "np6.db"
    arguments = ("--store", str(store), "--import-seconds", "0")
    with process(*arguments) as (running, api):
        for number in range(20):
            api.create(f"p{number}@example.com")
        running.kill()
        running.wait(timeout=10)
    with process(*arguments) as (_, api):
        assert len(api.sandbox.targets()) == 20


def test_an_import_in_progress_at_kill_9_is_in_error_and_can_be_run_again(tmp_path: Path) -> None:
    arguments = ("--store", str(tmp_path / "np6.db"), "--import-seconds", "0")
    with process(*arguments) as (running, api):
        number = api.define(api.binding())
        api.upload(number, lines(*(f"p{n}@example.com;Ann;note {n}" for n in range(200_000))))
        api("POST", f"/imports/{number}/executions", {})
        while api("GET", "/targets/count").json()["targetsCount"] == 0:
            time.sleep(0.005)
        running.kill()
        running.wait(timeout=10)
    with process(*arguments) as (_, api):
        assert api("GET", f"/imports/{number}/executions").json() == {"state": 2}
        assert 0 < api("GET", "/targets/count").json()["targetsCount"] < 200_000
        assert api.execute(number) == 1
        assert api("GET", "/targets/count").json() == {"targetsCount": 200_000}


def test_sigterm_ends_soon_while_an_import_runs(tmp_path: Path) -> None:
    with process("--store", str(tmp_path / "np6.db")) as (running, api):
        number = api.define(api.binding())
        api.upload(number, lines(*(f"p{n}@example.com;Ann;note {n}" for n in range(200_000))))
        api("POST", f"/imports/{number}/executions", {})
        running.terminate()
        assert running.wait(timeout=10) == 0


def test_a_temporary_store_leaves_nothing_behind() -> None:
    with running_sandbox() as sandbox:
        assert sandbox.store.exists()
    assert not sandbox.store.parent.exists()


def test_an_account_from_a_file(make_api: MakeApi, tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    fields = [
        {"id": 1, "name": "Card", "type": "numeric", "isUnicity": True},
        {"id": 2, "name": "Size", "type": "numeric", "constraint": {"operator": 1, "value": "10"}},
        {"id": 3, "name": "Colour", "type": "singleSelectList", "valueListId": 9, "isMandatory": True},
    ]
    lists = [{"id": 9, "name": "Colours", "values": ["red", "blue"]}]
    path.write_text(json.dumps({"name": "cards", "fields": fields, "valueLists": lists}))
    api = make_api(account=str(path))
    assert api("POST", "/targets", {"Card": 7, "Size": 10, "Colour": "red"}).status_code == 400
    assert api("POST", "/targets", {"Card": 7, "Size": 11}).status_code == 400
    assert api("POST", "/targets", {"Card": 7, "Size": 11, "Colour": "RED"}).json()["fields"]["3"] == "red"
    assert api.bring("card;size\n7;12\n8;13\n9;9\n", columns=(1, 2)) == 1
    (only,) = api.sandbox.targets()
    assert only["fields"] == {"Card": 7, "Size": 12, "Colour": "red"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--assume", "updates=maybe"], "updates"),
        (["--assume", "weather=fine"], "Unknown assumption"),
        (["--account", "none-such"], "none-such"),
        (["--key", ""], "--key"),
        (["--rate", "0"], "--rate"),
        (["--faults", "/none/such.json"], "such.json"),
        (["--store", "/proc/none/such.db"], "--store"),
        (["--store", __file__], "not a sandbox store"),
        (["--host", "192.0.2.1"], "--port"),
    ],
)
def test_bad_options_are_told_in_one_sentence(arguments: list[str], sentence: str) -> None:
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_store_keeps_its_account(tmp_path: Path) -> None:
    store = tmp_path / "np6.db"
    with running_sandbox(store=store, account="two-unicity"):
        pass
    with (
        pytest.raises(BadOptionError, match="holds the account 'two-unicity'"),
        running_sandbox(store=store, account="default"),
    ):
        pass


def test_a_taken_port_is_told() -> None:
    with running_sandbox() as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
        with pytest.raises(BadOptionError, match="--port"), running_sandbox(port=port):
            pass


def test_options_do_not_show_keys() -> None:
    assert "secret" not in repr(SandboxOptions(keys=("secret",)))
    assert "secret" not in repr(RunningSandbox("http://127.0.0.1:1", "secret", Path()))


def test_beyond_loopback_page_and_control_need_the_key() -> None:
    with process("--host", "0.0.0.0") as (running, api):
        for path in ("/", "/sandbox/targets", "/sandbox/requests"):
            assert api("GET", path).status_code == 200
            assert api("GET", path, headers={"X-Key": "wrong"}).status_code == 401
        assert api("GET", "/me", headers={"Host": "np6.example.com"}).status_code == 200
        running.terminate()
        assert "X-Key" in running.communicate(timeout=10)[1]


def test_one_sandbox_a_store(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    with process("--store", store) as (running, _):
        second = subprocess.run([*COMMAND, "--store", store], capture_output=True, text=True, timeout=30, check=False)
        assert (second.returncode, second.stdout) == (2, "")
        assert (
            second.stderr == f"The store {store} is in use by another sandbox: end that one, or give another --store.\n"
        )
        running.kill()
        running.wait(timeout=10)
        with process("--store", store) as (_, api):
            assert api("GET", "/me").status_code == 200


def test_what_was_planned_happens_after_a_kill(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    options = ("--store", store, "--validation-seconds", "0.5", "--reaction", "unsubscribed=1", "--reaction", "hard=0")
    with process(*options) as (running, api):
        action = api.action()
        api.validate(action, fortest=True, mediaForTest="proof@example.com")
        assert api.state(action) == 30
        running.kill()
        running.wait(timeout=10)
    time.sleep(0.5)
    with process(*options) as (_, api):
        assert api.state(action) == 38


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--reaction", "opened=2"), "from 0 to 1"),
        (("--reaction", "opened=x"), "from 0 to 1"),
        (("--reaction", "laughed=1"), "Unknown reaction"),
        (("--key", "a:b"), "cannot have the rights"),
        (("--reaction-seconds", "-1"), "--reaction-seconds cannot be negative"),
    ],
)
def test_new_options_that_cannot_be_used(option: tuple[str, str], said: str) -> None:
    ended = subprocess.run([*COMMAND, *option], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
