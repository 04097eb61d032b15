"""The declaration against the account and the source."""

from __future__ import annotations

import pytest

from airflow_provider_np6.exceptions import NP6MappingError
from airflow_provider_np6.models.fields import Field
from airflow_provider_np6.sync.mapping import match_columns, resolve_mapping
from tests.sync.conftest import FIELDS


def test_names_and_ids_and_digits_find_their_field() -> None:
    mapping = resolve_mapping({"a": "Email", "b": 2, "c": "3"}, FIELDS)
    assert [entry.field.name for entry in mapping.entries] == ["Email", "Name", "Points"]
    assert [entry.column for entry in mapping.unicity] == ["a"]


def test_a_field_named_like_a_number_is_found_by_name_first() -> None:
    mapping = resolve_mapping({"a": "Email", "b": "2"}, [*FIELDS, Field(9, "2", "textField")])
    assert mapping.entries[1].field.id == 9


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({}, "The mapping is empty"),
        ({"a": "Emial"}, "NP6 has no field 'Emial' (did you mean 'Email'?)"),
        ({"a": "Email", "b": 77}, "NP6 has no field 77"),
        ({"a": "Email", "b": "Email"}, "the columns 'a', 'b' fill the same field 'Email'"),
        ({"a": "Name"}, "it lacks the unicity field 'Email'"),
    ],
)
def test_what_is_wrong_is_said(declared: dict[str, str | int], sentence: str) -> None:
    with pytest.raises(NP6MappingError) as caught:
        resolve_mapping(declared, FIELDS)
    assert sentence in str(caught.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(NP6MappingError) as caught:
        resolve_mapping({"a": "Emial", "b": "Nmae"}, FIELDS)
    assert "Emial" in str(caught.value)
    assert "Nmae" in str(caught.value)


def test_a_mandatory_field_must_be_mapped() -> None:
    fields = [*FIELDS, Field(9, "Shop", "textField", is_mandatory=True)]
    with pytest.raises(NP6MappingError, match="lacks the mandatory field 'Shop'"):
        resolve_mapping({"a": "Email"}, fields)


def test_two_fields_of_one_name_need_an_id() -> None:
    with pytest.raises(NP6MappingError, match="stands for the fields '2', '9', so give the id"):
        resolve_mapping({"a": "Email", "b": "Name"}, [*FIELDS, Field(9, "Name", "textField")])


def test_unicity_is_in_the_order_of_ids() -> None:
    fields = [Field(9, "Brand", "textField", True), *FIELDS]
    mapping = resolve_mapping({"brand": "Brand", "mail": "Email"}, fields)
    assert [entry.field.id for entry in mapping.unicity] == [1, 9]


def test_columns_are_spelt_as_the_source_does() -> None:
    mapping = resolve_mapping({"email": "Email", "name": "Name"}, FIELDS)
    matched = match_columns(mapping, ["EMAIL", "NAME", "OTHER"])
    assert [entry.column for entry in matched.entries] == ["EMAIL", "NAME"]


def test_a_missing_column_is_named_with_those_there_are() -> None:
    mapping = resolve_mapping({"email": "Email", "name": "Name"}, FIELDS)
    with pytest.raises(NP6MappingError, match=r"names the column 'name'.*it gives 'email', 'nom'"):
        match_columns(mapping, ["email", "nom"])


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(NP6MappingError, match="more than one column named 'email'"):
        match_columns(resolve_mapping({"email": "Email"}, FIELDS), ["email", "email"])


def test_the_fingerprint_follows_fields_and_not_columns() -> None:
    one = resolve_mapping({"a": "Email", "b": "Name"}, FIELDS)
    other = resolve_mapping({"x": "Name", "y": "Email"}, FIELDS)
    more = resolve_mapping({"a": "Email", "b": "Name", "c": "Points"}, FIELDS)
    assert one.fingerprint == other.fingerprint != more.fingerprint
