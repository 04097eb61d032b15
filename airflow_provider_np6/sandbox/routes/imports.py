"""Imports: definitions, sources, executions (D-i0 to D-i5, L-imports)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any, cast

from airflow_provider_np6.sandbox.clock import NO_DATE, now_iso
from airflow_provider_np6.sandbox.definitions import FTP_SOURCE, read_definition
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import imports
from airflow_provider_np6.sandbox.wire import IMPORT_TYPE, Answer, Call, RefusalError

_NO_SOURCE = {"type": "file", "creationDate": NO_DATE, "filename": None}
# Uploads are written through a buffer of this size so that small network chunks cost no thread switch.
_WRITE_AT = 1024 * 1024


def _answer(value: object) -> Answer:
    """Trap 15: import answers use the vendor's own media type."""
    return Answer.json(value, IMPORT_TYPE)


def existing(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """The definition, or 404."""
    definition = imports.find(connection, number)
    if definition is None:
        raise RefusalError(404)
    return definition


def _check_accept(call: Call) -> None:
    """Older documents call the Accept header "imperative" here, and name no status: we answer 415 (trap 15)."""
    named = IMPORT_TYPE in call.headers.get("accept", "").lower()
    if not named and call.service.answer("import-accept") == "imperative":
        raise RefusalError(415)


async def every(call: Call) -> Answer:
    """All definitions."""
    return _answer(imports.every(call.service.store.reader))


async def create(call: Call) -> Answer:
    """Without source and scheduler it is a manual "file" import (L-imports)."""
    _check_accept(call)
    body = call.json()
    definition = read_definition(body)
    source = body.get("source")
    is_ftp = isinstance(source, dict) and source.get("type") == "ftp"
    definition["source"] = {**FTP_SOURCE(source, "source"), "creationDate": NO_DATE} if is_ftp else _NO_SOURCE
    created = await call.service.store.write(lambda connection: imports.create(connection, definition))
    return _answer(created)


async def read(call: Call) -> Answer:
    """One definition."""
    return _answer(existing(call.service.store.reader, call.number()))


async def update(call: Call) -> Answer:
    """Replaces name, binding, features and scheduler; an uploaded source stays."""
    number = call.number()

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        source = existing(connection, number)["source"]
        return imports.update(connection, number, {**read_definition(call.json()), "source": source})

    return _answer(await call.service.store.write(work))


async def delete(call: Call) -> Answer:
    """Delete the definition with its source: 204."""
    number, service = call.number(), call.service

    def work(connection: sqlite3.Connection) -> None:
        existing(connection, number)
        imports.delete(connection, number)

    await service.store.write(work)
    for path in _uploads(service, number):
        path.unlink(missing_ok=True)
    return Answer(204)


def _uploads(service: Service, number: int) -> Iterator[Path]:
    return service.store.sources.glob(f"{number}-*.source")


def source_path(service: Service, definition: dict[str, Any]) -> Path | None:
    """Where the latest upload of an import is; None before the first."""
    name = definition["source"].get("filename")
    if not name:
        return None
    path = service.store.sources / f"{definition['id']}-{name.partition('_')[0]}.source"
    return path if path.exists() else None


async def upload(call: Call) -> Answer:
    """Store a file, raw or multipart; it replaces the one before (D-i4, L-imports)."""
    _check_accept(call)
    number = call.number()
    existing(call.service.store.reader, number)
    return _answer(await _take_upload(call, number))


async def _take_upload(call: Call, number: int) -> dict[str, Any]:
    """Keep an upload; it takes the place of the one before only when it arrived whole."""
    service, prefix = call.service, secrets.token_hex(5)
    path = service.store.sources / f"{number}-{prefix}.source"
    await _receive(call, path)
    # Trap 26: the server gives the file another name.
    name = f"{prefix}_{call.upload_name or 'import.csv'}"
    source = {"type": "file", "creationDate": NO_DATE, "updateDate": now_iso(), "filename": name}

    def work(connection: sqlite3.Connection) -> None:
        existing(connection, number)
        imports.set_source(connection, number, source)

    await service.store.write(work)
    for old in _uploads(service, number):
        # An execution that is reading the old file keeps it open; its space is freed afterwards.
        if old != path:
            old.unlink(missing_ok=True)
    return source


async def _receive(call: Call, path: Path) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            await _copy(call, file)
        part.rename(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


async def _copy(call: Call, file: IO[bytes]) -> None:
    buffered = bytearray()
    async for chunk in cast("AsyncIterator[bytes]", call.chunks):
        buffered += chunk
        if len(buffered) >= _WRITE_AT:
            await asyncio.to_thread(file.write, bytes(buffered))
            buffered.clear()
    file.write(buffered)


async def state(call: Call) -> Answer:
    """State of the LAST execution, without id or date (trap 16); before any it is an open question (24)."""
    number, service = call.number(), call.service
    existing(service.store.reader, number)
    last = imports.last_state(service.store.reader, number)
    if last is not None:
        return _answer({"state": last})
    never_run = service.answer("never-run")
    return _answer({"state": imports.RUNNING}) if never_run == "0" else Answer(int(never_run))


async def execute(call: Call) -> Answer:
    """Start a run. JSON may change the definition first; a file takes the place of the source first."""
    _check_accept(call)
    number, service = call.number(), call.service
    existing(service.store.reader, number)
    running = imports.last_state(service.store.reader, number) == imports.RUNNING
    if running and service.answer("while-running") == "409":
        raise RefusalError(409)
    if call.chunks is not None:
        await _take_upload(call, number)
    elif call.json():
        await service.store.write(lambda connection: _redefine(connection, number, call.json()))
    definition = existing(service.store.reader, number)
    await service.executions.start(definition, source_path(service, definition))
    return _answer(_started(service, definition))


def _redefine(connection: sqlite3.Connection, number: int, body: object) -> None:
    """A start "can update the import with the request model" (D-i5): what the body leaves out stays."""
    before = existing(connection, number)
    imports.update(connection, number, {**read_definition(body, before), "source": before["source"]})


def _started(service: Service, definition: dict[str, Any]) -> dict[str, Any]:
    binding = imports.find_format(service.store.reader, definition.get("binding") or 0)
    return {
        "startDate": now_iso(),
        "state": imports.RUNNING,
        "content": {"features": definition["features"], **({"bindings": binding} if binding else {})},
        "source": definition["source"],
    }


ROUTES = (
    Route("GET", "/imports", every),
    Route("POST", "/imports", create, Body.JSON),
    Route("GET", "/imports/{id}", read),
    Route("PUT", "/imports/{id}", update, Body.JSON),
    Route("DELETE", "/imports/{id}", delete),
    Route("PUT", "/imports/{id}/source", upload, Body.UPLOAD),
    Route("GET", "/imports/{id}/executions", state),
    Route("POST", "/imports/{id}/executions", execute, Body.EITHER),
)
