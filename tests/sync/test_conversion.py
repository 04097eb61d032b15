"""Every field type, one table: the text of a cell, the value it becomes, and what is wrong with it."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_np6.models.fields import Constraint, Field
from airflow_provider_np6.sync.conversion import conversion_of, key_part
from tests.sync.conftest import LISTS

TEXT, EMAIL, PHONE, NUMBER, DATE, ONE, MANY = (
    Field(1, "T", "textField"),
    Field(2, "E", "email"),
    Field(3, "P", "phone"),
    Field(4, "N", "numeric"),
    Field(5, "D", "date"),
    Field(6, "S", "singleSelectList", value_list_id=51),
    Field(7, "M", "multipleSelectList", value_list_id=52),
)


def converted(field: Field, text: str | None) -> tuple[str | None, list[str]]:
    conversion = conversion_of(field, "cell", LISTS)
    problems = [f"CASE WHEN {condition} THEN '{code}' END" for code, condition in conversion.problems]
    query = f"SELECT {conversion.value}, [{', '.join(problems)}]::VARCHAR[] FROM (SELECT ?::VARCHAR AS cell)"
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        row = database.execute(query, [text]).fetchone()
    assert row is not None
    return row[0], [code for code in row[1] if code]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (TEXT, "O'Brien", "O'Brien"),
        (TEXT, ' a;"b"\nc ', ' a;"b"\nc '),
        (TEXT, "", None),
        (TEXT, None, None),
        (EMAIL, "  Ann@Example.com ", "Ann@Example.com"),
        (EMAIL, "o'brien+x@mail.example.co.uk", "o'brien+x@mail.example.co.uk"),
        (EMAIL, "josé@exämple.com", "josé@exämple.com"),
        (EMAIL, "   ", None),
        (PHONE, " +33 6 12-34.56 (78) ", "+33 6 12-34.56 (78)"),
        (NUMBER, "1", "1"),
        (NUMBER, "1.0", "1"),
        (NUMBER, "100", "100"),
        (NUMBER, "0.30000000000000004", "0.3"),
        (NUMBER, "-0.0", "0"),
        (NUMBER, " 12.50 ", "12.5"),
        (NUMBER, "1e3", "1000"),
        (NUMBER, ".5", "0.5"),
        (DATE, "2000-01-02", "2000-01-02T00:00:00Z"),
        (DATE, "2000-01-02T10:00:00+02:00", "2000-01-02T08:00:00Z"),
        (DATE, "2000-01-02 10:00:00", "2000-01-02T10:00:00Z"),
        (DATE, "2000-01-02T10:00:00.999Z", "2000-01-02T10:00:00Z"),
        (ONE, "mR", "Mr"),
        (ONE, " Mrs ", "Mrs"),
        (MANY, '["CAFÉ & THÉ", "sport", "Sport"]', '["Café & thé","Sport"]'),
        (MANY, "sport|café & thé", '["Café & thé","Sport"]'),
        (MANY, "[]", None),
        (MANY, '[null, ""]', None),
        (MANY, "Sport", '["Sport"]'),
    ],
)
def test_good_values(field: Field, text: str | None, value: str | None) -> None:
    assert converted(field, text) == (value, [])


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (EMAIL, "nobody", "bad_email"),
        (EMAIL, "a@b", "bad_email"),
        (EMAIL, "a b@example.com", "bad_email"),
        (EMAIL, "a@example..com", "bad_email"),
        (EMAIL, "a@@example.com", "bad_email"),
        (EMAIL, "a@example.com, b@example.com", "bad_email"),
        (EMAIL, "a@-example.com", "bad_email"),
        (PHONE, "call me", "bad_phone"),
        (PHONE, "12", "bad_phone"),
        (NUMBER, "1,5", "bad_number"),
        (NUMBER, "nan", "bad_number"),
        (NUMBER, "1_000", "bad_number"),
        (NUMBER, "9" * 40, "bad_number"),
        (DATE, "02/01/2000", "bad_date"),
        (DATE, "2000-02-30", "bad_date"),
        (DATE, "0001-01-01", "bad_date"),
        (DATE, "infinity", "bad_date"),
        (DATE, "yesterday", "bad_date"),
        (ONE, "Sir", "unknown_value"),
        (MANY, '["Sport", "Chess"]', "unknown_value"),
        (MANY, "Sport;Chess", "unknown_value"),
    ],
)
def test_bad_values(field: Field, text: str, code: str) -> None:
    assert converted(field, text)[1] == [code]


@pytest.mark.parametrize(
    ("field_type", "operator", "limit", "good", "bad", "code"),
    [
        ("textField", 4, "3", "abc", "abcd", "too_long"),
        ("textArea", 2, "3", "ab", "abc", "too_long"),
        ("textField", 3, "3", "abc", "ab", "constraint_broken"),
        ("numeric", 1, "10", "10.5", "10", "constraint_broken"),
        ("numeric", 4, "10", "10", "10.1", "constraint_broken"),
        ("numeric", 5, "10", "10.0", "9", "constraint_broken"),
        ("date", 3, "2000-01-01", "2000-01-01", "1999-12-31", "constraint_broken"),
    ],
)
def test_constraints(field_type: str, operator: int, limit: str, good: str, bad: str, code: str) -> None:
    field = Field(1, "F", field_type, constraint=Constraint(operator, limit))
    assert converted(field, good)[1] == []
    assert converted(field, bad)[1] == [code]
    assert converted(field, None)[1] == []


def test_a_length_is_counted_in_characters() -> None:
    field = Field(1, "F", "textField", constraint=Constraint(4, "3"))
    assert converted(field, "é😀ü")[1] == []


def test_an_unreadable_constraint_stops_nobody() -> None:
    field = Field(1, "F", "numeric", constraint=Constraint(4, "many"))
    assert converted(field, "5") == ("5", [])


def test_mandatory_is_checked() -> None:
    field = Field(1, "F", "textField", is_mandatory=True)
    assert converted(field, "  ")[1] == ["mandatory_missing"]


def test_an_unknown_type_is_text() -> None:
    assert converted(Field(1, "F", "hologram"), " x ") == (" x ", [])


@pytest.mark.parametrize(
    ("field", "left", "right"), [(EMAIL, "Ann@Example.COM ", "ann@example.com"), (TEXT, " A", "A")]
)
def test_keys_are_compared_as_np6_does(field: Field, left: str, right: str) -> None:
    with duckdb.connect() as database:
        query = f"SELECT {key_part(field, '?::VARCHAR')} = {key_part(field, '?::VARCHAR')}"
        assert database.execute(query, [left, right]).fetchone() == (True,)


@settings(max_examples=60, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_keeps_its_value(number: object) -> None:
    from decimal import Decimal

    value, problems = converted(NUMBER, format(number, "f"))  # type: ignore[str-format]
    assert problems == []
    assert value is not None
    assert Decimal(value) == number


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_sql(text: str) -> None:
    if "\0" in text:
        return
    for field in (TEXT, EMAIL, PHONE, NUMBER, DATE, ONE, MANY):
        converted(field, text)


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u2003", "\x1f", " \t\r\n"])
def test_white_space_is_what_python_calls_so(blank: str) -> None:
    assert converted(EMAIL, f"{blank}a@example.com{blank}") == ("a@example.com", [])
    with duckdb.connect() as database:
        assert database.execute(f"SELECT {key_part(TEXT, '?::VARCHAR')}", [blank]).fetchone() == (None,)
