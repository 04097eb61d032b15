"""A disk that is really full, at every point of a run: one clear sentence, nothing lost, and the next run goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def small_disk(path: Path) -> list[str]:
    """A command that gives a process a disk of 8 MB of its own at ``path``; Linux lets everybody do so, or nobody."""
    return ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=8m tmpfs "{path}" && exec "$@"', "sh"]


def attempts(what: str, path: Path, before: list[str]) -> list[dict[str, Any]]:
    command = [*before, sys.executable, "-m", "tests.stores.filling", what, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("what", ["snapshot", "scratch", "limit"])
def test_a_full_disk_costs_nothing_but_the_time(what: str, tmp_path: Path) -> None:
    before: list[str] = []
    if what != "limit":  # a limit on the size of files works everywhere
        before = small_disk(tmp_path)
        try:
            subprocess.run([*before, "true"], check=True, capture_output=True, timeout=20)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no small disk can be mounted here ({error})")
    made = attempts(what, tmp_path, before)
    failed = [attempt for attempt in made if attempt["said"]]
    assert len(failed) >= 3
    assert not made[-1]["said"]
    for attempt in made:
        assert attempt["equal"], attempt
        assert attempt["unchanged"], attempt
    for attempt in failed:
        assert attempt["said"].startswith("NP6StorageError: The disk "), attempt
        assert "full" in attempt["said"]
        assert "\n" not in attempt["said"]
        assert "@" not in attempt["said"]
        assert attempt["intact"], attempt
