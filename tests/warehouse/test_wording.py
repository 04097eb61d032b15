"""What is repeated of a driver's message, and what is not. The messages are those of the drivers themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_np6.warehouse.wording import without_values

SQL = "SELECT emial, \"Last Name\" FROM contacts WHERE city = 'Lyon' AND id > 1234567"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('column "emial" does not exist\nLINE 1: SELECT emial', 'column "emial" does not exist'),
        ("no such column: emial", "no such column: emial"),
        ('syntax error at or near "FROM"', 'syntax error at or near "FROM"'),
        ("division by zero", "division by zero"),
        ("can't read contacts", "can't read contacts"),
        ('invalid input syntax for type integer: "ada@example.com"', "invalid input syntax for type integer: …"),
        ("Could not convert string 'O'Brien' to INT32", "Could not convert string … to INT32"),
        ("Could not convert string 'Ada\nLovelace' to INT32", "Could not convert string …"),
        ("Could not decode to UTF-8 column 'x' with text 'caf\udce9 Ada'", "Could not decode to UTF-8 column …"),
        ("Bad int64 value: Lovelace", "Bad int64 value: …"),
        ("row of ada@example.com failed", "row of … failed"),
        ("number 0033612345678 is out of range", "number … is out of range"),
        ("id 1234567 is unknown", "id 1234567 is unknown"),
        ("", ""),
    ],
)
def test_names_of_the_statement_stay_and_values_go(message: str, told: str) -> None:
    assert without_values(message, SQL) == told


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=6))
def test_no_quoted_value_gets_through(value: str) -> None:
    shown = without_values(f"Conversion Error: could not convert '{value}' to a number", "SELECT 1")
    assert value not in shown or value.strip() in "Conversion Error: could not convert … to a number"
