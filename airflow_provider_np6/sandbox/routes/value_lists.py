"""Value lists of the account (D-v0 to D-v2, L-cookbook)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.account import ValueList
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.shapes import flag, listed, nullable, shape, whole
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_VALUE = shape(("value",), index=nullable(whole), value=shapes.name)
_LIST = shape(("name",), name=shapes.name, ordered=nullable(flag), values=listed(_VALUE))


async def every(call: Call) -> Answer:
    """All lists."""
    return Answer.json([row.as_json() for row in call.service.account.value_lists])


def existing(call: Call) -> ValueList:
    """The list, or 404."""
    number = call.number()
    for row in call.service.account.value_lists:
        if row.id == number:
            return row
    raise RefusalError(404)


async def one(call: Call) -> Answer:
    """One list."""
    return Answer.json(existing(call).as_json())


def _read(service: Service, body: Any, number: int) -> ValueList:
    """The list of a body. 409 for a name that is taken and for values that are equal without case (D-v1)."""
    given = shapes.read(_LIST, body)
    values = _numbered(given.get("values", ()))
    same_name = (row for row in service.account.value_lists if row.name.casefold() == given["name"].casefold())
    if any(row.id != number for row in same_name):
        raise RefusalError(409)
    return _checked(ValueList.of_numbered(number, given["name"], values, bool(given.get("ordered"))))


def _numbered(values: Sequence[dict[str, Any]]) -> dict[int, str]:
    """Values by their index; one without an index gets the next that is free."""
    taken = [value["index"] for value in values if value.get("index") is not None]
    if len(set(taken)) != len(taken):
        raise RefusalError(409)
    free = (number for number in count(1) if number not in set(taken))
    return {(value["index"] if value.get("index") is not None else next(free)): value["value"] for value in values}


def _checked(row: ValueList) -> ValueList:
    """409 when two values are equal without case (D-v1)."""
    if len({value.casefold() for value in row.values}) != len(row.values):
        raise RefusalError(409)
    return row


def _change(connection: sqlite3.Connection, service: Service, lists: Sequence[ValueList]) -> None:
    service.store.keep_account(connection, replace(service.account, value_lists=tuple(lists)))
    service.learn_fields()


async def create(call: Call) -> Answer:
    """200 with the list."""
    service, body = call.service, call.document()

    def work(connection: sqlite3.Connection) -> ValueList:
        lists = service.account.value_lists
        _read(service, body, 0)
        number = documents.next_number(connection, "value list", max((row.id for row in lists), default=50) + 1)
        created = _read(service, body, number)
        _change(connection, service, [*lists, created])
        return created

    return Answer.json((await service.store.write(work)).as_json())


async def update(call: Call) -> Answer:
    """Replaces the list; targets keep a value that is no longer in it."""
    service, body = call.service, call.document()

    def work(connection: sqlite3.Connection) -> ValueList:
        updated = _read(service, body, existing(call).id)
        lists = [updated if row.id == updated.id else row for row in service.account.value_lists]
        _change(connection, service, lists)
        return updated

    return Answer.json((await service.store.write(work)).as_json())


async def delete(call: Call) -> Answer:
    """200 with `{"success": true}` (a client of 2015 expects that); 409 when a field uses the list."""
    service = call.service

    def work(connection: sqlite3.Connection) -> None:
        doomed, lists = existing(call), service.account.value_lists
        if any(field.value_list_id == doomed.id for field in service.account.fields):
            raise RefusalError(409)
        documents.reserve_number(connection, "value list", max(row.id for row in lists) + 1)
        _change(connection, service, [row for row in lists if row.id != doomed.id])

    await service.store.write(work)
    return Answer.json({"success": True})


async def add_value(call: Call) -> Answer:
    """One more value at the end (a client of 2015; the answer is shown nowhere)."""
    given = shapes.read(_VALUE, call.document())

    def values(numbered: dict[int, str]) -> dict[int, str]:
        index = given.get("index") or max(numbered, default=0) + 1
        if index in numbered:
            raise RefusalError(409)
        return {**numbered, index: given["value"]}

    return await _with_values(call, values)


async def change_value(call: Call) -> Answer:
    """Another text for one value; 404 when there is none of that number."""
    given, index = shapes.read(_VALUE, call.document()), call.number("index")

    def values(numbered: dict[int, str]) -> dict[int, str]:
        if index not in numbered:
            raise RefusalError(404)
        return {**numbered, index: given["value"]}

    return await _with_values(call, values)


async def delete_value(call: Call) -> Answer:
    """One value less; targets keep it."""
    index = call.number("index")

    def values(numbered: dict[int, str]) -> dict[int, str]:
        if index not in numbered:
            raise RefusalError(404)
        return {number: value for number, value in numbered.items() if number != index}

    return await _with_values(call, values)


async def _with_values(call: Call, change: Callable[[dict[int, str]], dict[int, str]]) -> Answer:
    service = call.service

    def work(connection: sqlite3.Connection) -> None:
        before = existing(call)
        after = ValueList.of_numbered(before.id, before.name, change(before.numbered), before.ordered)
        lists = [_checked(after) if row.id == after.id else row for row in service.account.value_lists]
        _change(connection, service, lists)

    await service.store.write(work)
    return Answer.json({"success": True})


ROUTES = (
    Route("POST", "/valueLists/{id}/values", add_value, Body.JSON),
    Route("PUT", "/valueLists/{id}/values/{index}", change_value, Body.JSON),
    Route("DELETE", "/valueLists/{id}/values/{index}", delete_value),
    Route("GET", "/valueLists", every),
    Route("POST", "/valueLists", create, Body.JSON),
    Route("GET", "/valueLists/{id}", one),
    Route("PUT", "/valueLists/{id}", update, Body.JSON),
    Route("DELETE", "/valueLists/{id}", delete),
)
