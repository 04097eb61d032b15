"""How the engine's values are spelt in an import file and in a JSON body.

The engine holds one text per value: ISO instants in UTC, plain decimals, JSON arrays of labels. Sources: legacy "File"
and "(d) Fields and value formats". No document states the format of dates or of several labels in a file; the choices
here are settings of :class:`~airflow_provider_np6.sync.settings.Delivery` or the least ambiguous form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from airflow_provider_np6.api.wire.values import field_value
from airflow_provider_np6.exceptions import NP6MappingError
from airflow_provider_np6.models.fields import Field, ValueList
from airflow_provider_np6.models.reading import JsonValue
from airflow_provider_np6.models.runs import FieldColumn
from airflow_provider_np6.sync.sql_text import identifier, literal


def file_cell(field: FieldColumn, list_separator: str) -> str:
    """SQL of the field's cell in an import file, named as the field."""
    value = field.column
    if field.type == "date":
        # A day is written as a day: the import screen offers AAAA-MM-JJ among its date formats.
        value = f"CASE WHEN ends_with({value}, 'T00:00:00Z') THEN {value}[1:10] ELSE {value} END"
    if field.type == "multipleSelectList":
        value = f"array_to_string(json_extract_string({value}, '$[*]'), {literal(list_separator)})"
    return f"{value} AS {identifier(field.name)}"


def json_value(field: FieldColumn, value: str | None) -> JsonValue:
    """The field's value in the body of a write; None (``[]`` for several labels) clears it."""
    if value is None:
        return [] if field.type == "multipleSelectList" else None
    if field.type == "multipleSelectList":
        labels: list[JsonValue] = json.loads(value)
        return labels
    if field.type == "numeric":
        return field_value(Decimal(value))
    return value


def refuse_ambiguous_labels(fields: Iterable[Field], lists: dict[int, ValueList], separator: str) -> None:
    """Stop before anything is sent when a label holds the text that joins labels in a file.

    :raises NP6MappingError: naming the list and the label.
    """
    for field in fields:
        if field.type != "multipleSelectList" or field.value_list_id not in lists:
            continue
        for label in lists[field.value_list_id].values:
            if separator in label:
                raise NP6MappingError(
                    f"The label {label!r} of the field {field.name!r} holds {separator!r}, which joins labels in "
                    "import files: choose another with Delivery(list_separator=...), or Delivery(by='targets')."
                )
