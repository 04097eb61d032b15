"""The only file that knows an HTTP library: a blocking driver (requests) and an awaitable one (aiohttp).

Both put the same headers and the same bytes on the wire, follow no redirect, keep no cookie, read no netrc,
and rename the library's errors to two kinds: :class:`NothingSentError` and :class:`MaybeSentError`. A renamed error
carries neither the original nor its text, because those quote URLs, and a URL may hold a unicity.
"""

from __future__ import annotations

import asyncio
import functools
import http.client
import importlib.metadata
import io
import logging
import os
import pathlib
import re
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from airflow_provider_np6.api.call import Answer, Call, FileBody
from airflow_provider_np6.api.guard import refuse_deleting_everybody
from airflow_provider_np6.api.settings import ApiSettings, is_loopback
from airflow_provider_np6.exceptions import NP6SettingsError

if TYPE_CHECKING:
    import aiohttp
    import requests

__all__ = [
    "AiohttpTransport",
    "AnswerTooLargeError",
    "MaybeSentError",
    "NotTrustedError",
    "NothingSentError",
    "Request",
    "RequestsTransport",
    "TransportError",
    "prepare",
]

log = logging.getLogger(__name__)

# The largest known answer is a list of all target ids, unpaged: 10 million of them stay below this.
_LARGEST_ANSWER = 256 * 2**20
_PIECE = 64 * 2**10
# Enough connections for every thread of a busy worker; a pool that is too small throws connections away.
_CONNECTIONS = 64
# Bytes per second below which an upload is not waited for any longer.
_SLOWEST_UPLOAD = 64 * 2**10
_TOO_SLOW = "its whole answer did not come in time"


class TransportError(Exception):
    """A call got no usable answer. ``reason`` says why in plain words, without any value of the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NothingSentError(TransportError):
    """It is certain that nothing of the call reached NP6."""


class NotTrustedError(NothingSentError):
    """The TLS handshake failed: nothing was sent, and a repetition would fail alike."""


class MaybeSentError(TransportError):
    """The call may have reached NP6."""


class AnswerTooLargeError(TransportError):
    """The answer is larger than any answer of NP6."""


@dataclass(frozen=True, slots=True)
class Request:
    """What goes on the wire. Its repr shows neither the URL nor the headers, which hold the key."""

    method: str
    template: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes | FileBody | None = field(default=None, repr=False)
    patience: float = 30.0
    limit: float = 300.0


def prepare(call: Call[Any], settings: ApiSettings, limit: float | None = None) -> Request:
    """The request for a call: absolute URL, all headers but Host and Content-Length.

    :param limit: seconds that this attempt may take, from the first byte sent to the last one read; None: the settings'
        total deadline. An upload gets one second more for every 64 KiB.
    :raises ValueError: a DELETE that could mean everybody.
    """
    refuse_deleting_everybody(call)
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in call.query)
    headers = [
        ("User-Agent", user_agent()),
        ("Accept", call.accept),
        ("Accept-Encoding", "gzip, deflate"),
        ("X-Key", settings.key),
        *call.headers,
    ]
    if call.content_type is not None:
        headers.append(("Content-Type", call.content_type))
    return Request(
        method=call.method,
        template=call.template,
        url=settings.host + call.path + (f"?{query}" if query else ""),
        headers=tuple(headers),
        body=call.body,
        patience=max(settings.timeout, call.patience),
        limit=settings.total_deadline if limit is None else limit,
    )


@functools.cache
def user_agent() -> str:
    """Product and version, as this installation has it."""
    try:
        version = importlib.metadata.version("airflow-provider-np6")
    except importlib.metadata.PackageNotFoundError:
        version = "unknown"
    return f"airflow-provider-np6/{version}"


class _Opened:
    """A request's body, opened, with its headers complete: the length is always known (data-side: trap 6)."""

    def __init__(self, request: Request, stack: ExitStack) -> None:
        self.content: bytes | IO[bytes] | None
        length: int | None
        seconds = request.limit
        if isinstance(request.body, FileBody):
            file = stack.enter_context(request.body.path.open("rb"))
            length = os.fstat(file.fileno()).st_size
            seconds += length / _SLOWEST_UPLOAD
            # Both libraries take an empty file for one of unknown length.
            self.content = file if length else b""
        else:
            self.content = request.body
            length = len(request.body) if request.body is not None else None
        if length is None and request.method != "GET":
            length = 0
        self.headers = dict(request.headers)
        if length is not None:
            self.headers["Content-Length"] = str(length)
        self.deadline = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline; never 0, which libraries take for "no limit"."""
        return max(self.deadline - time.monotonic(), 0.001)


def _log_exchange(request: Request, outcome: int | str, started: float) -> None:
    ms = (time.monotonic() - started) * 1000
    log.debug("%s %s -> %s in %.0f ms", request.method, request.template, outcome, ms)


# --- the blocking driver


class RequestsTransport:
    """Sends with requests. One pool of connections, used by any number of threads."""

    def __init__(self, settings: ApiSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._session: requests.Session | None = None

    def send(self, request: Request) -> Answer:
        """Send a request and read its whole answer.

        :raises NothingSentError: nothing reached NP6.
        :raises MaybeSentError: something may have.
        :raises AnswerTooLargeError: more than 256 MiB came back.
        """
        started = time.monotonic()
        with ExitStack() as stack:
            opened = _Opened(request, stack)
            try:
                answer = self._exchange(request, opened)
            except TransportError as error:
                _log_exchange(request, error.reason, started)
                raise
        _log_exchange(request, answer.status, started)
        return answer

    def close(self) -> None:
        """Close the connections; a later send opens new ones."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _exchange(self, request: Request, opened: _Opened) -> Answer:
        import requests

        session = self._opened_session()
        prepared = requests.Request(request.method, request.url, headers=opened.headers, data=opened.content)
        # urllib3 waits for the next piece of an answer, at most `patience` seconds.
        limits = (min(self._settings.timeout, opened.left), min(request.patience, opened.left))
        failure: TransportError
        token = _deadline.set(opened.deadline)
        try:
            response = session.send(
                session.prepare_request(prepared), timeout=limits, stream=True, allow_redirects=False
            )
        except (requests.RequestException, OSError) as error:
            failure = _renamed_requests_error(error)
        else:
            return _read_response(response, opened.deadline)
        finally:
            _deadline.reset(token)
        # Outside the except block: the original must not travel along as the context of this one.
        raise failure

    def _opened_session(self) -> requests.Session:
        with self._lock:
            if self._session is None:
                self._session = _new_session(self._settings)
            return self._session


