"""Segments: static or dynamic groups of targets (data-side: Segment)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import as_bool, as_date, as_id, as_int, as_object, as_text

__all__ = ["Segment"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of targets.

    ``type`` is ``static`` or ``dynamic``, in lower case whatever NP6 wrote. ``targets_count`` is an estimate
    (data-side: trap 12). What happens when ``expiration`` passes is documented nowhere.
    """

    id: int
    name: str
    type: str = "static"
    description: str = ""
    creation: datetime | None = None
    expiration: datetime | None = None
    is_test: bool = False
    targets_count: int | None = None
    parent_id: int | None = None

    @classmethod
    def from_json(cls, json: Any) -> Segment:
        """Read one segment.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a segment")
        return cls(
            id=as_id(data.get("id"), "a segment id"),
            name=as_text(data.get("name")),
            type=as_text(data.get("type")).lower(),
            description=as_text(data.get("description")),
            creation=as_date(data.get("creation")),
            expiration=as_date(data.get("expiration")),
            is_test=as_bool(data.get("isTest")),
            targets_count=as_int(data.get("targetsCount")),
            parent_id=as_int(data.get("parentId")),
        )
