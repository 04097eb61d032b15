"""One process per store: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from airflow_provider_np6.sandbox.options import BadOptionError


class StoreLock:
    """Held from its making to `release`; raises BadOptionError when another sandbox holds it.

    It is a file beside the store, not the store itself: to close a second handle of a SQLite file would drop the
    locks that SQLite has on it.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(store.name + "-lock")
        try:
            self._file = self._locked()
        except BlockingIOError:
            raise BadOptionError(
                f"The store {store} is in use by another sandbox: end that one, or give another --store."
            ) from None

    def _locked(self) -> IO[bytes]:
        while True:
            file = self.path.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise
            if self.path.exists() and os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                return file
            # Its holder has just removed it: what was locked is no longer the file that others will find.
            file.close()

    def release(self) -> None:
        """Let another sandbox have the store; leaves no file behind."""
        self.path.unlink(missing_ok=True)
        self._file.close()