def _new_session(settings: ApiSettings) -> requests.Session:
    import http.cookiejar

    import requests
    from requests.adapters import HTTPAdapter

    _quieten_urllib3(settings)
    session = requests.Session()
    session.headers.clear()  # ours are complete
    session.trust_env = False  # no netrc; proxies and CA bundle are taken from the environment below
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.proxies = dict(_proxies(settings))
    session.verify = _verify(settings)

    class TimedAdapter(HTTPAdapter):
        """An adapter whose connections keep the deadline of the call."""

        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            _time(self.poolmanager)

        def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
            return _time(super().proxy_manager_for(*args, **options))

    adapter = TimedAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS, max_retries=0)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


# The moment at which the call that this thread makes must be over; monotonic seconds.
_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


class _TimedReads(io.RawIOBase):
    """What comes from a socket, until a deadline.

    A socket's own timeout begins anew with every byte: a server that sends one now and then would hold us for ever.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._at_most, self._deadline = raw, sock, sock.gettimeout(), deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(_TOO_SLOW)
        self._sock.settimeout(left if self._at_most is None else min(left, self._at_most))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer whose every byte, also of its head, comes before the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        deadline = _deadline.get()
        if deadline < float("inf"):
            self.fp = io.BufferedReader(_TimedReads(self.fp.detach(), sock, deadline))


def _time(manager: Any) -> Any:
    """Let the connections that a pool manager of urllib3 will open read timed answers."""
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _timed(pool) for scheme, pool in pools.items()}
    return manager


@functools.cache
def _timed(pool: Any) -> Any:
    connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": _TimedResponse})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


def _read_response(response: requests.Response, deadline: float) -> Answer:
    import requests

    failure: TransportError
    try:
        with response:
            body = _read_pieces(response.iter_content(_PIECE), deadline)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, body)
    except (requests.RequestException, OSError) as error:
        failure = MaybeSentError(_words_for(error, "the answer was cut short"))
    raise failure


def _read_pieces(pieces: Iterator[bytes], deadline: float) -> bytes:
    read = bytearray()
    for piece in pieces:
        read += piece
        _check_bounds(len(read), deadline)
    return bytes(read)


def _check_bounds(size: int, deadline: float) -> None:
    if size > _LARGEST_ANSWER:
        raise AnswerTooLargeError("the answer is larger than 256 MiB")
    if time.monotonic() > deadline:
        raise MaybeSentError(_TOO_SLOW)


# http.client's words for a proxy's answer to CONNECT; nothing of the call has left by then.
_REFUSED_BY_PROXY = "Tunnel connection failed"


def _renamed_requests_error(error: Exception) -> TransportError:
    """Requests' and urllib3's errors before an answer → one of ours."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    causes = list(_causes(error))
    if any(_is_handshake(cause) for cause in causes):
        return NotTrustedError(_words_for(error, "the TLS handshake failed"))
    if any(isinstance(cause, ConnectTimeoutError | NewConnectionError) for cause in causes):
        return NothingSentError(_words_for(error, "no connection"))
    # A connection that is lost behind a proxy is a ProxyError as well, also after the whole call was sent.
    if any(str(cause).startswith(_REFUSED_BY_PROXY) for cause in causes if isinstance(cause, OSError)):
        return NothingSentError("the proxy refused the connection")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return NotTrustedError("the host or the proxy is not a usable address")
    return MaybeSentError(_words_for(error, "the connection was lost"))


