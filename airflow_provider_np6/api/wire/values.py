"""The values of a target's fields, as they are written: each format declared once (legacy: Value formats)."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from airflow_provider_np6.api.wire.media import instant
from airflow_provider_np6.models.reading import JsonValue

# What Python may hold for a field, beside JSON itself.
FieldValue: TypeAlias = JsonValue | date | datetime | Decimal | tuple[str, ...] | Set[str]


def field_value(value: Any) -> JsonValue:
    """A Python value → the JSON that NP6 takes.

    Dates and times → ISO 8601 in UTC, the form that reads back; a day is its first instant. Decimals → numbers.
    Several labels → an array, those of a set in alphabetical order. Phones and single labels are text and stay so; None
    clears a field, ``[]`` clears several labels.
    """
    match value:
        case datetime():
            return instant(value)
        case date():
            return f"{value.isoformat()}T00:00:00Z"
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple() | list():
            return [field_value(item) for item in value]
        case Set():
            return sorted(value)
    json: JsonValue = value
    return json
