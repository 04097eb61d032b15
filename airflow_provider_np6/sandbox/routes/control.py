"""What tests use beside NP6's own API: a dump of all targets, the requests seen, the fault script."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

from airflow_provider_np6.sandbox import people, shapes
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.faults import BadFaultError
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.options import BadOptionError, check_rates
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import messages, redlist, segments, targets
from airflow_provider_np6.sandbox.store.messages import Message
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.values import to_json
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

# One encoder for all lines: json.dumps would build one per line when ensure_ascii is off.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def dumped(service: Service, row: Row, red: dict[bytes, dict[str, Any]]) -> dict[str, Any]:
    """A target with its fields by NAME, all of them, null when unset."""
    fields = {field.name: to_json(field, row.values[field.id]) for field in service.account.fields}
    return {
        "id": target_id(row.number),
        "fields": fields,
        "creationDate": iso(row.created),
        "lastUpdateDate": iso(row.updated),
        "redList": red.get(row.key, {}),
    }


async def dump(call: Call) -> Answer:
    """One JSON object a line, in the order of the ids, streamed."""
    return Answer(200, headers={"Content-Type": "application/x-ndjson"}, stream=_lines(call.service))


async def _lines(service: Service) -> AsyncIterator[bytes]:
    with closing(service.store.connect()) as connection:
        red = redlist.of_all(connection)
        for rows in targets.walk(connection, service.account):
            lines = [_ENCODE(dumped(service, row, red)) for row in rows]
            yield ("\n".join(lines) + "\n").encode()


async def requests(call: Call) -> Answer:
    """The API requests seen since the start or the last clearing, oldest first."""
    return Answer.json([entry.as_json() for entry in call.service.recorder.seen])


async def clear_requests(call: Call) -> Answer:
    """Forget the requests seen."""
    call.service.recorder.clear()
    return Answer(204)


async def set_faults(call: Call) -> Answer:
    """Replace the fault script; 400 with the reason when it cannot be used."""
    try:
        call.service.faults.replace(call.json())
    except BadFaultError as error:
        raise RefusalError(400, str(error)) from None
    return Answer(204)


async def clear_faults(call: Call) -> Answer:
    """End all faults."""
    call.service.faults.replace([])
    return Answer(204)


async def sent(call: Call) -> Answer:
    """The messages that left or were cancelled, oldest first, proofs of validations included."""
    return Answer.json([_message(message) for message in messages.sent(call.service.store.reader)])


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "channel": message.channel,
        "action": message.source,
        "target": target_id(message.target) if message.target is not None else None,
        "address": message.address,
        "at": message.at,
        "state": message.state,
        "proof": message.proof,
        "content": message.content,
    }


_SECONDS = ("reaction_seconds", "publication_seconds")


async def set_reactions(call: Call) -> Answer:
    """Change rates and delays of what is sent from now on: `{"rates": {"opened": 1}, "publication_seconds": 0}`."""
    body, service = call.document(), call.service
    if not isinstance(body, dict) or not isinstance(body.get("rates", {}), dict):
        raise RefusalError(400, "an object with rates is expected")
    try:
        check_rates(body.get("rates", {}))
    except BadOptionError as error:
        raise RefusalError(400, str(error)) from None
    seconds = {name: shapes.number(body[name], name) for name in _SECONDS if name in body}
    if any(value < 0 for value in seconds.values()):
        raise RefusalError(400, "seconds cannot be negative")
    service.rates |= body.get("rates", {})
    service.reaction_seconds = seconds.get("reaction_seconds", service.reaction_seconds)
    service.publication_seconds = seconds.get("publication_seconds", service.publication_seconds)
    return Answer(204)


async def set_members(call: Call) -> Answer:
    """Replace the members of any segment by ids; how else a dynamic one gets members no document shows."""
    number, service = call.number(), call.service
    identifiers = call.document()
    if not isinstance(identifiers, list) or not all(isinstance(text, str) for text in identifiers):
        raise RefusalError(400, "a list of target ids is expected")

    def work(connection: sqlite3.Connection) -> None:
        if segments.find(connection, number) is None:
            raise RefusalError(404)
        rows = [people.existing(connection, service, text) for text in identifiers]
        segments.empty(connection, number)
        segments.add(connection, number, [row.number for row in rows])

    await service.store.write(work)
    return Answer(204)


ROUTES = (
    Route("GET", "/sandbox/messages", sent, local=True),
    Route("POST", "/sandbox/reactions", set_reactions, Body.JSON, local=True),
    Route("PUT", "/sandbox/segments/{id}/targets", set_members, Body.JSON, local=True),
    Route("GET", "/sandbox/targets", dump, local=True),
    Route("GET", "/sandbox/requests", requests, local=True),
    Route("DELETE", "/sandbox/requests", clear_requests, local=True),
    Route("POST", "/sandbox/faults", set_faults, Body.JSON, local=True),
    Route("DELETE", "/sandbox/faults", clear_faults, local=True),
)
