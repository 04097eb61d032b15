"""Starting and ending a sandbox: blocking for a process, in a background thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from airflow_provider_np6.sandbox.actions import appliers
from airflow_provider_np6.sandbox.executions import Executions
from airflow_provider_np6.sandbox.faults import BadFaultError, FaultScript
from airflow_provider_np6.sandbox.options import BadOptionError, SandboxOptions
from airflow_provider_np6.sandbox.rate import RateLimit
from airflow_provider_np6.sandbox.server import Server, quiet
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import canned, imports
from airflow_provider_np6.sandbox.store.database import Store
from airflow_provider_np6.sandbox.timeline import Timeline

_NOTICE = (
    "The sandbox listens on {host}, which other machines may reach: its page and /sandbox/* need the X-Key header."
)


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox that answers: `url` without trailing slash, and the `key` to send as X-Key."""

    url: str
    key: str = field(repr=False)
    store: Path

    def targets(self) -> list[dict[str, Any]]:
        """All targets with their fields by name, in the order of their ids."""
        lines = self._control("GET", "targets").splitlines()
        return [json.loads(line) for line in lines]

    def requests(self) -> list[dict[str, Any]]:
        """The API requests seen since the start or the last `clear_requests`."""
        found: list[dict[str, Any]] = json.loads(self._control("GET", "requests"))
        return found

    def clear_requests(self) -> None:
        """Forget the requests seen so far."""
        self._control("DELETE", "requests")

    def script_faults(self, faults: Sequence[dict[str, Any]]) -> None:
        """Replace the fault script; an empty one ends all faults."""
        self._control("POST", "faults", json.dumps(list(faults)).encode())

    def messages(self) -> list[dict[str, Any]]:
        """What was sent or cancelled, oldest first: id, channel, action, target, address, at, state, proof, content."""
        found: list[dict[str, Any]] = json.loads(self._control("GET", "messages"))
        return found

    def set_reactions(self, rates: Mapping[str, float] | None = None, **seconds: float) -> None:
        """How people react to what is sent from now on.

        :param rates: by name, see `RATES`; what is left out stays.
        :param seconds: `reaction_seconds`, `publication_seconds`.
        """
        self._control("POST", "reactions", json.dumps({"rates": dict(rates or {}), **seconds}).encode())

    def set_members(self, segment: int, targets: Sequence[str]) -> None:
        """Replace the members of a segment by target ids; works for dynamic segments too."""
        self._control("PUT", f"segments/{segment}/targets", json.dumps(list(targets)).encode())

    def _control(self, method: str, noun: str, body: bytes | None = None) -> bytes:
        headers = {"X-Key": self.key, "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - always http on this machine
            f"{self.url}/sandbox/{noun}", body, headers, method=method
        )
        # No proxy: the sandbox is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as response:
            content: bytes = response.read()
        return content


def _faults(options: SandboxOptions) -> FaultScript:
    script = FaultScript(options.seed)
    if options.faults is not None:
        try:
            script.replace(json.loads(Path(options.faults).read_text(encoding="utf-8")))
        except (OSError, ValueError, BadFaultError) as error:
            raise BadOptionError(f"The fault script {str(options.faults)!r} cannot be used: {error}") from error
    return script


def _service(options: SandboxOptions, path: Path) -> Service:
    faults = _faults(options)
    try:
        store = Store(path, options.account)
    except OSError as error:
        raise BadOptionError(f"The store {path} cannot be opened ({error.strerror}): give another --store.") from error
    with store.writing() as connection:
        imports.fail_interrupted(connection)
        canned.settle(connection)
    for part in store.sources.glob("*.part"):
        part.unlink(missing_ok=True)
    service = Service(
        options, store, faults, Executions(store, options, faults), Timeline(store), rate=RateLimit(options.rate)
    )
    service.timeline.teach(appliers(service))
    return service


@asynccontextmanager
async def _serving(options: SandboxOptions) -> AsyncIterator[RunningSandbox]:
    with _store_path(options) as path:
        service = _service(options, path)
        runner = web.AppRunner(Server(service).application(), access_log=None, shutdown_timeout=1.0)
        try:
            await runner.setup()
            site = web.TCPSite(runner, options.host, options.port, reuse_address=True)
            await _listen(site, options)
            yield RunningSandbox(_url(options, runner), options.parsed_keys[0].value, path)
        finally:
            await runner.cleanup()
            await service.close()


async def _listen(site: web.TCPSite, options: SandboxOptions) -> None:
    try:
        await site.start()
    except OSError as error:
        raise BadOptionError(
            f"The sandbox cannot listen on {options.host} port {options.port} ({error.strerror}): "
            "give another --port, or 0 for a free one."
        ) from error


def _url(options: SandboxOptions, runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    wildcard = ip_address(host).is_unspecified
    name = "127.0.0.1" if wildcard else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


@contextmanager
def _store_path(options: SandboxOptions) -> Iterator[Path]:
    if options.store is not None:
        yield Path(options.store).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="np6-sandbox-", ignore_cleanup_errors=True) as directory:
        yield Path(directory) / "sandbox.db"


def serve(options: SandboxOptions | None = None, announce: Callable[[RunningSandbox], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises BadOptionError before anything is served.

    :param announce: called once connections are accepted; by default prints `{"url", "key"}` as one JSON line.
    """
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options or SandboxOptions(), announce or _print_line))


def _print_line(sandbox: RunningSandbox) -> None:
    sys.stdout.write(json.dumps({"url": sandbox.url, "key": sandbox.key}) + "\n")
    sys.stdout.flush()


async def _serve(options: SandboxOptions, announce: Callable[[RunningSandbox], None]) -> None:
    quiet()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with _serving(options) as sandbox:
        if not options.is_loopback:
            sys.stderr.write(_NOTICE.format(host=options.host) + "\n")
        announce(sandbox)
        await ended.wait()


@contextmanager
def running_sandbox(options: SandboxOptions | None = None, **changes: Any) -> Iterator[RunningSandbox]:
    """A sandbox in a background thread for the length of a `with` block.

    :param changes: options by name, instead of or on top of `options`: `running_sandbox(import_seconds=0)`.
    :raises BadOptionError: an option cannot be used.
    """
    chosen = replace(options or SandboxOptions(), **changes)
    thread = _BackgroundSandbox(chosen)
    try:
        yield thread.begin()
    finally:
        thread.end()


class _BackgroundSandbox:
    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._ready = threading.Event()
        self._sandbox: RunningSandbox | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="np6-sandbox", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None

    def begin(self) -> RunningSandbox:
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error
        return cast(RunningSandbox, self._sandbox)

    def end(self) -> None:
        if self._loop is not None and self._ended is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        quiet()
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        async with _serving(self._options) as self._sandbox:
            self._ready.set()
            await self._ended.wait()
