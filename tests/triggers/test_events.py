"""Events are read as they were written, and refused when they are not whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_np6.exceptions import (
    NP6AuthError,
    NP6Error,
    NP6ImportFailedError,
    NP6SettingsError,
    NP6TriggerEventError,
)
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind, decode, encode

K = ImportEventKind
EVENTS = [
    ImportEvent(K.DONE, (1, 2)),
    ImportEvent(K.FAILED, (1, 2), import_id=2, state=2),
    ImportEvent(K.UNEXPECTED, (1,), import_id=1, state=7),
    ImportEvent(K.MISSING, (1,), import_id=1),
    ImportEvent(K.TIMEOUT, (1,), import_id=1),
    ImportEvent.of_error((1,), NP6AuthError("refused")),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_there_and_back(event: ImportEvent) -> None:
    assert decode(json.loads(json.dumps(encode(event))), event.import_ids) == event


WHOLE = encode(EVENTS[1])


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "done",
        [],
        {},
        {**WHOLE, "version": 2},
        {**WHOLE, "kind": "finished"},
        {**WHOLE, "import_ids": None},
        {**WHOLE, "import_ids": ["1", 2]},
        {**WHOLE, "import_ids": [True, 2]},
        {**WHOLE, "import_id": None},
        {**WHOLE, "import_id": 3},
        {**WHOLE, "import_id": "2"},
        {**WHOLE, "message": 3},
        {**WHOLE, "kind": "unexpected", "state": None},
        {**WHOLE, "kind": "error"},
        {**WHOLE, "kind": "done", "import_ids": []},
        {key: value for key, value in WHOLE.items() if key != "state"},
    ],
)
def test_what_is_not_whole_is_refused(payload: Any) -> None:
    with pytest.raises(NP6TriggerEventError):
        decode(payload)


def test_an_event_about_something_else_is_refused() -> None:
    with pytest.raises(NP6TriggerEventError, match="other imports"):
        decode(encode(ImportEvent(K.DONE, (1,))), (2,))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NP6AuthError("x", status=401), NP6AuthError),
        (NP6SettingsError("x"), NP6SettingsError),
        (NP6ImportFailedError(3), NP6Error),
    ],
)
def test_errors_come_back_in_kind(error: NP6Error, kind: type[NP6Error]) -> None:
    again = decode(encode(ImportEvent.of_error((1,), error))).as_error()
    assert type(again) is kind
    assert str(again) == str(error)


@pytest.mark.parametrize("name", ["SystemExit", "annotations", "no such", ""])
def test_a_foreign_error_class_is_not_made(name: str) -> None:
    event = ImportEvent(K.ERROR, (1,), error=name, message="x")
    assert type(event.as_error()) is NP6Error
