"""What the engine needs from outside. The real ends live in ``warehouse``, ``delivery`` and ``stores``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from airflow_provider_np6.models.runs import FieldColumn, PartRecord, RunRecord

if TYPE_CHECKING:
    import duckdb
    import pyarrow

#: Given the columns of the source, answers with who takes its batches. Called once, before the first batch.
Receiver = Callable[[Sequence[str], "Iterable[pyarrow.RecordBatch]"], None]


class Source(Protocol):
    """Rows of a warehouse or a file."""

    def read(self, receive: Receiver) -> None:
        """Hand the columns and all batches to ``receive``, in bounded memory.

        :raises NP6SourceError: when the query fails or the file is none.
        """


@dataclass(frozen=True)
class PartOutcome:
    """What became of a part's rows; whoever is named nowhere was accepted.

    :param refused: key to what NP6 said.
    :param pending: keys sent, outcome unknown.
    :param unsent: keys never sent.
    :param error: why the part stopped early, one sentence without personal data.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    error: str | None = None


class PartDelivery(Protocol):
    """One way to bring a part to NP6."""

    def send(
        self,
        part: PartRecord,
        rows: Path,
        fields: Sequence[FieldColumn],
        folder: Path,
        note: Callable[[PartRecord], object],
    ) -> tuple[PartRecord, PartOutcome | None]:
        """Send the part.

        :param folder: for what the part needs on disk.
        :param note: records a state before the step that could be lost.
        :returns: the part, further on, and its outcome; none means that it is under way.
        """

    def is_finished(self, part: PartRecord) -> bool | None:
        """Whether a part under way is over in NP6; None when NP6 knows of no such execution.

        :raises NP6ImportFailedError, NP6UnexpectedStateError: when it ended otherwise than well.
        """

    def settle(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn]) -> PartOutcome:
        """Establish the outcome of each row of a part that is over in NP6."""

    def tidy(self, part: PartRecord) -> None:
        """Take out of NP6 what was only there to deliver a part that is over; never fails."""


class Files(Protocol):
    """The user's folder."""

    def put(self, source: Path, name: str) -> None:
        """Store a local file, whole or not at all."""

    def fetch(self, name: str, into: Path) -> Path:
        """A local path of a stored file."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""

    def write_json(self, name: str, document: Any) -> None:
        """Store a small document, whole or not at all."""

    def describe(self, name: str) -> str:
        """A file's address, for people."""


class Generation(Protocol):
    """One committed state of the snapshot."""

    @property
    def name(self) -> str | None:
        """None before the first commit."""

    @property
    def fingerprint(self) -> str | None:
        """Of the mapping last committed."""


class Snapshot(Protocol):
    """What we believe NP6 holds."""

    def current(self) -> Any:
        """The last committed :class:`Generation`."""

    def attach(self, database: duckdb.DuckDBPyConnection, generation: Any, into: Path) -> None:
        """Make the view ``snapshot(key, hash)``."""

    def commit(
        self,
        database: duckdb.DuckDBPyConnection,
        base: Any,
        addition: Path | None,
        name: str,
        fingerprint: str | None,
        into: Path,
    ) -> Any:
        """Make ``base`` and the accepted rows the new generation."""


class Journal(Protocol):
    """The record of the one open run."""

    def read(self) -> RunRecord | None:
        """The open run, if there is one."""

    def write(self, record: RunRecord) -> None:
        """Record how far it came."""

    def clear(self) -> None:
        """Close it."""
