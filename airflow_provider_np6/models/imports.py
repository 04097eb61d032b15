"""Imports: NP6's stored definition, its features, and the state of its last execution (data-side: Import).

How these are spelt on the wire is in ``api/wire.py``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from airflow_provider_np6.models.reading import as_id, as_object

__all__ = [
    "DatabaseFeature",
    "DuplicateFeature",
    "ImportDefinition",
    "ImportFeature",
    "ImportFormat",
    "ImportOutcome",
    "ImportState",
    "NormalizationFeature",
    "RedListFeature",
    "ReportFeature",
    "SegmentationFeature",
    "UnknownFeature",
    "outcome_of",
]


@dataclass(frozen=True, slots=True)
class DatabaseFeature:
    """What an import may do to targets that exist.

    ``crush_data``: whether imported values overwrite those already there. Whether an empty cell then erases
    is documented nowhere (data-side: open question 21, addenda).
    """

    update_existing: bool = True
    crush_data: bool = True


@dataclass(frozen=True, slots=True)
class SegmentationFeature:
    """Put every imported target into a segment; ``empty_existing`` empties it first."""

    segment_id: int
    empty_existing: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateFeature:
    """Which of several lines with one unicity counts: the first, the last, or none (``ignore``)."""

    keep: Literal["first", "last", "ignore"] = "last"


@dataclass(frozen=True, slots=True)
class RedListFeature:
    """Put EVERY target of the file on the red list of a medium."""

    mail: bool = False
    sms: bool = False


@dataclass(frozen=True, slots=True)
class NormalizationFeature:
    """Normalise phone numbers: phone field id → ISO 3166-1 alpha-3 country codes to try."""

    fields: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ReportFeature:
    """Mail a report. ``contact_guids`` are back-office users, not targets (data-side: trap 21).

    A vendor sample says that at least one recipient is needed when a flag is true.
    """

    send_final: bool = False
    send_error: bool = False
    contact_guids: tuple[str, ...] = ()
    group_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownFeature:
    """A feature of a kind that no document knows; kept as it came, and sent back as it came."""

    type: str
    json: Mapping[str, Any]


ImportFeature: TypeAlias = (
    DatabaseFeature
    | SegmentationFeature
    | DuplicateFeature
    | RedListFeature
    | NormalizationFeature
    | ReportFeature
    | UnknownFeature
)


@dataclass(frozen=True, slots=True)
class ImportDefinition:
    """A stored import. ``source_type`` is ``file`` (uploaded) or ``ftp``; ``binding`` is the id of its column
    mapping.
    """

    id: int
    name: str
    binding: int | None = None
    features: tuple[ImportFeature, ...] = ()
    creation_date: datetime | None = None
    update_date: datetime | None = None
    source_type: str = ""
    filename: str | None = None
    is_scheduled: bool = False


@dataclass(frozen=True, slots=True)
class ImportFormat:
    """A column mapping, which NP6 also calls a binding (legacy: Binding body).

    ``field_ids`` has one id per column, from the first; None is ignored. ``start_at`` counts lines from 0 in the
    reading that the vendor's recorded binding favours (data-side: addenda).
    """

    id: int
    name: str
    separator: str
    start_at: int | None
    field_ids: tuple[int | None, ...]


class ImportOutcome(enum.Enum):
    """What a state means for somebody who waits."""

    GO_ON = "go on"
    DONE = "done"
    FAILED = "failed"
    UNEXPECTED = "unexpected"


_OUTCOMES = {0: ImportOutcome.GO_ON, 1: ImportOutcome.DONE, 2: ImportOutcome.FAILED}


def outcome_of(state: int) -> ImportOutcome:
    """What a state of an execution means: 0 go on, 1 done, 2 failed, anything else unexpected (data-side:
    D-i5).
    """
    return _OUTCOMES.get(state, ImportOutcome.UNEXPECTED)


@dataclass(frozen=True, slots=True)
class ImportState:
    """The state of the LAST execution of an import, as NP6 numbers it; unknown numbers are kept.

    It has no execution id and no date: right after a start one may read the previous run's state (data-side:
    trap 16).
    """

    state: int

    @property
    def outcome(self) -> ImportOutcome:
        """What the number means."""
        return outcome_of(self.state)

    @classmethod
    def from_json(cls, json: Any) -> ImportState:
        """Read ``GET /imports/{id}/executions``.

        :raises ValueError: no object, or without a whole number as its state.
        """
        return cls(as_id(as_object(json, "an import state").get("state"), "the state of an import"))
