"""Fields and value lists, as they are written."""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.models.fields import Field, ValueList


def field_to_json(field: Field) -> dict[str, Any]:
    """Write a field (data-side: D-f1, the example of the page). ``id`` only where the field has one.

    :raises ValueError: without a name or a type.
    """
    if not field.name.strip() or not field.type.strip():
        raise ValueError("a field needs a name and a type")
    body: dict[str, Any] = {"type": field.type, "name": field.name}
    if field.id:
        body["id"] = field.id
    body |= {"isUnicity": field.is_unicity, "isMandatory": field.is_mandatory}
    if field.is_criterion is not None:
        body["isCriterion"] = field.is_criterion
    if field.constraint is not None:
        body["constraint"] = {"operator": field.constraint.operator, "value": field.constraint.value}
    if field.value_list_id is not None:
        body["valueListId"] = field.value_list_id
    return body


def value_list_to_json(value_list: ValueList) -> dict[str, Any]:
    """Write a value list: labels with the indexes NP6 gave them, else numbered from 1 (data-side: D-v0).

    :raises ValueError: without a name, or a label twice, which NP6 compares without case (data-side: trap 25).
    """
    if not value_list.name.strip():
        raise ValueError("a value list needs a name")
    if len({label.casefold() for label in value_list.values}) != len(value_list.values):
        raise ValueError("the labels of a value list must differ in more than case")
    body: dict[str, Any] = {"id": value_list.id} if value_list.id else {}
    indexes = _indexes(value_list)
    return body | {
        "name": value_list.name,
        "ordered": value_list.ordered,
        "values": [{"index": i, "value": label} for i, label in zip(indexes, value_list.values, strict=True)],
    }


def _indexes(value_list: ValueList) -> list[int]:
    """Known indexes stay; labels without one get the numbers that follow."""
    given = [*value_list.indexes, *[None] * len(value_list.values)][: len(value_list.values)]
    following = max((index for index in given if index is not None), default=0)
    indexes = []
    for index in given:
        following += index is None
        indexes.append(following if index is None else index)
    return indexes
