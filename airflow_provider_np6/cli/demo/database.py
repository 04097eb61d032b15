"""How the demo opens DuckDB: with little memory, one thread and a place to spill to.

The demo process stands beside the sandbox and Airflow, so its own share of the memory is kept small on
purpose. A second thread would take another 32 MB for DuckDB's JSON reader alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "96MB"


def literal(text: str | Path) -> str:
    """`text` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the DuckDB file `database`, closed at the end: another process may open it next."""
    import duckdb

    connection = duckdb.connect(str(database))
    try:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET threads = 1; SET TimeZone = 'UTC'")
        connection.execute(f"SET temp_directory = {literal(database.with_suffix('.spill'))}")
        # Every statement that needs an order says so; without this DuckDB buffers to keep the order of
        # insertion.
        connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    """The only row of a query of counts."""
    row = connection.execute(sql).fetchone()
    return tuple(int(value or 0) for value in row or ())
