"""What a connection may say, and the sentences for what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_np6.api.settings import ApiSettings, is_loopback
from airflow_provider_np6.exceptions import NP6SettingsError


@pytest.mark.parametrize(
    "host",
    [
        "https://api-cm.np6.com",
        "https://gateway.example.com/np6",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:80",
        "http://localhost",
    ],
)
def test_hosts_that_work(host: str) -> None:
    assert ApiSettings(host=f"{host}/", key="k").host == host


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("http://api-cm.np6.com", "plain http://api-cm.np6.com"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("http://localhost.example.com", "in the clear"),
        ("ftp://api-cm.np6.com", "not a web address"),
        ("api-cm.np6.com", "not a web address"),
        ("https://", "not a web address"),
        ("https://host:port", "port and brackets"),
        ("https://[::1", "port and brackets"),
        ("https://user:hunter2@api-cm.np6.com", "a user, a query or a fragment"),
        ("https://api-cm.np6.com?key=hunter2", "a user, a query or a fragment"),
    ],
)
def test_hosts_that_do_not(host: str, sentence: str) -> None:
    with pytest.raises(NP6SettingsError, match=sentence) as caught:
        ApiSettings(host=host, key="k", label="np6_default")
    assert "connection 'np6_default'" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ""},
        {"key": "  "},
        {"key": "a\r\nX-Other: b"},
        {"key": "clé"},
        {"timeout": 0},
        {"timeout": 4000},
        {"max_retries": -1},
        {"max_retries": 51},
        {"write_keys": "label"},
    ],
)
def test_values_that_do_not_work(changes: dict[str, Any]) -> None:
    with pytest.raises(NP6SettingsError) as caught:
        ApiSettings(**{"key": "k", "label": "np6_default", **changes})
    assert "np6_default" in str(caught.value)
    assert "X-Other" not in str(caught.value)


def test_a_pasted_key_loses_its_blanks() -> None:
    assert ApiSettings(key=" abc\n").key == "abc"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("LOCALHOST", True), ("127.1.2.3", True), ("::1", True), ("10.0.0.1", False), ("127.1", False)],
)
def test_loopback(name: str, is_one: bool) -> None:
    assert is_loopback(name) is is_one
