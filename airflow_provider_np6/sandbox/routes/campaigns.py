"""Campaigns: create one, read the events of its items."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.routes.events import listed as listed_events
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.shapes import either, listed, moment, shape, text, whole
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.store.events import Choice, Selection
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.windows import moment as bound
from airflow_provider_np6.sandbox.windows import robots
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_CAMPAIGN = shape(
    ("name",),
    name=shapes.name,
    description=text,
    startDate=moment,
    endDate=moment,
    # Trap 20: int32 in the schema, strings in the sample.
    items=listed(shape(type=text, id=either(whole, text))),
)
_TYPES = (
    *("execution", "cancellation", "activation", "bounce", "hit", "creation", "modification", "impression"),
    *("suppression", "optout", "reply", "complaint"),
)
_SUBTYPES = ("open", "form", "unsubscribe", "redirection", "mirror")
_QUERY = shape(
    itemsEvents=listed(
        shape(
            type=text,
            events=listed(shape(type=shapes.choice(*_TYPES), subtypes=listed(shapes.choice(*_SUBTYPES)))),
            items=listed(either(text, whole)),
        )
    )
)


async def create(call: Call) -> Answer:
    """200 with its uuid."""
    given = shapes.read(_CAMPAIGN, call.document())
    now = now_iso()
    campaign = {**given, "id": str(uuid.uuid4()), "creationDate": now, "updateDate": now}

    def work(connection: sqlite3.Connection) -> None:
        documents.save(connection, "campaign", campaign)

    await call.service.store.write(work)
    return Answer.json(campaign)


async def events(call: Call) -> Answer:
    """A read done with POST: the kinds of events that the body names, of the items it names.

    Without `itemsEvents` all events of the campaign's own items.
    """
    query = shapes.read(_QUERY, call.document())
    campaign = documents.find(call.service.store.reader, "campaign", call.uuid())
    if campaign is None:
        raise RefusalError(404)
    wanted = query.get("itemsEvents")
    rows = wanted if wanted is not None else [{"items": [item.get("id") for item in campaign.get("items", [])]}]
    choices = tuple(choice for row in rows for choice in _choices(row))
    selection = Selection(
        now_ms(), choices=choices, robots=robots(call), start=bound(call, "start"), end=bound(call, "end")
    )
    return listed_events(call, selection, mixed=True)


def _choices(row: Mapping[str, Any]) -> Iterator[Choice]:
    channels = (row["type"],) if "type" in row else ("email", "sms", "notification")
    sources = tuple(str(item).upper() for item in row.get("items", ()))
    for channel in channels:
        for event in row.get("events") or [{}]:
            yield Choice(channel, event.get("type"), tuple(event.get("subtypes", ())), sources)


ROUTES = (
    Route("POST", "/campaigns", create, Body.JSON),
    Route("POST", "/campaigns/{id}/events", events, Body.JSON, needs="read"),
)
