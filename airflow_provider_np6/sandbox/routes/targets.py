"""Targets: read, find, create, update, upsert, delete, delete in bulk, count."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import Any

from airflow_provider_np6.sandbox import bodies
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.people import existing, find_hash, find_id, find_unicity, unicity_values
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import bounces, redlist, segments, targets
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.values import Stored, to_json
from airflow_provider_np6.sandbox.wire import EXPERIMENTAL_TYPE, JSON_TYPE, Answer, Call, RefusalError

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def shown(service: Service, row: Row, body: object = None) -> dict[str, Any]:
    """A target as it is read: nested fields by id, unlike the flat write (trap 1)."""
    fields = bodies.field_filter(service.account, body)
    return {
        "id": target_id(row.number),
        "hash": row.key.hex(),
        "creationDate": iso(row.created),
        "lastUpdateDate": iso(row.updated),
        "fields": {str(field.id): to_json(field, row.values[field.id]) for field in fields},
        "bounce": bounces.of_key(service.store.reader, row.key),
        "redList": redlist.of_key(service.store.reader, row.key),
    }


async def read(call: Call) -> Answer:
    """One target by id."""
    row = existing(call.service.store.reader, call.service, call.parameters["id"])
    return Answer.json(shown(call.service, row, _filter_body(call)))


async def find(call: Call) -> Answer:
    """By hash or by unicity, exactly one of the two (D-c2); several unicity values repeat the parameter."""
    service, unicity, footprint = call.service, call.query.get("unicity"), call.one("hash")
    if not call.query and service.answer("list-targets") == "all":
        return Answer(200, headers={"Content-Type": JSON_TYPE}, stream=_every(service))
    if (unicity is None) == (footprint is None):
        raise RefusalError(400, "either unicity or hash is expected")
    if footprint is not None:
        row = find_hash(service.store.reader, service, footprint)
    else:
        row = find_unicity(service.store.reader, service, unicity or [])
    if row is None:
        raise RefusalError(404)
    return Answer.json(shown(service, row, _filter_body(call)), EXPERIMENTAL_TYPE)


async def _every(service: Service) -> AsyncIterator[bytes]:
    """All targets with only their unicity filled (older docs, mock `targets/all.json`)."""
    ids = {field.id for field in service.account.unicity}
    lead = b"["
    with closing(service.store.connect()) as connection:
        for rows in targets.walk(connection, service.account):
            for row in rows:
                row.values = {key: value if key in ids else None for key, value in row.values.items()}
            yield lead + ",".join(_ENCODE(shown(service, row)) for row in rows).encode()
            lead = b","
    yield b"[]" if lead == b"[" else b"]"


def _filter_body(call: Call) -> object:
    """Trap 2: a GET may carry a body, a list or a text of field ids; anything else filters nothing."""
    body = call.body.strip()
    if re.fullmatch(rb"[0-9, ]+", body):
        return body.decode()
    return call.json() if body[:1] in (b"[", b'"') else None


def _values(call: Call, known: bool) -> dict[int, Stored]:
    service = call.service
    return bodies.read_target(service.account, service.readers, call.json(), service.answer("write-keys"), known)


async def create(call: Call) -> Answer:
    """200 with the target, 409 when its unicity exists (O-adr, O-guide)."""
    service = call.service
    values = _values(call, known=False)
    bodies.require_mandatory(service.account, values)
    row = await service.store.write(lambda connection: targets.insert(connection, service.account, values))
    return Answer.json(shown(service, row))


async def update(call: Call) -> Answer:
    """Change a target by id: 404 unknown, 409 when the new unicity is another target's (L-targets)."""
    service, values = call.service, _values(call, known=True)

    def work(connection: sqlite3.Connection) -> Row:
        row = existing(connection, service, call.parameters["id"])
        return _change(connection, service, row, values)

    return Answer.json(shown(service, await service.store.write(work)))


async def upsert(call: Call) -> Answer:
    """`PUT /targets`: identified by `?unicity=` (older docs) or by the body alone (D-c3, two plug-ins)."""
    service, unicity = call.service, call.query.get("unicity")
    values = _values(call, known=unicity is not None)
    named = unicity_values(service, unicity) if unicity is not None else {}
    if named is None:
        raise RefusalError(400, bodies.NO_UNICITY)
    identity = {field.id: named.get(field.id, values.get(field.id)) for field in service.account.unicity}

    def work(connection: sqlite3.Connection) -> Row:
        row = targets.find_key(connection, service.account, targets.key_of(service.account, identity))
        if row is not None:
            return _change(connection, service, row, values)
        if service.answer("upsert") == "update-only":
            raise RefusalError(404)
        bodies.require_mandatory(service.account, {**identity, **values})
        return targets.insert(connection, service.account, {**identity, **values})

    return Answer.json(shown(service, await service.store.write(work)))


