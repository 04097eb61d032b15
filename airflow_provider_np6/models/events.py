"""Events and reactivities: what happened to messages (activation-side: Event)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from airflow_provider_np6.models.reading import as_mapping, as_moment, as_name, as_object, as_text
from airflow_provider_np6.models.recipients import Recipient, Stamp

__all__ = ["Event", "Robots", "Sort"]

Sort: TypeAlias = Literal["asc", "desc"]
# Classes of robots: any other software, Apple's Mail Privacy, Google's security robot.
Robots: TypeAlias = Literal["genericrobot", "mpp", "gsr"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one message. Its repr shows neither the address nor what else NP6 said.

    The life of a message, as far as samples show it: execution (asked for) → activation (sent) or cancellation
    (dropped) → bounce, hit, optout, complaint, reply.

    :ivar id: a UUID; de-duplicate on it, because windows must overlap (activation-side: trap 8).
    :ivar type: execution, cancellation, activation, bounce, hit, optout, complaint, ...; where NP6 leaves it out, what
        the call asked for.
    :ivar at: when NP6 published it, the time that windows filter on; UTC.
    :ivar source: the channel: email, notification, ...
    :ivar subtype: of a hit: open, redirection (a click), unsubscribe, mirror, form; of a cancellation its type.
    :ivar object_id: the action's id, or the notification's, as text.
    :ivar recipient: the target.
    :ivar address: the address that was used.
    :ivar stamp: what identifies the message; ``stamp.id`` equals the id of its execution.
    :ivar verdict: of a bounce: hard or soft.
    :ivar cause: of a bounce its subject, of a cancellation its message.
    :ivar json: the whole event.
    """

    id: str
    type: str
    at: datetime | None = None
    source: str = ""
    subtype: str | None = None
    object_id: str | None = None
    recipient: Recipient | None = None
    address: str | None = field(default=None, repr=False)
    stamp: Stamp | None = None
    verdict: str | None = None
    cause: str | None = field(default=None, repr=False)
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any, kind: str = "", subtype: str | None = None) -> Event:
        """Read an event.

        :param kind: what to call it where NP6 leaves its ``type`` out, as the calls for one kind of event do
            (activation-side: trap 10).
        :param subtype: likewise for the kind of a hit.
        :raises ValueError: no object.
        """
        data = as_object(json, "an event")
        source = as_mapping(data.get("source"))
        detail = as_mapping(source.get("detail"))
        # execution and cancellation speak of the execution, all others of the activation.
        message = as_mapping(detail.get("activation") or detail.get("execution"))
        analysis = as_mapping(as_mapping(detail.get("bounce")).get("analysis"))
        cancellation = as_mapping(detail.get("cancellation"))
        named = as_mapping(detail.get("link")).get("type") or cancellation.get("type")
        cause = as_mapping(analysis.get("subject")).get("type") or as_mapping(cancellation.get("value")).get("message")
        return cls(
            id=as_text(data.get("id")),
            type=as_text(data.get("type")) or kind,
            at=as_moment(data.get("timestamp")),
            source=as_text(source.get("type")),
            subtype=as_name(named) or subtype,
            object_id=as_name(message.get("id")),
            recipient=_target(message),
            address=_address(message),
            stamp=Stamp.from_json(message.get("stamp")),
            verdict=as_name(analysis.get("verdict")),
            cause=as_name(cause),
            json=dict(data),
        )


def _target(message: Mapping[str, Any]) -> Recipient | None:
    # An activation calls the target "receiver" and the address "recipient"; an execution calls the target "recipient".
    return Recipient.from_json(message.get("receiver")) or Recipient.from_json(message.get("recipient"))


def _address(message: Mapping[str, Any]) -> str | None:
    address = message.get("recipient")
    return address if isinstance(address, str) and address else None
