"""The value lists behind list fields (data-side: Enumeration)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import ABSENT, json_object, list_of, one, was_there
from airflow_provider_np6.models.fields import ValueList


def list_value_lists() -> Call[list[ValueList]]:
    """``GET /valueLists``: all lists with their labels (data-side: D-v0, D-v1; marked deprecated)."""
    return call("GET", "/valueLists", list_of(ValueList.from_json, "the value lists"))


def create_value_list(name: str, labels: Sequence[str], ordered: bool = False) -> Call[ValueList]:
    """``POST /valueLists``: a new list; its labels are numbered from 1 (data-side: D-v0, D-v1; marked deprecated).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param ordered: show the labels in alphabetical order.
    :raises ValueError: no name, or a label twice: NP6 compares them without case.
    """
    body = wire.value_list_to_json(ValueList(0, name, tuple(labels), ordered))
    return call("POST", "/valueLists", one(ValueList.from_json), json_body=body)


def get_value_list(value_list_id: int) -> Call[ValueList]:
    """``GET /valueLists/{id}``: one list (data-side: D-v2). NP6NotFoundError when there is none."""
    return call("GET", "/valueLists/{id}", one(ValueList.from_json), ids={"id": value_list_id})


def update_value_list(value_list: ValueList) -> Call[ValueList]:
    """``PUT /valueLists/{id}``: the list as given replaces the one with its id (data-side: D-v2; the method is
    inferred).

    Start from the list that NP6 gives, so that its labels keep their indexes. NP6NotFoundError when there is none.

    :raises ValueError: no id, no name, or a label twice.
    """
    return call(
        "PUT",
        "/valueLists/{id}",
        one(ValueList.from_json),
        ids={"id": value_list.id or ""},
        json_body=wire.value_list_to_json(value_list),
    )


def delete_value_list(value_list_id: int) -> Call[bool]:
    """``DELETE /valueLists/{id}``: True when deleted, False when there was none (data-side: O-magento1).

    Known from one client of 2015 alone, which expects ``{"success": true}``; no page of 8.1.0 shows it.
    """
    return call("DELETE", "/valueLists/{id}", was_there, ids={"id": value_list_id}, accepted=ABSENT)


def add_value(value_list_id: int, label: str) -> Call[Mapping[str, Any]]:
    """``POST /valueLists/{id}/values``: add one label (data-side: O-magento1: one client of 2015 alone).

    The answer is JSON of an unknown shape. Not safe to repeat.
    """
    return call(
        "POST",
        "/valueLists/{id}/values",
        json_object("a value"),
        ids={"id": value_list_id},
        json_body={"value": _label(label)},
    )


def update_value(value_list_id: int, index: int, label: str) -> Call[Mapping[str, Any]]:
    """``PUT /valueLists/{id}/values/{index}``: change one label (data-side: O-magento1: one client of 2015 alone)."""
    return call(
        "PUT",
        "/valueLists/{id}/values/{index}",
        json_object("a value"),
        ids={"id": value_list_id, "index": index},
        json_body={"value": _label(label)},
    )


def delete_value(value_list_id: int, index: int) -> Call[bool]:
    """``DELETE /valueLists/{id}/values/{index}``: True when deleted, False when there was none (data-side: O-magento1:
    one client of 2015 alone).
    """
    ids = {"id": value_list_id, "index": index}
    return call("DELETE", "/valueLists/{id}/values/{index}", was_there, ids=ids, accepted=ABSENT)


def _label(label: str) -> str:
    if not label.strip():
        raise ValueError("a value needs a label")
    return label