# --- the awaitable driver


class AiohttpTransport:
    """Sends with aiohttp. Belongs to the event loop that sends first; never blocks it.

    :param connections: the most calls in flight at once.
    """

    def __init__(self, settings: ApiSettings, connections: int = _CONNECTIONS) -> None:
        self._settings = settings
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._opening = asyncio.Lock()

    async def send(self, request: Request) -> Answer:
        """Send a request and read its whole answer; errors as those of :class:`RequestsTransport`."""
        started = time.monotonic()
        with ExitStack() as stack:
            opened = await _opened_off_the_loop(request, stack)
            try:
                answer = await self._exchange(request, opened)
            except TransportError as error:
                _log_exchange(request, error.reason, started)
                raise
        _log_exchange(request, answer.status, started)
        return answer

    async def close(self) -> None:
        """Close the connections; a later send opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _exchange(self, request: Request, opened: _Opened) -> Answer:
        session = await self._opened_session()
        import aiohttp
        import yarl

        failure: TransportError
        try:
            response = await session.request(
                request.method,
                yarl.URL(request.url, encoded=True),
                headers=opened.headers,
                data=opened.content,
                timeout=self._limits(request, opened.left),
                allow_redirects=False,
                proxy=_proxies(self._settings).get(urlsplit(request.url).scheme),
            )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            failure = _renamed_aiohttp_error(error)
        else:
            return await _read_async_response(response, opened.deadline)
        # Outside the except block: the original must not travel along as the context of this one.
        raise failure

    def _limits(self, request: Request, left: float) -> aiohttp.ClientTimeout:
        import aiohttp

        return aiohttp.ClientTimeout(total=left, sock_connect=self._settings.timeout, sock_read=request.patience)

    async def _opened_session(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._session is None:
                # Importing aiohttp and reading a CA bundle take longer than a loop may be held.
                context = await asyncio.to_thread(_ssl_context, self._settings)
                self._session = _new_async_session(context, self._connections)
            return self._session


async def _opened_off_the_loop(request: Request, stack: ExitStack) -> _Opened:
    # Only a disk can make one wait; a thread for every small call would cost more than the call.
    if isinstance(request.body, FileBody):
        return await asyncio.to_thread(_Opened, request, stack)
    return _Opened(request, stack)


def _new_async_session(context: ssl.SSLContext | bool, connections: int) -> aiohttp.ClientSession:
    import aiohttp

    class OneAttempt(aiohttp.ClientResponse):
        """An answer whose loss aiohttp does not take as a reason to send again: that is for our own rules alone."""

        async def start(self, connection: Any) -> aiohttp.ClientResponse:
            failure: TransportError
            try:
                return await super().start(connection)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
                failure = _renamed_aiohttp_error(error)
            # Neither kind of error that aiohttp repeats PUT, DELETE and GET after.
            raise failure

    return aiohttp.ClientSession(
        response_class=OneAttempt,
        connector=aiohttp.TCPConnector(limit=connections, ssl=context),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Content-Type"),
        trust_env=False,  # no netrc; proxies and CA bundle are taken from the environment below
    )


def _ssl_context(settings: ApiSettings) -> ssl.SSLContext | bool:
    import aiohttp  # noqa: F401  (imported here, off the loop, because its first import is slow)

    if urlsplit(settings.host).scheme != "https":
        return True
    verify = _verify(settings)
    if verify is False:
        return False
    import certifi

    path = verify if isinstance(verify, str) else certifi.where()
    directory = pathlib.Path(path).is_dir()
    return ssl.create_default_context(capath=path if directory else None, cafile=None if directory else path)


async def _read_async_response(response: aiohttp.ClientResponse, deadline: float) -> Answer:
    import aiohttp

    failure: TransportError
    try:
        async with response:
            read = bytearray()
            async for piece in response.content.iter_chunked(_PIECE):
                read += piece
                _check_bounds(len(read), deadline)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, bytes(read))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        failure = MaybeSentError(_words_for(error, "the answer was cut short"))
    raise failure


def _renamed_aiohttp_error(error: Exception) -> TransportError:
    """Aiohttp's errors before an answer → one of ours."""
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return NotTrustedError(_words_for(error, "the TLS handshake failed"))
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return NothingSentError("the proxy refused or could not be reached")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NothingSentError(_words_for(error, "no connection"))
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return NotTrustedError("the host or the proxy is not a usable address")
    return MaybeSentError(_words_for(error, "the connection was lost"))


