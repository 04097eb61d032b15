"""What headers and bodies mean, without a network."""

from __future__ import annotations

import time

import pytest

from airflow_provider_np6.api import targets
from airflow_provider_np6.api.answers import read_answer, signs_of
from airflow_provider_np6.api.call import Answer
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import NP6ApiError, NP6BadInputError, NP6UnreadableAnswerError

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
