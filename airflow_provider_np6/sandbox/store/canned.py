"""What an account has that no operation creates: made once per store, the same in every store."""

from __future__ import annotations

import sqlite3
import uuid
from typing import Any

from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.store import documents, events
from airflow_provider_np6.sandbox.store.events import Event

# Objects that stand in a new account were made before anything else can have happened in it.
_BEGINNING = 1_767_225_600  # 2026-01-01T00:00:00Z
_STAMP = {"creation": iso(_BEGINNING), "modification": iso(_BEGINNING)}
_SPACE = uuid.UUID("6d1f7f1c-5d0b-4f43-8a77-0f4c6d8b1a52")
USER = "00000001"


def known_id(name: str) -> str:
    """The uuid of a canned object."""
    return str(uuid.uuid5(_SPACE, name))


def _objects() -> list[tuple[str, dict[str, Any]]]:
    people = {"createdBy": USER, "modifiedBy": USER, "stamp": _STAMP}
    topics = [
        {"id": known_id(f"topic {label}"), "label": label, "description": f"Messages about {label.lower()}", **people}
        for label in ("Offers", "News")
    ]
    rule = {
        "id": known_id("rule"),
        "label": "At most three a week",
        "predicate": {"type": "and", "expressions": [{"type": "count", "threshold": 3, "period": "WEEK"}]},
        **people,
    }
    application = {
        "type": "native",
        "id": known_id("application"),
        "name": "Sandbox application",
        "description": "An application whose users get notifications",
        "active": True,
        "stamp": _STAMP,
        "icon": None,
        "providers": [{"type": "firebase", "key": "sandbox", "sender": "sandbox"}],
        "routes": [{"name": "home", "value": {"type": "literal", "value": "/"}, "default": True}],
        "channels": [{"name": "default", "value": {"type": "literal", "value": "default"}, "default": True}],
    }
    webtask = {
        "id": 1,
        "name": "Sandbox webtask",
        "description": "",
        "creationDate": iso(_BEGINNING),
        "scripting": {"version": "7.0.0", "environment": {}, "imports": None, "initializers": None, "filters": None},
        "settings": {},
        "value": "return true;",
    }
    return [
        *(("topic", topic) for topic in topics),
        ("rule", rule),
        ("application", application),
        ("webtask", webtask),
    ]


def _displays() -> list[Event]:
    """Two displays of one content, once in a campaign: nothing that the API does makes any."""
    shown = []
    for number, (source, member) in enumerate((("1001", "content"), ("1001", "content"), ("51", "campaign"))):
        at = (_BEGINNING + 3600 * number) * 1000
        body = {
            "id": known_id(f"display {number}"),
            "timestamp": at,
            "identity": {"type": "customer", "agency": "0A1B", "customer": "0C2"},
            "source": {
                "type": "display",
                "detail": {"activation": {"id": int(source), "kind": member, "stamp": {"time": at}}},
            },
        }
        shown.append(Event("activation", "", "display", source, None, at, at, None, body))
    return shown


def settle(connection: sqlite3.Connection) -> None:
    """Make them in a store that does not have them yet."""
    done = connection.execute("SELECT 1 FROM meta WHERE name = 'canned'").fetchone()
    if done:
        return
    for kind, body in _objects():
        documents.save(connection, kind, body)
    events.insert(connection, _displays())
    connection.execute("INSERT INTO meta VALUES ('canned', '1')")
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('next webtask', '2')")
