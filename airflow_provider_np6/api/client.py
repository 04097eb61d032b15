"""Sends calls: one set of rules, a blocking client and an awaitable one.

Per attempt: wait for the rate, send, note what the headers say, read the answer. The order and the rules are
the same in both; only how they wait differs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from tenacity import AsyncRetrying, Retrying

from airflow_provider_np6.api.answers import LOOK_FIRST, name_of, read_answer
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.api.rate import RateView, shared_rates
from airflow_provider_np6.api.retry import Rules, rules_for
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.api.transport import (
    AiohttpTransport,
    AnswerTooLargeError,
    NothingSentError,
    NotTrustedError,
    RequestsTransport,
    TransportError,
    prepare,
)
from airflow_provider_np6.exceptions import (
    NP6Error,
    NP6OutcomeUnknownError,
    NP6RateLimitError,
    NP6SettingsError,
    NP6UnavailableError,
    NP6UnreadableAnswerError,
)

__all__ = ["AsyncNP6Client", "NP6Client"]

T = TypeVar("T")


class NP6Client:
    """Blocking client of one account. Safe to use from several threads; opens nothing before the first call.

    :param settings: where and how.
    :param rate: a view of the account's rate; None shares that of this process.
    :param clock: monotonic seconds; for tests.
    :param sleep: waits that many seconds; for tests.
    """

    def __init__(
        self,
        settings: ApiSettings,
        *,
        rate: RateView | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self._rate = rate or shared_rates().view_of(settings)
        self._clock, self._sleep = clock, sleep
        self._transport = RequestsTransport(settings)

    def send(self, call: Call[T], *, within: float | None = None) -> T:
        """Send a call, repeating it where that is safe, and return its result.

        :param within: seconds until no further attempt may begin; the settings' total deadline if that is
            sooner.
        :raises NP6Error: see the tree in ``exceptions.py``.
        """
        rules = _rules(call, self.settings, within, self._clock)
        result: T = Retrying(sleep=self._sleep, **rules.options())(self._attempt, call, rules)
        return result

    def _attempt(self, call: Call[T], rules: Rules) -> T:
        if delay := self._rate.delay(rules.deadline - rules.clock()):
            _refuse_to_wait(call, delay, rules, self.settings)
            self._sleep(delay)
        failure: NP6Error
        try:
            answer = self._transport.send(prepare(call, self.settings, rules.end - rules.clock()))
        except TransportError as error:
            failure = _failure(call, error, self.settings)
        else:
            self._rate.note(answer.status, answer.headers)
            return read_answer(call, replace(answer, after_loss=rules.lost), self.settings)
        raise failure

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncNP6Client:
    """Awaitable client of one account, for many calls at once and for triggers. Never blocks the event loop.

    :param connections: the most calls in flight at once.
    """

    def __init__(
        self,
        settings: ApiSettings,
        *,
        connections: int = 20,
        rate: RateView | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self._rate = rate or shared_rates().view_of(settings)
        self._clock, self._sleep = clock, sleep
        self._transport = AiohttpTransport(settings, connections)

    async def send(self, call: Call[T], *, within: float | None = None) -> T:
        """Send a call; the rules, results and errors of :meth:`NP6Client.send`."""
        rules = _rules(call, self.settings, within, self._clock)
        retrying = AsyncRetrying(sleep=self._sleep, **rules.options())
        result: T = await retrying(self._attempt, call, rules)
        return result

    async def _attempt(self, call: Call[T], rules: Rules) -> T:
        if delay := self._rate.delay(rules.deadline - rules.clock()):
            _refuse_to_wait(call, delay, rules, self.settings)
            await self._sleep(delay)
        failure: NP6Error
        try:
            answer = await self._transport.send(prepare(call, self.settings, rules.end - rules.clock()))
        except TransportError as error:
            failure = _failure(call, error, self.settings)
        else:
            self._rate.note(answer.status, answer.headers)
            return read_answer(call, replace(answer, after_loss=rules.lost), self.settings)
        raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _rules(call: Call[Any], settings: ApiSettings, within: float | None, clock: Callable[[], float]) -> Rules:
    return rules_for(
        name_of(call),
        repeatable=call.repeatable,
        max_retries=settings.max_retries,
        within=settings.total_deadline if within is None else min(within, settings.total_deadline),
        # A call that is known to take long may outlast the deadline of the others.
        lasting=max(settings.total_deadline, call.patience),
        clock=clock,
    )


def _refuse_to_wait(call: Call[Any], delay: float, rules: Rules, settings: ApiSettings) -> None:
    """:raises NP6RateLimitError: the rate lets the call leave only after its deadline."""
    if rules.clock() + delay > rules.deadline:
        raise NP6RateLimitError(
            f"The rate of {settings.connection} lets {name_of(call)} leave only in {delay:.0f} s, after its deadline: "
            "send fewer calls at once, raise the extra 'rate', or try again later.",
            method=call.method,
            path=call.template,
            retry_after=delay,
            sent=False,
        )


def _failure(call: Call[Any], error: TransportError, settings: ApiSettings) -> NP6Error:
    """What a call without a usable answer means for the caller."""
    where = f"{settings.location} ({settings.connection})"
    method, path = call.method, call.template
    match error:
        case NotTrustedError():
            return NP6SettingsError(
                f"No secure connection to {where}: {error.reason}. Check the host; "
                "behind a company proxy give its CA bundle in the extra 'verify'."
            )
        case NothingSentError():
            sentence = f"{where} could not be reached: {error.reason}. Check its host, and the network."
            return NP6UnavailableError(sentence, method=method, path=path, sent=False)
        case AnswerTooLargeError():
            sentence = f"{where} is not NP6: {error.reason}. Check the host in the connection."
            if not call.repeatable:
                return NP6OutcomeUnknownError(f"{sentence} {LOOK_FIRST}", method=method, path=path)
            return NP6UnreadableAnswerError(sentence, method=method, path=path)
    lost = f"{where} gave no answer to {name_of(call)}: {error.reason}."
    if call.repeatable:
        return NP6UnavailableError(f"{lost} Try again later.", method=method, path=path)
    return NP6OutcomeUnknownError(f"{lost} {LOOK_FIRST}", method=method, path=path)