def _change(connection: sqlite3.Connection, service: Service, row: Row, values: dict[int, Stored]) -> Row:
    """Omitted fields keep their values, or are cleared with `--assume updates=full` (question 5)."""
    account = service.account
    if service.answer("updates") == "full":
        kept = {field.id: row.values[field.id] for field in account.unicity}
        values = {**dict.fromkeys(account.by_id), **kept, **values}
    bodies.require_mandatory(account, {**row.values, **values})
    return targets.update(connection, account, row, values)


def _delete(connection: sqlite3.Connection, service: Service, rows: Sequence[Row]) -> None:
    targets.delete(
        connection,
        rows,
        keep_redlist=service.answer("redlist-after-delete") == "kept",
        keep_bounces=service.answer("bounces-after-delete") == "kept",
    )


async def delete(call: Call) -> Answer:
    """Delete one target by id: 204."""
    service = call.service
    await service.store.write(
        lambda connection: _delete(connection, service, [existing(connection, service, call.parameters["id"])])
    )
    return Answer(204)


async def delete_bulk(call: Call) -> Answer:
    """`DELETE /targets` with a body discriminated by `type` (D-c4, L-targets); 404 when none was found."""
    service = call.service
    deletion = bodies.read_deletion(call.json(), len(service.account.unicity), service.answer("bulk-delete-form"))

    def work(connection: sqlite3.Connection) -> list[Row]:
        rows = _doomed(connection, service, deletion)
        if not rows:
            raise RefusalError(404)
        _delete(connection, service, rows)
        return rows

    deleted = await service.store.write(work)
    if service.answer("bulk-delete") == "204":
        return Answer(204)
    return Answer.json([_deleted(service, row) for row in deleted], "application/vnd.np6.cm.v1+json")


def _doomed(connection: sqlite3.Connection, service: Service, deletion: bodies.BulkDeletion) -> list[Row]:
    found = [find_unicity(connection, service, texts) for texts in deletion.unicities]
    found += [find_id(connection, service, identifier) for identifier in deletion.ids]
    for number in deletion.segments:
        if segments.find(connection, number) is None:
            raise RefusalError(404)
        found += [targets.find(connection, service.account, m) for m in segments.members(connection, number)]
    return list({row.number: row for row in found if row is not None}.values())


def _deleted(service: Service, row: Row) -> dict[str, Any]:
    return {
        "id": target_id(row.number),
        "unicity": [str(row.values[field.id]) for field in service.account.unicity],
    }


async def count(call: Call) -> Answer:
    """How many targets there are (D-c4)."""
    return Answer.json({"targetsCount": targets.count(call.service.store.reader)}, JSON_TYPE)


async def list_segments(call: Call) -> Answer:
    """Segments of a target; the shape is that of segments, no document shows it."""
    row = existing(call.service.store.reader, call.service, call.parameters["id"])
    return Answer.json(segments.of_target(call.service.store.reader, row.number))


def _static(connection: sqlite3.Connection, number: int) -> None:
    segment = segments.find(connection, number)
    if segment is None:
        raise RefusalError(404)
    if segment["type"] != "static":
        raise RefusalError(409)


async def add_segment(call: Call) -> Answer:
    """One target into one static segment: 204, 409 when it is in already (L-targets)."""
    number = call.number("segmentId")

    def work(connection: sqlite3.Connection) -> None:
        row = existing(connection, call.service, call.parameters["id"])
        _static(connection, number)
        if not segments.add(connection, number, [row.number]):
            raise RefusalError(409)

    await call.service.store.write(work)
    return Answer(204)


async def remove_segment(call: Call) -> Answer:
    """One target out of one static segment: 204, 404 when it is not in it, 409 when the segment is dynamic."""
    number = call.number("segmentId")

    def work(connection: sqlite3.Connection) -> None:
        row = existing(connection, call.service, call.parameters["id"])
        _static(connection, number)
        if not segments.remove(connection, number, row.number):
            raise RefusalError(404)

    await call.service.store.write(work)
    return Answer(204)


ROUTES = (
    Route("GET", "/targets", find),
    Route("POST", "/targets", create, Body.JSON),
    Route("PUT", "/targets", upsert, Body.JSON),
    Route("DELETE", "/targets", delete_bulk, Body.OPTIONAL),
    Route("GET", "/targets/count", count),
    Route("GET", "/targets/{id}", read),
    Route("PUT", "/targets/{id}", update, Body.JSON),
    Route("DELETE", "/targets/{id}", delete),
    Route("GET", "/targets/{id}/segments", list_segments),
    Route("POST", "/targets/{id}/segments/{segmentId}", add_segment),
    Route("DELETE", "/targets/{id}/segments/{segmentId}", remove_segment),
)
