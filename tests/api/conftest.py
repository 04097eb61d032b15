"""Both drivers behind one fixture, and a server that keeps the bytes it got."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from airflow_provider_np6.api.call import Call
from airflow_provider_np6.api.client import AsyncNP6Client, NP6Client
from airflow_provider_np6.api.rate import RateView
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.sandbox import RunningSandbox


@dataclass
class Driver:
    """Sends a call with one of the two clients; waits are noted, not waited."""

    name: str
    sleeps: list[float] = field(default_factory=list)

    def send(self, settings: ApiSettings, call: Call[Any]) -> Any:
        return self._blocking(settings, call) if self.name == "requests" else self._async(settings, call)

    def _rate(self) -> RateView:
        # Time passes in the waits that are noted.
        return RateView(clock=lambda: time.time() + sum(self.sleeps))

    def _blocking(self, settings: ApiSettings, call: Call[Any]) -> Any:
        with NP6Client(settings, rate=self._rate(), sleep=self.sleeps.append) as client:
            return client.send(call)

    def _async(self, settings: ApiSettings, call: Call[Any]) -> Any:
        async def sleep(seconds: float) -> None:
            self.sleeps.append(seconds)

        async def conversation() -> Any:
            async with AsyncNP6Client(settings, rate=self._rate(), sleep=sleep) as client:
                return await client.send(call)

        return asyncio.run(conversation())


@pytest.fixture(params=["requests", "aiohttp"])
def driver(request: pytest.FixtureRequest) -> Driver:
    """Each test runs once per driver."""
    return Driver(request.param)


@pytest.fixture
def settings(sandbox: RunningSandbox) -> ApiSettings:
    """How to reach the sandbox."""
    return ApiSettings(host=sandbox.url, key=sandbox.key, label="np6_default", max_retries=3)


@dataclass
class Recorder:
    """A server that answers every request alike and keeps what it got, byte for byte."""

    url: str
    requests: list[bytes] = field(default_factory=list)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"


@pytest.fixture
def record() -> Callable[..., Any]:
    """``with record(answer_bytes) as recorder``; an answer of None closes the connection instead.

    ``at_once`` answers before anything was read; ``tls`` wraps the connections.
    """
    return _record


@contextmanager
def _record(
    answer: bytes | None = OK, *, at_once: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        scheme = "https" if tls or at_once else "http"
        recorder = Recorder(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(server, recorder, answer, at_once, tls), daemon=True)
        thread.start()
        yield recorder
        # Wakes accept(), which a close alone would not.
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(
    server: socket.socket, recorder: Recorder, answer: bytes | None, at_once: bool, tls: ssl.SSLContext | None
) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, suppress(ssl.SSLError, ConnectionError):
            if at_once and answer:
                connection.sendall(answer)
                connection.recv(65536)
                continue
            connection = tls.wrap_socket(connection, server_side=True) if tls else connection
            request = _read_request(connection)
            recorder.requests.append(request)
            if answer is not None and request:
                connection.sendall(answer)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < (int(lengths[0]) if lengths else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
