"""What headers and bodies mean, without a network."""

from __future__ import annotations

import time
from typing import Any

import pytest

from airflow_provider_np6.api import import_formats, imports, messages, targets
from airflow_provider_np6.api.answers import read_answer, signs_of
from airflow_provider_np6.api.call import Answer, Call
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6BadInputError,
    NP6OutcomeUnknownError,
    NP6SettingsError,
    NP6UnavailableError,
    NP6UnreadableAnswerError,
)
from airflow_provider_np6.models.messages import SmsMessage
from airflow_provider_np6.models.recipients import Recipient

NOW = 1_800_000_000.0
SETTINGS = ApiSettings(key="k", label="np6_default")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (str(int(NOW) + 30), 30.0),
        (str(int(NOW + 30) * 1000), 30.0),
        (str(int(NOW) - 30), 0.0),
        (str(int(NOW + 30) * 10**6), 30.0),
        (str(int(NOW + 30) * 10**9), 30.0),
        ("2027-01-15T08:00:42Z", 42.0),
        ("2027-01-15T09:00:42+01:00", 42.0),
        ("2027-01-15 08:00:42", 42.0),
        ("Fri, 15 Jan 2027 08:00:42", 42.0),
        ("Fri, 15 Jan 2027 08:00:42 -0000", 42.0),
        ("Fri, 15 Jan 2027 08:00:42 GMT", 42.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("nan", None),
    ],
)
def test_waits_in_every_unit(value: str, seconds: float | None) -> None:
    signs = signs_of({"retry-after": value, "x-ratelimit-reset": value}, NOW)
    assert (signs.retry_after, signs.reset) == (seconds, seconds)


def test_remaining() -> None:
    assert signs_of({"x-ratelimit-remaining": "0"}, NOW).remaining == 0
    assert signs_of({"x-ratelimit-remaining": "0.0"}, NOW).remaining == 0
    assert signs_of({"x-ratelimit-remaining": "-1"}, NOW).remaining == 0
    assert signs_of({"x-ratelimit-remaining": "inf"}, NOW).remaining is None
    assert signs_of({"x-ratelimit-remaining": "many"}, NOW).remaining is None
    assert signs_of({}, NOW).remaining is None


def refusal(body: str, content_type: str = "application/json", status: int = 400) -> NP6ApiError:
    call = targets.create_target({"Email": "anna@example.com", "Firstname": "Li", "Points": 4711})
    with pytest.raises(NP6ApiError) as caught:
        read_answer(call, Answer(status, {"content-type": content_type}, body.encode()), SETTINGS)
    return caught.value


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"Message": "bad body"}', "bad body"),
        ('{"ExceptionMessage": "bad body"}', "bad body"),
        ('{"errorType": "Bad", "errorData": [{"value": "this"}, {"value": "that"}]}', "Bad: this: that"),
        ('"bad body"', "bad body"),
        ("bad body", "bad body"),
        ("", None),
        ("{}", None),
        ("[1]", None),
        ('{"Message": "no anna@example.com here"}', "no […] here"),
        ('{"Message": "nor somebody.else@example.org"}', "nor […]"),
        (
            '{"Message": "Firstname Li is too short, Lisbon is not"}',
            "Firstname […] is too short, Lisbon is not",
        ),
        ('{"Message": "4711 points"}', "[…] points"),
    ],
)
def test_np6s_own_text(body: str, text: str | None) -> None:
    assert refusal(body).text == text


def test_a_long_text_is_cut_after_it_was_redacted() -> None:
    text = refusal(("x" * 290) + " anna@example.com " + "y" * 100).text
    assert text is not None
    assert len(text) == 300
    assert "anna" not in text


def test_np6s_own_text_without_the_key_and_the_proxys_password() -> None:
    settings = ApiSettings(key="S3cr+t", proxies={"all": "http://me:p%40ss@proxy.example.com:1"})
    body = b'{"Message": "key=S3cr+t, xS3cr%2Bty, proxy p%40ss or p@ss"}'
    calls: list[Call[Any]] = [targets.count_targets(), targets.create_target({"Email": "anna@example.com"})]
    for call in calls:
        with pytest.raises(NP6ApiError) as caught:
            read_answer(call, Answer(400, {"x-request-id": "S3cr+t"}, body), settings)
        shown = f"{caught.value} {vars(caught.value)}"
        assert "S3cr" not in shown
        assert "p%40ss" not in shown
        assert "p@ss" not in shown


class TestAnUnsafeCallThatWasAccepted:
    """Its answer cannot be read: nobody knows what it did."""

    @pytest.mark.parametrize("body", ["", "{}", "[]", '{"id": ', "<html>", "null"])
    def test_creating(self, body: str) -> None:
        with pytest.raises(NP6OutcomeUnknownError, match="look in NP6 whether"):
            read_answer(targets.create_target({"Email": "a@example.com"}), Answer(200, {}, body.encode()), SETTINGS)

    @pytest.mark.parametrize("body", [b"", b"[]", b"[{}]", b"nope"])
    def test_sending(self, body: bytes) -> None:
        two = [SmsMessage(Recipient.by_id("000A0000")), SmsMessage(Recipient.by_id("000A0001"))]
        calls: list[Call[Any]] = [
            messages.send_messages("000ABC", two),
            messages.send_to_targets("000ABC", [message.recipient for message in two]),
        ]
        for call in calls:
            with pytest.raises(NP6OutcomeUnknownError):
                read_answer(call, Answer(200, {}, body), SETTINGS)

    def test_a_web_page(self) -> None:
        with pytest.raises(NP6OutcomeUnknownError):
            read_answer(imports.execute_import(20, 1200), Answer(200, {"content-type": "text/html"}, b"x"), SETTINGS)


