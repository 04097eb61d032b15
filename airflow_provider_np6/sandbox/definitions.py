"""Bindings and features of imports: reading their bodies, and the recipe an execution follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6.sandbox.account import Account
from airflow_provider_np6.sandbox.bodies import BadBodyError

IGNORED = -10
FEATURES = ("segmentation", "redList", "duplicate", "report", "database", "normalization")


def read_format(account: Account, body: object) -> dict[str, Any]:
    """A binding as it is stored (legacy, "Binding body"); raises BadBodyError."""
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not body["name"]:
        raise BadBodyError("the import format needs a name")
    separator: Any = body.get("separator")
    start_at: Any = body.get("startAt")
    if not _is_number(separator) or not 1 <= separator <= 127 or chr(separator) in '"\r\n':
        raise BadBodyError("separator must be an ASCII code")
    if not _is_number(start_at) or start_at < 0:
        raise BadBodyError("startAt must be a line number")
    binds = [_bind(account, bind) for bind in _list(body.get("binds"), "binds")]
    if not binds:
        raise BadBodyError("the import format needs binds")
    return {
        "name": body["name"],
        "separator": separator,
        "startAt": start_at,
        "binds": binds,
        "savedImportFormat": bool(body.get("savedImportFormat", True)),
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadBodyError(f"{name} must be a list")
    return value


def _bind(account: Account, bind: object) -> dict[str, int]:
    column = bind.get("columnIndex") if isinstance(bind, dict) else None
    field = bind.get("fieldId") if isinstance(bind, dict) else None
    if not _is_number(column) or not isinstance(column, int) or column < 0:
        raise BadBodyError("columnIndex must be a column number")
    if not _is_number(field) or not isinstance(field, int) or (field != IGNORED and field not in account.by_id):
        raise BadBodyError("fieldId must be the id of a field, or -10")
    return {"columnIndex": column, "fieldId": field}


def read_definition(body: object, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An import definition; what the body leaves out is taken from `base` when given. Raises BadBodyError."""
    if not isinstance(body, dict):
        raise BadBodyError("the import definition must be an object")
    merged = {**(base or {}), **{key: value for key, value in body.items() if value is not None}}
    if not isinstance(merged.get("name"), str) or not merged["name"]:
        raise BadBodyError("the import definition needs a name")
    if merged.get("binding") is not None and not _is_number(merged["binding"]):
        raise BadBodyError("binding must be a number")
    features = _list(merged.get("features", []), "features")
    for feature in features:
        if not isinstance(feature, dict) or feature.get("type") not in FEATURES:
            raise BadBodyError("a feature has no recognised type")
        _check_feature(feature)
    return {
        "name": merged["name"],
        "binding": merged.get("binding"),
        "features": features,
        "scheduler": merged.get("scheduler"),
    }


def _check_feature(feature: Mapping[str, Any]) -> None:
    """Documented requirements of single features."""
    kind = feature["type"]
    if kind == "segmentation" and not _is_number(feature.get("segmentId")):
        raise BadBodyError("segmentation needs a segmentId")
    if kind == "duplicate" and not isinstance(feature.get("rules"), dict):
        raise BadBodyError("duplicate needs rules")
    if kind == "redList" and not isinstance(feature.get("destination"), dict):
        raise BadBodyError("redList needs a destination")
    wants_mail = feature.get("sendFinalReport") or feature.get("sendErrorReport")
    if kind == "report" and wants_mail and not (feature.get("contactGuids") or feature.get("groupIds")):
        raise BadBodyError("report needs at least one recipient")


@dataclass(frozen=True)
class Recipe:
    """What one execution does with a file.

    :param start_at: records to skip at the beginning.
    :param columns: (column number, field id), ignored columns left out.
    :param crush: cells overwrite and empty cells erase; without it only unset fields are filled.
    :param duplicates: `first`, `last` or `ignore` (no line of a repeated unicity is taken).
    """

    separator: str
    start_at: int
    columns: tuple[tuple[int, int], ...]
    update_existing: bool = True
    crush: bool = True
    duplicates: str | None = None
    segment: int | None = None
    empty_segment: bool = False
    redlist: tuple[str, ...] = ()


class ImpossibleImportError(Exception):
    """An execution that ends in state 2 without touching a target; the text says why."""


def recipe(
    account: Account,
    binding: Mapping[str, Any] | None,
    features: list[dict[str, Any]],
    answers: Mapping[str, str],
) -> Recipe:
    """Combine binding and features; `answers` holds the assumptions `start-at` and `redlist-key`."""
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
        crush=bool(database.get("crushData", True)),
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
