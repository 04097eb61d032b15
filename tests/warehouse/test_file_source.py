"""Files as they come: other separators, byte order marks, line breaks in quotes, and files that are none."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from upath import UPath

from airflow_provider_np6.exceptions import NP6SourceError
from airflow_provider_np6.warehouse.file_source import BATCH, FileSource
from tests.warehouse.conftest import Row

if TYPE_CHECKING:
    Taken = Callable[..., list[Row]]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., FileSource]:
    """``file(name, content, **arguments)`` → a source over a file with those bytes."""

    def make(name: str, content: bytes, **arguments: Any) -> FileSource:
        (tmp_path / name).write_bytes(content)
        return FileSource(UPath(tmp_path / name), **arguments)

    return make


@pytest.mark.parametrize(
    "content",
    [
        b"email,name\na@example.com,Ada\n",
        b"email,name\r\na@example.com,Ada\r\n",
        b"email,name\na@example.com,Ada",
        b"\xef\xbb\xbfemail,name\na@example.com,Ada\n",
        b'\xef\xbb\xbf"email","name"\n"a@example.com","Ada"\n',
        b"\n\nemail,name\n\na@example.com,Ada\n\n",
    ],
    ids=["plain", "crlf", "no last line break", "BOM", "BOM and quotes", "empty lines"],
)
def test_the_header_is_a_header_and_a_row_is_a_row(content: bytes, file: Any, taken: Taken) -> None:
    assert taken(file("x.csv", content)) == [{"email": "a@example.com", "name": "Ada"}]


def test_a_header_may_hold_line_breaks_and_separators(file: Any, taken: Taken) -> None:
    source = file("x.csv", b'"e;\nmail";"na ""me"""\n7;"two\nlines"\n', delimiter=";")
    assert taken(source) == [{"e;\nmail": "7", 'na "me"': "two\nlines"}]


def test_cells_stay_the_text_that_they_are(file: Any, taken: Taken) -> None:
    content = 'a;b;c;d;e\n007;1e5;true;2026-01-02;""\n;NULL;NaN; x ;"O\'Brien; ""é"" 😀\r\nend"\n'
    assert taken(file("x.csv", content.encode(), delimiter=";")) == [
        {"a": "007", "b": "1e5", "c": "true", "d": "2026-01-02", "e": ""},
        {"a": "", "b": "NULL", "c": "NaN", "d": " x ", "e": 'O\'Brien; "é" 😀\r\nend'},
    ]


def test_a_header_alone_is_no_row(file: Any, taken: Taken) -> None:
    assert taken(file("x.csv", b"email,name\n")) == []


def test_gz_and_blocks_larger_than_one(file: Any, taken: Taken) -> None:
    lines = [f"{number},{'x' * 500}" for number in range(2 * BATCH)]
    rows = taken(file("x.csv.gz", gzip.compress("\n".join(["id,text", *lines]).encode())))
    assert len(rows) == 2 * BATCH
    assert rows[0]["id"] == "0"
    assert rows[-1]["id"] == str(2 * BATCH - 1)


PARQUET = pa.table(
    {
        "text": pa.array(["Zoé; 'x'\n😀", "", None]),
        "large": pa.array(["a", "b", "c"], pa.large_string()),
        "choice": pa.array(["Mr", "Mrs", "Mr"]).dictionary_encode(),
        "raw": pa.array(["é".encode(), b"", None], pa.binary()),
        "number": pa.array([2**63, 0, None], pa.uint64()),
        "money": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-0.01")], pa.decimal128(10, 2)),
        "day": pa.array([dt.date(2026, 1, 2)] * 3),
        "clock": pa.array([dt.time(8, 15)] * 3, pa.time64("us")),
        "moment": pa.array([dt.datetime(2026, 1, 2, 3, 4, 5)] * 3, pa.timestamp("ms", "Europe/Paris")),
        "labels": pa.array([["Sport", "Café & thé"], [], None], pa.list_(pa.string())),
        "object": pa.array([{"a": 1, "b": ["x"]}] * 3),
        "nothing": pa.nulls(3),
    }
)


