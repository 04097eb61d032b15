"""Compilables: queries and scripts that NP6 compiles (activation-side: Compilable). Documents go as JSON. Listing,
reading, updating and deleting were seen in no document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import json_list, json_object, one
from airflow_provider_np6.models.documents import Compilable, CompilableResult

_read = one(Compilable.from_json)


def create_compilable(document: Mapping[str, Any]) -> Call[Compilable]:
    """``POST /scripting/compilables``: a new compilable (activation-side: scriptingcompilable/b440f11c; the path is
    inferred).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param document: ``{"name", "description", "value": {"type", "source", "cursors", "parameters"}, "preview"}``.
    """
    return call("POST", "/scripting/compilables", _read, json_body=dict(document))


def execute_compilable(compilable_id: str, arguments: Mapping[str, Any]) -> Call[CompilableResult]:
    """``POST /scripting/compilables/{id}/execution``: run it (activation-side: scriptingcompilable/ac851e8b).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param arguments: the argument object, which is the whole body.
    """
    return call(
        "POST",
        "/scripting/compilables/{id}/execution",
        one(CompilableResult.from_json),
        ids={"id": compilable_id},
        json_body=dict(arguments),
        personal=arguments,
    )


def preview_compilable(compilable_id: str, document: Mapping[str, Any]) -> Call[Mapping[str, Any]]:
    """``POST /scripting/compilables/{id}/preview``: run it with the given configuration (activation-side:
    scriptingcompilable/ac851e8b; the path is inferred).

    The answer is JSON of an unknown shape. Whether a preview changes anything is documented nowhere: not repeated.

    :param document: ``{"value": <compilable>, ..}``.
    """
    return call(
        "POST",
        "/scripting/compilables/{id}/preview",
        json_object("a preview"),
        ids={"id": compilable_id},
        json_body=dict(document),
        personal=document,
    )


def list_flaws(compilable_id: str) -> Call[list[Mapping[str, Any]]]:
    """``GET /scripting/compilables/{id}/flaws``: what is wrong with it, each with a ``type`` (activation-side:
    scriptingcompilable/2ac9e0bb).
    """
    return call("GET", "/scripting/compilables/{id}/flaws", json_list("a flaw"), ids={"id": compilable_id})


def duplicate_compilable(compilable_id: str) -> Call[Compilable]:
    """``POST /scripting/compilables/{id}/duplication``: a copy (activation-side: scriptingcompilable/2ac9e0bb).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    return call("POST", "/scripting/compilables/{id}/duplication", _read, ids={"id": compilable_id})
