"""Every Python block of the pages can be copied and works; the blocks of the first DAG do what the page says."""

from __future__ import annotations

import ast
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.sandbox import RunningSandbox
from tests.docs.pages import ROOT, Block, blocks

PYTHON = blocks("python")
FIRST_DAG = [block for block in PYTHON if block.page.name == "first-dag.md"]


def written(block: Block, folder: Path) -> Path:
    file = folder / "block.py"
    file.write_text(block.code, encoding="utf-8")
    return file


@pytest.mark.parametrize("block", [block for block in PYTHON if "DAG(" in block.code], ids=lambda block: block.name)
def test_a_dag_of_the_pages_is_taken_by_airflow(airflow_home: Path, tmp_path: Path, block: Block) -> None:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(written(block, tmp_path)))
    assert not bag.import_errors
    assert len(bag.dags) == 1
    assert all(dag.tasks for dag in bag.dags.values())


@pytest.mark.parametrize("block", [block for block in PYTHON if "DAG(" not in block.code], ids=lambda block: block.name)
def test_any_other_block_can_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: Block) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(written(block, tmp_path)))


def test_dags_of_the_pages_have_names_of_their_own() -> None:
    names = [
        keyword.value.value
        for block in PYTHON
        for node in ast.walk(ast.parse(block.code))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "dag_id" and isinstance(keyword.value, ast.Constant)
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: block.name)
def test_json_is_json(block: Block) -> None:
    json.loads(block.code)


def test_the_fault_script_of_the_pages_is_one(sandbox: RunningSandbox) -> None:
    [script] = [block for block in blocks("json") if block.page.name == "sandbox.md"]
    sandbox.script_faults(json.loads(script.code))


def test_the_function_for_a_sandbox_runs(tmp_path: Path) -> None:
    [block] = [block for block in PYTHON if block.page.name == "sandbox.md"]
    assert runpy.run_path(str(written(block, tmp_path)))["targets_of_a_new_sandbox"]() == 0


def test_the_first_dag_does_what_its_page_says(
    run_dag: Callable[..., Any],
    sandbox: RunningSandbox,
    np6_connection: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.chdir(tmp_path)
    warehouse, dag_file = FIRST_DAG
    runpy.run_path(str(written(warehouse, tmp_path)))
    connection = {"conn_type": "duckdb", "host": str(tmp_path / "warehouse.duckdb"), "extra": {"read_only": True}}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW_VAR_NP6_SNAPSHOT", (tmp_path / "snapshot").as_uri())

    [dag] = DagBag(dag_folder=str(written(dag_file, tmp_path))).dags.values()
    for _ in range(2):
        assert run_dag(dag).state == "success"

    assert {row["fields"]["Email"]: row["fields"]["Lastname"] for row in sandbox.targets()} == {
        "anna@example.com": "O'Brien",
        "Noel@example.org": "Müller",
        "zoe@example.net": "Martin; Petit",
    }
    reports = [json.loads(file.read_text()) for file in sorted(tmp_path.glob("snapshot/runs/*/report.json"))]
    assert sorted(report["accepted"] for report in reports) == [0, 3]
    assert sorted(report["unchanged"] for report in reports) == [0, 3]


def test_the_readme_names_every_example_dag_that_it_links_to() -> None:
    assert {file.stem for file in (ROOT / "example_dags").glob("*.py")} == {
        "contact_sync",
        "await_import",
        "purge_deleted",
        "call_the_api",
    }
