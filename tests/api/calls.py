"""One of every call that the api can make, about one person whose data must not show anywhere.

A row is named after its function, and a further form of the same call in brackets.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from airflow_provider_np6 import api
from airflow_provider_np6.api import (
    account,
    action_events,
    action_reactivities,
    action_statistics,
    actions,
    any_call,
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
from airflow_provider_np6.api.windows import Cohort
from airflow_provider_np6.models.fields import Constraint, Field, ValueList
from airflow_provider_np6.models.imports import DatabaseFeature, DuplicateFeature, SegmentationFeature
from airflow_provider_np6.models.messages import EmailMessage, MailSender, RenderContext, SmsMessage
from airflow_provider_np6.models.recipients import Recipient, Stamp
from airflow_provider_np6.models.segments import Segment

EMAIL = "josephine.quickenborne+x@example.com"
LASTNAME = "Quickenborne"
KEY = "SECRETK-0123456789abcdef"

_PERSON = {"Email": EMAIL, "Lastname": LASTNAME, "Mobile": "0612345678"}
_HASH = "3858f62230ac3c915f300c664312c63f"
_UUID = "0581e259-9039-487c-a94e-ff8c3944f956"
_ACTION = "000ABC"
_TARGET = "000A0000"

START, END = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
COHORT = Cohort(START, END, START, None)

_SENDER = MailSender("news", "example.com", "News")
_RECIPIENT = Recipient.by_unicity(EMAIL)
_MAIL = EmailMessage(
    _RECIPIENT,
    data={"lastname": LASTNAME},
    sender=_SENDER,
    reply="reply@example.com",
    subject="Hello",
    content={"html": "<p>Hello</p>"},
    attachments=[{"name": "a.pdf", "mime": "application/pdf", "data": {}}],
    blocks=[{"id": "b"}],
    variables=[{"key": "k", "value": LASTNAME}],
    copies=[{"value": "copy@example.com"}],
    related=Recipient.by_id(_TARGET),
    stamp=Stamp(1_700_000_000_000, _UUID, _UUID, _UUID),
    urgent=True,
    important=False,
)
_SMS = SmsMessage(Recipient.by_hash(_HASH), {"lastname": LASTNAME})
_FOOTPRINT = Recipient.footprint(_TARGET, EMAIL, _HASH)
_CONTEXT = RenderContext(display=0, recipient="proof@example.com")
_DOCUMENT = actions.mail_message("Welcome", _SENDER, "Hello", "<p>Hello</p>", "Hello", "reply@example.com")
_APPLICATION = {"type": "native", "name": "App", "providers": [{"type": "firebase", "key": KEY, "sender": "1"}]}
_NOTIFIED = {"recipient": {"type": "contact", "value": {"type": "unicity", "value": [EMAIL]}}, "title": "Hello"}

# Name → call; the path is a file to upload.
CALLS: dict[str, Callable[[Path], Call[Any]]] = {
    "account.me": lambda _: account.me(),
    "contacts.get_contact": lambda _: contacts.get_contact("044EAE5A"),
    "any_call.any_call": lambda _: any_call.any_call(
        "GET", f"/targets/{EMAIL}", query={"unicity": EMAIL, "deep": True, "name": [LASTNAME, "x"]}
    ),
    "any_call.any_call (bulk delete)": lambda _: any_call.any_call(
        "DELETE", "/targets", json={"type": "unicity", "value": [[EMAIL]]}, headers={"Accept": "text/plain", "X-A": "b"}
    ),
    # --- fields and value lists
    "fields.list_fields": lambda _: fields.list_fields(),
    "fields.create_field": lambda _: fields.create_field(
        "Firstname", "textField", is_criterion=True, constraint=Constraint(4, "150"), value_list_id=51
    ),
    "fields.get_field": lambda _: fields.get_field(8103),
    "fields.update_field": lambda _: fields.update_field(Field(8103, "Email", "email", is_unicity=True)),
    "fields.delete_field": lambda _: fields.delete_field(8104),
    "value_lists.list_value_lists": lambda _: value_lists.list_value_lists(),
    "value_lists.create_value_list": lambda _: value_lists.create_value_list("Civility", ["Mr", "Mrs"]),
    "value_lists.get_value_list": lambda _: value_lists.get_value_list(51),
    "value_lists.update_value_list": lambda _: value_lists.update_value_list(
        ValueList(51, "Civility", ("Mr", "Dr", "Mrs"), True, (1, None, 3))
    ),
    "value_lists.delete_value_list": lambda _: value_lists.delete_value_list(51),
    "value_lists.add_value": lambda _: value_lists.add_value(51, "Dr"),
    "value_lists.update_value": lambda _: value_lists.update_value(51, 2, "Ms"),
    "value_lists.delete_value": lambda _: value_lists.delete_value(51, 2),
    # --- targets
    "targets.get_target": lambda _: targets.get_target(_TARGET),
    "targets.get_target (some fields)": lambda _: targets.get_target(_TARGET, [8103, 8104]),
    "targets.find_target": lambda _: targets.find_target([EMAIL]),
    "targets.find_target (two unicity fields)": lambda _: targets.find_target([EMAIL, LASTNAME]),
    "targets.find_target (some fields)": lambda _: targets.find_target([EMAIL], [8103]),
    "targets.find_target_by_hash": lambda _: targets.find_target_by_hash(_HASH),
    "targets.create_target": lambda _: targets.create_target(_PERSON),
    "targets.update_target": lambda _: targets.update_target(_TARGET, _PERSON),
    "targets.upsert_target": lambda _: targets.upsert_target(_PERSON),
    "targets.delete_target": lambda _: targets.delete_target(_TARGET),
    "targets.delete_targets_by_unicity": lambda _: targets.delete_targets_by_unicity([[EMAIL]]),
    "targets.delete_targets_by_unicity (two unicity fields)": lambda _: targets.delete_targets_by_unicity(
        [[EMAIL, LASTNAME]]
    ),
    "targets.delete_targets_by_id": lambda _: targets.delete_targets_by_id([_TARGET, "000A0001"], "flat"),
    "targets.delete_targets_by_id (nested)": lambda _: targets.delete_targets_by_id([_TARGET], "nested"),
    "targets.delete_targets_of_segment": lambda _: targets.delete_targets_of_segment(500, "flat"),
    "targets.delete_targets_of_segment (nested)": lambda _: targets.delete_targets_of_segment(500, "nested"),
    "targets.count_targets": lambda _: targets.count_targets(),
    "red_list.add_to_red_list": lambda _: red_list.add_to_red_list(_TARGET, "mail"),
    "red_list.add_to_red_list (sms)": lambda _: red_list.add_to_red_list(
        _TARGET, "sms", origin=3, at=START, detail={"formId": "0000GH"}
    ),
    "red_list.list_red_list": lambda _: red_list.list_red_list("mail"),
    "red_list.list_red_list (sms, window)": lambda _: red_list.list_red_list("sms", START, END),
    "bounces.list_bounced_targets": lambda _: bounces.list_bounced_targets(),
    "target_events.list_events": lambda _: target_events.list_events(_TARGET, START, END),
    "target_events.list_activations": lambda _: target_events.list_activations(_TARGET, START, END),
    "target_events.list_opens": lambda _: target_events.list_opens(_TARGET, START, robots=["mpp", "gsr"]),
    "target_events.list_form_hits": lambda _: target_events.list_form_hits(_TARGET, sort="desc"),
    "target_events.find_events": lambda _: target_events.find_events(START, END, unicity=EMAIL),
    "target_events.find_activations": lambda _: target_events.find_activations(hash=_HASH),
    "target_events.find_hits": lambda _: target_events.find_hits(START, id=_TARGET, robots=["genericrobot"]),
    "target_events.find_stops": lambda _: target_events.find_stops(START, END, unicity=EMAIL, sort=None),
    # --- segments
    "segments.list_segments": lambda _: segments.list_segments(),
    "segments.create_segment": lambda _: segments.create_segment("s", "d", START),
    "segments.create_segment (no expiration)": lambda _: segments.create_segment("s", "d"),
    "segments.create_dynamic_segment": lambda _: segments.create_dynamic_segment("s", "d", parent_id=41, search_id=7),
    "segments.get_segment": lambda _: segments.get_segment(500),
    "segments.update_segment": lambda _: segments.update_segment(Segment(500, "s", description="d", expiration=START)),
    "segments.delete_segment": lambda _: segments.delete_segment(500),
    "segments.list_members": lambda _: segments.list_members(500),
    "segments.add_members": lambda _: segments.add_members(500, [_TARGET, "000A0001"]),
    "segments.add_members_by_unicity": lambda _: segments.add_members_by_unicity(500, [[EMAIL]]),
    "segments.add_members_by_unicity (two unicity fields)": lambda _: segments.add_members_by_unicity(
        500, [[EMAIL, LASTNAME]], separator="|"
    ),
    "segments.empty_segment": lambda _: segments.empty_segment(500),
    "segments.list_segments_of_target": lambda _: segments.list_segments_of_target(_TARGET),
    "segments.add_target": lambda _: segments.add_target(500, _TARGET),
    "segments.remove_target": lambda _: segments.remove_target(500, _TARGET),
    # --- imports
    "import_formats.create_import_format": lambda _: import_formats.create_import_format("f", [8103, None]),
    "import_formats.get_import_format": lambda _: import_formats.get_import_format(1200),
    "import_formats.is_import_format": lambda _: import_formats.is_import_format(1200, [8103, None]),
    "imports.list_imports": lambda _: imports.list_imports(),
    "imports.create_import": lambda _: imports.create_import("i", 1200, [DatabaseFeature()]),
    "imports.create_import (scheduled)": lambda _: imports.create_import(
        "i", 1200, source={"type": "ftp"}, scheduler={"type": "periodic", "name": "nightly"}
    ),
    "imports.get_import": lambda _: imports.get_import(20),
    "imports.update_import": lambda _: imports.update_import(20, "i", 1200, [DuplicateFeature("last")]),
    "imports.delete_import": lambda _: imports.delete_import(20),
    "imports.upload_source": lambda path: imports.upload_source(20, path, "contacts.csv"),
    "imports.execute_import": lambda _: imports.execute_import(20, 1200),
    "imports.execute_import (features)": lambda _: imports.execute_import(20, 1200, [SegmentationFeature(500)]),
    "imports.execute_import_with": lambda path: imports.execute_import_with(20, path, "contacts.csv"),
    "imports.get_import_state": lambda _: imports.get_import_state(20),
    # --- push
    "subscriptions.put_subscription": lambda _: subscriptions.put_subscription(
        _UUID, _UUID, {"type": "firebase", "token": KEY}, _FOOTPRINT
    ),
    "subscriptions.put_subscription (unicity)": lambda _: subscriptions.put_subscription(
        _UUID, _UUID, {"type": "firebase", "token": KEY}, _RECIPIENT
    ),
    "subscriptions.get_subscription": lambda _: subscriptions.get_subscription(_UUID),
    "subscriptions.delete_subscription": lambda _: subscriptions.delete_subscription(_UUID),
    "subscriptions.list_target_subscriptions": lambda _: subscriptions.list_target_subscriptions(_TARGET),
    "subscriptions.delete_target_subscriptions": lambda _: subscriptions.delete_target_subscriptions(_TARGET),
    "subscriptions.find_target_subscriptions": lambda _: subscriptions.find_target_subscriptions(unicity=EMAIL),
    "subscriptions.delete_found_target_subscriptions": lambda _: subscriptions.delete_found_target_subscriptions(
        hash=_HASH
    ),
    "applications.list_applications": lambda _: applications.list_applications(),
    "applications.create_application": lambda _: applications.create_application(_APPLICATION),
    "applications.get_application": lambda _: applications.get_application(_UUID),
    "notifications.list_notifications": lambda _: notifications.list_notifications(),
    "notifications.create_notification": lambda _: notifications.create_notification({"type": "push-app", "name": "n"}),
    "notifications.get_notification": lambda _: notifications.get_notification(7),
    "notifications.update_notification": lambda _: notifications.update_notification(7, {"type": "push-app"}),
    "notifications.delete_notification": lambda _: notifications.delete_notification(7),
    "notifications.render_notification": lambda _: notifications.render_notification(
        7, {"receiver": {"unicity": EMAIL}}
    ),
    "notifications.render_notification (version)": lambda _: notifications.render_notification(
        7, {"receiver": {"unicity": EMAIL}}, version=_UUID
    ),
    "notifications.render_notification_for": lambda _: notifications.render_notification_for(7, unicity=EMAIL),
    "notifications.render_notification_for (version)": lambda _: notifications.render_notification_for(
        7, hash=_HASH, version=_UUID
    ),
    "notifications.render_notification_for_target": lambda _: notifications.render_notification_for_target(7, _TARGET),
    "notifications.render_notification_for_target (version)": lambda _: notifications.render_notification_for_target(
        7, _TARGET, version=_UUID
    ),
    "notifications.send_test": lambda _: notifications.send_test(7, {"recipient": {"type": "user", "value": 3}}),
    "notifications.send_test (version)": lambda _: notifications.send_test(
        7, {"recipient": {"type": "user", "value": 3}}, version=_UUID
    ),
    "notifications.execute_notification": lambda _: notifications.execute_notification(7, _NOTIFIED),
    "notifications.execute_notification_for_many": lambda _: notifications.execute_notification_for_many(
        7, [_NOTIFIED]
    ),
    "notification_events.list_executions": lambda _: notification_events.list_executions(7, START, END),
    "notification_events.list_cancellations": lambda _: notification_events.list_cancellations(7),
    "notification_events.list_activations": lambda _: notification_events.list_activations(7, START),
    "notification_reactivities.list_reactivities": lambda _: notification_reactivities.list_reactivities(COHORT),
    "notification_reactivities.list_impressions": lambda _: notification_reactivities.list_impressions(COHORT),
    "notification_reactivities.list_hits": lambda _: notification_reactivities.list_hits(COHORT),
    "notification_reactivities.list_optouts": lambda _: notification_reactivities.list_optouts(COHORT),
    "notification_reactivities.list_bounces": lambda _: notification_reactivities.list_bounces(COHORT),
    "notification_reactivities.list_reactivities_of_notification": lambda _: (
        notification_reactivities.list_reactivities_of_notification(7, COHORT)
    ),
    "notification_reactivities.list_optouts_of_notification": lambda _: (
        notification_reactivities.list_optouts_of_notification(7, COHORT)
    ),
    "notification_reactivities.list_bounces_of_notification": lambda _: (
        notification_reactivities.list_bounces_of_notification(7, COHORT)
    ),
    # --- actions
    "actions.list_actions": lambda _: actions.list_actions(START, END),
    "actions.create_action": lambda _: actions.create_action(_DOCUMENT),
    "actions.create_action (sms campaign)": lambda _: actions.create_action(
        {"type": "smsCampaign", "name": "s", "content": {"textContent": "Hello"}, "scheduler": {"type": "asap"}}
    ),
    "actions.get_action": lambda _: actions.get_action(_ACTION),
    "actions.update_action": lambda _: actions.update_action(_ACTION, {**_DOCUMENT, "id": _ACTION}),
    "actions.delete_action": lambda _: actions.delete_action(_ACTION),
    "actions.duplicate_action": lambda _: actions.duplicate_action(_ACTION, type=1, folder=2),
    "actions.send_proof": lambda _: actions.send_proof(_ACTION, [500]),
    "actions.send_proof (everything)": lambda _: actions.send_proof(
        _ACTION,
        media_for_test=EMAIL,
        comments="c",
        text_and_html=True,
        analyser=False,
        variables=[{"key": "k", "value": "v"}],
    ),
    "actions.validate_action": lambda _: actions.validate_action(_ACTION),
    "actions.unvalidate_action": lambda _: actions.unvalidate_action(_ACTION),
    "messages.send_messages": lambda _: messages.send_messages(_ACTION, [_MAIL, EmailMessage(_FOOTPRINT)]),
    "messages.send_messages (sms)": lambda _: messages.send_messages(_ACTION, [_SMS]),
    "messages.send_message": lambda _: messages.send_message(_ACTION, _MAIL),
    "messages.send_message (sms)": lambda _: messages.send_message(_ACTION, _SMS),
    "messages.render_messages": lambda _: messages.render_messages(_ACTION, [_MAIL], _CONTEXT),
    "messages.render_messages (sms)": lambda _: messages.render_messages(_ACTION, [_SMS]),
    "messages.render_message": lambda _: messages.render_message(_ACTION, _MAIL, _CONTEXT),
    "messages.render_message (sms)": lambda _: messages.render_message(_ACTION, _SMS),
    "messages.render_links": lambda _: messages.render_links(_ACTION, _RECIPIENT, [{"type": "mirror"}], _CONTEXT),
    "messages.send_to_target": lambda _: messages.send_to_target(_ACTION, _TARGET),
    "messages.send_to_target (content)": lambda _: messages.send_to_target(
        _ACTION, _TARGET, {"content": {"html": LASTNAME}}
    ),
    "messages.send_to_targets": lambda _: messages.send_to_targets(_ACTION, [_RECIPIENT]),
    "messages.get_conversation": lambda _: messages.get_conversation(_UUID),
    "archives.list_archives": lambda _: archives.list_archives(START, END),
    "archives.list_archives_of_target": lambda _: archives.list_archives_of_target(_ACTION, _TARGET, START),
    "action_events.list_events": lambda _: action_events.list_events(START, END),
    "action_events.list_all_cancellations": lambda _: action_events.list_all_cancellations(START, END),
    "action_events.list_activations": lambda _: action_events.list_activations(_ACTION, START, END),
    "action_events.list_cancellations": lambda _: action_events.list_cancellations(_ACTION, sort="desc"),
    "action_events.list_bounces": lambda _: action_events.list_bounces(_ACTION, START),
    "action_events.list_stops": lambda _: action_events.list_stops(_ACTION),
    "action_events.list_mirror_hits": lambda _: action_events.list_mirror_hits(_ACTION, robots=["mpp"]),
    "action_reactivities.list_reactivities": lambda _: action_reactivities.list_reactivities(COHORT),
    "action_reactivities.list_bounces": lambda _: action_reactivities.list_bounces(COHORT),
    "action_reactivities.list_hits": lambda _: action_reactivities.list_hits(COHORT),
    "action_reactivities.list_opens": lambda _: action_reactivities.list_opens(COHORT),
    "action_reactivities.list_clicks": lambda _: action_reactivities.list_clicks(COHORT),
    "action_reactivities.list_clicks_of_action": lambda _: action_reactivities.list_clicks_of_action(_ACTION, COHORT),
    "action_reactivities.list_unsubscriptions_of_action": lambda _: action_reactivities.list_unsubscriptions_of_action(
        _ACTION, COHORT
    ),
    "action_reactivities.list_mirror_hits_of_action": lambda _: action_reactivities.list_mirror_hits_of_action(
        _ACTION, COHORT
    ),
    "action_statistics.get_statistics": lambda _: action_statistics.get_statistics(_ACTION),
    "action_statistics.list_bounced_targets": lambda _: action_statistics.list_bounced_targets(_ACTION),
    "display_events.list_activations": lambda _: display_events.list_activations(START, END),
    "display_events.list_activations_of_campaign": lambda _: display_events.list_activations_of_campaign("c1"),
    "display_events.list_activations_of_content": lambda _: display_events.list_activations_of_content("c1", START),
    # --- the rest of the activation side
    "workflows.create_workflow": lambda _: workflows.create_workflow({"name": "w", "state": 0}),
    "workflows.update_workflow": lambda _: workflows.update_workflow(3, {"name": "w"}),
    "workflows.patch_workflow": lambda _: workflows.patch_workflow(3),
    "workflows.patch_workflow (changes)": lambda _: workflows.patch_workflow(3, {"state": 1}),
    "workflows.delete_workflow": lambda _: workflows.delete_workflow(3),
    "workflows.duplicate_workflow": lambda _: workflows.duplicate_workflow(3),
    "workflows.list_listeners": lambda _: workflows.list_listeners(3),
    "workflows.get_capping": lambda _: workflows.get_capping(3),
    "workflows.update_capping": lambda _: workflows.update_capping(3, [{"increment": 1, "threshold": 3}]),
    "workflows.list_nodes": lambda _: workflows.list_nodes(3),
    "workflows.update_nodes": lambda _: workflows.update_nodes(3, [{"type": "terminal", "id": "n1"}]),
    "workflows.list_tasks": lambda _: workflows.list_tasks(3),
    "campaigns.create_campaign": lambda _: campaigns.create_campaign(
        "c", "d", start_date=START, end_date=END, items=[{"type": "email", "id": 12}]
    ),
    "campaigns.list_events": lambda _: campaigns.list_events(
        _UUID,
        [{"type": "email", "events": [{"type": "hit", "subtypes": ["open"]}], "items": [_ACTION]}],
        START,
        END,
    ),
    "webtasks.patch_webtask": lambda _: webtasks.patch_webtask(5, {"name": "t"}),
    "compilables.create_compilable": lambda _: compilables.create_compilable({"name": "c", "value": {"type": "sql"}}),
    "compilables.execute_compilable": lambda _: compilables.execute_compilable(_UUID, {"email": EMAIL}),
    "compilables.preview_compilable": lambda _: compilables.preview_compilable(_UUID, {"value": {"name": LASTNAME}}),
    "compilables.list_flaws": lambda _: compilables.list_flaws(_UUID),
    "compilables.duplicate_compilable": lambda _: compilables.duplicate_compilable(_UUID),
    "categories.list_categories": lambda _: categories.list_categories(),
    "categories.create_category": lambda _: categories.create_category("c", "d"),
    "categories.get_category": lambda _: categories.get_category(9),
    "categories.update_category": lambda _: categories.update_category(9, "c"),
    "categories.delete_category": lambda _: categories.delete_category(9),
    "marketing_pressure.list_topics": lambda _: marketing_pressure.list_topics(),
    "marketing_pressure.list_rules": lambda _: marketing_pressure.list_rules(),
    "marketing_pressure.is_topic_mandatory": lambda _: marketing_pressure.is_topic_mandatory(),
    "marketing_pressure.set_topic_mandatory": lambda _: marketing_pressure.set_topic_mandatory(True),
}


def functions() -> Iterator[str]:
    """The names of all functions of the api that make a call, found by what they return."""
    for found in pkgutil.iter_modules(api.__path__, f"{api.__name__}."):
        if not found.ispkg:
            yield from _functions_of(importlib.import_module(found.name))


def _functions_of(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        made_here = getattr(value, "__module__", "") == module.__name__
        returned = str(getattr(value, "__annotations__", {}).get("return"))
        # call() builds them all, and is no call itself.
        if made_here and not name.startswith("_") and returned.startswith("Call[") and name != "call":
            yield f"{module.__name__.rpartition('.')[2]}.{name}"


def function_of(row: str) -> str:
    """The function that a row is about."""
    return row.partition(" (")[0]
