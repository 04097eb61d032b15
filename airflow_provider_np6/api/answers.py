"""What an answer means: a result, or the error that says what to do next. Decides; touches no network."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from airflow_provider_np6.api.call import Answer, Call
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6AuthError,
    NP6BadInputError,
    NP6ConflictError,
    NP6ForbiddenError,
    NP6NotFoundError,
    NP6OutcomeUnknownError,
    NP6RateLimitError,
    NP6SettingsError,
    NP6UnavailableError,
    NP6UnreadableAnswerError,
)

__all__ = ["LOOK_FIRST", "RateSigns", "read_answer", "signs_of"]

T = TypeVar("T")

_TEXT_LIMIT = 300
_EMAIL = re.compile(r"[^\s\"'<>()\[\],;:]+(?:@|%40)[^\s\"'<>()\[\],;:]+", re.IGNORECASE)
_HIDDEN = "[…]"

# What to do after a call that is not safe to repeat and whose answer tells nothing.
LOOK_FIRST = "The call is not safe to repeat: look in NP6 whether it was carried out."


def read_answer(call: Call[T], answer: Answer, settings: ApiSettings) -> T:
    """The result of a call, or the error its answer stands for.

    :raises NP6Error: see the tree in ``exceptions.py``.
    """
    if 300 <= answer.status < 400:
        raise _redirected(call, answer, settings)
    if answer.status not in call.accepted and not 200 <= answer.status < 300:
        raise _refused(call, answer, settings)
    # A page where NP6 answers JSON or nothing: a portal, or a wrong base path (data-side: trap 5).
    if _is_page(answer):
        raise _unreadable(call, answer, settings, "a web page")
    try:
        return call.read(answer)
    except ValueError as error:
        # json's own message may quote the content, ours never does.
        why = "no JSON" if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) else str(error)
    raise _unreadable(call, answer, settings, why)


def _is_page(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").strip().lower()
    return kind.startswith("text/html") or (not kind and answer.body.lstrip()[:1] == b"<")


@dataclass(frozen=True, slots=True)
class _Rule:
    error: type[NP6ApiError]
    sentence: str


_RULES = {
    401: _Rule(
        NP6AuthError,
        "NP6 refused the X-Key of {connection} ({call}: 401): put the account's X-Key into the connection's password",
    ),
    403: _Rule(
        NP6ForbiddenError,
        "The X-Key of {connection} may not do this ({call}: 403): ask the NP6 administrator to give its user the right",
    ),
    404: _Rule(
        NP6NotFoundError,
        "NP6 has nothing at {call} (404): check the id, and that {location} is the API host of {connection}",
    ),
    409: _Rule(
        NP6ConflictError,
        "NP6 says that something is in the way of {call} (409): it exists already, its state forbids this, or "
        "the key's user lacks the right",
    ),
    411: _Rule(
        NP6BadInputError,
        "NP6 missed the length of {call} (411): a proxy between here and {location} probably removes it",
    ),
    415: _Rule(
        NP6BadInputError,
        "NP6 does not take this media type for {call} (415): a proxy between here and {location} probably changes it",
    ),
    429: _Rule(
        NP6RateLimitError,
        "NP6 limits the rate of {connection} ({call}: 429): send fewer calls at once, or later",
    ),
}
_ANY_4XX = _Rule(NP6BadInputError, "NP6 does not accept {call} ({status}): check the values that are sent")
_ANY_5XX = _Rule(NP6UnavailableError, "NP6 could not answer {call} ({status}): try again later")
_UNSAFE_5XX = _Rule(
    NP6OutcomeUnknownError,
    "NP6 failed at {call} ({status}), which is not safe to repeat: look in NP6 whether it was carried out",
)


def _rule(call: Call[Any], status: int) -> _Rule:
    # 408: a gateway gave up, perhaps after NP6 had begun.
    if status < 500 and status != 408:
        return _RULES.get(status, _ANY_4XX)
    return _ANY_5XX if call.repeatable else _UNSAFE_5XX


def _refused(call: Call[Any], answer: Answer, settings: ApiSettings) -> NP6ApiError:
    rule = _rule(call, answer.status)
    text = _text_of(call, answer, settings)
    sentence = rule.sentence.format(
        connection=settings.connection, location=settings.location, status=answer.status, call=name_of(call)
    )
    hint = dict(call.hints).get(answer.status, "")
    return rule.error(
        " ".join(filter(None, (_with_details(sentence, text, answer, settings), hint))),
        text=text,
        hint=hint,
        retry_after=_asked_to_wait(answer),
        **_facts(call, answer, settings),
    )


def _asked_to_wait(answer: Answer) -> float | None:
    signs = signs_of(answer.headers, time.time())
    if answer.status == 429 and signs.retry_after is None:
        # Only here: on any other answer the reset is the end of a window that may have room left.
        return signs.reset
    return signs.retry_after


def _redirected(call: Call[Any], answer: Answer, settings: ApiSettings) -> NP6SettingsError:
    where = _host_of(answer.headers.get("location", ""))
    return NP6SettingsError(
        f"{settings.location} redirects {name_of(call)}{where} ({answer.status}). Redirects are not "
        f"followed, because the X-Key would travel along: put the final host into {settings.connection}.",
        **_facts(call, answer, settings),
    )


def _host_of(location: str) -> str:
    """Scheme and host only: the rest of the address may repeat a unicity."""
    try:
        target = urlsplit(location)
        _ = target.port  # an address whose port is none is no address
    except ValueError:
        return ""
    return f" to {target.scheme}://{target.hostname}" if target.hostname else ""


def _unreadable(call: Call[Any], answer: Answer, settings: ApiSettings, why: str) -> NP6ApiError:
    sentence = (
        f"{settings.location} answered {name_of(call)} with something else than NP6 "
        f"does ({why}): check that it is the API host of {settings.connection}"
    )
    text = _with_details(sentence, None, answer, settings)
    if answer.status < 300 and not call.repeatable:
        # What was accepted may have been done, and what was done cannot be read.
        return NP6OutcomeUnknownError(f"{text} {LOOK_FIRST}", **_facts(call, answer, settings))
    return NP6UnreadableAnswerError(text, **_facts(call, answer, settings))


def _facts(call: Call[Any], answer: Answer, settings: ApiSettings) -> dict[str, Any]:
    return {
        "status": answer.status,
        "method": call.method,
        "path": call.template,
        "request_id": _request_id(answer, settings),
    }


def _request_id(answer: Answer, settings: ApiSettings) -> str | None:
    given = answer.headers.get("x-request-id")
    return given if given is None else _without_secrets(given, settings)


def _without_secrets(words: str, settings: ApiSettings) -> str:
    for secret in settings.secrets():
        # A secret of a few letters can only be told from a part of a word where it stands alone.
        edges = ("", "") if len(secret) > 3 else (r"(?<!\w)", r"(?!\w)")
        words = re.sub(re.escape(secret).join(edges), _HIDDEN, words)
    return words


def name_of(call: Call[Any]) -> str:
    """What messages call a call: method and template, no values."""
    return f"{call.method} {call.template}"


def _with_details(sentence: str, text: str | None, answer: Answer, settings: ApiSettings) -> str:
    said = f" NP6 says: {text}" if text else ""
    request_id = _request_id(answer, settings)
    trace = f" (x-request-id {request_id})" if request_id else ""
    return f"{sentence}.{said}{trace}"


def _text_of(call: Call[Any], answer: Answer, settings: ApiSettings) -> str | None:
    """NP6's own words, without what was sent and without addresses; None when there are none."""
    words = _words_in(answer)
    if not words:
        return None
    # Redacted before it is cut: half an address would not be recognised any more.
    words = _without_secrets(words, settings)
    words = _without(words, call.private())
    words = _EMAIL.sub(_HIDDEN, words)
    words = " ".join(words.split())
    return words if len(words) <= _TEXT_LIMIT else words[: _TEXT_LIMIT - 1] + "…"


