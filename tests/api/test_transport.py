"""What leaves the wire, and what the drivers make of what goes wrong on it."""

from __future__ import annotations

import datetime
import ipaddress
import pathlib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from airflow_provider_np6.api import fields, imports, targets
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import (
    NP6Error,
    NP6OutcomeUnknownError,
    NP6SettingsError,
    NP6UnavailableError,
    NP6UnreadableAnswerError,
)
from tests.api.calls import CALLS, EMAIL, KEY, function_of, functions
from tests.api.conftest import Driver

Record = Callable[..., Any]


@pytest.fixture
def upload(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"email\n" + b"anna@example.com\n" * 20_000)
    return path


def sent(driver: Driver, recorder: Any, call: Any, **settings: Any) -> bytes:
    """The bytes of the last request, with the port of this run taken out."""
    with suppress(NP6Error):  # the recorder's answer does not fit every call
        driver.send(ApiSettings(host=recorder.url, key=KEY, max_retries=0, **settings), call)
    port = recorder.url.rpartition(":")[2].encode()
    request: bytes = recorder.requests[-1]
    return request.replace(port, b"PORT")


def test_every_call_has_its_row() -> None:
    assert {function_of(row) for row in CALLS} == set(functions())


@pytest.mark.parametrize("name", CALLS)
def test_both_drivers_send_the_same_bytes(name: str, record: Record, upload: pathlib.Path) -> None:
    with record() as recorder:
        blocking = sent(Driver("requests"), recorder, CALLS[name](upload))
        awaitable = sent(Driver("aiohttp"), recorder, CALLS[name](upload))
    assert blocking == awaitable


