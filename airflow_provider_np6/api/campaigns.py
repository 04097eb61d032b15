"""Campaigns: a period and the actions in it (activation-side: Campaign). Listing, reading, updating and deleting were
seen in no document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events, one
from airflow_provider_np6.models.documents import Campaign
from airflow_provider_np6.models.events import Event, Sort


def create_campaign(
    name: str,
    description: str = "",
    *,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    items: Sequence[Mapping[str, Any]] = (),
) -> Call[Campaign]:
    """``POST /campaigns``: a new campaign (activation-side: campaignmanagement/be4e8793).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param items: ``{"type": .., "id": ..}``: ids are numbers in the schema of the page and texts in its sample (trap
        20).
    """
    body: dict[str, Any] = {"name": name, "description": description}
    dates = {"startDate": start_date, "endDate": end_date}
    body |= {key: wire.instant(moment) for key, moment in dates.items() if moment is not None}
    if items:
        body["items"] = [dict(item) for item in items]
    return call("POST", "/campaigns", one(Campaign.from_json), json_body=body)


def list_events(
    campaign_id: str,
    items_events: Sequence[Mapping[str, Any]],
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    sort: Sort | None = "asc",
) -> Call[list[Event]]:
    """``POST /campaigns/{id}/events``: events of the items of a campaign; a read done with POST, so it may be repeated
    (activation-side: campaignevent/fa12c711). Windows as in :mod:`airflow_provider_np6.api.action_events`.

    :param items_events: ``{"type": "email", "events": [{"type": "hit", "subtypes": ["open"]}], "items": ["000ABC"]}``.
    :raises ValueError: ``end`` before ``start``.
    """
    return call(
        "POST",
        "/campaigns/{id}/events",
        list_of_events(),
        ids={"id": campaign_id},
        query=wire.event_window(start, end, sort),
        json_body={"itemsEvents": [dict(item) for item in items_events]},
        repeatable=True,
    )
