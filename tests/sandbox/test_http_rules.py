"""What holds for every call: keys, request ids, media types, lengths, spelling of paths, rate limit."""

from __future__ import annotations

import http.client
import socket
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.conftest import Api, MakeApi


def raw(api: Api, text: str, body: bytes = b"") -> bytes:
    """Send bytes as they are and return all that comes back."""
    address = urlsplit(api.sandbox.url)
    head = text.replace("\n", "\r\n").format(host=address.netloc, key=api.sandbox.key)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


@pytest.mark.parametrize("headers", [{}, {"X-Key": "wrong"}, {"X-Key": ""}])
def test_missing_or_wrong_key_is_401_without_body(api: Api, headers: dict[str, str]) -> None:
    answer = requests.get(f"{api.sandbox.url}/fields", headers=headers, timeout=10)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("name", ["X-Key", "x-key", "X-KEY"])
def test_the_key_header_has_no_case(api: Api, name: str) -> None:
    assert requests.get(f"{api.sandbox.url}/me", headers={name: api.sandbox.key}, timeout=10).status_code == 200


def test_several_keys(make_api: MakeApi) -> None:
    api = make_api(keys=("one", "two"))
    assert api.sandbox.key == "one"
    assert api("GET", "/me", headers={"X-Key": "two"}).status_code == 200


def test_every_answer_has_a_request_id_of_its_own(api: Api) -> None:
    paths = ("/me", "/targets/00000000", "/nothing", "/targets/count", "/")
    assert len({api("GET", path).headers["x-request-id"] for path in paths}) == len(paths)


@pytest.mark.parametrize("path", ["/nothing", "/targets/00000000", "/targets?unicity=a@example.com", "/imports/abc"])
def test_404_has_an_empty_body(api: Api, path: str) -> None:
    answer = api("GET", path)
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("path", ["/imports", "/imports/"])
def test_delete_imports_without_an_id_is_refused(api: Api, path: str) -> None:
    number = api.define(None)
    assert api("DELETE", path).status_code == 405
    assert api("GET", f"/imports/{number}").status_code == 200


@pytest.mark.parametrize("path", ["/segments/", "/V1/segments", "/V1/segments/", "//V1/segments/", "/SEGMENTS"])
def test_spellings_of_a_path(api: Api, path: str) -> None:
    number = api.segment()
    url = api.sandbox.url + path
    assert [row["id"] for row in api.session.get(url, timeout=10).json()] == [number]


@pytest.mark.parametrize("line", ["POST /targets", "PUT /targets", "POST /imports/20/executions"])
def test_411_without_content_length(api: Api, line: str) -> None:
    head = line + " HTTP/1.1\nHost: {host}\nX-Key: {key}\nContent-Type: application/json\nConnection: close"
    assert raw(api, head).startswith(b"HTTP/1.1 411 ")


def test_411_for_a_chunked_body(api: Api) -> None:
    answer = api("POST", "/targets", data=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert answer.status_code == 411


def test_a_post_without_body_needs_content_length_0_only(api: Api) -> None:
    target, segment = api.create("a@example.com")["id"], api.segment()
    head = f"POST /targets/{target}/segments/{segment} HTTP/1.1\nHost: {{host}}\nX-Key: {{key}}\nConnection: close"
    assert raw(api, head).startswith(b"HTTP/1.1 411 ")
    assert raw(api, head + "\nContent-Length: 0").startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", ""])
def test_415_for_another_content_type(api: Api, kind: str) -> None:
    answer = api("POST", "/targets", data=b'{"Email": "a@example.com"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.mperf.v8.import.v1+json"])
def test_json_under_its_other_names(api: Api, kind: str) -> None:
    answer = api("POST", "/imports", data=b'{"name": "i"}', headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.mperf.v8.import.v1+json"


def test_a_source_of_another_content_type_is_415(api: Api) -> None:
    number = api.define(None)
    for kind in ("text/csv", "application/json"):
        headers = {"Content-Type": kind}
        assert api("PUT", f"/imports/{number}/source", data=b"a;b", headers=headers).status_code == 415


def test_broken_json_is_400_with_text(api: Api) -> None:
    for body in (b"{", b"NaN", b'{"Email": }', b"\xff"):
        answer = api("POST", "/targets", data=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, bool(answer.text)) == (400, True)


def test_expect_100_continue_is_answered(api: Api) -> None:
    number = api.define(None)
    head = (
        f"PUT /imports/{number}/source HTTP/1.1\nHost: {{host}}\nX-Key: {{key}}\nConnection: close\n"
        "Content-Type: application/octet-stream\nContent-Length: 3\nExpect: 100-continue"
    )
    answer = raw(api, head, b"a;b")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


def test_rate_headers_are_present_and_count_down(make_api: MakeApi) -> None:
    first, second = (make_api(rate=1000)("GET", "/me") for _ in range(2))
    for answer in (first, second):
        assert answer.headers["X-RateLimit-Limit"] == "1000"
        assert int(answer.headers["X-RateLimit-Remaining"]) < 1000
        assert int(answer.headers["X-RateLimit-Reset"]) > 1_700_000_000


def test_rate_headers_can_be_absent(make_api: MakeApi) -> None:
    answer = make_api(assume={"rate-headers": "no"})("GET", "/me")
    assert not [name for name in answer.headers if name.lower().startswith("x-ratelimit")]


@pytest.mark.parametrize("style", ["no", "seconds", "date"])
def test_too_many_requests_are_429(make_api: MakeApi, style: str) -> None:
    api = make_api(rate=5, assume={"retry-after": style, "rate-reset": "delta"})
    answers = [api("GET", "/me") for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].content == b""
    assert refused[0].headers["X-RateLimit-Remaining"] == "0"
    assert refused[0].headers["X-RateLimit-Reset"] == "1"
    after = refused[0].headers.get("Retry-After", "")
    assert after == {"no": "", "seconds": "1"}[style] if style != "date" else parsedate_to_datetime(after)


def test_another_host_name_is_refused(api: Api) -> None:
    for path in ("/", "/sandbox/targets", "/me"):
        assert api("GET", path, headers={"Host": "evil.example.com"}).status_code == 421


def test_many_calls_on_one_connection(api: Api) -> None:
    address = urlsplit(api.sandbox.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    for status, key in ((200, api.sandbox.key), (401, "wrong")) * 3:
        connection.request("GET", "/me", headers={"X-Key": key})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


def test_a_body_may_come_with_a_get(api: Api) -> None:
    target = api.create("a@example.com", City="Lyon")["id"]
    answer = api("GET", f"/targets/{target}", ["8107"])
    assert answer.json()["fields"] == {"8107": "Lyon"}
    kind = {"Content-Type": "application/vnd.mperf.v8.model.v1+json"}
    assert len(api("GET", f"/targets/{target}", data=b"{}", headers=kind).json()["fields"]) == 13
