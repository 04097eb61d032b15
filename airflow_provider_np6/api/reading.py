"""Readers that several noun modules share: an answer → one object, a list of them, events, or whether it was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from airflow_provider_np6.api.call import Answer
from airflow_provider_np6.models.events import Event
from airflow_provider_np6.models.reading import as_list, as_object

__all__ = ["ABSENT", "is_absent", "json_list", "json_object", "list_of", "list_of_events", "one", "was_there"]

T = TypeVar("T")

# The status that is an answer where something may be missing.
ABSENT = frozenset({404})
# The members of NP6's error bodies (data-side: LegacyError).
_ERROR_MEMBERS = frozenset(
    {"Message", "MessageDetail", "ExceptionMessage", "ExceptionType", "StackTrace", "errorType", "errorData"}
)


def one(model: Callable[[Any], T]) -> Callable[[Answer], T]:
    """The answer is one object, read by ``model``."""
    return lambda answer: model(answer.json())


def list_of(model: Callable[[Any], T], what: str) -> Callable[[Answer], list[T]]:
    """The answer is an array of objects, or nothing at all, which counts as an empty one."""
    return lambda answer: [model(item) for item in as_list(answer.json(), what)]


def list_of_events(kind: str = "", subtype: str | None = None) -> Callable[[Answer], list[Event]]:
    """The answer is an array of events; ``kind`` is what those without a type are."""
    return list_of(partial(Event.from_json, kind=kind, subtype=subtype), "the events")


def was_there(answer: Answer) -> bool:
    """False for 404, unless an earlier attempt of the same call may have deleted it.

    :raises ValueError: as :func:`is_absent`.
    """
    return not is_absent(answer) or answer.after_loss


def is_absent(answer: Answer) -> bool:
    """Whether NP6 says that there is none.

    :raises ValueError: a 404 with content that is none of NP6's (data-side: LegacyError; 8.1.0 shows 404 without any):
        a gateway does not know the path, which says nothing of what NP6 holds.
    """
    if answer.status != 404:
        return False
    content = _json_or_none(answer) if answer.body.strip() else {}
    if not isinstance(content, Mapping) or not (set(content) <= _ERROR_MEMBERS):
        raise ValueError("a 404 that is not NP6's")
    return True


def _json_or_none(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def json_object(what: str) -> Callable[[Answer], Mapping[str, Any]]:
    """The answer is an object whose shape no document shows; nothing at all counts as an empty one."""

    def read(answer: Answer) -> Mapping[str, Any]:
        content = answer.json()
        return {} if content is None else dict(as_object(content, what))

    return read


def json_list(what: str) -> Callable[[Answer], list[Mapping[str, Any]]]:
    """The answer is an array of objects whose shape is documented only in pieces."""
    return lambda answer: [dict(as_object(item, what)) for item in as_list(answer.json(), what)]
