"""Delivery per target: one upsert a row, several at once, each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from airflow_provider_np6.api import targets
from airflow_provider_np6.delivery.rows import Row, read_values
from airflow_provider_np6.delivery.sending import Send, each
from airflow_provider_np6.delivery.spelling import json_value
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6BadInputError,
    NP6ConflictError,
    NP6NotFoundError,
)
from airflow_provider_np6.models.runs import FieldColumn, PartRecord, PartState
from airflow_provider_np6.sync.ports import PartOutcome
from airflow_provider_np6.sync.settings import Delivery


class TargetDelivery:
    """Sends parts as single calls of ``PUT /targets`` (data-side, D-c3), which may be repeated without harm.

    :param write_keys: ``name`` or ``id``: what the keys of a written body are; the documents disagree
        (data-side, trap 1).
    """

    def __init__(self, send: Send, settings: Delivery, write_keys: str) -> None:
        self._send = send
        self._settings = settings
        self._write_keys = write_keys

    def send(
        self,
        part: PartRecord,
        rows: Path,
        fields: Sequence[FieldColumn],
        folder: Path,
        note: Callable[[PartRecord], object],
    ) -> tuple[PartRecord, PartOutcome | None]:
        """Upsert every row. One bad row never costs another; an NP6 that stops answering leaves the rest unsent."""
        note(part.moved(state=PartState.SENDING))
        tally = _Tally()
        rows_to_send = takewhile(lambda _: tally.trouble is None, read_values(rows, fields))
        work = partial(self._written, fields)
        for (key, _), error in each(work, rows_to_send, self._settings.concurrency):
            tally.add(key, error)
        return part, tally.outcome(key for key, _ in read_values(rows, fields[:1]))

    def is_finished(self, part: PartRecord) -> bool | None:
        """A part whose sender died is over: nobody sends the rest of it."""
        return True

    def settle(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn]) -> PartOutcome:
        """How far a sender that died had come is not known; its rows come again, and an upsert may be repeated."""
        return PartOutcome(pending=frozenset(key for key, _ in read_values(rows, fields[:1])))

    def tidy(self, part: PartRecord) -> None:
        """Single calls leave nothing behind."""

    def _written(self, fields: Sequence[FieldColumn], row: Row) -> NP6ApiError | None:
        try:
            self._send(targets.upsert_target(self._body(fields, row[1])))
        except NP6ApiError as error:
            return error
        return None

    def _body(self, fields: Sequence[FieldColumn], values: Sequence[str | None]) -> Mapping[str, Any]:
        return {
            column.name if self._write_keys == "name" else str(column.id): json_value(column, value)
            for column, value in zip(fields, values, strict=True)
        }


@dataclass
class _Tally:
    """Outcomes as they come in."""

    refused: dict[str, str] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    trouble: NP6ApiError | None = None

    def add(self, key: str, error: NP6ApiError | None) -> None:
        self.seen.add(key)
        if isinstance(error, NP6BadInputError | NP6ConflictError | NP6NotFoundError):
            self.refused[key] = _words(error)
        elif error is not None:
            # The write may have been applied before the answer was lost; the row comes again, which does no harm.
            self.pending.add(key)
            self.trouble = error

    def outcome(self, keys: Iterable[str]) -> PartOutcome:
        unsent = frozenset(key for key in keys if key not in self.seen) if self.trouble else frozenset()
        error = str(self.trouble) if self.trouble else None
        return PartOutcome(self.refused, frozenset(self.pending), unsent, error)


def _words(error: NP6ApiError) -> str:
    said = f": {error.text}" if error.text else ""
    hint = f" ({error.hint})" if error.hint else ""
    return f"refused with status {error.status}{said}{hint}"
