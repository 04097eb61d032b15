"""Neither the key nor personal data shows in a log, an exception or a repr: every call, both drivers, at
DEBUG.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from airflow_provider_np6.api.call import Call
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.api.transport import prepare
from airflow_provider_np6.exceptions import NP6Error
from tests.api.calls import CALLS, EMAIL, KEY, LASTNAME
from tests.api.conftest import Driver

SECRETS = (KEY, EMAIL, quote(EMAIL), quote(EMAIL, safe=""), EMAIL.partition("@")[0])

CALL = pytest.mark.parametrize("name", CALLS)

# NP6 repeats what it was sent, also percent-encoded.
_TEXT = f"no target {EMAIL} / {quote(EMAIL, safe='')} named {LASTNAME}, phone 0612345678"
ECHO = f'{{"Message": "{_TEXT}"}}'.encode()


def answer(status: str, body: bytes, content_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"x-request-id: abc123\r\nConnection: close\r\n\r\n" + body


ANSWERS: dict[str, bytes | None] = {
    "ok": answer("200 OK", b"[]"),
    "refused": answer("400 Bad Request", ECHO),
    "not json": answer("200 OK", ECHO[1:]),
    "other json": answer("200 OK", f'"{EMAIL}"'.encode()),
    "conflict": answer("409 Conflict", ECHO[12:-2], "text/plain"),
    "unavailable": answer("503 Service Unavailable", ECHO),
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: https://example.org/?unicity="
    + quote(EMAIL, safe="").encode()
    + b"\r\nContent-Length: 0\r\n\r\n",
    "truncated": answer("200 OK", ECHO)[:-10],
    "broken head": b"HTTP/1.1 200 OK\r\nbroken\xff header\r\nContent-Length: 2\r\n\r\n[]",
    "no answer": None,
}


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text(f"email\n{EMAIL}\n")
    return path


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "aiohttp", "asyncio", "airflow_provider_np6"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def assert_clean(text: str, *more: str) -> None:
    for secret in (*SECRETS, *more):
        assert secret not in text


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {record.args} {record.exc_text or ''}" for record in caplog.records)


def shown(error: BaseException) -> str:
    """An error in every way somebody may show it, with all it drags along."""
    chain = "".join(traceback.format_exception(error))
    bare = [repr(error), str(error), repr(vars(error)), repr(error.__cause__), repr(error.__context__)]
    return "\n".join([chain, *bare])


@CALL
@pytest.mark.parametrize("kind", ANSWERS)
def test_whatever_the_answer(
    name: str,
    kind: str,
    driver: Driver,
    record: Callable[..., Any],
    upload: Path,
    everything_logged: pytest.LogCaptureFixture,
) -> None:
    call = CALLS[name](upload)
    with record(ANSWERS[kind]) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY, label="np6_default", max_retries=1)
        try:
            driver.send(settings, call)
        except NP6Error as error:
            # What is no address is known to be personal only where it was sent; a "1" stands anywhere by chance.
            assert_clean(shown(error), *(value for value in call.private() if len(value) > 4))
        assert KEY.encode() in recorder.requests[0]
    assert_clean(logged(everything_logged))
    assert everything_logged.records


@CALL
def test_nobody_listens(name: str, driver: Driver, upload: Path, everything_logged: pytest.LogCaptureFixture) -> None:
    settings = ApiSettings(host="http://127.0.0.1:9", key=KEY, label="np6_default", max_retries=1)
    with pytest.raises(NP6Error) as caught:
        driver.send(settings, CALLS[name](upload))
    assert_clean(shown(caught.value) + logged(everything_logged))
    assert "127.0.0.1:9" in str(caught.value)
    assert "np6_default" in str(caught.value)


@CALL
def test_reprs(name: str, upload: Path) -> None:
    call: Call[Any] = CALLS[name](upload)
    settings = ApiSettings(host="http://127.0.0.1:9", key=KEY, proxies={"https": f"http://u:{KEY}@example.com:1"})
    assert_clean(repr(call) + repr(settings) + repr(prepare(call, settings)))
