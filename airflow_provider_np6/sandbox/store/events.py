"""Events of messages: what happened, when, and when it was published."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_CHUNK = 500


@dataclass(frozen=True)
class Event:
    """One event. Moments are in epoch milliseconds.

    :param published: its `timestamp`, on which `start` and `end` filter; it is in no list before.
    :param activated: publication of the activation that it is a reaction to.
    :param source: id of the action, notification, display campaign.
    :param robot: class of the machine that caused it.
    :param body: the event as it is shown, without `type`.
    """

    type: str
    subtype: str
    channel: str
    source: str
    target: int | None
    published: int
    activated: int | None
    robot: str | None
    body: dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """Events of one type (subtypes empty: all) of some sources; a selection may want several such."""

    channel: str
    type: str | None
    subtypes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """Which events are wanted; None and empty mean all.

    :param robots: classes of machines whose hits are wanted beside people's; None wants all.
    :param now: what is published later is not there yet.
    :param choices: at least one of them must fit.
    """

    now: int
    channels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    sources: tuple[str, ...] | None = None
    target: int | None = None
    start: int | None = None
    end: int | None = None
    activation_start: int | None = None
    activation_end: int | None = None
    robots: tuple[str, ...] | None = None
    choices: tuple[Choice, ...] | None = None


def insert(connection: sqlite3.Connection, events: Sequence[Event]) -> None:
    """Record events."""
    connection.executemany(
        "INSERT INTO events (type, subtype, channel, source, target, published, activated, robot, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                event.type,
                event.subtype,
                event.channel,
                event.source,
                event.target,
                event.published,
                event.activated,
                event.robot,
                json.dumps(event.body, ensure_ascii=False),
            )
            for event in events
        ],
    )


def _conditions(wanted: Selection) -> Iterator[tuple[str, Sequence[Any]]]:
    yield "published <= ?", (wanted.now,)
    for column, values in (("channel", wanted.channels), ("type", wanted.types), ("subtype", wanted.subtypes)):
        if values:
            yield f"{column} IN ({_marks(values)})", values
    if wanted.sources is not None:
        yield f"source IN ({_marks(wanted.sources)})", wanted.sources
    if wanted.robots is not None:
        yield f"(robot IS NULL OR robot IN ({_marks(wanted.robots)}))", wanted.robots
    if wanted.choices is not None:
        parts = [_choice(choice) for choice in wanted.choices]
        yield f"({' OR '.join(text for text, _ in parts) or '0'})", [value for _, values in parts for value in values]
    for condition, bound in (
        ("target = ?", wanted.target),
        ("published >= ?", wanted.start),
        ("published < ?", wanted.end),
        ("activated >= ?", wanted.activation_start),
        ("activated < ?", wanted.activation_end),
    ):
        if bound is not None:
            yield condition, (bound,)


def _choice(choice: Choice) -> tuple[str, Sequence[Any]]:
    text = f"channel = ? AND source IN ({_marks(choice.sources)})"
    values: tuple[Any, ...] = (choice.channel, *choice.sources)
    if choice.type is not None:
        text, values = f"{text} AND type = ?", (*values, choice.type)
    if choice.subtypes:
        text, values = f"{text} AND subtype IN ({_marks(choice.subtypes)})", (*values, *choice.subtypes)
    return f"({text})", values


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _where(wanted: Selection) -> tuple[str, list[Any]]:
    conditions = list(_conditions(wanted))
    return " AND ".join(text for text, _ in conditions), [value for _, values in conditions for value in values]


def select(
    connection: sqlite3.Connection, wanted: Selection, sort: str | None, salt: int
) -> Iterator[list[tuple[str, str]]]:
    """Chunks of (type, JSON text). Without `sort` the order is another one for another `salt`."""
    where, values = _where(wanted)
    order = {"asc": "published, id", "desc": "published DESC, id DESC", None: f"(id * {salt | 1}) % 10007, id"}[sort]
    cursor = connection.execute(f"SELECT type, body FROM events WHERE {where} ORDER BY {order}", values)
    while chunk := cursor.fetchmany(_CHUNK):
        yield chunk


def bodies(connection: sqlite3.Connection, wanted: Selection) -> list[dict[str, Any]]:
    """The selected events in the order of their publication, without their types."""
    return [json.loads(body) for chunk in select(connection, wanted, "asc", 1) for _, body in chunk]


def counts(connection: sqlite3.Connection, source: str, now: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Per type and subtype of one action: how many events, and of how many targets. Robots are left out."""
    rows = connection.execute(
        "SELECT type, subtype, count(*), count(DISTINCT target) FROM events "
        "WHERE source = ? AND published <= ? AND robot IS NULL GROUP BY type, subtype",
        (source, now),
    )
    return {(kind, subtype): (events, targets) for kind, subtype, events, targets in rows}


def of_message(connection: sqlite3.Connection, message: str, now: int) -> list[tuple[str, dict[str, Any]]]:
    """The events of one message in their order: type and body."""
    rows = connection.execute(
        "SELECT events.type, events.body FROM messages JOIN events "
        "ON events.source = messages.source AND events.target = messages.target "
        "WHERE messages.id = ? AND published <= ? ORDER BY published, events.id",
        (message, now),
    )
    found = [(kind, json.loads(body)) for kind, body in rows]
    return [(kind, body) for kind, body in found if _stamp(body).get("id") == message]


def _stamp(body: dict[str, Any]) -> dict[str, Any]:
    detail = body["source"].get("detail", {})
    inner = detail.get("activation") or detail.get("execution") or {}
    stamp: dict[str, Any] = inner.get("stamp", {})
    return stamp
