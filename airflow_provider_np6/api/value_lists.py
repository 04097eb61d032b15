"""The value lists behind list fields (data-side: Enumeration)."""

from __future__ import annotations

from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.models.fields import ValueList
from airflow_provider_np6.models.reading import as_list


def list_value_lists() -> Call[list[ValueList]]:
    """``GET /valueLists``: all lists with their labels (data-side: D-v0, D-v1; marked deprecated)."""
    return call("GET", "/valueLists", _read_all)


def get_value_list(value_list_id: int) -> Call[ValueList]:
    """``GET /valueLists/{id}``: one list (data-side: D-v2). NP6NotFoundError when there is none."""
    return call("GET", "/valueLists/{id}", _read, ids={"id": value_list_id})


def _read(answer: Answer) -> ValueList:
    return ValueList.from_json(answer.json())


def _read_all(answer: Answer) -> list[ValueList]:
    return [ValueList.from_json(item) for item in as_list(answer.json(), "the value lists")]
