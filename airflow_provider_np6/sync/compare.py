"""Rows taken in become counts and a plan: converted, checked, freed of duplicates, compared with the snapshot."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_np6.models.fields import ValueList
from airflow_provider_np6.sync.conversion import REASONS, Conversion, compared, conversion_of, key_part
from airflow_provider_np6.sync.intake import GROUP_BYTES, GROUP_ROWS, ROW_NUMBER
from airflow_provider_np6.sync.mapping import MappedField, ResolvedMapping
from airflow_provider_np6.sync.scratch import Workbench
from airflow_provider_np6.sync.sql_text import literal

if TYPE_CHECKING:
    import duckdb

#: Keys compared at once. DuckDB's tables of keys then fit its memory, or spill, however many rows there are:
#: measured, 10,000,000 at once need 96 MB at least.
ROWS_COMPARED = 500_000

#: Small row groups keep the memory of a thread small however wide the rows are.
PARQUET = f"FORMAT parquet, ROW_GROUP_SIZE {GROUP_ROWS}, ROW_GROUP_SIZE_BYTES {GROUP_BYTES}"


@dataclass(frozen=True)
class Counts:
    """What became of the rows read; ``read = rejected + duplicate + unchanged + new + changed``."""

    read: int
    rejected: int
    duplicate: int
    unchanged: int
    new: int
    changed: int
    reasons: Mapping[str, int]

    @property
    def planned(self) -> int:
        """Rows to send."""
        return self.new + self.changed


def convert(bench: Workbench, mapping: ResolvedMapping, lists: Mapping[int, ValueList], separator: str) -> None:
    """Make ``converted(_row, key, hash, reasons, f<id>...)`` of ``source``: values, key and every reason against a row.

    Column ``c<i>`` of ``source`` holds the i-th entry of the mapping. The rows go to a file, as those of ``source`` do.
    """
    file = literal(str(bench.folder / "converted.parquet"))
    conversions = {
        entry: conversion_of(entry.field, f"c{index}", lists, separator) for index, entry in enumerate(mapping.entries)
    }
    values = ", ".join(f"{conversions[entry].value} AS {entry.name}" for entry in mapping.entries)
    problems = ", ".join(_problem_cases(conversions))
    key = " || chr(31) || ".join(key_part(e.field, e.name) for e in mapping.unicity)
    bench.database.execute(
        f"""
        COPY (SELECT {ROW_NUMBER}, {key} AS key, {_hash(mapping)} AS hash,
               CASE WHEN {key} IS NULL THEN list_append(found, 'key_missing:' || {_key_names(mapping)})
                    ELSE found END AS reasons,
               {", ".join(entry.name for entry in mapping.entries)}
        FROM (SELECT {ROW_NUMBER}, {values},
                     list_filter([{problems}]::VARCHAR[], lambda reason: reason IS NOT NULL) AS found FROM source)
        ) TO {file} ({PARQUET})
        """
    )
    bench.database.execute("DROP VIEW source")
    bench.database.execute(f"CREATE OR REPLACE TEMP VIEW converted AS SELECT * FROM read_parquet({file})")


def compare(database: duckdb.DuckDBPyConnection) -> Counts:
    """Make ``planned(_row, is_new)`` of ``converted`` and the view ``snapshot(key, hash)``, and count everything.

    Which row of a key counts is decided on the key alone, before any check: the last one read is the source's present
    word, and if it is wrong, an older one must not pass in its place.
    """
    read, keyless = _pair(database, "SELECT count(*), count(*) FILTER (key IS NULL) FROM converted")
    database.execute(
        f"CREATE OR REPLACE TABLE judged ({ROW_NUMBER} BIGINT, is_good BOOL, is_new BOOL, is_unchanged BOOL)"
    )
    shares = max(1, math.ceil(read / ROWS_COMPARED))
    for share in range(shares):
        _judge(database, f"hash(key) % {shares} = {share}" if shares > 1 else "true")
    database.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW planned AS
        SELECT {ROW_NUMBER}, is_new FROM judged WHERE is_good AND NOT is_unchanged
        """
    )
    database.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW rejected AS
        SELECT {ROW_NUMBER}, key, reasons FROM converted
        WHERE len(reasons) > 0
          AND (key IS NULL OR {ROW_NUMBER} IN (SELECT {ROW_NUMBER} FROM judged WHERE NOT is_good))
        """
    )
    return _counts(database, read, keyless)


def _judge(database: duckdb.DuckDBPyConnection, among: str) -> None:
    """Find and compare the row that counts of each key, among a share of the keys."""
    database.execute(
        f"""
        INSERT INTO judged
        SELECT c.{ROW_NUMBER}, c.is_good, s.key IS NULL, coalesce(s.hash = c.hash, false)
        FROM (SELECT {ROW_NUMBER}, key, hash, len(reasons) = 0 AS is_good FROM converted WHERE {among}) AS c
        SEMI JOIN (SELECT max({ROW_NUMBER}) AS {ROW_NUMBER} FROM converted WHERE key IS NOT NULL AND {among}
                   GROUP BY md5_number(key)) AS w USING ({ROW_NUMBER})
        LEFT JOIN (SELECT key, hash FROM snapshot WHERE {among}) AS s ON s.key = c.key
        """
    )


def write_rejections(database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping, path: Path) -> None:
    """Write the rejected rows as Parquet: ``row`` (1-based, in the order read), ``key``, ``codes`` and ``reasons``.

    Reasons are in words that a marketer understands, all of them at once.
    """
    words = ", ".join(f"{literal(code)}: {literal(text)}" for code, text in REASONS.items())
    names = ", ".join(f"'{entry.field.id}': {literal(entry.field.name)}" for entry in mapping.entries)
    named = f"MAP {{{names}}}[split_part(r, ':', 2)]"
    database.execute(
        f"""
        COPY (
          SELECT {ROW_NUMBER} + 1 AS row, key,
                 list_transform(reasons, lambda r: split_part(r, ':', 1)) AS codes,
                 list_transform(reasons, lambda r:
                     {named} || ': ' || MAP {{{words}}}[split_part(r, ':', 1)]) AS reasons
          FROM rejected ORDER BY {ROW_NUMBER}
        ) TO {literal(str(path))} (FORMAT parquet)
        """
    )


def part_bounds(database: duckdb.DuckDBPyConnection, part_rows: int) -> list[tuple[int, int]]:
    """First and last ``_row`` of each part of the plan, ``part_rows`` planned rows each: the same cut every time."""
    cursor = database.execute(f"SELECT {ROW_NUMBER} FROM planned ORDER BY {ROW_NUMBER}")
    # A few at a time, since all of them at once would be many Python objects.
    numbers = (int(row[0]) for rows in iter(lambda: cursor.fetchmany(GROUP_ROWS), []) for row in rows)
    bounds = []
    for first in numbers:
        last = deque(islice(numbers, part_rows - 1), maxlen=1)
        bounds.append((first, last[0] if last else first))
    return bounds


def write_part(database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping, first: int, last: int, path: Path) -> int:
    """Write the planned rows from ``first`` to ``last`` (``_row``) as Parquet ``key, hash, is_new, gone, f<id>...``.

    :returns: rows written.
    """
    fields = ", ".join(f"c.{entry.name}" for entry in mapping.entries)
    among = f"{ROW_NUMBER} BETWEEN {first} AND {last}"
    written = database.execute(
        f"""
        COPY (
          SELECT c.key, c.hash, p.is_new, false AS gone, {fields}
          FROM (SELECT * FROM converted WHERE {among}) AS c
          JOIN (SELECT * FROM planned WHERE {among}) AS p USING ({ROW_NUMBER})
        ) TO {literal(str(path))} ({PARQUET})
        """
    ).fetchone()
    return int(written[0]) if written else 0


def bytes_per_row(database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping) -> float:
    """Mean bytes of a planned row in an import file: its text, and a separator and quotes a cell."""
    length = " + ".join(f"coalesce(strlen({entry.name}), 0) + 3" for entry in mapping.entries)
    mean = database.execute(f"SELECT avg({length}) FROM planned JOIN converted USING ({ROW_NUMBER})").fetchone()
    return float(mean[0] or 1.0) if mean else 1.0


def _problem_cases(conversions: Mapping[MappedField, Conversion]) -> list[str]:
    return [
        f"CASE WHEN {condition} THEN '{code}:{entry.field.id}' END"
        for entry, conversion in conversions.items()
        for code, condition in conversion.problems
    ]


def _hash(mapping: ResolvedMapping) -> str:
    """A digest that no two different rows share: each value is marked as present or absent, and field ids go in."""
    ordered = sorted(mapping.entries, key=lambda entry: entry.field.id)
    cells = (f"coalesce('{e.field.id}=' || {compared(e.field, e.name)}, '{e.field.id}-')" for e in ordered)
    return f"unhex(md5(concat_ws(chr(31), {', '.join(cells)})))"


def _key_names(mapping: ResolvedMapping) -> str:
    return literal(str(mapping.unicity[0].field.id))


def _counts(database: duckdb.DuckDBPyConnection, read: int, keyless: int) -> Counts:
    rejected, _ = _pair(database, "SELECT count(*), 0 FROM rejected")
    keys, unchanged = _pair(database, "SELECT count(*), count(*) FILTER (is_good AND is_unchanged) FROM judged")
    planned, new = _pair(database, "SELECT count(*), count(*) FILTER (is_new) FROM planned")
    return Counts(
        read=read,
        rejected=rejected,
        duplicate=read - keyless - keys,
        unchanged=unchanged,
        new=new,
        changed=planned - new,
        reasons=_reasons(database),
    )


def _reasons(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows: Sequence[tuple[str, int]] = database.execute(
        """
        SELECT code, count(*) AS n FROM (SELECT unnest(list_distinct(
            list_transform(reasons, lambda r: split_part(r, ':', 1)))) AS code FROM rejected)
        GROUP BY code ORDER BY n DESC, code
        """
    ).fetchall()
    return dict(rows)


def _pair(database: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    row = database.execute(query).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
