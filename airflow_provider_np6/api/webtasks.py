"""Webtasks (activation-side: Webtask). All but the update were seen in no document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import one
from airflow_provider_np6.models.documents import Webtask


def patch_webtask(webtask_id: int, changes: Mapping[str, Any]) -> Call[Webtask]:
    """``PATCH /scripting/webtasks/{id}``: change a webtask (activation-side: scriptingwebtask/d79ea9c7).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param changes: one object, as the sample of the page has it; its schema says an array (trap 20).
    """
    read = one(Webtask.from_json)
    return call("PATCH", "/scripting/webtasks/{id}", read, ids={"id": webtask_id}, json_body=dict(changes))
