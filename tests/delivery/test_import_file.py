"""Delivery by import: what arrives, what is refused without a word, and every answer that gets lost on the way."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import import_formats, imports, segments
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6AuthError, NP6UnavailableError
from airflow_provider_np6.sandbox import running_sandbox
from airflow_provider_np6.sync.settings import Delivery
from tests.delivery.conftest import Sync, contact

ROWS = [contact(number) for number in range(40)]


def test_values_arrive_as_they_are(sync: Sync) -> None:
    report = sync.run([*ROWS, contact(99, name=None, title="", birth="1990-02-03T10:00:00+02:00", likes=None)])
    assert (report.accepted, report.refused, report.state) == (41, 0, "done")
    held = sync.held()
    assert len(held) == 41
    assert held["c7@example.com"] == {
        **held["c7@example.com"],
        "Email": "C7@Example.com",
        "Lastname": 'O\'Brien; "Zoë"\nthe 2nd, 😀',
        "Civility": "Mrs",
        "Birthdate": "1990-02-03T00:00:00Z",
        "Loyalty points": 7,
        "Average basket": 19.9,
        "Notes": None,
    }
    assert set(held["c7@example.com"]["Interests"]) == {"Café & thé", "Sport"}
    empty = held["c99@example.com"]
    assert (empty["Lastname"], empty["Civility"], empty["Birthdate"]) == (None, None, "1990-02-03T08:00:00Z")


def test_an_emptied_value_is_emptied_in_np6(sync: Sync) -> None:
    sync.run(ROWS)
    report = sync.run([contact(0, name=None, likes=None), *ROWS[1:]])
    assert (report.changed, report.accepted) == (1, 1)
    assert sync.held()["c0@example.com"]["Lastname"] is None
    assert not sync.held()["c0@example.com"]["Interests"]


def test_lines_dropped_in_silence_are_found_and_come_again(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "drop-lines", "lines": [3, 17], "times": 1}])
    first = sync.run(ROWS)
    assert (first.planned, first.accepted, first.refused) == (40, 38, 2)
    assert dict(first.reasons) == {"refused by the import (NP6 gives no reason by API)": 2}
    second = sync.run(ROWS)
    assert (second.planned, second.accepted, second.unchanged) == (2, 2, 38)
    assert len(sync.held()) == 40


def test_a_dropped_change_of_a_known_target_is_found_too(sync: Sync) -> None:
    """The target is in NP6 from before, so that its being there proves nothing."""
    sync.run(ROWS)
    changed = [contact(number, name="New") for number in range(40)]
    sync.sandbox.script_faults([{"kind": "drop-lines", "lines": [5], "times": 1}])
    report = sync.run(changed)
    assert (report.accepted, report.refused) == (39, 1)
    assert sync.run(changed).accepted == 1
    assert {fields["Lastname"] for fields in sync.held().values()} == {"New"}


def test_without_verification_state_1_is_believed(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "drop-lines", "lines": [3], "times": 1}])
    assert sync.run(ROWS, verify="none").accepted == 40
    assert len(sync.held()) == 39


def test_an_import_that_fails_leaves_its_rows_to_the_next_run(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "import-fails", "times": 1}])
    first = sync.run(ROWS, part_rows=15)
    assert (first.state, first.pending, first.unsent, first.accepted) == ("failed", 15, 25, 0)
    assert str(first.import_ids[0]) in first.errors[0]
    assert sync.run(ROWS).accepted == 40


def test_a_state_nobody_knows_fails_loudly_with_id_and_state(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "import-state", "state": 7, "times": 1}])
    report = sync.run(ROWS)
    assert report.state == "failed"
    assert "state 7" in report.errors[0]
    assert str(report.import_ids[0]) in report.errors[0]


def test_an_import_that_never_ends_keeps_the_run_open_and_no_second_one_starts(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "import-hangs", "times": 1}])
    settings = Delivery()
    sync.plan(ROWS, settings)
    for _ in range(3):
        assert len(sync.engine.advance(sync.delivery(settings))) == 1
    assert len(sync.engine.advance(sync.delivery(settings), send=False)) == 1
    starts = [r for r in sync.sandbox.requests() if r["method"] == "POST" and r["path"].endswith("/executions")]
    assert len(starts) == 1


UNSAFE = {
    "format": "^/importFormats$",
    "segment": "^/segments$",
    "definition": "^/imports$",
    "start": "^/imports/[0-9]+/executions$",
}


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "truncate"])
@pytest.mark.parametrize("step", list(UNSAFE))
def test_a_lost_answer_to_any_creating_call_ends_equal(sync: Sync, step: str, kind: str) -> None:
    sync.sandbox.script_faults([{"match": {"method": "POST", "path": UNSAFE[step]}, "kind": kind, "times": 1}])
    with contextlib.suppress(NP6UnavailableError):
        sync.run(ROWS)
    report = sync.run(ROWS)
    assert report.accepted + report.unchanged == 40
    assert len(sync.held()) == 40
    assert sync.run(ROWS).unchanged == 40


@pytest.mark.parametrize("kind", ["reset-before", "reset-after"])
def test_an_upload_cut_short_is_sent_again_whole(sync: Sync, kind: str) -> None:
    sync.sandbox.script_faults([{"match": {"method": "PUT", "path": "source$"}, "kind": kind, "times": 1}])
    assert sync.run(ROWS).accepted == 40
    assert len(sync.held()) == 40


def test_a_start_that_never_arrived_is_not_waited_for(sync: Sync) -> None:
    fault = {"match": {"method": "POST", "path": UNSAFE["start"]}, "kind": "reset-before", "times": 1}
    sync.sandbox.script_faults([fault])
    first = sync.run(ROWS)
    assert (first.accepted, first.unsent) == (0, 40)
    assert sync.run(ROWS).accepted == 40


def test_a_start_whose_answer_was_lost_is_found_by_its_state(sync: Sync) -> None:
    fault = {"match": {"method": "POST", "path": UNSAFE["start"]}, "kind": "reset-after", "times": 1}
    sync.sandbox.script_faults([fault])
    assert sync.run(ROWS).accepted == 40
    starts = [r for r in sync.sandbox.requests() if r["method"] == "POST" and r["path"].endswith("/executions")]
    assert len(starts) == 1


def test_each_part_has_a_definition_of_its_own_and_its_segment_goes(sync: Sync) -> None:
    sync.run(ROWS, part_rows=15)
    names = [made.name for made in sync.client.send(imports.list_imports())]
    assert [name for name in names if name.startswith("dag.task")] == [
        f"dag.task run-001 part {number}" for number in range(3)
    ]
    assert not [s for s in sync.client.send(segments.list_segments()) if s.name.startswith("dag.task")]


def test_the_uploaded_file_is_what_np6_reads(sync: Sync) -> None:
    sync.run([contact(1, notes="a;b")])
    upload = next(r for r in sync.sandbox.requests() if r["method"] == "PUT" and r["path"].endswith("/source"))
    headers = {name.lower(): value for name, value in upload["headers"].items()}
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"] == "form-data; filename=part-0000.csv"
    assert int(headers["content-length"]) == upload["bytes"]
    assert "transfer-encoding" not in headers


def test_files_are_gone_from_the_worker_afterwards(sync: Sync, tmp_path: Any) -> None:
    sync.run(ROWS)
    assert not list(tmp_path.rglob("*.csv"))


def formats_made(sync: Sync) -> int:
    return len([r for r in sync.sandbox.requests() if r["method"] == "POST" and "importFormats" in r["path"]])


def test_one_import_format_serves_all_runs_since_np6_cannot_remove_any(sync: Sync) -> None:
    sync.run(ROWS, part_rows=15)
    sync.run([contact(0, name="New"), *ROWS[1:]])
    assert formats_made(sync) == 1


def test_an_import_format_that_np6_lost_or_that_reads_otherwise_is_made_anew(sync: Sync) -> None:
    sync.run(ROWS)
    sync.folder.write_json("bindings.json", dict.fromkeys(sync.folder.read_json("bindings.json"), 9999))
    sync.run([contact(0, name="New"), *ROWS[1:]])
    assert formats_made(sync) == 2
    other = sync.client.send(import_formats.create_import_format("other", [8104, 8103]))
    sync.folder.write_json("bindings.json", dict.fromkeys(sync.folder.read_json("bindings.json"), other))
    assert sync.run([contact(0, name="Newer"), *ROWS[1:]]).accepted == 1
    assert sync.held()["c0@example.com"]["Lastname"] == "Newer"


@pytest.mark.parametrize("keep", [True, False])
def test_definitions_stay_or_go_as_asked(sync: Sync, keep: bool) -> None:
    sync.run(ROWS, keep_imports=keep)
    names = [made.name for made in sync.client.send(imports.list_imports())]
    assert ("dag.task run-001 part 0" in names) is keep


def test_a_failed_import_stays_to_be_looked_at_and_its_segment_goes(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "import-fails", "times": 1}])
    report = sync.run(ROWS, keep_imports=False)
    assert report.import_ids[0] in [made.id for made in sync.client.send(imports.list_imports())]
    assert not [s for s in sync.client.send(segments.list_segments()) if s.name.startswith("dag.task")]


MEMBERS = {"method": "GET", "path": "^/segments/[0-9]+/targets$"}
LOOK_UP = {"method": "GET", "path": "^/targets$"}


def test_a_member_list_that_stops_at_30_costs_no_row(sync: Sync) -> None:
    """One source says that NP6 lists the first 30 only: the values that NP6 holds are believed instead."""
    sync.run(ROWS)
    first_30 = json.dumps([target["id"] for target in sync.sandbox.targets()[:30]])
    sync.sandbox.script_faults([{"match": MEMBERS, "kind": "status", "status": 200, "body": first_30, "times": None}])
    changed = [contact(number, name="New") for number in range(40)]
    report = sync.run(changed)
    assert (report.accepted, report.refused, report.pending) == (40, 0, 0)
    assert sync.run(changed).unchanged == 40


def test_a_segment_that_somebody_removed_leaves_the_rows_pending(sync: Sync) -> None:
    sync.sandbox.script_faults([{"match": MEMBERS, "kind": "status", "status": 404, "times": 3}])
    assert sync.run(ROWS).pending == 40
    sync.sandbox.script_faults([])
    assert sync.run(ROWS).accepted == 40


def test_a_look_up_that_np6_cannot_answer_leaves_that_row_pending(sync: Sync) -> None:
    sync.sandbox.script_faults(
        [
            {"kind": "drop-lines", "lines": [3], "times": 1},
            {"match": LOOK_UP, "kind": "status", "status": 400, "times": 1},
        ]
    )
    report = sync.run(ROWS)
    assert (report.pending, report.refused + report.accepted) == (1, 39)
    assert sync.run(ROWS).unchanged + 2 >= 40


def test_a_key_that_was_refused_ends_the_look_ups(sync: Sync) -> None:
    sync.sandbox.script_faults(
        [
            {"kind": "drop-lines", "lines": [3], "times": 1},
            {"match": LOOK_UP, "kind": "status", "status": 401, "times": None},
        ]
    )
    with pytest.raises(NP6AuthError):
        sync.run(ROWS)
    sync.sandbox.script_faults([])
    report = sync.run(ROWS)
    assert report.accepted + report.unchanged == 40


def test_a_lost_start_is_given_up_after_a_while_when_an_unstarted_import_says_0(tmp_path: Path) -> None:
    """Open question 24: if NP6 answers 0 for an import that never ran, nothing but time tells."""
    with (
        running_sandbox(import_seconds=0.1, assume={"never-run": "0"}) as sandbox,
        NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=1)) as client,
    ):
        sync = Sync(tmp_path / "snapshot", client, sandbox)
        fault = {"match": {"method": "POST", "path": UNSAFE["start"]}, "kind": "reset-before", "times": 1}
        sandbox.script_faults([fault])
        report = sync.run(ROWS, lost_start_after=0.5)
        assert (report.unsent, report.accepted) == (40, 0)
        assert sync.run(ROWS).accepted == 40


def test_nothing_of_a_part_lies_in_the_snapshot_folder_but_its_rows(sync: Sync) -> None:
    seen: set[str] = set()
    settings = Delivery()
    sync.plan(ROWS, settings)
    sync.engine.advance(sync.delivery(settings))
    seen = {path.suffix for path in sync.folder.root.rglob("*") if path.is_file()}
    assert seen == {".json", ".parquet"}
