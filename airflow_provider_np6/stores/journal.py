"""The journal of the one run that is open on a snapshot; whoever comes next reads it first."""

from __future__ import annotations

from airflow_provider_np6.exceptions import NP6SnapshotError
from airflow_provider_np6.models.runs import RunRecord
from airflow_provider_np6.stores.folder import Folder

JOURNAL = "journal.json"


class Journal:
    """Reads and writes ``journal.json``. Every write replaces the file whole."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def read(self) -> RunRecord | None:
        """The open run, or None.

        :raises NP6SnapshotError: when the file is there and is no journal of this version.
        """
        document = self._folder.read_json(JOURNAL)
        if document is None:
            return None
        try:
            return RunRecord.from_json(document)
        except (KeyError, TypeError, ValueError) as error:
            raise NP6SnapshotError(
                f"{self._folder.describe(JOURNAL)} was written by another version of airflow-provider-np6 or is "
                "damaged: finish the run with that version, or delete the file, after which its rows are sent again."
            ) from error

    def write(self, record: RunRecord) -> None:
        """Record how far the run came."""
        self._folder.write_json(JOURNAL, record.to_json())

    def clear(self) -> None:
        """Close the run."""
        self._folder.remove(JOURNAL)
