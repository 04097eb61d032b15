"""Archives: stored copies of sent mails (activation-side: Archives)."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of
from airflow_provider_np6.models.actions import Archive

_read = list_of(Archive.from_json, "the archives")


def list_archives(start: datetime | None = None, end: datetime | None = None) -> Call[list[Archive]]:
    """``GET /actions/archives``: all archives of the account, with links that expire (activation-side: actionarchives).

    :param start: ``startDate``, ``end``: ``endDate``; what they bound, and whether inclusively, is described nowhere.
    :raises ValueError: ``end`` before ``start``.
    """
    return call("GET", "/actions/archives", _read, query=wire.archive_window(start, end), accept=wire.MAIL_ARCHIVE)


def list_archives_of_target(
    action_id: str, target_id: str, start: datetime | None = None, end: datetime | None = None
) -> Call[list[Archive]]:
    """``GET /actions/{id}/targets/{target}/archives``: what an action sent to a target (activation-side:
    actionarchives/3715badd). Bounds as for :func:`list_archives`.
    """
    return call(
        "GET",
        "/actions/{id}/targets/{target}/archives",
        _read,
        ids={"id": action_id, "target": target_id},
        query=wire.archive_window(start, end),
        accept=wire.MAIL_ARCHIVE,
    )
