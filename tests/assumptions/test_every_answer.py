"""No answer of the sandbox goes without a test of the client."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_np6.assurance.questions import QUESTIONS
from airflow_provider_np6.sandbox import ASSUMPTIONS
from tests.assumptions.answers import all_tests


def test_every_assumption_has_a_test_of_the_client() -> None:
    assert set(all_tests()) == {row.name for row in ASSUMPTIONS}


def test_every_assumption_is_a_question_that_the_package_knows() -> None:
    assert {row.name for row in ASSUMPTIONS} <= {row.name for row in QUESTIONS}


def test_the_tests_are_where_the_page_says() -> None:
    root = Path(__file__).parents[2]
    for place in {place for places in all_tests().values() for place in places}:
        file, _, name = place.partition("::")
        assert f"def {name}(" in (root / file).read_text(encoding="utf-8")
