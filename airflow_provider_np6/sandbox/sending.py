"""Sending messages: what leaves, the events that are told of it, and the reactions that follow."""

from __future__ import annotations

import random
import sqlite3
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_np6.sandbox.account import Field
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.people import footprint
from airflow_provider_np6.sandbox.reactions import Reaction, dice, reactions
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import bounces, documents, effects, events, messages, redlist
from airflow_provider_np6.sandbox.store.events import Event
from airflow_provider_np6.sandbox.store.messages import Message
from airflow_provider_np6.sandbox.store.targets import Row

IDENTITY = {"type": "customer", "agency": "0A1B", "customer": "0C2"}
MEDIA = {"email": "mail", "sms": "sms"}
_ADDRESS_TYPES = {"email": "email", "sms": "phone"}
# The only documented sample of a cancellation (activation side, "Cancellation"); the others follow its form.
_RENDER = {"type": "user defined policy", "value": {"type": "render", "message": "the content cannot be rendered"}}
# Red list origins (L-statistics): a form behind the link, the list-unsubscribe header, a complaint, an SMS stop.
_FORM, _LIST, _COMPLAINT, _STOP = 3, 4, 5, 6


@dataclass(frozen=True)
class Outgoing:
    """What is sent.

    :param channel: `email`, `sms` or `notification`.
    :param source: id of the action or notification as text; `shown_id` as its events have it (trap 11).
    :param address_field: the field that holds the address; None for notifications.
    :param archived: the message is kept for the archives (`settings.archive`).
    :param content: subject, html, text.
    :param activation: further members of `activation`, for notifications.
    """

    channel: str
    source: str
    shown_id: str | int
    address_field: Field | None
    archived: bool
    content: Mapping[str, Any]
    activation: Mapping[str, Any] = field(default_factory=dict)


def address_field(service: Service, channel: str, number: int | None) -> Field | None:
    """The field an action sends to: the one it names, else the account's first of the right type."""
    if number is not None:
        return service.account.by_id.get(number)
    kind = _ADDRESS_TYPES.get(channel)
    return next((field for field in service.account.fields if field.type == kind), None)


