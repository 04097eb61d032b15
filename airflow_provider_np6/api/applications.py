"""Mobile applications that can be notified (data-side: MobileApplication). Update and delete were seen in no
document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of, one
from airflow_provider_np6.models.subscriptions import NotifiableApplication


def list_applications() -> Call[list[NotifiableApplication]]:
    """``GET /parameters/applications``: all applications (data-side: D-m1)."""
    read = list_of(NotifiableApplication.from_json, "the applications")
    return call("GET", "/parameters/applications", read)


def create_application(document: Mapping[str, Any]) -> Call[NotifiableApplication]:
    """``POST /parameters/applications``: a new application (data-side: D-m2).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param document: ``{"type": "native", "name", "description", "active", "providers", "routes", "channels"}``; NP6
        fills in id and stamp. Providers are ``firebase`` {key, sender}, ``apns`` {certificate, bundle} and ``http``
        {url}; their values show in no message.
    """
    return call(
        "POST",
        "/parameters/applications",
        one(NotifiableApplication.from_json),
        json_body=dict(document),
        personal=document.get("providers"),
    )


def get_application(application_id: str) -> Call[NotifiableApplication]:
    """``GET /parameters/applications/{uuid}``: one application, NP6NotFoundError when there is none (data-side:
    D-m3).
    """
    ids = {"uuid": application_id}
    return call("GET", "/parameters/applications/{uuid}", one(NotifiableApplication.from_json), ids=ids)