def test_parquet_of_many_types(tmp_path: Path, taken: Taken) -> None:
    parquet.write_table(PARQUET, tmp_path / "x.parquet")
    first, second, third = taken(FileSource(UPath(tmp_path / "x.parquet")))
    assert first == {
        "text": "Zoé; 'x'\n😀",
        "large": "a",
        "choice": "Mr",
        "raw": "é",
        "number": str(2**63),
        "money": "1.50",
        "day": "2026-01-02",
        "clock": "08:15:00",
        "moment": "2026-01-02T03:04:05Z",
        "labels": '["Sport","Café & thé"]',
        "object": '{"a":1,"b":["x"]}',
        "nothing": None,
    }
    assert (second["text"], second["raw"], second["labels"]) == ("", "", "[]")
    assert (third["text"], third["raw"], third["number"], third["labels"]) == (None, None, None, None)


def test_parquet_through_any_file_system(taken: Taken) -> None:
    path = UPath("memory://source/x.parquet")
    with path.open("wb") as stream:
        parquet.write_table(pa.table({"email": ["a@example.com"]}), stream)
    assert taken(FileSource(path)) == [{"email": "a@example.com"}]


@pytest.mark.parametrize(
    "end", [b'"x"', b'"x"\n', b'""', b'"",', b'"a"",""b"', b'""""', b'5" wide', b'"two\nlines"\r\n']
)
def test_closed_quotes_at_the_end_are_no_error(end: bytes, file: Any, taken: Taken) -> None:
    columns = b"a,b,c" if end.endswith(b",") else b"a,b"
    assert len(taken(file("x.csv", columns + b"\n1," + end))) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("binary.csv", bytes(range(256)) * 100),
        ("parquet-in-disguise.csv", b"PAR1\x15\x04\x15\x0c\0\0"),
        ("ragged.csv", b"email,name\na@example.com,Ada\nb@example.com\n"),
        ("too-wide.csv", b"email,name\na@example.com,Ada,Lovelace\n"),
        ("latin1.csv", "email,name\na@example.com,Zoé\n".encode("latin-1")),
        ("utf16.csv", "email,name\na@example.com,Zoé\n".encode("utf-16")),
        ("open-quote.csv", b'email,name\na@example.com,"Ada\n' + b"b@example.com,x\n" * 400_000),
        ("cut-in-quotes.csv", b'email,name\na@example.com,"Ada Love'),
        ("cut-at-quote.csv", b'email,name\na@example.com,"'),
        ("cut-single.csv", b'email\n"a@example.com'),
        ("empty.csv", b""),
        ("blank.csv", b"\n\n"),
        ("cut.csv.gz", gzip.compress(b"email,name\n" + b"a@example.com,Ada\n" * 100_000)[:-300]),
        ("damaged.csv.gz", gzip.compress(b"email,name\na@example.com,Ada\n" * 100)[:20] + bytes(60)),
        ("plain.csv.gz", b"email,name\na@example.com,Ada\n"),
        ("text.parquet", b"email,name\na@example.com,Ada\n"),
        ("cut.parquet", b"PAR1" + bytes(500)),
        ("empty.parquet", b""),
        ("contacts.xlsx", b"PK\x03\x04"),
    ],
)
def test_what_is_no_such_file_is_told_in_one_sentence(name: str, content: bytes, file: Any, taken: Taken) -> None:
    with pytest.raises(NP6SourceError) as caught:
        taken(file(name, content))
    text = str(caught.value)
    assert name in text
    assert "\n" not in text
    assert "@" not in text
    assert ":" in text  # what to do about it comes after the colon
    assert caught.value.__cause__ is None


def test_a_file_that_is_not_there(tmp_path: Path, taken: Taken) -> None:
    with pytest.raises(NP6SourceError, match=r"There is no file .*nobody.csv: check source_path"):
        taken(FileSource(UPath(tmp_path / "nobody.csv")))


@pytest.mark.parametrize("name", ["folder.csv", "folder.parquet"])
def test_a_folder_is_no_file(name: str, tmp_path: Path, taken: Taken) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(NP6SourceError, match="could not be read"):
        taken(FileSource(UPath(tmp_path / name)))


def test_strings_that_are_no_utf8_in_parquet(tmp_path: Path, taken: Taken) -> None:
    buffers = pa.array([b"Zo\xe9"], pa.binary()).buffers()
    table = pa.table({"email": pa.Array.from_buffers(pa.string(), 1, buffers)})
    parquet.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(NP6SourceError, match="column 'email' holds binary data"):
        taken(FileSource(UPath(tmp_path / "x.parquet")))


def test_what_the_receiver_raises_is_no_fault_of_the_file(file: Any) -> None:
    def full(columns: Sequence[str], batches: Iterator[pa.RecordBatch]) -> None:
        list(batches)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        file("x.csv", b"email\na@example.com\n").read(full)
