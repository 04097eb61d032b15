"""Bounces that NP6 remembers of its targets (data-side: L-statistics; older documents only)."""

from __future__ import annotations

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import list_of
from airflow_provider_np6.models.red_list import TargetBounces


def list_bounced_targets() -> Call[list[TargetBounces]]:
    """``GET /targets/bounces``: every target with a recorded bounce, all at once (data-side: L-statistics).

    Whether 8.1.0 keeps it is unknown; the bounces of an action are events there.
    """
    return call("GET", "/targets/bounces", list_of(TargetBounces.from_json, "the bounced targets"))
