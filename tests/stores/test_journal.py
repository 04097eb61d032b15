"""The record of the open run, as it outlives the process that wrote it."""

from __future__ import annotations

import pytest

from airflow_provider_np6.exceptions import NP6SnapshotError
from airflow_provider_np6.models.runs import FieldColumn, PartRecord, PartState, RunRecord
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.journal import JOURNAL, Journal

RECORD = RunRecord(
    run="20260102T030405Z-abcdef",
    started=1767323045.5,
    base="20260101T030405Z-abcdef",
    fingerprint="0123456789abcdef",
    fields=(FieldColumn(8103, "Email", "email", True), FieldColumn(8104, "Prénom", "textField")),
    counts={"read": 10, "rejected": 1, "duplicate": 0, "unchanged": 4, "planned": 5, "new": 5, "changed": 0},
    reasons={"bad_email": 1},
    reason_full=None,
    settings={"by": "import", "part_rows": 3, "start_at": 1},
    parts=(
        PartRecord(0, 3, "runs/x/part-0000.parquet", "label 0", PartState.SENT, 5, 6, 7),
        PartRecord(
            1, 2, "runs/x/part-0001.parquet", "label 1", PartState.SETTLED, accepted=1, refused=1, reasons={"r": 1}
        ),
    ),
    rejections_file="runs/x/rejections.parquet",
)


def test_a_record_comes_back_as_it_went(folder: Folder) -> None:
    journal = Journal(folder)
    assert journal.read() is None
    journal.write(RECORD)
    assert Journal(folder).read() == RECORD
    part = RECORD.parts[0].moved(state=PartState.FAILED, error="NP6 ended import 5 in error.")
    journal.write(RECORD.with_part(part))
    again = Journal(folder).read()
    assert again is not None
    assert again.parts == (part, RECORD.parts[1])
    assert again.parts[0].is_over
    journal.clear()
    journal.clear()
    assert journal.read() is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 99},
        {"version": None},
        {"unknown": 1},
        {"parts": [{"number": 0}]},
        {"parts": None},
        {"parts": [{**RECORD.to_json()["parts"][0], "state": "flown"}]},
    ],
)
def test_a_record_of_another_version_is_refused(folder: Folder, change: dict[str, object]) -> None:
    folder.write_json(JOURNAL, {**RECORD.to_json(), **change})
    with pytest.raises(NP6SnapshotError, match=r"journal\.json was written by another version") as caught:
        Journal(folder).read()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("document", [[], "x", 3])
def test_what_is_no_record_is_refused(folder: Folder, document: object) -> None:
    folder.write_json(JOURNAL, document)
    with pytest.raises(NP6SnapshotError, match="is damaged"):
        Journal(folder).read()


def test_nothing_personal_is_in_a_record() -> None:
    assert "example.com" not in str(RECORD.to_json())
