"""The client against the sandbox, a second reading of the same documents: every operation, over a socket.

Two readings that agree can still be wrong together, but not each by its own mistake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from airflow_provider_np6.api import (
    account,
    action_events,
    action_reactivities,
    action_statistics,
    actions,
    applications,
    archives,
    bounces,
    campaigns,
    categories,
    compilables,
    contacts,
    display_events,
    fields,
    import_formats,
    imports,
    marketing_pressure,
    messages,
    notification_events,
    notification_reactivities,
    notifications,
    red_list,
    segments,
    subscriptions,
    target_events,
    targets,
    value_lists,
    webtasks,
    workflows,
)
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.api.windows import Cohort
from airflow_provider_np6.exceptions import NP6ConflictError
from airflow_provider_np6.models.actions import ActionState
from airflow_provider_np6.models.fields import ValueList
from airflow_provider_np6.models.imports import DatabaseFeature, SegmentationFeature
from airflow_provider_np6.models.messages import EmailMessage, MailSender
from airflow_provider_np6.models.recipients import Recipient
from airflow_provider_np6.models.subscriptions import Subscription
from airflow_provider_np6.sandbox import RunningSandbox, running_sandbox
from tests.contract.contract import operations

T = TypeVar("T")

ANNA, BEN = "anna@example.com", "ben@example.com"
_UUID = "0581e259-9039-487c-a94e-ff8c3944f956"
_NOW = datetime.now(UTC)
WINDOW = (_NOW - timedelta(hours=1), _NOW + timedelta(hours=1))
COHORT = Cohort(*WINDOW, *WINDOW)


class Walk:
    """Sends calls, and remembers which operations were answered."""

    def __init__(self, client: NP6Client) -> None:
        self._client = client
        self.done: set[tuple[str, str]] = set()

    def __call__(self, call: Call[T]) -> T:
        result = self._client.send(call)
        self.done.add((call.method, call.template))
        return result

    def until(self, call: Callable[[], Call[T]], right: Callable[[T], bool]) -> T:
        """Send again until the result is right, at most ten seconds."""
        deadline = time.monotonic() + 10
        while not right(result := self(call())):
            assert time.monotonic() < deadline, f"still {result!r}"
            time.sleep(0.05)
        return result


@pytest.fixture
def walk(sandbox: RunningSandbox) -> Iterator[Walk]:
    with NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=0)) as client:
        yield Walk(client)


def test_every_operation(walk: Walk, tmp_path: Path) -> None:
    for visit in VISITS:
        if visit is _imports:
            _imports(walk, tmp_path)
        else:
            visit(walk)
    assert set(operations()) - walk.done == set()


def _account(walk: Walk) -> None:
    me = walk(account.me())
    assert walk(contacts.get_contact(me["id"]))


def _fields(walk: Walk) -> None:
    made = walk(fields.create_field("Shoe size", "numeric"))
    assert walk(fields.get_field(made.id)) == made
    assert walk(fields.update_field(made)) == made
    assert made in walk(fields.list_fields())
    assert walk(fields.delete_field(made.id))
    assert not walk(fields.delete_field(made.id))


def _value_lists(walk: Walk) -> None:
    made = walk(value_lists.create_value_list("Colours", ["Red", "Green"]))
    grown = walk(value_lists.update_value_list(ValueList(made.id, "Colours", ("Red", "Blue"), True, made.indexes)))
    assert (grown.values, grown.ordered) == (("Red", "Blue"), True)
    walk(value_lists.add_value(made.id, "White"))
    found = walk(value_lists.get_value_list(made.id))
    index = found.indexes[found.values.index("White")]
    assert index is not None
    walk(value_lists.update_value(made.id, index, "Black"))
    assert walk(value_lists.get_value_list(made.id)).values == ("Red", "Blue", "Black")
    assert walk(value_lists.delete_value(made.id, index))
    assert walk(value_lists.get_value_list(made.id)) in walk(value_lists.list_value_lists())
    assert walk(value_lists.delete_value_list(made.id))


def _targets(walk: Walk) -> None:
    anna = walk(targets.create_target({"Email": ANNA, "Lastname": "Dupont"}))
    assert walk(targets.update_target(anna.id, {"Lastname": "Durand"})).fields[8102] == "Durand"
    assert walk(targets.upsert_target({"Email": BEN})).id != anna.id
    assert walk(targets.count_targets()) == 2
    found = walk(targets.get_target(anna.id))
    assert found is not None
    assert found == walk(targets.find_target([ANNA]))
    assert found.hash is not None
    assert found == walk(targets.find_target_by_hash(found.hash))
    assert walk(targets.delete_target(anna.id))
    walk(targets.delete_targets_by_unicity([[BEN]]))
    assert walk(targets.count_targets()) == 0


def _red_list(walk: Walk) -> None:
    anna = walk(targets.upsert_target({"Email": ANNA}))
    for medium in ("mail", "sms"):
        walk(red_list.add_to_red_list(anna.id, medium))  # type: ignore[arg-type]
        walk(red_list.add_to_red_list(anna.id, medium))  # type: ignore[arg-type]
        [entry] = walk(red_list.list_red_list(medium, *WINDOW))  # type: ignore[arg-type]
        assert (entry.target_id, entry.origin) == (anna.id, 1)
    assert walk(bounces.list_bounced_targets()) == []
    walk(targets.delete_target(anna.id))


def _segments(walk: Walk) -> None:
    segment = walk(segments.create_segment("S", "d", WINDOW[1]))
    changed = walk(segments.update_segment(segment))
    assert (changed.id, changed.name, changed.expiration) == (segment.id, segment.name, segment.expiration)
    people = [walk(targets.upsert_target({"Email": f"p{n}@example.com"})).id for n in range(60)]
    assert sum(walk(call) for call in segments.in_calls(segment.id, people[:59])) == 59
    assert walk(segments.add_members_by_unicity(segment.id, [["p59@example.com"]])) == 1
    assert set(walk(segments.list_members(segment.id))) == set(people)
    walk(segments.remove_target(segment.id, people[0]))
    walk(segments.add_target(segment.id, people[0]))
    assert walk(segments.list_segments_of_target(people[0]))
    walk(segments.empty_segment(segment.id))
    assert walk(segments.list_members(segment.id)) == []
    walk(segments.add_members(segment.id, people[:2]))
    for form, left in (("flat", 58), ("nested", 56)):
        walk(targets.delete_targets_of_segment(segment.id, form))  # type: ignore[arg-type]
        assert walk(targets.count_targets()) == left
        walk(segments.add_members(segment.id, people[2:4]))
    walk(targets.delete_targets_by_id(people[4:30], "flat"))
    walk(targets.delete_targets_by_id(people[30:], "nested"))
    assert walk(targets.count_targets()) == 0
    dynamic = walk(segments.create_dynamic_segment("D", "d", parent_id=segment.id))
    assert dynamic.type == "dynamic"
    assert {one.id for one in walk(segments.list_segments())} == {segment.id, dynamic.id}
    assert walk(segments.get_segment(segment.id)).name == "S"
    assert walk(segments.delete_segment(dynamic.id))
    assert walk(segments.delete_segment(segment.id))


def _imports(walk: Walk, folder: Path) -> None:
    path = folder / "contacts.csv"
    path.write_text(f"email\n{ANNA}\n{BEN}\n")
    binding = walk(import_formats.create_import_format("f", [8103]))
    assert walk(import_formats.get_import_format(binding)).field_ids == (8103,)
    segment = walk(segments.create_segment("I", "d"))
    made = walk(imports.create_import("i", binding, [DatabaseFeature()]))
    changed = walk(imports.update_import(made.id, "j", binding, [DatabaseFeature(), SegmentationFeature(segment.id)]))
    assert walk(imports.get_import(made.id)).features == changed.features
    assert [one.name for one in walk(imports.list_imports())] == ["j"]
    for start in (
        walk(imports.upload_source(made.id, path, "contacts.csv")) or imports.execute_import(made.id, binding),
        imports.execute_import_with(made.id, path, "contacts.csv"),
    ):
        walk(start)
        walk.until(lambda: imports.get_import_state(made.id), lambda state: state is not None and state.state == 1)
        assert len(walk(segments.list_members(segment.id))) == 2
        walk(segments.empty_segment(segment.id))
    assert walk(imports.delete_import(made.id))


def _push(walk: Walk) -> None:
    application = walk(applications.create_application({"type": "native", "name": "App", "providers": []}))
    assert application.id is not None
    assert application.id in {one.id for one in walk(applications.list_applications())}
    assert walk(applications.get_application(application.id)).name == "App"
    anna = walk(targets.find_target([ANNA]))
    assert anna is not None
    assert anna.hash is not None
    provider = {"type": "firebase", "token": "t"}

    def subscribe() -> Subscription:
        put = subscriptions.put_subscription(_UUID, application.id or "", provider, Recipient.by_id(anna.id))
        return walk(put)

    assert subscribe().application_id == application.id
    assert walk(subscriptions.get_subscription(_UUID)).provider == provider
    assert len(walk(subscriptions.list_target_subscriptions(anna.id))) == 1
    assert len(walk(subscriptions.find_target_subscriptions(unicity=ANNA))) == 1
    walk(subscriptions.delete_found_target_subscriptions(hash=anna.hash))
    subscribe()
    walk(subscriptions.delete_target_subscriptions(anna.id))
    subscribe()
    _notifications(walk, application.id, anna.id)
    assert walk(subscriptions.delete_subscription(_UUID))


def _notifications(walk: Walk, application_id: str, target_id: str) -> None:
    document = {"type": "push-app", "name": "n", "application": application_id, "versions": [{"id": _UUID}]}
    made = walk(notifications.create_notification(document))
    assert made.id in {one.id for one in walk(notifications.list_notifications())}
    found = walk(notifications.get_notification(made.id))
    assert walk(notifications.update_notification(made.id, {**found.json, "name": "m"})).name == "m"
    person = {"recipient": {"type": "contact", "value": {"type": "id", "value": target_id}}, "title": "Hello"}
    proof = walk(segments.create_segment("Push proof", "d", is_test=True))
    for version in (None, _UUID):
        receiver = {"receiver": {"id": target_id}}
        walk(notifications.render_notification(made.id, receiver, version=version))
        walk(notifications.render_notification_for(made.id, unicity=ANNA, version=version))
        walk(notifications.render_notification_for_target(made.id, target_id, version=version))
        walk(notifications.send_test(made.id, {"recipient": {"type": "segment", "value": proof.id}}, version=version))
    walk(notifications.execute_notification(made.id, person))
    walk(notifications.execute_notification_for_many(made.id, [person]))
    walk(notification_events.list_executions(made.id, *WINDOW))
    walk(notification_events.list_cancellations(made.id, *WINDOW))
    walk(notification_events.list_activations(made.id, *WINDOW))
    for of_all in ("reactivities", "impressions", "hits", "optouts", "bounces"):
        walk(getattr(notification_reactivities, f"list_{of_all}")(COHORT))
    for of_one in ("reactivities", "optouts", "bounces"):
        walk(getattr(notification_reactivities, f"list_{of_one}_of_notification")(made.id, COHORT))
    assert walk(notifications.delete_notification(made.id))


def _actions(walk: Walk) -> None:
    category = walk(categories.create_category("c", "d"))
    assert walk(categories.update_category(category.id, "e")).name == "e"
    assert walk(categories.get_category(category.id)) in walk(categories.list_categories())
    document = actions.mail_message("Welcome", MailSender("news", "example.com", "News"), "Hello", "<p>Hi</p>", "Hi")
    action = walk(actions.create_action(document))
    assert action.state == ActionState.CREATED
    renamed = walk(actions.update_action(action.id, {**action.json, "name": "Hello again"}))
    assert renamed.name == "Hello again"
    _validate(walk, action.id)
    _send(walk, action.id)
    copy = walk(actions.duplicate_action(action.id))
    assert {action.id, copy.id} <= {one.id for one in walk(actions.list_actions(*WINDOW))}
    assert walk(actions.delete_action(copy.id))
    walk(actions.unvalidate_action(action.id))
    walk.until(lambda: actions.get_action(action.id), lambda one: one.state == ActionState.CREATED)
    assert walk(categories.delete_category(category.id))


def _validate(walk: Walk, action_id: str) -> None:
    proof = walk(segments.create_segment("Proof", "d", is_test=True))
    walk(actions.send_proof(action_id, [proof.id]))
    walk.until(lambda: actions.get_action(action_id), lambda one: one.state == ActionState.TESTED)
    with pytest.raises(NP6ConflictError):
        walk(messages.send_message(action_id, EmailMessage(Recipient.by_unicity(ANNA))))
    walk(actions.validate_action(action_id))
    walk.until(lambda: actions.get_action(action_id), lambda one: one.is_sendable)


def _send(walk: Walk, action_id: str) -> None:
    anna, nobody = EmailMessage(Recipient.by_unicity(ANNA)), EmailMessage(Recipient.by_unicity("nobody@example.com"))
    results = walk(messages.send_messages(action_id, [anna, nobody]))
    assert [one.succeeded for one in results] == [True, False]
    assert results[0].recipient is not None
    assert results[0].recipient.unicity == (ANNA,)
    target_id = results[0].recipient.id
    assert target_id is not None
    sent = walk(messages.send_message(action_id, anna))
    assert walk(messages.render_message(action_id, anna)).subject == "Hello"
    assert len(walk(messages.render_messages(action_id, [anna]))) == 1
    walk(messages.render_links(action_id, anna.recipient, [{"type": "mirror"}]))
    walk(messages.send_to_target(action_id, target_id))
    assert len(walk(messages.send_to_targets(action_id, [anna.recipient]))) == 1
    assert sent.id is not None
    assert walk(messages.get_conversation(sent.id)).id == sent.id
    _follow(walk, action_id, target_id, sent.id)


def _follow(walk: Walk, action_id: str, target_id: str, message_id: str) -> None:
    activations = walk.until(
        lambda: action_events.list_activations(action_id, *WINDOW),
        lambda found: len(found) == 4,  # one per message that was sent
    )
    assert message_id in {one.stamp.id for one in activations if one.stamp}
    assert {one.type for one in activations} == {"activation"}
    assert {one.recipient.id for one in activations if one.recipient} == {target_id}
    assert {one.id for one in activations} <= {one.id for one in walk(action_events.list_events(*WINDOW))}
    walk(action_events.list_all_cancellations(*WINDOW))
    for kind in ("cancellations", "bounces", "stops", "mirror_hits"):
        walk(getattr(action_events, f"list_{kind}")(action_id, *WINDOW))
    for kind in ("reactivities", "bounces", "hits", "opens", "clicks"):
        walk(getattr(action_reactivities, f"list_{kind}")(COHORT))
    for kind in ("clicks", "unsubscriptions", "mirror_hits"):
        walk(getattr(action_reactivities, f"list_{kind}_of_action")(action_id, COHORT))
    for kind in ("events", "activations", "opens", "form_hits"):
        walk(getattr(target_events, f"list_{kind}")(target_id, *WINDOW))
    found = walk(targets.get_target(target_id))
    for kind in ("events", "activations", "hits", "stops"):
        find = getattr(target_events, f"find_{kind}")
        by_id, by_unicity = walk(find(*WINDOW, id=target_id)), walk(find(*WINDOW, unicity=ANNA))
        assert by_id == by_unicity == walk(find(*WINDOW, hash=found and found.hash))
    assert walk(archives.list_archives(*WINDOW)) is not None
    assert walk(archives.list_archives_of_target(action_id, target_id)) is not None
    assert walk(action_statistics.get_statistics(action_id)).sent
    assert walk(action_statistics.list_bounced_targets(action_id)) == []


def _scripting(walk: Walk) -> None:
    made = walk(workflows.create_workflow({"name": "w", "state": 0, "nodes": [{"type": "terminal", "id": "n1"}]}))
    assert walk(workflows.update_workflow(made.id, {**made.json, "name": "v"})).name == "v"
    assert walk(workflows.patch_workflow(made.id, {"state": 1})).state == 1
    copy = walk(workflows.duplicate_workflow(made.id))
    assert walk(workflows.delete_workflow(copy.id))
    walk(workflows.list_listeners(made.id))
    walk(workflows.get_capping(made.id))
    assert len(walk(workflows.update_capping(made.id, [{"increment": 1, "threshold": 3}]))) == 1
    walk(workflows.list_nodes(made.id))
    assert len(walk(workflows.update_nodes(made.id, [{"type": "terminal", "id": "n1"}]))) == 1
    walk(workflows.list_tasks(made.id))
    compilable = walk(compilables.create_compilable({"name": "c", "value": {"type": "sql"}}))
    assert walk(compilables.execute_compilable(compilable.id, {})).type == "success"
    walk(compilables.preview_compilable(compilable.id, {"value": dict(compilable.json)}))
    assert walk(compilables.list_flaws(compilable.id)) == []
    assert walk(compilables.duplicate_compilable(compilable.id)).id != compilable.id


def _the_rest(walk: Walk) -> None:
    campaign = walk(campaigns.create_campaign("c", start_date=WINDOW[0], end_date=WINDOW[1]))
    asked: list[dict[str, Any]] = [{"type": "email", "events": [{"type": "activation"}], "items": []}]
    walk(campaigns.list_events(campaign.id, asked, *WINDOW))
    walk(display_events.list_activations(*WINDOW))
    walk(display_events.list_activations_of_campaign("c1", *WINDOW))
    walk(display_events.list_activations_of_content("c1", *WINDOW))
    walk(marketing_pressure.list_topics())
    walk(marketing_pressure.list_rules())
    assert walk(marketing_pressure.set_topic_mandatory(True))
    assert walk(marketing_pressure.is_topic_mandatory())
    assert walk(webtasks.patch_webtask(1, {"name": "t"})).name == "t"


VISITS: list[Callable[..., None]] = [
    _account,
    _fields,
    _value_lists,
    _targets,
    _red_list,
    _segments,
    _imports,
    _push,
    _actions,
    _scripting,
    _the_rest,
]


def test_two_unicity_fields_through_every_encoding() -> None:
    """An array in the query, arrays in a bulk delete and in recipients, one joined text among members."""
    unicity = [ANNA, "Brand & Söhne"]
    with running_sandbox(account="two-unicity") as sandbox:
        settings = ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=0)
        with NP6Client(settings) as client:
            anna = client.send(targets.create_target({"Email": unicity[0], "Brand": unicity[1]}))
            assert client.send(targets.find_target(unicity)) == client.send(targets.get_target(anna.id))
            segment = client.send(segments.create_segment("S", "d"))
            assert client.send(segments.add_members_by_unicity(segment.id, [unicity])) == 1
            action = client.send(
                actions.create_action(actions.mail_message("a", MailSender("n", "example.com", "N"), "s", "h", "t"))
            )
            [rendered] = client.send(
                messages.render_messages(action.id, [EmailMessage(Recipient.by_unicity(*unicity))])
            )
            assert rendered.type == "success"
            client.send(targets.delete_targets_by_unicity([unicity]))
            assert client.send(targets.find_target(unicity)) is None
