"""Reading NP6's JSON without breaking on it: numeric strings, "no date" dates, absent members.

NP6 adds members without notice, writes ids now as numbers and now as strings, and dates 0001-01-01T00:00:00Z
for "none" (data-side: traps 17 to 20). Each function takes the JSON value and returns the Python value, or
None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

# Any stands for nested JSON: a recursive alias would make every reader of a field value cast.
JsonValue: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any] | None


def as_object(value: Any, what: str) -> Mapping[str, Any]:
    """The JSON object itself.

    :raises ValueError: it is something else; the message says only what was expected, never the value.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"expected {what} as a JSON object, got {type(value).__name__}")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """The JSON array itself; None (an answer without content) is an empty one.

    :raises ValueError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"expected {what} as a JSON array, got {type(value).__name__}")
    return value


def as_id(value: Any, what: str) -> int:
    """An int32 id, also where it comes as a string of digits (data-side: trap 19).

    :raises ValueError: it is no whole number.
    """
    number = as_int(value)
    if number is None:
        raise ValueError(f"expected {what} as a whole number, got {type(value).__name__}")
    return number


def as_int(value: Any) -> int | None:
    """A whole number, from a number or a string of digits; anything else is None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.removeprefix("-").isdecimal() else None
    return value if isinstance(value, int) else None


def as_bool(value: Any) -> bool:
    """True for JSON true and for the text ``true``; absent and null are False."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def as_text(value: Any) -> str:
    """Text as it is; null and absent are empty; a number is written out."""
    return "" if value is None else str(value)


def as_date(value: Any) -> datetime | None:
    """An instant in UTC from ISO 8601; year 1 stands for "none" (data-side: trap 17), and so does what cannot
    be read.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if moment.year <= 1:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # the last day of year 9999, west of Greenwich
        return None


def as_moment(value: Any) -> datetime | None:
    """An instant in UTC from epoch milliseconds, as a number or as text, or from ISO 8601; else None.

    Events and stamps carry milliseconds (activation-side: Event); a number below 1e11 can only be seconds (public
    client).
    """
    number = as_int(value)
    if number is None:
        return as_date(value)
    seconds = number / 1000 if abs(number) >= 1e11 else float(number)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def as_name(value: Any) -> str | None:
    """An id or a short text as text; None where there is none (ids come as texts and as numbers)."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The JSON object itself; whatever else there is counts as an empty one."""
    return value if isinstance(value, Mapping) else {}
