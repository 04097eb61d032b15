"""What NP6 knows, as pandas DataFrames: the edge that people touch.

Ids are ``string``, instants ``datetime64[us, UTC]``, numbers ``Int64`` or ``Float64``, flags ``boolean``: a missing
value is missing, never 0, "" or False. pandas is imported when a method is called.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_np6.api import (
    action_events,
    actions,
    bounces,
    fields,
    imports,
    red_list,
    segments,
    targets,
    value_lists,
)
from airflow_provider_np6.delivery.sending import each
from airflow_provider_np6.models.fields import Field
from airflow_provider_np6.models.reading import as_date, as_int, as_moment

if TYPE_CHECKING:
    import pandas as pd

    from airflow_provider_np6.api.call import Call
    from airflow_provider_np6.models.events import Event
    from airflow_provider_np6.models.messages import Medium
    from airflow_provider_np6.models.targets import Target

__all__ = ["DataFrames"]

log = logging.getLogger(__name__)

T = TypeVar("T")

TEXT, WHOLE, NUMBER, FLAG, MOMENT, ANY = "string", "Int64", "Float64", "boolean", "datetime64[us, UTC]", "object"


class DataFrames:
    """The DataFrame methods of :class:`airflow_provider_np6.hooks.np6.NP6Hook`."""

    def send(self, call: Call[T], *, within: float | None = None) -> T:
        """Send a call: the hook's own."""
        raise NotImplementedError

    def get_fields_df(self) -> pd.DataFrame:
        """One row per field of the account."""
        columns = {
            "id": TEXT,
            "name": TEXT,
            "type": TEXT,
            "is_unicity": FLAG,
            "is_mandatory": FLAG,
            "is_criterion": FLAG,
            "constraint_operator": WHOLE,
            "constraint_value": TEXT,
            "value_list_id": TEXT,
        }
        found = self.send(fields.list_fields())
        return _frame(columns, [_field_row(field) for field in found])

    def get_value_lists_df(self) -> pd.DataFrame:
        """One row per label: ``list_id``, ``list_name``, ``index`` (NP6's number of the label), ``label``."""
        columns = {"list_id": TEXT, "list_name": TEXT, "index": WHOLE, "label": TEXT}
        rows = [
            (one.id, one.name, index, label)
            for one in self.send(value_lists.list_value_lists())
            for index, label in zip(one.indexes, one.values, strict=True)
        ]
        return _frame(columns, rows)

    def get_targets_df(
        self,
        target_ids: Iterable[str] | None = None,
        *,
        unicities: Iterable[str | Sequence[str]] | None = None,
        segment_id: int | None = None,
        concurrency: int = 8,
    ) -> pd.DataFrame:
        """Targets, one row each, in the order asked for; those that NP6 does not have get no row.

        NP6 has no call for many targets, so this makes one call per target, ``concurrency`` at once: meant for
        thousands, not for the whole base. Columns: ``id``, ``hash``, ``creation_date``, ``last_update_date``,
        ``mail_red_list``, ``sms_red_list``, then every field under its name (with its id behind where two columns would
        have one name): numeric → ``Float64``, date → ``datetime64[us, UTC]``, several labels → ``object`` (lists),
        anything else → ``string``. A field with a value that its type does not fit stays ``string``, with a warning.

        :param target_ids: by id; or ``unicities``: by unicity (a text, or one text per unicity field); or
            ``segment_id``: the members of a segment.
        :raises ValueError: not exactly one of the three.
        """
        calls = self._target_calls(target_ids, unicities, segment_id)
        found: dict[int, Target] = {}
        for (number, _), target in each(lambda one: self.send(one[1]), enumerate(calls), concurrency):
            if target is not None:
                found[number] = target
        known = self.send(fields.list_fields())
        return _targets_frame(known, [found[number] for number in sorted(found)])

    def _target_calls(
        self,
        target_ids: Iterable[str] | None,
        unicities: Iterable[str | Sequence[str]] | None,
        segment_id: int | None,
    ) -> Iterable[Call[Target | None]]:
        if sum(given is not None for given in (target_ids, unicities, segment_id)) != 1:
            raise ValueError("give exactly one of target_ids, unicities and segment_id")
        if unicities is not None:
            return (targets.find_target([one] if isinstance(one, str) else one) for one in unicities)
        if segment_id is not None:
            target_ids = self.send(segments.list_members(segment_id))
        return (targets.get_target(one) for one in target_ids or ())

    def get_segments_df(self) -> pd.DataFrame:
        """One row per segment; ``targets_count`` is NP6's estimate (data-side: trap 12)."""
        columns = {
            "id": TEXT,
            "name": TEXT,
            "type": TEXT,
            "description": TEXT,
            "creation": MOMENT,
            "expiration": MOMENT,
            "is_test": FLAG,
            "targets_count": WHOLE,
            "parent_id": TEXT,
        }
        return _frame(columns, _members(columns, self.send(segments.list_segments())))

    def get_segment_members_df(self, segment_id: int) -> pd.DataFrame:
        """One row per member of a segment: ``segment_id``, ``target_id``."""
        rows = [(segment_id, target_id) for target_id in self.send(segments.list_members(segment_id))]
        return _frame({"segment_id": TEXT, "target_id": TEXT}, rows)

    def get_red_list_df(
        self, medium: Medium, start: datetime | None = None, end: datetime | None = None
    ) -> pd.DataFrame:
        """One row per target on a red list: ``target_id``, ``medium``, ``at``, ``origin`` (a number of
        ``models.red_list.ORIGINS``), ``detail`` (JSON).
        """
        columns = {"target_id": TEXT, "medium": TEXT, "at": MOMENT, "origin": WHOLE, "detail": ANY}
        entries = self.send(red_list.list_red_list(medium, start, end))
        return _frame(columns, [(one.target_id, medium, one.at, one.origin, one.detail) for one in entries])

    def get_bounces_df(self) -> pd.DataFrame:
        """One row per bounce that NP6 remembers of its targets; older documents only."""
        columns = {"target_id": TEXT, "field_id": TEXT, "type": TEXT, "at": MOMENT, "message": TEXT}
        rows = [
            (one.target_id, bounce.field_id, bounce.type, bounce.at, bounce.message)
            for one in self.send(bounces.list_bounced_targets())
            for bounce in one.bounces
        ]
        return _frame(columns, rows)

    def get_events_df(
        self, start: datetime | None = None, end: datetime | None = None, *, of: Call[list[Event]] | None = None
    ) -> pd.DataFrame:
        """One row per event, ordered by time; all events of the window are held in memory, so keep it small.

        Columns: ``id``, ``type``, ``subtype``, ``at``, ``source``, ``object_id`` (the action or notification),
        ``target_id``, ``target_hash``, ``unicity`` (a list of texts), ``address``, ``message_id`` (of the stamp),
        ``stamped_at``, ``verdict``, ``cause``, ``json`` (the event as NP6 sent it). They hold personal data.

        :param start: published since, inclusive; ``end``: until, exclusive: events of all actions.
        :param of: any call that lists events in their place: ``action_events.list_bounces("000ABC", start, end)``,
            ``action_reactivities.list_opens(cohort)``, ``target_events.find_events(unicity="anna@example.com")``.
        :raises ValueError: ``of`` and a window.
        """
        if of is not None and (start is not None or end is not None):
            raise ValueError("give the window to the call, not beside it")
        found = self.send(action_events.list_events(start, end) if of is None else of)
        return _frame(_EVENT_COLUMNS, [_event_row(event) for event in found])

    def get_imports_df(self) -> pd.DataFrame:
        """One row per import definition."""
        columns = {
            "id": TEXT,
            "name": TEXT,
            "binding": TEXT,
            "source_type": TEXT,
            "filename": TEXT,
            "is_scheduled": FLAG,
            "creation_date": MOMENT,
            "update_date": MOMENT,
        }
        return _frame(columns, _members(columns, self.send(imports.list_imports())))

    def get_actions_df(
        self, creation_start: datetime | None = None, creation_end: datetime | None = None
    ) -> pd.DataFrame:
        """One row per action; the call behind it is deprecated without a successor (activation-side: trap 14)."""
        columns = {
            "id": TEXT,
            "type": TEXT,
            "name": TEXT,
            "description": TEXT,
            "state": WHOLE,
            "folder": TEXT,
            "category": TEXT,
            "creation_date": MOMENT,
            "last_sent": MOMENT,
        }
        return _frame(columns, _members(columns, self.send(actions.list_actions(creation_start, creation_end))))