ABSENT: list[Call[Any]] = [
    targets.get_target("000A0000"),
    targets.find_target(["a@example.com"]),
    targets.delete_target("000A0000"),
    targets.delete_targets_by_unicity([["a@example.com"]]),
    imports.get_import_state(20),
    import_formats.is_import_format(1200, [8103]),
]


class TestNothingThere:
    """A 404 is "there is none" only from NP6: read so from a gateway, it would make somebody create or forget one."""

    @pytest.mark.parametrize("call", ABSENT, ids=str)
    @pytest.mark.parametrize("body", ["", " ", '{"Message": "no such target"}', '{"errorType": "NotFound"}', "{}"])
    def test_from_np6(self, call: Call[Any], body: str) -> None:
        assert not read_answer(call, Answer(404, {"content-type": "application/json"}, body.encode()), SETTINGS)

    @pytest.mark.parametrize("call", ABSENT, ids=str)
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("Text/HTML; charset=utf-8", "x"),
            ("", "<!doctype html><p>nothing"),
            ("application/json", '{"message": "no Route matched with those values"}'),
            ("text/plain", "404 page not found"),
            ("application/json", "[1]"),
        ],
    )
    def test_from_somebody_else(self, call: Call[Any], kind: str, body: str) -> None:
        with pytest.raises(NP6UnreadableAnswerError):
            read_answer(call, Answer(404, {"content-type": kind}, body.encode()), SETTINGS)


def test_json_too_deep_to_read() -> None:
    deep = b"[" * 200_000
    with pytest.raises(NP6UnreadableAnswerError, match="no JSON"):
        read_answer(targets.upsert_target({"Email": "a@example.com"}), Answer(200, {}, deep), SETTINGS)
    with pytest.raises(NP6BadInputError):
        read_answer(targets.upsert_target({"Email": "a@example.com"}), Answer(400, {}, deep), SETTINGS)


@pytest.mark.parametrize("location", ["http://[anna@example.com", "https://anna@example.com:x/", "//[::1"])
def test_a_redirect_to_nowhere(location: str) -> None:
    answer = Answer(302, {"location": location, "x-request-id": "abc"})
    with pytest.raises(NP6SettingsError, match="redirects GET /targets/count") as caught:
        read_answer(targets.count_targets(), answer, SETTINGS)
    assert "anna" not in str(caught.value)
    assert (caught.value.status, caught.value.method, caught.value.path) == (302, "GET", "/targets/count")
    assert caught.value.request_id == "abc"


def test_the_detail_of_a_problem_is_np6s_text() -> None:
    body = '{"type": "about:blank", "title": "Bad Request", "detail": "the name is taken"}'
    assert refusal(body, "application/problem+json").text == "Bad Request: the name is taken"


@pytest.mark.parametrize(
    "said",
    [
        "phone 06 12 34 56 78",
        "phone 33612345678",
        "phone +33 6 12 34 56 78",
        "mail anna&#64;example.com",
        "born 30/07/1987",
        "born 30.07.1987",
        "born 1987-07-30T00:00:00",
        "last O&#39;Neil",
        "last O\\u0027Neil",
        "last O%27Neil",
    ],
)
def test_values_in_another_spelling(said: str) -> None:
    person = {"Email": "anna@example.com", "Mobile": "+33612345678", "Birthdate": "1987-07-30", "Lastname": "O'Neil"}
    body = f'{{"Message": "refused: {said}"}}'.encode()
    with pytest.raises(NP6BadInputError) as caught:
        read_answer(targets.create_target(person), Answer(400, {}, body), SETTINGS)
    shown = str(caught.value)
    for part in ("34 56", "12345678", "anna", "1987", "Neil"):
        assert part not in shown


def test_408_is_no_refusal() -> None:
    assert isinstance(refusal("", status=408), NP6OutcomeUnknownError)
    with pytest.raises(NP6UnavailableError):
        read_answer(targets.count_targets(), Answer(408), SETTINGS)


def test_a_web_page_is_not_quoted() -> None:
    assert refusal("<html>blah</html>", "text/html").text is None


@pytest.mark.parametrize("status", [400, 402, 405, 410, 411, 413, 415, 418, 422])
def test_other_4xx_mean_bad_input(status: int) -> None:
    assert isinstance(refusal("", status=status), NP6BadInputError)


@pytest.mark.parametrize("body", ["", "[]", "nope", '"x"', "[[", '{"id": '])
def test_a_result_that_cannot_be_read(body: str) -> None:
    with pytest.raises(NP6UnreadableAnswerError, match="something else than NP6 does"):
        read_answer(targets.upsert_target({"Email": "a@example.com"}), Answer(200, {}, body.encode()), SETTINGS)


def test_redacting_a_large_bulk_call_is_quick() -> None:
    call = targets.delete_targets_by_unicity([[f"p{n}@example.com"] for n in range(20_000)])
    started = time.monotonic()
    with pytest.raises(NP6BadInputError) as caught:
        read_answer(call, Answer(400, {}, b"p17@example.com is odd"), SETTINGS)
    assert time.monotonic() - started < 2
    assert caught.value.text == "[…] is odd"
