"""Reactivities of notifications (activation-side: Notification, reactivities); windows as in
:mod:`airflow_provider_np6.api.action_reactivities`.
"""

from __future__ import annotations

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.api.windows import Cohort
from airflow_provider_np6.models.events import Event


def list_reactivities(cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/reactivities``: all kinds, of all notifications (activation-side:
    notificationreactivity/cb0e5bb9).
    """
    return _of_all("/notifications/reactivities", cohort)


def list_impressions(cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/reactivities/impressions`` (activation-side: notificationreactivity/cb0e5bb9; the path is
    inferred).
    """
    return _of_all("/notifications/reactivities/impressions", cohort, "impression")


def list_hits(cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/reactivities/hits`` (activation-side: notificationreactivity/5a948edd)."""
    return _of_all("/notifications/reactivities/hits", cohort, "hit")


def list_optouts(cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/reactivities/optouts`` (activation-side: notificationreactivity/5a948edd; the path is
    inferred).
    """
    return _of_all("/notifications/reactivities/optouts", cohort, "optout")


def list_bounces(cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/reactivities/bounces`` (activation-side: notificationreactivity/de10b205)."""
    return _of_all("/notifications/reactivities/bounces", cohort, "bounce")


def list_reactivities_of_notification(notification_id: int, cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/{id}/reactivities``: all kinds (activation-side: notificationreactivity/de10b205; the path
    is inferred).
    """
    return _of_one("/notifications/{id}/reactivities", notification_id, cohort)


def list_optouts_of_notification(notification_id: int, cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/{id}/reactivities/optouts`` (activation-side: notificationreactivity/883ab2aa)."""
    return _of_one("/notifications/{id}/reactivities/optouts", notification_id, cohort, "optout")


def list_bounces_of_notification(notification_id: int, cohort: Cohort) -> Call[list[Event]]:
    """``GET /notifications/{id}/reactivities/bounces`` (activation-side: notificationreactivity/883ab2aa; the path is
    inferred).
    """
    return _of_one("/notifications/{id}/reactivities/bounces", notification_id, cohort, "bounce")


def _of_all(template: str, cohort: Cohort, kind: str = "") -> Call[list[Event]]:
    return call("GET", template, list_of_events(kind), query=cohort.query())


def _of_one(template: str, notification_id: int, cohort: Cohort, kind: str = "") -> Call[list[Event]]:
    return call("GET", template, list_of_events(kind), ids={"id": notification_id}, query=cohort.query())
