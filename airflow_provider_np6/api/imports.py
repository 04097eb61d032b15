"""Imports: definitions, their source file, their executions (data-side: Import).

The whole group is marked deprecated in 8.1.0, without a replacement. A definition that is made anew for each
run is the only way to know that a state belongs to that run (data-side: trap 16).
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, FileBody, call, nothing
from airflow_provider_np6.models.imports import ImportDefinition, ImportFeature, ImportState
from airflow_provider_np6.models.reading import as_list

_ABSENT = frozenset({404})
# After the last byte NP6 may still be storing a large file.
_UPLOAD_PATIENCE = 600.0


def list_imports() -> Call[list[ImportDefinition]]:
    """``GET /imports``: all definitions (data-side: D-i0)."""
    return call("GET", "/imports", _read_all, accept=wire.IMPORT_JSON)


def create_import(name: str, binding: int, features: Sequence[ImportFeature] = ()) -> Call[ImportDefinition]:
    """``POST /imports``: a definition for an uploaded file (data-side: D-i1, L-imports).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    body: dict[str, Any] = {"name": name, "binding": binding}
    if features:
        body["features"] = [wire.feature_to_json(feature) for feature in features]
    return call("POST", "/imports", _read, json_body=body, accept=wire.IMPORT_JSON)


def get_import(import_id: int) -> Call[ImportDefinition]:
    """``GET /imports/{id}``: one definition, NP6NotFoundError when there is none (data-side: D-i3)."""
    return call("GET", "/imports/{id}", _read, ids={"id": import_id}, accept=wire.IMPORT_JSON)


def delete_import(import_id: int) -> Call[bool]:
    """``DELETE /imports/{id}``: True when deleted, False when there was none (data-side: D-i4)."""
    return call("DELETE", "/imports/{id}", _was_there, ids={"id": import_id}, accepted=_ABSENT)


def upload_source(import_id: int, path: pathlib.Path, filename: str) -> Call[None]:
    """``PUT /imports/{id}/source``: the raw bytes of a file, streamed from disk (data-side: D-i4; legacy: 4
    calls).

    A second upload replaces the first, so it may be repeated.

    :param filename: what NP6 stores it as, behind a prefix of its own: ASCII letters, digits, ``-``, ``_``,
        ``.``.
    :raises ValueError: another file name.
    """
    return call(
        "PUT",
        "/imports/{id}/source",
        nothing,
        ids={"id": import_id},
        body=FileBody(path),
        content_type=wire.OCTET_STREAM,
        accept=wire.IMPORT_JSON,
        headers=(("Content-Disposition", wire.content_disposition(filename)),),
        patience=_UPLOAD_PATIENCE,
    )


def execute_import(import_id: int, binding: int) -> Call[None]:
    """``POST /imports/{id}/executions``: start the import; NP6 gives the execution no id (data-side: D-i5).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    return call(
        "POST",
        "/imports/{id}/executions",
        nothing,
        ids={"id": import_id},
        json_body={"binding": binding},
        accept=wire.IMPORT_JSON,
    )


def get_import_state(import_id: int) -> Call[ImportState | None]:
    """``GET /imports/{id}/executions``: the state of the LAST execution (data-side: D-i5).

    None when NP6 answers 404 or nothing: there is no such import, or (data-side: open question 24) it was
    executed.
    """
    return call(
        "GET",
        "/imports/{id}/executions",
        _read_state,
        ids={"id": import_id},
        accept=wire.IMPORT_JSON,
        accepted=_ABSENT,
    )


def _read(answer: Answer) -> ImportDefinition:
    return wire.import_from_json(answer.json())


def _read_all(answer: Answer) -> list[ImportDefinition]:
    return [wire.import_from_json(item) for item in as_list(answer.json(), "the imports")]


def _was_there(answer: Answer) -> bool:
    return answer.status != 404


def _read_state(answer: Answer) -> ImportState | None:
    # No content is a possible answer before the first execution, as 404 is (data-side: open question 24).
    content = None if answer.status == 404 else answer.json()
    return None if content is None else ImportState.from_json(content)
