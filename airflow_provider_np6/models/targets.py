"""Targets: the people in the NP6 base (data-side: Contact)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import JsonValue, as_date, as_int, as_list, as_object, as_text

__all__ = ["DeletedTarget", "JsonValue", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """One person. Its repr shows no field value: they are personal data.

    ``fields`` maps field **ids** to values, the read shape (data-side: trap 1); None is "no value". ``hash``
    is the MD5 of the unicity (data-side: addenda), so it is kept out of the repr as well. ``red_list`` maps a
    medium (``mail``, ``sms``) to what NP6 says about the opt-out; empty when the person is on no red list.
    """

    id: str
    fields: Mapping[int, JsonValue] = field(default_factory=dict, repr=False)
    hash: str | None = field(default=None, repr=False)
    creation_date: datetime | None = None
    last_update_date: datetime | None = None
    red_list: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Target:
        """Read a target, of 8.1.0 or of the older documents.

        :raises ValueError: no object.
        """
        data = as_object(json, "a target")
        red_list = data.get("redList")
        return cls(
            id=as_text(data.get("id")),
            fields=_fields(data.get("fields")),
            hash=data.get("hash"),
            creation_date=as_date(data.get("creationDate")),
            last_update_date=as_date(data.get("lastUpdateDate")),
            red_list=dict(red_list) if isinstance(red_list, Mapping) else {},
        )


def _fields(json: Any) -> dict[int, JsonValue]:
    if not isinstance(json, Mapping):
        return {}
    keyed = ((as_int(key), value) for key, value in json.items())
    return {key: value for key, value in keyed if key is not None}


@dataclass(frozen=True, slots=True)
class DeletedTarget:
    """One line of the answer to a bulk delete (data-side: L-targets). Its repr shows no unicity."""

    id: str
    unicity: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_json(cls, json: Any) -> DeletedTarget:
        """Read one line.

        :raises ValueError: no object, or a unicity that is no array.
        """
        data = as_object(json, "a deleted target")
        unicity = data.get("unicity")
        values = [unicity] if isinstance(unicity, str) else as_list(unicity, "a unicity")
        return cls(as_text(data.get("id")), tuple(as_text(value) for value in values))
