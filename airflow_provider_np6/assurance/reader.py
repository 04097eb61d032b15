"""Looks at an account, and does nothing else: whatever it sends is a GET."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from airflow_provider_np6.api.any_call import Query, any_call
from airflow_provider_np6.api.call import Answer, Call

__all__ = ["Look", "Reader"]

T = TypeVar("T")

# What says something about NP6. 401 is about the key and ends it all; 429 is waited for.
_ANSWERS = frozenset(range(400, 500)) - {401, 429}


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """What one call brought: the raw answer, and what the client makes of it."""

    answer: Answer
    _call: Call[T]

    @property
    def status(self) -> int:
        """The status."""
        return self.answer.status

    @property
    def media_type(self) -> str:
        """The media type of the body, empty when NP6 names none."""
        return self.answer.headers.get("content-type", "").partition(";")[0]

    def value(self) -> T:
        """What the client reads in it.

        :raises ValueError: the client cannot read it.
        """
        return self._call.read(self.answer)


class Reader:
    """Sends GETs and remembers the headers of the answers, and what the key may not read (as templates of paths).

    :param send: of a client.
    """

    def __init__(self, send: Callable[[Call[Any]], Any]) -> None:
        self._send = send
        self.headers: list[Mapping[str, str]] = []
        self.forbidden: list[str] = []

    def look(self, call: Call[T]) -> Look[T]:
        """Send a call that only reads.

        :raises ValueError: it does more than read.
        :raises NP6Error: no answer, or a wrong key.
        """
        if call.method != "GET":
            raise ValueError("a check reads and does nothing else")
        raw = dataclasses.replace(cast("Call[Any]", call), read=_itself, accepted=_ANSWERS)
        answer: Answer = self._send(raw)
        self.headers.append(answer.headers)
        if answer.status == 403:
            self.forbidden.append(call.template)
        return Look(answer, call)

    def look_at(self, path: str, query: Query | None = None) -> Look[Answer]:
        """Read any path."""
        return self.look(any_call("GET", path, query=query))


def _itself(answer: Answer) -> Answer:
    return answer
