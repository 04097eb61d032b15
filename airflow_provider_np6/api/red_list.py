"""The red list: opt-outs per medium (data-side: Contact). Removal from it was seen in no document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call, nothing
from airflow_provider_np6.api.reading import list_of
from airflow_provider_np6.models.messages import Medium
from airflow_provider_np6.models.red_list import RedListEntry

_FROM_THE_API = 1  # RedListOrigin: who asked for it


def add_to_red_list(
    target_id: str,
    medium: Medium,
    *,
    origin: int = _FROM_THE_API,
    at: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Call[None]:
    """``POST /targets/{id}/redlist/mail`` or ``/sms``: put a target on the red list (data-side: D-c4, D-c5; the path of
    ``sms`` is inferred). NP6NotFoundError when there is no such target.

    A second sending leaves the target where it is, so it may be repeated: a lost opt-out would be worse.

    :param origin: see :data:`airflow_provider_np6.models.red_list.ORIGINS`; whether NP6 honours another than its own
        is documented nowhere (data-side: open question 9), as for ``at``.
    :param at: when the person opted out; None lets NP6 say.
    :raises ValueError: another medium.
    """
    body: dict[str, Any] = {"id": target_id, "origin": origin}
    if at is not None:
        body["timestamp"] = wire.instant(at)
    if detail:
        body["detail"] = dict(detail)
    template = f"/targets/{{id}}/redlist/{_medium(medium)}"
    return call("POST", template, nothing, ids={"id": target_id}, json_body=body, repeatable=True)


def list_red_list(
    medium: Medium, start: datetime | None = None, end: datetime | None = None
) -> Call[list[RedListEntry]]:
    """``GET /targets/redlist/mail`` or ``/sms``: who is on the red list, all at once (data-side: D-c6, L-statistics).

    8.1.0 documents 204 as the only answer, which reads as nobody here (data-side: trap 13).

    :param start: red-listed since; ``end``: until. Whether the bounds are inclusive is documented nowhere (data-side:
        trap 14).
    :raises ValueError: another medium, or ``end`` before ``start``.
    """
    query = wire.red_list_window(start, end)
    return call(
        "GET", f"/targets/redlist/{_medium(medium)}", list_of(RedListEntry.from_json, "the red list"), query=query
    )


def _medium(medium: Medium) -> str:
    if medium not in ("mail", "sms"):
        raise ValueError("the red list has the media 'mail' and 'sms'")
    return medium
