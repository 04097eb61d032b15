"""Models survive what NP6 is known to send, and what it may send one day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_np6.models.fields import Constraint, Field, ValueList, unicity_fields
from airflow_provider_np6.models.imports import ImportOutcome, ImportState, outcome_of
from airflow_provider_np6.models.reading import as_date, as_int
from airflow_provider_np6.models.segments import Segment
from airflow_provider_np6.models.targets import DeletedTarget, Target


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2016-06-14T15:03:24.788Z", datetime(2016, 6, 14, 15, 3, 24, 788000, UTC)),
        ("2016-06-14T15:03:24.7881234Z", datetime(2016, 6, 14, 15, 3, 24, 788123, UTC)),
        ("2016-06-14T15:03:24", datetime(2016, 6, 14, 15, 3, 24, 0, UTC)),
        ("2016-06-14T15:03:24+02:00", datetime(2016, 6, 14, 13, 3, 24, 0, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("soon", None),
        (None, None),
        (12, None),
    ],
)
def test_dates(value: Any, moment: datetime | None) -> None:
    assert as_date(value) == moment


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), ("3", 3), (" -10 ", -10), (3.0, 3), (3.5, None), (True, None), ("x", None), (None, None)],
)
def test_numbers(value: Any, number: int | None) -> None:
    assert as_int(value) == number


def test_a_field() -> None:
    field = Field.from_json(
        {
            "type": "textField",
            "id": "8102",
            "name": "Lastname",
            "constraint": {"operator": 4, "value": 150},
            "new": [],
        }
    )
    assert field == Field(8102, "Lastname", "textField", constraint=Constraint(4, "150"))
    assert Field.from_json({"id": 1, "type": "hologram", "constraint": {"operator": 0}}).constraint is None


def test_unicity_fields_come_by_id() -> None:
    fields = [
        Field(9, "B", "email", is_unicity=True),
        Field(3, "A", "email", is_unicity=True),
        Field(1, "C", "date"),
    ]
    assert [field.name for field in unicity_fields(fields)] == ["A", "B"]


def test_a_value_list() -> None:
    json = {"id": 51, "name": "Civility", "ordered": None, "values": [{"index": 1, "value": "Mr"}, "Mrs"]}
    assert ValueList.from_json(json) == ValueList(51, "Civility", ("Mr", "Mrs"))


def test_a_target_shows_no_personal_data() -> None:
    target = Target.from_json(
        {
            "id": "000GMLHD",
            "hash": "h4sh",
            "creationDate": "0001-01-01T00:00:00Z",
            "fields": {"8103": "anna@example.com", "8104": None, "odd": 1},
            "redList": {"mail": {"reason": 3}},
            "bounce": [],
        }
    )
    assert target.fields == {8103: "anna@example.com", 8104: None}
    assert (target.creation_date, target.red_list) == (None, {"mail": {"reason": 3}})
    assert "anna" not in repr(target)
    assert "h4sh" not in repr(target)
    deleted = DeletedTarget.from_json({"id": "000GMLHD", "unicity": "anna@example.com"})
    assert deleted.unicity == ("anna@example.com",)
    assert "anna" not in repr(deleted)


def test_a_segment() -> None:
    segment = Segment.from_json({"type": "Static", "id": 41, "name": "s", "isTest": None, "split": 3})
    assert (segment.type, segment.is_test, segment.targets_count) == ("static", False, None)


@pytest.mark.parametrize("model", [Field, ValueList, Segment, ImportState, Target, DeletedTarget])
@pytest.mark.parametrize("json", [None, [], "x", 3])
def test_what_is_no_object_is_refused_without_quoting_it(model: Any, json: Any) -> None:
    with pytest.raises(ValueError, match="as a JSON object, got"):
        model.from_json(json)


def test_states() -> None:
    assert [outcome_of(n) for n in (0, 1, 2)] == [
        ImportOutcome.GO_ON,
        ImportOutcome.DONE,
        ImportOutcome.FAILED,
    ]
    assert {outcome_of(n) for n in (-1, 3, 10, 99)} == {ImportOutcome.UNEXPECTED}
    assert ImportState.from_json({"state": "7", "more": 1}).state == 7
    with pytest.raises(ValueError, match="state of an import"):
        ImportState.from_json({})
