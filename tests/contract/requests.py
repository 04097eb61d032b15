"""A call against the operation of the contract that it belongs to: everything that leaves the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from airflow_provider_np6.api.call import Call, FileBody
from tests.contract.contract import Json, Operation, closed, errors, operations, pattern_of


def operation_of(call: Call[Any]) -> Operation | None:
    """The operation of a call, by method and template."""
    return operations().get((call.method, call.template))


def problems(call: Call[Any], operation: Operation) -> list[str]:
    """What of a call its operation does not know, or misses."""
    return [*_path(call, operation), *_query(call, operation), *_headers(call, operation), *_body(call, operation)]


def _path(call: Call[Any], operation: Operation) -> Iterator[str]:
    match = pattern_of(operation.template).fullmatch(call.path)
    if match is None:
        yield f"the path {call.path} is none of {operation.template}"
        return
    for parameter in _parameters(operation, "path"):
        value = unquote(match[parameter["name"]])
        yield from (f"path: {one}" for one in errors(parameter["schema"], _typed(parameter["schema"], value)))


def _query(call: Call[Any], operation: Operation) -> Iterator[str]:
    known = {parameter["name"]: parameter for parameter in _parameters(operation, "query")}
    given: dict[str, list[str]] = {}
    for name, value in call.query:
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        if name not in known:
            yield f"the query parameter {name} is unknown"
            continue
        schema = known[name]["schema"]
        repeated = schema.get("type") == "array"
        if len(values) > 1 and not repeated:
            yield f"the query parameter {name} is repeated"
        instance = values if repeated else _typed(schema, values[0])
        yield from (f"query {name}: {one}" for one in errors(schema, instance))
    yield from (f"the query misses {n}" for n, p in known.items() if p.get("required") and n not in given)


def _headers(call: Call[Any], operation: Operation) -> Iterator[str]:
    sent = {name.lower(): value for name, value in call.headers} | {"accept": call.accept}
    declared = {parameter["name"].lower(): parameter for parameter in _parameters(operation, "header")}
    for name, parameter in declared.items():
        if name in sent:
            yield from (f"header {name}: {one}" for one in errors(parameter["schema"], sent[name]))
        elif parameter.get("required"):
            yield f"the header {name} is missing"
    yield from (f"the header {name} is unknown" for name in sent if name not in declared and name != "accept")
    answers = {media for status, media, _ in operation.answers if status < 300 and media}
    # A call may ask for JSON wherever NP6 has another name for it: clients that work do (data-side: trap 2).
    if "accept" not in declared and call.accept not in answers | {"application/json"}:
        yield f"nothing answers with {call.accept}"


def _body(call: Call[Any], operation: Operation) -> Iterator[str]:
    if call.body is None:
        if operation.needs_body:
            yield "the body is missing"
        return
    if call.content_type not in operation.bodies:
        yield f"a body of {call.content_type} is unknown; known: {', '.join(operation.bodies) or 'none'}"
        return
    schema = operation.bodies[call.content_type]
    instance = _content(call, schema)
    yield from (f"body {one}" for one in errors(closed(schema), instance))


def _content(call: Call[Any], schema: Json) -> Any:
    if isinstance(call.body, FileBody):
        return "the bytes of a file"
    assert call.body is not None
    text = call.body.decode()
    return text if schema.get("type") == "string" and "json" not in (call.content_type or "") else _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _parameters(operation: Operation, where: str) -> list[Mapping[str, Any]]:
    return [parameter for parameter in operation.parameters if parameter["in"] == where]


def _typed(schema: Json, text: str) -> Any:
    """The value that a text of a path or a query stands for."""
    kinds = schema.get("type", "string")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return int(text) if "integer" in kinds and text.lstrip("-").isdecimal() else text
