"""One call to NP6, described once and sent by either driver.

A ``Call`` is plain data: what goes on the wire, what the answer means, and whether the call may be repeated.
The noun modules make them; ``client.py`` sends them.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from airflow_provider_np6.api import wire

__all__ = ["Answer", "Call", "FileBody", "call", "nothing"]

T = TypeVar("T")

_REPEATABLE_METHODS = frozenset({"GET", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class FileBody:
    """A request body on disk: opened anew for every attempt, streamed, its length known."""

    path: pathlib.Path = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``headers`` has lower-case names. Its repr shows no content.

    :ivar after_loss: an earlier attempt of the same call may have been carried out, without a usable answer.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    after_loss: bool = False

    def json(self) -> Any:
        """The body as JSON, whatever media type it claims (data-side: trap 15); None when it is empty.

        :raises ValueError: it is no JSON.
        """
        try:
            return json.loads(self.body) if self.body.strip() else None
        except RecursionError:
            raise json.JSONDecodeError("too deep", "", 0) from None


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One conversation with NP6.

    :ivar method: HTTP method.
    :ivar template: path with the names of its parts, ``/targets/{id}``: all that logs and errors say of it.
    :ivar read: turns an accepted answer into the result; a ValueError from it means an unreadable answer.
    :ivar path: the path as sent, percent-encoded.
    :ivar query: as sent, before encoding; may be personal data.
    :ivar body: None, bytes, or a file.
    :ivar content_type: media type of the body.
    :ivar accept: media type asked for.
    :ivar headers: further request headers.
    :ivar accepted: statuses over 299 that are an answer, not an error (404 for "no such target").
    :ivar repeatable: whether a second sending does no more than one.
    :ivar private: values that must not come back in a message, even where NP6's own text repeats them.
    :ivar patience: seconds to wait for the answer, where that is more than the connection's timeout.
    :ivar hints: status → what to do when it is one of the open questions that makes NP6 answer so, as a sentence that
        names the setting.
    """

    method: str
    template: str
    read: Callable[[Answer], T] = field(repr=False)
    path: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | FileBody | None = field(default=None, repr=False)
    content_type: str | None = None
    accept: str = wire.JSON
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    accepted: frozenset[int] = frozenset()
    repeatable: bool = False
    private: Callable[[], Iterable[str]] = field(default=tuple, repr=False)
    patience: float = 0.0
    hints: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def call(
    method: str,
    template: str,
    read: Callable[[Answer], T],
    *,
    ids: Mapping[str, str | int] | None = None,
    query: Sequence[tuple[str, str]] = (),
    json_body: Any = None,
    personal: Any = None,
    **facts: Any,
) -> Call[T]:
    """Build a call: fill the template, encode the body.

    :param ids: values for the names in the template.
    :param json_body: written as UTF-8 JSON; None sends no body. Its media type is JSON's unless ``content_type`` is
        among the facts.
    :param personal: JSON whose texts must not show in messages.
    :param facts: the remaining members of :class:`Call`.
    :raises ValueError: an id is empty: ``DELETE /targets/`` is another operation than ``DELETE
        /targets/{id}``.
    """
    path = facts.pop("path", None) or _fill(template, ids or {})
    if json_body is not None:
        facts |= {"body": wire.dumps(json_body), "content_type": facts.get("content_type") or wire.JSON}
    facts.setdefault("repeatable", method in _REPEATABLE_METHODS)
    return Call(
        method=method,
        template=template,
        read=read,
        path=path,
        query=tuple(query),
        private=lambda: _texts(personal),
        **facts,
    )


def _fill(template: str, ids: Mapping[str, str | int]) -> str:
    def value(match: re.Match[str]) -> str:
        text = str(ids[match.group(1)]).strip()
        # "." and ".." are steps in a path, not names, and no client may encode them away.
        if not text or not text.strip("."):
            raise ValueError(f"an id of {template} is empty")
        return quote(text, safe="")

    return re.sub(r"\{(\w+)\}", value, template)


def _texts(value: Any) -> Iterable[str]:
    """Every text inside a JSON value; the keys of objects are field names, not personal data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)


def nothing(_: Answer) -> None:
    """Read an answer whose content does not matter."""
