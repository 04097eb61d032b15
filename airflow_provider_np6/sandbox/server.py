"""HTTP: from a socket to a call and from an answer back to the socket. The only file that knows aiohttp."""

from __future__ import annotations

import asyncio
import hmac
import logging
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.message import Message

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.faults import SLOWING, Fault
from airflow_provider_np6.sandbox.recorder import LONGEST_BODY, Seen
from airflow_provider_np6.sandbox.routes import ROUTES
from airflow_provider_np6.sandbox.routing import Body, Found, Route, Router, normalise
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store.segments import NameTakenError
from airflow_provider_np6.sandbox.store.targets import UnicityTakenError
from airflow_provider_np6.sandbox.wire import ERROR_BODIES, Answer, Call, RefusalError

_LARGEST_JSON = 64 * 1024 * 1024
_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")
_UPLOAD_TYPES = ("application/octet-stream", "multipart/form-data")
_log = logging.getLogger("np6.sandbox")


class Server:
    """Answers requests for one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._router = Router(ROUTES)
        self._keys = [(key.value.encode(), key.rights) for key in service.options.parsed_keys]

    def application(self) -> web.Application:
        """An aiohttp application with one handler for everything; aiohttp itself answers Expect: 100-continue."""
        application = web.Application(client_max_size=_LARGEST_JSON)
        application.router.add_route("*", "/{anything:.*}", self.handle)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        path = normalise(request.path)
        found = self._router.find(request.method, path)
        if found.route is not None and found.route.local:
            return await self._send(request, await self._local(request, path, found))
        seen = self._record(request, path)
        return await self._api(request, path, found, seen)

    # --- the page and the control endpoints

    async def _local(self, request: web.Request, path: str, found: Found) -> Answer:
        async def answer() -> Answer:
            self._check_host(request)
            if not self._service.options.is_loopback:
                self._check_key(request)
            await self._service.timeline.settle()
            return await self._call(request, path, found, None)

        return await self._refusals_answered(answer, found)

    # --- NP6's own API

    async def _api(self, request: web.Request, path: str, found: Found, seen: Seen) -> web.StreamResponse:
        faults = self._service.faults.strike(request.method, path)
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.parameters["seconds"])
        pace = next((fault.parameters["bytes_per_second"] for fault in faults if fault.kind == "slow-upload"), None)
        fault_or_none = next((fault for fault in faults if fault.kind not in SLOWING), None)
        kind = fault_or_none.kind if fault_or_none else ""
        if kind == "reset-before":
            return _dropped(request)
        if fault_or_none is not None and kind == "status":
            answer = await _asked_for(request, fault_or_none, seen)
        else:
            answer = await self._answer(request, path, found, seen, pace)
        _add_headers(answer, self._common_headers())
        if kind == "reset-after":
            return _dropped(request)
        seen.status = answer.status
        if kind == "truncate":
            return await _truncated(request, answer)
        return await self._send(request, answer)

    async def _answer(
        self, request: web.Request, path: str, found: Found, seen: Seen, pace: float | None = None
    ) -> Answer:
        async def answer() -> Answer:
            service = self._service
            self._check_host(request)
            rights = self._check_key(request)
            if not service.rate.admit(time.time()):
                return Answer(429, headers=service.rate.retry_after(service.answer("retry-after")))
            if found.route is not None and found.route.right not in rights:
                # Data-side trap 4: a missing right may surface as 409 without a body.
                raise RefusalError(int(service.answer("missing-right")))
            await service.timeline.settle()
            return await self._call(request, path, found, seen, pace)

        return await self._refusals_answered(answer, found)

    async def _call(
        self, request: web.Request, path: str, found: Found, seen: Seen | None, pace: float | None = None
    ) -> Answer:
        if found.route is None:
            raise RefusalError(405 if found.allowed else 404)
        if request.method in ("POST", "PUT", "PATCH") and "Content-Length" not in request.headers:
            raise RefusalError(411)
        call = Call(
            service=self._service,
            method=request.method,
            path=path,
            parameters=found.parameters,
            query=_query(request),
            headers={name.lower(): value for name, value in request.headers.items()},
        )
        await self._read_body(request, found.route, call, seen, pace)
        return await found.route.handler(call)

    async def _read_body(
        self, request: web.Request, route: Route, call: Call, seen: Seen | None, pace: float | None
    ) -> None:
        call.media = kind = _media_type(request)
        if kind in _UPLOAD_TYPES and route.body in (Body.UPLOAD, Body.EITHER):
            call.chunks = _upload(request, call, kind)
            call.chunks = call.chunks if pace is None else _paced(call.chunks, pace)
            return
        if pace is not None:
            await asyncio.sleep(request.content_length / pace if request.content_length else 0)
        call.body = await _read(request)
        if seen is not None:
            _keep_body(seen, call.body, kind)
        _check_media_type(route, kind, call.body)

    def _check_host(self, request: web.Request) -> None:
        """On loopback only local names are served: a web page cannot reach the sandbox under a name of its own."""
        if not self._service.options.is_loopback:
            return
        host = request.headers.get("Host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name.strip("[]").lower() not in _LOCAL_NAMES:
            raise RefusalError(421, "The sandbox serves loopback names only: use http://127.0.0.1 or localhost.")

    def _check_key(self, request: web.Request) -> frozenset[str]:
        """The rights of the key; 401 without any body field (D-e6). Header names have no case."""
        given = request.headers.get("X-Key", "").encode("utf-8", "surrogateescape")
        for key, rights in self._keys:
            if hmac.compare_digest(given, key):
                return rights
        raise RefusalError(401)

    def _record(self, request: web.Request, path: str) -> Seen:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "x-key"}
        seen = Seen(request.method, path, request.rel_url.raw_query_string, headers, time.time())
        seen.bytes = int(request.headers.get("Content-Length") or 0)
        self._service.recorder.add(seen)
        return seen

    def _common_headers(self) -> dict[str, str]:
        service = self._service
        headers = {"x-request-id": uuid.uuid4().hex}
        if service.answer("rate-headers") == "yes":
            headers.update(service.rate.headers(time.time(), service.answer("rate-reset")))
        return headers

    async def _refusals_answered(self, answer: Callable[[], Awaitable[Answer]], found: Found) -> Answer:
        """The answer, or the status that stands for what went wrong."""
        try:
            return await answer()
        except RefusalError as refusal:
            return self._bad(refusal.text) if refusal.status == 400 else refusal.answer()
        except BadBodyError as error:
            return self._bad(str(error))
        except (UnicityTakenError, NameTakenError):
            # Live audit: 409 has no body.
            return Answer(409)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 - a sandbox that fails answers 500 like any server
            _log.exception("The sandbox failed to answer %s", found.route.template if found.route else "")
            return Answer(500)

    def _bad(self, text: str) -> Answer:
        return ERROR_BODIES[self._service.answer("error-body")](text)

    async def _send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        answer.headers.setdefault("x-request-id", uuid.uuid4().hex)
        if answer.stream is None:
            return web.Response(status=answer.status, body=answer.body or None, headers=answer.headers)
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        await response.prepare(request)
        async for chunk in answer.stream:
            await response.write(chunk)
        await response.write_eof()
        return response


def _query(request: web.Request) -> dict[str, list[str]]:
    return {name: list(request.query.getall(name)) for name in request.query}


def _media_type(request: web.Request) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusalError(413) from None


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _check_media_type(route: Route, kind: str, body: bytes) -> None:
    """415 for a body of another type than the route takes, and for an upload route without a file."""
    if route.body is Body.NONE:
        return
    if route.body is Body.UPLOAD:
        raise RefusalError(415)
    if route.media and kind not in route.media:
        raise RefusalError(415)
    if not route.media and (body or route.body is Body.JSON) and not _is_json(kind):
        raise RefusalError(415)


def _keep_body(seen: Seen, body: bytes, kind: str) -> None:
    seen.bytes = len(body)
    if body and (_is_json(kind) or kind.startswith("application/vnd.np6.cm.")) and len(body) < LONGEST_BODY:
        seen.body = body.decode("utf-8", "replace")


async def _upload(request: web.Request, call: Call, kind: str) -> AsyncIterator[bytes]:
    """The file of an upload: the raw body, or the first part that has a file name or is called `data`."""
    call.upload_name = _file_name(request.headers.get("Content-Disposition", ""))
    if kind == "application/octet-stream":
        async for chunk in request.content.iter_any():
            yield chunk
        return
    try:
        reader = await request.multipart()
        async for part in reader:
            if isinstance(part, BodyPartReader) and (part.filename or part.name == "data"):
                call.upload_name = part.filename or call.upload_name
                while chunk := await part.read_chunk(256 * 1024):
                    yield chunk
                return
    except (ValueError, HttpProcessingError):
        raise RefusalError(400, "the multipart body cannot be read") from None
    raise RefusalError(400, "the multipart body holds no file")


def _file_name(disposition: str) -> str | None:
    """`form-data; filename=NAME`, quoted or not; only the last part of a path counts."""
    message = Message()
    message["Content-Disposition"] = disposition
    name = message.get_filename()
    return name.replace("\\", "/").rsplit("/", 1)[-1] if name else None


async def _paced(chunks: AsyncIterator[bytes], bytes_per_second: float) -> AsyncIterator[bytes]:
    """A server that takes an upload slowly; what it has not taken fills the buffers and stops the sender."""
    async for chunk in chunks:
        await asyncio.sleep(len(chunk) / bytes_per_second)
        yield chunk


def _add_headers(answer: Answer, headers: Mapping[str, str]) -> None:
    """Add headers to an answer; those it has, such as those of a scripted fault, win."""
    present = {name.lower() for name in answer.headers}
    answer.headers.update({name: value for name, value in headers.items() if name.lower() not in present})


async def _asked_for(request: web.Request, fault: Fault, seen: Seen) -> Answer:
    kind = _media_type(request)
    if kind in _UPLOAD_TYPES:
        async for _ in request.content.iter_any():
            pass
    else:
        _keep_body(seen, await _read(request), kind)
    body = fault.parameters.get("body", "").encode()
    headers = {str(name): str(value) for name, value in fault.parameters.get("headers", {}).items()}
    return Answer(fault.parameters["status"], body, headers)


def _dropped(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Announce the whole body, send half of it, drop the connection."""
    if answer.stream is not None:
        answer.body = b"".join([chunk async for chunk in answer.stream])
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def quiet() -> None:
    """Nothing of the requests goes to a log; what fails inside goes to standard error without personal data."""
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    if not _log.handlers:
        _log.addHandler(logging.StreamHandler(sys.stderr))
