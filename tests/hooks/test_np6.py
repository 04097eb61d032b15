"""The hook against the sandbox, through a real Airflow connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import fields
from airflow_provider_np6.exceptions import NP6SettingsError
from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.models.imports import DatabaseFeature
from airflow_provider_np6.sandbox import RunningSandbox

Connect = Callable[..., None]


@pytest.fixture
def hook(np6_connection: Connect) -> Iterator[NP6Hook]:
    hook = NP6Hook()
    yield hook
    hook.get_conn().close()


def test_the_constructor_does_nothing() -> None:
    assert NP6Hook("there_is_no_such_connection").np6_conn_id == "there_is_no_such_connection"


def test_a_field_made_since_the_fields_were_read(hook: NP6Hook) -> None:
    hook.upsert_target({"Email": "anna@example.com"})
    hook.send(fields.create_field("Shoe size", "numeric"))
    assert hook.upsert_target({"Email": "anna@example.com", "Shoe size": 38})
    with pytest.raises(ValueError, match="no field 'Hat size'"):
        hook.upsert_target({"Email": "anna@example.com", "Hat size": 3})


def test_fields_and_lists(hook: NP6Hook) -> None:
    assert {field.name for field in hook.list_fields()} >= {"Email", "Interests"}
    assert hook.get_value_list(51) in hook.list_value_lists()


@pytest.mark.parametrize("write_keys", ["name", "id"])
def test_targets_by_name_or_id(np6_connection: Connect, sandbox: RunningSandbox, write_keys: str) -> None:
    np6_connection(write_keys=write_keys)
    hook = NP6Hook()
    made = hook.create_target({"Email": "anna@example.com", "8104": "Anna"})
    hook.update_target(made.id, {"Firstname": "Änne"})
    hook.upsert_target({"8103": "anna@example.com", "City": "Lyon"})
    found = hook.find_target("anna@example.com")
    assert found is not None
    assert found == hook.get_target(made.id)
    assert (found.fields[8104], found.fields[8107]) == ("Änne", "Lyon")
    sent = [request["body"] for request in sandbox.requests() if request["method"] in ("POST", "PUT")]
    assert all(('"8103"' if write_keys == "id" else '"Email"') in body for body in (sent[0], sent[2]))
    assert hook.count_targets() == 1
    hook.delete_targets_by_unicity([["anna@example.com"]])
    assert hook.delete_target(made.id) is False


def test_segments_and_imports(hook: NP6Hook, tmp_path: Path) -> None:
    segment = hook.create_segment("S", "d", datetime(2030, 1, 1, tzinfo=UTC))
    assert hook.list_segments()[0].id == hook.get_segment(segment.id).id == segment.id
    binding = hook.create_import_format("F", [8103])
    made = hook.create_import("I", binding, [DatabaseFeature()])
    path = tmp_path / "contacts.csv"
    path.write_text("email\nanna@example.com\n")
    assert hook.get_import_state(made.id) is None
    hook.upload_import_source(made.id, path)
    hook.execute_import(made.id, binding)
    state = hook.get_import_state(made.id)
    assert state is not None
    assert state.state in (0, 1)
    assert hook.get_import(made.id) in hook.list_imports()
    assert hook.list_segment_members(segment.id) == []
    hook.empty_segment(segment.id)
    assert hook.delete_segment(segment.id)
    assert hook.delete_import(made.id)


def test_the_awaitable_client(np6_connection: Connect) -> None:
    async def names() -> list[str]:
        async with NP6Hook().get_async_client() as client:
            return [field.name for field in await client.send(fields.list_fields())]

    assert "Email" in asyncio.run(names())


class TestTestConnection:
    def test_it_works(self, hook: NP6Hook, sandbox: RunningSandbox) -> None:
        worked, message = hook.test_connection()
        assert worked
        assert "13 fields, unicity Email" in message
        assert sandbox.key not in message

    def test_a_wrong_key(
        self, np6_connection: Connect, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        host = sandbox.url.replace("http://", "http%3A%2F%2F")
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", f"np6://:wrongkey123@{host}")
        worked, message = NP6Hook().test_connection()
        assert not worked
        assert "refused the X-Key of connection 'np6_default'" in message
        assert "wrongkey123" not in message

    def test_nobody_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", "np6://:wrongkey123@127.0.0.1:9/http?max_retries=0")
        worked, message = NP6Hook().test_connection()
        assert not worked
        assert message.startswith("127.0.0.1:9 (connection 'np6_default') could not be reached: ")

    def test_bad_extras(self, np6_connection: Connect) -> None:
        np6_connection(timout=3)
        worked, message = NP6Hook().test_connection()
        assert not worked
        assert "unknown extras: timout" in message


def test_the_key_is_masked_in_every_log(np6_connection: Connect) -> None:
    from airflow.providers.common.compat.sdk import redact

    np6_connection(proxies="http://user:hunter2-and-more@127.0.0.1:9")
    settings = NP6Hook().settings
    shown: Any = redact(f"key {settings.key}, proxy http://user:hunter2-and-more@127.0.0.1:9")
    assert settings.key not in shown
    assert "hunter2-and-more" not in shown


def test_the_key_is_masked_on_the_loop_too(np6_connection: Connect) -> None:
    from airflow.providers.common.compat.sdk import redact

    settings = asyncio.run(NP6Hook().aget_settings())
    assert settings.key not in str(redact(f"key {settings.key}"))


def test_reprs_and_logs(hook: NP6Hook, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hook.upsert_target({"Email": "anna.lyse.dupond@example.com"})
    hook.find_target("anna.lyse.dupond@example.com")
    ours = [r for r in caplog.records if not r.name.startswith(("aiohttp", "airflow_provider_np6.sandbox"))]
    text = "\n".join(f"{record.getMessage()} {record.args}" for record in ours)
    assert "GET /targets -> 200" in text
    for secret in (sandbox.key, "anna.lyse"):
        assert secret not in text + repr(hook) + repr(hook.settings) + repr(hook.get_conn())


def test_a_bad_connection_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", "np6://")
    with pytest.raises(NP6SettingsError, match="No X-Key"):
        NP6Hook().list_fields()
