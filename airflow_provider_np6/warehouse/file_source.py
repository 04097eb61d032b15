"""Rows of a Parquet or CSV file, on any file system that Airflow can reach, in bounded memory."""

from __future__ import annotations

import csv
import gzip
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from airflow_provider_np6.exceptions import NP6Error, NP6SourceError
from airflow_provider_np6.sync.ports import Receiver
from airflow_provider_np6.warehouse.sink import Sink

if TYPE_CHECKING:
    import pyarrow
    from upath import UPath

BATCH = 10_000
BLOCK = 4 << 20


class FileSource:
    """The rows of one file: ``.parquet``, ``.csv`` or ``.csv.gz`` (UTF-8, a header, ``"`` for quotes).

    :param delimiter: of a CSV file.
    """

    def __init__(self, path: UPath, delimiter: str = ",") -> None:
        self._path = path
        self._delimiter = delimiter

    def read(self, receive: Receiver) -> None:
        """Hand the file's rows on. What ``receive`` raises of itself passes through as it is.

        :raises NP6SourceError: when there is no such file, or it is none of these kinds.
        """
        sink = Sink(receive, self._failed)
        try:
            if self._path.name.endswith(".parquet"):
                self._read_parquet(sink)
            elif self._path.name.endswith((".csv", ".csv.gz")):
                self._read_csv(sink)
            else:
                raise NP6SourceError(
                    f"{self._path} is of no kind that can be read: give a path that ends in .parquet, .csv or .csv.gz."
                )
        except Exception as error:
            if isinstance(error, NP6Error) or error is sink.error:
                raise
            raise self._failed(error) from None

    def _read_parquet(self, sink: Sink) -> None:
        from pyarrow import parquet

        with self._path.open("rb") as stream, parquet.ParquetFile(stream) as file:
            sink(list(file.schema_arrow.names), file.iter_batches(batch_size=BATCH))

    def _read_csv(self, sink: Sink) -> None:
        columns = self._header()
        with self._stream() as stream:
            sink(columns, self._csv_batches(stream, columns))

    def _header(self) -> list[str]:
        with self._stream() as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            # Empty lines before the header are passed over, as Arrow does below.
            columns = next(filter(None, csv.reader(text, delimiter=self._delimiter)), [])
        if not columns or any("\0" in column for column in columns):
            raise NP6SourceError(
                f"{self._path} is no CSV file with a header: check the path and that the file is complete; "
                "nothing was sent."
            )
        return columns

    def _csv_batches(self, stream: IO[bytes], columns: list[str]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow
        from pyarrow import csv as arrow_csv

        tail = _Tail(stream)
        batch = None
        # Every cell is text here: what a type inferred from the first block would do to a later one is no surprise
        # that anybody wants. Arrow reads the header line itself, which may hold line breaks in quotes.
        for batch in arrow_csv.open_csv(
            pyarrow.PythonFile(tail, mode="r"),
            read_options=arrow_csv.ReadOptions(block_size=BLOCK, encoding="utf8"),
            parse_options=arrow_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pyarrow.string() for name in columns}, strings_can_be_null=False
            ),
        ):
            yield batch
        if batch is not None and tail.is_open_quote(batch.column(len(columns) - 1)[-1].as_py(), self._delimiter):
            raise NP6SourceError(
                f"{self._path} ends inside a quoted value, so rows are missing or run together: "
                "check that the file is complete and that every quote is closed; nothing was sent."
            )

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        with self._path.open("rb") as stream:
            if not self._path.name.endswith(".gz"):
                yield stream
                return
            with gzip.open(stream) as unpacked:
                yield cast("IO[bytes]", unpacked)

    def _failed(self, error: Exception) -> NP6SourceError:
        if isinstance(error, FileNotFoundError):
            return NP6SourceError(
                f"There is no file {self._path}: check source_path, and that the worker can reach it; nothing was sent."
            )
        return NP6SourceError(self._sentence(error))

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, OSError) and error.errno:
            return f"{self._path} could not be read ({error.strerror}): check that the worker may read it."
        if self._path.name.endswith(".parquet"):
            return f"{self._path} is no Parquet file that can be read: check that it is complete; nothing was sent."
        return (
            f"{self._path} is no CSV file that can be read to its end: check that it is complete, that it is "
            f"UTF-8 with one header line, and that its separator is {self._delimiter!r}; nothing was sent."
        )


class _Tail:
    """A stream that remembers its end: Arrow takes a value whose quote is never closed for a whole one."""

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last: deque[bytes] = deque([b"\n"], maxlen=2)

    def read(self, size: int) -> bytes:
        """As a file's."""
        block = self._stream.read(size)
        if block:
            self._last.append(block)
        return block

    def close(self) -> None:
        """Left to the owner of the stream."""

    def is_open_quote(self, cell: str, delimiter: str) -> bool:
        """Whether ``cell``, the last one read, was opened by a quote and closed by the end of the file."""
        end = ('"' + cell.replace('"', '""')).encode()
        return b"".join(self._last).endswith((delimiter.encode() + end, b"\n" + end, b"\r" + end))
