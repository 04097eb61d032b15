"""Readers that several noun modules share: an answer → one object, a list of them, events, or whether it was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from airflow_provider_np6.api.call import Answer
from airflow_provider_np6.models.events import Event
from airflow_provider_np6.models.reading import as_list, as_object

__all__ = ["ABSENT", "json_list", "json_object", "list_of", "list_of_events", "one", "was_there"]

T = TypeVar("T")

# The status that is an answer where something may be missing.
ABSENT = frozenset({404})


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
    """False for 404."""
    return answer.status != 404


def json_object(what: str) -> Callable[[Answer], Mapping[str, Any]]:
    """The answer is an object whose shape no document shows; nothing at all counts as an empty one."""

    def read(answer: Answer) -> Mapping[str, Any]:
        content = answer.json()
        return {} if content is None else dict(as_object(content, what))

    return read


def json_list(what: str) -> Callable[[Answer], list[Mapping[str, Any]]]:
    """The answer is an array of objects whose shape is documented only in pieces."""
    return lambda answer: [dict(as_object(item, what)) for item in as_list(answer.json(), what)]
