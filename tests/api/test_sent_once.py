"""A call leaves as often as our own rules say: no proxy and no library sends it again."""

from __future__ import annotations

import asyncio
import pathlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from airflow_provider_np6.api import actions, imports, messages, targets
from airflow_provider_np6.api.any_call import any_call
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.api.client import AsyncNP6Client, NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6ApiError, NP6OutcomeUnknownError, NP6UnavailableError
from airflow_provider_np6.models.messages import SmsMessage
from airflow_provider_np6.models.recipients import Recipient
from airflow_provider_np6.sandbox import RunningSandbox
from tests.api.conftest import OK, Driver, _read_request
from tests.api.test_transport import certificate

__all__ = ["certificate"]

SEND = messages.send_message("000ABC", SmsMessage(Recipient.by_id("000A0000")))


@dataclass
class Loser:
    """A server (or proxy) that reads calls whole and loses the connection; it answers the first ``good`` ones."""

    address: str
    seen: list[bytes] = field(default_factory=list)


@contextmanager
def losing(good: int = 0, tunnel: ssl.SSLContext | None = None, connect: bytes = b"200 OK") -> Iterator[Loser]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        loser = Loser(f"http://127.0.0.1:{server.getsockname()[1]}")

        def talk(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                if tunnel is not None:
                    _read_request(connection)
                    connection.sendall(b"HTTP/1.1 " + connect + b"\r\n\r\n")
                    connection = tunnel.wrap_socket(connection, server_side=True)
                while request := _read_request(connection):
                    loser.seen.append(request)
                    if len(loser.seen) > good:
                        connection.shutdown(socket.SHUT_RDWR)
                        return
                    connection.sendall(OK)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield loser
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def tls(certificate: pathlib.Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


class TestBehindAProxy:
    def test_a_send_whose_answer_is_lost_left_once(self, driver: Driver) -> None:
        with losing() as proxy:
            settings = ApiSettings(host="http://127.0.0.1:9", key="k", proxies={"all": proxy.address}, max_retries=2)
            with pytest.raises(NP6OutcomeUnknownError):
                driver.send(settings, SEND)
            assert len(proxy.seen) == 1

    def test_through_a_tunnel(self, driver: Driver, tls: ssl.SSLContext, certificate: pathlib.Path) -> None:
        with losing(tunnel=tls) as proxy:
            settings = ApiSettings(
                host="https://127.0.0.1:9", key="k", proxies={"all": proxy.address}, verify=str(certificate)
            )
            with pytest.raises(NP6OutcomeUnknownError):
                driver.send(settings, SEND)
            assert len(proxy.seen) == 1

    def test_a_refused_tunnel_carried_nothing(self, driver: Driver, tls: ssl.SSLContext) -> None:
        with losing(tunnel=tls, connect=b"407 Authenticate") as proxy:
            settings = ApiSettings(host="https://127.0.0.1:9", key="k", proxies={"all": proxy.address}, max_retries=1)
            with pytest.raises(NP6UnavailableError, match="the proxy refused") as caught:
                driver.send(settings, SEND)
        assert (caught.value.sent, len(driver.sleeps)) == (False, 1)

    def test_a_proxy_that_is_not_there(self, driver: Driver) -> None:
        settings = ApiSettings(
            host="https://127.0.0.1:9", key="k", proxies={"all": "http://127.0.0.1:9"}, max_retries=1
        )
        with pytest.raises(NP6UnavailableError) as caught:
            driver.send(settings, SEND)
        assert (caught.value.sent, len(driver.sleeps)) == (False, 1)


UNSAFE: dict[str, Callable[[pathlib.Path], Call[Any]]] = {
    "delete": lambda _: actions.unvalidate_action("000ABC"),
    "put": lambda _: any_call("PUT", "/scripting/x", json={"a": 1}, repeatable=False),
    "upload": lambda path: imports.upload_source(20, path, "a.csv"),
    "get": lambda _: any_call("GET", "/fields"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_a_used_connection_that_is_lost(name: str, driver: Driver, tmp_path: pathlib.Path) -> None:
    """Aiohttp repeats PUT, DELETE and GET by itself: also what was asked not to be repeated."""
    path = tmp_path / "a.csv"
    path.write_text("x" * 1000)
    call = UNSAFE[name](path)
    with losing(good=1) as server:
        settings = ApiSettings(host=server.address, key="k", max_retries=0)
        with pytest.raises(NP6UnavailableError if call.repeatable else NP6OutcomeUnknownError):
            _both(driver, settings, any_call("GET", "/fields"), call)
        assert len(server.seen) == 2


def _both(driver: Driver, settings: ApiSettings, first: Call[Any], then: Call[Any]) -> None:
    async def conversation() -> None:
        async with AsyncNP6Client(settings) as client:
            await client.send(first)
            await client.send(then)

    if driver.name == "aiohttp":
        asyncio.run(conversation())
        return
    with NP6Client(settings) as client:
        client.send(first)
        client.send(then)


class TestDeletingWithALostAnswer:
    """A repetition answers 404 because the first attempt did its work."""

    FAULT = ({"kind": "reset-after", "match": {"method": "DELETE"}},)

    def test_one(self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox) -> None:
        made = driver.send(settings, targets.create_target({"Email": "anna@example.com"}))
        sandbox.script_faults(list(self.FAULT))
        assert driver.send(settings, targets.delete_target(made.id)) is True
        assert driver.send(settings, targets.delete_target(made.id)) is False

    def test_many(self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox) -> None:
        driver.send(settings, targets.create_target({"Email": "anna@example.com"}))
        sandbox.script_faults(list(self.FAULT))
        delete = targets.delete_targets_by_unicity([["anna@example.com"]])
        assert driver.send(settings, delete) is None  # it does not tell
        assert driver.send(settings, delete) == []
        assert sandbox.targets() == []


# --- one deadline for all of a call


@contextmanager
def dripping(head: bytes, every: float = 0.1) -> Iterator[str]:
    """A server that answers with ``head`` and then one byte now and then."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                connection.recv(65536)
                connection.sendall(head)
                while not over.wait(every):
                    connection.sendall(b"a")

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=drip, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        server.shutdown(socket.SHUT_RDWR)


_OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "head",
    [
        _OK + b"X-A: ",
        b"H",
        _OK + b"Content-Length: 9999\r\n\r\n",
        _OK + b"Content-Length: 9999\r\nConnection: close\r\n\r\n",
        _OK + b"Transfer-Encoding: chunked\r\n\r\n",
        _OK + b"\r\n",
    ],
    ids=["header", "status", "body", "closing", "chunk", "endless"],
)
def test_a_server_that_drips_cannot_hold_a_call(head: bytes, driver: Driver) -> None:
    began = time.monotonic()
    with dripping(head) as host:
        settings = ApiSettings(host=host, key="k", timeout=5, total_deadline=0.5)
        with pytest.raises(NP6UnavailableError):
            driver.send(settings, any_call("GET", "/fields"))
    assert time.monotonic() - began < 2


def test_the_deadline_counts_over_all_attempts() -> None:
    began = time.monotonic()
    with dripping(_OK) as host:
        settings = ApiSettings(host=host, key="k", timeout=0.6, total_deadline=2, max_retries=50)
        with NP6Client(settings) as client, pytest.raises(NP6ApiError):
            client.send(any_call("GET", "/fields"))
    assert time.monotonic() - began < 2.5
