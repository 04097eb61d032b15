"""One query, three databases: the same rows reach the engine as the same text, and what fails says so without data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_np6.exceptions import NP6SourceError, NP6StorageError
from airflow_provider_np6.warehouse.sql_source import BATCH, SqlSource
from tests.warehouse.conftest import Database, Row

if TYPE_CHECKING:
    import pyarrow

ROOT = Path(__file__).parents[2]
KINDS = ("postgres", "duckdb", "sqlite")

#: Values that every kind of database holds, as SQL, and the text that the engine is to see.
TEXTS = {
    "accents": ("'Zoé Brontë-Müller'", "Zoé Brontë-Müller"),
    "quote": "'O''Brien'",
    "double": ("""'say "hi"'""", 'say "hi"'),
    "semicolon": ("'a;b,c|d\te'", "a;b,c|d\te"),
    "lines": ("'one\ntwo\r\nthree'", "one\ntwo\r\nthree"),
    "emoji": ("'👩🏽‍🚀 ok'", "👩🏽‍🚀 ok"),
    "spaces": ("'  kept  '", "  kept  "),
    "nothing": ("NULL", None),
    "empty": ("''", ""),
    "integer": ("42", "42"),
    "large": ("9007199254740993", "9007199254740993"),
    "json": ("""'["Sport","Café & thé"]'""", '["Sport","Café & thé"]'),
}
TEXTS = {name: value if isinstance(value, tuple) else (value, "O'Brien") for name, value in TEXTS.items()}

#: Typed values: SQL for PostgreSQL, SQL for DuckDB, the text.
TYPED: dict[str, tuple[str, str, str | None]] = {
    "day": ("DATE '1999-12-31'", "DATE '1999-12-31'", "1999-12-31"),
    "moment": (
        "TIMESTAMP '2026-03-29 02:30:00.987'",
        "TIMESTAMP '2026-03-29 02:30:00.987'",
        "2026-03-29T02:30:00Z",
    ),
    "instant": (
        "TIMESTAMPTZ '2026-07-01 12:00:00+02'",
        "TIMESTAMPTZ '2026-07-01 12:00:00+02'",
        "2026-07-01T10:00:00Z",
    ),
    "clock": ("TIME '08:15:00'", "TIME '08:15:00'", "08:15:00"),
    "money": ("CAST(1234.50 AS DECIMAL(10,2))", "CAST(1234.50 AS DECIMAL(10,2))", "1234.50"),
    "tiny": ("CAST(0.0000001 AS DECIMAL(12,7))", "CAST(0.0000001 AS DECIMAL(12,7))", "0.0000001"),
    "float": ("0.1::float8", "0.1::DOUBLE", "0.1"),
    "yes": ("true", "true", "true"),
    "no": ("false", "false", "false"),
    "labels": ("ARRAY['Sport','Café & thé', NULL]", "['Sport','Café & thé', NULL]", '["Sport","Café & thé",null]'),
    "none": ("ARRAY[]::text[]", "[]::VARCHAR[]", "[]"),
    "object": ("""'{"a": [1, 2]}'::jsonb""", "{'a': [1, 2]}", '{"a":[1,2]}'),
    "identity": (
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ),
    "huge": (f"{'9' * 38}::numeric", f"{'9' * 38}::HUGEINT", "9" * 38),
    "bytes": ("convert_to('Zoé', 'UTF8')", "encode('Zoé')", "Zoé"),
    "missing": ("NULL::date", "NULL::DATE", None),
}


def select(values: dict[str, str]) -> str:
    return "SELECT " + ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())


@pytest.mark.parametrize("kind", KINDS)
def test_messy_text_arrives_as_it_is(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    sql = select({name: sql for name, (sql, _) in TEXTS.items()})
    assert taken(SqlSource(databases(kind).hook(), sql, "warehouse")) == [
        {name: text for name, (_, text) in TEXTS.items()}
    ]


@pytest.mark.parametrize("kind", ["postgres", "duckdb"])
@pytest.mark.parametrize("name", TYPED)
def test_typed_values_become_one_text(
    kind: str, name: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    sql = TYPED[name][KINDS.index(kind)]
    rows = taken(SqlSource(databases(kind).hook(), f"SELECT {sql} AS x", "warehouse"))
    assert rows == [{"x": TYPED[name][2]}]


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("18446744073709551615::UBIGINT", "18446744073709551615"),
        ("'Mr'::ENUM('Mr', 'Mrs')", "Mr"),
        ("INTERVAL '3 days'", "3 days"),
        ("TIMESTAMP_NS '2026-01-02 03:04:05.123456789'", "2026-01-02T03:04:05Z"),
        ("TIMESTAMP_S '2026-01-02 03:04:05'", "2026-01-02T03:04:05Z"),
        ("MAP {'a': 1}", '{"a":1}'),
        ("[['a'], ['b']]", '[["a"],["b"]]'),
        ("1.5::FLOAT", "1.5"),
        ("NULL", None),
    ],
)
def test_types_of_duckdb_alone(
    sql: str, text: str | None, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    assert taken(SqlSource(databases("duckdb").hook(), f"SELECT {sql} AS x", "warehouse")) == [{"x": text}]


def test_sqlite_may_hold_any_type_in_a_column(
    databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    database = databases("sqlite")
    database.fill("CREATE TABLE t (x); INSERT INTO t VALUES (1), ('a'), (2.5), (NULL), (x'c3a9')")
    rows = taken(SqlSource(database.hook(), "SELECT x FROM t", "warehouse"))
    assert [row["x"] for row in rows] == ["1", "a", "2.5", None, "é"]


@pytest.mark.parametrize("kind", KINDS)
def test_binary_data_is_refused_only_where_it_is_mapped(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    blob = {"postgres": r"'\xff00'::bytea", "duckdb": r"'\xFF\x00'::BLOB", "sqlite": "x'ff00'"}[kind]
    source = SqlSource(databases(kind).hook(), f"SELECT 'a' AS email, {blob} AS photo", "warehouse")
    assert taken(source, ["email"]) == [{"email": "a"}]
    with pytest.raises(NP6SourceError, match="column 'photo' holds binary data"):
        taken(source)


@pytest.mark.parametrize("kind", KINDS)
def test_column_names_come_as_the_source_spells_them(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    sql = """SELECT 1 AS plain, 2 AS "With Space", 3 AS "É""t" """
    assert list(taken(SqlSource(databases(kind).hook(), sql, "warehouse"))[0]) == ["plain", "With Space", 'É"t']


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_still_gives_the_columns(kind: str, databases: Callable[[str], Database]) -> None:
    seen: list[Sequence[str]] = []

    def receive(columns: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
        seen.append(columns)
        assert sum(batch.num_rows for batch in batches) == 0

    SqlSource(databases(kind).hook(), "SELECT 1 AS email, 2 AS name WHERE 1 = 0", "warehouse").read(receive)
    assert seen == [["email", "name"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_comment_and_a_semicolon_are_no_harm(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    sql = "-- who is to be sent: 100 %s\nWITH t AS (SELECT 'a%' AS x) SELECT x FROM t WHERE x LIKE 'a%';"
    assert taken(SqlSource(databases(kind).hook(), sql, "warehouse")) == [{"x": "a%"}]


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_keep_their_order_over_batches(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    count = 2 * BATCH + 7
    numbers = {
        "postgres": f"SELECT i AS x FROM generate_series(1, {count}) i",
        "duckdb": f"SELECT i AS x FROM range(1, {count + 1}) t(i)",
        "sqlite": "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t "
        f"WHERE i < {count}) SELECT i AS x FROM t",
    }[kind]
    rows = taken(SqlSource(databases(kind).hook(), f"{numbers} ORDER BY x", "warehouse"))
    assert [row["x"] for row in rows] == [str(number) for number in range(1, count + 1)]


# --- what fails


def one_sentence(error: pytest.ExceptionInfo[NP6SourceError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "'warehouse'" in text
    # The driver's own message, which may quote a value, does not stand in the traceback either.
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT emial FROM contacts_of_nobody", "SELECT nobody_knows_it(1)"])
def test_a_wrong_statement_is_told_by_its_own_words(
    kind: str, sql: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    with pytest.raises(NP6SourceError) as caught:
        taken(SqlSource(databases(kind).hook(), sql, "warehouse"))
    assert any(word in one_sentence(caught) for word in ("SELEC", "contacts_of_nobody", "nobody_knows_it"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_without_columns(
    kind: str, databases: Callable[[str], Database], taken: Callable[..., list[Row]]
) -> None:
    with pytest.raises(NP6SourceError) as caught:
        taken(SqlSource(databases(kind).hook(), "CREATE TABLE t (x INTEGER)", "warehouse"))
    assert one_sentence(caught)


@pytest.mark.parametrize("kind", ["postgres", "duckdb"])
def test_a_query_that_fails_in_the_middle(kind: str, databases: Callable[[str], Database]) -> None:
    numbers = {"postgres": "generate_series(1, 60000) t(i)", "duckdb": "range(1, 60001) t(i)"}[kind]
    # The cast fails on one contact, whose name the driver's message quotes.
    name = "chr(79) || '''' || 'Brien <' || i || '@example.com>'"
    sql = f"SELECT i, CAST(CASE WHEN i = 50000 THEN {name} ELSE '1' END AS INTEGER) AS n FROM {numbers}"
    seen = 0

    def receive(columns: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
        nonlocal seen
        for batch in batches:
            seen += batch.num_rows

    with pytest.raises(NP6SourceError) as caught:
        SqlSource(databases(kind).hook(), sql, "warehouse").read(receive)
    text = one_sentence(caught)
    assert "50000" not in text
    assert "@" not in text
    assert "O'Brien" not in text
    assert seen < 60000
    if kind == "postgres":  # rows came before it failed: the cursor is a server-side one
        assert seen > 0


def test_postgresql_streams(databases: Callable[[str], Database]) -> None:
    """The first rows of an endless query arrive: nothing holds the whole result."""
    database = databases("postgres")
    first: list[Any] = []

    class EnoughError(Exception):
        pass

    def receive(columns: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
        first.append(next(iter(batches)))
        raise EnoughError

    sql = "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT i FROM t"
    with pytest.raises(EnoughError):
        SqlSource(database.hook(), sql, "warehouse").read(receive)
    assert first[0].num_rows == BATCH


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_receiver_raises_is_no_fault_of_the_query(kind: str, databases: Callable[[str], Database]) -> None:
    def full(columns: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
        list(batches)
        raise OSError(28, "No space left on device")

    def told(columns: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
        raise NP6StorageError("The disk is full.")

    source = SqlSource(databases(kind).hook(), "SELECT 1 AS x", "warehouse")
    with pytest.raises(OSError, match="No space left"):
        source.read(full)
    with pytest.raises(NP6StorageError):
        source.read(told)


KEPT = """
import duckdb, sys
from airflow_provider_np6.warehouse.sql_source import SqlSource

