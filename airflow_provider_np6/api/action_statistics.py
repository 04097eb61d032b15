"""Counters of an action (activation-side: Legacy reporting).

Older documents only: 8.1.0 has no statistics, its counters are computed from events. These may still answer.
"""

from __future__ import annotations

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of, one
from airflow_provider_np6.models.actions import ActionStatistics, BouncedTarget


def get_statistics(action_id: str) -> Call[ActionStatistics]:
    """``GET /actions/{id}/statistics``: sent, opened, clicked, ... (legacy). NP6NotFoundError when there is no such
    action, or no such call any more.
    """
    return call("GET", "/actions/{id}/statistics", one(ActionStatistics.from_json), ids={"id": action_id})


def list_bounced_targets(action_id: str) -> Call[list[BouncedTarget]]:
    """``GET /actions/{id}/feedbacks/bounces``: targets that it did not reach (legacy). NP6NotFoundError likewise."""
    read = list_of(BouncedTarget.from_json, "the bounced targets")
    return call("GET", "/actions/{id}/feedbacks/bounces", read, ids={"id": action_id})