# --- what both share


def _proxies(settings: ApiSettings) -> Mapping[str, str]:
    """Scheme → proxy: those of the settings, else the environment's unless it excludes the host."""
    hostname = urlsplit(settings.host).hostname or ""
    if settings.proxies is not None:
        everything = settings.proxies.get("all")
        general = {"http": everything, "https": everything} if everything else {}
        return {**general, **{k: v for k, v in settings.proxies.items() if k in ("http", "https")}}
    # A loopback host behind a proxy would be the proxy's own machine, and get the key in the clear.
    if is_loopback(hostname) or urllib.request.proxy_bypass(hostname):
        return {}
    found = urllib.request.getproxies()
    return {k: found.get(k) or found["all"] for k in ("http", "https") if found.get(k) or found.get("all")}


def _verify(settings: ApiSettings) -> bool | str:
    """False, True, or a CA bundle: the settings', else the environment's, as requests and curl do it.

    :raises NP6SettingsError: the bundle does not exist.
    """
    if settings.verify is False:
        return False
    named = settings.verify if isinstance(settings.verify, str) else None
    found = named or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if found and not pathlib.Path(found).exists():
        raise NP6SettingsError(
            f"The CA bundle of {settings.connection} does not exist: give an existing path in the extra 'verify'."
        )
    return found or True


# OpenSSL's names for a handshake that cannot succeed; anything else may come in the middle of a conversation.
_HANDSHAKE_REASONS = (
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "HANDSHAKE_FAILURE",
    "UNSUPPORTED_PROTOCOL",
)


def _is_handshake(cause: BaseException) -> bool:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return True
    return isinstance(cause, ssl.SSLError) and any(r in (cause.reason or "") for r in _HANDSHAKE_REASONS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those it wraps; not its context, which may be somebody else's error."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [*one.args, getattr(one, "reason", None), getattr(one, "os_error", None), one.__cause__]
        waiting.extend(item for item in inner if isinstance(item, BaseException))


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "its name is not known"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (ssl.SSLError, "the TLS handshake failed"),
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed"),
    (TimeoutError, "it did not answer in time"),
)


def _words_for(error: Exception, otherwise: str) -> str:
    """Plain words for a library's error. Never its own text, which quotes URLs."""
    causes = list(_causes(error))
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    if any("Timeout" in type(cause).__name__ for cause in causes):
        return "it did not answer in time"
    if any("NameResolution" in type(cause).__name__ for cause in causes):
        return "its name is not known"
    return otherwise


class _WithoutPaths(logging.Filter):
    """Takes path and query off every URL of an NP6 host before urllib3 logs it: they may hold a unicity. Our own line
    on the same call names the template of the path.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hosts: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and self._is_ours(record.args):
            record.args = tuple(_without_path(arg) for arg in record.args)
        return True

    def _is_ours(self, args: tuple[object, ...]) -> bool:
        return any(host in str(arg) for arg in args for host in self.hosts)


_PATH_OF_URL = re.compile(r"(https?://[^/?\s]+)[/?]\S*")


def _without_path(arg: object) -> object:
    text = str(arg)
    hidden = "/[…]" if text.startswith("/") else _PATH_OF_URL.sub(r"\1/[…]", text)
    return arg if hidden == text else hidden


_urllib3_filter = _WithoutPaths()


def _quieten_urllib3(settings: ApiSettings) -> None:
    # addFilter ignores a filter that is there already. Other users of urllib3 keep their lines.
    _urllib3_filter.hosts.add(urlsplit(settings.host).hostname or "")
    for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_urllib3_filter)
