"""The shape of an NP6 account: its fields and value lists. Pure: no file but the one given, no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from airflow_provider_np6.sandbox.options import BadOptionError

# data-side section 1, "Field": the types come from the older docs, 8.1.0 hides the values.
FIELD_TYPES = (
    "email",
    "phone",
    "textField",
    "textArea",
    "numeric",
    "date",
    "singleSelectList",
    "multipleSelectList",
)
LIST_TYPES = ("singleSelectList", "multipleSelectList")


@dataclass(frozen=True)
class Constraint:
    """Operator 0 none, 1 >, 2 <, 3 >=, 4 <=, 5 =; on a text it limits the length (data-side, "Field")."""

    operator: int
    value: str


@dataclass(frozen=True)
class ValueList:
    """Labels that a list field may take; they are compared without case (D-v1)."""

    id: int
    name: str
    values: tuple[str, ...]
    ordered: bool = False
    # Numbers of the values; without them a value's place is its number.
    indexes: tuple[int, ...] = ()

    @property
    def numbered(self) -> dict[int, str]:
        """The values by number."""
        return dict(zip(self.indexes or range(1, len(self.values) + 1), self.values, strict=True))

    @classmethod
    def of_numbered(cls, number: int, name: str, values: Mapping[int, str], ordered: bool = False) -> ValueList:
        """A list from its values by number."""
        plain = list(values) == list(range(1, len(values) + 1))
        return cls(number, name, tuple(values.values()), ordered, () if plain else tuple(values))

    def as_json(self) -> dict[str, Any]:
        """The list as `GET /valueLists` shows it."""
        values = [{"index": index, "value": value} for index, value in self.numbered.items()]
        return {"id": self.id, "name": self.name, "ordered": self.ordered, "values": values}


@dataclass(frozen=True)
class Field:
    """A column of the NP6 base."""

    id: int
    name: str
    type: str
    is_unicity: bool = False
    is_mandatory: bool = False
    constraint: Constraint | None = None
    value_list_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The field as `GET /fields` shows it: absent properties are left out, as in the documents."""
        shown: dict[str, Any] = {
            "type": self.type,
            "id": self.id,
            "name": self.name,
            "isUnicity": self.is_unicity,
            "isMandatory": self.is_mandatory,
            "isCriterion": True,
        }
        if self.constraint is not None:
            shown["constraint"] = {"operator": self.constraint.operator, "value": self.constraint.value}
        if self.value_list_id is not None:
            shown["valueListId"] = self.value_list_id
        return shown


@dataclass(frozen=True)
class Account:
    """Fields in the order of their ids, and the value lists they use."""

    name: str
    fields: tuple[Field, ...]
    value_lists: tuple[ValueList, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(sorted(self.fields, key=lambda f: f.id)))
        for problem in _problems(self):
            raise BadOptionError(f"The account {self.name!r} cannot be used: {problem}.")

    @cached_property
    def by_id(self) -> Mapping[int, Field]:
        """Fields by id."""
        return {field.id: field for field in self.fields}

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by name; names keep their case."""
        return {field.name: field for field in self.fields}

    @cached_property
    def unicity(self) -> tuple[Field, ...]:
        """The fields whose values identify a target, in the order of their ids."""
        return tuple(field for field in self.fields if field.is_unicity)

    @cached_property
    def mandatory(self) -> tuple[Field, ...]:
        """Fields without which no target exists."""
        return tuple(field for field in self.fields if field.is_mandatory or field.is_unicity)

    def labels(self, field: Field) -> tuple[str, ...]:
        """The labels that a list field may take."""
        return next(row.values for row in self.value_lists if row.id == field.value_list_id)

    def as_json(self) -> dict[str, Any]:
        """The account as a JSON document that `Account.from_json` reads back."""
        return {
            "name": self.name,
            "fields": [field.as_json() for field in self.fields],
            "valueLists": [row.as_json() for row in self.value_lists],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Account:
        """Read `{"name", "fields": [as GET /fields], "valueLists": [as GET /valueLists]}`."""
        return cls(
            name=str(data.get("name", "custom")),
            fields=tuple(_field(row) for row in data["fields"]),
            value_lists=tuple(_value_list(row) for row in data.get("valueLists", ())),
        )


def _field(row: Mapping[str, Any]) -> Field:
    constraint = row.get("constraint")
    return Field(
        id=int(row["id"]),
        name=str(row["name"]),
        type=str(row["type"]),
        is_unicity=bool(row.get("isUnicity", False)),
        is_mandatory=bool(row.get("isMandatory", False)),
        constraint=Constraint(int(constraint["operator"]), str(constraint["value"])) if constraint else None,
        value_list_id=row.get("valueListId"),
    )


def _value_list(row: Mapping[str, Any]) -> ValueList:
    numbered: dict[int, str] = {}
    for place, value in enumerate(row["values"], start=1):
        number = value.get("index", place) if isinstance(value, dict) else place
        numbered[int(number)] = str(value["value"] if isinstance(value, dict) else value)
    return ValueList.of_numbered(int(row["id"]), str(row["name"]), numbered, bool(row.get("ordered", False)))


def _problems(account: Account) -> Iterable[str]:
    lists = {row.id for row in account.value_lists}
    if len({field.id for field in account.fields}) != len(account.fields):
        yield "two fields have the same id"
    if len({field.name for field in account.fields}) != len(account.fields):
        yield "two fields have the same name"
    if not any(field.is_unicity for field in account.fields):
        yield "no field has isUnicity"
    for field in account.fields:
        if field.type not in FIELD_TYPES:
            yield f"field {field.id} has the unknown type {field.type!r}"
        if field.type in LIST_TYPES and field.value_list_id not in lists:
            yield f"field {field.id} names a value list that does not exist"


_SHORT = Constraint(4, "150")
_LISTS = (
    ValueList(51, "Civility", ("Mr", "Mrs", "Dr")),
    ValueList(52, "Interests", ("Sport", "Music", "Travel", "Cooking", "Books", "Café & thé")),
)
_FIELDS = (
    Field(8101, "Civility", "singleSelectList", value_list_id=51),
    Field(8102, "Lastname", "textField", constraint=_SHORT),
    Field(8103, "Email", "email", is_unicity=True, is_mandatory=True),
    Field(8104, "Firstname", "textField", constraint=_SHORT),
    Field(8105, "Birthdate", "date"),
    Field(8106, "Mobile", "phone"),
    Field(8107, "City", "textField"),
    Field(8108, "Loyalty points", "numeric"),
    Field(8109, "Average basket", "numeric"),
    Field(8110, "Interests", "multipleSelectList", value_list_id=52),
    Field(8111, "Notes", "textArea"),
    Field(8112, "Last order", "date"),
    Field(8113, "Customer id", "textField"),
)
_BRAND = Field(8114, "Brand", "textField", is_unicity=True, is_mandatory=True)

BUILT_IN: Mapping[str, Account] = {
    "default": Account("default", _FIELDS, _LISTS),
    "two-unicity": Account("two-unicity", (*_FIELDS, _BRAND), _LISTS),
}


def load_account(choice: str) -> Account:
    """A built-in account by name, or one read from a JSON file; raises BadOptionError."""
    if choice in BUILT_IN:
        return BUILT_IN[choice]
    try:
        return Account.from_json(json.loads(Path(choice).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadOptionError(
            f"The account {choice!r} is neither {' nor '.join(BUILT_IN)} nor a readable JSON file: {error}."
        ) from error
