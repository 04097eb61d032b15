"""Whether a target holds what was sent, value by value, however NP6 spells it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from airflow_provider_np6.models.reading import JsonValue
from airflow_provider_np6.models.runs import FieldColumn
from airflow_provider_np6.models.targets import Target


def holds(target: Target, fields: Sequence[FieldColumn], values: Sequence[str | None]) -> bool:
    """Whether every value that was sent stands in the target.

    :param values: the engine's texts, in the order of ``fields``.
    """
    return all(_is_same(field, sent, target.fields.get(field.id)) for field, sent in zip(fields, values, strict=True))


def _is_same(field: FieldColumn, sent: str | None, held: JsonValue) -> bool:
    if sent is None or held is None or held in ("", []):
        return sent is None and held in (None, "", [])
    if field.type == "multipleSelectList":
        return isinstance(held, list) and _folded(json.loads(sent)) == _folded(held)
    if field.type == "numeric":
        return _number(held) == float(sent)
    if field.type == "date":
        return _instant(str(held)) == _instant(sent)
    if field.type in {"email", "singleSelectList"}:
        return str(held).strip().casefold() == sent.strip().casefold()
    return str(held) == sent


def _folded(labels: Sequence[JsonValue]) -> set[str]:
    return {str(label).strip().casefold() for label in labels}


def _number(held: JsonValue) -> float | None:
    try:
        return float(str(held))
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """A moment to the second, since NP6's fractions say nothing that was sent."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
