"""When waiting is over: without a network, without a clock."""

from __future__ import annotations

from airflow_provider_np6.exceptions import NP6AuthError, NP6UnavailableError
from airflow_provider_np6.models.imports import ImportState
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind
from airflow_provider_np6.triggers.watch import ImportWatch

K = ImportEventKind
GOES_ON, DONE, FAILED, ODD = ImportState(0), ImportState(1), ImportState(2), ImportState(9)


def test_all_must_be_done() -> None:
    watch = ImportWatch([1, 2, 1], 3)
    assert watch.import_ids == (1, 2)
    assert watch.saw({1: DONE, 2: GOES_ON}) is None
    assert watch.pending == (2,)
    assert watch.saw({2: DONE}) == ImportEvent(K.DONE, (1, 2))


def test_the_first_bad_one_ends_it() -> None:
    assert ImportWatch([1, 2], 3).saw({1: GOES_ON, 2: FAILED}) == ImportEvent(K.FAILED, (1, 2), 2, 2)
    assert ImportWatch([1, 2], 3).saw({1: ODD, 2: FAILED}) == ImportEvent(K.UNEXPECTED, (1, 2), 1, 9)
    assert ImportWatch([1, 2], 3).saw({1: DONE, 2: None}) == ImportEvent(K.MISSING, (1, 2), 2)


def test_failures_must_be_in_a_row() -> None:
    watch, error = ImportWatch([1], 2), NP6UnavailableError("x")
    assert [watch.failed_to_look(error), watch.failed_to_look(error)] == [None, None]
    assert watch.saw({1: GOES_ON}) is None
    assert [watch.failed_to_look(error), watch.failed_to_look(error)] == [None, None]
    assert watch.failed_to_look(error) == ImportEvent.of_error((1,), error)


def test_what_cannot_pass_ends_it_at_once() -> None:
    error = NP6AuthError("x")
    assert ImportWatch([1], 5).failed_to_look(error) == ImportEvent.of_error((1,), error)
