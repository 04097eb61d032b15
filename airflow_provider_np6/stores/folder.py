"""A folder of the user's, local or in object storage, in which a file appears whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import NP6StorageError

if TYPE_CHECKING:
    from upath import UPath


class Folder:
    """Files by name below ``root``, an ``ObjectStoragePath`` or any other universal path.

    Object stores show an object only once it is whole; on a local disk a file is written beside its place and renamed.

    Every method raises :class:`NP6StorageError` when the disk is full or the place cannot be reached.
    """

    def __init__(self, root: UPath) -> None:
        self.root = root

    @property
    def is_local(self) -> bool:
        """Whether the folder is on this machine's own file system."""
        return self.root.protocol in {"", "file", "local"}

    def describe(self, name: str) -> str:
        """The file's address, for people."""
        return str(self.root / name)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        with self._explained("looked at"):
            return bool((self.root / name).exists())

    def read_json(self, name: str) -> Any | None:
        """The JSON document of that name, or None where there is none.

        :raises NP6StorageError: also when the file is no JSON, with what to do about it.
        """
        with self._explained("read"):
            if not (self.root / name).exists():
                return None
            content = (self.root / name).read_bytes()
        try:
            return json.loads(content)
        except ValueError as error:
            raise NP6StorageError(
                f"{self.describe(name)} is damaged (no JSON): put back an older copy, "
                "or move the folder away to begin anew with a full run."
            ) from error

    def write_json(self, name: str, document: Any) -> None:
        """Write a small JSON document, whole or not at all."""
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
        with self._explained("written"):
            if self.is_local:
                _write_local(self._local(name), text.encode())
            else:
                (self.root / name).write_text(text, encoding="utf-8")

    def put(self, source: Path, name: str) -> None:
        """Store a local file under ``name`` and take it away from where it was."""
        with self._explained("written"):
            if self.is_local:
                _move_local(source, self._local(name))
                return
            # As one upload: a stream that breaks off would leave what it had under the name.
            self.root.fs.put_file(str(source), (self.root / name).path)
            source.unlink()

    def fetch(self, name: str, into: Path) -> Path:
        """A local path of the file: itself on a local disk, a copy in ``into`` otherwise."""
        if self.is_local:
            if not self._local(name).is_file():
                raise NP6StorageError(self._missing(name))
            return self._local(name)
        copy = into / name.replace("/", "-")
        with self._explained("read"):
            try:
                with (self.root / name).open("rb") as reader, copy.open("wb") as writer:
                    shutil.copyfileobj(reader, writer, 1 << 20)
            except FileNotFoundError:
                raise NP6StorageError(self._missing(name)) from None
        return copy

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        with self._explained("removed"):
            (self.root / name).unlink(missing_ok=True)

    def _missing(self, name: str) -> str:
        return (
            f"{self.describe(name)} is missing: put back a copy of the folder, "
            "or move the folder away to begin anew with a full run."
        )

    def _local(self, name: str) -> Path:
        return Path(self.root.path) / name

    @contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        try:
            yield
        except NP6StorageError:
            raise
        except OSError as error:
            raise NP6StorageError(self._sentence(error, verb)) from error
        except Exception as error:  # the clients of object stores raise errors of their own kinds
            raise NP6StorageError(
                f"{self.root} could not be {verb} ({type(error).__name__}): "
                "check the path, and that its Airflow connection has valid credentials that may write there."
            ) from error

    def _sentence(self, error: OSError, verb: str) -> str:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return (
                f"The disk that holds {self.root} is full: free or enlarge it; what NP6 had accepted and was "
                "recorded stays so, and the rest comes again with the next run."
            )
        reason = error.strerror or type(error).__name__
        return (
            f"{self.root} could not be {verb} ({reason}): "
            "check that the path exists for the workers and that they may write there."
        )


def _write_local(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("wb") as writer:
            writer.write(content)
            writer.flush()
            os.fsync(writer.fileno())
        _set_in_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _move_local(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Another file system needs a copy, which must not show under its name before it is whole.
        shutil.move(source, beside)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        _set_in_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _set_in_place(beside: Path, path: Path) -> None:
    """Rename, and make the rename last: a pointer must never outlive a power cut that its file did not."""
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
