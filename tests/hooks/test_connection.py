"""A connection → settings, for every way a connection can be written; and the refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6SettingsError
from airflow_provider_np6.hooks.connection import settings_of


def settings(**fields: Any) -> ApiSettings:
    from airflow.sdk import Connection

    extra = fields.pop("extra", None)
    if extra is not None and not isinstance(extra, str):
        extra = json.dumps(extra)
    return settings_of(Connection(conn_id="np6_default", conn_type="np6", extra=extra, **{"password": "k", **fields}))


@pytest.mark.parametrize(
    ("fields", "host"),
    [
        ({}, "https://api-cm.np6.com"),
        ({"host": ""}, "https://api-cm.np6.com"),
        ({"host": "api-cm.np6.com"}, "https://api-cm.np6.com"),
        ({"host": "https://api-cm.np6.com/"}, "https://api-cm.np6.com"),
        ({"host": "api-cm.np6.com", "schema": "https", "port": 443}, "https://api-cm.np6.com:443"),
        ({"host": "127.0.0.1", "schema": "http", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"host": "http://127.0.0.1:8080", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "http://[::1]", "port": 8080}, "http://[::1]:8080"),
        ({"host": "https://gateway.example.com/np6", "port": 8443}, "https://gateway.example.com:8443/np6"),
    ],
)
def test_hosts(fields: dict[str, Any], host: str) -> None:
    assert settings(**fields).host == host


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": None}, "put the key that NP6 issued"),
        ({"password": " "}, "put the key that NP6 issued"),
        ({"host": "http://api-cm.np6.com"}, "in the clear"),
        ({"host": "api-cm.np6.com", "schema": "http"}, "in the clear"),
        ({"host": "https://api-cm.np6.com", "schema": "http"}, "different schemes"),
        ({"host": "api-cm.np6.com", "schema": "ftp"}, "must be https, http or empty"),
        ({"host": "https://api-cm.np6.com:1", "port": 2}, "different ports"),
        ({"port": 8080}, "a port but no host"),
        ({"host": "https://user:hunter2@api-cm.np6.com"}, "a user, a query"),
        (
            {"extra": {"time_out": 3, "verfy": True}},
            "unknown extras: time_out, verfy. Known are: timeout, total_deadline",
        ),
        ({"extra": "{broken hunter2"}, "not a JSON object"),
        ({"extra": "[1]"}, "not a JSON object"),
        ({"extra": {"timeout": "fast"}}, "'timeout' of connection 'np6_default' must be a number"),
        ({"extra": {"timeout": True}}, "must be a number"),
        ({"extra": {"timeout": 0}}, "more than 0"),
        ({"extra": {"timeout": [30]}}, "must be a number"),
        ({"extra": {"total_deadline": 0}}, "more than 0 and at most 86400"),
        ({"extra": {"total_deadline": "nan"}}, "'total_deadline' of .* must be a number of seconds"),
        ({"extra": {"max_retries": 1.5}}, "'max_retries' of .* must be a whole number"),
        ({"extra": {"max_retries": -1}}, "must be a whole number"),
        ({"extra": {"max_retries": 51}}, "from 0 to 50"),
        ({"extra": {"verify": 1}}, "'verify' of .* must be true, false"),
        ({"extra": {"proxies": "hunter2"}}, "'proxies' of .* must be a proxy URL"),
        ({"extra": {"proxies": {"ftp": "http://p:1"}}}, "must be a proxy URL"),
        ({"extra": {"proxies": {"https": 3}}}, "must be a proxy URL"),
        ({"extra": {"proxies": "{hunter2"}}, "must be a proxy URL"),
        ({"extra": {"write_keys": "names"}}, "'write_keys' of .* must be 'name' or 'id'"),
        ({"extra": {"rate": "fast"}}, "'rate' of .* must be a number of calls per second"),
        ({"extra": {"rate": True}}, "must be a number of calls per second"),
        ({"extra": {"rate": 0}}, "more than 0"),
        ({"extra": {"rate": 10_001}}, "at most 10000"),
        ({"extra": {"bulk_delete_form": "list"}}, "'bulk_delete_form' of .* must be 'flat' or 'nested'"),
    ],
)
def test_refusals(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NP6SettingsError, match=sentence) as caught:
        settings(**fields)
    assert "np6_default" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("extra", "name", "value"),
    [
        ({"timeout": 12}, "timeout", 12.0),
        ({"timeout": "12.5"}, "timeout", 12.5),
        ({"timeout": None}, "timeout", 30.0),
        ({"timeout": ""}, "timeout", 30.0),
        ({"extra__np6__timeout": 7}, "timeout", 7.0),
        ({"__extra__": '{"timeout": 9}'}, "timeout", 9.0),
        ({"__extra__": ""}, "timeout", 30.0),
        ({"total_deadline": "60"}, "total_deadline", 60.0),
        ({}, "total_deadline", 300.0),
        ({"max_retries": "0"}, "max_retries", 0),
        ({"verify": "False"}, "verify", False),
        ({"verify": True}, "verify", True),
        ({"verify": "/etc/ssl/corporate.pem"}, "verify", "/etc/ssl/corporate.pem"),
        ({"proxies": "http://proxy:3128"}, "proxies", {"all": "http://proxy:3128"}),
        ({"proxies": '{"https": "http://proxy:3128"}'}, "proxies", {"https": "http://proxy:3128"}),
        ({"proxies": {"https": "http://proxy:3128"}}, "proxies", {"https": "http://proxy:3128"}),
        ({"write_keys": "id"}, "write_keys", "id"),
        ({"rate": "2.5"}, "rate", 2.5),
        ({"rate": ""}, "rate", None),
        ({"bulk_delete_form": "nested"}, "bulk_delete_form", "nested"),
        ({}, "bulk_delete_form", "flat"),
    ],
)
def test_extras(extra: dict[str, Any], name: str, value: Any) -> None:
    assert getattr(settings(extra=extra), name) == value


def test_the_connection_id_is_in_the_settings() -> None:
    assert settings().label == "np6_default"


def test_a_connection_from_a_uri() -> None:
    from airflow.models import Connection

    connection = Connection(conn_id="np6_uri", uri="np6://:k%2Fey@127.0.0.1:8080/http?timeout=5&verify=false")
    found = settings_of(connection)
    assert (found.host, found.key, found.timeout, found.verify) == (
        "http://127.0.0.1:8080",
        "k/ey",
        5.0,
        False,
    )
    again = settings_of(Connection(conn_id="np6_uri", uri=connection.get_uri()))
    assert (again.host, again.timeout) == (found.host, 5.0)
