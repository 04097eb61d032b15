"""What tests use beside NP6's own API: a dump of all targets, the requests seen, the fault script."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.faults import BadFaultError
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import redlist, targets
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


ROUTES = (
    Route("GET", "/sandbox/targets", dump, local=True),
    Route("GET", "/sandbox/requests", requests, local=True),
    Route("DELETE", "/sandbox/requests", clear_requests, local=True),
    Route("POST", "/sandbox/faults", set_faults, Body.JSON, local=True),
    Route("DELETE", "/sandbox/faults", clear_faults, local=True),
)
