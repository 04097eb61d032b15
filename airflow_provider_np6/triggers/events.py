"""The only writer and reader of trigger events. What comes back is checked, and refused unless it is whole.

An event crosses processes and upgrades: it can be missing, old, or another task's.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6 import exceptions
from airflow_provider_np6.exceptions import NP6Error, NP6TriggerEventError

__all__ = ["ImportEvent", "ImportEventKind", "decode", "encode"]

_VERSION = 1


class ImportEventKind(enum.StrEnum):
    """Why the waiting for imports ended."""

    DONE = "done"
    FAILED = "failed"
    UNEXPECTED = "unexpected"
    MISSING = "missing"
    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ImportEvent:
    """How the waiting for imports ended.

    :param import_ids: all imports that were awaited.
    :param import_id: the one that ended it, where it was one.
    :param state: the number NP6 gave, where it was unexpected.
    :param error: class name of the error, where looking failed.
    :param message: its message; errors of this package hold no secret and no personal data.
    """

    kind: ImportEventKind
    import_ids: tuple[int, ...]
    import_id: int | None = None
    state: int | None = None
    error: str | None = None
    message: str | None = None

    @classmethod
    def of_error(cls, import_ids: tuple[int, ...], error: NP6Error) -> ImportEvent:
        """The event for an error while looking."""
        kind = type(error).__name__
        return cls(ImportEventKind.ERROR, import_ids, error=kind, message=str(error))

    def as_error(self) -> NP6Error:
        """The error again, of its own class where that is one of ours."""
        kind = getattr(exceptions, self.error or "", NP6Error)
        message = self.message or "looking at the import failed"
        is_plain = isinstance(kind, type) and issubclass(kind, NP6Error) and _takes_a_message(kind)
        return kind(message) if is_plain else NP6Error(message)


def _takes_a_message(kind: type[NP6Error]) -> bool:
    with_facts = (exceptions.NP6ApiError, exceptions.NP6SettingsError)
    return issubclass(kind, with_facts) or kind.__init__ is Exception.__init__


def encode(event: ImportEvent) -> dict[str, Any]:
    """An event as JSON-able members."""
    return {
        "version": _VERSION,
        "kind": event.kind.value,
        "import_ids": list(event.import_ids),
        "import_id": event.import_id,
        "state": event.state,
        "error": event.error,
        "message": event.message,
    }


def decode(payload: Any, import_ids: tuple[int, ...] | None = None) -> ImportEvent:
    """The event in a payload.

    :param import_ids: what the task awaits; an event about anything else is refused.
    :raises NP6TriggerEventError: the payload is missing, malformed, of another version, or about something
        else.
    """
    if not isinstance(payload, Mapping) or payload.get("version") != _VERSION:
        raise NP6TriggerEventError(
            "The task was resumed without a usable event; clear it, so that it waits again with this version."
        )
    event = _checked(payload)
    if import_ids is not None and set(event.import_ids) != set(import_ids):
        raise NP6TriggerEventError("The task was resumed with an event about other imports than it awaits.")
    return event


def _checked(payload: Mapping[str, Any]) -> ImportEvent:
    try:
        event = ImportEvent(
            kind=ImportEventKind(payload["kind"]),
            import_ids=tuple(_number(item) for item in payload["import_ids"]),
            import_id=_optional_number(payload["import_id"]),
            state=_optional_number(payload["state"]),
            error=_optional_text(payload["error"]),
            message=_optional_text(payload["message"]),
        )
    except (KeyError, TypeError, ValueError):
        event = None
    if event is None or not _is_whole(event):
        raise NP6TriggerEventError("The task was resumed with a malformed event; clear it, so that it waits again.")
    return event


def _is_whole(event: ImportEvent) -> bool:
    one = event.import_id is not None and event.import_id in event.import_ids
    match event.kind:
        case ImportEventKind.FAILED | ImportEventKind.MISSING:
            return one
        case ImportEventKind.UNEXPECTED:
            return one and event.state is not None
        case ImportEventKind.ERROR:
            return event.message is not None
    return bool(event.import_ids)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _optional_number(value: Any) -> int | None:
    return None if value is None else _number(value)


def _optional_text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value
