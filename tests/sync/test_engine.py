"""A run from plan to report, and what a kill between any two writes leaves to the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from airflow_provider_np6.exceptions import NP6EmptySourceError, NP6RejectionsError, NP6SnapshotError
from airflow_provider_np6.models.runs import FieldColumn, PartRecord
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.sync.ports import PartOutcome
from airflow_provider_np6.sync.settings import Delivery, Rejections
from tests.sync.conftest import Bench, Killed, MortalJournal, Np6


def contact(number: int, name: str = "Ann", points: str = "1") -> dict[str, str]:
    return {"email": f"c{number}@example.com", "name": name, "points": points}


CONTACTS = [contact(number) for number in range(10)]


def held(bench: Bench) -> dict[str, str | None]:
    return {key: values[1] for key, values in bench.np6.held.items()}


def test_first_run_sends_everything_and_the_second_nothing(bench: Bench) -> None:
    first, second = bench.sync(CONTACTS), bench.sync(CONTACTS)
    assert (first.accepted, first.new, first.reason_full) == (10, 10, "first run: there is no snapshot yet")
    assert (second.planned, second.unchanged, second.reason_full) == (0, 10, None)
    assert bench.np6.sent_rows == 10


def test_only_changed_and_new_rows_are_sent(bench: Bench) -> None:
    bench.sync(CONTACTS)
    report = bench.sync([contact(0, "Bea"), *CONTACTS[1:], contact(99)])
    assert (report.new, report.changed, report.unchanged, report.accepted) == (1, 1, 9, 2)
    assert held(bench)["c0@example.com"] == "Bea"


def test_spelling_alone_is_no_change(bench: Bench) -> None:
    bench.sync([contact(1, points="1.50")])
    row = {"email": " C1@EXAMPLE.com ", "name": "Ann", "points": "1.5"}
    assert bench.sync([row]).unchanged == 1


def test_a_refused_row_comes_again_until_it_is_taken(bench: Bench) -> None:
    bench.np6.refuses = {"c3@example.com"}
    first = bench.sync(CONTACTS)
    second = bench.sync(CONTACTS)
    bench.np6.refuses = set()
    third = bench.sync(CONTACTS)
    assert [(r.planned, r.accepted, r.refused) for r in (first, second, third)] == [(10, 9, 1), (1, 0, 1), (1, 1, 0)]
    assert set(held(bench)) == {row["email"] for row in CONTACTS}


def test_a_rejected_row_leaves_the_last_accepted_values(bench: Bench) -> None:
    bench.sync(CONTACTS)
    report = bench.sync([contact(0, "x" * 21), *CONTACTS[1:]])
    assert (report.rejected, report.unchanged, dict(report.reasons)) == (1, 9, {"too_long": 1})
    assert held(bench)["c0@example.com"] == "Ann"


def test_the_last_row_of_a_key_counts_even_if_it_is_wrong(bench: Bench) -> None:
    rows = [contact(1, "old"), contact(1, "new"), contact(2, "good"), contact(2, "x" * 21)]
    report = bench.sync(rows)
    assert (report.read, report.duplicate, report.rejected, report.accepted) == (4, 2, 1, 1)
    assert held(bench) == {"c1@example.com": "new"}


def test_rejections_say_row_key_and_every_reason_in_words(bench: Bench, tmp_path: Path) -> None:
    rows = [
        contact(1),
        {"email": "nobody", "name": "x" * 21, "points": "many"},
        {"email": "", "name": "", "points": ""},
    ]
    report = bench.sync(rows)
    table = pq.read_table(report.paths["rejections"].removeprefix("file://")).to_pylist()
    assert dict(report.reasons) == {"bad_email": 1, "bad_number": 1, "key_missing": 1, "too_long": 1}
    assert table[0]["row"] == 2
    assert sorted(table[0]["reasons"]) == [
        "Email: not an e-mail address",
        "Name: longer than the field allows",
        "Points: not a number",
    ]
    assert table[1]["reasons"] == ["Email: the unicity field is empty, so the target cannot be identified"]


def test_too_many_rejections_stop_before_anything_is_sent(bench: Bench) -> None:
    rows = [*CONTACTS, {"email": "nobody", "name": "", "points": ""}]
    with pytest.raises(NP6RejectionsError, match=r"1 of 11 rows were rejected \(bad_email: 1\).*nothing was sent"):
        bench.sync(rows, rejections=Rejections(max_share=0.05))
    assert bench.np6.sent_rows == 0
    assert bench.sync(CONTACTS).accepted == 10


def test_all_rows_rejected_fails_whatever_the_limit(bench: Bench) -> None:
    with pytest.raises(NP6RejectionsError):
        bench.sync([{"email": "nobody", "name": "", "points": ""}], rejections=Rejections(max_share=1.0))


def test_an_empty_source_fails_or_succeeds_as_asked(bench: Bench) -> None:
    with pytest.raises(NP6EmptySourceError, match="gave no rows"):
        bench.sync([])
    report = bench.sync([], on_empty="succeed")
    assert (report.read, report.planned, report.state) == (0, 0, "done")


def test_parts_are_cut_by_rows_and_sent_one_after_the_other(bench: Bench) -> None:
    engine = bench.engine()
    record = engine.plan(bench.request(CONTACTS, delivery=Delivery(part_rows=4)))
    assert [part.rows for part in record.parts] == [4, 4, 2]
    seen = []
    while under_way := engine.advance(bench.np6):
        seen.append(under_way)
    assert all(len(ids) == 1 for ids in seen)
    assert engine.close().accepted == 10


def test_parts_can_be_sent_all_at_once(bench: Bench) -> None:
    engine = bench.engine()
    engine.plan(bench.request(CONTACTS, delivery=Delivery(part_rows=4)))
    assert len(engine.advance(bench.np6, all_at_once=True)) == 3


def test_parts_are_cut_by_bytes(bench: Bench) -> None:
    engine = bench.engine()
    record = engine.plan(bench.request(CONTACTS, delivery=Delivery(part_bytes=100)))
    assert len(record.parts) > 1
    assert sum(part.rows for part in record.parts) == 10


def test_a_dry_run_counts_and_leaves_no_trace(bench: Bench) -> None:
    bench.sync(CONTACTS)
    before = sorted(str(path) for path in bench.folder.root.rglob("*"))
    engine = bench.engine()
    report = engine.planned_report(engine.plan(bench.request([contact(0, "Bea"), contact(77)]), dry_run=True))
    assert (report.read, report.new, report.changed, report.unsent, report.dry_run) == (2, 1, 1, 2, True)
    assert sorted(str(path) for path in bench.folder.root.rglob("*")) == before


def test_full_refresh_sends_once_and_says_why(bench: Bench) -> None:
    bench.sync(CONTACTS)
    report = bench.sync(CONTACTS, full_refresh=True)
    assert (report.accepted, report.reason_full) == (10, "full_refresh was asked for")
    assert bench.sync(CONTACTS).unchanged == 10


def test_a_wider_mapping_sends_everything_and_says_why(bench: Bench) -> None:
    bench.sync(CONTACTS)
    mapping = {"email": "Email", "name": "Name", "points": "Points", "birth": "Birth"}
    rows = [{**row, "birth": "2000-01-02"} for row in CONTACTS]
    report = bench.sync(rows, mapping=mapping)
    assert report.accepted == 10
    assert report.reason_full is not None
    assert "mapping" in report.reason_full
    assert bench.sync(rows, mapping=mapping).unchanged == 10


def test_two_runs_at_once_do_not_both_commit(bench: Bench) -> None:
    slow = bench.engine()
    slow.plan(bench.request(CONTACTS))
    saved = Journal(bench.folder).read()
    assert saved is not None
    while slow.advance(bench.np6):
        pass
    finished = Journal(bench.folder).read()
    Journal(bench.folder).clear()
    bench.sync([contact(0, "Bea")])
    assert finished is not None
    Journal(bench.folder).write(finished)
    with pytest.raises(NP6SnapshotError, match="Another run has committed"):
        slow.close()
    assert bench.sync([contact(0, "Cleo"), *CONTACTS[1:]]).accepted == 10


def _writes_of_a_run(bench: Bench) -> int:
    journal = MortalJournal(bench.folder)
    bench.sync(CONTACTS, journal, delivery=Delivery(part_rows=4))
    return journal.writes


def test_a_kill_around_any_write_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Die before and after every write of the journal, in a first run; the next run ends equal with true sums."""
    writes = _writes_of_a_run(Bench(tmp_path / "counting"))
    assert writes > 10
    for dies_at in range(1, writes + 1):
        for after in (False, True):
            bench = Bench(tmp_path / f"kill-{dies_at}-{after}")
            with pytest.raises(Killed):
                bench.sync(CONTACTS, MortalJournal(bench.folder, dies_at, after), delivery=Delivery(part_rows=4))
            report = bench.sync(CONTACTS, delivery=Delivery(part_rows=4))
            assert held(bench) == dict.fromkeys((row["email"] for row in CONTACTS), "Ann")
            assert bench.sync(CONTACTS).unchanged == 10
            # At most the part at hand is sent again: what was settled is not.
            assert bench.np6.sent_rows <= 14, (dies_at, after, report)


