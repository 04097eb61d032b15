"""Workflows (activation-side: Workflow).

Documents go as JSON: their inner parts are documented only in pieces. Listing and reading workflows was seen in no
document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import ABSENT, json_list, one, was_there
from airflow_provider_np6.models.documents import Workflow

Json: TypeAlias = Mapping[str, Any]

_read = one(Workflow.from_json)


def create_workflow(document: Json) -> Call[Workflow]:
    """``POST /scripting/workflows``: a new workflow (activation-side: workflowmanagement/e7685387).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    return call("POST", "/scripting/workflows", _read, json_body=dict(document))


def update_workflow(workflow_id: int, document: Json) -> Call[Workflow]:
    """``PUT /scripting/workflows/{id}``: replace the document (activation-side: workflowmanagement/6e404dbf)."""
    return call("PUT", "/scripting/workflows/{id}", _read, ids={"id": workflow_id}, json_body=dict(document))


def patch_workflow(workflow_id: int, changes: Json | None = None) -> Call[Workflow]:
    """``PATCH /scripting/workflows/{id}``: change a workflow (activation-side: workflowmanagement/15476a50).

    The page shows no body. Not safe to repeat.

    :param changes: members to change, as the PATCH of a webtask takes them; inferred. None sends no body.
    """
    body = None if changes is None else dict(changes)
    return call("PATCH", "/scripting/workflows/{id}", _read, ids={"id": workflow_id}, json_body=body)


def delete_workflow(workflow_id: int) -> Call[bool]:
    """``DELETE /scripting/workflows/{id}``: True when deleted, False when there was none (activation-side:
    workflowmanagement/15476a50).
    """
    return call("DELETE", "/scripting/workflows/{id}", was_there, ids={"id": workflow_id}, accepted=ABSENT)


def duplicate_workflow(workflow_id: int) -> Call[Workflow]:
    """``POST /scripting/workflows/{id}/duplication``: a copy (activation-side: workflowmanagement/c38e7196).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    return call("POST", "/scripting/workflows/{id}/duplication", _read, ids={"id": workflow_id})


def list_listeners(workflow_id: int) -> Call[list[Json]]:
    """``GET /scripting/workflows/{id}/listeners``: id, name, description, event, handler of each (activation-side:
    workflowmanagement/e7685387; the path is inferred).
    """
    return _list("/scripting/workflows/{id}/listeners", "a listener", workflow_id)


def get_capping(workflow_id: int) -> Call[list[Json]]:
    """``GET /scripting/workflows/{id}/capping``: key, increment, threshold, period, nodes of each (activation-side:
    workflowmanagement/c352ec05, which titles it "nodes").
    """
    return _list("/scripting/workflows/{id}/capping", "a capping", workflow_id)


def update_capping(workflow_id: int, cappings: Sequence[Json]) -> Call[list[Json]]:
    """``PUT /scripting/workflows/{id}/capping``: replace them all (activation-side: workflowmanagement/c352ec05; method
    and body are inferred).
    """
    return _replace("/scripting/workflows/{id}/capping", "a capping", workflow_id, cappings)


def list_nodes(workflow_id: int) -> Call[list[Json]]:
    """``GET /scripting/workflows/{id}/nodes``: type, id, name, settings, next, ... of each (activation-side:
    workflowmanagement/21031e0c).
    """
    return _list("/scripting/workflows/{id}/nodes", "a node", workflow_id)


def update_nodes(workflow_id: int, nodes: Sequence[Json]) -> Call[list[Json]]:
    """``PUT /scripting/workflows/{id}/nodes``: replace them all (activation-side: workflowmanagement/21031e0c; method
    and body are inferred).
    """
    return _replace("/scripting/workflows/{id}/nodes", "a node", workflow_id, nodes)


def list_tasks(workflow_id: int) -> Call[list[Json]]:
    """``GET /scripting/workflows/{id}/tasks``: what starts it by the clock; schedulers have cron-like texts
    (activation-side: workflowmanagement/a0e4f8ef).
    """
    return _list("/scripting/workflows/{id}/tasks", "a task", workflow_id)


def _list(template: str, what: str, workflow_id: int) -> Call[list[Json]]:
    return call("GET", template, json_list(what), ids={"id": workflow_id})


def _replace(template: str, what: str, workflow_id: int, items: Sequence[Json]) -> Call[list[Json]]:
    body = [dict(item) for item in items]
    return call("PUT", template, json_list(what), ids={"id": workflow_id}, json_body=body)
