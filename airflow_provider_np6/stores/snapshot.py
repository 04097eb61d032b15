"""The snapshot: the rows that NP6 last accepted. Immutable Parquet files and one small pointer, written last.

Layout below the user's folder::

    current.json                 the pointer: version, generation, files in order, fingerprint of the mapping
    data/<generation>.parquet    key, hash, gone, f<field id>...; on a key, the later file's word counts
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import NP6SnapshotError
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.sync.sql_text import literal

if TYPE_CHECKING:
    import duckdb

POINTER = "current.json"
SNAPSHOT_VERSION = 1

#: Files before they are merged into one. Each run adds at most one, and reading many costs more than a merge a week.
MOST_FILES = 8


@dataclass(frozen=True)
class Generation:
    """What the pointer says.

    :param name: of the generation, or None where nothing was committed yet.
    :param files: names below the folder, oldest first.
    :param fingerprint: of the mapping that the last committed run sent.
    """

    name: str | None = None
    files: tuple[str, ...] = ()
    fingerprint: str | None = None


class SnapshotStore:
    """Reads and commits generations. One writer at a time; a second one is told so and commits nothing."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def current(self) -> Generation:
        """The last committed generation.

        :raises NP6SnapshotError: when it was written by a later version, or is damaged.
        """
        document = self._folder.read_json(POINTER)
        if document is None:
            return Generation()
        if not isinstance(document, dict) or document.get("version") != SNAPSHOT_VERSION:
            raise NP6SnapshotError(
                f"{self._folder.describe(POINTER)} is of another version than {SNAPSHOT_VERSION}: use the version of "
                "airflow-provider-np6 that wrote it, or move the folder away to begin anew with a full run."
            )
        try:
            return Generation(document["generation"], tuple(document["files"]), document.get("fingerprint"))
        except (KeyError, TypeError) as error:
            raise NP6SnapshotError(
                f"{self._folder.describe(POINTER)} is damaged (it lacks something): put back an older copy, "
                "or move the folder away to begin anew with a full run."
            ) from error

    def attach(self, database: duckdb.DuckDBPyConnection, generation: Generation, into: Path) -> None:
        """Make the view ``snapshot(key, hash)`` of a generation in ``database``.

        :param into: folder for local copies of files in object storage.
        :raises NP6SnapshotError: when a file of it is no Parquet file.
        :raises NP6StorageError: when a file of it is missing.
        """
        import duckdb

        files = self._fetched(generation, into)
        try:
            database.execute(f"CREATE OR REPLACE TEMP VIEW snapshot AS {_standing(files, 'key, hash')}")
        except duckdb.Error as error:
            names = ", ".join(map(self._folder.describe, generation.files))
            raise NP6SnapshotError(
                f"One of the snapshot's files is damaged ({names}): put back a copy of the folder, "
                "or move the folder away to begin anew with a full run."
            ) from error

    def commit(
        self,
        database: duckdb.DuckDBPyConnection,
        base: Generation,
        addition: Path | None,
        name: str,
        fingerprint: str | None,
        into: Path,
    ) -> Generation:
        """Make ``base`` and one file of accepted (or gone) rows the new generation, pointer last.

        :param addition: a local Parquet file with at least ``key, hash, gone``; None when nothing was accepted.
        :raises NP6SnapshotError: when another run has committed since ``base``; nothing changes then.
        """
        self._refuse_if_moved(base)
        if addition is None:
            if base.name is None or fingerprint in {None, base.fingerprint}:
                return base
            return self._point(dataclasses.replace(base, name=name, fingerprint=fingerprint))
        files = (*base.files, f"data/{name}.parquet")
        if len(files) > MOST_FILES:
            addition = self._merged(database, base, addition, into)
            files = (f"data/{name}.parquet",)
        self._folder.put(addition, files[-1])
        self._refuse_if_moved(base)
        committed = self._point(Generation(name, files, fingerprint or base.fingerprint))
        for file in set(base.files) - set(files):
            self._folder.remove(file)
        return committed

    def _refuse_if_moved(self, base: Generation) -> None:
        if self.current().name != base.name:
            raise NP6SnapshotError(
                f"Another run has committed to {self._folder.root} meanwhile, so this one keeps its hands off: "
                "let one run at a time use a snapshot (max_active_runs=1); its rows come again with the next run."
            )

    def _point(self, generation: Generation) -> Generation:
        document: Mapping[str, Any] = {
            "version": SNAPSHOT_VERSION,
            "generation": generation.name,
            "files": list(generation.files),
            "fingerprint": generation.fingerprint,
        }
        self._folder.write_json(POINTER, document)
        return generation

    def _fetched(self, generation: Generation, into: Path) -> list[Path]:
        return [self._folder.fetch(name, into) for name in generation.files]

    def _merged(self, database: duckdb.DuckDBPyConnection, base: Generation, addition: Path, into: Path) -> Path:
        files = [*self._fetched(base, into), addition]
        merged = into / "merged.parquet"
        query = _standing(files, "* EXCLUDE (seq)")
        database.execute(f"COPY ({query}) TO {literal(str(merged))} (FORMAT parquet)")
        return merged


def _standing(files: Sequence[Path], columns: str) -> str:
    """The rows that stand after every file had its word.

    The first file is large and the others small: the large one is only probed against them, never sorted.
    """
    if not files:
        return "SELECT NULL::VARCHAR AS key, NULL::BLOB AS hash WHERE false"
    first, later = files[0], files[1:]
    base = f"SELECT *, 0 AS seq FROM {_parquet(first)}"
    if not later:
        return f"SELECT {columns} FROM ({base}) WHERE NOT gone"
    deltas = " UNION ALL BY NAME ".join(
        f"SELECT *, {seq} AS seq FROM {_parquet(file)}" for seq, file in enumerate(later, start=1)
    )
    last = f"SELECT key, max(seq) AS seq FROM ({deltas}) GROUP BY key"
    return f"""
        SELECT {columns} FROM (
          SELECT * FROM ({base}) AS b WHERE NOT EXISTS (SELECT 1 FROM ({deltas}) AS d WHERE d.key = b.key)
          UNION ALL BY NAME
          SELECT d.* FROM ({deltas}) AS d JOIN ({last}) AS l USING (key, seq)
        ) WHERE NOT gone
    """


def _parquet(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"
