from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from airflow_provider_np6.cli.demo.equality import Verdict
from airflow_provider_np6.cli.demo.outcome import SYNC_COUNTS, Outcome, Reports, wrong_counts


def leave(snapshot: Path, kind: str, run: str, when: int, **report: object) -> None:
    file = snapshot / kind / run / "report.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(report))
    os.utime(file, (when, when))


def test_each_report_is_read_once(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    counts = dict.fromkeys(SYNC_COUNTS, 0)
    leave(tmp_path, "runs", "a", 1, **{**counts, "read": 5}, reasons={"bad_email": 2})
    leave(tmp_path, "purges", "a", 1, deleted=3)
    assert reports.of_the_run() == ({**counts, "read": 5, "deleted": 3}, {"bad_email": 2})
    leave(tmp_path, "runs", "b", 2, **{**counts, "read": 6}, reasons={})
    assert reports.of_the_run() == ({**counts, "read": 6, "deleted": 0}, {})
    with pytest.raises(LookupError, match=r"the run left no report\.json"):
        reports.of_the_run()


def test_a_run_is_good_only_if_it_is_equal_and_counted_right() -> None:
    counts = {"read": 10, "planned": 4}
    fine = Outcome(1, counts, {}, 2.0, Verdict(10, 0), [])
    assert fine.good
    assert fine.rows_per_second == 5
    assert not Outcome(1, counts, {}, 2.0, Verdict(10, 1), []).good
    wrong = wrong_counts(counts, {"read": 10, "planned": 5})
    assert wrong == ["planned is 4 and should be 5"]
    assert not Outcome(1, counts, {}, 2.0, Verdict(10, 0), wrong).good
