"""Whose fault it is: the source's, or that of whoever takes its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from airflow_provider_np6.exceptions import NP6Error, NP6SourceError
from airflow_provider_np6.sync.ports import Receiver

if TYPE_CHECKING:
    import pyarrow


class Sink:
    """A receiver that tells a failure of the source from one of its own: a full disk here is no fault of the query.

    :param explain: makes the sentence for a failure of the source, in the middle of its rows.
    :ivar error: what the receiver itself raised, if it did.
    """

    def __init__(self, receive: Receiver, explain: Callable[[Exception], NP6SourceError]) -> None:
        self._receive = receive
        self._explain = explain
        self.error: Exception | None = None

    def __call__(self, columns: Sequence[str], batches: Iterable[pyarrow.RecordBatch]) -> None:
        """Hand on columns and batches."""
        try:
            self._receive(columns, self._guarded(batches))
        except Exception as error:
            self.error = error
            raise

    def _guarded(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        try:
            yield from batches
        except NP6Error:
            raise
        except Exception as error:  # noqa: BLE001 - each driver has a tree of its own; here they all mean the same
            raise self._explain(error) from None
