"""Push notifications: manage, render, test, execute (activation-side: Notification, management).

Documents go as JSON: their inner parts are documented only in pieces. The "master" is the version without a UUID.
Duplicating, activating and deactivating are known by title only, without a path: ``NP6Hook.request`` reaches them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import ABSENT, json_list, json_object, list_of, one, was_there
from airflow_provider_np6.models.documents import Notification, NotificationRendering

_read_rendering = one(NotificationRendering.from_json)


def list_notifications() -> Call[list[Notification]]:
    """``GET /notifications``: all notifications (activation-side: notificationmanagement; method and path inferred)."""
    return call("GET", "/notifications", list_of(Notification.from_json, "the notifications"))


def create_notification(document: Mapping[str, Any]) -> Call[Notification]:
    """``POST /notifications``: a new notification (activation-side: notificationmanagement/02ef1152).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param document: ``{"type": "push-app", "name", "settings", "application", "versions", ..}``.
    """
    return call("POST", "/notifications", one(Notification.from_json), json_body=dict(document))


def get_notification(notification_id: int) -> Call[Notification]:
    """``GET /notifications/{id}``: one notification, NP6NotFoundError when there is none (activation-side:
    notificationmanagement/02ef1152; the path is inferred).
    """
    return call("GET", "/notifications/{id}", one(Notification.from_json), ids={"id": notification_id})


def update_notification(notification_id: int, document: Mapping[str, Any]) -> Call[Notification]:
    """``PUT /notifications/{id}``: replace the document (activation-side: notificationmanagement/776e53b6).

    :param document: ``Notification.json``, edited.
    """
    return call(
        "PUT",
        "/notifications/{id}",
        one(Notification.from_json),
        ids={"id": notification_id},
        json_body=dict(document),
    )


def delete_notification(notification_id: int) -> Call[bool]:
    """``DELETE /notifications/{id}``: True when deleted, False when there was none (activation-side:
    notificationmanagement/776e53b6; the path is inferred).
    """
    return call("DELETE", "/notifications/{id}", was_there, ids={"id": notification_id}, accepted=ABSENT)


def render_notification(
    notification_id: int, document: Mapping[str, Any], *, version: str | None = None
) -> Call[NotificationRendering]:
    """``POST /notifications/{id}/render``, or ``/versions/{version}/render``: what it would be; nothing is sent, so it
    may be repeated (activation-side: notificationmanagement/48745047; the path of the master is inferred).

    :param document: ``{"receiver": {"id" | "unicity" | "hash": ..}, "related", "stamp"}``.
    :param version: UUID of a version; None renders the master.
    """
    template, ids = _versioned("/notifications/{id}", "/render", notification_id, version)
    return call(
        "POST", template, _read_rendering, ids=ids, json_body=dict(document), personal=document, repeatable=True
    )


def render_notification_for(
    notification_id: int,
    *,
    unicity: str | None = None,
    hash: str | None = None,  # noqa: A002  (NP6's own word)
    version: str | None = None,
) -> Call[NotificationRendering]:
    """``GET /notifications/{id}/render/contact``, or ``/versions/{version}/render/contact``: what it would be for a
    target, by unicity or hash (activation-side: notificationmanagement/2729d083, 054709f5, 1722d63d; ``?hash=`` of the
    master is inferred).

    :param version: UUID of a version; None renders the master.
    :raises ValueError: not exactly one of the two.
    """
    template, ids = _versioned("/notifications/{id}", "/render/contact", notification_id, version)
    query = wire.reference_query(unicity=unicity, hash=hash)
    return call("GET", template, _read_rendering, ids=ids, query=query, personal=[unicity, hash])


def render_notification_for_target(
    notification_id: int, target_id: str, *, version: str | None = None
) -> Call[NotificationRendering]:
    """``GET /notifications/{id}/render/contact/{contact}``, or the same of a version: what it would be for a target, by
    id (activation-side: notificationmanagement/8ed1b974; the path of the master is inferred).

    :param version: UUID of a version; None renders the master.
    """
    template, ids = _versioned("/notifications/{id}", "/render/contact/{contact}", notification_id, version)
    return call("GET", template, _read_rendering, ids={**ids, "contact": target_id})


def send_test(
    notification_id: int, document: Mapping[str, Any], *, version: str | None = None
) -> Call[Mapping[str, Any]]:
    """``POST /notifications/{id}/test``, or ``/versions/{version}/test``: SEND a test (activation-side:
    notificationmanagement/1ba3801a; the path of the master is inferred).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost. The answer is JSON of an unknown shape.

    :param document: ``{"recipient": {"type", "value": <int>}, "title", "body", ..}``; what the number identifies is
        documented nowhere (presumably a test segment).
    :param version: UUID of a version; None tests the master.
    """
    template, ids = _versioned("/notifications/{id}", "/test", notification_id, version)
    return call("POST", template, json_object("a test"), ids=ids, json_body=dict(document), personal=document)


def execute_notification(notification_id: int, document: Mapping[str, Any]) -> Call[Mapping[str, Any]]:
    """``POST /notifications/{id}/execution``: SEND it to one recipient (activation-side:
    notificationmanagement/a754f7ab; the path is inferred).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost. The answer is JSON of an unknown shape.

    :param document: ``{"recipient": {"type": "contact", "value": {..}}, "title", "body", "data", "stamp", ..}``.
    """
    return call(
        "POST",
        "/notifications/{id}/execution",
        json_object("an execution"),
        ids={"id": notification_id},
        json_body=dict(document),
        personal=document,
    )


def execute_notification_for_many(
    notification_id: int, documents: Sequence[Mapping[str, Any]]
) -> Call[list[Mapping[str, Any]]]:
    """``POST /notifications/{id}/executions``: SEND it to many recipients (activation-side:
    notificationmanagement/9e71a056).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost. The answers are JSON of an unknown shape.

    :param documents: as for :func:`execute_notification`, one per recipient.
    :raises ValueError: no document.
    """
    if not documents:
        raise ValueError("give at least one recipient")
    body = [dict(document) for document in documents]
    return call(
        "POST",
        "/notifications/{id}/executions",
        json_list("an execution"),
        ids={"id": notification_id},
        json_body=body,
        personal=body,
    )


def _versioned(head: str, tail: str, notification_id: int, version: str | None) -> tuple[str, dict[str, str | int]]:
    """The template and ids of the master, or of a version."""
    if version is None:
        return head + tail, {"id": notification_id}
    return f"{head}/versions/{{version}}{tail}", {"id": notification_id, "version": version}
