"""The page for a person in a browser: `/?tab=targets&q=...&page=2`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import closing
from sqlite3 import Connection

from airflow_provider_np6.sandbox.page import parts, views
from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.service import Service
from airflow_provider_np6.sandbox.store import imports, redlist, segments, targets
from airflow_provider_np6.sandbox.wire import Answer, Call

_TARGETS_PER_PAGE = 50
_REQUESTS_SHOWN = 200
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # Nothing from elsewhere, no script at all, not inside another page.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _targets(service: Service, connection: Connection, query: Mapping[str, str]) -> str:
    text, page = query.get("q", "").strip(), _page_number(query.get("page", ""))
    offset = (page - 1) * _TARGETS_PER_PAGE
    total, rows = targets.search(connection, service.account, text, _TARGETS_PER_PAGE, offset)
    marks = {row.number: redlist.of_key(connection, row.key) for row in rows}
    pages = max(1, -(-total // _TARGETS_PER_PAGE))
    return views.targets(service.account, rows, marks, views.Pager(text, page, pages, total))


def _page_number(text: str) -> int:
    return min(max(1, int(text)), 10**6) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _fields(service: Service, connection: Connection, query: Mapping[str, str]) -> str:
    return views.fields(service.account)


def _segments(service: Service, connection: Connection, query: Mapping[str, str]) -> str:
    return views.segments(segments.every(connection))


def _imports(service: Service, connection: Connection, query: Mapping[str, str]) -> str:
    return views.imports(imports.every(connection), imports.last_executions(connection))


def _requests(service: Service, connection: Connection, query: Mapping[str, str]) -> str:
    seen = list(service.recorder.seen)
    return views.requests(seen[: -_REQUESTS_SHOWN - 1 : -1], len(seen))


_TABS: Mapping[str, Callable[[Service, Connection, Mapping[str, str]], str]] = {
    "targets": _targets,
    "fields": _fields,
    "segments": _segments,
    "imports": _imports,
    "requests": _requests,
}


def _html(service: Service, query: Mapping[str, str]) -> str:
    tab = query.get("tab", "targets")
    tab = tab if tab in _TABS else "targets"
    with closing(service.store.connect()) as connection:
        counts = {
            "targets": targets.count(connection),
            "fields": len(service.account.fields),
            "segments": len(segments.every(connection)),
            "imports": len(imports.every(connection)),
            "requests": len(service.recorder.seen),
        }
        content = _TABS[tab](service, connection, query)
    return parts.document(service.account.name, tab, counts, content)


async def show(call: Call) -> Answer:
    """The page; it is made in a thread since a search may read every target."""
    query = {name: values[-1] for name, values in call.query.items()}
    html = await asyncio.to_thread(_html, call.service, query)
    return Answer(200, html.encode("utf-8", "replace"), dict(_HEADERS))


ROUTES = (Route("GET", "/", show, local=True),)
