"""The latest API requests, kept in memory for tests and for the page. Keys are never kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_BODY = 64 * 1024
_MOST_REQUESTS = 100_000
_MOST_BODY_BYTES = 64 * 1024 * 1024


@dataclass
class Seen:
    """One request; the query as it stood on the wire.

    `status` is None until it is answered and stays so when the connection is dropped.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    body: str | None = None
    bytes: int = 0
    status: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The request as `GET /sandbox/requests` shows it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": dict(self.headers),
            "body": self.body,
            "bytes": self.bytes,
            "status": self.status,
        }


@dataclass
class Recorder:
    """Bounded by number of requests and by bytes of bodies; the oldest go first."""

    seen: deque[Seen] = field(default_factory=deque)
    _body_bytes: int = 0

    def add(self, entry: Seen) -> None:
        """Keep a request."""
        self.seen.append(entry)
        self._body_bytes += len(entry.body or "")
        while len(self.seen) > _MOST_REQUESTS or self._body_bytes > _MOST_BODY_BYTES:
            self._body_bytes -= len(self.seen.popleft().body or "")

    def clear(self) -> None:
        """Forget all requests."""
        self.seen.clear()
        self._body_bytes = 0
