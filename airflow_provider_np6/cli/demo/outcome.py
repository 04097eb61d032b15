"""What a run of the demo came to: the counts of its own reports, and what an independent reading says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_provider_np6.cli.demo.equality import Verdict

SYNC_COUNTS = (
    "read",
    "rejected",
    "duplicate",
    "unchanged",
    "planned",
    "accepted",
    "refused",
    "pending",
    "unsent",
)


@dataclass(frozen=True)
class Outcome:
    """One run: its number, its counts by name, the reasons of its rejections, its seconds and the verdict."""

    run: int
    counts: Mapping[str, int]
    reasons: Mapping[str, int]
    seconds: float
    verdict: Verdict
    wrong_counts: Sequence[str]

    @property
    def good(self) -> bool:
        """Whether NP6 equals the warehouse and the run counted what there was to count."""
        return self.verdict.equal and not self.wrong_counts

    @property
    def rows_per_second(self) -> float:
        """Rows read per second of the DAG's tasks."""
        return self.counts["read"] / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """The run as `np6 demo --json` prints it."""
        return {
            "run": self.run,
            **self.counts,
            "seconds": self.seconds,
            "equal": self.verdict.equal,
            "reasons": dict(self.reasons),
        }


class Reports:
    """The reports that runs leave below the snapshot path, each of them read once.

    The files are the package's public output: `runs/<run>/report.json` of a sync and
    `purges/<run>/report.json` of a purge.
    """

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self._seen: set[Path] = set()

    def of_the_run(self) -> tuple[dict[str, int], dict[str, int]]:
        """The counts and the reasons of everything that was reported since the last call.

        :raises LookupError: no sync left a report.
        """
        syncs = list(self._new("runs"))
        if not syncs:
            raise LookupError(f"the run left no report.json below {self._snapshot}/runs")
        counts = {name: int(syncs[-1][name]) for name in SYNC_COUNTS}
        counts["deleted"] = sum(int(purge["deleted"]) for purge in self._new("purges"))
        return counts, {reason: int(count) for reason, count in syncs[-1]["reasons"].items()}

    def _new(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Reports not read before, the oldest first."""
        found = set(self._snapshot.glob(f"{kind}/*/report.json")) - self._seen
        self._seen |= found
        for file in sorted(found, key=lambda path: path.stat().st_mtime):
            report: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            yield report


def wrong_counts(counts: Mapping[str, int], expected: Mapping[str, int]) -> list[str]:
    """One sentence for each count that is not as expected."""
    return [
        f"{name} is {counts[name]:,} and should be {value:,}"
        for name, value in expected.items()
        if counts[name] != value
    ]
