"""Generations: files that stay as they are, and a pointer that moves last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_provider_np6.exceptions import NP6SnapshotError, NP6StorageError
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.snapshot import MOST_FILES, POINTER, Generation, SnapshotStore
from airflow_provider_np6.sync.scratch import Workbench
from tests.stores.rows import addition

if TYPE_CHECKING:
    Commit = Callable[..., Generation]
    Held = Callable[[], dict[str, str]]


def test_before_the_first_commit_nothing_is_held(store: SnapshotStore, held: Held) -> None:
    assert store.current() == Generation()
    assert held() == {}


def test_the_first_commit(store: SnapshotStore, commit: Commit, held: Held) -> None:
    made = commit("run1", {"a": "1", "b": "2"})
    assert store.current() == made == Generation("run1", ("data/run1.parquet",), "fingerprint")
    assert held() == {"a": "1", "b": "2"}


def test_a_later_file_overrules_and_gone_rows_are_gone(commit: Commit, held: Held) -> None:
    commit("run1", {"a": "1", "b": "1", "c": "1"})
    commit("run2", {"a": "2", "d": "2"})
    commit("run3", {"b": None, "d": None})
    assert held() == {"a": "2", "c": "1"}
    commit("run4", {"b": "4"})
    assert held() == {"a": "2", "b": "4", "c": "1"}


def test_a_first_file_may_hold_gone_rows(commit: Commit, held: Held) -> None:
    commit("run1", {"a": "1", "b": None})
    assert held() == {"a": "1"}


def test_many_files_become_one(folder: Folder, store: SnapshotStore, commit: Commit, held: Held) -> None:
    expected: dict[str, str] = {}
    names: list[str] = []
    for number in range(3 * MOST_FILES):
        rows: dict[str, str | None] = {"same": str(number), f"own{number}": "1", f"own{number - 2}": None}
        names.append(f"run{number:02}")
        generation = commit(names[-1], rows)
        expected = {key: value for key, value in {**expected, **rows}.items() if value is not None}
        assert held() == expected
        assert len(generation.files) <= MOST_FILES
    # Files that no generation names any more are gone; those that it names are there.
    there = {f"data/{name}.parquet" for name in names if folder.exists(f"data/{name}.parquet")}
    assert there == set(store.current().files)


def test_merged_files_keep_the_values(store: SnapshotStore, bench: Workbench, commit: Commit) -> None:
    for number in range(MOST_FILES + 1):
        commit(f"run{number}", {f"k{number}": "1"})
    (file,) = store.current().files
    path = store._folder.fetch(file, bench.folder)
    rows = bench.database.execute(f"SELECT key, f1 FROM read_parquet('{path}') ORDER BY key").fetchall()
    assert rows == [(f"k{number}", f"k{number}@example.com") for number in range(MOST_FILES + 1)]


def test_the_second_of_two_writers_is_refused(store: SnapshotStore, commit: Commit, held: Held) -> None:
    base = commit("run1", {"a": "1"})
    commit("run2", {"a": "2"}, base)
    with pytest.raises(NP6SnapshotError, match="Another run has committed") as caught:
        commit("run3", {"a": "3"}, base)
    assert "max_active_runs=1" in str(caught.value)
    assert held() == {"a": "2"}
    assert store.current().name == "run2"


def test_nothing_accepted_changes_nothing(store: SnapshotStore, bench: Workbench, commit: Commit) -> None:
    base = commit("run1", {"a": "1"})
    assert store.commit(bench.database, base, None, "run2", "fingerprint", bench.folder) == base
    moved = store.commit(bench.database, base, None, "run3", "another mapping", bench.folder)
    assert (moved.name, moved.files, moved.fingerprint) == ("run3", base.files, "another mapping")


def test_a_crash_between_the_file_and_the_pointer(
    folder: Folder, store: SnapshotStore, bench: Workbench, commit: Commit, held: Held
) -> None:
    commit("run1", {"a": "1"})
    # What a run leaves that died after it had put its file: the pointer does not know it.
    folder.put(addition({"a": "2", "b": "2"}, bench.folder / "x.parquet"), "data/run2.parquet")
    assert held() == {"a": "1"}
    # The same run, tried again, overwrites it; another one leaves it alone.
    commit("run2", {"a": "3"})
    assert held() == {"a": "3"}


@pytest.mark.parametrize("document", [{"version": 2, "generation": "x"}, {"generation": "x"}, [], "x", 1])
def test_a_pointer_of_another_version_is_refused(folder: Folder, store: SnapshotStore, document: object) -> None:
    folder.write_json(POINTER, document)
    with pytest.raises(NP6SnapshotError) as caught:
        store.current()
    assert POINTER in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("document", [{"version": 1}, {"version": 1, "generation": "x", "files": None}])
def test_a_pointer_that_lacks_something_is_refused(folder: Folder, store: SnapshotStore, document: object) -> None:
    folder.write_json(POINTER, document)
    with pytest.raises(NP6SnapshotError, match=POINTER):
        store.current()


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_data_file_that_is_damaged_is_named(
    damage: str, folder: Folder, store: SnapshotStore, commit: Commit, held: Held, tmp_path: Path
) -> None:
    commit("run1", {"a": "1"})
    if damage == "missing":
        folder.remove("data/run1.parquet")
    else:
        (tmp_path / "cut").write_bytes(b"PAR1 and no more")
        folder.put(tmp_path / "cut", "data/run1.parquet")
    with pytest.raises((NP6SnapshotError, NP6StorageError), match=r"data/run1\.parquet") as caught:
        held()
    assert "\n" not in str(caught.value)
