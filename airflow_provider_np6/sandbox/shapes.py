"""The shapes of request bodies, written down as the documents have them. Pure.

A check takes a value and its place in the body, and returns the value as it is kept; it raises BadBodyError, which
is answered with 400. Members that no document names are kept as they are.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from typing import Any, TypeAlias

from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.clock import iso, parse_iso

Check: TypeAlias = Callable[[Any, str], Any]


def _refuse(place: str, expected: str) -> BadBodyError:
    return BadBodyError(f"{place or 'the body'} must be {expected}")


def text(value: Any, place: str) -> str:
    """A string."""
    if not isinstance(value, str):
        raise _refuse(place, "a text")
    return value


def name(value: Any, place: str) -> str:
    """A string that is not empty."""
    if not text(value, place).strip():
        raise _refuse(place, "a text that is not empty")
    return str(value)


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise _refuse(place, "true or false")
    return value


def whole(value: Any, place: str) -> int:
    """An int32."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise _refuse(place, "a whole number")
    if not -(2**31) <= value < 2**31:
        raise _refuse(place, "an int32")
    return int(value)


def long(value: Any, place: str) -> int:
    """An int64."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise _refuse(place, "a whole number")
    return value


def number(value: Any, place: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _refuse(place, "a number")
    return value


def moment(value: Any, place: str) -> str:
    """An ISO 8601 date; kept in UTC, to the second."""
    parsed = parse_iso(text(value, place))
    if parsed is None:
        raise _refuse(place, "a date")
    try:
        return iso(parsed.timestamp())
    except (ValueError, OverflowError, OSError):
        raise _refuse(place, "a date") from None


def identifier(value: Any, place: str) -> str:
    """A UUID; kept in lower case with dashes."""
    try:
        return str(uuid.UUID(text(value, place)))
    except ValueError:
        raise _refuse(place, "a uuid") from None


def free(value: Any, place: str) -> dict[str, Any]:
    """An object whose members no document names."""
    if not isinstance(value, dict):
        raise _refuse(place, "an object")
    return value


def choice(*allowed: Any) -> Check:
    """One of the given values."""

    def check(value: Any, place: str) -> Any:
        if isinstance(value, (list, dict)) or value not in allowed or isinstance(value, bool):
            raise _refuse(place, f"one of {', '.join(map(str, allowed))}")
        return value

    return check


def either(*checks: Check) -> Check:
    """Whatever one of the checks takes."""

    def check(value: Any, place: str) -> Any:
        for candidate in checks:
            try:
                return candidate(value, place)
            except BadBodyError as error:
                last = error
        raise last

    return check


def nullable(inner: Check) -> Check:
    """A value or null."""
    return lambda value, place: None if value is None else inner(value, place)


def listed(inner: Check) -> Check:
    """A list of such values."""

    def check(value: Any, place: str) -> list[Any]:
        if not isinstance(value, list):
            raise _refuse(place, "a list")
        return [inner(item, f"{place}[{index}]") for index, item in enumerate(value)]

    return check


def mapped(inner: Check) -> Check:
    """An object whose members all have one shape."""
    return lambda value, place: {key: inner(item, f"{place}.{key[:40]}") for key, item in free(value, place).items()}


def shape(required: tuple[str, ...] = (), /, **members: Check) -> Check:
    """An object; `required` members must be there, every other one may be missing."""

    def check(value: Any, place: str) -> dict[str, Any]:
        body = dict(free(value, place))
        for key in required:
            if key not in body:
                raise BadBodyError(f"{place + '.' if place else ''}{key} is missing")
        for key in body.keys() & members.keys():
            body[key] = members[key](body[key], f"{place}.{key}" if place else key)
        return body

    return check


def read(check: Check, body: Any) -> Any:
    """A body checked and as it is kept; raises BadBodyError."""
    return check(body, "")
