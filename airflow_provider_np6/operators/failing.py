"""How an error of this package ends an Airflow task: tried again where that may help, failed at once where not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from airflow_provider_np6.exceptions import NP6Error


@contextmanager
def failing_as_task() -> Iterator[None]:
    """Turn an :class:`NP6Error` into what Airflow understands, with the same sentence."""
    try:
        yield
    except NP6Error as error:
        if error.retryable:
            raise AirflowException(str(error)) from error
        raise AirflowFailException(str(error)) from error
