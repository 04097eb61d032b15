"""Finding targets in every way the documents name one: id, unicity, hash, footprint."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.identity import comparable, splits, target_id, target_number, unicity_key
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import targets
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.values import BadValueError, Stored
from airflow_provider_np6.sandbox.wire import Call, RefusalError

_HASH = re.compile(r"[0-9a-fA-F]{32}")


def unicity_values(service: Service, texts: Sequence[str]) -> dict[int, Stored] | None:
    """Unicity values by field id from texts in the order of the fields; None when no target can have them."""
    fields = service.account.unicity
    if len(texts) != len(fields):
        raise RefusalError(400, f"{len(fields)} unicity value(s) expected")
    try:
        return {field.id: service.readers[field.id].from_text(text) for field, text in zip(fields, texts, strict=True)}
    except BadValueError:
        return None


def find_unicity(connection: sqlite3.Connection, service: Service, texts: Sequence[str]) -> Row | None:
    """The target with these unicity values, in the order of the fields."""
    values = unicity_values(service, texts)
    if values is None:
        return None
    key = unicity_key([comparable(field, values[field.id]) for field in service.account.unicity])
    return targets.find_key(connection, service.account, key)


def find_joined(connection: sqlite3.Connection, service: Service, text: str, joint: str = "") -> Row | None:
    """The target whose unicity values make this text when written one after the other, `joint` between (trap 7)."""
    cuts = splits(text, len(service.account.unicity), joint)
    found = (find_unicity(connection, service, parts) for parts in cuts)
    return next((row for row in found if row is not None), None)


def find_id(connection: sqlite3.Connection, service: Service, identifier: str) -> Row | None:
    """The target with this id."""
    number = target_number(identifier)
    return targets.find(connection, service.account, number) if number is not None else None


def find_hash(connection: sqlite3.Connection, service: Service, footprint: str) -> Row | None:
    """The target with this hash."""
    key = bytes.fromhex(footprint) if _HASH.fullmatch(footprint) else b""
    return targets.find_key(connection, service.account, key)


def existing(connection: sqlite3.Connection, service: Service, identifier: str) -> Row:
    """The target with this id, or 404."""
    row = find_id(connection, service, identifier)
    if row is None:
        raise RefusalError(404)
    return row


def asked_for(connection: sqlite3.Connection, call: Call, keys: Sequence[str] = ("id", "unicity", "hash")) -> Row:
    """The target named in the query by exactly one of `id`, `unicity`, `hash`; 400 or 404 otherwise."""
    given = [key for key in keys if key in call.query]
    if len(given) != 1:
        raise RefusalError(400, f"exactly one of {', '.join(keys)} is expected")
    row = _find_query(connection, call, given[0])
    if row is None:
        raise RefusalError(404)
    return row


def _find_query(connection: sqlite3.Connection, call: Call, key: str) -> Row | None:
    service = call.service
    if key == "unicity":
        texts = call.query["unicity"]
        if len(texts) == 1:
            return find_joined(connection, service, texts[0])
        return find_unicity(connection, service, texts)
    text = call.one(key) or ""
    return find_id(connection, service, text) if key == "id" else find_hash(connection, service, text)


def read_reference(body: Any, place: str) -> dict[str, Any]:
    """A recipient, receiver or contact as it came; raises BadBodyError.

    `unicity` takes an array, `id` and `hash` take a string, `footprint` has no `value` (activation trap 7).
    """
    kind = body.get("type") if isinstance(body, dict) else None
    if not isinstance(body, dict) or kind not in ("id", "unicity", "hash", "footprint"):
        raise BadBodyError(f"{place} needs a type: id, unicity, hash or footprint")
    if kind == "footprint":
        parts = [body.get(key) for key in ("id", "unicity", "hash")]
        if not all(isinstance(part, (str, type(None))) for part in parts) or not any(parts):
            raise BadBodyError(f"{place} must hold texts")
        return body
    value = body.get("value")
    texts = value if kind == "unicity" else [value]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise BadBodyError(f"{place} has no value of its type")
    return body


def find_reference(connection: sqlite3.Connection, service: Service, reference: dict[str, Any]) -> Row | None:
    """The target of a reference that `read_reference` took."""
    kind, value = reference["type"], reference.get("value")
    if kind == "id":
        return find_id(connection, service, value or "")
    if kind == "hash":
        return find_hash(connection, service, value or "")
    if kind == "unicity":
        texts = value or []
        known = len(texts) == len(service.account.unicity)
        return find_unicity(connection, service, texts) if known else None
    return _find_footprint(connection, service, reference)


def _find_footprint(connection: sqlite3.Connection, service: Service, reference: dict[str, Any]) -> Row | None:
    """A footprint's id counts, then its hash, then its unicity."""
    if reference.get("id"):
        return find_id(connection, service, reference["id"])
    if reference.get("hash"):
        return find_hash(connection, service, reference["hash"])
    return find_joined(connection, service, reference["unicity"])


def footprint(service: Service, row: Row) -> dict[str, Any]:
    """A target as answers name it; several unicity values are written one after the other (trap 7)."""
    unicity = "".join(str(row.values[field.id]) for field in service.account.unicity)
    return {"type": "footprint", "id": target_id(row.number), "unicity": unicity, "hash": row.key.hex()}
