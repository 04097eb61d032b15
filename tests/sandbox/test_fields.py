"""Fields: created, read, updated, deleted; and what targets and imports make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.sandbox import BadOptionError, running_sandbox
from tests.sandbox.conftest import AT_ONCE, Api, MakeApi, lines

NEW = {"type": "numeric", "name": "Children", "constraint": {"operator": 4, "value": "20"}}


def test_a_new_field_holds_values(api: Api) -> None:
    before = api.create("a@example.com")
    field = api("POST", "/fields", NEW).json()
    assert field["id"] == 8114
    assert {key: field[key] for key in NEW} == NEW
    assert api("GET", f"/fields/{field['id']}").json() == field
    assert api("GET", f"/targets/{before['id']}").json()["fields"]["8114"] is None
    assert api("PUT", "/targets", {"Email": "a@example.com", "Children": 3}).json()["fields"]["8114"] == 3
    assert api("PUT", "/targets", {"Email": "a@example.com", "Children": 21}).status_code == 400
    assert api.bring(lines("b@example.com;4;x"), columns=(8103, 8114, 8111)) == 1
    assert api.named()["b@example.com"]["Children"] == 4


def test_an_update_keeps_what_it_leaves_out(api: Api) -> None:
    updated = api("PUT", "/fields/8102", {"type": "textField", "name": "Surname"}).json()
    assert updated == {**updated, "name": "Surname", "constraint": {"operator": 4, "value": "150"}}
    assert api("PUT", "/targets", {"Email": "a@example.com", "Surname": "Made Up"}).status_code == 200
    assert api("PUT", "/targets", {"Email": "a@example.com", "Lastname": "Made Up"}).status_code == 400


def test_a_deleted_field_is_gone_and_its_id_is_not_given_again(api: Api) -> None:
    number = api("POST", "/fields", NEW).json()["id"]
    api.create("a@example.com", Children=3)
    assert api("DELETE", f"/fields/{number}").status_code == 204
    assert api("GET", f"/fields/{number}").status_code == 404
    assert "Children" not in api.named()["a@example.com"]
    assert api("POST", "/fields", NEW).json()["id"] == number + 1
    assert api.named()["a@example.com"]["Children"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"type": "numeric", "name": "LASTNAME"}, 409),
        ({"type": "textField", "name": "Brand", "isUnicity": True}, 409),
        ({"type": "colour", "name": "New"}, 400),
        ({"type": "numeric"}, 400),
        ({"type": "numeric", "name": ""}, 400),
        ({**NEW, "constraint": {"operator": 4, "value": "many"}}, 400),
        ({**NEW, "constraint": {"operator": 9, "value": "1"}}, 400),
        ({"type": "date", "name": "New", "constraint": {"operator": 1, "value": "soon"}}, 400),
        ({"type": "singleSelectList", "name": "New"}, 400),
        ({"type": "singleSelectList", "name": "New", "valueListId": 999}, 404),
    ],
)
def test_fields_that_are_refused(api: Api, body: dict[str, Any], status: int) -> None:
    api.create("a@example.com")
    assert api("POST", "/fields", body).status_code == status
    assert len(api("GET", "/fields").json()) == 13


def test_changes_that_would_change_every_target_are_refused(api: Api) -> None:
    assert api("PUT", "/fields/8102", {"type": "numeric", "name": "Lastname"}).status_code == 409
    assert api("PUT", "/fields/8102", {"type": "textField", "name": "Lastname", "isUnicity": True}).status_code == 409
    assert api("PUT", "/fields/8102", {"type": "textField", "name": "City"}).status_code == 409
    assert api("DELETE", "/fields/8103").status_code == 409
    assert api("PUT", "/fields/1", NEW).status_code == 404


def test_a_second_unicity_field_before_the_first_target(api: Api) -> None:
    body = {"type": "textField", "name": "Brand", "isUnicity": True, "isMandatory": True}
    assert api("POST", "/fields", body).status_code == 200
    assert api("POST", "/targets", {"Email": "a@example.com"}).status_code == 400
    api.create("a@example.com", Brand="one")
    api.create("a@example.com", Brand="two")


def test_the_account_survives_a_restart(tmp_path: Path, make_api: MakeApi) -> None:
    store = tmp_path / "store.db"
    with running_sandbox(store=store, account="default", **AT_ONCE) as sandbox:
        api = Api(sandbox)
        api("POST", "/fields", NEW)
        api.create("a@example.com", Children=2)
    again = make_api(store=store, account="default")
    assert again.named()["a@example.com"]["Children"] == 2
    with pytest.raises(BadOptionError, match="in use"):
        make_api(store=store)
