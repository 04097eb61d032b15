"""The key's owner: a cheap connection check."""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.models.reading import as_object


def me() -> Call[dict[str, Any]]:
    """``GET /me``: who owns the key, ``{id, firstName, lastName, customer{..}, agency{..}}``.

    Legacy (legacy: Auth, a plug-in's connection check); 8.1.0 does not document it.
    """
    return call("GET", "/me", _read)


def _read(answer: Answer) -> dict[str, Any]:
    return dict(as_object(answer.json(), "the owner of the key"))
