"""Push subscriptions: devices that may be notified (data-side: Subscription, nine operations)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call, nothing
from airflow_provider_np6.api.reading import ABSENT, list_of, one, was_there
from airflow_provider_np6.models.recipients import Recipient
from airflow_provider_np6.models.subscriptions import Subscription

_read_all = list_of(Subscription.from_json, "the subscriptions")


def put_subscription(
    subscription_id: str, application_id: str, provider: Mapping[str, Any], contact: Recipient
) -> Call[Subscription]:
    """``PUT /subscriptions``: create or replace the subscription with this id (data-side: D-p0, D-p2). Safe to repeat.

    :param subscription_id: a UUID that the caller chooses; ``application_id``: a UUID.
    :param provider: ``{"type": "firebase", "token": ..}``; no other type was seen.
    :param contact: the target; a unicity is one text here, so an account with several unicity fields names it by id.
    :raises ValueError: an id is empty, or the contact is incomplete.
    """
    if not subscription_id.strip() or not application_id.strip():
        raise ValueError("a subscription needs an id and the id of its application")
    body = {
        "id": subscription_id,
        "application": application_id,
        "provider": dict(provider),
        "contact": wire.contact_reference_to_json(contact),
    }
    personal = [body["provider"], body["contact"]]
    return call("PUT", "/subscriptions", one(Subscription.from_json), json_body=body, personal=personal)


def get_subscription(subscription_id: str) -> Call[Subscription]:
    """``GET /subscriptions/{id}``: one subscription, NP6NotFoundError when there is none (data-side: D-p1)."""
    return call("GET", "/subscriptions/{id}", one(Subscription.from_json), ids={"id": subscription_id})


def delete_subscription(subscription_id: str) -> Call[bool]:
    """``DELETE /subscriptions/{id}``: True when deleted, False when there was none (data-side: D-p1)."""
    return call("DELETE", "/subscriptions/{id}", was_there, ids={"id": subscription_id}, accepted=ABSENT)


def list_target_subscriptions(target_id: str) -> Call[list[Subscription]]:
    """``GET /targets/{id}/subscriptions``: those of a target, NP6NotFoundError when there is none (data-side: D-p3)."""
    return call("GET", "/targets/{id}/subscriptions", _read_all, ids={"id": target_id})


def delete_target_subscriptions(target_id: str) -> Call[None]:
    """``DELETE /targets/{id}/subscriptions``: all those of a target; the target stays (data-side: D-p3).

    NP6NotFoundError when there is no such target.
    """
    return call("DELETE", "/targets/{id}/subscriptions", nothing, ids={"id": target_id})


def find_target_subscriptions(*, unicity: str | None = None, hash: str | None = None) -> Call[list[Subscription]]:  # noqa: A002
    """``GET /targets/subscriptions?unicity=`` or ``?hash=``: those of a target (data-side: D-p4, D-p5).

    NP6NotFoundError when there is no such target.

    :param unicity: one text, unlike in :func:`airflow_provider_np6.api.targets.find_target`.
    :raises ValueError: not exactly one of the two.
    """
    query = wire.reference_query(unicity=unicity, hash=hash)
    return call("GET", "/targets/subscriptions", _read_all, query=query, personal=[unicity, hash])


def delete_found_target_subscriptions(*, unicity: str | None = None, hash: str | None = None) -> Call[None]:  # noqa: A002
    """``DELETE /targets/subscriptions?unicity=`` or ``?hash=``: all those of a target; the target stays (data-side:
    D-p5). NP6NotFoundError when there is no such target.

    :raises ValueError: not exactly one of the two: without one, it could mean everybody's.
    """
    query = wire.reference_query(unicity=unicity, hash=hash)
    return call("DELETE", "/targets/subscriptions", nothing, query=query, personal=[unicity, hash])
