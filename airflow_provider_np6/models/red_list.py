"""The red list (opt-outs) and bounces of targets (data-side: Contact)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import as_int, as_list, as_mapping, as_moment, as_object, as_text

__all__ = ["ORIGINS", "Bounce", "RedListEntry", "TargetBounces"]

# Numbers from 8.1.0 (data-side: RedListOrigin).
ORIGINS: Mapping[int, str] = {
    0: "unknown",
    1: "API",
    2: "import",
    3: "form",
    4: "unsubscribe list",
    5: "complaint",
    6: "SMS stop",
    7: "SMS blacklist",
    8: "SMS administrative",
    9: "SMS specific",
}


@dataclass(frozen=True, slots=True)
class RedListEntry:
    """A target on a red list. ``origin``: see :data:`ORIGINS`; unknown numbers are kept."""

    target_id: str
    at: datetime | None = None
    origin: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> RedListEntry:
        """Read an entry.

        :raises ValueError: no object.
        """
        data = as_object(json, "an entry of the red list")
        return cls(
            target_id=as_text(data.get("id")),
            at=as_moment(data.get("timestamp")),
            origin=as_int(data.get("origin")),
            detail=dict(as_mapping(data.get("detail"))),
        )


@dataclass(frozen=True, slots=True)
class Bounce:
    """One bounce of one address of a target. ``type`` e.g. ``hardUser``; ``message`` is the mail server's own text."""

    type: str
    field_id: int | None = None
    at: datetime | None = None
    message: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Bounce:
        """Read a bounce.

        :raises ValueError: no object.
        """
        data = as_object(json, "a bounce")
        return cls(
            type=as_text(data.get("type")),
            field_id=as_int(data.get("fieldId")),
            at=as_moment(data.get("timestamp")),
            message=as_text(as_mapping(data.get("detail")).get("message")),
        )


@dataclass(frozen=True, slots=True)
class TargetBounces:
    """A target with its bounces (data-side: L-statistics; older documents only)."""

    target_id: str
    bounces: tuple[Bounce, ...] = ()

    @classmethod
    def from_json(cls, json: Any) -> TargetBounces:
        """Read a target's bounces.

        :raises ValueError: no object.
        """
        data = as_object(json, "the bounces of a target")
        items = as_list(data.get("bounces"), "the bounces of a target")
        return cls(as_text(data.get("id")), tuple(Bounce.from_json(item) for item in items))
