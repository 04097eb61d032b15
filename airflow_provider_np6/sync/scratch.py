"""The DuckDB database that one run works in: on disk, bounded in memory, gone afterwards."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_np6.exceptions import NP6StorageError
from airflow_provider_np6.sync.settings import Scratch

if TYPE_CHECKING:
    import duckdb

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Workbench:
    """An open scratch database and the folder that it lies in."""

    database: duckdb.DuckDBPyConnection
    folder: Path


@contextmanager
def open_workbench(scratch: Scratch) -> Iterator[Workbench]:
    """Open a scratch database in a new temporary folder and remove both at the end.

    :raises NP6StorageError: when the disk is full or the folder cannot be written.
    """
    import duckdb

    folder = _new_folder(scratch)
    try:
        with duckdb.connect(str(folder / "scratch.duckdb"), config=_config(scratch, folder)) as database:
            database.execute("SET TimeZone = 'UTC'")
            yield Workbench(database, folder)
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException) as error:
        raise _storage_error(error, folder.parent) from error
    except OSError as error:
        # Files that are written past DuckDB; any other OSError here is somebody else's (a connection, a source).
        if error.errno not in DISK_FULL:
            raise
        raise _storage_error(error, folder.parent) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_folder(scratch: Scratch) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="np6-", dir=scratch.directory))
    except OSError as error:
        raise NP6StorageError(
            f"No folder could be made in {scratch.directory or tempfile.gettempdir()} ({error.strerror}): "
            "free or enlarge that disk, or choose another with Scratch(directory=...); nothing was sent."
        ) from error


def _config(scratch: Scratch, folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": scratch.memory,
        "threads": scratch.threads,
        "temp_directory": str(folder / "spill"),
        # Rows carry their number, so DuckDB need not hold batches back to keep the order.
        "preserve_insertion_order": False,
        # Nothing is downloaded: workers may have no network but the warehouse and NP6.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def _storage_error(error: Exception, folder: Path) -> NP6StorageError:
    text = str(error)
    if getattr(error, "errno", None) in DISK_FULL or any(os.strerror(number) in text for number in DISK_FULL):
        return NP6StorageError(
            f"The disk of the working folder {folder} is full: free or enlarge it, or choose another disk with "
            "Scratch(directory=...); what NP6 had accepted stays accepted and the rest comes again with the next run."
        )
    return NP6StorageError(
        f"The working database in {folder} failed ({type(error).__name__}): "
        "give it more room with Scratch(memory=..., directory=...); the rows come again with the next run."
    )
