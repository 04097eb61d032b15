"""Import formats, which NP6 also calls bindings: how the columns of a file become fields.

Legacy (legacy: Binding body): no 8.1.0 page shows them, but an import still needs one (data-side: open
question 19).
"""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.api.reading import ABSENT, is_absent, one
from airflow_provider_np6.models.imports import ImportFormat


def create_import_format(
    name: str, field_ids: Sequence[int | None], separator: str = ";", start_at: int = 1
) -> Call[int]:
    """``POST /importFormats``: the id to use as the ``binding`` of an import.

    :param name: must be new: NP6ConflictError otherwise.
    :param field_ids: field id per column, from the first; None ignores the column.
    :param separator: one ASCII character.
    :param start_at: index of the first line that is data, counted from 0 (so 1 skips a header); the reading
        that the vendor's recorded binding favours (data-side: addenda).
    :raises ValueError: no column, or a separator that is not one ASCII character.
    """
    body = wire.import_format_to_json(name, field_ids, separator, start_at)
    return call("POST", "/importFormats", _read_id, json_body=body)


def get_import_format(format_id: int) -> Call[ImportFormat]:
    """``GET /importFormats/{id}``: one format, NP6NotFoundError when there is none (legacy: L-imports)."""
    return call("GET", "/importFormats/{id}", one(wire.import_format_from_json), ids={"id": format_id})


def is_import_format(
    format_id: int, field_ids: Sequence[int | None], separator: str = ";", start_at: int = 1
) -> Call[bool]:
    """``GET /importFormats/{id}``: whether that format is there and reads files just so (legacy: L-imports).

    :raises ValueError: as :func:`create_import_format`.
    """
    wanted = wire.import_format_to_json("", field_ids, separator, start_at)

    def read(answer: Answer) -> bool:
        return not is_absent(answer) and wire.is_same_import_format(answer.json(), wanted)

    return call("GET", "/importFormats/{id}", read, ids={"id": format_id}, accepted=ABSENT)


_read_id = one(wire.import_format_id)
