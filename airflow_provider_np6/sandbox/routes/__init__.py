"""The operations of the sandbox, one noun a file; each file lists its own in `ROUTES`."""

from __future__ import annotations

from airflow_provider_np6.sandbox.routes import (
    control,
    fields,
    import_formats,
    imports,
    me,
    page,
    redlist,
    segments,
    targets,
    value_lists,
)
from airflow_provider_np6.sandbox.routing import Route

ROUTES: tuple[Route, ...] = (
    *me.ROUTES,
    *fields.ROUTES,
    *value_lists.ROUTES,
    *targets.ROUTES,
    *redlist.ROUTES,
    *segments.ROUTES,
    *import_formats.ROUTES,
    *imports.ROUTES,
    *control.ROUTES,
    *page.ROUTES,
)
