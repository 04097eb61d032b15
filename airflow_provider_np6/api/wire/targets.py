"""The encodings of what identifies a target, and the bodies that concern many targets (data-side: trap 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api.settings import BulkDeleteForm

# Documented, and the only limit that is (data-side: section 2).
MEMBERS_PER_CALL = 50

# What stands in the place of an id in other paths: DELETE /targets/subscriptions is another operation.
_NO_TARGET_IDS = frozenset({"bounces", "count", "events", "redlist", "subscriptions"})


def bulk_delete_by_unicity(unicities: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The body that deletes targets by unicity: one inner array per target (data-side: D-c4, L-targets).

    :raises ValueError: no target, or a target with an empty value: the effect would be undefined.
    """
    value = [_unicity(unicity) for unicity in unicities]
    if not value:
        raise ValueError("a bulk delete needs at least one unicity")
    return {"type": "unicity", "value": value}


def bulk_delete_by_id(target_ids: Sequence[str], form: BulkDeleteForm) -> dict[str, Any]:
    """The body that deletes targets by id (data-side: L-targets, trap 8).

    :param form: ``flat`` as in the vendor's PHP sample, ``nested`` (a list of lists of one) as in its cURL sample.
    :raises ValueError: no id, or an empty one.
    """
    if isinstance(target_ids, str) or not target_ids:
        raise ValueError("a bulk delete needs a sequence of at least one target id")
    if not all(isinstance(one, str) and one.strip() for one in target_ids):
        raise ValueError("a bulk delete needs target ids that are texts and not empty")
    return {"type": "id", "value": list(target_ids) if _is_flat(form) else [[one] for one in target_ids]}


def bulk_delete_of_segment(segment_id: int, form: BulkDeleteForm) -> dict[str, Any]:
    """The body that deletes every target of a segment (data-side: D-c4, trap 8).

    8.1.0 prints it without a value, which could be read as every target, so it always has one.

    :param form: ``flat``: the id itself; ``nested``: a list of the id. The samples show both.
    :raises ValueError: no segment id.
    """
    if not isinstance(segment_id, int) or isinstance(segment_id, bool) or segment_id < 1:
        raise ValueError("a bulk delete of a segment needs the id of the segment, a whole number above 0")
    return {"type": "segment", "value": segment_id if _is_flat(form) else [segment_id]}


def _is_flat(form: BulkDeleteForm) -> bool:
    if form not in ("flat", "nested"):
        raise ValueError("the form of a bulk delete is 'flat' or 'nested'")
    return form == "flat"


def is_bulk_delete(body: Any) -> bool:
    """Whether a body of ``DELETE /targets`` is one of those above, in either form."""
    if not isinstance(body, Mapping) or set(body) != {"type", "value"}:
        return False
    forms: tuple[BulkDeleteForm, ...] = ("flat", "nested")
    return any(_is_bulk_delete(body["type"], body["value"], form) for form in forms)


def _is_bulk_delete(kind: Any, value: Any, form: BulkDeleteForm) -> bool:
    items = value if isinstance(value, list) else [value]
    flat = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in items]
    try:
        match kind:
            case "unicity":
                built = bulk_delete_by_unicity(items)
            case "id":
                built = bulk_delete_by_id(flat, form)
            case "segment" if len(flat) == 1:
                built = bulk_delete_of_segment(flat[0], form)
            case _:
                return False
    except (ValueError, TypeError):
        return False
    same: bool = built["value"] == value
    return same


def _unicity(values: Sequence[str]) -> list[str]:
    if isinstance(values, str):
        raise ValueError("a unicity is a sequence of values, one per unicity field, not a text")
    if not values or not all(isinstance(value, str) and value.strip() for value in values):
        raise ValueError("a unicity needs a value for every unicity field")
    return list(values)


def unicity_query(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """``unicity`` in a query, repeated per unicity field (data-side: D-c2, trap 7).

    :raises ValueError: no value, or an empty one: ``GET /targets`` without one lists all targets.
    """
    return tuple(("unicity", value) for value in _unicity(values))


def joined_unicity(values: Sequence[str], separator: str = "") -> str:
    """The unicity of one target as the one text that segment members take (data-side: D-s3).

    The separator between several unicity fields is documented nowhere (data-side: open question 16).

    :raises ValueError: no value, or an empty one.
    """
    return separator.join(_unicity(values))


def reference_query(**references: str | None) -> tuple[tuple[str, str], ...]:
    """Exactly one of ``id``, ``unicity`` and ``hash`` in a query (data-side: D-p4, D-e6).

    Here a unicity is one text, unlike in :func:`unicity_query`.

    :raises ValueError: none, several, or an empty one: without one, a DELETE could mean everybody's.
    """
    given = [(name, value) for name, value in references.items() if value is not None]
    if len(given) != 1 or not given[0][1].strip():
        raise ValueError(f"give exactly one of {', '.join(references)}, and not an empty text")
    return tuple(given)


def field_filter(field_ids: Sequence[int]) -> bytes:
    """The body that restricts the fields of ``GET /targets/{id}``: ids, "comma separated" (data-side: D-c1)."""
    return ",".join(str(int(one)) for one in field_ids).encode()


def is_reserved_target_id(target_id: str) -> bool:
    """Whether a target id would make the path of another operation."""
    return target_id.strip().lower() in _NO_TARGET_IDS
