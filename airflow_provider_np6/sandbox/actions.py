"""Actions: their documents, their states, and what a validation or a schedule sets going."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.account import Field
from airflow_provider_np6.sandbox.clock import now_iso, parse_iso
from airflow_provider_np6.sandbox.sending import Outgoing, Sending, address_field
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, free, listed, moment, nullable, number, shape, text, whole
from airflow_provider_np6.sandbox.store import bounces, documents, effects, messages, redlist, segments, targets
from airflow_provider_np6.sandbox.store.messages import Message
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.timeline import Apply, now_ms
from airflow_provider_np6.sandbox.wire import RefusalError

KIND = "action"
# legacy e, live audit: 10 creation, 20 created, 38 test phase done, 40 waiting validation, 50 validated,
# 80 sent campaign, 90 deleted, 100 archived. 30 is where the vendor's own script starts to poll: the test phase runs.
EMPTY, READY, TESTING, TESTED, VALIDATING, VALIDATED, SENT, DELETED, ARCHIVED = 10, 20, 30, 38, 40, 50, 80, 90, 100
TYPES = ("mailMessage", "smsMessage", "mailCampaign", "smsCampaign")
CAMPAIGNS = ("mailCampaign", "smsCampaign")

_FROM = shape(prefix=text, domain=text, label=text)
HEADERS = shape(**{"from": _FROM, "reply": nullable(text)})
_RATE = shape(openingRate=number, clickRate=number, unsubscribedRate=number)
_MAIL_SETTINGS = shape(
    templating=shape(version=shapes.either(text, number)),
    editionMode=shapes.choice(0, 1, 2),
    purpose=shape(type=text),
    consent=shapes.choice(0, 1, 2),
    priority=flag,
    importance=flag,
    environment=free,
    field=nullable(whole),
    culture=text,
    contentFormat=whole,
    useFormLinkSSL=flag,
    sendingProfile=whole,
    performance=_RATE,
    mp=shape(use=flag, increment=flag),
    webAnalyser=whole,
    archive=flag,
)
_SMS_SETTINGS = shape(field=nullable(whole), smsFormat=whole, smsType=whole, countries=listed(free))
_SCHEDULER = shape(
    type=shapes.choice("asap", "scheduled", "timeZoneSchedule"),
    startDate=nullable(moment),
    endDate=nullable(moment),
    segments=shape(selected=listed(whole), excluded=listed(whole)),
    speed=whole,
)
_COMMON = {
    "name": shapes.name,
    "description": nullable(text),
    "informations": shape(folder=nullable(whole), category=nullable(whole)),
}
_SHAPES = {
    "mail": {
        **_COMMON,
        "settings": _MAIL_SETTINGS,
        "content": shape(headers=HEADERS, subject=text, html=text, text=text),
    },
    "sms": {**_COMMON, "settings": _SMS_SETTINGS, "content": shape(textContent=text)},
}
STAMP = shape(time=shapes.long, id=shapes.identifier, thread=shapes.identifier, set=shapes.identifier)


def is_mail(action: Mapping[str, Any]) -> bool:
    """Mail or SMS."""
    return str(action["type"]).startswith("mail")


def channel_of(action: Mapping[str, Any]) -> str:
    """`email` or `sms`."""
    return "email" if is_mail(action) else "sms"


def state_of(action: Mapping[str, Any]) -> int:
    """Trap 1: the state is nested."""
    return int(action["informations"]["state"])


def read_action(body: Any) -> dict[str, Any]:
    """The document of an action; raises BadBodyError. The server gives id, date and state."""
    kind = shapes.shape(("type", "name"), type=shapes.choice(*TYPES))(body, "")["type"]
    members = dict(_SHAPES["mail" if kind.startswith("mail") else "sms"])
    if kind in CAMPAIGNS:
        members["scheduler"] = _SCHEDULER
    document: dict[str, Any] = shapes.read(shape(("type", "name"), **members), body)
    version = (document.get("settings") or {}).get("templating", {}).get("version")
    if version is not None:
        # Trap 19: a string now, a number in a legacy sample.
        document["settings"]["templating"]["version"] = str(version)
    # A scheduler is a campaign's; the other two are the server's own.
    own = ("id", "creationDate", *(() if kind in CAMPAIGNS else ("scheduler",)))
    return {key: value for key, value in document.items() if key not in own}


def check_references(connection: sqlite3.Connection, service: Service, action: Mapping[str, Any]) -> None:
    """404 for an unknown id inside a valid body (trap 15, live audit)."""
    number = (action.get("settings") or {}).get("field")
    if number is not None and number not in service.account.by_id:
        raise RefusalError(404)
    category = (action.get("informations") or {}).get("category")
    if category is not None and documents.find(connection, "category", category) is None:
        raise RefusalError(404)
    chosen = (action.get("scheduler") or {}).get("segments", {})
    for segment in (*chosen.get("selected", ()), *chosen.get("excluded", ())):
        if segments.find(connection, segment) is None:
            raise RefusalError(404)


def settled(action: dict[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document with what the server gives: informations with a state, content that decides between 10 and 20."""
    given = action.get("informations", {})
    state = state_of(before) if before is not None else EMPTY
    if state in (EMPTY, READY):
        state = READY if has_content(action) else EMPTY
    informations = {"folder": given.get("folder"), "category": given.get("category"), "state": state}
    return {
        "type": action["type"],
        "id": before["id"] if before else None,
        "creationDate": before["creationDate"] if before else now_iso(),
        **action,
        "informations": informations,
        "settings": action.get("settings", {}),
        "content": action.get("content", {}),
    }


