"""The odd spellings of the wire, written out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from airflow_provider_np6.api import targets, wire
from airflow_provider_np6.api.windows import Cohort
from airflow_provider_np6.models.fields import Constraint, Field, ValueList
from airflow_provider_np6.models.imports import (
    DatabaseFeature,
    DuplicateFeature,
    ImportFeature,
    NormalizationFeature,
    RedListFeature,
    ReportFeature,
    SegmentationFeature,
    UnknownFeature,
)
from airflow_provider_np6.models.messages import EmailMessage, MailSender, RenderContext, SmsMessage
from airflow_provider_np6.models.recipients import Recipient, Stamp

FEATURES: list[tuple[ImportFeature, dict[str, Any]]] = [
    (DatabaseFeature(True, False), {"type": "database", "updateExisting": True, "crushData": False}),
    (
        SegmentationFeature(501, True),
        {"type": "segmentation", "segmentId": 501, "emptyExisitingSegment": True},
    ),
    (DuplicateFeature("first"), {"type": "duplicate", "rules": {"first": True}}),
    (RedListFeature(mail=True), {"type": "redList", "destination": {"mail": True, "sms": False}}),
    (
        NormalizationFeature({233: ("FRA", "ESP")}),
        {"type": "normalization", "fields": {"233": ["FRA", "ESP"]}},
    ),
    (
        ReportFeature(True, True, ("1C0193AB",), (4,)),
        {
            "type": "report",
            "sendFinalReport": True,
            "sendErrorReport": True,
            "contactGuids": ["1C0193AB"],
            "groupIds": [4],
        },
    ),
    (UnknownFeature("geo", {"type": "geo", "x": 1}), {"type": "geo", "x": 1}),
]


@pytest.mark.parametrize(("feature", "json"), FEATURES, ids=lambda value: type(value).__name__)
def test_features_both_ways(feature: ImportFeature, json: dict[str, Any]) -> None:
    assert wire.feature_to_json(feature) == json
    assert wire.feature_from_json(json) == feature


def test_spellings_of_the_older_documents_are_read() -> None:
    spelt_right = {"type": "segmentation", "segmentId": "501", "emptyExistingSegment": True}
    assert wire.feature_from_json(spelt_right) == SegmentationFeature(501, True)
    email = {"type": "redList", "destination": {"email": True}}
    assert wire.feature_from_json(email) == RedListFeature(mail=True)


def test_a_binding() -> None:
    assert wire.import_format_to_json("f", [8103, None], ";", 1) == {
        "name": "f",
        "separator": 59,
        "startAt": 1,
        "binds": [{"columnIndex": 0, "fieldId": 8103}, {"columnIndex": 1, "fieldId": -10}],
        "savedImportFormat": True,
    }
    assert wire.import_format_id({"identifier": {"guid": "44"}, "id": 3}) == 44


# The two definitions of the vendor's own page.
DOCUMENTED: list[dict[str, Any]] = [
    {
        "id": 23,
        "name": "Import Contacts",
        "creationDate": "2023-03-01T11:04:00Z",
        "binding": 44,
        "features": [{"type": "duplicate", "rules": {"first": True}}],
        "source": {"type": "ftp", "creationDate": "0001-01-01T00:00:00Z", "folder": "23 - Import Contacts"},
        "scheduler": {"id": 79},
    },
    {"id": "24", "name": "Import Redlist", "creationDate": "0001-01-01T00:00:00Z", "more": {"x": 1}},
]


def test_definitions() -> None:
    first, second = (wire.import_from_json(item) for item in DOCUMENTED)
    assert (first.id, first.source_type, first.is_scheduled) == (23, "ftp", True)
    assert (second.id, second.creation_date, second.binding) == (24, None, None)


# --- who is who

ANNA = "anna@example.com"
UNICITY: list[tuple[Any, Any]] = [
    (wire.unicity_query([ANNA, "Brand"]), (("unicity", ANNA), ("unicity", "Brand"))),
    (wire.bulk_delete_by_unicity([[ANNA, "Brand"]])["value"], [[ANNA, "Brand"]]),
    (wire.joined_unicity([ANNA, "Brand"]), f"{ANNA}Brand"),
    (wire.joined_unicity([ANNA, "Brand"], "|"), f"{ANNA}|Brand"),
    (wire.recipient_to_json(Recipient.by_unicity(ANNA, "Brand"))["value"], [ANNA, "Brand"]),
    (wire.reference_query(unicity=ANNA, hash=None), (("unicity", ANNA),)),
    (wire.recipient_to_json(Recipient.footprint("000A0000", ANNA, "abc"))["unicity"], ANNA),
    (wire.contact_reference_to_json(Recipient.by_unicity(ANNA))["value"], ANNA),
]


@pytest.mark.parametrize(("written", "wanted"), UNICITY)
def test_every_encoding_of_a_unicity(written: Any, wanted: Any) -> None:
    assert written == wanted


@pytest.mark.parametrize(
    "recipient",
    [
        Recipient("id"),
        Recipient.by_id(" "),
        Recipient.by_unicity(),
        Recipient.by_unicity(ANNA, ""),
        Recipient.by_hash(""),
        Recipient("footprint", id="000A0000", unicity=(ANNA, "Brand"), hash="abc"),
        Recipient("footprint", unicity=(ANNA,)),
        Recipient("contact", id="000A0000"),
        Recipient("", id="000A0000"),
    ],
)
def test_incomplete_recipients(recipient: Recipient) -> None:
    with pytest.raises(ValueError, match="a recipient needs") as caught:
        wire.recipient_to_json(recipient)
    assert ANNA not in str(caught.value)


def test_a_subscription_takes_one_value() -> None:
    with pytest.raises(ValueError, match="by one unicity value"):
        wire.contact_reference_to_json(Recipient.by_unicity(ANNA, "Brand"))


@pytest.mark.parametrize("references", [{}, {"id": None}, {"id": "a", "hash": "b"}, {"id": " "}, {"hash": ""}])
def test_exactly_one_reference(references: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        wire.reference_query(**references)


def test_forms_of_a_bulk_delete() -> None:
    assert wire.bulk_delete_by_id(["a", "b"], "flat") == {"type": "id", "value": ["a", "b"]}
    assert wire.bulk_delete_by_id(["a", "b"], "nested") == {"type": "id", "value": [["a"], ["b"]]}
    assert wire.bulk_delete_of_segment(5, "flat") == {"type": "segment", "value": 5}
    assert wire.bulk_delete_of_segment(5, "nested") == {"type": "segment", "value": [5]}


# --- messages

MAIL = EmailMessage(
    Recipient.by_unicity(ANNA),
    data={"a": 1},
    sender=MailSender("news", "example.com", "News"),
    subject="Hello",
    attachments=[{"name": "a.pdf"}],
    stamp=Stamp(id="m1"),
    urgent=False,
)


def test_a_message_to_send_and_the_same_to_render() -> None:
    common = {
        "data": {"a": 1},
        "headers": {"from": {"prefix": "news", "domain": "example.com", "label": "News"}},
        "subject": "Hello",
        "stamp": {"id": "m1"},
    }
    person = {"type": "unicity", "value": [ANNA]}
    attachments = [{"name": "a.pdf"}]
    assert wire.execution_to_json(MAIL) == {"recipient": person, "attachments": attachments, "urgent": False, **common}
    assert wire.render_to_json(MAIL, None) == {"receiver": person, **common}
    assert wire.render_to_json(MAIL, RenderContext(display=4))["context"] == {"display": 4}


def test_what_is_not_given_is_not_sent() -> None:
    for message in (EmailMessage(Recipient.by_id("a")), SmsMessage(Recipient.by_id("a"))):
        assert wire.execution_to_json(message) == {"recipient": {"type": "id", "value": "a"}}


def test_kinds_of_messages_do_not_mix() -> None:
    sms = SmsMessage(Recipient.by_id("a"))
    assert wire.media_type_of([MAIL]) == "application/vnd.np6.cm.email"
    assert wire.media_type_of([sms, sms]) == "application/vnd.np6.cm.sms"
    for messages in ([], [MAIL, sms]):
        with pytest.raises(ValueError, match="at least one message"):
            wire.media_type_of(messages)


def test_phases_of_a_validation() -> None:
    assert wire.proof_body([500]) == {"fortest": True, "testSegments": [500]}
    assert wire.proof_body([], text_and_html=True, media_for_test=ANNA)["textandHtml"] is True
    assert wire.validation_body() == {"fortest": False}
    assert wire.unvalidation_body() == {}
    with pytest.raises(ValueError, match="mails a proof"):
        wire.proof_body([])


@pytest.mark.parametrize(
    "document", [{}, {"type": ""}, {"type": "mailMessage", "content": {"headers": {"from": "news@example.com"}}}]
)
def test_actions_that_np6_would_refuse(document: Any) -> None:
    with pytest.raises(ValueError, match=r"of an action is an object|needs a type"):
        wire.action_body(document)


# --- windows

START = datetime(2030, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, 13, 0, 0, 500_999, tzinfo=timezone(timedelta(hours=1)))


def test_names_of_bounds() -> None:
    first, last = "2030-01-01T00:00:00Z", "2030-01-01T12:00:00.500Z"
    assert wire.event_window(START, END, "asc", ["mpp", "gsr"]) == (
        ("start", first),
        ("end", last),
        ("sort", "asc"),
        ("classification", "mpp,gsr"),
    )
    assert wire.red_list_window(START, END) == (("startDate", first), ("endDate", last))
    assert wire.archive_window(START, None) == (("startDate", first),)
    assert wire.creation_window(None, END) == (("creation_end", last),)
    assert dict(wire.reactivity_window(START, END, START, END)) == {
        "activationStart": first,
        "activationEnd": last,
        "reactivityStart": first,
        "reactivityEnd": last,
    }
    assert wire.event_window() == ()


def test_bounds_in_the_wrong_order() -> None:
    half = START + timedelta(milliseconds=500)
    assert wire.event_window(START, half)  # "…00Z" sorts after "…00.500Z", the instant does not
    with pytest.raises(ValueError, match="end is before start"):
        wire.event_window(half, START)
    with pytest.raises(ValueError, match="reactivityEnd is before reactivityStart"):
        Cohort(reactivity_start=half, reactivity_end=START)
    with pytest.raises(ValueError, match="sort is"):
        wire.event_window(sort="up")  # type: ignore[arg-type]


def test_instants() -> None:
    assert wire.instant(datetime(987, 6, 5)) == "0987-06-05T00:00:00Z"
    assert wire.instant(datetime(2030, 1, 1, 0, 0, 0, 999, tzinfo=UTC)) == "2030-01-01T00:00:00Z"


# --- fields and value lists


def test_a_field() -> None:
    assert wire.field_to_json(Field(0, "A", "textField", constraint=Constraint(4, "150"))) == {
        "type": "textField",
        "name": "A",
        "isUnicity": False,
        "isMandatory": False,
        "constraint": {"operator": 4, "value": "150"},
    }
    read = {"id": 3, "type": "email", "name": "E", "isUnicity": True, "isMandatory": True, "isCriterion": False}
    assert wire.field_to_json(Field.from_json(read)) == read
    with pytest.raises(ValueError, match="name and a type"):
        wire.field_to_json(Field(3, " ", "email"))


def test_a_value_list_keeps_its_numbers() -> None:
    json = {
        "id": 51,
        "name": "L",
        "ordered": True,
        "values": [{"index": 7, "value": "Mr"}, {"index": 3, "value": "Dr"}],
    }
    assert wire.value_list_to_json(ValueList.from_json(json)) == json
    grown = ValueList(51, "L", ("Mr", "Ms", "Dr", "Mx"), True, (7, None, 3))
    assert [one["index"] for one in wire.value_list_to_json(grown)["values"]] == [7, 8, 3, 9]
    for labels in (("Mr", "mr"), ("é", "É")):
        with pytest.raises(ValueError, match="more than case"):
            wire.value_list_to_json(ValueList(0, "L", labels))


def test_a_binding_is_read() -> None:
    written = wire.import_format_to_json("f", [8103, None, 8104], ";", 1)
    found = wire.import_format_from_json({"identifier": {"guid": "44"}, **written})
    assert (found.id, found.name, found.separator, found.start_at) == (44, "f", ";", 1)
    assert found.field_ids == (8103, None, 8104)
    sparse = {"identifier": {"guid": 1}, "binds": [{"columnIndex": 2, "fieldId": 5}], "separator": None}
    assert wire.import_format_from_json(sparse).field_ids == (None, None, 5)
    sparse["binds"] = [{"columnIndex": 2**31, "fieldId": 5}]
    assert len(wire.import_format_from_json(sparse).field_ids) <= 10_000


# --- values of fields


@pytest.mark.parametrize(
    ("value", "json"),
    [
        ("Mr", "Mr"),
        ("0612345678", "0612345678"),
        (12, 12),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ([], []),
        (Decimal("12.00"), 12),
        (Decimal("12.50"), 12.5),
        (date(1990, 5, 4), "1990-05-04T00:00:00Z"),
        (datetime(2030, 1, 1, 12), "2030-01-01T12:00:00Z"),
        (END, "2030-01-01T12:00:00.500Z"),
        ({"Sport", "Music"}, ["Music", "Sport"]),
        (("b", "a"), ["b", "a"]),
        (["b", "a"], ["b", "a"]),
    ],
)
def test_values_of_fields(value: Any, json: Any) -> None:
    written = wire.field_value(value)
    assert (written, type(written)) == (json, type(json))
    body: Any = targets.upsert_target({"Email": ANNA, "x": value}).body
    assert body == wire.dumps({"Email": ANNA, "x": json})
