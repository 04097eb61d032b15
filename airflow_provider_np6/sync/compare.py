"""Rows taken in become counts and a plan: converted, checked, freed of duplicates, compared with the snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_np6.models.fields import ValueList
from airflow_provider_np6.sync.conversion import REASONS, Conversion, compared, conversion_of, key_part
from airflow_provider_np6.sync.intake import ROW_NUMBER
from airflow_provider_np6.sync.mapping import MappedField, ResolvedMapping
from airflow_provider_np6.sync.sql_text import literal

if TYPE_CHECKING:
    import duckdb


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


def convert(
    database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping, lists: Mapping[int, ValueList], separator: str
) -> None:
    """Make ``converted(_row, key, hash, reasons, f<id>...)`` of ``source``: values, key and every reason against a row.

    Column ``c<i>`` of ``source`` holds the i-th entry of the mapping.
    """
    conversions = {
        entry: conversion_of(entry.field, f"c{index}", lists, separator) for index, entry in enumerate(mapping.entries)
    }
    values = ", ".join(f"{conversions[entry].value} AS {entry.name}" for entry in mapping.entries)
    problems = ", ".join(_problem_cases(conversions))
    key = " || chr(31) || ".join(f"nullif({key_part(e.field, e.name)}, '')" for e in mapping.unicity)
    database.execute(
        f"""
        CREATE OR REPLACE TABLE converted AS
        SELECT {ROW_NUMBER}, {key} AS key, {_hash(mapping)} AS hash,
               CASE WHEN {key} IS NULL THEN list_append(found, 'key_missing:' || {_key_names(mapping)})
                    ELSE found END AS reasons,
               {", ".join(entry.name for entry in mapping.entries)}
        FROM (SELECT {ROW_NUMBER}, {values},
                     list_filter([{problems}]::VARCHAR[], lambda reason: reason IS NOT NULL) AS found FROM source)
        """
    )
    database.execute("DROP TABLE source")


def compare(database: duckdb.DuckDBPyConnection) -> Counts:
    """Make ``planned(_row, is_new)`` of ``converted`` and the view ``snapshot(key, hash)``, and count everything.

    Which row of a key counts is decided on the key alone, before any check: the last one read is the source's present
    word, and if it is wrong, an older one must not pass in its place.
    """
    database.execute(
        f"""
        CREATE OR REPLACE TABLE winners AS
        SELECT key, max({ROW_NUMBER}) AS {ROW_NUMBER} FROM converted WHERE key IS NOT NULL GROUP BY key
        """
    )
    database.execute(
        f"""
        CREATE OR REPLACE TABLE judged AS
        SELECT c.{ROW_NUMBER}, s.key IS NULL AS is_new, s.hash IS NOT NULL AND s.hash = c.hash AS is_unchanged
        FROM converted c JOIN winners w USING ({ROW_NUMBER}) LEFT JOIN snapshot s ON s.key = c.key
        WHERE len(c.reasons) = 0
        """
    )
    database.execute(
        f"CREATE OR REPLACE VIEW planned AS SELECT {ROW_NUMBER}, is_new FROM judged WHERE NOT is_unchanged"
    )
    database.execute(
        f"""
        CREATE OR REPLACE VIEW rejected AS
        SELECT c.{ROW_NUMBER}, c.key, c.reasons FROM converted c LEFT JOIN winners w USING ({ROW_NUMBER})
        WHERE len(c.reasons) > 0 AND (c.key IS NULL OR w.key IS NOT NULL)
        """
    )
    return _counts(database)


def write_rejections(
    database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping, path: Path, key_in_clear: bool = True
) -> None:
    """Write the rejected rows as Parquet: ``row`` (1-based, in the order read), ``key``, ``codes`` and ``reasons``.

    Reasons are in words that a marketer understands, all of them at once.
    """
    words = ", ".join(f"{literal(code)}: {literal(text)}" for code, text in REASONS.items())
    names = ", ".join(f"'{entry.field.id}': {literal(entry.field.name)}" for entry in mapping.entries)
    named = f"MAP {{{names}}}[split_part(r, ':', 2)]"
    database.execute(
        f"""
        COPY (
          SELECT {ROW_NUMBER} + 1 AS row, {"key" if key_in_clear else "md5(key)"} AS key,
                 list_transform(reasons, lambda r: split_part(r, ':', 1)) AS codes,
                 list_transform(reasons, lambda r:
                     {named} || ': ' || MAP {{{words}}}[split_part(r, ':', 1)]) AS reasons
          FROM rejected ORDER BY {ROW_NUMBER}
        ) TO {literal(str(path))} (FORMAT parquet)
        """
    )


def write_part(
    database: duckdb.DuckDBPyConnection, mapping: ResolvedMapping, number: int, part_rows: int, path: Path
) -> int:
    """Write one part of the plan as Parquet (``key, hash, is_new, gone, f<id>...``); returns its rows.

    Parts are cut in the order read, so that the same plan is cut the same way each time.
    """
    fields = ", ".join(f"c.{entry.name}" for entry in mapping.entries)
    written = database.execute(
        f"""
        COPY (
          SELECT c.key, c.hash, p.is_new, false AS gone, {fields}
          FROM (SELECT * FROM planned ORDER BY {ROW_NUMBER} LIMIT {part_rows} OFFSET {number * part_rows}) p
          JOIN converted c USING ({ROW_NUMBER})
        ) TO {literal(str(path))} (FORMAT parquet)
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


def _counts(database: duckdb.DuckDBPyConnection) -> Counts:
    read, keyless = _pair(database, "SELECT count(*), count(*) FILTER (key IS NULL) FROM converted")
    rejected, _ = _pair(database, "SELECT count(*), 0 FROM rejected")
    winners, _ = _pair(database, "SELECT count(*), 0 FROM winners")
    planned, new = _pair(database, "SELECT count(*), count(*) FILTER (is_new) FROM planned")
    unchanged, _ = _pair(database, "SELECT count(*) FILTER (is_unchanged), 0 FROM judged")
    return Counts(
        read=read,
        rejected=rejected,
        duplicate=read - keyless - winners,
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