def _words_in(answer: Answer) -> str:
    if _is_page(answer):
        return ""
    body = answer.body[:20_000].decode("utf-8", errors="replace").strip()
    try:
        content = json.loads(body)
    except ValueError:
        return body
    except RecursionError:
        return ""
    return _message_in(content)


def _message_in(content: Any) -> str:
    """The text in the three shapes that a 2015 client knew, and in the plain ones (data-side:
    LegacyError).
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, Mapping):
        return ""
    for key in ("ExceptionMessage", "Message", "message", "error", "title"):
        if isinstance(content.get(key), str):
            detail = content.get("detail")  # of an RFC 9457 problem
            return f"{content[key]}: {detail}" if isinstance(detail, str) else str(content[key])
    data = content.get("errorData")
    items = data if isinstance(data, list) else []
    values = [str(item.get("value")) for item in items if isinstance(item, Mapping)]
    return ": ".join([str(content.get("errorType") or ""), *values]).strip(": ")


_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
# Numbers as people write them: phones, dates.
_DIGITS = re.compile(r"\d(?:[\s./()+-]*\d){5,}")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def _without(words: str, private: Iterable[str]) -> str:
    private = [value.strip() for value in private if value.strip()]
    # Escaped for HTML, for a URL or for JSON, a value would not be recognised.
    words = html.unescape(_ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), words))
    words = _without_numbers(unquote(words), private)
    # A bulk call may carry thousands of values, of which NP6 repeats a few.
    folded = words.casefold()
    values = {value for value in private if value.casefold() in folded}
    for value in sorted(values, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _HIDDEN, words, flags=re.IGNORECASE)
    return words


def _without_numbers(words: str, private: Iterable[str]) -> str:
    """Without the phones and dates among the values, in whatever way they are written."""
    if not _DIGITS.search(words):
        return words
    forms = {form for value in private for form in _digits_of(value)}

    def hidden(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match.group())
        return _HIDDEN if any(form in digits or digits in form for form in forms) else match.group()

    return _DIGITS.sub(hidden, words)


def _digits_of(value: str) -> Iterable[str]:
    """The digits of a value: all, those after a country's prefix, and of a date in the orders of other countries."""
    digits = re.sub(r"\D", "", value)
    if len(digits) < 6:
        return
    yield digits[-8:] if len(digits) in range(9, 16) else digits
    if date := _ISO_DATE.match(value):
        year, month, day = date.groups()
        yield from (year + month + day, day + month + year, month + day + year)


