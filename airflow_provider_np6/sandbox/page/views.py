"""One view per section of the page. Values in, HTML out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_np6.sandbox.account import Account, Field
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.page.parts import Html, badge, cell, element, join, link, table, text, value
from airflow_provider_np6.sandbox.recorder import Seen
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.values import to_json

_OPERATORS = {1: ">", 2: "<", 3: "≥", 4: "≤", 5: "="}
_STATES = {0: ("running", "busy"), 1: ("completed", "good"), 2: ("error", "bad")}
_CELL_KINDS = {"numeric": "number", "textArea": "long"}


@dataclass(frozen=True)
class Pager:
    """Where a list of targets stands: search text, page, number of pages, targets found."""

    search: str
    page: int
    pages: int
    total: int


def number(count: int) -> str:
    """Digits in groups of three."""
    return f"{count:,}".replace(",", "\u202f")


def moment(iso_text: str) -> str:
    """`2016-07-30 09:01:00` for people; all moments are UTC."""
    return iso_text.replace("T", " ").removesuffix("Z")


def targets(account: Account, rows: Sequence[Row], redlist: Mapping[int, Mapping[str, Any]], pager: Pager) -> Html:
    """A page of targets with its search box, the unicity first."""
    columns = sorted(account.fields, key=lambda field: (not field.is_unicity, field.id))
    heads = ["Id", "Red list", *(field.name for field in columns), "Updated (UTC)"]
    found = f"{number(pager.total)} target{'s' if pager.total != 1 else ''}"
    caption = f"{found} with “{pager.search}”" if pager.search else found
    nothing = "No target has this text." if pager.search else "No targets yet. Create one with POST /targets."
    shown = (_target(columns, row, redlist[row.number]) for row in rows)
    return join([_search(pager), table(caption, heads, shown, nothing), _pages(pager)])


def _target(columns: Sequence[Field], row: Row, redlist: Mapping[str, Any]) -> list[Html]:
    marks = join(badge(medium, "bad") for medium in sorted(redlist))
    cells = [_field_cell(field, row) for field in columns]
    updated = moment(iso(row.updated))
    return [
        cell(target_id(row.number), "code"),
        cell(marks or value(None), "marks"),
        *cells,
        cell(updated, "date"),
    ]


def _field_cell(field: Field, row: Row) -> Html:
    shown = to_json(field, row.values[field.id])
    if field.type == "date" and shown is not None:
        shown = moment(str(shown)).removesuffix(" 00:00:00")
    return cell(value(shown), _CELL_KINDS.get(field.type, "value"))


def _search(pager: Pager) -> Html:
    box = Html(
        '<label for="q">Search</label>'
        f'<input type="search" id="q" name="q" value="{text(pager.search)}" placeholder="any text in any field">'
        '<button type="submit">Search</button>'
    )
    clear = link("Clear", tab="targets") if pager.search else ""
    return element("form", Html('<input type="hidden" name="tab" value="targets">'), box, clear, role="search")


def _pages(pager: Pager) -> Html:
    if pager.pages <= 1:
        return Html("")

    def to(word: str, page: int) -> Html:
        return link(word, tab="targets", q=pager.search, page=str(page))

    before = [to("« First", 1), to("‹ Previous", pager.page - 1)] if pager.page > 1 else []
    after = [to("Next ›", pager.page + 1), to("Last »", pager.pages)] if pager.page < pager.pages else []
    where = element("span", f"Page {number(pager.page)} of {number(pager.pages)}")
    return element("nav", *before, where, *after, class_="pager", aria_label="Pages")


def fields(account: Account) -> Html:
    """Fields with what they take."""
    rows = (
        [cell(field.id, "code"), field.name, field.type, _flags(field), _rule(account, field)]
        for field in account.fields
    )
    return table("Fields of the account", ["Id", "Name", "Type", "Role", "Values"], rows, "No fields.")


def _flags(field: Field) -> Html:
    flags = [("unicity", field.is_unicity, "good"), ("mandatory", field.is_mandatory, "busy")]
    return Html(" ".join(badge(word, tone) for word, is_set, tone in flags if is_set))


def _rule(account: Account, field: Field) -> Html:
    if field.value_list_id is not None:
        return value(list(account.labels(field)))
    if field.constraint is None or field.constraint.operator not in _OPERATORS:
        return Html("")
    what = "length" if field.type in ("textField", "textArea", "phone", "email") else "value"
    return text(f"{what} {_OPERATORS[field.constraint.operator]} {field.constraint.value}")


def segments(found: Sequence[Mapping[str, Any]]) -> Html:
    """Segments with their number of members."""
    rows = (
        [
            cell(segment["id"], "code"),
            segment["name"],
            segment["type"],
            cell(number(segment["targetsCount"]), "number"),
            badge("test", "plain") if segment["isTest"] else "",
            segment["expiration"][:10],
            cell(segment.get("description", ""), "long"),
        ]
        for segment in found
    )
    heads = ["Id", "Name", "Type", "Targets", "", "Expires", "Description"]
    return table("Segments", heads, rows, "No segments yet. Create one with POST /segments.")


def imports(found: Sequence[Mapping[str, Any]], executions: Mapping[int, Mapping[str, Any]]) -> Html:
    """Imports with the state of their latest execution and what became of the lines."""
    rows = (_import(definition, executions.get(definition["id"])) for definition in reversed(found))
    heads = [
        "Id",
        "Name",
        "State",
        "Lines read",
        "Accepted",
        "Refused",
        "Started (UTC)",
        "Binding",
        "Source",
        "Features",
    ]
    return table("Imports, the latest first", heads, rows, "No imports yet. Create one with POST /imports.")


def _import(definition: Mapping[str, Any], execution: Mapping[str, Any] | None) -> list[object]:
    names = [feature["type"] for feature in definition["features"]]
    source = definition["source"]
    return [
        cell(definition["id"], "code"),
        definition["name"],
        _state(execution),
        *_counts(execution),
        moment(execution["started"]) if execution else value(None),
        cell(value(definition.get("binding")), "number"),
        value(source.get("filename") or source.get("folder")),
        value(names) if names else value(None),
    ]


def _state(execution: Mapping[str, Any] | None) -> Html:
    if execution is None:
        return badge("never run", "plain")
    word, tone = _STATES.get(execution["state"], ("unknown", "bad"))
    note = f" {execution['note']}" if execution["note"] else ""
    return join([badge(f"{execution['state']} {word}", tone), note])


def _counts(execution: Mapping[str, Any] | None) -> list[Html]:
    if execution is None or execution["lines"] is None:
        return [cell(value(None), "number")] * 3
    lines, accepted = execution["lines"], execution["accepted"]
    return [cell(number(count), "number") for count in (lines, accepted, lines - accepted)]


def requests(latest: Sequence[Seen], total: int) -> Html:
    """The latest API requests."""
    caption = f"The latest {number(len(latest))} of {number(total)} requests, newest first"
    rows = (_request(seen) for seen in latest)
    heads = ["Time (UTC)", "Method", "Path", "Status", "Bytes sent", "Body"]
    return table(caption, heads, rows, "No requests yet.")


def _request(seen: Seen) -> list[object]:
    body = seen.body or ""
    path = f"{seen.path}?{seen.query}" if seen.query else seen.path
    return [
        time.strftime("%H:%M:%S", time.gmtime(seen.at)),
        cell(seen.method, "code"),
        cell(path, "code"),
        _status(seen.status),
        cell(number(seen.bytes), "number"),
        cell(body if len(body) <= 200 else body[:200] + "…", "code long"),
    ]


def _status(status: int | None) -> Html:
    if status is None:
        return badge("no answer", "bad")
    return badge(status, "good" if status < 400 else "bad" if status >= 500 else "busy")
