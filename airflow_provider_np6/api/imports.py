"""Imports: definitions, their source file, their executions (data-side: Import).

The whole group is marked deprecated in 8.1.0, without a replacement. A definition that is made anew for each
run is the only way to know that a state belongs to that run (data-side: trap 16).
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, FileBody, call, nothing
from airflow_provider_np6.api.reading import ABSENT, is_absent, list_of, one, was_there
from airflow_provider_np6.models.imports import ImportDefinition, ImportFeature, ImportState

# After the last byte NP6 may still be storing a large file.
_UPLOAD_PATIENCE = 600.0

# Data-side: open question 23.
_IS_RUNNING = "If an execution of it is running, await that one first, or define an import for each run."


def list_imports() -> Call[list[ImportDefinition]]:
    """``GET /imports``: all definitions (data-side: D-i0)."""
    return call("GET", "/imports", list_of(wire.import_from_json, "the imports"), accept=wire.IMPORT_JSON)


def create_import(
    name: str,
    binding: int,
    features: Sequence[ImportFeature] = (),
    *,
    source: Mapping[str, Any] | None = None,
    scheduler: Mapping[str, Any] | None = None,
) -> Call[ImportDefinition]:
    """``POST /imports``: a definition; without source and scheduler for an uploaded file (data-side: D-i1, L-imports).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param source: JSON such as ``{"type": "ftp"}``: the file is dropped on NP6's FTP (legacy: Objects).
    :param scheduler: JSON of a periodic run (legacy: Scheduler); its members are known from samples only.
    """
    body = _definition(name, binding, features, source, scheduler)
    return call("POST", "/imports", _read, json_body=body, accept=wire.IMPORT_JSON)


def update_import(
    import_id: int,
    name: str,
    binding: int,
    features: Sequence[ImportFeature] = (),
    *,
    source: Mapping[str, Any] | None = None,
    scheduler: Mapping[str, Any] | None = None,
) -> Call[ImportDefinition]:
    """``PUT /imports/{id}``: replace a definition (data-side: D-i3; the method is inferred). NP6NotFoundError.

    What is left out is presumably cleared: no document says so. Parameters as for :func:`create_import`.
    """
    body = _definition(name, binding, features, source, scheduler)
    return call("PUT", "/imports/{id}", _read, ids={"id": import_id}, json_body=body, accept=wire.IMPORT_JSON)


def _definition(
    name: str,
    binding: int,
    features: Sequence[ImportFeature],
    source: Mapping[str, Any] | None,
    scheduler: Mapping[str, Any] | None,
) -> dict[str, Any]:
    body: dict[str, Any] = {"name": name, "binding": binding}
    if features:
        body["features"] = [wire.feature_to_json(feature) for feature in features]
    if source is not None:
        body["source"] = dict(source)
    if scheduler is not None:
        body["scheduler"] = dict(scheduler)
    return body


def get_import(import_id: int) -> Call[ImportDefinition]:
    """``GET /imports/{id}``: one definition, NP6NotFoundError when there is none (data-side: D-i3)."""
    return call("GET", "/imports/{id}", _read, ids={"id": import_id}, accept=wire.IMPORT_JSON)


def delete_import(import_id: int) -> Call[bool]:
    """``DELETE /imports/{id}``: True when deleted, False when there was none (data-side: D-i4)."""
    return call("DELETE", "/imports/{id}", was_there, ids={"id": import_id}, accepted=ABSENT)


def upload_source(import_id: int, path: pathlib.Path, filename: str) -> Call[None]:
    """``PUT /imports/{id}/source``: the raw bytes of a file, streamed from disk (data-side: D-i4; legacy: 4
    calls).

    A second upload replaces the first, so it may be repeated.

    :param filename: what NP6 stores it as, behind a prefix of its own: ASCII letters, digits, ``-``, ``_``,
        ``.``.
    :raises ValueError: another file name.
    """
    return call("PUT", "/imports/{id}/source", nothing, ids={"id": import_id}, **_file(path, filename))


def _file(path: pathlib.Path, filename: str) -> dict[str, Any]:
    return {
        "body": FileBody(path),
        "content_type": wire.OCTET_STREAM,
        "accept": wire.IMPORT_JSON,
        "headers": (("Content-Disposition", wire.content_disposition(filename)),),
        "patience": _UPLOAD_PATIENCE,
    }


def execute_import(import_id: int, binding: int, features: Sequence[ImportFeature] = ()) -> Call[None]:
    """``POST /imports/{id}/executions``: start the import; NP6 gives the execution no id (data-side: D-i5).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param features: others than the definition has; whether they stay on the definition is documented nowhere.
    """
    body: dict[str, Any] = {"binding": binding}
    if features:
        body["features"] = [wire.feature_to_json(feature) for feature in features]
    return call(
        "POST",
        "/imports/{id}/executions",
        nothing,
        ids={"id": import_id},
        json_body=body,
        accept=wire.IMPORT_JSON,
        hints=((409, _IS_RUNNING),),
    )


def execute_import_with(import_id: int, path: pathlib.Path, filename: str) -> Call[None]:
    """``POST /imports/{id}/executions`` with the file itself: upload and start in one call (legacy: 2 calls).

    Seen in the vendor's samples, in no page of 8.1.0. Not safe to repeat: NP6OutcomeUnknownError when the answer is
    lost. Parameters and errors as for :func:`upload_source`.
    """
    return call("POST", "/imports/{id}/executions", nothing, ids={"id": import_id}, **_file(path, filename))


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
        accepted=ABSENT,
    )


_read = one(wire.import_from_json)


def _read_state(answer: Answer) -> ImportState | None:
    # No content is a possible answer before the first execution, as 404 is (data-side: open question 24).
    content = None if is_absent(answer) else answer.json()
    return None if content is None else ImportState.from_json(content)
