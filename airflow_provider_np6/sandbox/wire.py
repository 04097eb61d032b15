"""What a route sees of HTTP: one call in, one answer out. The server alone knows the HTTP library."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from airflow_provider_np6.sandbox.service import Service

JSON_TYPE = "application/json"
IMPORT_TYPE = "application/vnd.mperf.v8.import.v1+json"
EXPERIMENTAL_TYPE = "application/vnd.np6.experimental+json"


@dataclass
class Answer:
    """A response. `stream` replaces `body` for answers that are made while they are sent."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None

    @classmethod
    def json(cls, value: object, media_type: str = JSON_TYPE) -> Answer:
        """200 with a JSON body. No charset parameter: RFC 8259 gives JSON none."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(200, body, {"Content-Type": media_type})

    @classmethod
    def text(cls, status: int, text: str) -> Answer:
        """A text body, for 400."""
        return cls(status, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})


class RefusalError(Exception):
    """Ends a call with a status; the body is empty unless a text is given (live audit: 400 carries text)."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text

    def answer(self) -> Answer:
        """The refusal as a response."""
        return Answer.text(self.status, self.text) if self.text else Answer(self.status)


def _legacy(**members: Any) -> Callable[[str], Answer]:
    """The shapes an old client could read (LegacyError); `None` stands for the text."""

    def shown(value: Any, text: str) -> Any:
        if isinstance(value, list):
            return [{"value": text}]
        return text if value is None else value

    def answer(text: str) -> Answer:
        body = {name: shown(value, text) for name, value in members.items()}
        return Answer(400, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": JSON_TYPE})

    return answer


# `--assume error-body=...`: no document shows the body of a 400 (data-side question 1).
ERROR_BODIES: Mapping[str, Callable[[str], Answer]] = {
    "text": lambda text: Answer.text(400, text),
    "empty": lambda text: Answer(400),
    "message": _legacy(Message=None),
    "exception": _legacy(ExceptionMessage=None),
    "error-data": _legacy(errorType="BadRequest", errorData=[]),
}


@dataclass
class Call:
    """One request, as its route sees it.

    :param path: normalised path; `parameters` are the texts that stood in its `{...}`.
    :param query: name -> values in their order.
    :param headers: names in lower case.
    :param body: the bytes of a body that is not an upload; `media` is its type, in lower case.
    :param chunks: the body of an upload, as it arrives (multipart already opened).
    """

    service: Service
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""
    media: str = ""
    chunks: AsyncIterator[bytes] | None = None
    upload_name: str | None = None

    def number(self, name: str = "id") -> int:
        """A path parameter that is an int32; anything else is a URL that does not exist."""
        text = self.parameters[name]
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            raise RefusalError(404)
        return int(text)

    def one(self, name: str) -> str | None:
        """The only value of a query parameter, or None."""
        values = self.query.get(name, [])
        if len(values) > 1:
            raise RefusalError(400, f"{name} is given twice")
        return values[0] if values else None

    def json(self) -> Any:
        """The JSON body, None when there is none; refuses with 400 what is not JSON."""
        if not self.body.strip():
            return None
        try:
            value = json.loads(self.body, parse_constant=_no_constant)
            if b"\\ud" in self.body.lower():
                # Half of a surrogate pair cannot be written down again.
                json.dumps(value, ensure_ascii=False).encode()
            return value
        except (ValueError, RecursionError):
            raise RefusalError(400, "your json is probably wrong") from None

    def document(self) -> Any:
        """The JSON body; refuses with 400 when there is none."""
        if not self.body.strip():
            raise RefusalError(400, "a body is expected")
        return self.json()

    def uuid(self, name: str = "id") -> str:
        """A path parameter that is a uuid, in its usual spelling; anything else is a URL that does not exist."""
        try:
            return str(UUID(self.parameters[name]))
        except ValueError:
            raise RefusalError(404) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


Handler = Callable[[Call], Awaitable[Answer]]
