"""Actions, messages and events, whatever NP6 turns out to do."""

from __future__ import annotations

import uuid

import pytest

from airflow_provider_np6.api import action_events, actions, messages, red_list, target_events
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6BadInputError,
    NP6ConflictError,
    NP6NotFoundError,
    NP6OutcomeUnknownError,
)
from airflow_provider_np6.models.actions import ActionState
from airflow_provider_np6.models.messages import EmailMessage
from airflow_provider_np6.models.recipients import Recipient, Stamp
from tests.assumptions.answers import under
from tests.assumptions.conftest import DOCUMENT, Make, reacting


@under("deleted-action")
def test_a_deleted_action(world: Make, answer: str) -> None:
    np6 = world("deleted-action", answer)
    action_id = np6.hook.send(actions.create_action(DOCUMENT)).id
    assert np6.hook.send(actions.delete_action(action_id))
    assert not np6.hook.send(actions.delete_action(action_id))
    kind: type[NP6ApiError] | None = {"404": NP6NotFoundError, "410": NP6BadInputError, "90": None}[answer]
    if kind is None:
        action = np6.hook.send(actions.get_action(action_id))
        assert (action.state, action.is_sendable) == (ActionState.DELETED, False)
        return
    with pytest.raises(kind) as caught:
        np6.hook.send(actions.get_action(action_id))
    assert caught.value.status == int(answer)


@under("update-validated")
def test_the_state_is_read_again_after_an_update(world: Make, answer: str) -> None:
    np6 = world("update-validated", answer)
    action_id = np6.action()
    changed = {**np6.hook.send(actions.get_action(action_id)).json, "name": "Changed"}
    if answer == "409":
        with pytest.raises(NP6ConflictError):
            np6.hook.send(actions.update_action(action_id, changed))
    else:
        np6.hook.send(actions.update_action(action_id, changed))
    after = np6.hook.send(actions.get_action(action_id))
    assert after.is_sendable == {"409": True, "reset": False, "keep": True}[answer]


@under("action-names")
def test_two_actions_of_one_name(world: Make, answer: str) -> None:
    np6 = world("action-names", answer)
    first = np6.hook.send(actions.create_action(DOCUMENT))
    if {"free": True, "unique": False}[answer]:
        assert np6.hook.send(actions.create_action(DOCUMENT)).id != first.id
        return
    with pytest.raises(NP6ConflictError, match="it exists already"):
        np6.hook.send(actions.create_action(DOCUMENT))


@under("redlisted-recipient")
def test_a_message_for_the_red_list(world: Make, answer: str) -> None:
    np6 = world("redlisted-recipient", answer)
    target_id, action_id = np6.target(), np6.action()
    np6.hook.send(red_list.add_to_red_list(target_id, "mail"))
    check_result(world, np6.mail(action_id, target_id).succeeded, answer)
    cancelled = np6.hook.send(action_events.list_cancellations(action_id))
    assert [event.type for event in cancelled] == (["cancellation"] if answer == "cancelled" else [])


@under("bounced-recipient")
def test_a_message_for_an_address_that_bounced(world: Make, answer: str) -> None:
    np6 = world("bounced-recipient", answer, reactions=reacting(hard=1.0))
    target_id, action_id = np6.target(), np6.action()
    assert np6.mail(action_id, target_id).succeeded
    check_result(world, np6.mail(action_id, target_id).succeeded, answer)
    cancelled = np6.hook.send(action_events.list_cancellations(action_id))
    assert len(cancelled) == (1 if answer == "cancelled" else 0)


def check_result(world: Make, succeeded: bool, answer: str) -> None:
    # A cancelled message was taken: only its events tell.
    assert succeeded == {"cancelled": True, "error": False, "sent": True}[answer]


@under("repeated-stamp")
def test_a_message_sent_twice_by_its_caller(world: Make, answer: str) -> None:
    np6 = world("repeated-stamp", answer)
    target_id, action_id = np6.target(), np6.action()
    stamp = Stamp(1_700_000_000_000, *(str(uuid.uuid4()) for _ in range(3)))
    assert np6.mail(action_id, target_id, stamp).succeeded
    assert np6.mail(action_id, target_id, stamp).succeeded
    assert np6.mailed() == {"sent-again": 2, "ignored": 1}[answer]


@under("repeated-stamp")
def test_a_message_is_never_sent_twice_by_the_client(world: Make, answer: str) -> None:
    np6 = world("repeated-stamp", answer)
    target_id, action_id = np6.target(), np6.action()
    np6.sandbox.script_faults([{"kind": "reset-after", "match": {"path": "/executions$"}}])
    stamp = Stamp(1_700_000_000_000, *(str(uuid.uuid4()) for _ in range(3)))
    with pytest.raises(NP6OutcomeUnknownError, match="not safe to repeat"):
        np6.hook.send(messages.send_messages(action_id, [EmailMessage(Recipient.by_id(target_id), stamp=stamp)]))
    assert (np6.mailed(), np6.posts("/executions")) == (1, 1)


@under("event-type")
def test_events_have_a_type(world: Make, answer: str) -> None:
    np6 = world("event-type", answer, reactions=reacting(hard=1.0))
    action_id = np6.action()
    np6.mail(action_id, np6.target())
    for call, kind in ((action_events.list_activations, "activation"), (action_events.list_bounces, "bounce")):
        assert [event.type for event in np6.hook.send(call(action_id))] == [kind]
    shown = np6.hook.request("GET", f"/actions/{action_id}/events/bounces").json()
    assert ["type" in event for event in shown] == [{"always": True, "mixed-only": False}[answer]]


@under("robot-hits")
def test_hits_of_robots(world: Make, answer: str) -> None:
    np6 = world("robot-hits", answer, reactions=reacting(opened=1.0, robots=1.0))
    target_id = np6.target()
    np6.mail(np6.action(), target_id)
    plain = np6.hook.send(target_events.list_opens(target_id))
    assert len(plain) == {"excluded": 1, "included": 2}[answer]
    with_robots = target_events.list_opens(target_id, robots=["genericrobot", "mpp", "gsr"])
    assert len(np6.hook.send(with_robots)) >= 1


@under("guessed-paths")
def test_paths_that_no_document_shows(world: Make, answer: str) -> None:
    np6 = world("guessed-paths", answer)
    if answer == "served":
        assert np6.hook.request("GET", "/actions/events/bounces").json() == []
    else:
        assert answer == "404"
        with pytest.raises(NP6NotFoundError):
            np6.hook.request("GET", "/actions/events/bounces")
