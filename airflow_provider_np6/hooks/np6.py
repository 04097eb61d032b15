"""The hook: NP6 for somebody who has an Airflow connection."""

from __future__ import annotations

import pathlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_np6._compat import amask_secret, get_async_connection, mask_secret
from airflow_provider_np6.api import fields, import_formats, imports, segments, targets, value_lists
from airflow_provider_np6.api.any_call import Query, any_call
from airflow_provider_np6.api.call import Answer, Call
from airflow_provider_np6.api.client import AsyncNP6Client, NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.api.wire import FieldValue
from airflow_provider_np6.exceptions import NP6Error
from airflow_provider_np6.hooks import form
from airflow_provider_np6.hooks.connection import settings_of
from airflow_provider_np6.hooks.frames import DataFrames
from airflow_provider_np6.models.fields import Field, ValueList, unicity_fields
from airflow_provider_np6.models.imports import ImportDefinition, ImportFeature, ImportState
from airflow_provider_np6.models.reading import JsonValue
from airflow_provider_np6.models.segments import Segment
from airflow_provider_np6.models.targets import DeletedTarget, Target

__all__ = ["NP6Hook"]

T = TypeVar("T")


class NP6Hook(DataFrames, BaseHook):
    """NP6 CM through an Airflow connection of type ``np6``.

    The X-Key stands in the connection's password; an empty host means ``https://api-cm.np6.com``. The
    constructor does no I/O. :meth:`send` sends any call of the noun modules in ``airflow_provider_np6.api``, typed:
    ``hook.send(actions.get_action("000ABC"))`` is an ``Action``; :meth:`request` reaches what has no noun module. The
    other methods are short for the calls that pipelines make most, and the ``get_.._df`` ones return pandas
    DataFrames. All raise the errors of ``airflow_provider_np6.exceptions``.

    :param np6_conn_id: id of the connection.
    """

    conn_name_attr = "np6_conn_id"
    default_conn_name = "np6_default"
    conn_type = form.CONNECTION_TYPE
    hook_name = form.HOOK_NAME

    def __init__(self, np6_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.np6_conn_id = np6_conn_id

    # --- the connection

    @cached_property
    def settings(self) -> ApiSettings:
        """What the connection says. NP6SettingsError when it cannot work."""
        settings = settings_of(self.get_connection(self.np6_conn_id))
        for secret in _secrets_of(settings):
            mask_secret(secret)
        return settings

    async def aget_settings(self) -> ApiSettings:
        """The same, for code on an event loop: the connection is looked up without blocking it."""
        settings = settings_of(await get_async_connection(self.np6_conn_id, hook=type(self)))
        for secret in _secrets_of(settings):
            await amask_secret(secret)
        return settings

    @cached_property
    def _client(self) -> NP6Client:
        return NP6Client(self.settings)

    def get_conn(self) -> NP6Client:
        """The blocking client, one per hook; safe to use from several threads."""
        return self._client

    @asynccontextmanager
    async def get_async_client(self) -> AsyncIterator[AsyncNP6Client]:
        """The awaitable client, closed at the end: ``async with hook.get_async_client() as client``."""
        async with AsyncNP6Client(await self.aget_settings()) as client:
            yield client

    def test_connection(self) -> tuple[bool, str]:
        """Read the fields of the account. The message never holds the key."""
        try:
            # Somebody is looking at the screen: no long series of attempts.
            settings = replace(self.settings, max_retries=min(self.settings.max_retries, 1))
            with NP6Client(settings) as client:
                found = client.send(fields.list_fields(), within=20)
        except NP6Error as error:
            return False, str(error)
        unicity = " + ".join(field.name for field in unicity_fields(found)) or "none"
        return True, f"NP6 answered at {settings.location}: {len(found)} fields, unicity {unicity}."

    # --- any call

    def send(self, call: Call[T], *, within: float | None = None) -> T:
        """Send a call of ``airflow_provider_np6.api`` and return its result.

        :param within: seconds until no further attempt may begin.
        """
        return self._client.send(call, within=within)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        accepted: Sequence[int] = (),
        within: float | None = None,
    ) -> Answer:
        """Make any call at all, under the rules of all others; the answer has ``status``, ``headers``, ``json()``.

        For what has no noun module: ``hook.request("GET", "/segments/informations").json()``. What would be repeated,
        waited for or refused elsewhere is here, too, and a bulk delete without a body that names its targets cannot be
        sent.

        :param path: from the root of the host, without query; no other host can be named.
        :param query: name → value; a sequence of values repeats the name.
        :param json: the body; None sends none.
        :param headers: further ones; ``Accept`` and ``Content-Type`` replace those of JSON.
        :param repeatable: whether a second sending does no more than one. None: GET alone.
        :param accepted: statuses over 299 that are an answer, not an error.
        :param within: seconds until no further attempt may begin.
        :raises ValueError: the call cannot be made.
        """
        call = any_call(method, path, query=query, json=json, headers=headers, repeatable=repeatable, accepted=accepted)
        return self.send(call, within=within)

    # --- fields and value lists

    def list_fields(self) -> list[Field]:
        """All fields of the account."""
        return self._client.send(fields.list_fields())

    def list_value_lists(self) -> list[ValueList]:
        """All value lists, with their labels."""
        return self._client.send(value_lists.list_value_lists())

    def get_value_list(self, value_list_id: int) -> ValueList:
        """One value list."""
        return self._client.send(value_lists.get_value_list(value_list_id))

    # --- targets

    def get_target(self, target_id: str) -> Target | None:
        """One target by id, None when there is none."""
        return self._client.send(targets.get_target(target_id))

    def find_target(self, unicity: str | Sequence[str]) -> Target | None:
        """One target by its unicity: a text, or one text per unicity field. None when there is none."""
        values = [unicity] if isinstance(unicity, str) else unicity
        return self._client.send(targets.find_target(values))

    def create_target(self, values: Mapping[str, FieldValue]) -> Target:
        """Create a target. ``values`` are keyed by field name or field id, in any mixture; dates, times, decimals and
        sets of labels are written as NP6 reads them.
        """
        return self._client.send(targets.create_target(self._body(values)))

    def update_target(self, target_id: str, values: Mapping[str, FieldValue]) -> Target:
        """Update a target by id. ``values`` as for :meth:`create_target`."""
        return self._client.send(targets.update_target(target_id, self._body(values)))

    def upsert_target(self, values: Mapping[str, FieldValue]) -> Target:
        """Update the target with the unicity in ``values``, or create it. ``values`` as for
        :meth:`create_target`.
        """
        return self._client.send(targets.upsert_target(self._body(values)))

    def delete_target(self, target_id: str) -> bool:
        """Delete a target by id: False when there was none."""
        return self._client.send(targets.delete_target(target_id))

    def delete_targets_by_unicity(self, unicities: Sequence[Sequence[str]]) -> list[DeletedTarget] | None:
        """Delete many targets at once; see
        :func:`airflow_provider_np6.api.targets.delete_targets_by_unicity`.
        """
        return self._client.send(targets.delete_targets_by_unicity(unicities))

    def delete_targets_by_id(self, target_ids: Sequence[str]) -> list[DeletedTarget] | None:
        """Delete many targets at once, by id, in the form that the connection's ``bulk_delete_form`` says; see
        :func:`airflow_provider_np6.api.targets.delete_targets_by_id`.
        """
        return self._client.send(targets.delete_targets_by_id(target_ids, self.settings.bulk_delete_form))

    def delete_targets_of_segment(self, segment_id: int) -> list[DeletedTarget] | None:
        """Delete EVERY target in a segment, in the form that the connection's ``bulk_delete_form`` says; see
        :func:`airflow_provider_np6.api.targets.delete_targets_of_segment`.
        """
        return self._client.send(targets.delete_targets_of_segment(segment_id, self.settings.bulk_delete_form))

    def count_targets(self) -> int:
        """The number of targets in the account."""
        return self._client.send(targets.count_targets())

    @cached_property
    def _fields(self) -> list[Field]:
        return self.list_fields()

    def _body(self, values: Mapping[str, FieldValue]) -> dict[str, JsonValue]:
        known_before = "_fields" in vars(self)
        try:
            return targets.write_body(values, self._fields, self.settings.write_keys)
        except ValueError:
            if not known_before:
                raise
        # A field may have been made since they were read.
        del self._fields
        return targets.write_body(values, self._fields, self.settings.write_keys)

    # --- segments

    def list_segments(self) -> list[Segment]:
        """All segments."""
        return self._client.send(segments.list_segments())

    def create_segment(self, name: str, description: str, expiration: datetime, is_test: bool = False) -> Segment:
        """Create a static segment."""
        return self._client.send(segments.create_segment(name, description, expiration, is_test))

    def get_segment(self, segment_id: int) -> Segment:
        """One segment."""
        return self._client.send(segments.get_segment(segment_id))

    def list_segment_members(self, segment_id: int) -> list[str]:
        """Ids of the targets in a segment."""
        return self._client.send(segments.list_members(segment_id))

    def add_segment_members(self, segment_id: int, target_ids: Iterable[str]) -> int:
        """Add any number of targets to a static segment, 50 per call as NP6 wants them; the number that it added."""
        return sum(self._client.send(call) for call in segments.in_calls(segment_id, target_ids))

    def empty_segment(self, segment_id: int) -> None:
        """Take all targets out of a segment; the targets stay."""
        self._client.send(segments.empty_segment(segment_id))

    def delete_segment(self, segment_id: int) -> bool:
        """Delete a segment: False when there was none. The targets stay."""
        return self._client.send(segments.delete_segment(segment_id))

    # --- imports

    def create_import_format(
        self, name: str, field_ids: Sequence[int | None], separator: str = ";", start_at: int = 1
    ) -> int:
        """Create a column mapping; its id is the ``binding`` of an import."""
        return self._client.send(
            import_formats.create_import_format(name, field_ids, separator=separator, start_at=start_at)
        )

    def list_imports(self) -> list[ImportDefinition]:
        """All import definitions."""
        return self._client.send(imports.list_imports())

    def create_import(self, name: str, binding: int, features: Sequence[ImportFeature] = ()) -> ImportDefinition:
        """Create an import definition for an uploaded file."""
        return self._client.send(imports.create_import(name, binding, features))

    def get_import(self, import_id: int) -> ImportDefinition:
        """One import definition."""
        return self._client.send(imports.get_import(import_id))

    def delete_import(self, import_id: int) -> bool:
        """Delete an import definition: False when there was none."""
        return self._client.send(imports.delete_import(import_id))

    def upload_import_source(self, import_id: int, path: str | pathlib.Path, filename: str | None = None) -> None:
        """Upload the file of an import, streamed from disk, under its own name unless another is given."""
        path = pathlib.Path(path)
        self._client.send(imports.upload_source(import_id, path, filename or path.name))

    def execute_import(self, import_id: int, binding: int) -> None:
        """Start an import; NP6OutcomeUnknownError when the answer is lost."""
        self._client.send(imports.execute_import(import_id, binding))

    def get_import_state(self, import_id: int) -> ImportState | None:
        """The state of the last execution of an import, None when there is no import or no execution."""
        return self._client.send(imports.get_import_state(import_id))

    # --- the connection form before Airflow 3.2; later releases read get_provider_info()

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """The extra fields of the form."""
        from flask_appbuilder.fieldwidgets import BS3TextFieldWidget  # type: ignore[import-not-found,unused-ignore]
        from wtforms import StringField  # type: ignore[import-untyped,unused-ignore]

        return {
            name: StringField(row["label"], widget=BS3TextFieldWidget(), description=row["description"])
            for name, row in form.FIELDS.items()
        }

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """The standard fields of the form."""
        return {key.replace("-", "_"): value for key, value in form.field_behaviour().items()}


def _secrets_of(settings: ApiSettings) -> list[str]:
    """What must not show in a log: the key, and proxies that carry a password."""
    return [settings.key, *(url for url in (settings.proxies or {}).values() if "@" in url)]
