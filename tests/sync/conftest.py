"""The engine over real files and a real DuckDB; NP6 is played by a dictionary, since here the engine is the subject."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from upath import UPath

from airflow_provider_np6.models.fields import Constraint, Field, ValueList
from airflow_provider_np6.models.reports import SyncReport
from airflow_provider_np6.models.runs import FieldColumn, PartRecord, PartState
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.engine import SyncEngine, SyncRequest
from airflow_provider_np6.sync.mapping import resolve_mapping
from airflow_provider_np6.sync.ports import PartOutcome, Receiver
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch

FIELDS = [
    Field(1, "Email", "email", is_unicity=True, is_mandatory=True),
    Field(2, "Name", "textField", constraint=Constraint(4, "20")),
    Field(3, "Points", "numeric"),
    Field(4, "Birth", "date"),
    Field(5, "Title", "singleSelectList", value_list_id=51),
    Field(6, "Likes", "multipleSelectList", value_list_id=52),
]
LISTS = {51: ValueList(51, "titles", ("Mr", "Mrs")), 52: ValueList(52, "likes", ("Sport", "Café & thé"))}
MAPPING = {"email": "Email", "name": "Name", "points": "Points"}


class Rows:
    """A source of dictionaries, all values as text."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = tuple(MAPPING)) -> None:
        self._rows = rows
        self._columns = columns

    def read(self, receive: Receiver) -> None:
        schema = pa.schema([(name, pa.string()) for name in self._columns])
        table = pa.Table.from_pylist([dict(row) for row in self._rows], schema=schema)
        receive(table.column_names, table.to_batches(max_chunksize=3))


class Killed(BaseException):
    """Stands for SIGKILL: nothing below catches it."""


class Np6:
    """A delivery into a dictionary, with imports that take a look or two, and lines that it refuses."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str | None, ...]] = {}
        self.refuses: set[str] = set()
        self.sent_rows = 0
        self._running: dict[int, tuple[int, list[tuple[str, tuple[str | None, ...]]]]] = {}
        self._ids = itertools.count(100)
        self._landed: dict[int, set[str]] = {}

    def send(
        self,
        part: PartRecord,
        rows: Path,
        fields: Sequence[FieldColumn],
        folder: Path,
        note: Callable[[PartRecord], object],
    ) -> tuple[PartRecord, PartOutcome | None]:
        part = part.moved(import_id=next(self._ids))
        note(part)
        note(part.moved(state=PartState.SENDING))
        content = list(_rows_of(rows, fields))
        self.sent_rows += len(content)
        self._running[part.import_id or 0] = (1, content)
        return part.moved(state=PartState.SENT), None

    def is_finished(self, part: PartRecord) -> bool | None:
        looks, content = self._running.get(part.import_id or 0, (None, []))
        if looks is None:
            return True if part.import_id in self._landed else None
        if looks > 0:
            self._running[part.import_id or 0] = (looks - 1, content)
            return False
        good = [(key, values) for key, values in content if key not in self.refuses]
        self.held.update(good)
        self._landed[part.import_id or 0] = {key for key, _ in good}
        del self._running[part.import_id or 0]
        return True

    def settle(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn]) -> PartOutcome:
        landed = self._landed[part.import_id or 0]
        return PartOutcome(refused={key: "no" for key, _ in _rows_of(rows, fields) if key not in landed})

    def tidy(self, part: PartRecord) -> None:
        assert part.is_over


def _rows_of(rows: Path, fields: Sequence[FieldColumn]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    from airflow_provider_np6.delivery.rows import read_values

    return read_values(rows, fields)


class MortalJournal(Journal):
    """A journal whose process dies at the n-th write, before or after it."""

    def __init__(self, folder: Folder, dies_at: int = -1, after: bool = False) -> None:
        super().__init__(folder)
        self.writes = 0
        self._dies_at, self._after = dies_at, after

    def write(self, record: Any) -> None:
        self._step(lambda: super(MortalJournal, self).write(record))

    def clear(self) -> None:
        self._step(lambda: super(MortalJournal, self).clear())

    def _step(self, act: Callable[[], None]) -> None:
        self.writes += 1
        if self.writes == self._dies_at and not self._after:
            raise Killed
        act()
        if self.writes == self._dies_at:
            raise Killed


class Bench:
    """One sync, run as often as a test likes."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(UPath(root.as_uri()))
        self.np6 = Np6()
        self.runs = itertools.count(1)

    def engine(self, journal: Journal | None = None) -> SyncEngine:
        journal = journal or Journal(self.folder)
        return SyncEngine(self.folder, SnapshotStore(self.folder), journal, Scratch(), time.time)

    def request(self, rows: Sequence[Mapping[str, Any]], **changes: Any) -> SyncRequest:
        mapping = changes.pop("mapping", MAPPING)
        defaults: dict[str, Any] = {
            "run": f"run-{next(self.runs):03}",
            "label": "dag.task",
            "source": Rows(rows, tuple(mapping)),
            "mapping": resolve_mapping(mapping, FIELDS),
            "lists": LISTS,
            "delivery": Delivery(),
            "rejections": Rejections(max_share=0.99),
        }
        return SyncRequest(**{**defaults, **changes})

    def sync(self, rows: Sequence[Mapping[str, Any]], journal: Journal | None = None, **changes: Any) -> SyncReport:
        """What the operator does, waiting included."""
        engine = self.engine(journal)
        if engine.open_run() is not None:
            while engine.advance(self.np6, send=False):
                pass
            engine.close()
        engine.plan(self.request(rows, **changes))
        while engine.advance(self.np6):
            pass
        return engine.close()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "snapshot")
