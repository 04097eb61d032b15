"""Uploaded files: plain, gz, zip or tar, opened as one stream of bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """The text of a source, decoded as UTF-8 with or without BOM, unpacked while it is read.

    Official drivers allow txt, csv, zip, tar.gz, tgz and gz (legacy a, "File"). Of an archive the first file
    counts. What it is shows in its first bytes, since the name is the caller's.
    """
    with ExitStack() as stack:
        binary = _unpacked(path, stack)
        yield stack.enter_context(io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""))


def _unpacked(path: Path, stack: ExitStack) -> IO[bytes]:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PK\x03\x04":
        archive = stack.enter_context(zipfile.ZipFile(path))
        return stack.enter_context(archive.open(archive.infolist()[0]))
    if magic[:2] == b"\x1f\x8b":
        member = _first_of_tar(path, stack)
        return member if member is not None else cast("IO[bytes]", stack.enter_context(gzip.open(path, "rb")))
    return stack.enter_context(path.open("rb"))


def _first_of_tar(path: Path, stack: ExitStack) -> IO[bytes] | None:
    try:
        archive = stack.enter_context(tarfile.open(path, "r:gz"))  # noqa: SIM115 - the stack closes it
    except tarfile.TarError:
        return None
    for member in archive:
        if member.isfile():
            return archive.extractfile(member)
    return None