class Sending:
    """Sends one thing to many targets within one transaction; `finish` writes what was collected."""

    def __init__(self, connection: sqlite3.Connection, service: Service, outgoing: Outgoing, at: int) -> None:
        self._connection = connection
        self._service = service
        self._outgoing = outgoing
        self._at = at
        self._messages: list[Message] = []
        self._events: list[Event] = []
        self._times: Counter[int] = Counter()

    def obstacle(self, row: Row) -> str | None:
        """Why a message to a target would not leave, or None: `redlist`, `bounces` or `emptyAddress`."""
        outgoing, medium = self._outgoing, MEDIA.get(self._outgoing.channel)
        if self.address(row) is None:
            return "emptyAddress"
        if medium is not None and medium in redlist.of_key(self._connection, row.key):
            return "redlist"
        address = outgoing.address_field
        if address is not None and bounces.has_hard(self._connection, row.key, address.id):
            return "bounces"
        return None

    def address(self, row: Row) -> str | None:
        """Where a message to a target goes: its address, its number, or the token of its subscription."""
        if self._outgoing.address_field is not None:
            value = row.values.get(self._outgoing.address_field.id)
            return str(value) if value else None
        application = self._outgoing.activation.get("application")
        for subscription in documents.of_reference(self._connection, "subscription", row.key.hex()):
            if application in (None, subscription.get("application")):
                return str(subscription["provider"].get("token") or subscription["id"])
        return None

    def send(self, row: Row, stamp: Mapping[str, Any] | None = None, obstacle: str | None = None, **more: Any) -> str:
        """Send to one target, or cancel for a reason; returns the id of the message.

        :param stamp: what the caller set of it; its id becomes the id of the message.
        :param more: what overrides the content.
        """
        whole = {"time": self._at, **{part: str(uuid.uuid4()) for part in ("id", "thread", "set")}, **(stamp or {})}
        chance = dice(self._service.options.seed, self._outgoing.source, row.key.hex(), self._nth(row))
        reason = obstacle or ("render" if chance.random() < self._service.rates["cancelled"] else None)
        content = {**self._outgoing.content, **more}
        self._note(whole["id"], row, reason or "sent", content)
        self._execution(row, whole, chance)
        if reason is not None:
            self._cancellation(row, whole, reason, chance)
        else:
            self._activation(row, whole, chance)
        return str(whole["id"])

    def finish(self) -> None:
        """Write messages and events."""
        messages.insert(self._connection, self._messages)
        events.insert(self._connection, self._events)
        self._messages, self._events = [], []

    def _nth(self, row: Row) -> int:
        """How many messages of this source the target had: each has a chance of its own."""
        self._times[row.number] += 1
        earlier = self._connection.execute(
            "SELECT count(*) FROM messages WHERE source = ? AND target = ?", (self._outgoing.source, row.number)
        ).fetchone()[0]
        return int(earlier) + self._times[row.number]

    def _note(self, identifier: str, row: Row, state: str, content: dict[str, Any]) -> None:
        outgoing = self._outgoing
        self._messages.append(
            Message(
                id=identifier,
                channel=outgoing.channel,
                source=outgoing.source,
                target=row.number,
                address=self.address(row),
                at=self._at,
                state=state,
                archived=outgoing.archived,
                proof=False,
                content=content,
            )
        )

    def _published(self, chance: random.Random, occurred: float) -> int:
        return int(occurred + chance.uniform(0, self._service.publication_seconds) * 1000)

    def _kind(self) -> str:
        return "application" if self._outgoing.channel == "notification" else "message"

    def _person(self, row: Row) -> dict[str, Any]:
        person = footprint(self._service, row)
        return {"type": "contact", "value": person} if self._outgoing.channel == "notification" else person

    def _executed(self, row: Row, stamp: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": self._outgoing.shown_id,
            "kind": self._kind(),
            "recipient": self._person(row),
            "data": {},
            "stamp": stamp,
        }

    def _execution(self, row: Row, stamp: dict[str, Any], chance: random.Random) -> None:
        self._add("execution", "", row, {"execution": self._executed(row, stamp)}, self._published(chance, self._at))

    def _cancellation(self, row: Row, stamp: dict[str, Any], reason: str, chance: random.Random) -> None:
        cancellation = _RENDER if reason == "render" else {"type": reason, "value": {"type": reason}}
        detail = {"execution": self._executed(row, stamp), "cancellation": cancellation}
        self._add("cancellation", reason, row, detail, self._published(chance, self._at))

    def _activation(self, row: Row, stamp: dict[str, Any], chance: random.Random) -> None:
        activation = {
            "id": self._outgoing.shown_id,
            "kind": self._kind(),
            "receiver": self._person(row),
            "stamp": stamp,
            "recipient": self.address(row),
            **self._outgoing.activation,
        }
        published = self._published(chance, self._at)
        self._add("activation", "", row, {"activation": activation}, published)
        for reaction in reactions(self._outgoing.channel, self._service.rates, chance):
            self._react(row, activation, reaction, published, chance)

    def _react(
        self, row: Row, activation: dict[str, Any], reaction: Reaction, activated: int, chance: random.Random
    ) -> None:
        occurred = int(self._at + reaction.after * self._service.reaction_seconds * 1000)
        detail = {"activation": activation, **_told(reaction)}
        published = max(activated, self._published(chance, occurred))
        self._add(reaction.type, reaction.subtype, row, detail, published, activated, reaction.robot)
        effect = self._effect(reaction, occurred, chance)
        if effect is not None and reaction.robot is None:
            kind, body = effect
            effects.plan(self._connection, occurred, kind, str(row.number), body)

    def _effect(self, reaction: Reaction, occurred: int, chance: random.Random) -> tuple[str, dict[str, Any]] | None:
        if reaction.type == "bounce" and self._outgoing.address_field is not None:
            return "bounce", {
                "field": self._outgoing.address_field.id,
                "kind": reaction.detail["kind"],
                "message": reaction.detail["message"],
            }
        if reaction.type == "optout":
            return "optout", {"application": self._outgoing.activation.get("application")}
        origin = _origin(reaction, chance)
        if origin is None:
            return None
        medium = MEDIA.get(self._outgoing.channel, "mail")
        form = {"formId": "0000GH"} if origin == _FORM else {}
        return "redlist", {"medium": medium, "timestamp": iso(occurred / 1000), "origin": origin, "detail": form}

    def _add(
        self,
        kind: str,
        subtype: str,
        row: Row,
        detail: dict[str, Any],
        published: int,
        activated: int | None = None,
        robot: str | None = None,
    ) -> None:
        outgoing = self._outgoing
        body = event_body(outgoing.channel, published, detail)
        self._events.append(
            Event(kind, subtype, outgoing.channel, outgoing.source, row.number, published, activated, robot, body)
        )


def event_body(channel: str, published: int, detail: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is shown, without its type."""
    return {
        "id": str(uuid.uuid4()),
        "timestamp": published,
        "identity": IDENTITY,
        "source": {"type": channel, "detail": dict(detail)},
    }


def _told(reaction: Reaction) -> dict[str, Any]:
    """The members of `detail` that tell a reaction."""
    if reaction.type == "bounce":
        told = reaction.detail
        return {
            "bounce": {
                "status": {
                    "type": "sync",
                    "code": {"enhanced": told["code"]},
                    "diagnostic": f"{'550' if reaction.subtype == 'hard' else '452'} {told['code']} {told['message']}",
                    "mta": "mx.example.net",
                },
                "analysis": {
                    "verdict": reaction.subtype,
                    "subject": {"type": told["subject"], "detail": {"type": told["message"]}},
                },
            }
        }
    if reaction.type == "hit":
        link: dict[str, Any] = {"link": {"type": reaction.subtype}}
        return link if reaction.robot is None else {**link, "classification": reaction.robot}
    return {"response": {"type": "stop"}} if reaction.type == "reply" else {}


def _origin(reaction: Reaction, chance: random.Random) -> int | None:
    """The origin of the red list entry that a reaction causes, None when it causes none."""
    if (reaction.type, reaction.subtype) == ("hit", "unsubscribe"):
        return chance.choice((_FORM, _LIST))
    return {"complaint": _COMPLAINT, "reply": _STOP}.get(reaction.type)
