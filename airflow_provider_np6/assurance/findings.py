"""What a check found."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6.assurance.questions import Question, question

__all__ = ["TAKES_MORE", "Finding", "Report", "Verdict", "fell", "held", "untold"]

TAKES_MORE = "takes more than reading"


class Verdict(enum.Enum):
    """How an assumption did."""

    HELD = "held"
    FELL = "fell"
    UNTOLD = "cannot tell"


@dataclass(frozen=True, slots=True)
class Finding:
    """What an account says about one assumption: statuses, counts and media types, never what it holds about people."""

    question: Question
    verdict: Verdict
    seen: str

    @property
    def to_do(self) -> str:
        """What to set when it fell, how to find out when it cannot be told; empty when it held."""
        match self.verdict:
            case Verdict.HELD:
                return ""
            case Verdict.FELL:
                return self.question.otherwise
            case Verdict.UNTOLD:
                return self.question.by_hand

    def to_json(self) -> dict[str, Any]:
        """As an object of plain values."""
        return {
            "name": self.question.name,
            "question": self.question.asks,
            "assumed": self.question.assumed,
            "verdict": self.verdict.value,
            "seen": self.seen,
            "relied": self.question.relied,
            "to_do": self.to_do,
            "setting": self.question.otherwise,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, one per question."""

    location: str
    findings: Sequence[Finding]
    calls: int

    def of(self, verdict: Verdict) -> list[Finding]:
        """The findings with that verdict."""
        return [finding for finding in self.findings if finding.verdict is verdict]

    @property
    def breaks_defaults(self) -> bool:
        """Whether an assumption fell that the defaults rely on."""
        return any(finding.question.relied for finding in self.of(Verdict.FELL))

    def to_json(self) -> dict[str, Any]:
        """As an object of plain values."""
        counts = {verdict.name.lower(): len(self.of(verdict)) for verdict in Verdict}
        findings = [finding.to_json() for finding in self.findings]
        return {"host": self.location, "calls": self.calls, **counts, "findings": findings}


def held(name: str, seen: str) -> Finding:
    """The assumption held."""
    return Finding(question(name), Verdict.HELD, seen)


def fell(name: str, seen: str) -> Finding:
    """The assumption fell."""
    return Finding(question(name), Verdict.FELL, seen)


def untold(name: str, seen: str = TAKES_MORE) -> Finding:
    """Reading does not tell."""
    return Finding(question(name), Verdict.UNTOLD, seen)
