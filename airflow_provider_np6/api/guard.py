"""The last look before a call leaves: a DELETE that could mean everybody is not sent, whoever built it."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call

__all__ = ["OVERRIDES", "refuse_deleting_everybody"]

# Headers by which some servers take another method than that of the request line.
OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})

# Samples and gateways write these before a path: /V1/, /v8.1/, /api/.
_PREFIX = re.compile(r"v\d+(\.\d+)*|api")
# Whose targets a path of three words means: those of one segment, of one action.
_OWNERS = frozenset({"segments", "actions"})


def refuse_deleting_everybody(call: Call[Any]) -> None:
    """Look at method, path, query, headers and body as they will be sent.

    :raises ValueError: a DELETE of targets that does not say whose, or of a whole collection.
    """
    if "DELETE" not in _methods(call):
        return
    words = _words(call.path)
    if words[-1:] == ["targets"] and not (len(words) == 3 and words[0] in _OWNERS):
        if not _names_targets(call):
            raise ValueError(
                "DELETE /targets needs a body that names its targets, as JSON: see delete_targets_by_unicity, "
                "delete_targets_by_id and delete_targets_of_segment"
            )
        return
    if len(words) < 2:
        raise ValueError("this DELETE could mean every target, or a whole collection: it names none")
    named = [name for name, value in call.query if name in ("unicity", "hash") and value.strip()]
    of_all = len(words) == 2 and words[0] == "targets" and wire.is_reserved_target_id(words[1])
    if of_all and (words[1] != "subscriptions" or len(named) != 1):
        raise ValueError("this DELETE could mean every target: it names none")


def _methods(call: Call[Any]) -> set[str]:
    """The methods that a server might take the call for."""
    asked = [value for name, value in call.headers if name.lower() in OVERRIDES]
    asked += [value for name, value in call.query if name.lower() in {"_method", *OVERRIDES}]
    return {text.strip().upper() for text in (call.method, *asked)}


def _words(path: str) -> list[str]:
    """The words of a path, in the way of the most tolerant server: decoded, without case, blanks and prefixes."""
    while (decoded := unquote(path)) != path:
        path = decoded
    steps = posixpath.normpath("/" + path.replace("\\", "/")).split("/")
    words = [step.partition(";")[0].strip().lower() for step in steps]
    words = [word for word in words if word]
    while words and _PREFIX.fullmatch(words[0]):
        words.pop(0)
    return words


def _names_targets(call: Call[Any]) -> bool:
    """Whether the body is one that NP6 reads as a list of targets, and says that it is JSON."""
    if not isinstance(call.body, bytes) or not _is_json(call.content_type, call.headers):
        return False
    try:
        content = json.loads(call.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, Mapping) and wire.is_bulk_delete(content)


def _is_json(content_type: str | None, headers: Iterable[tuple[str, str]]) -> bool:
    said = [content_type or "", *(value for name, value in headers if name.lower() == "content-type")]
    return all("json" in text.lower() for text in said if text) and any(said)
