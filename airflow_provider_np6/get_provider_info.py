"""What Airflow reads about this package without importing the rest of it."""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.hooks import form

_INTEGRATION = "NP6 CM"


def get_provider_info() -> dict[str, Any]:
    """The provider's description (entry point ``apache_airflow_provider``)."""
    return {
        "package-name": "airflow-provider-np6",
        "name": _INTEGRATION,
        "description": "`NP6 CM <https://www.np6.com/>`__ (ChapsVision): sync targets from a warehouse, "
        "await imports, purge deleted contacts.",
        "integrations": [
            {
                "integration-name": _INTEGRATION,
                "external-doc-url": "https://documentation.np6.com/",
                "tags": ["service"],
            }
        ],
        "connection-types": [
            {
                "connection-type": form.CONNECTION_TYPE,
                "hook-class-name": "airflow_provider_np6.hooks.np6.NP6Hook",
                "hook-name": form.HOOK_NAME,
                "ui-field-behaviour": form.field_behaviour(),
                "conn-fields": form.FIELDS,
            }
        ],
        "hooks": [_modules("hooks.np6")],
        "operators": [
            _modules(
                "operators.sync_targets", "operators.commit_sync", "operators.purge_targets", "operators.api_call"
            ),
        ],
        "sensors": [_modules("sensors.imports")],
        "triggers": [_modules("triggers.imports")],
    }


def _modules(*names: str) -> dict[str, Any]:
    return {
        "integration-name": _INTEGRATION,
        "python-modules": [f"airflow_provider_np6.{name}" for name in names],
    }
