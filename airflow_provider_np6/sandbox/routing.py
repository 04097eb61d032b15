"""From method and path to a route. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from airflow_provider_np6.sandbox.wire import Handler

_RIGHTS = {"GET": "read", "DELETE": "delete"}


class Body(Enum):
    """What a route takes; a body of another type is answered with 415."""

    NONE = "none"  # whatever comes is not looked at
    OPTIONAL = "optional"  # JSON, if any
    JSON = "json"  # JSON
    UPLOAD = "upload"  # a file, raw or multipart
    EITHER = "either"  # JSON, a file, or nothing


@dataclass(frozen=True)
class Route:
    """One operation. Segments like `{id}` match one segment of a path."""

    method: str
    template: str
    handler: Handler
    body: Body = Body.NONE
    # Media types that the body must have one of; none given means JSON.
    media: tuple[str, ...] = ()
    # What the key must allow; by default it follows from the method.
    needs: str = ""
    # Local routes (page, control) are not NP6's: no fault, rate limit or recording touches them.
    local: bool = False

    @property
    def right(self) -> str:
        """The right that a key needs: `read`, `write`, `delete` or `send`."""
        return self.needs or _RIGHTS.get(self.method, "write")

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the template."""
        return tuple(part for part in self.template.split("/") if part)


@dataclass(frozen=True)
class Found:
    """The route of a request, or the methods its path knows when the method is another one."""

    route: Route | None
    parameters: Mapping[str, str]
    allowed: tuple[str, ...] = ()


def normalise(path: str) -> str:
    """One spelling per path: double and trailing slashes go, and `/V1` before segments (legacy, path habits)."""
    plain = "/" + "/".join(part for part in path.split("/") if part)
    return re.sub(r"^/v1(?=/segments(/|$))", "", plain, flags=re.IGNORECASE)


class Router:
    """Finds routes; a literal segment wins over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_length: dict[int, list[Route]] = {}
        for route in sorted(routes, key=lambda route: route.template.count("{")):
            self._by_length.setdefault(len(route.segments), []).append(route)

    def find(self, method: str, path: str) -> Found:
        """The route for a method and a normalised path."""
        parts = [part for part in path.split("/") if part]
        allowed: list[str] = []
        for route in self._by_length.get(len(parts), []):
            parameters = _match(route.segments, parts)
            if parameters is None:
                continue
            if route.method == method:
                return Found(route, parameters)
            allowed.append(route.method)
        return Found(None, {}, tuple(dict.fromkeys(allowed)))


def _match(segments: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for segment, part in zip(segments, parts, strict=True):
        if segment.startswith("{"):
            parameters[segment[1:-1]] = part
        elif segment.lower() != part.lower():
            return None
    return parameters
