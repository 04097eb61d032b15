"""The fields of an account and the value lists behind its list fields (data-side: Field, Enumeration)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_np6.models.reading import as_bool, as_id, as_int, as_list, as_object, as_text

__all__ = ["Constraint", "Field", "ValueList", "by_id", "unicity_fields"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A limit on a field's values.

    ``operator`` 0 none, 1 greater, 2 smaller, 3 greater or equal, 4 smaller or equal, 5 equal (numbers:
    data-side D-f1; meanings: L-field); on text it limits the length. ``value`` is text on the wire and stays
    so.
    """

    operator: int
    value: str

    @classmethod
    def from_json(cls, json: Any) -> Constraint | None:
        """Absent, empty and "operator 0" all mean that there is no constraint: None."""
        if not isinstance(json, Mapping):
            return None
        operator = as_int(json.get("operator")) or 0
        return cls(operator, as_text(json.get("value"))) if operator else None


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the NP6 base.

    ``type`` is one of email, phone, textField, textArea, numeric, date, singleSelectList, multipleSelectList
    (data-side: L-field), or whatever NP6 adds one day. ``value_list_id`` only means something for the list
    types; ``is_criterion`` (usable in a segmentation, data-side: D-f1) is None where NP6 does not say.
    """

    id: int
    name: str
    type: str
    is_unicity: bool = False
    is_mandatory: bool = False
    constraint: Constraint | None = None
    value_list_id: int | None = None
    is_criterion: bool | None = None

    @classmethod
    def from_json(cls, json: Any) -> Field:
        """Read one item of ``GET /fields``.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a field")
        return cls(
            id=as_id(data.get("id"), "a field id"),
            name=as_text(data.get("name")),
            type=as_text(data.get("type")),
            is_unicity=as_bool(data.get("isUnicity")),
            is_mandatory=as_bool(data.get("isMandatory")),
            constraint=Constraint.from_json(data.get("constraint")),
            value_list_id=as_int(data.get("valueListId")),
            is_criterion=None if data.get("isCriterion") is None else as_bool(data["isCriterion"]),
        )


def unicity_fields(fields: Iterable[Field]) -> list[Field]:
    """The fields that together identify a target, in the order of their ids.

    The order NP6 expects the values in is documented nowhere (data-side: open question 7); the ids are the
    only order that every document shows.
    """
    return sorted((field for field in fields if field.is_unicity), key=by_id)


def by_id(field: Field) -> int:
    """Sort key."""
    return field.id


@dataclass(frozen=True, slots=True)
class ValueList:
    """The labels a list field may hold; NP6 compares them without case (data-side: D-v1).

    ``indexes`` are NP6's numbers of the labels, in the order of ``values``; None where it gave none. ``ordered`` lists
    show their labels in alphabetical order.
    """

    id: int
    name: str
    values: tuple[str, ...] = ()
    ordered: bool = False
    indexes: tuple[int | None, ...] = field(default=(), compare=False)

    @classmethod
    def from_json(cls, json: Any) -> ValueList:
        """Read one value list.

        :raises ValueError: no object, or without an id.
        """
        data = as_object(json, "a value list")
        items = as_list(data.get("values"), "the values of a list")
        return cls(
            id=as_id(data.get("id"), "a value list id"),
            name=as_text(data.get("name")),
            values=tuple(_label(item) for item in items),
            ordered=as_bool(data.get("ordered")),
            indexes=tuple(as_int(item.get("index")) if isinstance(item, Mapping) else None for item in items),
        )


def _label(item: Any) -> str:
    # {"index": 1, "value": "Mr"} in every document; a bare label is survived.
    return as_text(item.get("value") if isinstance(item, Mapping) else item)
