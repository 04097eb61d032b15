"""Delivery by import: a file, a definition of its own, one execution, and a count of who arrived.

The protocol is the four calls of the vendor's samples (legacy, "Two ways to run one"). NP6 tells no rejected lines by
API (data-side, open question 22), so each import puts its targets into a segment made for it, and whoever is missing
there was refused.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from airflow_provider_np6.api import import_formats, imports, segments, targets
from airflow_provider_np6.delivery.read_back import holds
from airflow_provider_np6.delivery.rows import Row, read_values
from airflow_provider_np6.delivery.sending import Send, each
from airflow_provider_np6.delivery.spelling import file_cell
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6AuthError,
    NP6ConflictError,
    NP6ForbiddenError,
    NP6ImportFailedError,
    NP6NotFoundError,
    NP6OutcomeUnknownError,
    NP6UnexpectedStateError,
)
from airflow_provider_np6.models.imports import (
    DatabaseFeature,
    ImportDefinition,
    ImportFeature,
    ImportOutcome,
    SegmentationFeature,
)
from airflow_provider_np6.models.runs import FieldColumn, PartRecord, PartState
from airflow_provider_np6.models.segments import Segment
from airflow_provider_np6.sync.ports import PartOutcome
from airflow_provider_np6.sync.settings import Delivery
from airflow_provider_np6.sync.sql_text import literal

if TYPE_CHECKING:
    from airflow_provider_np6.api.call import Call

log = logging.getLogger(__name__)


class Bindings(Protocol):
    """Ids of import formats by what they bind."""

    def get(self, shape: str) -> int | None:
        """The id kept for a shape."""

    def put(self, shape: str, binding: int) -> None:
        """Keep an id."""


Made = TypeVar("Made", Segment, ImportDefinition)

#: What a refused line is counted under: NP6 says no more.
REFUSED_BY_IMPORT = "refused by the import (NP6 gives no reason by API)"

#: Members may show up a moment after state 1 (data-side, open question 17); looks before a part counts as short.
LOOKS, FIRST_PAUSE = 3, 0.5

#: One source says that a member list stops at so many ids (legacy, "(c) Segments"): a list of just this length for a
#: larger part is not believed.
LISTED_AT_MOST = 30


class ImportDelivery:
    """Sends parts as files.

    :param bindings: the import formats of earlier parts and runs; they are used again as long as NP6 shows them
        unchanged, since it has no way to remove one.
    """

    def __init__(
        self,
        send: Send,
        settings: Delivery,
        bindings: Bindings,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._send = send
        self._settings = settings
        self._bindings = bindings
        self._sleep = sleep
        self._clock = clock

    def send(
        self,
        part: PartRecord,
        rows: Path,
        fields: Sequence[FieldColumn],
        folder: Path,
        note: Callable[[PartRecord], object],
    ) -> tuple[PartRecord, PartOutcome | None]:
        """Define, upload and start. The definition is this part's own, so its state is this part's state."""
        part = part.moved(binding=self._binding(part.label, fields))
        part = part.moved(segment_id=self._segment(part))
        part = part.moved(import_id=self._definition(part))
        note(part)
        self._upload(part, rows, fields, folder)
        part = part.moved(state=PartState.SENDING, sending_since=self._clock())
        note(part)
        try:
            self._send(imports.execute_import(_known(part.import_id), _known(part.binding)))
        except NP6OutcomeUnknownError:
            # Whether it started is read from its state, here or by whoever comes next.
            log.warning("NP6's answer to the start of import %s was lost; its state will tell.", part.import_id)
            return part, None
        log.info("Import %s started with %s rows (%s).", part.import_id, part.rows, part.label)
        return part.moved(state=PartState.SENT), None

    def is_finished(self, part: PartRecord) -> bool | None:
        """Read the state of the part's import; None when NP6 knows of no execution."""
        if part.import_id is None:
            return None
        state = self._send(imports.get_import_state(part.import_id))
        if state is None:
            return None
        if state.outcome is ImportOutcome.FAILED:
            raise NP6ImportFailedError(part.import_id)
        if state.outcome is ImportOutcome.UNEXPECTED:
            raise NP6UnexpectedStateError(part.import_id, state.state)
        if state.outcome is ImportOutcome.GO_ON and self._never_began(part):
            log.warning("Import %s never began, as far as NP6 shows; its rows come again.", part.import_id)
            return None
        return state.outcome is ImportOutcome.DONE

    def _never_began(self, part: PartRecord) -> bool:
        """A start without an answer, a state that stays 0, and nobody in the segment, for long enough."""
        if part.state is not PartState.SENDING or part.sending_since is None or part.segment_id is None:
            return False
        if self._clock() - part.sending_since < self._settings.lost_start_after:
            return False
        return not self._send(segments.list_members(part.segment_id))

    def settle(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn]) -> PartOutcome:
        """Count the members of the part's segment; when some are missing, find out who by reading each target."""
        if self._settings.verify == "none" or part.segment_id is None:
            return PartOutcome()
        try:
            members = self._members(part)
        except NP6NotFoundError:
            log.warning(
                "Segment %s, which counted import %s, is gone; its rows come again.", part.segment_id, part.import_id
            )
            return PartOutcome(pending=frozenset(key for key, _ in read_values(rows, fields[:1])))
        return PartOutcome() if len(members) == part.rows else self._resolved(rows, fields, members)

    def tidy(self, part: PartRecord) -> None:
        """Remove the segment that counted; and the definition, if asked to, unless somebody has to look at it."""
        if part.segment_id is not None:
            self._remove(segments.delete_segment(part.segment_id), f"Segment {part.segment_id}")
        if part.import_id is not None and not self._settings.keep_imports and part.error is None:
            self._remove(imports.delete_import(part.import_id), f"Import {part.import_id}")

    # --- send

    def _binding(self, label: str, fields: Sequence[FieldColumn]) -> int:
        columns, start_at = [field.id for field in fields], self._settings.start_at
        shape = f"{','.join(map(str, columns))};{start_at}"
        known = self._bindings.get(shape)
        if known is not None and self._send(import_formats.is_import_format(known, columns, start_at=start_at)):
            return known
        binding = self._new_binding(label, columns)
        self._bindings.put(shape, binding)
        return binding

    def _new_binding(self, label: str, columns: Sequence[int]) -> int:
        start_at = self._settings.start_at
        try:
            return self._send(import_formats.create_import_format(label, columns, start_at=start_at))
        except (NP6OutcomeUnknownError, NP6ConflictError):
            # The first one may exist by now, and NP6 lists no formats: another name makes another one.
            return self._send(import_formats.create_import_format(f"{label} again", columns, start_at=start_at))

    def _segment(self, part: PartRecord) -> int | None:
        if self._settings.verify == "none":
            return None
        description = "Targets that one import brought, to count them; removed once counted."
        expiration = datetime.now(UTC) + timedelta(days=30)
        call = segments.create_segment(part.label, description, expiration)
        return self._made(call, segments.list_segments(), part.label)

    def _definition(self, part: PartRecord) -> int:
        features: list[ImportFeature] = [DatabaseFeature(True, self._settings.crush_data)]
        if part.segment_id is not None:
            features.append(SegmentationFeature(part.segment_id))
        call = imports.create_import(part.label, _known(part.binding), features)
        return self._made(call, imports.list_imports(), part.label)

    def _made(self, create: Call[Made], listing: Call[list[Made]], name: str) -> int:
        """Create something under a name of its own; when the answer is lost, look whether it is there."""
        try:
            return self._send(create).id
        except (NP6OutcomeUnknownError, NP6ConflictError):
            found = [made.id for made in self._send(listing) if made.name == name]
            return found[-1] if found else self._send(create).id

    def _upload(self, part: PartRecord, rows: Path, fields: Sequence[FieldColumn], folder: Path) -> None:
        file = folder / f"upload-{part.number:04}.csv"
        try:
            write_csv(rows, file, fields, self._settings.list_separator)
            self._send(imports.upload_source(_known(part.import_id), file, f"part-{part.number:04}.csv"))
        finally:
            file.unlink(missing_ok=True)

    # --- settle

    def _members(self, part: PartRecord) -> set[str]:
        members: set[str] = set()
        for look in range(LOOKS):
            listed = self._send(segments.list_members(_known(part.segment_id)))
            members = set(listed)
            if len(members) == part.rows:
                break
            self._sleep(FIRST_PAUSE * 2**look)
        return members

    def _resolved(self, rows: Path, fields: Sequence[FieldColumn], members: set[str]) -> PartOutcome:
        log.info("NP6 lists fewer targets than were sent; reading each one back to find the refused ones.")
        refused: dict[str, str] = {}
        pending: set[str] = set()
        look = partial(self._look, fields, members)
        for (key, _), arrived in each(look, read_values(rows, fields), self._settings.concurrency):
            if arrived is None or (not arrived and len(members) == LISTED_AT_MOST):
                pending.add(key)
            elif not arrived:
                refused[key] = REFUSED_BY_IMPORT
        return PartOutcome(refused=refused, pending=frozenset(pending))

    def _look(self, fields: Sequence[FieldColumn], members: set[str], row: Row) -> bool | None:
        """Whether a row arrived: its target is a member, or holds just what was sent. None: it cannot be told."""
        unicity = tuple(value or "" for field, value in zip(fields, row[1], strict=True) if field.is_unicity)
        try:
            found = self._send(targets.find_target(unicity))
        except (NP6AuthError, NP6ForbiddenError):
            raise
        except NP6ApiError as error:
            log.warning("A target could not be read back: %s", error)
            return None
        return found is not None and (found.id in members or holds(found, fields, row[1]))

    def _remove(self, call: Call[bool], what: str) -> None:
        try:
            self._send(call)
        except NP6ApiError as error:
            log.warning("%s, made for this sync alone, could not be removed: %s", what, error)


def write_csv(rows: Path, file: Path, fields: Sequence[FieldColumn], list_separator: str) -> None:
    """Write a part as NP6 reads it: UTF-8, no BOM, ``;``, a header, ``"`` doubled inside quotes, NULL as nothing."""
    import duckdb

    cells = ", ".join(file_cell(field, list_separator) for field in fields)
    with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as database:
        database.execute(
            f"""
            COPY (SELECT {cells} FROM read_parquet({literal(str(rows))})) TO {literal(str(file))}
            (FORMAT csv, HEADER true, DELIMITER ';', QUOTE '"', ESCAPE '"', NULLSTR '')
            """
        )


def _known(value: int | None) -> int:
    if value is None:
        raise ValueError("a part is used before it was defined in NP6")
    return value
