"""Calls that cannot be built, because what they would do is undefined or dangerous."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_np6.api import import_formats, imports, segments, targets
from airflow_provider_np6.models.fields import Field

FIELDS = [
    Field(8103, "Email", "email", is_unicity=True),
    Field(8104, "Firstname", "textField"),
    Field(1, "8104", "date"),
]


@pytest.mark.parametrize(
    "unicities", [[], [[]], [[""]], [["  "]], [["a@example.com", ""]], ["a@example.com"], [[None]]]
)
def test_a_bulk_delete_needs_whole_unicities(unicities: Any) -> None:
    with pytest.raises(ValueError, match="unicity"):
        targets.delete_targets_by_unicity(unicities)


@pytest.mark.parametrize("target_id", ["", " ", ".", ".."])
def test_a_delete_needs_an_id(target_id: str) -> None:
    with pytest.raises(ValueError, match="is empty"):
        targets.delete_target(target_id)


@pytest.mark.parametrize("unicity", [[], [""], "a@example.com"])
def test_a_search_needs_a_unicity(unicity: Any) -> None:
    with pytest.raises(ValueError, match="unicity"):
        targets.find_target(unicity)


def test_an_id_cannot_leave_its_place() -> None:
    assert targets.get_target("../segments/5?x=1").path == "/targets/..%2Fsegments%2F5%3Fx%3D1"


def test_a_write_needs_values() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        targets.upsert_target({})


def test_numbers_that_json_does_not_have() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        targets.upsert_target({"Points": float("nan")})


@pytest.mark.parametrize("name", ["", "a b.csv", 'a".csv', "é.csv", "a\r\nX: y", "a/b.csv"])
def test_upload_names(name: str, tmp_path: Any) -> None:
    with pytest.raises(ValueError, match="name of an uploaded file"):
        imports.upload_source(1, tmp_path / "x", name)


@pytest.mark.parametrize("separator", ["", ";;", "→"])
def test_separators(separator: str) -> None:
    with pytest.raises(ValueError, match="one ASCII character"):
        import_formats.create_import_format("f", [1], separator=separator)


def test_a_format_needs_columns() -> None:
    with pytest.raises(ValueError, match="at least one column"):
        import_formats.create_import_format("f", [])


def test_what_is_safe_to_repeat() -> None:
    assert targets.upsert_target({"a": 1}).repeatable
    assert targets.delete_targets_by_unicity([["a"]]).repeatable
    assert not targets.create_target({"a": 1}).repeatable
    assert not imports.execute_import(1, 2).repeatable
    assert segments.empty_segment(1).repeatable


class TestWriteBody:
    def test_by_name_and_by_id(self) -> None:
        values = {"Email": "a@example.com", "8104": "x"}
        assert targets.write_body(values, FIELDS[:2], "name") == {"Email": "a@example.com", "Firstname": "x"}
        assert targets.write_body(values, FIELDS[:2], "id") == {"8103": "a@example.com", "8104": "x"}

    def test_a_name_goes_before_an_id(self) -> None:
        assert targets.write_body({"8104": "x"}, FIELDS, "id") == {"1": "x"}

    def test_unknown_fields_are_named_with_the_known_ones(self) -> None:
        with pytest.raises(ValueError, match="no field 'E-Mail'; its fields are: 8104, Email, Firstname"):
            targets.write_body({"E-Mail": "x"}, FIELDS, "name")

    def test_one_field_twice(self) -> None:
        with pytest.raises(ValueError, match=r"'Email' \(8103\) is given twice"):
            targets.write_body({"Email": "x", "8103": "y"}, FIELDS, "name")
