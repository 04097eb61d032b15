"""A process that syncs while its disk fills up, again and again: ``python -m`` this file.

Arguments: what is full (``snapshot``, ``scratch``, or ``limit`` for files that may not grow), and a folder on a small
disk. Prints a line of JSON for each attempt: the room it had, and what it said.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_np6.exceptions import NP6Error
from airflow_provider_np6.stores.snapshot import SnapshotStore
from tests.sync.conftest import Bench

ROWS = 3_000

#: Bytes of room, from none at all to enough.
ROOMS = (0, 1_000, 20_000, 60_000, 200_000, 400_000, 1_600_000, 5_000_000)

Rows = list[dict[str, str]]


def rows_of(round_: int) -> Rows:
    """Contacts whose names change with the round, and that do not compress."""
    names = (hashlib.sha256(f"{round_}/{number}".encode()).hexdigest()[:20] for number in range(ROWS))
    return [{"email": f"c{number}@example.com", "name": name, "points": "1"} for number, name in enumerate(names)]


@contextmanager
def little_disk(folder: Path, room: int) -> Iterator[None]:
    """All of the disk but ``room`` bytes is taken."""
    filler = folder / "filler"
    usage = os.statvfs(folder)
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, usage.f_bavail * usage.f_frsize - room)))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def short_files(folder: Path, room: int) -> Iterator[None]:
    """No file may grow beyond ``room`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def main(what: str, place: str) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:
        fill(what, Path(place), Path(elsewhere))


def fill(what: str, disk: Path, elsewhere: Path) -> None:
    tempfile.tempdir = str(disk / "scratch" if what == "scratch" else elsewhere)
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    bench = Bench(elsewhere / "snapshot" if what == "scratch" else disk / "snapshot")
    full: Callable[[Path, int], object] = short_files if what == "limit" else little_disk
    bench.sync(rows_of(0))
    for round_, room in enumerate(ROOMS, start=1):
        attempt(bench, round_, room, lambda room=room: full(disk, room))


def attempt(bench: Bench, round_: int, room: int, full: Callable[[], object]) -> None:
    rows = rows_of(round_)
    before = SnapshotStore(bench.folder).current()
    said = None
    with full():  # type: ignore[attr-defined]
        try:
            bench.sync(rows)
        except NP6Error as error:
            said = f"{type(error).__name__}: {error}"
    intact = said is None or SnapshotStore(bench.folder).current() == before
    # With room again: what was open is settled, and the run after it sends nothing twice.
    bench.sync(rows)
    held = {key: values[1] for key, values in bench.np6.held.items()}
    equal = held == {row["email"]: row["name"] for row in rows}
    unchanged = bench.sync(rows).unchanged == ROWS
    print(
        json.dumps({"room": room, "said": said, "intact": intact, "equal": equal, "unchanged": unchanged}), flush=True
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
