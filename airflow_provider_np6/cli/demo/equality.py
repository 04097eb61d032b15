"""Does NP6 equal the warehouse? Every target, field by field, with what `truth` says that NP6 must hold.

The sandbox's dump is a door that the API client does not know; it is read here with the standard library and
joined in DuckDB, so that a large account costs no memory. A random sample is then read through the API client
as well.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

from airflow_provider_np6.cli.demo.contacts import SEED
from airflow_provider_np6.cli.demo.database import literal, one_row, opened
from airflow_provider_np6.cli.demo.truth import COLUMNS, Column

if TYPE_CHECKING:
    from airflow_provider_np6.api.client import NP6Client

SHOWN = 20
SAMPLE = 200


@dataclass(frozen=True)
class Verdict:
    """How many targets were compared, how many are wrong, and one sentence for each of the first of those."""

    compared: int
    wrong: int
    sampled: int = 0
    differences: Sequence[str] = field(default_factory=tuple)

    @property
    def equal(self) -> bool:
        """Whether nothing is wrong."""
        return self.wrong == 0

    def and_also(self, sample: Verdict) -> Verdict:
        """The same verdict with that of a sample read in another way."""
        differences = [*self.differences, *sample.differences]
        return Verdict(self.compared, self.wrong + sample.wrong, sample.compared, differences[:SHOWN])


def compare_with_dump(truth: Path, sandbox_url: str) -> Verdict:
    """Compare every target in the sandbox's dump with the table `held` of the database `truth`.

    Keys are compared without case, numbers as numbers, dates as instants, multiple selections as sets, the
    rest exactly; an empty value and no value are the same.
    """
    dump = truth.with_suffix(".ndjson")
    try:
        _download(f"{sandbox_url}/sandbox/targets", dump)
        with opened(truth) as connection:
            # In two steps, since the JSON reader's buffers and the join together would need twice the memory.
            connection.execute(f"CREATE TEMP TABLE found AS {_found_sql(dump)}")
            connection.execute(f"CREATE TEMP TABLE wrong AS {_WRONG}")
            compared, wrong = one_row(connection, "SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM wrong)")
            shown = connection.execute(f"SELECT what FROM wrong ORDER BY what LIMIT {SHOWN}").fetchall()
    finally:
        dump.unlink(missing_ok=True)
    return Verdict(compared, wrong, differences=[str(what) for (what,) in shown])


def compare_with_api(truth: Path, client: NP6Client, seed: int = SEED) -> Verdict:
    """Read 200 random targets through the API client and compare them in the same way."""
    from airflow_provider_np6.api import fields, targets

    ids = {known.name: known.id for known in client.send(fields.list_fields())}
    sample = list(_sample(truth, seed))
    differences = []
    for expected in sample:
        target = client.send(targets.find_target([expected["email"]]))
        if target is None:
            differences.append(f"contact {expected['customer_id']} is not found through the API")
            continue
        held = {column.name: target.fields.get(ids[column.field]) for column in COLUMNS}
        unlike = [column.field for column in COLUMNS if not _alike(column, expected[column.name], held[column.name])]
        if unlike:
            differences.append(f"target {target.id} differs through the API in {', '.join(unlike)}")
    return Verdict(len(sample), len(differences), differences=differences[:SHOWN])


def _download(url: str, to: Path) -> None:
    # No proxy: a company's proxy variables must not catch a call to this machine.
    with build_opener(ProxyHandler({})).open(url, timeout=60) as answer, to.open("wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)


# --- the dump, in SQL


def _unlike_sql(column: Column) -> str:
    """SQL: the field's name with both values if they differ, else NULL."""
    if column.kind == "key":
        return "NULL"
    held, found = f"held.{column.name}", f"found.{column.name}"
    sides = f"coalesce({held}::VARCHAR, 'nothing') || ', not ' || coalesce({found}::VARCHAR, 'nothing')"
    return f"CASE WHEN {held} IS DISTINCT FROM {found} THEN '{column.field}: should be ' || {sides} END"


_WRONG = f"""
SELECT what FROM (
    SELECT CASE
        WHEN found.id IS NULL THEN 'contact ' || held.customer_id || ' is no target'
        WHEN held.key IS NULL THEN 'target ' || found.id || ' should not be there'
        ELSE 'target ' || found.id || ' differs in '
            || nullif(concat_ws('; ', {", ".join(_unlike_sql(column) for column in COLUMNS)}), '')
    END AS what
    FROM found FULL JOIN held ON held.key = lower(found.email)
) WHERE what IS NOT NULL
"""
"""One sentence `what` for each target that is missing, unexpected or different."""

# What the dump must not hold (a number as text, a date that is none) becomes a value that equals no expected
# one.
_FOUND = {
    "text": """CASE json_type({0}) WHEN 'VARCHAR' THEN nullif({0} ->> '$', '') WHEN 'NULL' THEN NULL
        ELSE 'JSON ' || {0} END""",
    "number": """CASE WHEN json_type({0}) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN ({0} ->> '$')::DOUBLE
        WHEN json_type({0}) <> 'NULL' THEN 'nan'::DOUBLE END""",
    "date": """CASE WHEN json_type({0}) <> 'NULL' THEN
        coalesce(TRY_CAST({0} ->> '$' AS TIMESTAMPTZ) AT TIME ZONE 'UTC', 'infinity'::TIMESTAMP) END""",
    "labels": """CASE json_type({0}) WHEN 'ARRAY' THEN
        CASE WHEN json_array_length({0}) > 0 THEN list_sort(list_distinct(from_json({0}, '["VARCHAR"]'))) END
        ELSE CASE WHEN json_type({0}) <> 'NULL' THEN ['JSON ' || {0}] END END""",
}
_FOUND["key"] = _FOUND["text"]


def _found_sql(dump: Path) -> str:
    """SQL: the targets of the dump, one column for each column of the warehouse."""
    struct = "STRUCT(" + ", ".join(f'"{column.field}" JSON' for column in COLUMNS) + ")"
    values = (_FOUND[column.kind].format(f'fields."{column.field}"') + f" AS {column.name}" for column in COLUMNS)
    return f"""
    SELECT id, {", ".join(values)}
    FROM read_json({literal(dump)}, format = 'newline_delimited', maximum_object_size = 1048576,
        columns = {{'id': 'VARCHAR', 'fields': {literal(struct)}}})
    """


# --- the sample, in Python


def _sample(truth: Path, seed: int) -> Iterator[Mapping[str, Any]]:
    with opened(truth) as connection:
        names = ", ".join(column.name for column in COLUMNS)
        drawn = f"md5({literal(f'sample {seed}')} || customer_id)"
        rows = connection.execute(f"SELECT {names} FROM held ORDER BY {drawn} LIMIT {SAMPLE}").fetchall()
    for row in rows:
        yield {column.name: value for column, value in zip(COLUMNS, row, strict=True)}


def _alike(column: Column, expected: Any, held: Any) -> bool:
    if held is None or held == "" or held == []:
        return expected is None
    if column.kind == "key":
        return str(held).lower() == str(expected).lower()
    if column.kind == "labels":
        return isinstance(held, list) and sorted(set(held)) == sorted(expected or [])
    if column.kind == "date":
        return expected is not None and _instant(held) == expected.replace(tzinfo=UTC)
    if column.kind == "number":
        return isinstance(held, int | float) and expected == held
    return bool(held == expected)


def _instant(held: str) -> datetime:
    instant = datetime.fromisoformat(held)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
