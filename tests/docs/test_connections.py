"""The ways to create a connection that the pages show all lead to the same settings."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import Any

import pytest

from airflow_provider_np6.api.settings import DEFAULT_HOST, ApiSettings
from airflow_provider_np6.hooks.connection import KNOWN_EXTRAS, settings_of
from tests.docs.pages import ROOT, Block, blocks, code_in, section, table

PAGE = ROOT / "docs" / "getting-started.md"
SHELL = blocks("sh")
EXPORTS = [block for block in SHELL if "AIRFLOW_CONN_NP6_DEFAULT=" in block.code]
ADDITIONS = [
    line for block in SHELL for line in block.code.splitlines() if line.startswith("airflow connections add np6")
]


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_a_shell_block_is_shell(block: Block) -> None:
    subprocess.run(["bash", "-n", "-c", block.code], check=True)


@pytest.mark.parametrize("block", EXPORTS, ids=lambda block: block.name)
def test_an_exported_connection_gives_settings(block: Block) -> None:
    from airflow.models import Connection

    [value] = shlex.split(block.code.replace("export AIRFLOW_CONN_NP6_DEFAULT=", "", 1))
    given = (
        Connection.from_json(value, "np6_default") if value.startswith("{") else Connection("np6_default", uri=value)
    )
    assert given.conn_type == "np6"
    check(settings_of(given), with_extras="timeout" in value)


@pytest.mark.parametrize("line", ADDITIONS)
def test_an_added_connection_gives_settings(line: str) -> None:
    from airflow.models import Connection

    given: Any = parsed(line)
    assert given.conn_id == "np6_default"
    connection = Connection(
        conn_id=given.conn_id,
        conn_type=given.conn_type,
        host=given.conn_host,
        password=given.conn_password,
        extra=given.conn_extra,
    )
    settings = settings_of(connection)
    if "127.0.0.1" in line:
        assert settings.host == "http://127.0.0.1:8600"
        assert settings.key == "sandbox-key"
    else:
        check(settings, with_extras="timeout" in line)


@pytest.mark.parametrize(
    "line",
    [line for block in SHELL for line in block.code.splitlines() if line.startswith("airflow ")],
)
def test_airflow_knows_the_command(line: str) -> None:
    parsed(line)


def parsed(line: str) -> Any:
    from airflow.cli import cli_parser

    return cli_parser.get_parser().parse_args(shlex.split(os.path.expandvars(line))[1:])


def check(settings: ApiSettings, *, with_extras: bool) -> None:
    assert settings.host == DEFAULT_HOST
    assert settings.key in ("the-X-Key", "a/b+c=")
    assert settings.timeout == (60 if with_extras else 30)
    assert settings.max_retries == (3 if with_extras else 5)


def test_there_are_blocks_for_each_way() -> None:
    assert len(EXPORTS) == 4
    assert len(ADDITIONS) == 3


def test_the_key_is_encoded_as_the_page_says() -> None:
    from urllib.parse import quote

    assert quote("a/b+c=", safe="") == "a%2Fb%2Bc%3D"
    assert "`a%2Fb%2Bc%3D`" in PAGE.read_text(encoding="utf-8")


def test_every_extra_is_explained_with_its_default() -> None:
    said = {code_in(row["extra"]): code_in(row["default"]) for row in table(section(PAGE, "Extras"), "extra")}
    settings = ApiSettings(key="any")
    assert said == {name: repr(getattr(settings, name)) for name in KNOWN_EXTRAS}


def test_every_field_of_the_form_is_named() -> None:
    from airflow_provider_np6.hooks import form

    text = section(PAGE, "In the UI")
    assert form.HOOK_NAME in text
    for label in [row["label"] for row in form.FIELDS.values()] + list(form.RELABELING.values()):
        assert label in text
