"""Messages to send or to render, and what NP6 says about each (activation-side: Email & SMS, management)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from airflow_provider_np6.models.reading import as_date, as_list, as_mapping, as_name, as_object, as_text
from airflow_provider_np6.models.recipients import Recipient, Stamp

__all__ = [
    "Conversation",
    "ConversationEvent",
    "EmailMessage",
    "ExecutionResult",
    "MailSender",
    "Medium",
    "Message",
    "RenderContext",
    "Rendering",
    "SmsMessage",
]

Medium: TypeAlias = Literal["mail", "sms"]


@dataclass(frozen=True, slots=True)
class MailSender:
    """Who a mail comes from: ``prefix@domain``, shown as ``label``. NP6 must have provisioned the domain.

    A plain text instead of this object is answered with 400 (activation-side: trap 16).
    """

    prefix: str
    domain: str
    label: str


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """One e-mail of an action to one target; everything but the recipient overrides what the action holds.

    Its repr shows the recipient's id at most. An overridden ``content`` needs templating 4.1 (else 409) and is sent as
    it is: no personalisation, no tracking (activation-side: trap 17).

    :ivar data: what the templates may use.
    :ivar attachments: ``{"name", "mime", "data"}``; the shape of ``data`` is documented nowhere.
    :ivar copies: carbon copies; their shape is documented nowhere.
    :ivar related: another target that the templates may use.
    :ivar variables: ``[{"key": .., "value": ..}]`` presumably: key/value pairs, says the page.
    :ivar urgent: the priority of this message; ``important``: its importance flag.
    """

    recipient: Recipient
    data: Mapping[str, Any] | None = field(default=None, repr=False)
    sender: MailSender | None = None
    reply: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    content: Mapping[str, Any] | None = field(default=None, repr=False)
    attachments: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    blocks: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    variables: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    copies: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    related: Recipient | None = None
    stamp: Stamp | None = None
    urgent: bool | None = None
    important: bool | None = None


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """One SMS of an action to one target. Its shape is inferred from the e-mail's (activation-side:
    SmsExecutionRequest).
    """

    recipient: Recipient
    data: Mapping[str, Any] | None = field(default=None, repr=False)
    variables: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    stamp: Stamp | None = None


Message: TypeAlias = EmailMessage | SmsMessage


@dataclass(frozen=True, slots=True)
class RenderContext:
    """How to render (activation-side: RenderContext): ``display`` one of 0, 1, 2, 4, 8, 16 without known meanings."""

    id: str | None = None
    display: int | None = None
    render: int | None = None
    recipient: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """What NP6 did with one message. A call may succeed while some or all of its messages fail (activation-side: trap
    5).

    :ivar type: ``success``, ``error``, or whatever NP6 adds one day.
    :ivar id: the message's id, a UUID: ``stamp.id`` of later events, in what a public client saw.
    :ivar cause: why it failed, e.g. ``recipient not found``; the list of causes is documented nowhere.
    :ivar json: all that NP6 said.
    """

    type: str
    id: str | None = None
    recipient: Recipient | None = None
    cause: str | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def succeeded(self) -> bool:
        """Whether NP6 took the message."""
        return self.type == "success"

    @classmethod
    def from_json(cls, json: Any) -> ExecutionResult:
        """Read one result; that of an error holds its recipient one level deeper.

        :raises ValueError: no object.
        """
        data = as_object(json, "the result of an execution")
        value = as_mapping(data.get("value"))
        return cls(
            type=as_text(data.get("type")),
            id=as_name(data.get("id")),
            recipient=Recipient.from_json(data.get("recipient") or value.get("recipient")),
            cause=as_name(value.get("type")),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class Rendering:
    """A rendered message; nothing was sent. Its repr shows no content (activation-side: RenderResult)."""

    type: str
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    amp: str = field(default="", repr=False)
    recipient: str = field(default="", repr=False)
    sender: Mapping[str, Any] = field(default_factory=dict, repr=False)
    headers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> Rendering:
        """Read a rendering.

        :raises ValueError: no object.
        """
        data = as_object(json, "a rendering")
        texts = {name: as_text(data.get(name)) for name in ("subject", "html", "text", "amp", "recipient")}
        return cls(
            type=as_text(data.get("type")),
            **texts,
            sender=dict(as_mapping(data.get("sender"))),
            headers=dict(as_mapping(data.get("headers"))),
            json=dict(data),
        )


@dataclass(frozen=True, slots=True)
class ConversationEvent:
    """One step in the life of a message, in the words of the older documents: requested, received, bounced,
    canceled.
    """

    type: str
    date: datetime | None = None
    origin: str = ""
    recipient: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, json: Any) -> ConversationEvent:
        """Read one step.

        :raises ValueError: no object.
        """
        data = as_object(json, "an event of a conversation")
        return cls(
            type=as_text(data.get("type")),
            date=as_date(data.get("date")),
            origin=as_text(data.get("origin")),
            recipient=as_text(data.get("recipient")),
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """The life of one message (activation-side: LegacyConversation; older documents only)."""

    id: str
    media: str = ""
    action_id: str | None = None
    target_id: str | None = None
    events: tuple[ConversationEvent, ...] = ()

    @classmethod
    def from_json(cls, json: Any) -> Conversation:
        """Read a conversation.

        :raises ValueError: no object.
        """
        data = as_object(json, "a conversation")
        events = as_list(data.get("events"), "the events of a conversation")
        return cls(
            id=as_text(data.get("id")),
            media=as_text(data.get("media")),
            action_id=as_name(data.get("actionId")),
            target_id=as_name(data.get("target")),
            events=tuple(ConversationEvent.from_json(item) for item in events),
        )