def test_a_kill_in_the_settling_of_a_killed_run_is_settled_too(tmp_path: Path) -> None:
    for dies_at in range(1, 8):
        bench = Bench(tmp_path / str(dies_at))
        with pytest.raises(Killed):
            bench.sync(CONTACTS, MortalJournal(bench.folder, 5), delivery=Delivery(part_rows=4))
        with contextlib.suppress(Killed):
            bench.sync(CONTACTS, MortalJournal(bench.folder, dies_at), delivery=Delivery(part_rows=4))
        bench.sync(CONTACTS)
        assert set(held(bench)) == {row["email"] for row in CONTACTS}
        assert bench.sync(CONTACTS).unchanged == 10


def test_closing_without_an_open_run_says_so(bench: Bench) -> None:
    with pytest.raises(NP6SnapshotError, match="is not open on this snapshot"):
        bench.engine().close()


def test_working_files_are_removed_and_reports_stay(bench: Bench) -> None:
    bench.sync(CONTACTS)
    names = sorted(path.name for path in bench.folder.root.rglob("*") if path.is_file())
    assert names == ["current.json", "report.json", "run-001.parquet"]


def files_of_rows(bench: Bench) -> list[str]:
    return [path.name for path in bench.folder.root.rglob("part-*") if path.is_file()]


