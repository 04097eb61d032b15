"""Bindings and features of imports: reading their bodies, and the recipe an execution follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.account import Account
from airflow_provider_np6.sandbox.bodies import BadBodyError
from airflow_provider_np6.sandbox.shapes import flag, listed, moment, nullable, shape, text, whole

IGNORED = -10
_FEATURES: Mapping[str, shapes.Check] = {
    "segmentation": shape(("segmentId",), segmentId=whole, emptyExisitingSegment=flag),
    "redList": shape(("destination",), destination=shape(mail=flag, sms=flag, email=flag)),
    "duplicate": shape(("rules",), rules=shape(first=flag, last=flag, ignore=flag)),
    "report": shape(sendFinalReport=flag, sendErrorReport=flag, contactGuids=listed(text), groupIds=listed(whole)),
    "database": shape(updateExisting=flag, crushData=flag),
    "normalization": shape(("fields",), fields=shapes.mapped(listed(text))),
}


def _feature(value: Any, place: str) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _FEATURES:
        raise BadBodyError(f"{place} has no recognised type")
    feature: dict[str, Any] = _FEATURES[kind](value, place)
    wants_mail = feature.get("sendFinalReport") or feature.get("sendErrorReport")
    if kind == "report" and wants_mail and not (feature.get("contactGuids") or feature.get("groupIds")):
        raise BadBodyError("report needs at least one recipient")
    return feature


_INSTANT = shape(**dict.fromkeys(("year", "month", "date", "hour", "minute", "second"), whole))
_OCCURS = shape(type=shapes.choice("daily", "weekly", "monthly"), days=listed(shapes.either(text, whole)))
_SCHEDULER = shape(
    type=text,
    id=whole,
    name=text,
    creationDate=moment,
    description=text,
    enabled=nullable(flag),
    frequency=shape(occurs=_OCCURS, periodicity=shape(type=text, value=_INSTANT)),
    validity=shape(start=_INSTANT, end=_INSTANT),
)
_DEFINITION = shape(
    ("name",), name=shapes.name, binding=nullable(whole), features=listed(_feature), scheduler=nullable(_SCHEDULER)
)
FTP_SOURCE = shape(id=nullable(whole), folder=text, templateFilename=text)
_BIND = shape(("columnIndex", "fieldId"), columnIndex=whole, fieldId=whole)
_FORMAT = shape(
    ("name", "separator", "startAt", "binds"),
    name=shapes.name,
    separator=whole,
    startAt=whole,
    binds=listed(_BIND),
    savedImportFormat=flag,
)


def read_format(account: Account, body: object) -> dict[str, Any]:
    """A binding as it is stored (legacy, "Binding body"); raises BadBodyError."""
    given: dict[str, Any] = {"savedImportFormat": True, **shapes.read(_FORMAT, body)}
    if not 1 <= given["separator"] <= 127 or chr(given["separator"]) in '"\r\n':
        raise BadBodyError("separator must be an ASCII code")
    if given["startAt"] < 0:
        raise BadBodyError("startAt must be a line number")
    if not given["binds"]:
        raise BadBodyError("the import format needs binds")
    for bind in given["binds"]:
        _check_bind(account, bind)
    return {key: given[key] for key in ("name", "separator", "startAt", "binds", "savedImportFormat")}


def _check_bind(account: Account, bind: Mapping[str, int]) -> None:
    if bind["columnIndex"] < 0:
        raise BadBodyError("columnIndex must be a column number")
    if bind["fieldId"] != IGNORED and bind["fieldId"] not in account.by_id:
        raise BadBodyError("fieldId must be the id of a field, or -10")


def read_definition(body: object, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An import definition; what the body leaves out is taken from `base` when given. Raises BadBodyError."""
    if not isinstance(body, dict):
        raise BadBodyError("the import definition must be an object")
    merged = {**(base or {}), **{key: value for key, value in body.items() if value is not None}}
    given = shapes.read(_DEFINITION, merged)
    return {
        "name": given["name"],
        "binding": given.get("binding"),
        "features": given.get("features", []),
        "scheduler": given.get("scheduler"),
    }


@dataclass(frozen=True)
class Recipe:
    """What one execution does with a file.

    :param start_at: records to skip at the beginning.
    :param columns: (column number, field id), ignored columns left out.
    :param cells: what the cells of a line do to a target that exists: `erase` (overwrite, and empty cells erase),
        `keep` (overwrite, and empty cells do nothing) or `fill` (only where there is no value yet).
    :param duplicates: `first`, `last` or `ignore` (no line of a repeated unicity is taken).
    """

    separator: str
    start_at: int
    columns: tuple[tuple[int, int], ...]
    update_existing: bool = True
    cells: str = "erase"
    duplicates: str | None = None
    segment: int | None = None
    empty_segment: bool = False
    redlist: tuple[str, ...] = ()


# Answers to question 21 -> what cells do with crushData true, and with false.
_CELLS: Mapping[str, tuple[str, str]] = {
    "true-erases": ("erase", "fill"),
    "true-keeps": ("keep", "fill"),
    "false-overwrites": ("erase", "keep"),
}


class ImpossibleImportError(Exception):
    """An execution that ends in state 2 without touching a target; the text says why."""


def recipe(
    account: Account,
    binding: Mapping[str, Any] | None,
    features: list[dict[str, Any]],
    answers: Mapping[str, str],
) -> Recipe:
    """Combine binding and features; `answers` holds the assumptions `start-at`, `redlist-key` and `crush-data`."""
    if binding is None:
        raise ImpossibleImportError("the binding does not exist")
    columns = tuple((b["columnIndex"], b["fieldId"]) for b in binding["binds"] if b["fieldId"] != IGNORED)
    bound = {field for _, field in columns}
    if len(bound) != len(columns):
        raise ImpossibleImportError("two columns are bound to one field")
    if not all(field.id in bound for field in account.unicity):
        raise ImpossibleImportError("the binding lacks the unicity")
    by_type = {feature["type"]: feature for feature in features}
    database = by_type.get("database", {})
    segmentation = by_type.get("segmentation", {})
    return Recipe(
        separator=chr(binding["separator"]),
        start_at=max(0, binding["startAt"] - (answers["start-at"] == "1-based")),
        columns=columns,
        update_existing=bool(database.get("updateExisting", True)),
        cells=_CELLS[answers["crush-data"]][0 if database.get("crushData", True) else 1],
        duplicates=_duplicates(by_type.get("duplicate", {}).get("rules", {})),
        segment=segmentation.get("segmentId"),
        # Trap 9: this misspelling is the real key; the correct spelling is ignored.
        empty_segment=bool(segmentation.get("emptyExisitingSegment", False)),
        redlist=_media(by_type.get("redList", {}).get("destination", {}), answers["redlist-key"]),
    )


def _duplicates(rules: Mapping[str, Any]) -> str | None:
    return next((rule for rule in ("ignore", "first", "last") if rules.get(rule)), None)


def _media(destination: Mapping[str, Any], mail_key: str) -> tuple[str, ...]:
    """Trap 10: `mail` in 8.1.0, `email` in the samples; the other key is ignored."""
    keys = ("mail", "email") if mail_key == "both" else (mail_key,)
    mail = ("mail",) if any(destination.get(key) for key in keys) else ()
    return (*mail, "sms") if destination.get("sms") else mail
