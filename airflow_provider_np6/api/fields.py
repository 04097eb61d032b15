"""The fields of the account (data-side: Field; every title is marked deprecated, without a replacement)."""

from __future__ import annotations

from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.models.fields import Field
from airflow_provider_np6.models.reading import as_list


def list_fields() -> Call[list[Field]]:
    """``GET /fields``: all fields of the account; ids differ per account (data-side: D-f1, O-guide)."""
    return call("GET", "/fields", _read_all)


def _read_all(answer: Answer) -> list[Field]:
    return [Field.from_json(item) for item in as_list(answer.json(), "the fields")]
