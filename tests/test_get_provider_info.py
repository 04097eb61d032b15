"""What Airflow reads about the package: valid for its schema, and shown in its form."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.get_provider_info import get_provider_info
from airflow_provider_np6.hooks.np6 import NP6Hook


def test_it_fits_airflows_schema() -> None:
    import airflow
    import jsonschema  # type: ignore[import-untyped]

    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)
    assert json.loads(json.dumps(get_provider_info())) == get_provider_info()


def test_the_entry_point_leads_to_it() -> None:
    (entry,) = (
        point
        for point in importlib.metadata.entry_points(group="apache_airflow_provider")
        if point.dist is not None and point.dist.name == "airflow-provider-np6"
    )
    assert entry.load()()["package-name"] == "airflow-provider-np6"


def test_its_names_exist() -> None:
    info = get_provider_info()
    modules = [name for key in ("hooks", "sensors", "triggers") for row in info[key] for name in row["python-modules"]]
    for name in modules:
        __import__(name)
    assert info["connection-types"][0]["hook-class-name"] == f"{NP6Hook.__module__}.{NP6Hook.__name__}"


@pytest.fixture(scope="module")
def shown() -> Any:
    from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService

    (row,) = [row for row in HookMetaService.hook_meta_data() if row.connection_type == "np6"]
    return row


@pytest.mark.usefixtures("airflow_home")
def test_the_form_shows(shown: Any) -> None:
    assert shown.hook_name == "NP6 CM"
    assert shown.standard_fields.password.title == "X-Key"
    assert shown.standard_fields.host.placeholder == "https://api-cm.np6.com"
    assert shown.standard_fields.login.hidden
    assert set(shown.extra_fields) == {
        "timeout",
        "total_deadline",
        "max_retries",
        "verify",
        "proxies",
        "write_keys",
        "rate",
        "bulk_delete_form",
    }


def test_the_methods_for_older_airflow_say_the_same() -> None:
    behaviour = NP6Hook.get_ui_field_behaviour()
    declared = get_provider_info()["connection-types"][0]["ui-field-behaviour"]
    assert behaviour == {
        "hidden_fields": declared["hidden-fields"],
        "relabeling": declared["relabeling"],
        "placeholders": declared["placeholders"],
    }


def test_reading_it_imports_nothing_heavy() -> None:
    code = (
        "import sys; from airflow_provider_np6.get_provider_info import get_provider_info as read; read();"
        "print([m for m in ('airflow', 'requests', 'aiohttp', 'pandas', 'tenacity') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_dag_file_does_not_import_the_http_libraries_for_us() -> None:
    # Airflow itself may import some of them; ours must not be the ones that do.
    code = (
        "import sys; import airflow.providers.common.compat.sdk as sdk; sdk.BaseHook, sdk.BaseSensorOperator;"
        "import airflow.triggers.base;"
        "import airflow.providers.common.compat.connection;"
        "before = set(sys.modules); import airflow_provider_np6.sensors.imports;"
        "heavy = {'requests', 'aiohttp', 'pandas', 'pyarrow', 'duckdb'};"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip().endswith("[]")
