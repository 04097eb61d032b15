"""A day in the life of the warehouse between the two runs: contacts change, come, go and become invalid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_np6.cli.demo.contacts import SEED, insert_contacts
from airflow_provider_np6.cli.demo.database import literal, opened
from airflow_provider_np6.cli.demo.truth import judged

if TYPE_CHECKING:
    import duckdb

FULL_SIZE = 10_000


@dataclass(frozen=True)
class Changes:
    """How many contacts changed, are new, were deleted and became invalid. The four groups are disjoint."""

    changed: int
    new: int
    deleted: int
    invalid: int

    def __str__(self) -> str:
        return (
            f"{self.changed:,} contacts changed, {self.new:,} new, {self.deleted:,} deleted, "
            f"{self.invalid:,} became invalid"
        )

    @classmethod
    def of(cls, rows: int) -> Changes:
        """300, 200, 100 and 50 from 10,000 rows up, in proportion below, never less than one."""
        share = min(1.0, rows / FULL_SIZE)
        return cls(*(max(1, round(full * share)) for full in (300, 200, 100, 50)))


# `nth` counts the contacts of a group, so that each group holds every kind of change.
_CHANGED = """
UPDATE contacts SET
    points = CASE WHEN nth % 6 = 0 THEN coalesce(points, 0) + 37 ELSE points END,
    city = CASE WHEN nth % 6 = 1 THEN coalesce(city, '') || ' (bis)' ELSE city END,
    basket = CASE WHEN nth % 6 = 2 THEN coalesce(basket, 0) + 1.05 ELSE basket END,
    notes = CASE WHEN nth % 6 <> 3 THEN notes WHEN notes <> '' THEN NULL ELSE 'moved; "call later"' END,
    interests = CASE WHEN nth % 6 <> 4 THEN interests
        WHEN len(interests) > 0 THEN NULL ELSE ['Travel', 'Café & thé'] END,
    last_order_at = CASE WHEN nth % 6 <> 5 THEN last_order_at
        ELSE coalesce(last_order_at, TIMESTAMP '2026-01-01') + INTERVAL 1 DAY END
FROM chosen WHERE chosen.customer_id = contacts.customer_id AND fate = 'changed'
"""

_INVALID = """
UPDATE contacts SET
    civility = CASE WHEN nth % 3 = 0 THEN 'Maharaja' ELSE civility END,
    last_name = CASE WHEN nth % 3 = 1 THEN repeat('Name', 40) ELSE last_name END,
    interests = CASE WHEN nth % 3 = 2 THEN list_append(interests, 'Alchemy') ELSE interests END
FROM chosen WHERE chosen.customer_id = contacts.customer_id AND fate = 'invalid'
"""

_DELETED = """
UPDATE contacts SET deleted_at = TIMESTAMP '2026-06-01 12:00:00'
FROM chosen WHERE chosen.customer_id = contacts.customer_id AND fate = 'deleted'
"""


def change_contacts(warehouse: Path, truth: Path, rows: int, seed: int = SEED) -> Changes:
    """Change the warehouse of `rows` contacts as `Changes.of(rows)` says.

    Only contacts that a sync accepts and that share their key with nobody are changed, deleted or made
    invalid, and the e-mail stays: an invalid contact has a target that must keep its last accepted values.
    """
    changes = Changes.of(rows)
    with judged(truth, warehouse) as connection:
        chosen = _chosen(connection, changes, seed)
    with opened(warehouse) as connection:
        connection.execute("CREATE TEMP TABLE chosen (customer_id VARCHAR, fate VARCHAR, nth INTEGER)")
        connection.executemany("INSERT INTO chosen VALUES (?, ?, ?)", chosen)
        for statement in (_CHANGED, _INVALID, _DELETED):
            connection.execute(statement)
        insert_contacts(connection, range(rows, rows + changes.new), seed, clean=True)
    return changes


def _chosen(connection: duckdb.DuckDBPyConnection, changes: Changes, seed: int) -> list[tuple[str, str, int]]:
    """`(customer_id, group, number in the group)` of the contacts to touch, drawn from the seed."""
    groups = ["changed"] * changes.changed + ["deleted"] * changes.deleted + ["invalid"] * changes.invalid
    drawn = connection.execute(
        f"""SELECT customer_id FROM judged WHERE reason IS NULL AND rows = 1
        ORDER BY md5({literal(str(seed))} || customer_id) LIMIT {len(groups)}"""
    ).fetchall()
    firsts = {group: groups.index(group) for group in set(groups)}
    return [
        (str(row[0]), group, nth - firsts[group]) for nth, (row, group) in enumerate(zip(drawn, groups, strict=True))
    ]
