"""A file of a million lines: memory stays bounded, every line arrives, and a kill right after takes none away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.conftest import FILE_HEADERS, Api
from tests.sandbox.test_survival import process

LINES = 1_000_000
COLUMNS = (8103, 8104, 8107, 8111)
MOST_BYTES = 200 * 1024 * 1024


def blocks() -> Iterator[str]:
    """The file in blocks of 10,000 lines."""
    yield "email;first;city;notes\n"
    for begin in range(0, LINES, 10_000):
        yield "".join(f"p{n}@example.com;Ann {n % 97};City {n % 89};note {n}\n" for n in range(begin, begin + 10_000))


def peak_bytes(pid: int) -> int:
    """The most memory that a process ever held (VmHWM, which /proc gives in KiB)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024


def wait_for_the_end(api: Api, number: int) -> int:
    # No time is asserted: a machine may be busy. This only keeps a hang from lasting for ever.
    give_up = time.monotonic() + 300
    while (state := api("GET", f"/imports/{number}/executions").json()["state"]) == 0:
        assert time.monotonic() < give_up, "the import did not end"
        time.sleep(0.05)
    return int(state)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of another process is read in /proc")
def test_a_million_lines(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(blocks())
    arguments = ("--store", str(tmp_path / "np6.db"), "--import-seconds", "0")
    with process(*arguments) as (running, api):
        number = api.define(api.binding(COLUMNS))
        with file.open("rb") as data:
            assert api("PUT", f"/imports/{number}/source", data=data, headers=FILE_HEADERS).status_code == 200
        api("POST", f"/imports/{number}/executions", {})
        assert wait_for_the_end(api, number) == 1
        peak = peak_bytes(running.pid)
        running.kill()
        running.wait(timeout=10)
    with process(*arguments) as (_, api):
        assert api("GET", "/targets/count").json() == {"targetsCount": LINES}
        assert api("GET", f"/imports/{number}/executions").json() == {"state": 1}
        for n in (0, 499_999, LINES - 1):
            shown = api("GET", "/targets", params={"unicity": f"p{n}@example.com"}).json()["fields"]
            assert [shown[str(field)] for field in COLUMNS[1:]] == [f"Ann {n % 97}", f"City {n % 89}", f"note {n}"]
    assert peak < MOST_BYTES, f"the peak was {peak / 2**20:.0f} MiB"
