"""The project's OpenAPI documents as schemathesis reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import schemathesis
import yaml
from schemathesis import APIOperation

# NP6's own media types whose names do not say that they are JSON.
schemathesis.serializer.alias(
    ["application/vnd.np6.cm.email", "application/vnd.np6.cm.sms", "application/vnd.np6.cm.email-v4"],
    "application/json",
)
CONTRACT = Path(__file__).parents[2] / "docs" / "contract"
# `beside` holds calls of older clients that neither of the two carries.
SIDES = ("data-side", "activation-side", "beside")


@cache
def document(side: str) -> dict[str, Any]:
    """One document as it is written."""
    found: dict[str, Any] = yaml.safe_load((CONTRACT / f"{side}.openapi.yaml").read_text(encoding="utf-8"))
    return found


@cache
def operations(side: str) -> dict[str, APIOperation[Any, Any]]:
    """All operations of a document by `METHOD path`."""
    schema = schemathesis.openapi.from_dict(document(side))
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{operation.method.upper()} {operation.path}": operation for operation in found}


def everything() -> list[tuple[str, str]]:
    """(side, label) of every operation; what both documents have is checked against both."""
    return [(side, label) for side in SIDES for label in operations(side)]
