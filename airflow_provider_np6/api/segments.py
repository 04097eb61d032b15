"""Segments and their members (data-side: Segment)."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow_provider_np6.api.call import Answer, Call, call, nothing
from airflow_provider_np6.models.reading import as_list, as_text
from airflow_provider_np6.models.segments import Segment


def list_segments() -> Call[list[Segment]]:
    """``GET /segments``: all segments; the documented list has no descriptions (data-side: D-s1)."""
    return call("GET", "/segments", _read_all)


def create_segment(name: str, description: str, expiration: datetime, is_test: bool = False) -> Call[Segment]:
    """``POST /segments``: a new static segment. NP6ConflictError when the name is taken (data-side: D-s1,
    L-segments).

    :param expiration: when NP6 lets it expire; a time without a zone counts as UTC.
    """
    moment = expiration.replace(tzinfo=UTC) if expiration.tzinfo is None else expiration.astimezone(UTC)
    body = {
        "type": "static",
        "name": name,
        "description": description,
        "expiration": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "isTest": is_test,
    }
    return call("POST", "/segments", _read, json_body=body)


def get_segment(segment_id: int) -> Call[Segment]:
    """``GET /segments/{id}``: one segment, NP6NotFoundError when there is none (data-side: L-segments)."""
    return call("GET", "/segments/{id}", _read, ids={"id": segment_id})


def list_members(segment_id: int) -> Call[list[str]]:
    """``GET /segments/{id}/targets``: ids of the members, unpaged (data-side: D-s3).

    One public plug-in says that NP6 only returns the first 30 (legacy: Segments).
    """
    return call("GET", "/segments/{id}/targets", _read_members, ids={"id": segment_id})


def empty_segment(segment_id: int) -> Call[None]:
    """``DELETE /segments/{id}/targets``: take all members out; the targets stay (data-side: D-s4)."""
    return call("DELETE", "/segments/{id}/targets", nothing, ids={"id": segment_id})


def delete_segment(segment_id: int) -> Call[bool]:
    """``DELETE /segments/{id}``: True when deleted, False when there was none; the targets stay (data-side:
    D-s1).

    NP6ConflictError when an action uses it (status inferred).
    """
    return call("DELETE", "/segments/{id}", _was_there, ids={"id": segment_id}, accepted=frozenset({404}))


def _read(answer: Answer) -> Segment:
    return Segment.from_json(answer.json())


def _read_all(answer: Answer) -> list[Segment]:
    return [Segment.from_json(item) for item in as_list(answer.json(), "the segments")]


def _read_members(answer: Answer) -> list[str]:
    return [as_text(item) for item in as_list(answer.json(), "the members of a segment")]


def _was_there(answer: Answer) -> bool:
    return answer.status != 404