def has_content(action: Mapping[str, Any]) -> bool:
    """Whether there is anything to send."""
    content = action.get("content") or {}
    return any(content.get(part) for part in ("html", "text", "textContent"))


def existing(connection: sqlite3.Connection, identifier: str) -> dict[str, Any]:
    """The action, or 404; a deleted one is 410 (legacy f)."""
    action = documents.find(connection, KIND, identifier.upper())
    if action is None:
        raise RefusalError(404)
    if state_of(action) == DELETED:
        raise RefusalError(410)
    return action


def put_state(connection: sqlite3.Connection, action: dict[str, Any], state: int) -> None:
    """Write a state and give up those that were planned."""
    action["informations"]["state"] = state
    documents.save(connection, KIND, action)
    for kind in ("state", "campaign"):
        effects.forget(connection, kind, action["id"])


def outgoing(service: Service, action: Mapping[str, Any]) -> Outgoing:
    """What the action sends."""
    settings, content = action.get("settings") or {}, action.get("content") or {}
    channel = channel_of(action)
    shown = (
        {"subject": content.get("subject", ""), "html": content.get("html", ""), "text": content.get("text", "")}
        if channel == "email"
        else {"text": content.get("textContent", "")}
    )
    return Outgoing(
        channel=channel,
        source=action["id"],
        shown_id=action["id"],
        address_field=address_field(service, channel, settings.get("field")),
        archived=channel == "email" and bool(settings.get("archive")),
        content=shown,
    )


def send_proofs(
    connection: sqlite3.Connection, service: Service, action: Mapping[str, Any], numbers: list[int], address: str | None
) -> None:
    """The test phase really mails a proof (live audit): to one address, or to the test segments."""
    sent, at = outgoing(service, action), now_ms()
    people: list[tuple[int | None, str]] = [(None, address)] if address else []
    if not address:
        rows = _members(connection, service, numbers)
        people = [(row.number, _address(sent.address_field, row)) for row in rows if _address(sent.address_field, row)]
    proofs = [
        Message(f"proof-{at}-{i}", sent.channel, action["id"], n, to, at, "sent", False, True, dict(sent.content))
        for i, (n, to) in enumerate(people)
    ]
    messages.insert(connection, proofs)


def _address(field: Field | None, row: Row) -> str:
    return str(row.values[field.id] or "") if field is not None else ""


def _members(connection: sqlite3.Connection, service: Service, numbers: list[int]) -> list[Row]:
    found = dict.fromkeys(member for number in numbers for member in segments.members(connection, number))
    rows = (targets.find(connection, service.account, member) for member in found)
    return [row for row in rows if row is not None]


def appliers(service: Service) -> Mapping[str, Apply]:
    """What each planned effect does when its moment has come."""
    does = _Consequences(service)
    return {
        "state": does.state,
        "campaign": does.campaign,
        "redlist": does.redlist,
        "bounce": does.bounce,
        "optout": does.optout,
    }


class _Consequences:
    """Each is told the moment it was due, what it happens to, and the rest; who is gone by then is left alone."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def state(self, connection: sqlite3.Connection, due: int, subject: str, body: dict[str, Any]) -> None:
        """A phase of validation ends; a campaign's schedule begins with the second."""
        action = documents.find(connection, KIND, subject)
        if action is None:
            return
        put_state(connection, action, body["state"])
        if body["state"] == VALIDATED and action["type"] in CAMPAIGNS:
            effects.plan(connection, _start(action, due), "campaign", subject, {})

    def campaign(self, connection: sqlite3.Connection, due: int, subject: str, body: dict[str, Any]) -> None:
        """A campaign is sent."""
        action = documents.find(connection, KIND, subject)
        if action is not None:
            _send_campaign(connection, self._service, action, due)
            put_state(connection, action, SENT)

    def redlist(self, connection: sqlite3.Connection, due: int, subject: str, body: dict[str, Any]) -> None:
        """Somebody unsubscribed, complained or answered STOP."""
        row = targets.find(connection, self._service.account, int(subject))
        if row is not None:
            redlist.add(connection, row.key, body["medium"], body["timestamp"], body["origin"], body["detail"])

    def bounce(self, connection: sqlite3.Connection, due: int, subject: str, body: dict[str, Any]) -> None:
        """An address bounced."""
        row = targets.find(connection, self._service.account, int(subject))
        if row is not None:
            bounces.add(connection, row.key, body["field"], body["kind"], due, body["message"])

    def optout(self, connection: sqlite3.Connection, due: int, subject: str, body: dict[str, Any]) -> None:
        """Somebody wants no notifications any more."""
        row = targets.find(connection, self._service.account, int(subject))
        reference = row.key.hex() if row is not None else ""
        for subscription in documents.of_reference(connection, "subscription", reference):
            if body["application"] in (None, subscription.get("application")):
                documents.delete(connection, "subscription", subscription["id"])


def _start(action: Mapping[str, Any], due: int) -> int:
    scheduler = action.get("scheduler") or {}
    start = parse_iso(scheduler.get("startDate") or "") if scheduler.get("type", "asap") != "asap" else None
    return max(due, int(start.timestamp() * 1000)) if start else due


def _send_campaign(connection: sqlite3.Connection, service: Service, action: Mapping[str, Any], due: int) -> None:
    """To everybody in the selected segments and in none of the excluded (legacy e)."""
    chosen = (action.get("scheduler") or {}).get("segments", {})
    excluded = {row.number for row in _members(connection, service, chosen.get("excluded", []))}
    sending = Sending(connection, service, outgoing(service, action), due)
    for row in _members(connection, service, chosen.get("selected", [])):
        if row.number not in excluded:
            sending.send(row, obstacle=sending.obstacle(row))
    sending.finish()
