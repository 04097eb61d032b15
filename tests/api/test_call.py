"""Calls that cannot be built, because what they would do is undefined or dangerous."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import import_formats, imports, segments, subscriptions, targets
from airflow_provider_np6.models.fields import Field
from tests.api.calls import CALLS, function_of

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


@pytest.mark.parametrize("form", ["flat", "nested"])
@pytest.mark.parametrize("target_ids", [[], [""], [" "], "000A0000", [None], [3], ["a", ""]])
def test_a_bulk_delete_needs_whole_ids(target_ids: Any, form: Any) -> None:
    with pytest.raises(ValueError, match="a bulk delete needs"):
        targets.delete_targets_by_id(target_ids, form)


@pytest.mark.parametrize("form", ["flat", "nested"])
@pytest.mark.parametrize("segment_id", [None, 0, -1, True, "500", "", [500]])
def test_a_bulk_delete_needs_a_segment(segment_id: Any, form: Any) -> None:
    with pytest.raises(ValueError, match="needs the id of the segment"):
        targets.delete_targets_of_segment(segment_id, form)


def test_a_bulk_delete_has_two_forms() -> None:
    with pytest.raises(ValueError, match="'flat' or 'nested'"):
        targets.delete_targets_by_id(["a"], "curly")  # type: ignore[arg-type]


@pytest.mark.parametrize("target_id", ["subscriptions", "Redlist", " events ", "bounces", "count"])
def test_a_delete_cannot_become_another_one(target_id: str) -> None:
    with pytest.raises(ValueError, match="no target id"):
        targets.delete_target(target_id)


@pytest.mark.parametrize("reference", [{}, {"unicity": "a", "hash": "b"}, {"hash": " "}])
def test_a_delete_of_subscriptions_needs_one_target(reference: Any) -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        subscriptions.delete_found_target_subscriptions(**reference)


class TestMembers:
    def test_many_are_cut_into_calls_of_fifty(self) -> None:
        calls = list(segments.in_calls(500, (f"T{n}" for n in range(101))))
        assert [len(json.loads(call.body or "")) for call in calls] == [50, 50, 1]  # type: ignore[arg-type]
        assert all(call.repeatable for call in calls)
        assert list(segments.in_calls(500, [])) == []

    @pytest.mark.parametrize("members", [[], ["x"] * 51, "000A0000", ["a", " "]])
    def test_one_call_takes_one_to_fifty(self, members: Any) -> None:
        with pytest.raises(ValueError, match=r"1 to 50 members|a member is empty"):
            segments.add_members(500, members)


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


# What is sent twice, made twice or started twice when it is repeated; and the POSTs that only read.
UNSAFE = """
    messages.send_messages messages.send_message messages.send_to_target messages.send_to_targets
    notifications.send_test notifications.execute_notification notifications.execute_notification_for_many
    actions.send_proof actions.validate_action actions.unvalidate_action actions.create_action actions.duplicate_action
    notifications.create_notification workflows.create_workflow workflows.patch_workflow workflows.duplicate_workflow
    campaigns.create_campaign webtasks.patch_webtask categories.create_category
    compilables.create_compilable compilables.execute_compilable compilables.preview_compilable
    compilables.duplicate_compilable applications.create_application
    targets.create_target segments.create_segment segments.create_dynamic_segment segments.add_target
    fields.create_field value_lists.create_value_list value_lists.add_value
    imports.create_import imports.execute_import imports.execute_import_with import_formats.create_import_format
    any_call.any_call
"""
READING_POSTS = """
    messages.render_messages messages.render_message messages.render_links notifications.render_notification
    campaigns.list_events red_list.add_to_red_list
"""


@pytest.mark.parametrize("row", CALLS)
def test_repeating(row: str, tmp_path: Path) -> None:
    call = CALLS[row](tmp_path / "x")
    function = function_of(row)
    unsafe = function in UNSAFE.split() and not (function == "any_call.any_call" and call.method == "GET")
    assert call.repeatable is not unsafe
    assert unsafe or call.method in ("GET", "PUT", "DELETE") or function in READING_POSTS.split()


class TestWriteBody:
    def test_by_name_and_by_id(self) -> None:
        values = {"Email": "a@example.com", "8104": "x"}
        assert targets.write_body(values, FIELDS[:2], "name") == {"Email": "a@example.com", "Firstname": "x"}
        assert targets.write_body(values, FIELDS[:2], "id") == {"8103": "a@example.com", "8104": "x"}

    def test_an_id_may_be_a_number(self) -> None:
        values: Any = {8104: "x"}
        assert targets.write_body(values, FIELDS[:2], "name") == {"Firstname": "x"}

    def test_a_name_goes_before_an_id(self) -> None:
        assert targets.write_body({"8104": "x"}, FIELDS, "id") == {"1": "x"}

    def test_unknown_fields_are_named_with_the_known_ones(self) -> None:
        with pytest.raises(ValueError, match="no field 'E-Mail'; its fields are: 8104, Email, Firstname"):
            targets.write_body({"E-Mail": "x"}, FIELDS, "name")

    def test_one_field_twice(self) -> None:
        with pytest.raises(ValueError, match=r"'Email' \(8103\) is given twice"):
            targets.write_body({"Email": "x", "8103": "y"}, FIELDS, "name")
