"""What a run says of itself: typed, versioned, free of personal data, and true by its own sums."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_np6.exceptions import NP6AccountingError

REPORT_VERSION = 1


@dataclass(frozen=True)
class SyncReport:
    """The account of one sync run: counts, durations and paths, never rows.

    Every row read stands in exactly one of ``rejected``, ``duplicate``, ``unchanged`` and ``planned``; every row
    planned in exactly one of ``accepted``, ``refused``, ``pending`` and ``unsent``. :meth:`check` asserts both.

    :param run: id of the run, unique below one snapshot.
    :param state: ``open`` while imports that it started are not settled; ``done``; ``failed`` when a part failed;
        ``stopped`` when too many rows were rejected for anything to be sent; ``uncommitted`` when another run had moved
        the snapshot on, so that the accepted rows are sent again.
    :param delivery: ``import`` or ``targets``.
    :param read: rows that the source gave.
    :param rejected: rows that our checks stopped before sending.
    :param duplicate: rows that gave way to a later row of the same key.
    :param unchanged: rows equal to what NP6 last accepted.
    :param planned: rows to send; ``new`` and ``changed`` split them by whether the snapshot knew the key.
    :param accepted: rows that NP6 holds now.
    :param refused: rows that NP6 answered with no.
    :param pending: rows sent whose outcome could not be established; they come again with the next run.
    :param unsent: rows planned that never left; they come again with the next run.
    :param reasons: rejection and refusal reasons by count; a row with two reasons counts under both.
    :param reason_full: why everything was compared with nothing ("first run", ...), or None for an incremental run.
    :param seconds: wall-clock seconds from the first read to the end.
    :param import_ids: NP6 imports that the run started.
    :param paths: where rejections and this report are kept.
    :param errors: why parts failed, a sentence each.
    """

    run: str
    state: str = "open"
    delivery: str = "import"
    read: int = 0
    rejected: int = 0
    duplicate: int = 0
    unchanged: int = 0
    planned: int = 0
    new: int = 0
    changed: int = 0
    accepted: int = 0
    refused: int = 0
    pending: int = 0
    unsent: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    reason_full: str | None = None
    seconds: float = 0.0
    import_ids: tuple[int, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    dry_run: bool = False
    version: int = REPORT_VERSION

    def check(self) -> SyncReport:
        """Assert the two sums.

        :raises NP6AccountingError: when a row is unaccounted for.
        """
        _same("read", self.read, self.rejected + self.duplicate + self.unchanged + self.planned)
        _same("planned", self.planned, self.accepted + self.refused + self.pending + self.unsent)
        return self

    def to_json(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        document = dataclasses.asdict(self)
        document["import_ids"] = list(self.import_ids)
        document["errors"] = list(self.errors)
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> SyncReport:
        """Read a report back; properties of later versions are left out."""
        known = {entry.name for entry in dataclasses.fields(cls)}
        values = {name: value for name, value in document.items() if name in known}
        values["import_ids"] = tuple(values.get("import_ids", ()))
        values["errors"] = tuple(values.get("errors", ()))
        return cls(**values)


@dataclass(frozen=True)
class PurgeReport:
    """The account of one purge: counts and paths, never keys.

    :param read: keys that the query gave, duplicates included.
    :param rejected: rows whose key is empty or malformed: they name nobody, so nobody is deleted for them.
    :param duplicate: keys that came more than once.
    :param absent: keys that NP6 did not hold.
    :param due: targets that NP6 held and that are to go: ``due = deleted + refused + pending + unsent``.
    :param deleted: targets read back as absent after the delete.
    :param refused: targets that NP6 still holds after the delete.
    :param pending: targets whose fate could not be read back.
    :param unsent: targets that no delete was sent for (always all of them in a dry run).
    :param held: targets in NP6 before the purge, from GET /targets/count.
    """

    run: str
    state: str = "open"
    read: int = 0
    rejected: int = 0
    duplicate: int = 0
    absent: int = 0
    due: int = 0
    deleted: int = 0
    refused: int = 0
    pending: int = 0
    unsent: int = 0
    held: int | None = None
    error: str | None = None
    seconds: float = 0.0
    dry_run: bool = False
    version: int = REPORT_VERSION

    def check(self) -> PurgeReport:
        """Assert the sums.

        :raises NP6AccountingError: when a key is unaccounted for.
        """
        _same("read", self.read, self.rejected + self.duplicate + self.absent + self.due)
        _same("due", self.due, self.deleted + self.refused + self.pending + self.unsent)
        return self

    def to_json(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return dataclasses.asdict(self)


def _same(name: str, total: int, parts: int) -> None:
    if total != parts:
        raise NP6AccountingError(
            f"The run's account does not add up: {name} is {total} and its parts are {parts}; "
            "this is a fault of airflow-provider-np6, please report it with the run's report.json."
        )
