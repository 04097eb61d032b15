"""What NP6 stores as a document and takes back whole: notifications, workflows, campaigns, webtasks, compilables,
categories, topics and rules of marketing pressure (activation-side).

Each has the members that every document of its kind shows, and ``json``, the document itself: the pages show their
inner parts only in pieces, so what is sent is a document too, not a typed object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import (
    as_bool,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_name,
    as_object,
    as_text,
)

__all__ = [
    "Campaign",
    "Category",
    "Compilable",
    "CompilableResult",
    "Notification",
    "NotificationRendering",
    "PressureRule",
    "PressureTopic",
    "Webtask",
    "Workflow",
]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of actions (activation-side: Category; older documents only)."""

    id: int
    name: str
    description: str = ""
    creation_date: datetime | None = None

    @classmethod
    def from_json(cls, json: Any) -> Category:
        """Read a category.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a category")
        return cls(
            id=as_id(data.get("id"), "a category id"),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            creation_date=as_date(data.get("creationDate")),
        )


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign: a period and the actions in it. ``id`` is a UUID (activation-side: campaignmanagement/be4e8793)."""

    id: str
    name: str
    description: str = ""
    start_date: datetime | None = None
    end_date: datetime | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Campaign:
        """Read a campaign.

        :raises ValueError: no object.
        """
        data = as_object(json, "a campaign")
        return cls(
            id=as_text(data.get("id")),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            start_date=as_date(data.get("startDate")),
            end_date=as_date(data.get("endDate")),
            creation_date=as_date(data.get("creationDate")),
            update_date=as_date(data.get("updateDate")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class Notification:
    """A push notification. ``versions`` are the UUIDs of its versions; the "master" has none of its own
    (activation-side: notificationmanagement).
    """

    id: int
    name: str
    type: str = ""
    description: str = ""
    active: bool = False
    application_id: str | None = None
    versions: tuple[str, ...] = ()
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Notification:
        """Read a notification.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a notification")
        stamp = as_mapping(data.get("stamp"))
        # The page leaves open whether it stands beside the settings or in them.
        application = data.get("application") or as_mapping(data.get("settings")).get("application")
        versions = data.get("versions")
        return cls(
            id=as_id(data.get("id"), "a notification id"),
            name=as_text(data.get("name")),
            type=as_text(data.get("type")),
            description=as_text(data.get("description")),
            active=as_bool(data.get("active")),
            application_id=as_name(application),
            versions=_ids(versions),
            creation_date=as_date(stamp.get("creation")),
            modification_date=as_date(stamp.get("modification")),
            json=dict(data),
        )


def _ids(items: Any) -> tuple[str, ...]:
    found = (as_name(as_mapping(item).get("id")) for item in (items if isinstance(items, list) else ()))
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class NotificationRendering:
    """A rendered notification; nothing was sent. Its repr shows no content."""

    type: str
    title: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> NotificationRendering:
        """Read a rendering.

        :raises ValueError: no object.
        """
        data = as_object(json, "a rendering")
        render = as_mapping(data.get("render"))
        return cls(as_text(data.get("type")), as_text(render.get("title")), as_text(render.get("body")), dict(data))


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow. ``state`` is 0 or 1, without documented meanings (activation-side: workflowmanagement)."""

    id: int
    name: str
    description: str = ""
    state: int | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Workflow:
        """Read a workflow.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a workflow")
        return cls(
            id=as_id(data.get("id"), "a workflow id"),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            state=as_int(data.get("state")),
            creation_date=as_date(data.get("creationDate")),
            update_date=as_date(data.get("updateDate")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class Webtask:
    """A webtask (activation-side: scriptingwebtask/d79ea9c7)."""

    id: int
    name: str
    description: str = ""
    creation_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Webtask:
        """Read a webtask.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a webtask")
        return cls(
            id=as_id(data.get("id"), "a webtask id"),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            creation_date=as_date(data.get("creationDate")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class Compilable:
    """A compilable. ``id`` is a UUID; the values of ``state`` are documented nowhere (activation-side:
    scriptingcompilable).
    """

    id: str
    name: str
    description: str = ""
    state: str = ""
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Compilable:
        """Read a compilable.

        :raises ValueError: no object.
        """
        data = as_object(json, "a compilable")
        stamp = as_mapping(data.get("stamp"))
        return cls(
            id=as_text(data.get("id")),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            state=as_text(data.get("state")),
            creation_date=as_date(stamp.get("creation")),
            modification_date=as_date(stamp.get("modification")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class CompilableResult:
    """What the execution of a compilable gave; ``type`` is ``success`` in the sample."""

    type: str
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)
    value: Any = field(default=None, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> CompilableResult:
        """Read a result.

        :raises ValueError: no object.
        """
        data = as_object(json, "the result of a compilable")
        return cls(as_text(data.get("type")), dict(as_mapping(data.get("arguments"))), data.get("value"))


@dataclass(frozen=True, slots=True)
class PressureTopic:
    """A topic of marketing pressure. ``id`` is a UUID (activation-side: marketing-pressure/80f83198)."""

    id: str
    label: str
    description: str = ""
    creation_date: datetime | None = None
    modification_date: datetime | None = None

    @classmethod
    def from_json(cls, json: Any) -> PressureTopic:
        """Read a topic.

        :raises ValueError: no object.
        """
        data = as_object(json, "a topic")
        stamp = as_mapping(data.get("stamp"))
        return cls(
            id=as_text(data.get("id")),
            label=as_text(data.get("label")),
            description=as_text(data.get("description")),
            creation_date=as_date(stamp.get("creation")),
            modification_date=as_date(stamp.get("modification")),
        )


@dataclass(frozen=True, slots=True)
class PressureRule:
    """A rule of marketing pressure; its predicate is kept as it came (activation-side: marketing-pressure/81a01639)."""

    id: str
    label: str
    predicate: Mapping[str, Any] = field(default_factory=dict)
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> PressureRule:
        """Read a rule.

        :raises ValueError: no object.
        """
        data = as_object(json, "a rule")
        stamp = as_mapping(data.get("stamp"))
        return cls(
            id=as_text(data.get("id")),
            label=as_text(data.get("label")),
            predicate=dict(as_mapping(data.get("predicate"))),
            creation_date=as_date(stamp.get("creation")),
            modification_date=as_date(stamp.get("modification")),
            json=dict(data),
        )
