"""DataFrames of what the sandbox holds, with the dtypes that are promised, also where there is no row."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from airflow_provider_np6.api import action_events
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.hooks.frames import DataFrames
from airflow_provider_np6.hooks.np6 import NP6Hook

UTC_DTYPE = "datetime64[us, UTC]"


@pytest.fixture
def hook(np6_connection: Callable[..., None]) -> Iterator[NP6Hook]:
    hook = NP6Hook()
    yield hook
    hook.get_conn().close()


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_fields_and_lists(hook: NP6Hook) -> None:
    frame = hook.get_fields_df()
    assert dtypes(frame)["id"] == dtypes(frame)["value_list_id"] == "string"
    assert dtypes(frame)["is_unicity"] == "boolean"
    email = frame.set_index("name").loc["Email"]
    assert (email["id"], email["type"], bool(email["is_unicity"])) == ("8103", "email", True)
    assert frame.set_index("name").loc["Lastname", "constraint_operator"] == 4
    assert email["constraint_operator"] is pd.NA
    labels = hook.get_value_lists_df()
    assert list(labels[labels.list_id == "51"].label) == ["Mr", "Mrs", "Dr"]
    assert dtypes(labels) == {"list_id": "string", "list_name": "string", "index": "Int64", "label": "string"}


class TestTargets:
    @pytest.fixture
    def ids(self, hook: NP6Hook) -> list[str]:
        people: list[dict[str, Any]] = [
            {"Email": "anna@example.com", "Loyalty points": 12, "Birthdate": "1990-05-04", "Interests": ["Sport"]},
            {"Email": "ben@example.com", "City": "Lyon"},
        ]
        return [hook.create_target(person).id for person in people]

    def test_by_id_in_the_order_asked_for(self, hook: NP6Hook, ids: list[str]) -> None:
        frame = hook.get_targets_df([ids[1], "00000000", ids[0]])
        assert list(frame["id"]) == [ids[1], ids[0]]
        assert list(frame["Email"]) == ["ben@example.com", "anna@example.com"]
        kinds = dtypes(frame)
        assert (kinds["id"], kinds["Email"], kinds["Loyalty points"]) == ("string", "string", "Float64")
        assert kinds["Birthdate"] == kinds["creation_date"] == UTC_DTYPE
        assert (kinds["Interests"], kinds["mail_red_list"]) == ("object", "boolean")
        anna = frame.iloc[1]
        assert (anna["Loyalty points"], anna["Birthdate"]) == (12.0, pd.Timestamp("1990-05-04", tz="UTC"))
        assert anna["Interests"] == ["Sport"]
        assert frame.iloc[0]["Loyalty points"] is pd.NA
        assert pd.isna(frame.iloc[0]["Birthdate"])

    def test_by_unicity_and_by_segment(self, hook: NP6Hook, ids: list[str]) -> None:
        frame = hook.get_targets_df(unicities=["ben@example.com", ["anna@example.com"], "nobody@example.com"])
        assert list(frame["id"]) == [ids[1], ids[0]]
        segment = hook.create_segment("S", "d", datetime(2030, 1, 1, tzinfo=UTC))
        assert hook.add_segment_members(segment.id, ids) == 2
        assert set(hook.get_targets_df(segment_id=segment.id)["id"]) == set(ids)
        members = hook.get_segment_members_df(segment.id)
        assert set(members["target_id"]) == set(ids)
        assert dtypes(members) == {"segment_id": "string", "target_id": "string"}
        assert list(hook.get_segments_df()["name"]) == ["S"]
        assert dtypes(hook.get_segments_df())["expiration"] == UTC_DTYPE

    def test_nobody(self, hook: NP6Hook) -> None:
        frame = hook.get_targets_df([])
        assert len(frame) == 0
        assert dtypes(frame)["Loyalty points"] == "Float64"
        assert dtypes(frame)["Birthdate"] == UTC_DTYPE

    def test_exactly_one_way(self, hook: NP6Hook) -> None:
        with pytest.raises(ValueError, match="exactly one"):
            hook.get_targets_df()
        with pytest.raises(ValueError, match="exactly one"):
            hook.get_targets_df(["a"], segment_id=1)


def test_the_red_list_and_imports(hook: NP6Hook) -> None:
    from airflow_provider_np6.api import red_list

    made = hook.create_target({"Email": "anna@example.com"})
    hook.send(red_list.add_to_red_list(made.id, "mail"))
    frame = hook.get_red_list_df("mail")
    assert list(frame["target_id"]) == [made.id]
    assert dtypes(frame) == {
        "target_id": "string",
        "medium": "string",
        "at": UTC_DTYPE,
        "origin": "Int64",
        "detail": "object",
    }
    assert len(hook.get_red_list_df("sms")) == 0
    hook.create_import("I", hook.create_import_format("F", [8103]))
    imports = hook.get_imports_df()
    assert (list(imports["name"]), dtypes(imports)["binding"]) == (["I"], "string")


# --- what answers hold that the sandbox never gives


class Canned(DataFrames):
    """Answers every call with what was prepared for its template, read as that call reads it."""

    def __init__(self, **answers: Any) -> None:
        self._answers = {f"/{name.replace('__', '/')}": answer for name, answer in answers.items()}

    def send(self, call: Call[Any], *, within: float | None = None) -> Any:
        from airflow_provider_np6.api.call import Answer

        return call.read(Answer(200, {}, json.dumps(self._answers[call.template]).encode()))


HIT = {
    "type": "hit",
    "id": "e1",
    "timestamp": 1_700_000_000_123,
    "identity": {"type": "customer"},
    "source": {
        "type": "email",
        "detail": {
            "activation": {
                "id": "000ABC",
                "receiver": {"type": "footprint", "id": "000A0000", "unicity": "anna@example.com", "hash": "abc"},
                "recipient": "anna@example.com",
                "stamp": {"time": 1_700_000_000_000, "id": "m1"},
            },
            "link": {"type": "redirection"},
        },
    },
}


def test_events() -> None:
    frame = Canned(actions__events=[HIT, {"id": "e2", "timestamp": "2023-11-14T22:13:20Z"}]).get_events_df()
    kinds = dtypes(frame)
    assert kinds["at"] == kinds["stamped_at"] == UTC_DTYPE
    assert (kinds["id"], kinds["target_id"], kinds["json"]) == ("string", "string", "object")
    first = frame.iloc[0]
    assert first["at"] == pd.Timestamp(1_700_000_000_123, unit="ms", tz="UTC")
    assert list(first[["type", "subtype", "object_id", "target_id", "address", "message_id"]]) == [
        "hit",
        "redirection",
        "000ABC",
        "000A0000",
        "anna@example.com",
        "m1",
    ]
    assert first["unicity"] == ["anna@example.com"]
    assert first["json"] == HIT
    assert frame.iloc[1]["at"] == pd.Timestamp("2023-11-14T22:13:20Z")
    assert frame.iloc[1]["target_id"] is pd.NA


def test_events_of_another_call() -> None:
    call = action_events.list_bounces("000ABC")
    frame = Canned(**{"actions__{id}__events__bounces": [{"id": "e3", "timestamp": 1}]}).get_events_df(of=call)
    assert list(frame["type"]) == ["bounce"]
    assert list(Canned(actions__events=[]).get_events_df().columns) == list(frame.columns)
    with pytest.raises(ValueError, match="give the window to the call"):
        Canned().get_events_df(datetime(2030, 1, 1, tzinfo=UTC), of=call)


def test_actions_and_bounces() -> None:
    action = {
        "id": "000ABC",
        "type": "mailMessage",
        "informations": {"state": 50},
        "creationDate": "0001-01-01T00:00:00Z",
    }
    frame = Canned(actions=[action]).get_actions_df()
    assert (list(frame["state"]), dtypes(frame)["state"]) == ([50], "Int64")
    assert pd.isna(frame.iloc[0]["creation_date"])
    bounce = {"type": "hardUser", "fieldId": 8103, "detail": {"message": "550"}, "timestamp": "2030-01-01T00:00:00Z"}
    bounced = Canned(targets__bounces=[{"id": "000A0000", "bounces": [bounce, bounce]}, {"id": "x"}]).get_bounces_df()
    assert list(bounced["field_id"]) == ["8103", "8103"]


def test_values_that_do_not_fit_their_field(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    fields = [
        {"id": 1, "type": "numeric", "name": "Points"},
        {"id": 2, "type": "date", "name": "Born"},
        {"id": 3, "type": "textField", "name": "id"},
        {"id": 4, "type": "date", "name": "Far"},
    ]
    person = {"id": "a", "fields": {"1": "1.5", "2": "01/01/2000", "3": "own", "4": "9999-12-31T00:00:00Z"}}
    canned = Canned(fields=fields, **{"targets__{id}": person})
    frame = canned.get_targets_df(["a"])
    assert dtypes(frame)["Points"] == "Float64"
    assert (dtypes(frame)["Born"], frame.iloc[0]["Born"]) == ("string", "01/01/2000")
    assert frame.iloc[0]["id (3)"] == "own"
    assert frame.iloc[0]["Far"].year == 9999
    assert "field 'Born': 1 values are no date" in caplog.text
    assert "01/01/2000" not in caplog.text


def test_pandas_is_not_imported_with_the_hook() -> None:
    import subprocess
    import sys

    code = "import sys, airflow_provider_np6.hooks.np6; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
