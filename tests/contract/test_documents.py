"""The documents themselves: valid, and of one mind where both sides carry an operation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.contract import (
    DOCUMENTS,
    FOLDER,
    Operation,
    document,
    errors,
    operations,
    operations_of,
    samples,
)

DATA, ACTIVATION, BESIDE = (operations_of(name) for name in DOCUMENTS)
BOTH = sorted(set(DATA) & set(ACTIVATION))

# What the two sides list differently, by operation: statuses that only one of them has. The data side rules: an
# application that is not there answers 404. Neither list is complete: any call may answer 401, 429 and 5xx (D-good).
ONLY_DATA: dict[tuple[str, str], set[int]] = {
    ("GET", "/parameters/applications"): {401},
    ("POST", "/parameters/applications"): {401},
    ("GET", "/parameters/applications/{uuid}"): {401, 404},
}
ONLY_ACTIVATION = {429}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_is_openapi(name: str) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert [error.message for error in OpenAPIV31SpecValidator(document(name)).iter_errors()] == []


def test_how_many_operations_there_are() -> None:
    assert (len(DATA), len(ACTIVATION), len(BOTH)) == (62, 102, 10)
    assert len(set(DATA) | set(ACTIVATION)) == 154
    assert not set(BESIDE) & (set(DATA) | set(ACTIVATION))
    assert all(operations()[key].document == "data-side" for key in BOTH)


@pytest.mark.parametrize("key", BOTH, ids=" ".join)
class TestBothSides:
    def test_they_ask_alike(self, key: tuple[str, str]) -> None:
        assert _parameters(DATA[key]) == _parameters(ACTIVATION[key])
        assert list(DATA[key].bodies) == list(ACTIVATION[key].bodies)

    def test_what_one_sends_the_other_takes(self, key: tuple[str, str]) -> None:
        for here, there in ((DATA[key], ACTIVATION[key]), (ACTIVATION[key], DATA[key])):
            for media, schema in here.bodies.items():
                for sample in samples(schema):
                    assert errors(there.bodies[media], sample) == []

    def test_they_list_the_same_statuses_but_for_these(self, key: tuple[str, str]) -> None:
        data, activation = ({status for status, _, _ in side[key].answers} for side in (DATA, ACTIVATION))
        assert data - activation == ONLY_DATA.get(key, set())
        assert activation - data == ONLY_ACTIVATION

    def test_a_detailed_answer_fits_the_general_one(self, key: tuple[str, str]) -> None:
        """The activation side says what an event holds; the data side leaves it open, and never says otherwise."""
        detailed, general = _answer(ACTIVATION[key]), _answer(DATA[key])
        for sample in samples(detailed):
            assert errors(general, sample) == []
        for item in samples(detailed.get("items", detailed)):
            assert errors(general.get("items", general), item) == []


def _parameters(operation: Operation) -> set[tuple[str, str, bool, str, str | None]]:
    return {
        (one["name"], one["in"], bool(one.get("required")), str(one["schema"]["type"]), one["schema"].get("format"))
        for one in operation.parameters
    }


def _answer(operation: Operation) -> Any:
    [schema] = [node["schema"] for status, _, node in operation.answers if status == 200]
    from tests.contract.contract import followed

    return followed(operation.document, schema)


def test_every_correction_is_recorded() -> None:
    record = (FOLDER / "corrections.md").read_text(encoding="utf-8")
    for name in DOCUMENTS:
        assert f"{name}.openapi.yaml" in record
    for method, template in [*BESIDE, *BOTH]:
        assert f"`{method} {template}`" in record
