"""The client against the contract: every operation has its call, and every call says what the contract knows."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import targets
from airflow_provider_np6.api.call import Answer, Call
from airflow_provider_np6.exceptions import NP6Error
from airflow_provider_np6.hooks.np6 import NP6Hook
from tests.api.calls import CALLS
from tests.api.conftest import record  # noqa: F401  (a fixture)
from tests.contract.contract import Operation, followed, operations, samples
from tests.contract.requests import operation_of, problems

# The rows of calls that the contract can know: any_call is for all others.
ROWS = [row for row in CALLS if not row.startswith("any_call.")]


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text("email\nanna@example.com\n")
    return path


def test_every_operation_has_a_call(upload: Path) -> None:
    made = {(call.method, call.template) for call in (CALLS[row](upload) for row in ROWS)}
    assert made == set(operations())


@pytest.mark.parametrize("row", ROWS)
def test_a_call_says_what_its_operation_knows(row: str, upload: Path) -> None:
    call = CALLS[row](upload)
    operation = operation_of(call)
    assert operation is not None
    assert problems(call, operation) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_call_reads_every_answer_of_its_operation(row: str, upload: Path) -> None:
    call = CALLS[row](upload)
    operation = operation_of(call)
    assert operation is not None
    for status, body in _answers(operation):
        if status < 300 or status in call.accepted:
            try:
                call.read(Answer(status, {}, body))
            except ValueError as error:
                # The schema's samples do not know how many messages the call sends.
                assert re.fullmatch(r"\d+ results for \d+ messages", str(error))  # noqa: PT017


def _answers(operation: Operation) -> Iterator[tuple[int, bytes]]:
    for status, _, node in operation.answers:
        schema = followed(operation.document, node.get("schema", {}))
        shown = [node["example"]] if "example" in node else []
        shown += [example["value"] for example in node.get("examples", {}).values()]
        yield from ((status, json.dumps(one, default=str).encode()) for one in [*shown, *samples(schema)] if schema)
        if not schema:
            yield status, b""


@pytest.mark.parametrize("row", ROWS)
def test_what_is_deprecated_inferred_or_old_says_so(row: str, upload: Path) -> None:
    operation = operation_of(CALLS[row](upload))
    assert operation is not None
    said = _docstrings(row).lower()
    if operation.node.get("deprecated"):
        assert "deprecated" in said
    match operation.node.get("x-np6-evidence", "documented"):
        case "inferred":
            assert "inferred" in said
        case "legacy-docs":
            assert any(word in said for word in ("legacy", "older documents", "l-"))
        case "observed-in-public-client":
            assert any(word in said for word in ("legacy", "o-", "client"))


def _docstrings(row: str) -> str:
    """What a reader of the call sees: the function's docstring and its module's."""
    import importlib

    module_name, _, name = row.partition(" (")[0].partition(".")
    module = importlib.import_module(f"airflow_provider_np6.api.{module_name}")
    return f"{module.__doc__} {getattr(module, name).__doc__}"


class TestTheCheckItself:
    """It would notice."""

    def test_a_misspelt_key(self) -> None:
        call = targets.delete_targets_by_unicity([["anna@example.com"]])
        assert _found(call, body=b'{"type":"unicity","values":[["anna@example.com"]]}')

    def test_a_wrong_type(self) -> None:
        assert _found(targets.find_target(["anna@example.com"], [8103]), body=b"[8103]")

    def test_an_unknown_parameter(self) -> None:
        assert _found(targets.find_target(["anna@example.com"]), query=(("unicities", "anna@example.com"),))

    def test_another_media_type(self) -> None:
        assert _found(targets.create_target({"a": "b"}), content_type="text/json")
        assert _found(targets.create_target({"a": "b"}), accept="text/plain")

    def test_a_missing_body(self) -> None:
        assert _found(targets.create_target({"a": "b"}), body=None)


def _found(call: Call[Any], **changes: Any) -> list[str]:
    changed = dataclasses.replace(call, **changes)
    operation = operation_of(changed)
    assert operation is not None
    return problems(changed, operation)


# One row per group of either document.
GROUPS = {tag: operation.key for operation in operations().values() for tag in operation.tags}


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_is_reached_through_the_hook(
    group: str,
    record: Callable[..., Any],  # noqa: F811
    upload: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [call, *_] = [
        call for call in (CALLS[row](upload) for row in ROWS) if (call.method, call.template) == GROUPS[group]
    ]
    with record() as recorder:
        connection = {"conn_type": "np6", "host": recorder.url, "password": "k", "extra": {"max_retries": 0}}
        monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", json.dumps(connection))
        hook = NP6Hook()
        try:
            hook.send(call)
        except NP6Error:
            pass  # the recorder's answer does not fit every call
        finally:
            hook.get_conn().close()
    assert recorder.requests[0].decode(errors="replace").startswith(f"{call.method} {call.path}")
