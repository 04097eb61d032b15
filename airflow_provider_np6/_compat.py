"""The one file that asks which Airflow, and which common.compat, this is.

Floor: Airflow 2.11 with common.compat 1.14.0, the newest that managed platforms let one install with it. What
later releases of common.compat offer is filled in here.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

from airflow.providers.common.compat.connection import get_async_connection as _get_async_connection

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseHook, Connection
    from pydantic import JsonValue

__all__ = ["amask_secret", "get_async_connection", "mask_secret"]

try:
    from airflow.sdk.log import mask_secret
except ImportError:  # Airflow 2
    from airflow.utils.log.secrets_masker import (  # type: ignore[import-not-found,no-redef,unused-ignore]
        mask_secret,
    )

try:
    from airflow.sdk.log import amask_secret
except ImportError:  # before Airflow 3.3

    async def amask_secret(secret: JsonValue, name: str | None = None) -> None:
        """Mask a secret without holding the event loop while the supervisor is told."""
        await asyncio.to_thread(mask_secret, secret, name)


_takes_hook = "hook" in inspect.signature(_get_async_connection).parameters


async def get_async_connection(conn_id: str, hook: type[BaseHook]) -> Connection:
    """The Airflow connection, without blocking the event loop.

    Older releases of common.compat do not take the hook; none of ours overrides the lookup, so nothing is
    lost.
    """
    if _takes_hook:
        return await _get_async_connection(conn_id, hook=hook)
    return await _get_async_connection(conn_id)
