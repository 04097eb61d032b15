"""A file appears whole or not at all, and whatever prevents it is told in one sentence."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from upath import UPath

from airflow_provider_np6.exceptions import NP6StorageError
from airflow_provider_np6.stores.folder import Folder

ROOT = Path(__file__).parents[2]
NOBODY = 65534


def test_json_comes_back_as_it_went(folder: Folder) -> None:
    document = {"name": "Zoé 😀\n", "count": 3, "files": ["a", "b"], "none": None}
    assert folder.read_json("deep/er/x.json") is None
    folder.write_json("deep/er/x.json", document)
    assert folder.read_json("deep/er/x.json") == document
    folder.write_json("deep/er/x.json", {})
    assert folder.read_json("deep/er/x.json") == {}
    folder.remove("deep/er/x.json")
    folder.remove("deep/er/x.json")
    assert not folder.exists("deep/er/x.json")


def test_files_come_back_as_they_went(folder: Folder, tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    for name in ("runs/1/part.parquet", "runs/2/part.parquet"):
        (tmp_path / "local").write_bytes(content)
        folder.put(tmp_path / "local", name)
        assert not (tmp_path / "local").exists()
    (tmp_path / "into").mkdir()
    paths = [folder.fetch(name, tmp_path / "into") for name in ("runs/1/part.parquet", "runs/2/part.parquet")]
    assert paths[0] != paths[1]
    assert all(path.read_bytes() == content for path in paths)


def test_nothing_is_left_beside(tmp_path: Path) -> None:
    folder = Folder(UPath(tmp_path / "sync"))
    (tmp_path / "local").write_bytes(b"x")
    folder.put(tmp_path / "local", "data/x.parquet")
    folder.write_json("data/x.json", {})
    assert sorted(path.name for path in (tmp_path / "sync/data").iterdir()) == ["x.json", "x.parquet"]


@pytest.mark.parametrize("text", ["", "{", '{"version": 1, "generation": "ru', "\x00\x00\x00"])
def test_a_damaged_document_is_named_with_the_remedy(folder: Folder, text: str) -> None:
    folder.write_json("current.json", {})
    (folder.root / "current.json").write_text(text)
    with pytest.raises(
        NP6StorageError, match=r"current\.json is damaged \(no JSON\): put back an older copy"
    ) as caught:
        folder.read_json("current.json")
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text(folder: Folder) -> None:
    folder.write_json("current.json", {})
    (folder.root / "current.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NP6StorageError, match="is damaged"):
        folder.read_json("current.json")


def test_a_file_that_is_missing(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(NP6StorageError, match=r"data/none\.parquet is missing: put back a copy"):
        folder.fetch("data/none.parquet", tmp_path)


WRITER = """
import sys
from upath import UPath
from airflow_provider_np6.stores.folder import Folder
folder = Folder(UPath(sys.argv[1]))
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    number += 1
    folder.write_json("current.json", {"number": number, "check": [number] * 20000})
"""


def test_a_kill_leaves_the_old_document_or_the_new_one(tmp_path: Path) -> None:
    folder = Folder(UPath(tmp_path))
    folder.write_json("current.json", {"number": 0, "check": [0] * 20000})
    randomness = random.Random(6)
    last = 0
    for _ in range(6):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(last)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(randomness.uniform(0.0, 0.1))
            writer.send_signal(signal.SIGKILL)
        document = folder.read_json("current.json")
        assert document["check"] == [document["number"]] * 20000
        assert document["number"] >= last
        last = document["number"]
    assert last > 0


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Without the rights of root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write or list."""
    path = tmp_path / "shut"
    path.mkdir()
    for parent in path.parents:
        if parent.owner() == path.owner() and parent != Path("/") and str(parent).startswith(str(tmp_path.parents[1])):
            parent.chmod(0o755)
    (path / "current.json").write_text("{}")
    path.chmod(0)
    yield path
    path.chmod(0o755)


def test_missing_rights_are_told(shut: Path, tmp_path: Path) -> None:
    folder = Folder(UPath(shut))
    (tmp_path / "local").write_bytes(b"x")
    with as_somebody_else():
        for act in (
            lambda: folder.write_json("x.json", {}),
            lambda: folder.put(tmp_path / "local", "x.parquet"),
            lambda: folder.read_json("current.json"),
            lambda: folder.remove("current.json"),
        ):
            with pytest.raises(NP6StorageError, match=r"Permission denied.*check that the path exists") as caught:
                act()
            assert str(shut) in str(caught.value)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = Folder(UPath(tmp_path / "file"))
    with pytest.raises(NP6StorageError, match="could not be written"):
        folder.write_json("x.json", {})


class NoCredentialsError(Exception):
    """What the client of an object store raises is no OSError."""


class Locked(MemoryFileSystem):
    protocol = "locked"

    def _open(self, *arguments: object, **choices: object) -> object:
        raise NoCredentialsError


def test_errors_of_an_object_store_are_told_in_one_sentence() -> None:
    fsspec.register_implementation("locked", Locked, clobber=True)
    folder = Folder(UPath("locked://bucket/np6"))
    with pytest.raises(NP6StorageError, match=r"could not be written \(NoCredentialsError\): check the path"):
        folder.write_json("x.json", {})
