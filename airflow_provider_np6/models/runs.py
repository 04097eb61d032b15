"""The record of an open run: what was planned and how far its parts came. It outlives the process that wrote it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

RECORD_VERSION = 1


class PartState(StrEnum):
    """How far a part came. Between SENDING and SENT an answer may have been lost: only reading back tells."""

    STAGED = "staged"
    SENDING = "sending"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True)
class FieldColumn:
    """One field of the rows of a run: the NP6 field and its column in the part files."""

    id: int
    name: str
    type: str
    is_unicity: bool = False

    @property
    def column(self) -> str:
        """Name of the field's column in the part files."""
        return f"f{self.id}"


@dataclass(frozen=True)
class PartRecord:
    """One part of a run: the unit that is sent, settled and repeated.

    :param rows: rows in the part.
    :param file: the part's rows, below the snapshot folder.
    :param label: name of the import (and of its segment) in NP6.
    :param accepted_file: the accepted rows once settled; None when there are none.
    :param sending_since: epoch seconds of the moment before the start was sent.
    :param error: why the part failed, one sentence.
    """

    number: int
    rows: int
    file: str
    label: str
    state: PartState = PartState.STAGED
    sending_since: float | None = None
    import_id: int | None = None
    binding: int | None = None
    segment_id: int | None = None
    accepted_file: str | None = None
    refusals_file: str | None = None
    accepted: int = 0
    refused: int = 0
    pending: int = 0
    unsent: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None

    def moved(self, **changes: Any) -> PartRecord:
        """The same part, further on."""
        return dataclasses.replace(self, **changes)

    @property
    def is_over(self) -> bool:
        """Whether the part's outcome is established."""
        return self.state in {PartState.SETTLED, PartState.FAILED}


@dataclass(frozen=True)
class RunRecord:
    """One open run; its JSON form is the journal.

    :param base: generation of the snapshot that the run compared with, or None for the first.
    :param fingerprint: of the mapping (fields and types).
    :param counts: the counts of the plan, by the report's names.
    :param settings: the delivery settings, so that whoever goes on uses the same.
    """

    run: str
    started: float
    base: str | None
    fingerprint: str
    fields: tuple[FieldColumn, ...]
    counts: Mapping[str, int]
    reasons: Mapping[str, int]
    reason_full: str | None
    settings: Mapping[str, Any]
    parts: tuple[PartRecord, ...] = ()
    rejections_file: str | None = None
    version: int = RECORD_VERSION

    def with_part(self, part: PartRecord) -> RunRecord:
        """The same run with one part further on."""
        parts = tuple(part if part.number == other.number else other for other in self.parts)
        return dataclasses.replace(self, parts=parts)

    @property
    def import_ids(self) -> tuple[int, ...]:
        """The NP6 imports that the run created, in the order of its parts."""
        return tuple(part.import_id for part in self.parts if part.import_id is not None)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON-ready values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RunRecord:
        """Read a record back.

        :raises KeyError, TypeError, ValueError: when it is not one; the store names the file.
        """
        values = dict(document)
        if values.get("version") != RECORD_VERSION:
            raise ValueError(f"version {values.get('version')!r}")
        values["fields"] = tuple(FieldColumn(**entry) for entry in values["fields"])
        values["parts"] = tuple(
            PartRecord(**{**entry, "state": PartState(entry["state"])}) for entry in values["parts"]
        )
        return cls(**values)