_EVENT_COLUMNS = {
    "id": TEXT,
    "type": TEXT,
    "subtype": TEXT,
    "at": MOMENT,
    "source": TEXT,
    "object_id": TEXT,
    "target_id": TEXT,
    "target_hash": TEXT,
    "unicity": ANY,
    "address": TEXT,
    "message_id": TEXT,
    "stamped_at": MOMENT,
    "verdict": TEXT,
    "cause": TEXT,
    "json": ANY,
}


def _event_row(event: Event) -> tuple[Any, ...]:
    target, stamp = event.recipient, event.stamp
    return (
        event.id,
        event.type,
        event.subtype,
        event.at,
        event.source,
        event.object_id,
        target.id if target else None,
        target.hash if target else None,
        list(target.unicity) if target else [],
        event.address,
        stamp.id if stamp else None,
        as_moment(stamp.time) if stamp else None,
        event.verdict,
        event.cause,
        event.json,
    )


def _field_row(field: Field) -> tuple[Any, ...]:
    operator, value = (field.constraint.operator, field.constraint.value) if field.constraint else (None, None)
    flags = (field.is_unicity, field.is_mandatory, field.is_criterion)
    return (field.id, field.name, field.type, *flags, operator, value, field.value_list_id)


def _members(columns: Iterable[str], found: list[Any]) -> list[tuple[Any, ...]]:
    """One row per object, of its attributes."""
    return [tuple(getattr(one, name) for name in columns) for one in found]


