"""The answers that the sandbox can give to open questions, and which test runs the client under which."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.sandbox import ASSUMPTIONS

CHOICES = {row.name: row.choices for row in ASSUMPTIONS}

# Assumption → the tests about it, as pytest names them.
TESTS: dict[str, list[str]] = {}


def under(name: str) -> Callable[[Callable[..., Any]], Any]:
    """Run a test once under each answer to a question; it gets the answer as ``answer``.

    What a test expects stands in a dictionary keyed by answer, so that a new answer without an expectation fails.
    """

    def mark(test: Callable[..., Any]) -> Any:
        place = f"tests/assumptions/{Path(test.__code__.co_filename).name}::{test.__name__}"
        tests = TESTS.setdefault(name, [])
        if place not in tests:
            tests.append(place)
        return pytest.mark.parametrize("answer", CHOICES[name])(test)

    return mark


def all_tests() -> dict[str, list[str]]:
    """:data:`TESTS`, complete."""
    package = importlib.import_module("tests.assumptions")
    for module in pkgutil.iter_modules(package.__path__, "tests.assumptions."):
        if ".test_" in module.name:
            importlib.import_module(module.name)
    return TESTS
