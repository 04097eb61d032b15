"""Warehouse column to NP6 field: the declaration, resolved against the account's own fields."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from airflow_provider_np6.exceptions import NP6MappingError
from airflow_provider_np6.models.fields import Field, unicity_fields


@dataclass(frozen=True)
class MappedField:
    """One column of the source and the NP6 field that it fills."""

    column: str
    field: Field

    @property
    def name(self) -> str:
        """Name of the field's column in the engine's tables: ids are stable, names are not."""
        return f"f{self.field.id}"


@dataclass(frozen=True)
class ResolvedMapping:
    """Columns and fields, with the fields that make a target's unicity in the account's own order."""

    entries: tuple[MappedField, ...]
    unicity: tuple[MappedField, ...]

    @property
    def fingerprint(self) -> str:
        """Changes when another set of fields is sent, or a field's type changes; column names do not matter."""
        text = ";".join(sorted(f"{entry.field.id}:{entry.field.type}" for entry in self.entries))
        keys = ";".join(str(entry.field.id) for entry in self.unicity)
        return hashlib.sha256(f"{text}|{keys}".encode()).hexdigest()[:16]


def resolve_mapping(declared: Mapping[str, str | int], fields: Sequence[Field]) -> ResolvedMapping:
    """Find the NP6 field of every declared column.

    :param declared: column name to field name or field id (an int, or its digits).
    :param fields: all fields of the account (GET /fields).
    :raises NP6MappingError: naming everything that is wrong with the mapping, before anything is read or sent.
    """
    if not declared:
        raise NP6MappingError("The mapping is empty: map at least the column that holds the unicity field.")
    found: dict[str, Field] = {}
    problems: list[str] = []
    for column, wanted in declared.items():
        matches = _matching(wanted, fields)
        if len(matches) == 1:
            found[column] = matches[0]
        else:
            problems.append(_mismatch(column, wanted, matches, fields))
    problems += _doubles(found)
    if not problems:
        problems += _missing(found.values(), fields)
    if problems:
        raise NP6MappingError(f"The mapping does not fit the NP6 account: {'; '.join(problems)}.")
    entries = tuple(MappedField(column, field) for column, field in found.items())
    by_id = {entry.field.id: entry for entry in entries}
    return ResolvedMapping(entries, tuple(by_id[field.id] for field in unicity_fields(fields)))


def match_columns(mapping: ResolvedMapping, columns: Sequence[str]) -> ResolvedMapping:
    """Spell the mapping's columns as the source does (Snowflake answers in upper case).

    :raises NP6MappingError: naming the mapped columns that the source does not give.
    """
    doubled = sorted({column for column in columns if columns.count(column) > 1})
    if doubled:
        raise NP6MappingError(
            f"The source gives more than one column named {_listed(doubled)}: give each its own name with AS."
        )
    spelled: dict[str, str] = {}
    for entry in mapping.entries:
        alike = [column for column in columns if column.lower() == entry.column.lower()]
        if entry.column in columns:
            spelled[entry.column] = entry.column
        elif len(alike) == 1:
            spelled[entry.column] = alike[0]
    missing = [entry.column for entry in mapping.entries if entry.column not in spelled]
    if missing:
        raise NP6MappingError(
            f"The mapping names the column {_listed(missing)}, which the source does not give; "
            f"it gives {_listed(columns)}: add it to the source, or correct the mapping."
        )

    def respelled(entry: MappedField) -> MappedField:
        return MappedField(spelled[entry.column], entry.field)

    return ResolvedMapping(tuple(map(respelled, mapping.entries)), tuple(map(respelled, mapping.unicity)))


def _matching(wanted: str | int, fields: Sequence[Field]) -> list[Field]:
    by_name = [field for field in fields if field.name == wanted]
    if by_name or not str(wanted).isdigit():
        return by_name
    return [field for field in fields if field.id == int(wanted)]


def _mismatch(column: str, wanted: str | int, matches: Sequence[Field], fields: Sequence[Field]) -> str:
    if matches:
        ids = _listed([str(field.id) for field in matches])
        return f"column {column!r}: the name {wanted!r} stands for the fields {ids}, so give the id"
    names = [field.name for field in fields]
    near = difflib.get_close_matches(str(wanted), names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else f" (fields: {_listed(names)})"
    return f"column {column!r}: NP6 has no field {wanted!r}{hint}"


def _doubles(found: Mapping[str, Field]) -> list[str]:
    problems = []
    for field_id in {field.id for field in found.values()}:
        columns = [column for column, field in found.items() if field.id == field_id]
        if len(columns) > 1:
            problems.append(f"the columns {_listed(columns)} fill the same field {found[columns[0]].name!r}")
    return problems


def _missing(found: Iterable[Field], fields: Sequence[Field]) -> list[str]:
    mapped = {field.id for field in found}
    problems = []
    keys = [field.name for field in fields if field.is_unicity]
    if not keys:
        problems.append("the account has no unicity field, so NP6 could not tell targets apart")
    left_out = [field.name for field in fields if field.is_unicity and field.id not in mapped]
    if left_out:
        problems.append(f"it lacks the unicity field {_listed(left_out)}, which identifies a target: map a column")
    mandatory = [f.name for f in fields if f.is_mandatory and not f.is_unicity and f.id not in mapped]
    if mandatory:
        problems.append(
            f"it lacks the mandatory field {_listed(mandatory)}, without which NP6 refuses a target: map a column"
        )
    return problems


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
