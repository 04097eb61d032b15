"""One tree, and every error survives the way from a worker's process to another."""

from __future__ import annotations

import inspect
import pickle

import pytest

from airflow_provider_np6 import exceptions
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6Error,
    NP6ImportFailedError,
    NP6RateLimitError,
    NP6UnavailableError,
    NP6UnexpectedStateError,
)


def test_one_root_one_suffix() -> None:
    classes = {
        name: kind
        for name, kind in inspect.getmembers(exceptions, inspect.isclass)
        if kind.__module__ == exceptions.__name__
    }
    assert all(
        issubclass(kind, NP6Error) and name.startswith("NP6") and name.endswith("Error")
        for name, kind in classes.items()
    )
    assert {name for name, kind in classes.items() if issubclass(kind, NP6ApiError) and kind.retryable} == {
        "NP6RateLimitError",
        "NP6UnavailableError",
    }


@pytest.mark.parametrize(
    "error",
    [
        NP6RateLimitError("slow down", status=429, method="GET", path="/targets/{id}", retry_after=3.0, text="x"),
        NP6UnavailableError("gone", sent=False),
        NP6ImportFailedError(23),
        NP6UnexpectedStateError(23, 7),
    ],
    ids=lambda error: type(error).__name__,
)
def test_pickling(error: NP6Error) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_messages_name_the_import() -> None:
    assert "import 23" in str(NP6ImportFailedError(23))
    assert "state 7 for import 23" in str(NP6UnexpectedStateError(23, 7))