@dataclass(frozen=True, slots=True)
class RateSigns:
    """What the headers of an answer say about the rate; seconds from now, None where nothing is said."""

    remaining: int | None = None
    reset: float | None = None
    retry_after: float | None = None


def signs_of(headers: Mapping[str, str], now: float) -> RateSigns:
    """Read Retry-After and X-RateLimit-* in every unit they may come in (data-side: D-good, open question 3).

    :param headers: lower-case names.
    :param now: the current time, epoch seconds.
    """
    return RateSigns(
        remaining=_count(headers.get("x-ratelimit-remaining", "")),
        reset=_seconds(headers.get("x-ratelimit-reset"), now),
        retry_after=_seconds(headers.get("retry-after"), now),
    )


def _count(value: str) -> int | None:
    """A number of calls; less than none is none."""
    try:
        return max(0, int(float(value)))
    except (ValueError, OverflowError):
        return None


def _seconds(value: str | None, now: float) -> float | None:
    """Seconds from now, from a delta, an epoch in s, ms, µs or ns, an HTTP date or an ISO 8601 one."""
    if value is None or not value.strip():
        return None
    try:
        number = float(value)
    except ValueError:
        return _seconds_to_date(value, now)
    if number != number or number < 0:
        return None
    # A delta of more than 30 years is a point in time; one of more than 30,000 is in a smaller unit.
    for least, unit in ((1e18, 1e9), (1e15, 1e6), (1e12, 1e3)):
        if number >= least:
            number /= unit
            break
    return max(0.0, number - now) if number >= 1e9 else number


def _seconds_to_date(value: str, now: float) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(value.strip())
            # Without a zone (also "-0000") Python would take the zone of this machine.
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return max(0.0, moment.timestamp() - now)
        except (ValueError, TypeError, OverflowError):
            continue
    return None