class Hook:
    conn_type = "duckdb"
    def get_conn(self):
        return duckdb.connect(sys.argv[1])

def stop(columns, batches):
    if sys.argv[2] == "after":
        next(iter(batches))
    if sys.argv[2] != "query":
        raise ValueError("stop")
    list(batches)

try:
    SqlSource(Hook(), sys.argv[3], "w").read(stop)
except Exception as error:
    kept = error  # and its traceback with it, as Airflow keeps the exception of a task
SqlSource(Hook(), "SELECT 1 AS x", "w").read(lambda columns, batches: print(columns, kept is not None, list(batches)))
"""


@pytest.mark.parametrize("when", ["before", "after", "query"])
def test_a_duckdb_file_can_be_opened_again_after_a_failure(when: str, tmp_path: Path) -> None:
    """In a process of its own: DuckDB waits for ever, and lets no other thread run, while a reader holds the file."""
    sql = "SELECT error('x') FROM range(9)" if when == "query" else "SELECT i FROM range(200000) AS t(i)"
    command = [sys.executable, "-c", KEPT, str(tmp_path / "x.duckdb"), when, sql]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("['x'] True"), done.stderr


def test_a_database_that_is_not_there(monkeypatch: pytest.MonkeyPatch, taken: Callable[..., list[Row]]) -> None:
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgres://somebody:secret@127.0.0.1:1/base")
    with pytest.raises(NP6SourceError) as caught:
        taken(SqlSource(PostgresHook("warehouse"), "SELECT 1", "warehouse"))
    assert "secret" not in one_sentence(caught)
