"""The connection form, declared once: provider metadata (Airflow 3.2 and later) and the hook's methods both
read it.
"""

from __future__ import annotations

from typing import Any

CONNECTION_TYPE = "np6"
HOOK_NAME = "NP6 CM"

HIDDEN_FIELDS = ["schema", "login", "port"]
RELABELING = {"password": "X-Key"}
PLACEHOLDERS = {
    "host": "https://api-cm.np6.com",
    "password": "the X-Key that NP6 issued for the account",
}

# name → label, description, JSON schema of the value; stored in the connection's extra under the name.
FIELDS: dict[str, dict[str, Any]] = {
    "timeout": {
        "label": "Timeout",
        "description": "Seconds to wait for a connection and for each next piece of an answer. Empty: 30.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 3600},
    },
    "total_deadline": {
        "label": "Total deadline",
        "description": "Seconds that one call may take with all its repetitions and waits. Empty: 300.",
        "schema": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 86400},
    },
    "max_retries": {
        "label": "Max retries",
        "description": "How often a call that is safe to repeat is repeated. Empty: 5.",
        "schema": {"type": ["integer", "null"], "minimum": 0, "maximum": 50},
    },
    "verify": {
        "label": "Verify certificate",
        "description": "true, false, or the path of a CA bundle. Empty: true.",
        "schema": {"type": ["string", "null"]},
    },
    "proxies": {
        "label": "Proxies",
        "description": 'One proxy URL, or JSON such as {"https": "http://proxy.example.com:3128"}. '
        "Empty: those of the environment.",
        "schema": {"type": ["string", "null"]},
    },
    "write_keys": {
        "label": "Write keys",
        "description": "Whether targets are written by field name or by field id. Empty: name.",
        "schema": {"type": ["string", "null"], "enum": ["name", "id", None]},
    },
    "rate": {
        "label": "Rate",
        "description": "The most calls per second that a process makes to the account. Empty: no limit of our own; "
        "what NP6 says about its rate counts in any case.",
        "schema": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 10000},
    },
    "bulk_delete_form": {
        "label": "Bulk delete form",
        "description": "How ids and segments are written in a bulk delete: flat or nested. NP6's samples contradict "
        "one another. Empty: flat.",
        "schema": {"type": ["string", "null"], "enum": ["flat", "nested", None]},
    },
}


def field_behaviour() -> dict[str, Any]:
    """The form of the standard fields, in the spelling of provider metadata."""
    return {"hidden-fields": HIDDEN_FIELDS, "relabeling": RELABELING, "placeholders": PLACEHOLDERS}
