"""Windows of time in queries: `start` inclusive, `end` exclusive, ISO dates or timestamps. Pure."""

from __future__ import annotations

from airflow_provider_np6.sandbox.clock import parse_iso
from airflow_provider_np6.sandbox.wire import Call, RefusalError

ROBOT_CLASSES = ("genericrobot", "mpp", "gsr")
# A number above this is milliseconds, one below is seconds (public client).
_MILLISECONDS_FROM = 10**11


def moment(call: Call, name: str) -> int | None:
    """A bound in epoch milliseconds, None when it is not given; 400 when it is no date."""
    text = (call.one(name) or "").strip()
    if not text:
        return None
    if text.lstrip("-").isdigit() and text.isascii() and len(text) <= 15 and len(text) > 4:
        number = int(text)
        return number if abs(number) > _MILLISECONDS_FROM else number * 1000
    # An unescaped `+` of an offset arrives as a blank.
    parsed = parse_iso(text.replace(" ", "+") if "T" in text else text)
    if parsed is None:
        raise RefusalError(400, f"{name} must be a date")
    return int(parsed.timestamp() * 1000)


def sort(call: Call) -> str | None:
    """`asc`, `desc` or None."""
    text = call.one("sort")
    if text not in (None, "asc", "desc"):
        raise RefusalError(400, "sort must be asc or desc")
    return text


def robots(call: Call) -> tuple[str, ...] | None:
    """The robot classes that are wanted beside people; None wants all (trap 12 leaves the default open)."""
    text = call.one("classification")
    if not text:
        return None if call.service.answer("robot-hits") == "included" else ()
    classes = tuple(part.strip() for part in text.split(","))
    if not set(classes) <= set(ROBOT_CLASSES):
        raise RefusalError(400, f"classification must be among {', '.join(ROBOT_CLASSES)}")
    return classes
