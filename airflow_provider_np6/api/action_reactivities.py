"""Reactivities of actions: the cohort view, all reactions to what was sent in a window (activation-side: Email & SMS,
reactivities).

Two windows bound each call: when it was sent (``activation``) and when the person reacted (``reactivity``). Starts are
inclusive, ends exclusive; pages and order as in :mod:`airflow_provider_np6.api.action_events`.
"""

from __future__ import annotations

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of_events
from airflow_provider_np6.api.windows import Cohort
from airflow_provider_np6.models.events import Event

_PATIENCE = 120.0  # as for events


def list_reactivities(cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/reactivities``: all kinds, of all actions (activation-side: actionreactivity/3f6e7981)."""
    return _of_all("/actions/reactivities", cohort)


def list_bounces(cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/reactivities/bounces`` (activation-side: actionreactivity/59a9db0d)."""
    return _of_all("/actions/reactivities/bounces", cohort, "bounce")


def list_hits(cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/reactivities/hits``: all kinds of hits (activation-side: actionreactivity/59a9db0d; the path is
    inferred).
    """
    return _of_all("/actions/reactivities/hits", cohort, "hit")


def list_opens(cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/reactivities/hits/open`` (activation-side: actionreactivity/8cdf67c2)."""
    return _of_all("/actions/reactivities/hits/open", cohort, "hit", "open")


def list_clicks(cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/reactivities/hits/redirection``: clicks on links (activation-side: actionreactivity/8cdf67c2; the
    path is inferred).
    """
    return _of_all("/actions/reactivities/hits/redirection", cohort, "hit", "redirection")


def list_clicks_of_action(action_id: str, cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/{id}/reactivities/hits/redirection``: clicks on links (activation-side:
    actionreactivity/f2ed5ed3).
    """
    return _of_one("/actions/{id}/reactivities/hits/redirection", action_id, cohort, "redirection")


def list_unsubscriptions_of_action(action_id: str, cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/{id}/reactivities/hits/unsubscribe`` (activation-side: actionreactivity/9b89e862)."""
    return _of_one("/actions/{id}/reactivities/hits/unsubscribe", action_id, cohort, "unsubscribe")


def list_mirror_hits_of_action(action_id: str, cohort: Cohort) -> Call[list[Event]]:
    """``GET /actions/{id}/reactivities/hits/mirror``: views of the mirror page (activation-side:
    actionreactivity/9b89e862; the path is inferred).
    """
    return _of_one("/actions/{id}/reactivities/hits/mirror", action_id, cohort, "mirror")


def _of_all(template: str, cohort: Cohort, kind: str = "", subtype: str | None = None) -> Call[list[Event]]:
    return call("GET", template, list_of_events(kind, subtype), query=cohort.query(), patience=_PATIENCE)


def _of_one(template: str, action_id: str, cohort: Cohort, subtype: str) -> Call[list[Event]]:
    read = list_of_events("hit", subtype)
    return call("GET", template, read, ids={"id": action_id}, query=cohort.query(), patience=_PATIENCE)
