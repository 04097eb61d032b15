"""The reference names what the code has: no argument, setting, property or option more or less, defaults included."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6 import exceptions
from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.models.reports import PurgeReport, SyncReport
from airflow_provider_np6.operators.api_call import NP6ApiOperator
from airflow_provider_np6.operators.commit_sync import NP6CommitSyncOperator
from airflow_provider_np6.operators.purge_targets import NP6PurgeTargetsOperator
from airflow_provider_np6.operators.sync_targets import NP6SyncTargetsOperator
from airflow_provider_np6.sensors.imports import NP6ImportSensor
from airflow_provider_np6.sync.conversion import REASONS
from airflow_provider_np6.sync.settings import Delivery, Guard, Rejections, Scratch
from tests.docs.pages import ROOT, code_in, section, table

REFERENCE = ROOT / "docs" / "reference"
TASKS = [
    ("operators.md", NP6SyncTargetsOperator),
    ("operators.md", NP6CommitSyncOperator),
    ("operators.md", NP6PurgeTargetsOperator),
    ("operators.md", NP6ApiOperator),
    ("sensor.md", NP6ImportSensor),
]


def refuse_difference(page: Path, said: Iterable[str], expected: Mapping[str, str]) -> None:
    """Fail with the rows that a table lacks, ready to be put in, and with those that have nothing to stand for.

    :param expected: first cell, without its backticks, to the table's row, which says what the code does.
    """
    lacking = [row for name, row in expected.items() if name not in set(said)]
    needless = sorted(set(said) - set(expected))
    where = page.relative_to(ROOT)
    assert not lacking, f"{where} lacks these rows (put each into words):\n" + "\n".join(lacking)
    assert not needless, f"{where} has rows for what the code does not have: {needless}"


def first_line(member: Any) -> str:
    """What the code says of itself, as the beginning of a row."""
    line = (inspect.getdoc(member) or "").splitlines()[0] if inspect.getdoc(member) else ""
    return line.rstrip(".").replace("``", "`").replace("|", "\\|")


# Defaults that the page names instead of showing: what Airflow's configuration says.
NAMED = {("NP6ImportSensor", "deferrable"): "configuration"}


@pytest.mark.parametrize(("page", "task"), TASKS)
def test_arguments_of_tasks(page: str, task: Any) -> None:
    text = section(REFERENCE / page, task.__name__)
    said = {code_in(row["argument"]): row for row in table(text, "argument")}
    parameters = _parameters(task)
    assert list(said) == list(parameters)
    for name, parameter in parameters.items():
        expected = NAMED.get((task.__name__, name)) or _default(parameter.default)
        assert said[name]["default"] == expected, name
        assert (said[name]["templated"] == "yes") == (name in task.template_fields), name


@pytest.mark.parametrize(("page", "task"), TASKS)
def test_the_import_that_the_page_shows(page: str, task: Any) -> None:
    assert f"`from {task.__module__} import {task.__name__}`" in section(REFERENCE / page, task.__name__)


def _parameters(task: Any) -> dict[str, inspect.Parameter]:
    given = inspect.signature(task.__init__).parameters
    return {
        name: parameter
        for name, parameter in given.items()
        if name != "self" and parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _default(value: Any) -> str:
    return "required" if value is inspect.Parameter.empty else f"`{value!r}`"


@pytest.mark.parametrize("settings", [Delivery, Rejections, Guard, Scratch])
def test_settings(settings: Any) -> None:
    rows = table(section(REFERENCE / "settings.md", settings.__name__), "setting")
    said = {code_in(row["setting"]): code_in(row["default"]) for row in rows}
    assert said == {field.name: repr(field.default) for field in dataclasses.fields(settings)}


@pytest.mark.parametrize(("heading", "report"), [("The sync report", SyncReport), ("The purge report", PurgeReport)])
def test_properties_of_reports(heading: str, report: Any) -> None:
    said = {code_in(row["property"]) for row in table(section(REFERENCE / "report.md", heading), "property")}
    assert said == {field.name for field in dataclasses.fields(report)}


def test_reasons_of_rejections() -> None:
    rows = table(section(REFERENCE / "report.md", "Reasons of rejections"), "reason")
    assert {code_in(row["reason"]): row["in words"] for row in rows} == dict(REASONS)


def test_methods_of_the_hook() -> None:
    said = {code_in(row["method"]) for row in table(section(REFERENCE / "hook.md", "NP6Hook"), "method")}
    forms = {"get_connection_form_widgets", "get_ui_field_behaviour"}  # Airflow's own, before 3.2
    own = {name: member for name, member in vars(NP6Hook).items() if not name.startswith("_") and name not in forms}
    methods = {name: member for name, member in own.items() if inspect.isfunction(member)}
    calls = {f"{name}({', '.join(list(inspect.signature(m).parameters)[1:])})": m for name, m in methods.items()}
    expected = {call: f"| `{call}` | {first_line(member)} |" for call, member in calls.items()}
    refuse_difference(REFERENCE / "hook.md", said, expected | {"settings": "| `settings` | property |"})


def test_errors() -> None:
    said = {code_in(row["error"]): row for row in table(section(REFERENCE / "hook.md", "Errors"), "error")}
    raised = {
        name: kind
        for name, kind in vars(exceptions).items()
        if inspect.isclass(kind) and issubclass(kind, exceptions.NP6Error)
    }
    ends = {True: "; retryable", False: ""}
    expected = {name: f"| `{name}` | {first_line(kind)}{ends[kind.retryable]} |" for name, kind in raised.items()}
    refuse_difference(REFERENCE / "hook.md", said, expected)
    for name, kind in raised.items():
        assert said[name]["what to do next"].endswith("; retryable") == kind.retryable, name


# --- the command line and the sandbox


def _options(command: str) -> dict[str, Any]:
    import typer

    from airflow_provider_np6.cli.main import app

    group: Any = typer.main.get_command(app)
    return {option.opts[0]: option for option in group.commands[command].params if option.opts[0] != "--help"}


@pytest.mark.parametrize(
    ("page", "heading", "command"),
    [
        ("sandbox.md", "The sandbox", "sandbox"),
        ("sandbox.md", "The demo", "demo"),
        ("check.md", "np6 check", "check"),
    ],
)
def test_options_of_commands(page: str, heading: str, command: str) -> None:
    said = {code_in(row["option"]): row["default"] for row in table(section(REFERENCE / page, heading), "option")}
    options = _options(command)
    rows = {name: f"| `{name}` | `{option.default}` | {option.help} |" for name, option in options.items()}
    refuse_difference(REFERENCE / page, said, rows)
    assert list(said) == list(options)
    for name, option in options.items():
        if isinstance(option.default, int | float) and not isinstance(option.default, bool) and said[name] != "":
            assert code_in(said[name]).replace(",", "") == str(option.default), name


SANDBOX = REFERENCE / "sandbox.md"


def test_open_questions_of_the_sandbox() -> None:
    from airflow_provider_np6.sandbox import ASSUMPTIONS

    rows = table(section(SANDBOX, "Open questions"), "name")
    said = {code_in(row["name"]): tuple(re.findall(r"`([^`]+)`", row["answers"])) for row in rows}
    answers = {row.name: ", ".join(f"`{choice}`" for choice in row.choices) for row in ASSUMPTIONS}
    refuse_difference(
        SANDBOX, said, {row.name: f"| `{row.name}` | {answers[row.name]} | {row.question} |" for row in ASSUMPTIONS}
    )
    assert said == {assumption.name: assumption.choices for assumption in ASSUMPTIONS}


def test_faults_of_the_sandbox() -> None:
    from airflow_provider_np6.sandbox.faults import KINDS

    said = [code_in(row["kind"]) for row in table(section(SANDBOX, "Faults"), "kind")]
    refuse_difference(SANDBOX, said, {kind: f"| `{kind}` | |" for kind in KINDS})
    assert said == list(KINDS)


def test_requests_beside_the_api() -> None:
    from airflow_provider_np6.sandbox.routes import ROUTES

    said = {code_in(row["request"]) for row in table(section(SANDBOX, "Beside NP6's own API"), "request")}
    local = {f"{route.method} {route.template}": route.handler for route in ROUTES if route.local}
    refuse_difference(
        SANDBOX, said, {request: f"| `{request}` | {first_line(does)} |" for request, does in local.items()}
    )


# --- messages


def _texts() -> list[str]:
    """Every text of the package, with `…` for what is filled in."""
    texts = []
    for file in (ROOT / "airflow_provider_np6").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(_piece(value) for value in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(re.sub(r"\{\w+\}", "…", node.value))
    return texts


def _piece(value: ast.expr) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else "…"


def test_messages_are_the_package_s_own() -> None:
    page = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
    messages = re.findall(r"^\| `(.+?)` \|", page, re.MULTILINE)
    assert len(messages) > 40
    texts = _texts()
    # One placeholder of the page may stand for several of the code, side by side.
    flat = [re.sub("…+", "…", text) for text in texts]
    strange = [message for message in messages if not any(message in text for text in flat)]
    assert not strange


def test_every_module_of_the_registry_file_exists() -> None:
    import importlib

    import yaml

    listed = yaml.safe_load((ROOT / ".airflow-registry.yaml").read_text(encoding="utf-8"))
    assert listed["package-name"] == "airflow-provider-np6"
    for entry in [*listed["operators"], *listed["other"]]:
        module, _, name = entry["module"].rpartition(".")
        assert hasattr(importlib.import_module(module), name)
    assert {entry["module"].rpartition(".")[2] for entry in listed["operators"]} == {
        task.__name__ for page, task in TASKS if page == "operators.md"
    }


def test_dependencies_of_the_readme() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]}
    names |= {re.split(r"[<>=\[]", line)[0] for line in project["optional-dependencies"]["demo"]}
    rows = table(section(Path(ROOT / "README.md"), "What each dependency is for"), "dependency")
    said = {name for row in rows for name in re.sub(r"\*.*?\*|`", "", row["dependency"]).strip().split(", ")}
    assert said == names
