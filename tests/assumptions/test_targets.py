"""Writing, updating and deleting targets, whatever NP6 turns out to do."""

from __future__ import annotations

import datetime as dt

import pytest

from airflow_provider_np6.delivery.removal import ApiRemoval
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6BadInputError,
    NP6ConflictError,
    NP6ForbiddenError,
    NP6NotFoundError,
)
from airflow_provider_np6.models.fields import unicity_fields
from airflow_provider_np6.sync.purge import DueTarget, Fate
from tests.assumptions.answers import under
from tests.assumptions.conftest import Make

ADDRESS = "anna@example.com"
ROWS = [{"email": f"c{number}@example.com", "name": "Müller"} for number in range(3)]
MAPPING = {"email": "Email", "name": "Lastname"}


@under("write-keys")
@pytest.mark.parametrize("keys", ["name", "id"])
def test_keys_of_a_written_target(world: Make, answer: str, keys: str) -> None:
    np6 = world("write-keys", answer)
    hook = np6.connect(write_keys=keys)
    if keys in {"both": ("name", "id"), "name": ("name",), "id": ("id",)}[answer]:
        hook.create_target({"Email": ADDRESS, "8102": "Müller"})
        hook.upsert_target({"Email": ADDRESS, "City": "Lyon"})
        [fields] = [row["fields"] for row in np6.sandbox.targets()]
        assert (fields["Lastname"], fields["City"]) == ("Müller", "Lyon")
        return
    with pytest.raises(NP6BadInputError, match="set the extra 'write_keys' to the other of 'name' and 'id'"):
        hook.create_target({"Email": ADDRESS})
    assert np6.sandbox.targets() == []


@under("write-keys")
@pytest.mark.parametrize("keys", ["name", "id"])
def test_a_sync_per_target_says_which_setting(world: Make, answer: str, keys: str) -> None:
    np6 = world("write-keys", answer)
    report = np6.sync(write_keys=keys).run(ROWS, by="targets", mapping=MAPPING)
    if answer in ("both", keys):
        assert report.accepted == 3
    else:
        assert report.refused == 3
        assert all("'write_keys'" in reason for reason in report.reasons)
    # A file is bound by ids, so it does not matter there.
    assert np6.sync(write_keys=keys).run(ROWS, mapping=MAPPING).accepted == 3


@under("updates")
def test_fields_that_an_update_leaves_out(world: Make, answer: str) -> None:
    np6 = world("updates", answer)
    target_id = np6.target(City="Lyon")
    np6.hook.update_target(target_id, {"Email": ADDRESS, "Lastname": "Müller"})
    [fields] = [row["fields"] for row in np6.sandbox.targets()]
    assert (fields["Lastname"], fields["City"]) == ("Müller", {"partial": "Lyon", "full": None}[answer])


@under("updates")
def test_an_import_leaves_fields_alone_that_it_does_not_bind(world: Make, answer: str) -> None:
    np6 = world("updates", answer)
    np6.target("c0@example.com", City="Lyon")
    assert np6.sync().run(ROWS, mapping=MAPPING).accepted == 3
    assert np6.sync().held()["c0@example.com"]["City"] == "Lyon"
    # The other way writes whole targets when NP6 does: the page says so.
    assert np6.sync().run(ROWS, mapping=MAPPING, by="targets").accepted == 3
    assert np6.sync().held()["c0@example.com"]["City"] == {"partial": "Lyon", "full": None}[answer]


@under("upsert")
def test_an_upsert_of_a_target_that_is_missing(world: Make, answer: str) -> None:
    np6 = world("upsert", answer)
    if {"create": True, "update-only": False}[answer]:
        np6.hook.upsert_target({"Email": ADDRESS})
    else:
        with pytest.raises(NP6NotFoundError, match=r"use create_target, or Delivery\(by='import'\)"):
            np6.hook.upsert_target({"Email": ADDRESS})
        np6.target()
    np6.hook.upsert_target({"Email": ADDRESS, "City": "Lyon"})
    [row] = np6.sandbox.targets()
    assert row["fields"]["City"] == "Lyon"


