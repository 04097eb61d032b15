"""Sending: results per recipient, what forbids it, ids of messages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import EMAIL, SMS, Api, MakeApi, by_id


def test_each_recipient_has_a_result_in_its_place(api: Api) -> None:
    first, second = (api("GET", f"/targets/{target}").json() for target in api.people(2))
    recipients = [
        {"type": "unicity", "value": ["P1@example.com"]},
        {"type": "id", "value": "000ZZZZZ"},
        {"type": "hash", "value": first["hash"].upper()},
        {"type": "footprint", "unicity": "p0@example.com"},
        {"type": "unicity", "value": ["nobody@example.com"]},
        {"type": "unicity", "value": ["too", "many"]},
    ]
    answer = api.send(api.validated(), [{"recipient": recipient} for recipient in recipients])
    assert answer.status_code == 200
    results = answer.json()
    assert [result["type"] for result in results] == ["success", "error", "success", "success", "error", "error"]
    assert results[0]["recipient"] == {
        "type": "footprint",
        "id": second["id"],
        "unicity": "p1@example.com",
        "hash": second["hash"],
    }
    assert results[1]["value"] == {"type": "recipient not found", "recipient": recipients[1]}
    assert results[3]["recipient"]["id"] == first["id"]
    assert len({result["id"] for result in results if "id" in result}) == 3
    assert [m["address"] for m in api.sandbox.messages() if not m["proof"]] == [
        "p1@example.com",
        "p0@example.com",
        "p0@example.com",
    ]


def test_one(api: Api) -> None:
    (target,), action = api.people(1), api.validated()
    result = api.send(action, by_id(target), how="execution").json()
    assert result["type"] == "success"
    assert api.send(action, by_id("000ZZZZZ"), how="execution").json()["type"] == "error"
    assert api("GET", f"/messages/{result['id']}").json()["actionId"] == action


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([{}], 400),
        ({"recipient": {"type": "id", "value": "x"}}, 400),
        ([{"recipient": {"type": "unicity", "value": "p0@example.com"}}], 400),
        ([{"recipient": {"type": "id", "value": ["x"]}}], 400),
        ([{"recipient": {"type": "name", "value": "x"}}], 400),
        ([by_id("x", headers={"from": "me@example.com"})], 400),
        ([by_id("x", stamp={"id": "not a uuid"})], 400),
        ([by_id("x", content={"html": "other"})], 409),
        ([], 200),
    ],
)
def test_bodies(api: Api, body: Any, status: int) -> None:
    assert api.send(api.validated(), body).status_code == status


@pytest.mark.parametrize("media", ["application/json", SMS, "text/plain", ""])
def test_the_type_of_the_body_is_looked_at(api: Api, media: str) -> None:
    assert api.send(api.validated(), [], media=media).status_code == 415


def test_sms(api: Api) -> None:
    action = api.validated("smsMessage")
    with_phone, without = api.create("a@example.com", Mobile="0600000000"), api.create("b@example.com")
    assert api.send(action, [], media=EMAIL).status_code == 415
    results = api.send(action, [by_id(with_phone["id"]), by_id(without["id"])], media=SMS).json()
    assert [result["type"] for result in results] == ["success", "success"]
    messages = [m for m in api.sandbox.messages() if not m["proof"]]
    assert [(m["address"], m["state"]) for m in messages] == [("0600000000", "sent"), (None, "emptyAddress")]


def test_content_may_be_overridden_with_templating_4_1(api: Api) -> None:
    (target,) = api.people(1)
    action = api.validated(settings={"templating": {"version": 4.1}})
    assert api.send(action, [by_id(target, subject="Other", content={"html": "other"})]).status_code == 200
    assert api.sandbox.messages()[-1]["content"] == {"subject": "Other", "html": "other", "text": ""}


@pytest.mark.parametrize(("answer", "sent"), [("sent-again", 2), ("ignored", 1)])
def test_a_stamp_that_comes_twice(make_api: MakeApi, answer: str, sent: int) -> None:
    api = make_api(assume={"repeated-stamp": answer})
    (target,), action, stamp = api.people(1), api.validated(), {"id": str(uuid.uuid4())}
    results = [api.send(action, [by_id(target, stamp=stamp)]).json()[0] for _ in range(2)]
    assert [result["id"] for result in results] == [stamp["id"]] * 2
    assert len([m for m in api.sandbox.messages() if not m["proof"]]) == sent


@pytest.mark.parametrize(
    ("answer", "result", "state"),
    [("cancelled", "success", "redlist"), ("error", "error", None), ("sent", "success", "sent")],
)
def test_a_recipient_on_the_red_list(make_api: MakeApi, answer: str, result: str, state: str | None) -> None:
    api = make_api(assume={"redlisted-recipient": answer})
    (target,), action = api.people(1), api.validated()
    api("POST", f"/targets/{target}/redlist/mail", {})
    assert api.send(action, [by_id(target)]).json()[0]["type"] == result
    assert [m["state"] for m in api.sandbox.messages() if not m["proof"]] == ([state] if state else [])
    cancelled = [event["source"]["detail"]["cancellation"]["type"] for event in api.events(f"{EVENTS}/cancellations")]
    assert cancelled == (["redlist"] if answer == "cancelled" else [])


EVENTS = "/actions/events"


def test_recipients_refused_on_demand(api: Api) -> None:
    targets, action = api.people(4), api.validated()
    api.sandbox.script_faults([{"kind": "refuse-recipients", "every": 2, "cause": "too busy"}])
    results = api.send(action, [by_id(target) for target in targets]).json()
    assert [result["type"] for result in results] == ["success", "error", "success", "error"]
    assert results[1]["value"]["type"] == "too busy"
    assert len(api.events(EVENTS)) == 4


def test_a_lost_answer_has_sent(api: Api) -> None:
    (target,), action = api.people(1), api.validated()
    api.sandbox.script_faults([{"kind": "reset-after", "match": {"path": "/executions$"}}])
    with pytest.raises(requests.ConnectionError):
        api.send(action, [by_id(target)])
    assert len([m for m in api.sandbox.messages() if not m["proof"]]) == 1


def test_the_older_single_send(api: Api) -> None:
    (target,), action = api.people(1), api.validated()
    assert api("POST", f"/actions/{action}/targets/{target}").status_code == 204
    headers = {"Accept": "application/vnd.mperf.v8.message.id"}
    assert uuid.UUID(api("POST", f"/actions/{action}/targets/{target}", headers=headers).json())
    assert api("POST", f"/actions/{action}/targets/000ZZZZZ").status_code == 404
    assert api("POST", f"/actions/{api.action()}/targets/{target}").status_code == 409


def test_the_legacy_bulk_send(api: Api) -> None:
    targets, action, media = api.people(2), api.validated(), "application/vnd.np6.cm.email-v4"
    ids = api.send(action, [by_id(target) for target in targets], media=media, how="targets").json()
    assert [api("GET", f"/messages/{identifier}").json()["target"] for identifier in ids] == targets
    assert api.send(action, [by_id(targets[0]), by_id("000ZZZZZ")], media=media, how="targets").status_code == 404
    assert len([m for m in api.sandbox.messages() if not m["proof"]]) == 2


def test_two_unicity_fields(make_api: MakeApi) -> None:
    api = make_api(account="two-unicity")
    target = api.create("a@example.com", Brand="one")
    recipient = {"recipient": {"type": "unicity", "value": ["a@example.com", "one"]}}
    (result,) = api.send(api.validated(), [recipient]).json()
    assert result["recipient"]["id"] == target["id"]
    assert result["recipient"]["unicity"] == "a@example.comone"
