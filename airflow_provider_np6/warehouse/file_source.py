"""Rows of a Parquet or CSV file, on any file system that Airflow can reach, in bounded memory."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import NP6SourceError
from airflow_provider_np6.sync.ports import Receiver

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
        """Hand the file's rows on.

        :raises NP6SourceError: when there is no such file, or it is none of these kinds.
        """
        import pyarrow

        try:
            if self._path.name.endswith(".parquet"):
                self._read_parquet(receive)
            elif self._path.name.endswith((".csv", ".csv.gz")):
                self._read_csv(receive)
            else:
                raise NP6SourceError(
                    f"{self._path} is of no kind that can be read: give a path that ends in .parquet, .csv or .csv.gz."
                )
        except FileNotFoundError:
            raise NP6SourceError(
                f"There is no file {self._path}: check source_path, and that the worker can reach it; nothing was sent."
            ) from None
        except (pyarrow.ArrowException, UnicodeDecodeError, gzip.BadGzipFile, EOFError, csv.Error, OSError) as error:
            raise NP6SourceError(self._sentence(error)) from None

    def _read_parquet(self, receive: Receiver) -> None:
        from pyarrow import parquet

        with self._path.open("rb") as stream, parquet.ParquetFile(stream) as file:
            receive(list(file.schema_arrow.names), file.iter_batches(batch_size=BATCH))

    def _read_csv(self, receive: Receiver) -> None:
        columns = self._header()
        with self._stream() as stream:
            receive(columns, self._csv_batches(stream, columns))

    def _header(self) -> list[str]:
        with self._stream() as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            columns = next(csv.reader(text, delimiter=self._delimiter), [])
        if not columns or any("\0" in column for column in columns):
            raise NP6SourceError(
                f"{self._path} is no CSV file with a header: check the path and that the file is complete; "
                "nothing was sent."
            )
        return columns

    def _csv_batches(self, stream: IO[bytes], columns: list[str]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow
        from pyarrow import csv as arrow_csv

        # Every cell is text here: what a type inferred from the first block would do to a later one is no surprise
        # that anybody wants.
        yield from arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(block_size=BLOCK, column_names=columns, skip_rows=0, encoding="utf8"),
            parse_options=arrow_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pyarrow.string() for name in columns}, strings_can_be_null=False
            ),
        )

    def _stream(self) -> Any:
        stream = self._path.open("rb")
        return gzip.open(stream) if self._path.name.endswith(".gz") else stream

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) and error.errno:
            return f"{self._path} could not be read ({error.strerror}): check that the worker may read it."
        kind = "Parquet" if self._path.name.endswith(".parquet") else "CSV"
        return (
            f"{self._path} is no {kind} file that can be read to its end: check that it is complete, that it is "
            f"UTF-8 with one header line, and that its separator is {self._delimiter!r}; nothing was sent."
            if kind == "CSV"
            else f"{self._path} is no Parquet file that can be read: check that it is complete; nothing was sent."
        )
