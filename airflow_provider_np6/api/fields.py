"""The fields of the account (data-side: Field; every title is marked deprecated, without a replacement)."""

from __future__ import annotations

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import ABSENT, list_of, one, was_there
from airflow_provider_np6.models.fields import Constraint, Field


def list_fields() -> Call[list[Field]]:
    """``GET /fields``: all fields of the account; ids differ per account (data-side: D-f1, O-guide)."""
    return call("GET", "/fields", list_of(Field.from_json, "the fields"))


def create_field(
    name: str,
    type: str,  # noqa: A002  (NP6's own word)
    *,
    is_unicity: bool = False,
    is_mandatory: bool = False,
    is_criterion: bool | None = None,
    constraint: Constraint | None = None,
    value_list_id: int | None = None,
) -> Call[Field]:
    """``POST /fields``: a new field. NP6ConflictError when the name is taken (data-side: D-f1, L-field; deprecated).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param type: email, phone, textField, textArea, numeric, date, singleSelectList or multipleSelectList.
    :param value_list_id: the labels of a list field.
    :raises ValueError: no name or no type.
    """
    field = Field(0, name, type, is_unicity, is_mandatory, constraint, value_list_id, is_criterion)
    return call("POST", "/fields", one(Field.from_json), json_body=wire.field_to_json(field))


def get_field(field_id: int) -> Call[Field]:
    """``GET /fields/{id}``: one field, NP6NotFoundError when there is none (data-side: L-field; older documents
    only).
    """
    return call("GET", "/fields/{id}", one(Field.from_json), ids={"id": field_id})


def update_field(field: Field) -> Call[Field]:
    """``PUT /fields/{id}``: the field as given replaces the one with its id (data-side: L-field; older documents only).

    NP6NotFoundError; NP6ConflictError when the name is taken.

    :raises ValueError: no id, no name or no type.
    """
    return call(
        "PUT",
        "/fields/{id}",
        one(Field.from_json),
        ids={"id": field.id or ""},
        json_body=wire.field_to_json(field),
    )


def delete_field(field_id: int) -> Call[bool]:
    """``DELETE /fields/{id}``: True when deleted, False when there was none (data-side: L-field; older documents only).

    With the field go the values of all targets, presumably: no document says so.
    """
    return call("DELETE", "/fields/{id}", was_there, ids={"id": field_id}, accepted=ABSENT)
