"""Imports: their misspelt keys, magic numbers and several spellings of the same (data-side: Import)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.models.imports import (
    DatabaseFeature,
    DuplicateFeature,
    ImportDefinition,
    ImportFeature,
    ImportFormat,
    NormalizationFeature,
    RedListFeature,
    ReportFeature,
    SegmentationFeature,
    UnknownFeature,
)
from airflow_provider_np6.models.reading import as_bool, as_date, as_id, as_int, as_list, as_object, as_text

IGNORED_COLUMN = -10  # the fieldId that makes an import skip a column (legacy: Binding body)

# The misspelling is the real key; spelt right it would presumably be ignored (data-side: trap 9).
_EMPTY_SEGMENT = "emptyExisitingSegment"
_EMPTY_SEGMENT_RIGHT = "emptyExistingSegment"


def feature_to_json(feature: ImportFeature) -> dict[str, Any]:
    """Write a feature of an import (data-side: D-i2; legacy: Features)."""
    match feature:
        case DatabaseFeature():
            return {
                "type": "database",
                "updateExisting": feature.update_existing,
                "crushData": feature.crush_data,
            }
        case SegmentationFeature():
            return {
                "type": "segmentation",
                "segmentId": feature.segment_id,
                _EMPTY_SEGMENT: feature.empty_existing,
            }
        case DuplicateFeature():
            return {"type": "duplicate", "rules": {feature.keep: True}}
        case RedListFeature():
            # "mail" in 8.1.0, "email" in the samples; the wrong key imports without red-listing (data-side:
            # trap 10).
            return {"type": "redList", "destination": {"mail": feature.mail, "sms": feature.sms}}
        case NormalizationFeature():
            return {"type": "normalization", "fields": {str(k): list(v) for k, v in feature.fields.items()}}
        case ReportFeature():
            return _report_to_json(feature)
        case UnknownFeature():
            return dict(feature.json)


def _report_to_json(feature: ReportFeature) -> dict[str, Any]:
    return {
        "type": "report",
        "sendFinalReport": feature.send_final,
        "sendErrorReport": feature.send_error,
        "contactGuids": list(feature.contact_guids),
        "groupIds": list(feature.group_ids),
    }


def feature_from_json(value: Any) -> ImportFeature:
    """Read a feature; a kind that no document knows is kept (data-side: trap 18).

    :raises ValueError: no object.
    """
    data = as_object(value, "an import feature")
    kind = as_text(data.get("type"))
    reader = _FEATURE_READERS.get(kind)
    return reader(data) if reader else UnknownFeature(kind, dict(data))


def _database(data: Mapping[str, Any]) -> ImportFeature:
    return DatabaseFeature(as_bool(data.get("updateExisting")), as_bool(data.get("crushData")))


def _segmentation(data: Mapping[str, Any]) -> ImportFeature:
    empty = as_bool(data.get(_EMPTY_SEGMENT)) or as_bool(data.get(_EMPTY_SEGMENT_RIGHT))
    return SegmentationFeature(as_id(data.get("segmentId"), "a segment id"), empty)


def _duplicate(data: Mapping[str, Any]) -> ImportFeature:
    rules = as_object(data.get("rules") or {}, "the rules of a duplicate feature")
    for keep in ("first", "last", "ignore"):
        if as_bool(rules.get(keep)):
            return DuplicateFeature(keep)
    return UnknownFeature("duplicate", dict(data))


def _red_list(data: Mapping[str, Any]) -> ImportFeature:
    where = as_object(data.get("destination") or {}, "the destination of a red list feature")
    return RedListFeature(as_bool(where.get("mail")) or as_bool(where.get("email")), as_bool(where.get("sms")))


def _normalization(data: Mapping[str, Any]) -> ImportFeature:
    fields = as_object(data.get("fields") or {}, "the fields of a normalization feature")
    return NormalizationFeature({as_id(k, "a field id"): tuple(as_list(v, "countries")) for k, v in fields.items()})


def _report(data: Mapping[str, Any]) -> ImportFeature:
    return ReportFeature(
        send_final=as_bool(data.get("sendFinalReport")),
        send_error=as_bool(data.get("sendErrorReport")),
        contact_guids=tuple(as_list(data.get("contactGuids"), "contactGuids")),
        group_ids=tuple(as_list(data.get("groupIds"), "groupIds")),
    )


_FEATURE_READERS = {
    "database": _database,
    "segmentation": _segmentation,
    "duplicate": _duplicate,
    "redList": _red_list,
    "normalization": _normalization,
    "report": _report,
}


def import_from_json(value: Any) -> ImportDefinition:
    """Read an import definition (data-side: D-i0, D-i3).

    :raises ValueError: no object, or without an id.
    """
    data = as_object(value, "an import")
    source = data.get("source")
    source = source if isinstance(source, Mapping) else {}
    return ImportDefinition(
        id=as_id(data.get("id"), "an import id"),
        name=as_text(data.get("name")),
        binding=as_int(data.get("binding")),
        features=tuple(feature_from_json(item) for item in as_list(data.get("features"), "features")),
        creation_date=as_date(data.get("creationDate")),
        update_date=as_date(data.get("updateDate")),
        source_type=as_text(source.get("type")),
        filename=source.get("filename"),
        is_scheduled=bool(data.get("scheduler")),
    )


def import_format_to_json(name: str, field_ids: Sequence[int | None], separator: str, start_at: int) -> dict[str, Any]:
    """Write a binding: column n goes to the n-th field id, None is ignored (legacy: Binding body).

    :raises ValueError: no column, or a separator that is not one ASCII character.
    """
    if not field_ids:
        raise ValueError("an import format needs at least one column")
    if len(separator) != 1 or not separator.isascii():
        raise ValueError("the separator of an import format is one ASCII character")
    binds = [
        {"columnIndex": index, "fieldId": IGNORED_COLUMN if field_id is None else field_id}
        for index, field_id in enumerate(field_ids)
    ]
    return {
        "name": name,
        "separator": ord(separator),
        "startAt": start_at,
        "binds": binds,
        # What false does to the lifetime of the id is said nowhere; the samples that keep the id send true.
        "savedImportFormat": True,
    }


def import_format_id(value: Any) -> int:
    """The id of a binding, which NP6 returns as ``identifier.guid`` (legacy: Objects).

    :raises ValueError: it is not there.
    """
    identifier = as_object(as_object(value, "an import format").get("identifier"), "the identifier of a format")
    return as_id(identifier.get("guid"), "the guid of an import format")


def is_same_import_format(value: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether a format that NP6 shows reads files as the wanted one does; its name and further members do not count.

    :raises ValueError: no object.
    """
    data = as_object(value, "an import format")
    binds = [as_object(item, "a bind of an import format") for item in as_list(data.get("binds"), "binds")]
    shown = {(as_int(bind.get("columnIndex")), as_int(bind.get("fieldId"))) for bind in binds}
    return (
        as_int(data.get("separator")) == wanted["separator"]
        and as_int(data.get("startAt")) == wanted["startAt"]
        and shown == {(bind["columnIndex"], bind["fieldId"]) for bind in wanted["binds"]}
    )


_MOST_COLUMNS = 10_000


def import_format_from_json(value: Any) -> ImportFormat:
    """Read a binding (legacy: Binding body).

    :raises ValueError: no object, or without an id.
    """
    data = as_object(value, "an import format")
    code = as_int(data.get("separator"))
    binds = [as_object(item, "a bind of an import format") for item in as_list(data.get("binds"), "binds")]
    columns = {as_int(bind.get("columnIndex")): as_int(bind.get("fieldId")) for bind in binds}
    last = max((index for index in columns if index is not None), default=-1)
    return ImportFormat(
        id=import_format_id(data),
        name=as_text(data.get("name")),
        separator=chr(code) if code is not None and 0 <= code < 0x110000 else "",
        start_at=as_int(data.get("startAt")),
        # No file has so many columns: a silly index must not fill the memory.
        field_ids=tuple(_bound(columns.get(index)) for index in range(min(last + 1, _MOST_COLUMNS))),
    )


def _bound(field_id: int | None) -> int | None:
    return None if field_id == IGNORED_COLUMN else field_id
