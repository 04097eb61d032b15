"""Contacts, which on NP6's wire are the USERS of the back office; people who receive mail are targets.

Legacy (legacy: Auth, a plug-in's connection check); 8.1.0 does not document it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import json_object


def get_contact(contact_id: str) -> Call[Mapping[str, Any]]:
    """``GET /contacts/{id}``: one user, as JSON: no document shows its members. NP6NotFoundError when there is none.

    :param contact_id: e.g. ``044EAE5A``; the reports of imports are addressed to such ids (data-side: trap 21).
    """
    return call("GET", "/contacts/{id}", json_object("a user"), ids={"id": contact_id})
