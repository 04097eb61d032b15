"""The contract: three OpenAPI documents read as one, where both sides carry an operation the data side rules."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "docs" / "contract"
DOCUMENTS = ("data-side", "activation-side", "beside")  # earlier ones rule

_METHODS = ("get", "put", "post", "delete", "patch")

Json = Mapping[str, Any]


@functools.cache
def document(name: str) -> Json:
    """One document, as written."""
    return yaml.safe_load((FOLDER / f"{name}.openapi.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Operation:
    """One operation of one document; references are followed on the way out."""

    document: str
    method: str
    template: str
    node: Json = field(repr=False)
    shared: Json = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.template

    @property
    def tags(self) -> list[str]:
        return self.node["tags"]

    @property
    def parameters(self) -> list[Json]:
        given = [*self.shared.get("parameters", []), *self.node.get("parameters", [])]
        return [followed(self.document, parameter) for parameter in given]

    @property
    def bodies(self) -> dict[str, Json]:
        """Media type → schema of the request."""
        content = self.node.get("requestBody", {}).get("content", {})
        return {media: followed(self.document, one["schema"]) for media, one in content.items()}

    @property
    def needs_body(self) -> bool:
        return bool(self.node.get("requestBody", {}).get("required"))

    @property
    def answers(self) -> Iterator[tuple[int, str | None, Json]]:
        """Status, media type, and the media type object of every documented answer."""
        for status, node in self.node["responses"].items():
            content = followed(self.document, node).get("content", {})
            yield from ((int(status), media, one) for media, one in content.items())
            if not content:
                yield int(status), None, {}


def followed(name: str, node: Any) -> Any:
    """The node with every reference replaced by what it names. No schema of ours refers to itself."""
    if isinstance(node, Mapping):
        if "$ref" in node:
            return followed(name, _at(name, node["$ref"]))
        return {key: followed(name, value) for key, value in node.items() if key != "discriminator"}
    if isinstance(node, list):
        return [followed(name, item) for item in node]
    return node


def _at(name: str, reference: str) -> Any:
    node: Any = document(name)
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def operations_of(name: str) -> dict[tuple[str, str], Operation]:
    """Method and template → operation, of one document."""
    return {
        (method.upper(), template): Operation(name, method.upper(), template, path[method], path)
        for template, path in document(name)["paths"].items()
        for method in _METHODS
        if method in path
    }


@functools.cache
def operations() -> dict[tuple[str, str], Operation]:
    """All operations of the three documents; an earlier document rules."""
    found: dict[tuple[str, str], Operation] = {}
    for name in DOCUMENTS:
        found = operations_of(name) | found
    return found


# --- schemas


def closed(schema: Any) -> Any:
    """The schema with every object closed that lists its members: a misspelt key would pass an open one."""
    schema = copy.deepcopy(schema)
    _close(schema)
    return schema


def _close(node: Any) -> None:
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for item in node:
            _close(item)


def errors(schema: Json, instance: Any) -> list[str]:
    """What is wrong with an instance, in words; formats are checked."""
    from openapi_schema_validator import OAS31Validator, oas31_format_checker

    validator = OAS31Validator(schema, format_checker=oas31_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def samples(schema: Json) -> Iterator[Any]:
    """Instances of a schema: with all members, with the required ones and the id alone, and for each alternative."""
    for alternative in schema.get("oneOf") or schema.get("anyOf") or ():
        yield from samples(alternative)
    if "oneOf" not in schema and "anyOf" not in schema:
        yield _sample(schema, everything=True)
        yield _sample(schema, everything=False)


def _sample(schema: Json, *, everything: bool) -> Any:
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return _sample(schema[key][0], everything=everything)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else (kinds[0] if everything else kinds[-1])
    if kind == "object":
        return _object(schema, everything=everything)
    if kind == "array":
        return [_sample(schema.get("items", {}), everything=everything)] if everything else []
    if kind == "string":
        return _TEXTS.get(schema.get("format", ""), "text")
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind)


def _object(schema: Json, *, everything: bool) -> dict[str, Any]:
    members, required = schema.get("properties", {}), schema.get("required", ())
    wanted = [name for name in members if everything or name in required or name in _IDS]
    return {name: _sample(members[name], everything=everything or name in _IDS) for name in wanted}


# No document requires them of an answer, and none shows an answer without.
_IDS = ("id", "identifier", "guid")

_TEXTS = {"date-time": "2030-01-01T00:00:00Z", "uuid": "0581e259-9039-487c-a94e-ff8c3944f956"}


def pattern_of(template: str) -> re.Pattern[str]:
    """What the path of a template looks like on the wire."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))
