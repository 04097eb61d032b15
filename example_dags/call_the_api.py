"""Calls to NP6 that have no operator of their own: create a segment unless it is there, then count the targets.

A call that creates something is sent once: the segment is looked for first, and if the answer to its creation is lost
the task fails and says that the outcome is unknown. Nothing of an answer is kept except what ``response_filter`` gives.

Needs: a connection ``np6_default``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.providers.common.compat.sdk import DAG, task

from airflow_provider_np6.operators.api_call import NP6ApiOperator

SEGMENT = "Readers of the newsletter"


def segment_id(answer: Any) -> int | None:
    """The id of our segment among all, None when it is not there."""
    return next((segment["id"] for segment in answer.json() or [] if segment["name"] == SEGMENT), None)


with DAG(
    dag_id="call_the_api",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    doc_md=__doc__,
    tags=["np6"],
):
    find_segment = NP6ApiOperator(task_id="find_segment", path="/segments", response_filter=segment_id, retries=3)

    @task.branch
    def is_it_there(found: int | None) -> str:
        """Which task comes next."""
        return "create_segment" if found is None else "count_targets"

    create_segment = NP6ApiOperator(
        task_id="create_segment",
        method="POST",
        path="/segments",
        body={
            "name": SEGMENT,
            "description": "Made by the DAG {{ dag.dag_id }}.",
            "type": "static",
            "isTest": False,
            "expiration": "{{ macros.datetime.now().year + 2 }}-01-01T00:00:00Z",
        },
        response_filter=lambda answer: answer.json()["id"],
    )
    count_targets = NP6ApiOperator(
        task_id="count_targets",
        path="/targets/count",
        response_check=lambda answer: answer.json()["targetsCount"] >= 0,
        response_filter=lambda answer: answer.json()["targetsCount"],
        trigger_rule="none_failed",
        retries=3,
    )
    choice = is_it_there(find_segment.output)
    choice >> [create_segment, count_targets]
    create_segment >> count_targets
