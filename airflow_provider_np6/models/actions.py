"""Actions: the messages and campaigns that marketing prepares (activation-side: Email & SMS, management)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import as_date, as_int, as_mapping, as_name, as_object, as_text

__all__ = ["Action", "ActionState", "ActionStatistics", "Archive", "BouncedTarget"]


class ActionState(enum.IntEnum):
    """The states with a known meaning (activation-side: ActionState; 80 and 90 legacy, 100 seen by a public client).

    30, 35, 36, 55 and 60 are documented without a meaning: they stay plain numbers.
    """

    CREATION = 10
    CREATED = 20  # has content; also after an unvalidation
    TESTED = 38  # the test phase is over, the production validation pending
    WAITING = 40  # waiting for its validation
    VALIDATED = 50  # the only one that can execute
    SENT = 80
    DELETED = 90
    ARCHIVED = 100  # read-only


@dataclass(frozen=True, slots=True)
class Action:
    """One action. Its repr shows no content.

    :ivar id: a short text, e.g. ``000ABC``.
    :ivar type: mailMessage, mailCampaign, smsMessage, smsCampaign, or whatever NP6 adds.
    :ivar state: the number at ``informations.state`` (activation-side: trap 1); None where NP6 says none.
    :ivar json: the whole document, as :func:`airflow_provider_np6.api.actions.update_action` wants it back, edited.
    """

    id: str
    type: str
    name: str = ""
    description: str = ""
    state: int | None = None
    folder: int | None = None
    category: int | None = None
    creation_date: datetime | None = None
    last_sent: datetime | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_sendable(self) -> bool:
        """Whether messages of it can be sent: state 50 alone."""
        return self.state == ActionState.VALIDATED

    @classmethod
    def from_json(cls, json: Any) -> Action:
        """Read an action, or an item of the list of all.

        :raises ValueError: no object.
        """
        data = as_object(json, "an action")
        informations = as_mapping(data.get("informations"))
        monitor = as_mapping(as_mapping(data.get("monitor")).get("lastSent"))
        return cls(
            id=as_text(data.get("id")),
            type=as_text(data.get("type")),
            name=as_text(data.get("name")),
            description=as_text(data.get("description")),
            state=as_int(informations.get("state")),
            folder=as_int(informations.get("folder")),
            category=as_int(informations.get("category")),
            creation_date=as_date(data.get("creationDate")),
            last_sent=as_date(monitor.get("at")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """The stored copy of one sent mail. ``url`` is a signed link that anybody can open until ``expires_on`` (about 32
    days in the samples), so the repr hides it (activation-side: MailArchive).
    """

    id: str
    action_id: str | None = None
    target_id: str | None = None
    sending_date: datetime | None = None
    expires_on: datetime | None = None
    url: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Archive:
        """Read an archive.

        :raises ValueError: no object.
        """
        data = as_object(json, "an archive")
        return cls(
            id=as_text(data.get("id")),
            action_id=as_name(data.get("action")),
            target_id=as_name(data.get("target")),
            sending_date=as_date(data.get("sendingDate")),
            expires_on=as_date(data.get("expiresOn")),
            url=as_text(data.get("url")),
        )


@dataclass(frozen=True, slots=True)
class ActionStatistics:
    """Counters of an action (activation-side: LegacyActionStatistics; older documents only).

    The counters that every account has are here; ``json`` holds all.
    """

    type: str = ""
    sent: int | None = None
    rejected: int | None = None
    opened: int | None = None
    clicked: int | None = None
    soft_bounces: int | None = None
    hard_bounces: int | None = None
    unsubscribed: int | None = None
    complaints: int | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> ActionStatistics:
        """Read statistics.

        :raises ValueError: no object.
        """
        data = as_object(json, "the statistics of an action")
        return cls(
            type=as_text(data.get("type")),
            sent=_at(data, "dispatch", "sent"),
            rejected=_at(data, "dispatch", "rejected", "total"),
            opened=_at(data, "feedback", "opening", "total"),
            clicked=_at(data, "feedback", "click", "total"),
            soft_bounces=_at(data, "feedback", "bounce", "soft"),
            hard_bounces=_at(data, "feedback", "bounce", "hard"),
            unsubscribed=_at(data, "feedback", "redlist", "unsubscribe", "total"),
            complaints=_at(data, "feedback", "redlist", "complaint", "total"),
            json=dict(data),
        )


def _at(json: Any, *path: str) -> int | None:
    for name in path:
        json = as_mapping(json).get(name)
    return as_int(json)


@dataclass(frozen=True, slots=True)
class BouncedTarget:
    """A target that a message of an action did not reach. ``bounce_type``: 3 validated, 4 soft, 51 hard domain, 52 hard
    user, 53 hard other, 54 hard rules, 6 reported as spam (data-side: BounceType).
    """

    target_id: str
    bounce_type: int | None = None
    at: datetime | None = None

    @classmethod
    def from_json(cls, json: Any) -> BouncedTarget:
        """Read one.

        :raises ValueError: no object.
        """
        data = as_object(json, "a bounced target")
        return cls(as_text(data.get("target")), as_int(data.get("bounceType")), as_date(data.get("timestamp")))
