"""Fields of the account (D-f1, L-field)."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.account import FIELD_TYPES, LIST_TYPES, Account, Constraint, Field
from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, nullable, shape, text, whole
from airflow_provider_np6.sandbox.store import documents, targets
from airflow_provider_np6.sandbox.values import BadValueError, check_constraint
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_FIELD = shape(
    ("type", "name"),
    type=shapes.choice(*FIELD_TYPES),
    name=shapes.name,
    isUnicity=nullable(flag),
    isMandatory=nullable(flag),
    isCriterion=nullable(flag),
    constraint=nullable(shape(("operator", "value"), operator=shapes.choice(0, 1, 2, 3, 4, 5), value=text)),
    valueListId=nullable(whole),
)


async def every(call: Call) -> Answer:
    """All fields in the order of their ids."""
    return Answer.json([field.as_json() for field in call.service.account.fields])


def existing(call: Call) -> Field:
    """The field, or 404."""
    field = call.service.account.by_id.get(call.number())
    if field is None:
        raise RefusalError(404)
    return field


async def one(call: Call) -> Answer:
    """One field."""
    return Answer.json(existing(call).as_json())


def _read(call: Call, before: Field | None = None) -> Field:
    """The field of a body; what the body leaves out stays as it was. 404 for an unknown value list."""
    body: dict[str, Any] = shapes.read(_FIELD, call.document())
    base = before.as_json() if before is not None else {"isUnicity": False, "isMandatory": False}
    merged = {**base, **{key: value for key, value in body.items() if value is not None}}
    constraint = merged.get("constraint")
    field = Field(
        id=before.id if before is not None else 0,
        name=merged["name"],
        type=merged["type"],
        is_unicity=merged["isUnicity"],
        is_mandatory=merged["isMandatory"],
        constraint=Constraint(constraint["operator"], constraint["value"]) if constraint else None,
        value_list_id=merged.get("valueListId") if merged["type"] in LIST_TYPES else None,
    )
    _check(call.service.account, field)
    return field


def _check(account: Account, field: Field) -> None:
    try:
        check_constraint(field)
    except BadValueError as error:
        raise BadBodyError(str(error)) from None
    if field.type in LIST_TYPES:
        if field.value_list_id is None:
            raise BadBodyError("valueListId is missing")
        if all(field.value_list_id != row.id for row in account.value_lists):
            raise RefusalError(404)


def _change(connection: sqlite3.Connection, service: Service, fields: list[Field]) -> None:
    service.store.keep_account(connection, replace(service.account, fields=tuple(fields)))
    service.learn_fields()


def _require_free(account: Account, field: Field) -> None:
    if any(other.name.casefold() == field.name.casefold() and other.id != field.id for other in account.fields):
        raise RefusalError(409)


async def create(call: Call) -> Answer:
    """200; 409 when the name is taken, or when a unicity field comes while there are targets."""
    service = call.service

    def work(connection: sqlite3.Connection) -> Field:
        field = _read(call)
        _require_free(service.account, field)
        if field.is_unicity and targets.count(connection):
            raise RefusalError(409)
        first = max(other.id for other in service.account.fields) + 1
        created = replace(field, id=documents.next_number(connection, "field", first))
        _change(connection, service, [*service.account.fields, created])
        return created

    return Answer.json((await service.store.write(work)).as_json())


async def update(call: Call) -> Answer:
    """200; 409 when the name is taken, and for a change of type or unicity, which would change every target."""
    service = call.service

    def work(connection: sqlite3.Connection) -> Field:
        before = existing(call)
        field = _read(call, before)
        _require_free(service.account, field)
        if field.type != before.type or field.is_unicity != before.is_unicity:
            raise RefusalError(409)
        _change(connection, service, [field if row.id == field.id else row for row in service.account.fields])
        return field

    return Answer.json((await service.store.write(work)).as_json())


async def delete(call: Call) -> Answer:
    """204 with the values of all targets; 409 for a unicity field."""
    service = call.service

    def work(connection: sqlite3.Connection) -> None:
        field = existing(call)
        if field.is_unicity:
            raise RefusalError(409)
        # Its id is not given again: the next number is above it for good.
        documents.reserve_number(connection, "field", max(row.id for row in service.account.fields) + 1)
        connection.execute(f"UPDATE targets SET f{field.id} = NULL")
        _change(connection, service, [row for row in service.account.fields if row.id != field.id])

    await service.store.write(work)
    return Answer(204)


ROUTES = (
    Route("GET", "/fields", every),
    Route("POST", "/fields", create, Body.JSON),
    Route("GET", "/fields/{id}", one),
    Route("PUT", "/fields/{id}", update, Body.JSON),
    Route("DELETE", "/fields/{id}", delete),
)
