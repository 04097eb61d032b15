"""One of every call that the api can make, about one person whose data must not show anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow_provider_np6.api import (
    account,
    fields,
    import_formats,
    imports,
    segments,
    targets,
    value_lists,
)
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.models.imports import DatabaseFeature

EMAIL = "josephine.quickenborne+x@example.com"
LASTNAME = "Quickenborne"
KEY = "SECRETK-0123456789abcdef"

_PERSON = {"Email": EMAIL, "Lastname": LASTNAME, "Mobile": "0612345678"}

# Name → call; the path is a file to upload.
CALLS: dict[str, Callable[[Path], Call[Any]]] = {
    "me": lambda _: account.me(),
    "list_fields": lambda _: fields.list_fields(),
    "list_value_lists": lambda _: value_lists.list_value_lists(),
    "get_value_list": lambda _: value_lists.get_value_list(51),
    "get_target": lambda _: targets.get_target("000A0000"),
    "find_target": lambda _: targets.find_target([EMAIL]),
    "create_target": lambda _: targets.create_target(_PERSON),
    "update_target": lambda _: targets.update_target("000A0000", _PERSON),
    "upsert_target": lambda _: targets.upsert_target(_PERSON),
    "delete_target": lambda _: targets.delete_target("000A0000"),
    "delete_targets_by_unicity": lambda _: targets.delete_targets_by_unicity([[EMAIL]]),
    "count_targets": lambda _: targets.count_targets(),
    "list_segments": lambda _: segments.list_segments(),
    "create_segment": lambda _: segments.create_segment("s", "d", datetime(2030, 1, 1, tzinfo=UTC)),
    "get_segment": lambda _: segments.get_segment(500),
    "list_members": lambda _: segments.list_members(500),
    "empty_segment": lambda _: segments.empty_segment(500),
    "delete_segment": lambda _: segments.delete_segment(500),
    "create_import_format": lambda _: import_formats.create_import_format("f", [8103, None]),
    "is_import_format": lambda _: import_formats.is_import_format(1200, [8103, None]),
    "list_imports": lambda _: imports.list_imports(),
    "create_import": lambda _: imports.create_import("i", 1200, [DatabaseFeature()]),
    "get_import": lambda _: imports.get_import(20),
    "delete_import": lambda _: imports.delete_import(20),
    "upload_source": lambda path: imports.upload_source(20, path, "contacts.csv"),
    "execute_import": lambda _: imports.execute_import(20, 1200),
    "get_import_state": lambda _: imports.get_import_state(20),
}


def functions_of(module: Any) -> Iterator[str]:
    """The names of the calls that a noun module makes."""
    for name, value in vars(module).items():
        made_here = getattr(value, "__module__", "") == module.__name__
        if (
            made_here
            and not name.startswith("_")
            and "Call[" in str(getattr(value, "__annotations__", {}).get("return"))
        ):
            yield name
