"""What NP6 must hold, read from the warehouse by rules of its own.

Nothing here comes from the sync engine or the API client: it is a second reading of the same promises, so
that one mistake cannot hide in both. The rules: a contact with `deleted_at` is no target; of several rows of
a key (the e-mail, trimmed, in lower case) the last one by `customer_id` counts; a row that NP6 could not take
leaves its target as it was last accepted, or absent if it never was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from airflow_provider_np6.cli.demo.contacts import CIVILITIES, INTERESTS
from airflow_provider_np6.cli.demo.database import literal, one_row, opened

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Column:
    """A column of the warehouse and the field of NP6 that it fills."""

    name: str
    field: str
    kind: Literal["key", "text", "number", "date", "labels"]
    expected: str
    """SQL over a row of the warehouse: the value that NP6 must hold, NULL for none."""


def _labels_sql(labels: tuple[str, ...], value: str) -> str:
    """SQL: `value` in the spelling of the list, NULL for a label that the list does not have."""
    branches = " ".join(f"WHEN {literal(label.lower())} THEN {literal(label)}" for label in labels)
    return f"CASE lower({value}) {branches} END"


def _text(name: str, field: str) -> Column:
    return Column(name, field, "text", f"nullif({name}, '')")


_KNOWN_INTERESTS = "[" + ", ".join(literal(label) for label in INTERESTS) + "]"
_LOWER_INTERESTS = "[" + ", ".join(literal(label.lower()) for label in INTERESTS) + "]"
_ROW_INTERESTS = "string_split(lower(array_to_string(interests, '|')), '|')"
"""The labels of a row in lower case; a label of the account has no `|`."""
_CHOSEN = ", ".join(f"list_contains({_ROW_INTERESTS}, {literal(label.lower())})" for label in INTERESTS)

COLUMNS = (
    Column("email", "Email", "key", "trim(email)"),
    Column("civility", "Civility", "text", _labels_sql(CIVILITIES, "civility")),
    _text("first_name", "Firstname"),
    _text("last_name", "Lastname"),
    Column("birth_date", "Birthdate", "date", "birth_date::TIMESTAMP"),
    _text("mobile", "Mobile"),
    _text("city", "City"),
    Column("points", "Loyalty points", "number", "points::DOUBLE"),
    Column("basket", "Average basket", "number", "basket::DOUBLE"),
    Column(
        "interests",
        "Interests",
        "labels",
        f"CASE WHEN len(interests) > 0 THEN list_sort(list_where({_KNOWN_INTERESTS}, [{_CHOSEN}])) END",
    ),
    _text("notes", "Notes"),
    Column("last_order_at", "Last order", "date", "last_order_at"),
    _text("customer_id", "Customer id"),
)

_REASON = f"""
CASE
    WHEN NOT regexp_full_match(key, '[^@\\s]+@[^@\\s]+\\.[a-z]+') THEN 'invalid e-mail'
    WHEN civility <> '' AND {_labels_sql(CIVILITIES, "civility")} IS NULL THEN 'unknown label'
    WHEN len(interests) > 0 AND NOT list_has_all({_LOWER_INTERESTS}, {_ROW_INTERESTS}) THEN 'unknown label'
    WHEN length(first_name) > 150 OR length(last_name) > 150 THEN 'too long'
END
"""

_JUDGED = f"""
CREATE OR REPLACE TEMP TABLE judged AS
WITH live AS (
    SELECT customer_id, lower(trim(email)) AS key, civility, first_name, last_name, interests
    FROM warehouse.contacts WHERE deleted_at IS NULL AND trim(email) <> ''
), winner AS (
    SELECT key, max(customer_id) AS customer_id, count(*) AS rows FROM live GROUP BY key
)
SELECT key, customer_id, rows, {_REASON} AS reason FROM winner JOIN live USING (customer_id, key)
"""

_ACCEPTED = f"""
SELECT judged.key, {", ".join(f"{column.expected} AS {column.name}" for column in COLUMNS)}
FROM warehouse.contacts JOIN judged USING (customer_id) WHERE judged.reason IS NULL
"""

_REMEMBER = """
CREATE OR REPLACE TABLE still_held AS
SELECT held.* FROM held
ANTI JOIN (SELECT key FROM judged WHERE reason IS NULL) USING (key)
ANTI JOIN (SELECT lower(trim(email)) AS key FROM warehouse.contacts WHERE deleted_at IS NOT NULL) USING (key);
"""

_TYPES = {"key": "VARCHAR", "text": "VARCHAR", "number": "DOUBLE", "date": "TIMESTAMP", "labels": "VARCHAR[]"}


@dataclass(frozen=True)
class Counts:
    """What a run must count: rows read, rejected and set aside as duplicates, and targets held after it."""

    read: int
    rejected: int
    duplicate: int
    held: int


@contextmanager
def judged(truth: Path, warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database `truth` with the warehouse attached to read, and the temporary table `judged`.

    `judged` has one row for each key of a live contact: `key`, `customer_id` of the row that counts, `rows`
    of the key, and the `reason` for which the row is rejected, NULL for a good one.
    """
    with opened(truth) as connection:
        connection.execute(f"ATTACH {literal(warehouse)} AS warehouse (READ_ONLY)")
        connection.execute(_JUDGED)
        yield connection


def remember(truth: Path, warehouse: Path) -> Counts:
    """Bring the table `held` of `truth` up to what NP6 must hold after a run over the warehouse."""
    with judged(truth, warehouse) as connection:
        columns = ", ".join(f"{column.name} {_TYPES[column.kind]}" for column in COLUMNS)
        connection.execute(f"CREATE TABLE IF NOT EXISTS held (key VARCHAR, {columns})")
        connection.execute(_REMEMBER)
        connection.execute(f"CREATE OR REPLACE TABLE held AS FROM still_held UNION ALL {_ACCEPTED}")
        connection.execute("DROP TABLE still_held")
        return _counts(connection)


def _counts(connection: duckdb.DuckDBPyConnection) -> Counts:
    (read,) = one_row(connection, "SELECT count(*) FROM warehouse.contacts WHERE deleted_at IS NULL")
    keyed, keys, invalid = one_row(connection, "SELECT sum(rows), count(*), count(reason) FROM judged")
    (held,) = one_row(connection, "SELECT count(*) FROM held")
    return Counts(read=read, rejected=read - keyed + invalid, duplicate=keyed - keys, held=held)
