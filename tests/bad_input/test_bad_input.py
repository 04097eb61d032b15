"""Every kind of bad input: it is named with its remedy, before anything is sent, and costs nothing.

Each test ends with a corrected run, after which NP6 equals the warehouse.
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_np6.sandbox import running_sandbox
from airflow_provider_np6.sandbox.account import BUILT_IN
from tests.bad_input.conftest import ADA, CONTACTS, MAPPING, Sync
from tests.conftest import connection_json

if TYPE_CHECKING:
    Fails = Callable[..., str]
    Connect = Callable[..., None]

ROOT = Path(__file__).parents[2]


def corrected(sync: Sync, **changes: Any) -> None:
    attempt = sync(**changes)
    assert attempt.succeeded, attempt.message
    assert sync.equals()
    for secret in (sync.sandbox.key, ADA):
        assert secret not in attempt.log


# --- the connection


def test_no_key(sync: Sync, fails_cleanly: Fails, np6_connection: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(sync.sandbox.url, ""))
    fails_cleanly(sync(), "np6_default", "X-Key", "password", asked=False)
    np6_connection()
    corrected(sync)


def test_a_wrong_key(sync: Sync, fails_cleanly: Fails, np6_connection: Connect, monkeypatch: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(sync.sandbox.url, "another-key-entirely"))
    attempt = sync()
    fails_cleanly(attempt, "np6_default", "X-Key", "401", "password")
    assert "another-key-entirely" not in attempt.message + attempt.log
    np6_connection()
    corrected(sync)


def test_a_host_that_does_not_answer(
    sync: Sync, fails_cleanly: Fails, np6_connection: Connect, monkeypatch: Any
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(host, sync.sandbox.key, max_retries=0))
        fails_cleanly(sync(), "np6_default", "could not be reached", "host", asked=False)
    np6_connection()
    corrected(sync)


def test_a_host_that_has_no_address(
    sync: Sync, fails_cleanly: Fails, np6_connection: Connect, monkeypatch: Any
) -> None:
    host = "https://api-cm.np6.invalid"  # RFC 2606: never resolves
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(host, sync.sandbox.key, max_retries=0))
    fails_cleanly(sync(), "np6_default", "could not be reached", "host", asked=False)
    np6_connection()
    corrected(sync)


def test_plain_http_off_loopback(sync: Sync, fails_cleanly: Fails, np6_connection: Connect, monkeypatch: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json("http://api-cm.example.com", sync.sandbox.key))
    fails_cleanly(sync(), "np6_default", "http://", "https://", asked=False)
    np6_connection()
    corrected(sync)


def test_an_unknown_extra(sync: Sync, fails_cleanly: Fails, np6_connection: Connect) -> None:
    np6_connection(time_out=3)
    fails_cleanly(sync(), "np6_default", "time_out", "timeout", asked=False)
    np6_connection()
    corrected(sync)


# --- the mapping


def test_an_unknown_field_is_answered_with_a_suggestion(sync: Sync, fails_cleanly: Fails) -> None:
    wrong = sync(mapping={**MAPPING, "name": "Last name"})
    fails_cleanly(wrong, "'name'", "'Last name'", "did you mean 'Lastname'?")
    corrected(sync)


def test_a_mapping_without_the_unicity_field(sync: Sync, fails_cleanly: Fails) -> None:
    wrong = sync(mapping={"name": "Lastname", "points": "Loyalty points"})
    fails_cleanly(wrong, "unicity field 'Email'", "map a column")
    corrected(sync)


def test_a_mapping_without_a_mandatory_field(
    sync: Sync, fails_cleanly: Fails, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = BUILT_IN["default"].as_json()
    for field in account["fields"]:
        field["isMandatory"] = field["name"] in {"Email", "Lastname"}
    (tmp_path / "account.json").write_text(json.dumps(account))
    with running_sandbox(account=str(tmp_path / "account.json"), import_seconds=0) as sandbox:
        sync.sandbox = sandbox
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(sandbox.url, sandbox.key))
        wrong = sync(mapping={"email": "Email", "points": "Loyalty points"})
        fails_cleanly(wrong, "mandatory field 'Lastname'", "map a column")
        corrected(sync)


def test_a_column_that_the_query_does_not_give(sync: Sync, fails_cleanly: Fails) -> None:
    wrong = sync(mapping={**MAPPING, "surname": "Firstname"})
    fails_cleanly(wrong, "'surname'", "'email', 'name', 'points'")
    corrected(sync)


# --- the source


def test_an_empty_result(sync: Sync, fails_cleanly: Fails) -> None:
    corrected(sync)
    sync.sandbox.clear_requests()
    fails_cleanly(sync(sql="SELECT * FROM contacts WHERE false"), "no rows", "on_empty='succeed'")
    assert sync.equals()
    assert sync(sql="SELECT * FROM contacts WHERE false", on_empty="succeed").succeeded
    assert sync.equals()
    corrected(sync)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT emial, name, points FROM contacts", "emial"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELEC * FROM contacts", "SELEC"),
        # Fails in the middle, on a contact whom the driver's message names.
        ("SELECT email, name, CAST(email AS INTEGER) AS points FROM contacts", "Conver"),
        ("SELECT email, name, points FROM contacts, range(100000) t(i) WHERE 1 / (i - 60000) < 9 OR error(email)", ""),
        ("DELETE FROM contacts WHERE false", "SELECT"),
    ],
)
def test_a_query_that_fails(sql: str, named: str, sync: Sync, fails_cleanly: Fails) -> None:
    fails_cleanly(sync(sql=sql), "'warehouse'", named)
    corrected(sync)


def test_a_warehouse_that_is_not_there(sync: Sync, fails_cleanly: Fails, monkeypatch: pytest.MonkeyPatch) -> None:
    address = json.dumps({"conn_type": "duckdb", "host": "/nowhere/at/all.duckdb"})
    monkeypatch.setenv("AIRFLOW_CONN_ELSEWHERE", address)
    fails_cleanly(sync(source_conn_id="elsewhere"), "'elsewhere'")
    corrected(sync)


def test_a_connection_that_is_no_database(sync: Sync, fails_cleanly: Fails) -> None:
    fails_cleanly(sync(source_conn_id="np6_default"), "'np6_default'", "database", asked=False)
    corrected(sync)


def test_rows_that_are_mostly_wrong_stop_the_run_before_it_sends(sync: Sync, fails_cleanly: Fails) -> None:
    sync.fill([(ADA, "Lovelace", 7), ("nobody", "N", 1), (None, "O", 2)])
    fails_cleanly(sync(), "2 of 3 rows were rejected", "bad_email: 1", "key_missing: 1", "rejections.parquet")
    sync.fill()
    corrected(sync)


# --- files

FILE = f"email,name,points\n{ADA},Lovelace,7\n".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("binary.csv", bytes(range(256)) * 40),
        ("ragged.csv", FILE + f"{ADA}\n".encode()),
        ("cut.csv.gz", gzip.compress(FILE * 1000)[:-20]),
        ("open.csv", f'email,name,points\n{ADA},Lovelace,"7\n'.encode()),
        ("latin.csv", FILE + "zoe@example.com,Zoé,1\n".encode("latin-1")),
        ("empty.csv", b""),
        ("text.parquet", FILE),
        ("contacts.xlsx", b"PK"),
    ],
)
def test_a_file_that_is_none(name: str, content: bytes, sync: Sync, fails_cleanly: Fails, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    source = {"sql": None, "source_conn_id": None, "source_path": path.as_uri()}
    fails_cleanly(sync(**source), name)
    corrected(sync)


def test_a_file_that_is_not_there(sync: Sync, fails_cleanly: Fails, tmp_path: Path) -> None:
    source = {"sql": None, "source_conn_id": None, "source_path": (tmp_path / "nobody.csv").as_uri()}
    fails_cleanly(sync(**source), "no file", "nobody.csv", "source_path")
    corrected(sync)


def test_a_separator_that_is_another(sync: Sync, fails_cleanly: Fails, tmp_path: Path) -> None:
    lines = [
        "email;name;points",
        *(f'{e};"{(n or "").replace(chr(34), chr(34) * 2)}";{p or ""}' for e, n, p in CONTACTS),
    ]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    source = {"sql": None, "source_conn_id": None, "source_path": (tmp_path / "x.csv").as_uri()}
    fails_cleanly(sync(**source), "'email;name;points'")
    corrected(sync, **source, csv_delimiter=";")


# --- the snapshot


def test_a_relative_snapshot(sync: Sync, fails_cleanly: Fails) -> None:
    fails_cleanly(sync(snapshot="snapshots/contacts"), "'snapshots/contacts'", "relative", asked=False)
    corrected(sync)


def test_a_damaged_snapshot(sync: Sync, fails_cleanly: Fails) -> None:
    corrected(sync)
    pointer = sync.snapshot / "current.json"
    whole = pointer.read_text()
    pointer.write_text(whole[:20])
    sync.sandbox.clear_requests()
    fails_cleanly(sync(), "current.json", "damaged", "full run")
    pointer.write_text(whole)
    corrected(sync)


def test_a_snapshot_that_is_not_writable(sync: Sync, fails_cleanly: Fails, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fails_cleanly(sync(snapshot=(tmp_path / "file" / "snapshot").as_uri()), str(tmp_path / "file"))
    corrected(sync)


@pytest.mark.parametrize("what", ["snapshot", "scratch"])
def test_a_full_disk(what: str, sync: Sync, fails_cleanly: Fails, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=64k tmpfs "{disk}" && exec "$@"', "sh"]
    try:
        subprocess.run([*mount, "true"], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be mounted here ({error}); tests/stores covers it by a limit on files")
    many = [(f"c{number}@example.com", f"Name {number}", number) for number in range(3_000)]
    sync.fill([*CONTACTS, *many])
    command = [*mount, sys.executable, "-m", "tests.bad_input.syncing", what, str(disk), str(sync.snapshot)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    fails_cleanly(sync.attempt_of(done.stdout, done.stderr), "The disk", "is full", "free or enlarge it")
    assert sync().succeeded
    assert sync.equals([*CONTACTS, *many])


# --- the purge


@pytest.fixture
def filled(sync: Sync) -> Sync:
    corrected(sync)
    sync.sandbox.clear_requests()
    return sync


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sql": "SELECT emial FROM contacts"}, "'warehouse'"),
        ({"sql": "SELECT error(email) AS email FROM contacts"}, "'warehouse'"),
        ({"sql": "SELECT * FROM contacts"}, "'Email'"),
        ({"sql": "SELECT email FROM contacts"}, "guard"),
        ({"source_conn_id": "np6_default"}, "database"),
        ({"sql": None}, "source_path"),
    ],
)
def test_a_wrong_purge_deletes_nobody(changes: dict[str, Any], named: str, filled: Sync, fails_cleanly: Fails) -> None:
    attempt = filled.purge(**changes)
    fails_cleanly(attempt, named, asked=bool(filled.sandbox.requests()))
    assert filled.equals()


def test_an_empty_purge_deletes_nobody_and_is_well(filled: Sync) -> None:
    assert filled.purge(sql="SELECT email FROM contacts WHERE false").succeeded
    assert filled.equals()


def test_a_purge_without_a_key_deletes_nobody(
    filled: Sync, fails_cleanly: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(filled.sandbox.url, ""))
    fails_cleanly(filled.purge(), "X-Key", "password", asked=False)
    assert filled.equals()
