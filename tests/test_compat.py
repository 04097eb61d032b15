"""What differs between releases of Airflow works alike on this one."""

from __future__ import annotations

import asyncio

import pytest

from airflow_provider_np6._compat import amask_secret, get_async_connection, mask_secret
from airflow_provider_np6.hooks.np6 import NP6Hook


def test_a_connection_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_ASYNC", '{"conn_type": "np6", "password": "k", "extra": {"timeout": 3}}')
    connection = asyncio.run(get_async_connection("np6_async", NP6Hook))
    assert (connection.conn_id, connection.password) == ("np6_async", "k")


def test_masking_both_ways() -> None:
    from airflow.providers.common.compat.sdk import redact

    mask_secret("masked-on-a-thread")
    asyncio.run(amask_secret("masked-on-a-loop"))
    assert redact("a masked-on-a-thread b masked-on-a-loop c") == "a *** b *** c"