def test_a_kill_at_any_write_leaves_no_file_of_rows_behind_for_good(tmp_path: Path) -> None:
    for dies_at in range(1, 4):
        bench = Bench(tmp_path / str(dies_at))
        with pytest.raises(Killed):
            bench.sync(CONTACTS, MortalJournal(bench.folder, dies_at, after=True), delivery=Delivery(part_rows=4))
        bench.sync(CONTACTS)
        assert files_of_rows(bench) == []


def test_a_run_stopped_by_its_rejections_leaves_its_account(bench: Bench) -> None:
    rows = [*CONTACTS, {"email": "nobody", "name": "", "points": ""}]
    with pytest.raises(NP6RejectionsError):
        bench.sync(rows, rejections=Rejections(max_share=0.05))
    report = bench.folder.read_json("runs/run-001/report.json")
    assert (report["state"], report["read"], report["rejected"], report["unsent"]) == ("stopped", 11, 1, 10)


def test_a_try_that_lives_on_does_not_touch_the_run_of_the_next(bench: Bench) -> None:
    """Airflow gave the first try up, a second one settled it and began anew; then the first one wakes up."""
    zombie = bench.engine()
    zombie.plan(bench.request(CONTACTS, delivery=Delivery(part_rows=4)))
    zombie.advance(bench.np6)
    living = bench.engine()
    living.take_up()
    while living.advance(bench.np6, send=False):
        pass
    living.close()
    living.plan(bench.request([contact(0, "Bea"), *CONTACTS[1:]], delivery=Delivery(part_rows=4)))
    for wakes_up in (lambda: zombie.advance(bench.np6), zombie.close):
        with pytest.raises(NP6SnapshotError, match="no longer the open one"):
            wakes_up()
    while living.advance(bench.np6):
        pass
    assert living.close().unsent == 0
    assert held(bench)["c0@example.com"] == "Bea"
    assert bench.sync([contact(0, "Bea"), *CONTACTS[1:]]).unchanged == 10


def test_no_second_run_opens_over_the_first(bench: Bench) -> None:
    bench.engine().plan(bench.request(CONTACTS))
    with pytest.raises(NP6SnapshotError, match="Another run has opened"):
        bench.engine().plan(bench.request(CONTACTS))


def test_an_uncommitted_run_leaves_its_account(bench: Bench) -> None:
    slow = bench.engine()
    slow.plan(bench.request(CONTACTS))
    while slow.advance(bench.np6):
        pass
    bench.folder.write_json("current.json", {"version": 1, "generation": "other", "files": [], "fingerprint": None})
    with pytest.raises(NP6SnapshotError, match="Another run has committed"):
        slow.close()
    assert bench.folder.read_json("runs/run-001/report.json")["state"] == "uncommitted"
    assert files_of_rows(bench) == []


def test_a_report_names_few_reasons_however_many_there_are(bench: Bench) -> None:
    class Wordy(Np6):
        def settle(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn]) -> PartOutcome:
            return PartOutcome(refused={row["email"]: f"no {row['email'][:3]}" for row in many})

    many = [contact(number) for number in range(60)]
    bench.np6 = Wordy()
    report = bench.sync(many)
    assert len(report.reasons) == 21
    assert sum(report.reasons.values()) == report.refused == 60
