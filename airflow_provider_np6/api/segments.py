"""Segments and their members (data-side: Segment)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, call, nothing
from airflow_provider_np6.api.reading import ABSENT, list_of, one, was_there
from airflow_provider_np6.models.reading import as_id, as_list, as_text
from airflow_provider_np6.models.segments import Segment


def list_segments() -> Call[list[Segment]]:
    """``GET /segments``: all segments; the documented list has no descriptions (data-side: D-s1)."""
    return call("GET", "/segments", list_of(Segment.from_json, "the segments"))


def create_segment(
    name: str, description: str, expiration: datetime | None = None, is_test: bool = False
) -> Call[Segment]:
    """``POST /segments``: a new static segment. NP6ConflictError when the name is taken (data-side: D-s1,
    L-segments).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :param expiration: when NP6 lets it expire; a time without a zone counts as UTC. None leaves it to NP6: one year in
        the documented example.
    :param is_test: whether the test phase of actions may use it.
    """
    return _create("static", name, description, expiration, {"isTest": is_test})


def create_dynamic_segment(
    name: str,
    description: str,
    expiration: datetime | None = None,
    *,
    parent_id: int | None = None,
    search_id: int | None = None,
) -> Call[Segment]:
    """``POST /segments``: a new dynamic segment (data-side: D-s1; only the type is documented).

    No document shows how to say who belongs to it: ``parent_id`` and ``search_id`` are members of what NP6 answers.
    """
    given = {"parentId": parent_id, "searchId": search_id}
    members = {key: value for key, value in given.items() if value is not None}
    return _create("dynamic", name, description, expiration, members)


def _create(
    kind: str, name: str, description: str, expiration: datetime | None, members: Mapping[str, Any]
) -> Call[Segment]:
    body = {"type": kind, "name": name, "description": description, **_expiration(expiration), **members}
    return call("POST", "/segments", one(Segment.from_json), json_body=body)


def get_segment(segment_id: int) -> Call[Segment]:
    """``GET /segments/{id}``: one segment, NP6NotFoundError when there is none (data-side: L-segments)."""
    return call("GET", "/segments/{id}", one(Segment.from_json), ids={"id": segment_id})


def update_segment(segment: Segment) -> Call[Segment]:
    """``PUT /segments/{id}``: name, description and expiration as given (data-side: D-s2, deprecated; its example sends
    just these). NP6NotFoundError; NP6ConflictError when the name is taken.
    """
    body = {"type": segment.type, "id": segment.id, "name": segment.name, "description": segment.description}
    body |= _expiration(segment.expiration) | {"isTest": segment.is_test}
    return call("PUT", "/segments/{id}", one(Segment.from_json), ids={"id": segment.id}, json_body=body)


def delete_segment(segment_id: int) -> Call[bool]:
    """``DELETE /segments/{id}``: True when deleted, False when there was none; the targets stay (data-side:
    D-s1).

    NP6ConflictError when an action uses it (status inferred).
    """
    return call("DELETE", "/segments/{id}", was_there, ids={"id": segment_id}, accepted=ABSENT)


def list_members(segment_id: int) -> Call[list[str]]:
    """``GET /segments/{id}/targets``: ids of the members, unpaged (data-side: D-s3, deprecated).

    One public plug-in says that NP6 only returns the first 30 (legacy: Segments).
    """
    return call("GET", "/segments/{id}/targets", _read_members, ids={"id": segment_id})


def add_members(segment_id: int, target_ids: Sequence[str]) -> Call[int]:
    """``PUT /segments/{id}/targets``: add targets to a static segment, by id; the number that NP6 added (data-side:
    D-s3, deprecated). It adds and never replaces (trap 11), so it may be repeated.

    :param target_ids: 1 to 50; :func:`in_calls` cuts more into several calls.
    :raises ValueError: none, more than 50, or an empty one.
    """
    return _add(segment_id, target_ids)


def add_members_by_unicity(segment_id: int, unicities: Sequence[Sequence[str]], separator: str = "") -> Call[int]:
    """``PUT /segments/{id}/targets``: the same by unicity, which the Accept header says (data-side: D-s3,
    deprecated, and L-segments; 8.1.0 takes both without saying how it tells them apart).

    :param unicities: 1 to 50, each one value per unicity field.
    :param separator: what joins several values of one target into the one text that NP6 takes; documented nowhere
        (data-side: open question 16).
    :raises ValueError: none, more than 50, or an incomplete one.
    """
    joined = [wire.joined_unicity(unicity, separator) for unicity in unicities]
    return _add(segment_id, joined, accept=wire.UNICITY, personal=[joined, unicities])


def _add(segment_id: int, members: Sequence[str], **facts: Any) -> Call[int]:
    if isinstance(members, str) or not 0 < len(members) <= wire.MEMBERS_PER_CALL:
        raise ValueError(f"NP6 takes 1 to {wire.MEMBERS_PER_CALL} members per call: use segments.in_calls for more")
    if not all(member.strip() for member in members):
        raise ValueError("a member is empty")
    body = list(members)
    return call("PUT", "/segments/{id}/targets", _read_number, ids={"id": segment_id}, json_body=body, **facts)


def in_calls(segment_id: int, target_ids: Iterable[str]) -> Iterator[Call[int]]:
    """As many calls of :func:`add_members` as any number of targets needs."""
    waiting = iter(target_ids)
    while part := list(islice(waiting, wire.MEMBERS_PER_CALL)):
        yield add_members(segment_id, part)


def empty_segment(segment_id: int) -> Call[None]:
    """``DELETE /segments/{id}/targets``: take all members out; the targets stay (data-side: D-s4, deprecated)."""
    return call("DELETE", "/segments/{id}/targets", nothing, ids={"id": segment_id})


def list_segments_of_target(target_id: str) -> Call[Any]:
    """``GET /targets/{id}/segments``: the segments of a target (data-side: L-cookbook, which names it and no more).

    The answer is JSON of an unknown shape. NP6NotFoundError when there is no such target.
    """
    return call("GET", "/targets/{id}/segments", Answer.json, ids={"id": target_id})


def add_target(segment_id: int, target_id: str) -> Call[None]:
    """``POST /targets/{id}/segments/{segmentId}``: add one target to a static segment (data-side: L-targets; older
    documents only). NP6NotFoundError; NP6ConflictError when it is a member already.
    """
    ids: dict[str, str | int] = {"id": target_id, "segmentId": segment_id}
    return call("POST", "/targets/{id}/segments/{segmentId}", nothing, ids=ids)


def remove_target(segment_id: int, target_id: str) -> Call[None]:
    """``DELETE /targets/{id}/segments/{segmentId}``: take one target out of a static segment; it is not deleted
    (data-side: L-targets; older documents only). NP6NotFoundError; NP6ConflictError when the segment is dynamic.
    """
    ids: dict[str, str | int] = {"id": target_id, "segmentId": segment_id}
    return call("DELETE", "/targets/{id}/segments/{segmentId}", nothing, ids=ids)


def _expiration(moment: datetime | None) -> dict[str, str]:
    return {} if moment is None else {"expiration": wire.instant(moment.replace(microsecond=0))}


def _read_members(answer: Answer) -> list[str]:
    return [as_text(item) for item in as_list(answer.json(), "the members of a segment")]


def _read_number(answer: Answer) -> int:
    return as_id(answer.json(), "the number of added members")
