"""The lines of an import file: cut into records, converted column by column. No database here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import IO, Any

from airflow_provider_np6.sandbox.account import Account
from airflow_provider_np6.sandbox.definitions import Recipe
from airflow_provider_np6.sandbox.identity import comparable_column, unicity_keys
from airflow_provider_np6.sandbox.values import BAD, FieldReader

# Small enough for the processor's cache: batches of 5,000 took twice as long to convert.
BATCH = 500


@dataclass(frozen=True)
class Batch:
    """Converted lines: `keys`, and `columns` in the order of the recipe's, all of one length.

    Columns rather than rows: no object is made per line, which is half of the time otherwise.
    """

    read: int
    keys: Sequence[bytes]
    columns: Sequence[Sequence[Any]]

    def only(self, taken: Sequence[bool]) -> Batch:
        """The lines that are marked as taken."""
        if all(taken):
            return self
        columns = [list(compress(column, taken)) for column in self.columns]
        return Batch(self.read, list(compress(self.keys, taken)), columns)


def records(text: IO[str], recipe: Recipe) -> Iterator[list[str]]:
    """Records from `start_at` on (0 is the first), blank lines left out."""
    reader = csv.reader(text, delimiter=recipe.separator, quotechar='"', doublequote=True)
    return filter(None, islice(reader, recipe.start_at, None))


def batches(
    lines: Iterator[list[str]],
    recipe: Recipe,
    account: Account,
    readers: Mapping[int, FieldReader],
    drops: Callable[[int], bool] | None = None,
) -> Iterator[Batch]:
    """Convert records a batch at a time.

    A line that has too few columns or a value its field refuses is dropped without a word: NP6 tells nothing
    of refused lines by API (data-side section 5).

    :param drops: told the number of a data line (from 1), says whether a fault swallows it.
    """
    number = 0
    while chunk := list(islice(lines, BATCH)):
        first, number = number + 1, number + len(chunk)
        kept = chunk if drops is None else [row for i, row in enumerate(chunk, first) if not drops(i)]
        yield _batch(len(chunk), kept, recipe, account, readers)


def _batch(
    read: int,
    chunk: Sequence[list[str]],
    recipe: Recipe,
    account: Account,
    readers: Mapping[int, FieldReader],
) -> Batch:
    width = 1 + max(column for column, _ in recipe.columns)
    if min(map(len, chunk), default=0) < width:
        chunk = [row for row in chunk if len(row) >= width]
    if not chunk:
        return Batch(read, [], [[] for _ in recipe.columns])
    raw = list(zip(*chunk, strict=False))
    columns = [readers[field].column(raw[column]) for column, field in recipe.columns]
    spoilt = [column for column in columns if BAD in column]
    if spoilt:
        taken = [BAD not in cells for cells in zip(*spoilt, strict=True)]
        columns = [list(compress(column, taken)) for column in columns]
    return Batch(read, _keys(columns, recipe, account), columns)


def _keys(columns: Sequence[Sequence[Any]], recipe: Recipe, account: Account) -> list[bytes]:
    places = {field: place for place, (_, field) in enumerate(recipe.columns)}
    return unicity_keys([comparable_column(field, columns[places[field.id]]) for field in account.unicity])
