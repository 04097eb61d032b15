"""The odd spellings of the wire, written out."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_np6.api import wire
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