def head_of(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def test_head_of_a_get(driver: Driver, record: Record) -> None:
    with record() as recorder:
        head = head_of(sent(driver, recorder, imports.get_import_state(20)))
    assert head == [
        "GET /imports/20/executions HTTP/1.1",
        "Host: 127.0.0.1:PORT",
        head[2],
        "Accept: application/vnd.mperf.v8.import.v1+json",
        "Accept-Encoding: gzip, deflate",
        f"X-Key: {KEY}",
    ]
    assert head[2].startswith("User-Agent: airflow-provider-np6/")


def test_a_unicity_is_encoded(driver: Driver, record: Record) -> None:
    with record() as recorder:
        head = head_of(sent(driver, recorder, targets.find_target(["a+b c@example.com", "Café & Co"])))
    assert head[0] == ("GET /targets?unicity=a%2Bb%20c%40example.com&unicity=Caf%C3%A9%20%26%20Co HTTP/1.1")


def test_a_bulk_delete_has_its_body(driver: Driver, record: Record) -> None:
    with record() as recorder:
        request = sent(driver, recorder, targets.delete_targets_by_unicity([["a@example.com"], ["b@example.com"]]))
    body = b'{"type":"unicity","value":[["a@example.com"],["b@example.com"]]}'
    assert request.startswith(b"DELETE /targets HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n" + body)
    assert f"Content-Length: {len(body)}" in head_of(request)


def test_an_upload_is_the_raw_file(driver: Driver, record: Record, upload: pathlib.Path) -> None:
    with record() as recorder:
        request = sent(driver, recorder, imports.upload_source(20, upload, "contacts.csv"))
    head = head_of(request)
    assert head[0] == "PUT /imports/20/source HTTP/1.1"
    assert "Content-Disposition: form-data; filename=contacts.csv" in head
    assert "Content-Type: application/octet-stream" in head
    assert f"Content-Length: {upload.stat().st_size}" in head
    assert request.partition(b"\r\n\r\n")[2] == upload.read_bytes()


def test_an_empty_upload_has_a_length(driver: Driver, record: Record, tmp_path: pathlib.Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with record() as recorder:
        head = head_of(sent(driver, recorder, imports.upload_source(20, empty, "empty.csv")))
    assert "Content-Length: 0" in head
    assert not any("chunked" in line for line in head)


def test_a_missing_file_is_not_a_network_problem(driver: Driver, record: Record, tmp_path: pathlib.Path) -> None:
    with record() as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY)
        with pytest.raises(FileNotFoundError):
            driver.send(settings, imports.upload_source(20, tmp_path / "no.csv", "no.csv"))
        assert recorder.requests == []


def test_no_netrc_and_no_cookies(
    driver: Driver, record: Record, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\n[]"
    with record(answer) as recorder:
        sent(driver, recorder, fields.list_fields())
        request = sent(driver, recorder, fields.list_fields())
    assert b"Authorization" not in request
    assert b"Cookie" not in request


def test_a_loopback_host_does_not_go_through_the_environments_proxy(
    driver: Driver, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with record() as recorder:
        assert sent(driver, recorder, fields.list_fields()).startswith(b"GET /fields")


def test_a_proxy_of_the_settings_is_used(driver: Driver, record: Record) -> None:
    with record() as proxy:
        settings = ApiSettings(host="http://localhost:9", key=KEY, proxies={"all": proxy.url}, max_retries=0)
        assert driver.send(settings, fields.list_fields()) == []
    assert proxy.requests[0].startswith(b"GET http://localhost:9/fields HTTP/1.1\r\n")


def test_a_redirect_is_not_followed(driver: Driver, record: Record) -> None:
    with record() as other:
        location = other.url.replace("127.0.0.1", "localhost")
        answer = f"HTTP/1.1 301 Moved\r\nLocation: {location}/fields\r\nContent-Length: 0\r\n\r\n".encode()
        with (
            record(answer) as recorder,
            pytest.raises(NP6SettingsError, match="redirects GET /fields to http://localhost"),
        ):
            driver.send(ApiSettings(host=recorder.url, key=KEY), fields.list_fields())
        assert other.requests == []


def test_plain_http_where_tls_is_expected(driver: Driver, record: Record) -> None:
    with record(at_once=True) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY, label="np6_default")
        with pytest.raises(NP6SettingsError, match="the TLS handshake failed"):
            driver.send(settings, fields.list_fields())
    assert driver.sleeps == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


class TestCertificates:
    @pytest.fixture
    def server(self, record: Record, certificate: pathlib.Path) -> Iterator[Any]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with record(tls=context) as recorder:
            yield recorder

    def test_an_unknown_one_is_refused_and_the_remedy_named(self, driver: Driver, server: Any) -> None:
        settings = ApiSettings(host=server.url, key=KEY, label="np6_default")
        with pytest.raises(NP6SettingsError, match=r"not trusted.*extra 'verify'"):
            driver.send(settings, fields.list_fields())
        assert (server.requests, driver.sleeps) == ([], [])

    def test_a_bundle_makes_it_known(self, driver: Driver, server: Any, certificate: pathlib.Path) -> None:
        settings = ApiSettings(host=server.url, key=KEY, verify=str(certificate))
        assert driver.send(settings, fields.list_fields()) == []

    def test_the_environments_bundle_counts(
        self, driver: Driver, server: Any, certificate: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert driver.send(ApiSettings(host=server.url, key=KEY), fields.list_fields()) == []

    @pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
    def test_checking_can_be_switched_off(self, driver: Driver, server: Any) -> None:
        assert driver.send(ApiSettings(host=server.url, key=KEY, verify=False), fields.list_fields()) == []


def test_a_lost_answer_of_an_unsafe_call_is_not_repeated(driver: Driver, record: Record) -> None:
    with record(None) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY)
        with pytest.raises(NP6OutcomeUnknownError, match="not safe to repeat"):
            driver.send(settings, targets.create_target({"Email": EMAIL}))
        assert len(recorder.requests) == 1
    assert driver.sleeps == []


def test_a_lost_answer_of_a_safe_call_is_repeated(driver: Driver, record: Record) -> None:
    with record(None) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY, max_retries=2)
        with pytest.raises(NP6UnavailableError, match="no answer to PUT /targets"):
            driver.send(settings, targets.upsert_target({"Email": EMAIL}))
        assert len(recorder.requests) == 3  # no library repeats by itself
    assert len(driver.sleeps) == 2


def test_a_truncated_answer_is_no_answer(driver: Driver, record: Record) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]"
    with record(answer) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY, max_retries=1)
        with pytest.raises(NP6UnavailableError, match="no answer to GET /fields"):
            driver.send(settings, fields.list_fields())
        assert len(recorder.requests) == 2


def test_a_refused_connection_may_be_repeated_even_for_an_unsafe_call(driver: Driver) -> None:
    settings = ApiSettings(host="http://127.0.0.1:9", key=KEY, label="np6_default", max_retries=2)
    with pytest.raises(NP6UnavailableError, match="refused") as caught:
        driver.send(settings, targets.create_target({"Email": EMAIL}))
    assert caught.value.sent is False
    assert len(driver.sleeps) == 2


def test_a_slow_answer_times_out(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = ApiSettings(host=f"http://127.0.0.1:{server.getsockname()[1]}", key=KEY, timeout=0.2, max_retries=0)
        with pytest.raises(NP6UnavailableError, match="in time"):
            driver.send(settings, fields.list_fields())


def test_a_web_page_is_not_np6(driver: Driver, record: Record) -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    with record(answer) as recorder:
        settings = ApiSettings(host=recorder.url, key=KEY)
        # Read as "no such target", it would make somebody create one.
        with pytest.raises(NP6UnreadableAnswerError, match="a web page"):
            driver.send(settings, targets.find_target([EMAIL]))


def test_a_ca_bundle_that_is_not_there(driver: Driver) -> None:
    settings = ApiSettings(host="https://127.0.0.1:9", key=KEY, label="np6_default", verify="/no/such/bundle.pem")
    with pytest.raises(NP6SettingsError, match="CA bundle of connection 'np6_default' does not exist"):
        driver.send(settings, fields.list_fields())
