"""Events and reactivities that follow from sends, and what they leave behind on the data side."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from tests.sandbox.conftest import QUIET, SMS, Api, MakeApi, by_id

EVENTS = "/actions/events"


def _kinds(events: list[dict[str, Any]]) -> Counter[str]:
    return Counter(
        event["type"] + (f" {event['source']['detail']['link']['type']}" if event["type"] == "hit" else "")
        for event in events
    )


def _all(**rates: float) -> dict[str, float]:
    return {**QUIET, **rates}


def _sent(api: Api, number: int = 3, **more: Any) -> tuple[str, list[str]]:
    targets, action = api.people(number), api.validated(**more)
    assert api.send(action, [by_id(target) for target in targets]).status_code == 200
    return action, targets


def test_the_life_of_a_message(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=1, clicked=1, mirror=1, form=1))
    action, (target,) = _sent(api, 1)
    events = api.events(sort="asc")
    assert list(_kinds(events)) == [
        "execution",
        "activation",
        "hit open",
        "hit mirror",
        "hit redirection",
        "hit form",
    ]
    activation = events[1]["source"]["detail"]["activation"]
    assert (activation["id"], activation["kind"], activation["recipient"]) == (action, "message", "p0@example.com")
    assert activation["receiver"]["id"] == target
    assert events[0]["source"]["detail"]["execution"]["stamp"] == activation["stamp"]
    assert all(event["timestamp"] >= activation["stamp"]["time"] for event in events)
    assert len({event["id"] for event in events}) == 6


@pytest.mark.parametrize(
    ("rate", "origin"), [("unsubscribed", (3, 4)), ("complained", (5,))], ids=["unsubscribed", "complained"]
)
def test_people_who_leave_are_on_the_red_list(make_api: MakeApi, rate: str, origin: tuple[int, ...]) -> None:
    api = make_api(reactions=_all(**{rate: 1.0}))
    action, targets = _sent(api)
    entries = api("GET", "/targets/redlist/mail").json()
    assert [entry["id"] for entry in entries] == targets
    assert all(entry["origin"] in origin for entry in entries)
    assert api("GET", "/targets/redlist/sms").json() == []
    assert set(api("GET", f"/targets/{targets[0]}").json()["redList"]) == {"mail"}
    api.send(action, [by_id(targets[0])])
    assert _kinds(api.events())["cancellation"] == 1


def test_an_sms_stop(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(stopped=1))
    (target,), action = api.people(1, Mobile="0600000000"), api.validated("smsMessage")
    api.send(action, [by_id(target)], media=SMS)
    assert [entry["origin"] for entry in api("GET", "/targets/redlist/sms").json()] == [6]
    for path in (f"/actions/{action}/events/responses/stop", f"/targets/events/responses/stop?id={target}"):
        (stop,) = api.events(path)
        assert (stop["type"], stop["source"]["type"]) == ("reply", "sms")


@pytest.mark.parametrize(("rate", "verdict"), [("hard", "hard"), ("soft", "soft")])
def test_bounces(make_api: MakeApi, rate: str, verdict: str) -> None:
    api = make_api(reactions=_all(**{rate: 1.0, "opened": 1.0}))
    action, targets = _sent(api)
    bounces = api.events(f"/actions/{action}/events/bounces")
    assert {event["source"]["detail"]["bounce"]["analysis"]["verdict"] for event in bounces} == {verdict}
    assert _kinds(api.events())["hit open"] == 0
    listed = api("GET", "/targets/bounces").json()
    assert [row["id"] for row in listed] == targets
    assert all(row["bounces"][0]["type"].startswith(verdict) for row in listed)
    (bounce,) = api("GET", f"/targets/{targets[0]}").json()["bounce"]
    assert bounce["field"] == 8103
    assert bounce["type"] in ((51, 52, 54) if verdict == "hard" else (4,))
    assert {row["bounceType"] for row in api("GET", f"/actions/{action}/feedbacks/bounces").json()} <= {4, 51, 52, 54}
    api.send(action, [by_id(targets[0])])
    assert _kinds(api.events())["cancellation"] == (1 if verdict == "hard" else 0)


@pytest.mark.parametrize(("answer", "left"), [("forgotten", 0), ("kept", 1)])
def test_bounces_of_a_deleted_target(make_api: MakeApi, answer: str, left: int) -> None:
    api = make_api(reactions=_all(hard=1), assume={"bounces-after-delete": answer})
    _, (target,) = _sent(api, 1)
    assert api("DELETE", f"/targets/{target}").status_code == 204
    assert api("GET", "/targets/bounces").json() == []
    assert len(api.create("p0@example.com")["bounce"]) == left


def test_windows_are_on_publication_time(make_api: MakeApi) -> None:
    api = make_api(publication_seconds=0, reactions=_all(opened=1))
    _sent(api, 1)
    first, last = (event["timestamp"] for event in api.events(sort="asc")[:: len(api.events()) - 1])
    assert len(api.events(start=first)) == 3
    assert api.events(start=last + 1) == []
    assert len(api.events(end=last + 1)) == 3
    assert all(event["timestamp"] < last for event in api.events(end=last))
    assert api.events(end="2020-01-01T00:00:00Z") == []
    assert api.events(start="2099-01-01") == []
    assert len(api.events(start=first // 1000)) == 3
    for query in ("start=soon", "sort=up", "start=1&start=2"):
        assert api("GET", f"{EVENTS}?{query}").status_code == 400


def test_what_is_not_published_is_not_there(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(unsubscribed=1))
    api.sandbox.set_reactions(reaction_seconds=0, publication_seconds=30)
    _, (target,) = _sent(api, 1)
    assert len(api.events()) < 4
    # The person left at once; only the telling is late.
    assert [entry["id"] for entry in api("GET", "/targets/redlist/mail").json()] == [target]


def test_reactions_take_time(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(unsubscribed=1), reaction_seconds=0.6)
    _sent(api, 1)
    assert api("GET", "/targets/redlist/mail").json() == []
    time.sleep(0.7)
    assert len(api("GET", "/targets/redlist/mail").json()) == 1
    assert _kinds(api.events()) == {"execution": 1, "activation": 1, "hit open": 1, "hit unsubscribe": 1}


def test_without_sort_the_order_is_another_one_each_time(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=1))
    _sent(api, 20)
    orders = {tuple(event["id"] for event in api.events()) for _ in range(4)}
    assert len(orders) == 4
    up, down = api.events(sort="asc"), api.events(sort="desc")
    assert [event["id"] for event in down] == [event["id"] for event in reversed(up)]
    assert [event["timestamp"] for event in up] == sorted(event["timestamp"] for event in up)
    assert set(next(iter(orders))) == {event["id"] for event in up}


@pytest.mark.parametrize(("answer", "plain"), [("excluded", 2), ("included", 4)])
def test_robots_are_apart(make_api: MakeApi, answer: str, plain: int) -> None:
    api = make_api(reactions=_all(opened=1, robots=1), assume={"robot-hits": answer})
    action, targets = _sent(api, 2)
    assert _kinds(api.events())["hit open"] == plain
    machines = {"classification": "genericrobot,mpp,gsr"}
    hits = [api.events(f"/targets/{target}/events/hits/open", **machines) for target in targets]
    assert [len(found) for found in hits] == [2, 2]
    assert api("GET", f"/targets/{targets[0]}/events/hits/open?classification=human").status_code == 400
    assert api("GET", f"/actions/{action}/statistics").json()["feedback"]["opening"]["total"] == 2


def test_reactivities_are_cohorts(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=1, clicked=1))
    action, _ = _sent(api, 2)
    assert _kinds(api.events("/actions/reactivities")) == {"hit open": 2, "hit redirection": 2}
    assert _kinds(api.events("/actions/reactivities/hits/open")) == {"hit open": 2}
    assert _kinds(api.events(f"/actions/{action}/reactivities/hits/redirection")) == {"hit redirection": 2}
    sent = max(event["timestamp"] for event in api.events() if event["type"] == "activation")
    assert len(api.events("/actions/reactivities", activationStart=sent + 1)) == 0
    assert len(api.events("/actions/reactivities", activationEnd=sent + 1, reactivityEnd=sent + 60_000)) == 4
    assert api.events("/actions/reactivities", reactivityEnd="2020-01-01T00:00:00Z") == []


def test_events_of_a_contact_by_every_name(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=1))
    _, targets = _sent(api, 2)
    footprint = api("GET", f"/targets/{targets[0]}").json()["hash"]
    for path, query in (
        (f"/targets/{targets[0]}/events", {}),
        ("/targets/events", {"id": targets[0]}),
        ("/targets/events", {"unicity": "p0@example.com"}),
        ("/targets/events", {"hash": footprint}),
    ):
        assert _kinds(api.events(path, **query)) == {"execution": 1, "activation": 1, "hit open": 1}
    assert _kinds(api.events(f"/targets/{targets[1]}/events/activations")) == {"activation": 1}
    assert _kinds(api.events("/targets/events/hits", id=targets[1])) == {"hit open": 1}
    assert api("GET", "/targets/events").status_code == 400
    assert api("GET", f"/targets/events?id={targets[0]}&hash={footprint}").status_code == 400
    assert api("GET", "/targets/events?unicity=nobody@example.com").status_code == 404
    assert api("GET", "/targets/000ZZZZZ/events").status_code == 404


def test_two_unicity_fields_in_a_query(make_api: MakeApi) -> None:
    api = make_api(account="two-unicity")
    target = api.create("a@example.com", Brand="one")
    api.send(api.validated(), [by_id(target["id"])])
    assert len(api.events("/targets/events", unicity="a@example.comone")) == 2
    assert len(api.events("/targets/events", unicity=["a@example.com", "one"])) == 2


@pytest.mark.parametrize(("answer", "status"), [("404", 404), ("served", 200)])
def test_paths_that_no_document_shows(make_api: MakeApi, answer: str, status: int) -> None:
    api = make_api(assume={"guessed-paths": answer})
    action, targets = _sent(api, 1)
    for path in (f"{EVENTS}/activations", f"/actions/{action}/events", f"/targets/{targets[0]}/events/bounces"):
        assert api("GET", path).status_code == status
    assert api("GET", "/actions/000ZZZ/events/bounces").status_code == 404


def test_lists_of_one_kind_may_come_without_a_type(make_api: MakeApi) -> None:
    api = make_api(assume={"event-type": "mixed-only"})
    action, _ = _sent(api, 1)
    assert all("type" in event for event in api.events())
    assert all("type" not in event for event in api.events(f"/actions/{action}/events/activations"))


def test_the_same_seed_makes_the_same_reactions(make_api: MakeApi) -> None:
    def happened(seed: int) -> list[tuple[str, str]]:
        api = make_api(seed=seed, reactions={"opened": 0.5, "clicked": 0.3, "hard": 0.2})
        _sent(api, 30)
        found = api.events("/actions/reactivities", sort="asc")
        return sorted((e["type"], e["source"]["detail"]["activation"]["recipient"]) for e in found)

    assert happened(1) == happened(1) != happened(2)


def test_cancelled_before_sending(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(cancelled=1, opened=1))
    action, _ = _sent(api, 1)
    assert _kinds(api.events()) == {"execution": 1, "cancellation": 1}
    (event,) = api.events(f"/actions/{action}/events/cancellations")
    assert event["source"]["detail"]["cancellation"]["value"]["type"] == "render"


def test_statistics_are_the_sum_of_the_events(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=0.6, clicked=0.3, hard=0.2, soft=0.1, unsubscribed=0.1))
    action, targets = _sent(api, 40)
    api("POST", f"/targets/{targets[0]}/redlist/mail", {})
    api.send(action, [by_id(targets[0])])
    kinds, shown = _kinds(api.events()), api("GET", f"/actions/{action}/statistics").json()
    assert shown["dispatch"]["sent"] == kinds["activation"] == 40
    assert shown["dispatch"]["rejected"]["total"] == shown["dispatch"]["rejected"]["redlist"] == 1
    assert shown["feedback"]["opening"]["total"] == kinds["hit open"] > 0
    assert shown["feedback"]["click"]["clicker"]["total"] == kinds["hit redirection"] > 0
    bounced = shown["feedback"]["bounce"]
    assert bounced["hard"] + bounced["soft"] == kinds["bounce"] > 0


def test_a_conversation(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(hard=1))
    (target,), action = api.people(1), api.validated()
    identifier = api.send(action, [by_id(target)]).json()[0]["id"]
    shown = api("GET", f"/messages/{identifier}").json()
    assert [event["type"] for event in shown["events"]] == ["requested", "received", "bounced"]
    assert api("GET", "/messages/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_campaign_of_several_actions(make_api: MakeApi) -> None:
    api = make_api(reactions=_all(opened=1, clicked=1))
    action, _ = _sent(api, 2)
    campaign = api("POST", "/campaigns", {"name": "spring"}).json()["id"]
    wanted = [{"type": "hit", "subtypes": ["open"]}, {"type": "activation"}]
    body = {"itemsEvents": [{"type": "email", "events": wanted, "items": [action]}]}
    found = api("POST", f"/campaigns/{campaign}/events?sort=asc", body).json()
    assert _kinds(found) == {"hit open": 2, "activation": 2}
    body = {"itemsEvents": [{"type": "email", "events": wanted, "items": ["000ZZZ"]}]}
    assert api("POST", f"/campaigns/{campaign}/events", body).json() == []
    body = {"itemsEvents": [{"type": "email", "events": [{"type": "x"}], "items": [action]}]}
    assert api("POST", f"/campaigns/{campaign}/events", body).status_code == 400


@pytest.mark.parametrize("body", [{"rates": {"opened": 2}}, {"rates": {"x": 1}}, {"reaction_seconds": -1}, []])
def test_reactions_that_cannot_be_set(api: Api, body: Any) -> None:
    assert api("POST", "/sandbox/reactions", body).status_code == 400
