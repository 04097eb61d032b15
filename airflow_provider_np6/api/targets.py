"""Targets: read, write, delete, count (data-side: Contact).

Writes are flat objects keyed by field name or field id (``ApiSettings.write_keys`` says which; ``write_body``
turns one into the other); reads are nested and keyed by id (data-side: trap 1). No call here puts a written
value into a URL; only :func:`find_target` and :func:`find_target_by_hash` have one in their query, because NP6 offers
no other way. The red list, bounces, events, segments and subscriptions of a target have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.api.reading import ABSENT, is_absent, was_there
from airflow_provider_np6.api.settings import BulkDeleteForm, WriteKeys
from airflow_provider_np6.models.fields import Field
from airflow_provider_np6.models.reading import JsonValue, as_id, as_list, as_object
from airflow_provider_np6.models.targets import DeletedTarget, Target

# A bulk delete says nothing on how long it takes; the connection's timeout is meant for small answers.
_BULK_PATIENCE = 120.0

# What to set where NP6's documents leave a doubt (data-side: open questions 4, 6, 11).
_OTHER_KEYS = "If every target is refused so, set the extra 'write_keys' to the other of 'name' and 'id'."
_NO_UPSERT = "If this NP6 creates no target by PUT /targets, use create_target, or Delivery(by='import') in a sync."
_OTHER_FORM = (
    400,
    "If every such delete is refused so, set the extra 'bulk_delete_form' to the other of 'flat' and 'nested'.",
)


def get_target(target_id: str, field_ids: Sequence[int] = ()) -> Call[Target | None]:
    """``GET /targets/{id}``: one target, None when there is none (data-side: D-c1, "experimental").

    :param field_ids: read these fields only. That sends a body with a GET, in an encoding that the page describes
        ("comma separated") and types (an object) otherwise; nobody was seen using it (data-side: trap 2). Empty: all
        fields, and no body.
    """
    facts: dict[str, Any] = {}
    if field_ids:
        facts = {"body": wire.field_filter(field_ids), "content_type": wire.FIELD_FILTER}
    return call("GET", "/targets/{id}", _read_or_none, ids={"id": target_id}, accepted=ABSENT, **facts)


def find_target(unicity: Sequence[str], field_ids: Sequence[int] = ()) -> Call[Target | None]:
    """``GET /targets?unicity=``: the target with these unicity values, None when there is none (data-side:
    D-c2).

    :param unicity: one value per unicity field of the account; the query repeats the parameter. Their order
        is documented nowhere (data-side: open question 7).
    :param field_ids: read these fields only, as an array of texts in the body of the GET: what the page shows without
        a word on its meaning (data-side: trap 2). Empty: all fields, and no body.
    :raises ValueError: no value, or an empty one.
    """
    return _find(wire.unicity_query(unicity), field_ids, list(unicity))


def find_target_by_hash(value: str, field_ids: Sequence[int] = ()) -> Call[Target | None]:
    """``GET /targets?hash=``: the target with this hash, None when there is none (data-side: D-c2).

    :param value: 32 hexadecimal digits, the MD5 of the unicity where there is one unicity field (data-side: addenda).
    :param field_ids: as for :func:`find_target`.
    :raises ValueError: an empty value.
    """
    return _find(wire.reference_query(hash=value), field_ids, value)


def _find(
    query: tuple[tuple[str, str], ...], field_ids: Sequence[int], personal: str | list[str]
) -> Call[Target | None]:
    fields = [str(one) for one in field_ids] or None
    return call("GET", "/targets", _read_or_none, query=query, json_body=fields, accepted=ABSENT, personal=personal)


def create_target(values: Mapping[str, wire.FieldValue]) -> Call[Target]:
    """``POST /targets``: a new target. NP6ConflictError when its unicity exists (data-side: O-adr, O-guide).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.
    """
    return _write("POST", "/targets", values, read=_read_created)


def update_target(target_id: str, values: Mapping[str, wire.FieldValue]) -> Call[Target]:
    """``PUT /targets/{id}``: change a target. NP6NotFoundError, NP6ConflictError when the new unicity is
    taken.

    Whether fields that are left out keep their value is documented nowhere (data-side: open question 5).
    """
    return _write("PUT", "/targets/{id}", values, ids={"id": target_id})


def upsert_target(values: Mapping[str, wire.FieldValue]) -> Call[Target]:
    """``PUT /targets``: change the target with the unicity in ``values``, or create it (data-side: D-c3,
    L-targets).

    Sent without the ``?unicity=`` of the older documents, so that no personal data stands in a URL; two
    public plug-ins use this form.
    """
    return _write("PUT", "/targets", values, (404, _NO_UPSERT))


def delete_target(target_id: str) -> Call[bool]:
    """``DELETE /targets/{id}``: True when deleted, False when there was none (data-side: D-c2).

    There was none also counts as deleted when an earlier attempt of the same call lost its answer.

    :raises ValueError: an empty id, or a word that would make the path of another operation.
    """
    if wire.is_reserved_target_id(target_id):
        raise ValueError("this is no target id: it would make the path of another operation")
    return call("DELETE", "/targets/{id}", was_there, ids={"id": target_id}, accepted=ABSENT)


def delete_targets_by_unicity(unicities: Sequence[Sequence[str]]) -> Call[list[DeletedTarget] | None]:
    """``DELETE /targets`` with a list of unicities: delete many at once (data-side: D-c4; shape from
    L-targets).

    The result is what NP6 says it deleted; ``[]`` when it found none (404), and None when it does not tell
    (204, the only answer that 8.1.0 shows; or 404 after an attempt whose answer was lost). The largest number per call
    is documented nowhere.

    :raises ValueError: no unicity, or an incomplete one. A DELETE without a body cannot be built here.
    """
    return _delete_many(wire.bulk_delete_by_unicity(unicities), unicities)


def delete_targets_by_id(target_ids: Sequence[str], form: BulkDeleteForm) -> Call[list[DeletedTarget] | None]:
    """``DELETE /targets`` with a list of ids (data-side: L-targets; older documents only, which contradict themselves).

    :param form: ``flat``: a list of ids; ``nested``: a list of lists of one id (data-side: trap 8). The connection
        says which: ``settings.bulk_delete_form``.
    :raises ValueError: no id, or an empty one. The result is that of :func:`delete_targets_by_unicity`.
    """
    return _delete_many(wire.bulk_delete_by_id(target_ids, form), (), _OTHER_FORM)


def delete_targets_of_segment(segment_id: int, form: BulkDeleteForm) -> Call[list[DeletedTarget] | None]:
    """``DELETE /targets`` with a segment: delete EVERY target in it (data-side: D-c4; ``value`` from L-targets).

    Whether the segment itself survives, whether it may be dynamic, and when its members are counted is documented
    nowhere (data-side: open questions 12, 13).

    :param form: ``flat``: the id; ``nested``: a list of the id (data-side: trap 8). The connection says which:
        ``settings.bulk_delete_form``.
    :raises ValueError: no segment id: without one, the body could be read as every target. The result is that of
        :func:`delete_targets_by_unicity`.
    """
    return _delete_many(wire.bulk_delete_of_segment(segment_id, form), (), _OTHER_FORM)


def _delete_many(body: dict[str, Any], personal: Any, *hints: tuple[int, str]) -> Call[list[DeletedTarget] | None]:
    return call(
        "DELETE",
        "/targets",
        _read_deleted,
        json_body=body,
        personal=personal,
        accept=wire.BULK_DELETE_JSON,
        accepted=ABSENT,
        patience=_BULK_PATIENCE,
        hints=hints,
    )


def count_targets() -> Call[int]:
    """``GET /targets/count``: the number of targets in the account (data-side: D-c4)."""
    return call("GET", "/targets/count", _read_count)


def write_body(values: Mapping[str, wire.FieldValue], fields: Iterable[Field], keys: WriteKeys) -> dict[str, JsonValue]:
    """``values`` under field names or field ids → the flat body with the keys that the connection asks for.

    A key that is the name of a field counts as that name, else one that is an id as that id.

    :raises ValueError: a key is neither a name nor an id of the account's fields, or two keys mean one field.
    """
    known = list(fields)
    by_name = {field.name: field for field in known}
    by_id = {str(field.id): field for field in known}
    body: dict[str, JsonValue] = {}
    for key, value in values.items():
        # DAG authors write ids as numbers.
        field = by_name.get(key) or by_id.get(str(key))
        if field is None:
            raise ValueError(f"the account has no field '{key}'; its fields are: {', '.join(sorted(by_name))}")
        written = field.name if keys == "name" else str(field.id)
        if written in body:
            raise ValueError(f"field '{field.name}' ({field.id}) is given twice")
        body[written] = wire.field_value(value)
    return body


def _write(
    method: str,
    template: str,
    values: Mapping[str, wire.FieldValue],
    *hints: tuple[int, str],
    read: Callable[[Answer], Target] | None = None,
    **facts: Any,
) -> Call[Target]:
    if not values:
        raise ValueError("a target needs at least one value")
    body = {key: wire.field_value(value) for key, value in values.items()}
    facts |= {"json_body": body, "personal": body, "hints": ((400, _OTHER_KEYS), *hints)}
    return call(method, template, read or _read, **facts)


def _read(answer: Answer) -> Target:
    return Target.from_json(answer.json())


def _read_created(answer: Answer) -> Target:
    target = _read(answer)
    if not target.id:
        raise ValueError("a created target without an id")
    return target


def _read_or_none(answer: Answer) -> Target | None:
    return None if is_absent(answer) else _read(answer)


def _read_deleted(answer: Answer) -> list[DeletedTarget] | None:
    if is_absent(answer):
        return None if answer.after_loss else []
    content = answer.json()
    if content is None:
        return None
    return [DeletedTarget.from_json(item) for item in as_list(content, "the deleted targets")]


def _read_count(answer: Answer) -> int:
    return as_id(as_object(answer.json(), "the count").get("targetsCount"), "targetsCount")
