"""Puts the engine together from what Airflow knows: connections, paths, the task at hand."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from airflow_provider_np6.api import fields as field_calls
from airflow_provider_np6.api import value_lists
from airflow_provider_np6.delivery.import_file import ImportDelivery
from airflow_provider_np6.delivery.per_target import TargetDelivery
from airflow_provider_np6.exceptions import NP6ArgumentError
from airflow_provider_np6.models.fields import Field, ValueList
from airflow_provider_np6.stores.bindings import Bindings
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.engine import SyncEngine
from airflow_provider_np6.sync.ports import PartDelivery, Source
from airflow_provider_np6.sync.purge import Memory
from airflow_provider_np6.sync.settings import Delivery, Scratch
from airflow_provider_np6.warehouse.file_source import FileSource
from airflow_provider_np6.warehouse.sql_source import SqlSource

if TYPE_CHECKING:
    from upath import UPath

    from airflow_provider_np6.api.client import NP6Client


def new_run_id() -> str:
    """Sorts by time, and no two are alike."""
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"


def label_of(context: Mapping[str, Any]) -> str:
    """What the imports of a task are called in NP6: where they come from, for the people there."""
    task = context["ti"]
    mapped = f"[{task.map_index}]" if getattr(task, "map_index", -1) >= 0 else ""
    return f"airflow {task.dag_id}.{task.task_id}{mapped}"


def storage_path(address: str) -> UPath:
    """A path on any file system that Airflow can reach."""
    from airflow.providers.common.compat.sdk import ObjectStoragePath

    if "://" not in address and not address.startswith("/"):
        raise NP6ArgumentError(
            f"The path {address!r} is relative, and each worker has a folder of its own: "
            "give a whole path (file:///..., s3://..., gs://...) that all workers share."
        )
    return cast("UPath", ObjectStoragePath(address))


def sync_engine(snapshot: str, scratch: Scratch) -> tuple[SyncEngine, Folder]:
    """The engine over the user's snapshot folder."""
    folder = Folder(storage_path(snapshot))
    return SyncEngine(folder, SnapshotStore(folder), Journal(folder), scratch, time.time), folder


def memory_of(snapshot: str | None) -> Memory | None:
    """What a purge has to make a sync forget."""
    if not snapshot:
        return None
    folder = Folder(storage_path(snapshot))
    return Memory(folder, SnapshotStore(folder), Journal(folder))


def part_delivery(client: NP6Client, settings: Delivery, folder: Folder) -> PartDelivery:
    """The delivery that the settings name."""
    if settings.by == "targets":
        return TargetDelivery(client.send, settings, client.settings.write_keys)
    return ImportDelivery(client.send, settings, Bindings(folder))


def account_fields(client: NP6Client) -> list[Field]:
    """All fields of the account."""
    return client.send(field_calls.list_fields())


def lists_of(client: NP6Client, fields: Sequence[Field]) -> dict[int, ValueList]:
    """The value lists behind the given fields."""
    ids = {field.value_list_id for field in fields if field.type.endswith("SelectList")}
    return {list_id: client.send(value_lists.get_value_list(list_id)) for list_id in ids if list_id is not None}


def source_of(
    sql: str | None,
    source_conn_id: str | None,
    source_hook_params: Mapping[str, Any] | None,
    source_path: str | None = None,
    csv_delimiter: str = ",",
) -> Source:
    """The rows that the arguments of an operator name.

    :raises NP6ArgumentError: when they name none, two, or a connection that is no database.
    """
    if bool(sql) == bool(source_path):
        raise NP6ArgumentError(
            "Give either sql (with source_conn_id) or source_path, and not both: the rows have one source."
        )
    if source_path:
        return FileSource(storage_path(source_path), csv_delimiter)
    if not source_conn_id:
        raise NP6ArgumentError("source_conn_id is missing: name the Airflow connection that the query runs on.")
    return SqlSource(_database_hook(source_conn_id, source_hook_params), str(sql), source_conn_id)


def _database_hook(conn_id: str, hook_params: Mapping[str, Any] | None) -> Any:
    from airflow.providers.common.compat.sdk import BaseHook
    from airflow.providers.common.sql.hooks.sql import DbApiHook

    # Not BaseHook.get_hook: it takes no hook_params on Airflow 2.
    connection = BaseHook.get_connection(conn_id)
    hook = connection.get_hook(hook_params=dict(hook_params or {}))  # type: ignore[no-untyped-call]
    if not isinstance(hook, DbApiHook):
        raise NP6ArgumentError(
            f"The connection {conn_id!r} is no database ({type(hook).__name__}): "
            "name one that Airflow's SQL operators can use."
        )
    return hook
