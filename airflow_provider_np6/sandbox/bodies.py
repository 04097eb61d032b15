"""Request bodies that carry targets: the flat write body and the bulk deletion. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6.sandbox.account import Account, Field
from airflow_provider_np6.sandbox.values import BadValueError, FieldReader, Stored

# Quoted by the live audit of 2026-05 (O-guide) for a body without a recognised unicity.
NO_UNICITY = "target cannot be identified - unicity is null"


class BadBodyError(ValueError):
    """A body NP6 answers with 400; the text is what it says."""


def read_target(
    account: Account, readers: Mapping[int, FieldReader], body: object, write_keys: str, known: bool
) -> dict[int, Stored]:
    """The values of a flat body by field id.

    :param write_keys: `name`, `id` or `both`: which keys are recognised (trap 1).
    :param known: the target is identified otherwise, so the body need not hold its unicity.
    :raises BadBodyError: not an object, no unicity, an unknown field, or a value its field refuses.
    """
    if not isinstance(body, dict):
        raise BadBodyError("the body must be an object")
    fields = {key: _field(account, key, write_keys) for key in body}
    if not known:
        _require_unicity(account, fields, body)
    for key, field in fields.items():
        if field is None:
            raise BadBodyError(f"unknown field: {key[:80]}")
    return _values(readers, fields, body)


def _field(account: Account, key: str, write_keys: str) -> Field | None:
    if write_keys in ("name", "both") and key in account.by_name:
        return account.by_name[key]
    if write_keys in ("id", "both") and key.isascii() and key.isdigit():
        return account.by_id.get(int(key))
    return None


def _require_unicity(account: Account, fields: Mapping[str, Field | None], body: Mapping[str, object]) -> None:
    given = {field.id for key, field in fields.items() if field and body[key] not in (None, "")}
    if not all(field.id in given for field in account.unicity):
        raise BadBodyError(NO_UNICITY)


def _values(
    readers: Mapping[int, FieldReader], fields: Mapping[str, Field | None], body: Mapping[str, object]
) -> dict[int, Stored]:
    values: dict[int, Stored] = {}
    for key, field in fields.items():
        if field is None:
            continue
        if field.id in values:
            raise BadBodyError(f"{field.name} is given twice")
        try:
            values[field.id] = readers[field.id].from_json(body[key])
        except BadValueError as error:
            raise BadBodyError(str(error)) from None
    return values


def require_mandatory(account: Account, values: Mapping[int, Stored]) -> None:
    """Raise BadBodyError when a mandatory field has no value."""
    for field in account.mandatory:
        if values.get(field.id) is None:
            raise BadBodyError(f"{field.name} is mandatory")


@dataclass(frozen=True)
class BulkDeletion:
    """What `DELETE /targets` is to delete; exactly one of the three is not empty."""

    unicities: tuple[tuple[str, ...], ...] = ()
    ids: tuple[str, ...] = ()
    segments: tuple[int, ...] = ()


def read_deletion(body: object, unicity_fields: int, form: str) -> BulkDeletion:
    """Read a body discriminated by `type` (D-c4; shapes of `value` from L-targets, which contradicts itself).

    :param form: of ids and segments (trap 8): `flat` (`["A"]`, `7`), `nested` (`[["A"]]`, `[7]`) or `both`.
        Unicities have one form alone.
    :raises BadBodyError: anything that is not recognised, also an empty list: never "all targets".
    """
    kind = body.get("type") if isinstance(body, dict) else None
    value = body.get("value") if isinstance(body, dict) else None
    if kind == "unicity":
        return BulkDeletion(unicities=_unicities(value, unicity_fields))
    if kind == "id":
        return BulkDeletion(ids=_ids(value, form))
    if kind == "segment":
        return BulkDeletion(segments=_segments(value, form))
    raise BadBodyError("the deletion has no recognised type")


def _items(value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadBodyError("the deletion has no value")
    return value


def _unicities(value: object, size: int) -> tuple[tuple[str, ...], ...]:
    for item in _items(value):
        if not _are_texts(item) or len(item) != size:
            raise BadBodyError(f"each unicity must be a list of {size} text(s)")
    return tuple(tuple(item) for item in _items(value))


def _are_texts(item: object) -> bool:
    return isinstance(item, list) and all(isinstance(text, str) for text in item)


def _ids(value: object, form: str) -> tuple[str, ...]:
    return tuple(_id(item, form) for item in _items(value))


def _id(item: object, form: str) -> str:
    if isinstance(item, list) and len(item) == 1 and form != "flat":
        item = item[0]
    elif form == "nested":
        raise BadBodyError("each id must be a list of one text")
    if not isinstance(item, str):
        raise BadBodyError("each id must be a text")
    return item


def _segments(value: object, form: str) -> tuple[int, ...]:
    if form != "both" and isinstance(value, list) != (form == "nested"):
        raise BadBodyError("the segment must be a number" if form == "flat" else "the segments must be a list")
    values: Sequence[object] = _items(value) if isinstance(value, list) else [value]
    return tuple(_segment(item) for item in values)


def _segment(item: object) -> int:
    text = str(item)
    if isinstance(item, bool) or not text.isascii() or not text.isdigit() or len(text) > 10:
        raise BadBodyError("each segment must be a number")
    return int(text)


def read_identifiers(body: object, most: int, over: str) -> list[str]:
    """The body of `PUT /segments/{id}/targets`: at most 50 texts (D-s3).

    :param over: what becomes of more (question 16): `reject` them all, or `truncate` the list.
    :raises BadBodyError: no list of texts, or too many.
    """
    if not isinstance(body, list) or not _are_texts(body):
        raise BadBodyError("the body must be a list of texts")
    if len(body) > most and over == "reject":
        raise BadBodyError(f"at most {most} targets can be added at once")
    return body[:most]


def field_filter(account: Account, body: object) -> Iterable[Field]:
    """Fields to show, from the body that both reads of a target document (trap 2).

    A list of field ids, or a text with commas between them; anything else shows all fields.
    """
    items = body.split(",") if isinstance(body, str) else body
    if not isinstance(items, list) or not items:
        return account.fields
    wanted = {str(item).strip() for item in items}
    return [field for field in account.fields if str(field.id) in wanted]