@under("upsert")
def test_a_sync_that_cannot_create(world: Make, answer: str) -> None:
    np6 = world("upsert", answer)
    report = np6.sync().run(ROWS, by="targets", mapping=MAPPING)
    assert report.accepted == {"create": 3, "update-only": 0}[answer]
    assert all("Delivery(by='import')" in reason for reason in report.reasons)
    assert np6.sync().run(ROWS, mapping=MAPPING).accepted == 3


@under("bulk-delete")
def test_a_bulk_delete_tells_or_does_not(world: Make, answer: str) -> None:
    np6 = world("bulk-delete", answer)
    first, second = np6.target(), np6.target("zoe@example.com")
    deleted = np6.hook.delete_targets_by_unicity([[ADDRESS]])
    assert {"204": None, "200": [first]}[answer] == (deleted if deleted is None else [one.id for one in deleted])
    np6.hook.delete_targets_by_id([second])
    assert np6.sandbox.targets() == []


@under("bulk-delete")
def test_a_purge_does_not_need_it(world: Make, answer: str) -> None:
    np6 = world("bulk-delete", answer)
    target_id = np6.target()
    removal = ApiRemoval(np6.hook.send, tuple(unicity_fields(np6.hook.list_fields())))
    due = DueTarget(ADDRESS, (ADDRESS,), target_id)
    [(_, fate, error)] = removal.delete([due])
    assert (fate, error) == (Fate.DELETED, None)


@under("bulk-delete-form")
@pytest.mark.parametrize("form", ["flat", "nested"])
def test_form_of_a_bulk_delete(world: Make, answer: str, form: str) -> None:
    np6 = world("bulk-delete-form", answer)
    hook = np6.connect(bulk_delete_form=form)
    first, second, third = (np6.target(f"c{number}@example.com") for number in range(3))
    made = hook.create_segment("made up", "a test", dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
    hook.add_segment_members(made.id, [second])
    if form in {"both": ("flat", "nested"), "flat": ("flat",), "nested": ("nested",)}[answer]:
        hook.delete_targets_by_id([first])
        hook.delete_targets_of_segment(made.id)
        assert [row["id"] for row in np6.sandbox.targets()] == [third]
    else:
        with pytest.raises(NP6BadInputError, match="set the extra 'bulk_delete_form' to the other"):
            hook.delete_targets_by_id([first])
        with pytest.raises(NP6BadInputError, match="set the extra 'bulk_delete_form' to the other"):
            hook.delete_targets_of_segment(made.id)
        assert len(np6.sandbox.targets()) == 3
    # A delete by unicity has one form alone.
    hook.delete_targets_by_unicity([["c2@example.com"]])
    assert third not in [row["id"] for row in np6.sandbox.targets()]


@under("error-body")
def test_words_of_a_refusal(world: Make, answer: str) -> None:
    np6 = world("error-body", answer)
    with pytest.raises(NP6BadInputError) as caught:
        np6.hook.create_target({"Lastname": "Quickenborne"})
    said = {"text": True, "message": True, "exception": True, "error-data": True, "empty": False}[answer]
    assert ("NP6 says: " in str(caught.value)) == said == bool(caught.value.text)
    assert "Quickenborne" not in str(caught.value)
    assert "(400)" in str(caught.value)


@under("list-targets")
def test_all_targets_are_never_asked_for_by_mistake(world: Make, answer: str) -> None:
    np6 = world("list-targets", answer)
    np6.target()
    np6.sandbox.clear_requests()
    empties: tuple[str | list[str], ...] = ("", " ", [])
    for empty in empties:
        with pytest.raises(ValueError, match="unicity"):
            np6.hook.find_target(empty)
    assert np6.sandbox.requests() == []
    if answer == "all":
        assert len(np6.hook.request("GET", "/targets").json()) == 1
    else:
        assert answer == "400"
        with pytest.raises(NP6BadInputError):
            np6.hook.request("GET", "/targets")


@under("missing-right")
def test_a_key_without_the_right(world: Make, answer: str) -> None:
    np6 = world("missing-right", answer, keys=("reader:read-only",))
    assert len(np6.hook.list_fields()) == 13
    kind: type[NP6ApiError] = {"403": NP6ForbiddenError, "409": NP6ConflictError}[answer]
    with pytest.raises(kind, match=r"give its user the right|the key's user lacks the right") as caught:
        np6.hook.create_target({"Email": ADDRESS})
    assert not caught.value.retryable