def _frame(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows → a DataFrame with just these columns and dtypes, also where there is no row."""
    import pandas as pd

    data = {}
    for number, (name, dtype) in enumerate(columns.items()):
        data[name] = _series([row[number] for row in rows], dtype)
    return pd.DataFrame(data, columns=list(columns))


def _series(values: list[Any], dtype: str) -> pd.Series:
    import pandas as pd

    if dtype == TEXT:
        values = [None if value is None else str(value) for value in values]
    return pd.Series(values, dtype=dtype)


# --- targets


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    dtype: str
    values: list[Any]


def _targets_frame(known: Sequence[Field], found: Sequence[Target]) -> pd.DataFrame:
    own = {
        "id": TEXT,
        "hash": TEXT,
        "creation_date": MOMENT,
        "last_update_date": MOMENT,
        "mail_red_list": FLAG,
        "sms_red_list": FLAG,
    }
    rows = [
        (one.id, one.hash, one.creation_date, one.last_update_date, "mail" in one.red_list, "sms" in one.red_list)
        for one in found
    ]
    taken, columns = set(own), []
    for field in known:
        name = field.name if field.name not in taken else f"{field.name} ({field.id})"
        taken.add(name)
        columns.append(_column(name, field, [one.fields.get(field.id) for one in found]))
    dtypes = own | {column.name: column.dtype for column in columns}
    cells = zip(*(column.values for column in columns), strict=True) if columns else [()] * len(rows)
    return _frame(dtypes, [(*row, *more) for row, more in zip(rows, cells, strict=True)])


def _column(name: str, field: Field, values: list[Any]) -> _Column:
    if field.type == "multipleSelectList":
        return _Column(name, ANY, values)
    reader = {"numeric": _number, "date": as_date}.get(field.type)
    if reader is None:
        return _Column(name, TEXT, values)
    read = [None if value in (None, "") else reader(value) for value in values]
    lost = sum(1 for value, seen in zip(values, read, strict=True) if seen is None and value not in (None, ""))
    if lost:
        log.warning("field '%s': %d values are no %s; the column stays text", field.name, lost, field.type)
        return _Column(name, TEXT, values)
    return _Column(name, NUMBER if field.type == "numeric" else MOMENT, read)


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    whole = as_int(value)
    if whole is not None:
        return float(whole)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
