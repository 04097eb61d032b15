"""The import formats that earlier runs made in NP6, which has no way to list or remove one: each is used again."""

from __future__ import annotations

from airflow_provider_np6.exceptions import NP6StorageError
from airflow_provider_np6.stores.folder import Folder

BINDINGS = "bindings.json"


class Bindings:
    """Ids of import formats by what they bind, in ``bindings.json`` beside the snapshot."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def get(self, shape: str) -> int | None:
        """The id kept for a shape. A file that cannot be read costs one more format, never a run."""
        try:
            known = self._folder.read_json(BINDINGS)
        except NP6StorageError:
            return None
        found = known.get(shape) if isinstance(known, dict) else None
        return found if isinstance(found, int) else None

    def put(self, shape: str, binding: int) -> None:
        """Keep an id."""
        try:
            known = self._folder.read_json(BINDINGS)
        except NP6StorageError:
            known = None
        kept = known if isinstance(known, dict) else {}
        self._folder.write_json(BINDINGS, {**kept, shape: binding})
