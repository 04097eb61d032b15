"""Imports, whatever NP6 turns out to do."""

from __future__ import annotations

import pytest

from airflow_provider_np6.api import red_list
from airflow_provider_np6.exceptions import NP6ConflictError
from airflow_provider_np6.models.imports import ImportOutcome, RedListFeature
from airflow_provider_np6.triggers.events import ImportEventKind
from airflow_provider_np6.triggers.watch import ImportWatch
from tests.assumptions.answers import under
from tests.assumptions.conftest import Make

ROWS = [{"email": f"c{number}@example.com", "name": "Müller"} for number in range(5)]
MAPPING = {"email": "Email", "name": "Lastname"}


@under("never-run")
def test_an_import_that_never_ran(world: Make, answer: str) -> None:
    np6 = world("never-run", answer)
    made = np6.hook.create_import("never ran", np6.hook.create_import_format("f", [8103]))
    state = np6.hook.get_import_state(made.id)
    event = ImportWatch([made.id], 3).saw({made.id: state})
    expected = {"404": ImportEventKind.MISSING, "204": ImportEventKind.MISSING, "0": None}[answer]
    # State 0 looks like one that is running: only the sensor's timeout ends it.
    assert (event.kind if event else None) == expected


@under("never-run")
def test_a_start_that_was_lost_loses_no_row(world: Make, answer: str) -> None:
    np6 = world("never-run", answer)
    np6.sandbox.script_faults(
        [{"kind": "reset-before", "match": {"method": "POST", "path": "^/imports/.*/executions$"}}]
    )
    sync = np6.sync()
    first = sync.run(ROWS, mapping=MAPPING, lost_start_after=0.0)
    assert (first.accepted, first.pending + first.unsent) == (0, 5)
    again = sync.run(ROWS, mapping=MAPPING, lost_start_after=0.0)
    assert (again.accepted, len(sync.held())) == (5, 5)


@under("while-running")
def test_a_second_start(world: Make, answer: str) -> None:
    np6 = world("while-running", answer, import_seconds=0.5)
    binding = np6.hook.create_import_format("f", [8103])
    made = np6.hook.create_import("twice", binding)
    file = np6._folder / "one.csv"
    file.write_text("Email\nanna@example.com\n")
    np6.hook.upload_import_source(made.id, file)
    np6.hook.execute_import(made.id, binding)
    if answer == "409":
        with pytest.raises(NP6ConflictError, match="await that one first, or define an import for each run"):
            np6.hook.execute_import(made.id, binding)
    else:
        assert answer == "queue"
        np6.hook.execute_import(made.id, binding)
    assert np6.settled(made.id) is ImportOutcome.DONE


@under("while-running")
def test_a_sync_of_many_parts_never_meets_it(world: Make, answer: str) -> None:
    np6 = world("while-running", answer, import_seconds=0.2)
    report = np6.sync().run(ROWS, mapping=MAPPING, part_rows=2)
    assert (report.accepted, len(report.import_ids)) == (5, 3)


@under("start-at")
def test_the_default_loses_no_line(world: Make, answer: str) -> None:
    # Counted from 1 the header arrives, too, and NP6 refuses it: a header is no address.
    report = world("start-at", answer).sync().run(ROWS, mapping=MAPPING)
    assert (report.accepted, report.refused) == {"0-based": (5, 0), "1-based": (5, 0)}[answer]


@under("start-at")
def test_the_other_setting_loses_no_line_silently(world: Make, answer: str) -> None:
    report = world("start-at", answer).sync().run(ROWS, mapping=MAPPING, start_at=2)
    assert (report.accepted, report.refused) == {"0-based": (4, 1), "1-based": (5, 0)}[answer]


@under("redlist-key")
def test_red_listing_by_import(world: Make, answer: str) -> None:
    np6 = world("redlist-key", answer)
    assert np6.bring("Email\nanna@example.com\n", RedListFeature(mail=True)) is ImportOutcome.DONE
    target = np6.hook.find_target("anna@example.com")
    assert target is not None
    assert ("mail" in target.red_list) == {"mail": True, "email": False, "both": True}[answer]
    # What the page advises works in any case.
    np6.hook.send(red_list.add_to_red_list(target.id, "mail"))
    assert [entry.target_id for entry in np6.hook.send(red_list.list_red_list("mail"))] == [target.id]


# What the second of two syncs leaves of the row whose city changed and whose name went, by answer and setting.
NEW, GONE, OLD = ("Lyon", None), ("Lyon", "Müller"), ("Lille", "Müller")
CRUSHED = {
    ("true-erases", True): NEW,
    ("true-erases", False): OLD,
    ("true-keeps", True): GONE,
    ("true-keeps", False): OLD,
    ("false-overwrites", True): NEW,
    ("false-overwrites", False): GONE,
}
PLACES = {**MAPPING, "city": "City"}
BEFORE = {"email": "anna@example.com", "name": "Müller", "city": "Lille"}
AFTER = {**BEFORE, "name": None, "city": "Lyon"}


@under("crush-data")
@pytest.mark.parametrize("crush_data", [True, False])
def test_changed_and_emptied_values(world: Make, answer: str, crush_data: bool) -> None:
    sync = world("crush-data", answer).sync()
    assert sync.run([BEFORE], mapping=PLACES, crush_data=crush_data).accepted == 1
    # Whether a line arrived is all that the segment tells: the report says so even where a value stayed.
    assert sync.run([AFTER], mapping=PLACES, crush_data=crush_data).accepted == 1
    held = sync.held()["anna@example.com"]
    assert (held["City"], held["Lastname"]) == CRUSHED[answer, crush_data]


@under("crush-data")
def test_a_sync_per_target_does_not_depend_on_it(world: Make, answer: str) -> None:
    # The setting for an NP6 whose imports do not erase: Delivery(by='targets').
    sync = world("crush-data", answer).sync()
    for row in (BEFORE, AFTER):
        assert sync.run([row], mapping=PLACES, by="targets").accepted == 1
    held = sync.held()["anna@example.com"]
    assert (held["City"], held["Lastname"]) == {"true-erases": NEW, "true-keeps": NEW, "false-overwrites": NEW}[answer]


@under("import-accept")
def test_every_call_of_an_import_names_its_type(world: Make, answer: str) -> None:
    np6 = world("import-accept", answer)
    assert np6.sync().run(ROWS, mapping=MAPPING).accepted == {"optional": 5, "imperative": 5}[answer]
    assert np6.bring("Email\nanna@example.com\n") is ImportOutcome.DONE
    calls = [one for one in np6.sandbox.requests() if one["path"].startswith("/imports") and one["method"] != "DELETE"]
    accepts = {{name.lower(): value for name, value in one["headers"].items()}["accept"] for one in calls}
    assert all("application/vnd.mperf.v8.import.v1+json" in accept for accept in accepts)
