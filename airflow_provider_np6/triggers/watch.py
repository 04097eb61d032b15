"""What one knows while waiting for imports, and when that is enough. Decides; does not look.

The sensor that pokes and the trigger that polls use the same watch, so that they end alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from airflow_provider_np6.exceptions import NP6Error
from airflow_provider_np6.models.imports import ImportOutcome, ImportState
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind

__all__ = ["ImportWatch"]


class ImportWatch:
    """Imports that are awaited.

    :param import_ids: all of them; the first bad one ends the waiting.
    :param max_consecutive_failures: how many looks in a row may fail in a way that can pass.
    """

    def __init__(self, import_ids: Iterable[int], max_consecutive_failures: int) -> None:
        self.import_ids = tuple(dict.fromkeys(import_ids))
        self.pending = self.import_ids
        self.failures = 0
        self._most_failures = max_consecutive_failures

    def saw(self, states: Mapping[int, ImportState | None]) -> ImportEvent | None:
        """Take in the states of pending imports (None: NP6 knows none); the event that ends the waiting, or
        None.
        """
        self.failures = 0
        for import_id, state in states.items():
            if (event := self._bad(import_id, state)) is not None:
                return event
        done = {i for i, state in states.items() if state and state.outcome is ImportOutcome.DONE}
        self.pending = tuple(i for i in self.pending if i not in done)
        return None if self.pending else ImportEvent(ImportEventKind.DONE, self.import_ids)

    def failed_to_look(self, error: NP6Error) -> ImportEvent | None:
        """Take in an error; the event that ends the waiting, or None when the error may pass."""
        self.failures += 1
        if error.retryable and self.failures <= self._most_failures:
            return None
        return ImportEvent.of_error(self.import_ids, error)

    def ran_out_of_time(self) -> ImportEvent:
        """The event of a deadline that has passed."""
        return ImportEvent(ImportEventKind.TIMEOUT, self.import_ids, import_id=next(iter(self.pending), None))

    def _bad(self, import_id: int, state: ImportState | None) -> ImportEvent | None:
        if state is None:
            return ImportEvent(ImportEventKind.MISSING, self.import_ids, import_id)
        if state.outcome is ImportOutcome.FAILED:
            return ImportEvent(ImportEventKind.FAILED, self.import_ids, import_id, state.state)
        if state.outcome is ImportOutcome.UNEXPECTED:
            return ImportEvent(ImportEventKind.UNEXPECTED, self.import_ids, import_id, state.state)
        return None
