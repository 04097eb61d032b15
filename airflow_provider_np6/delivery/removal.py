"""Deleting targets one by one: look up by unicity, delete by id, look up again.

``DELETE /targets/{id}`` is the delete that 8.1.0 documents whole (data-side, D-c2), and the only one that no misreading
can widen: a bulk delete with a body that NP6 does not recognise has no documented effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from airflow_provider_np6.api import targets
from airflow_provider_np6.delivery.sending import Send, each
from airflow_provider_np6.exceptions import NP6ApiError, NP6DeleteIncompleteError
from airflow_provider_np6.models.fields import Field
from airflow_provider_np6.models.targets import Target
from airflow_provider_np6.sync.purge import DueTarget, Fate


class ApiRemoval:
    """Removes targets through the API.

    :param unicity: the account's unicity fields, in the order of the unicity values.
    """

    def __init__(self, send: Send, unicity: tuple[Field, ...], concurrency: int = 8) -> None:
        self._send = send
        self._unicity = unicity
        self._concurrency = concurrency

    def held(self) -> int:
        """Targets in NP6 now (GET /targets/count)."""
        return self._send(targets.count_targets())

    def look_up(self, candidates: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, str | None]]:
        """Each candidate with the id of its target, or None.

        :raises NP6DeleteIncompleteError: NP6 answered with somebody else; nothing was deleted.
        """

        def find(candidate: DueTarget) -> str | None:
            found = self._send(targets.find_target(candidate.unicity))
            if found is not None and not self._is_asked_for(candidate, found):
                raise NP6DeleteIncompleteError(
                    f"NP6 answered with target {found.id}, whose unicity is not the one asked for, so nothing was "
                    "deleted: check how the account compares its unicity fields before purging by this query."
                )
            return found.id if found else None

        yield from each(find, candidates, self._concurrency)

    def delete(self, due: Iterable[DueTarget]) -> Iterator[tuple[DueTarget, Fate, str | None]]:
        """Delete each and read it back; one that is gone already counts as deleted."""
        trouble: list[str] = []

        def remove(target: DueTarget) -> tuple[Fate, str | None]:
            error: str | None = None
            try:
                self._send(targets.delete_target(target.id))
            except NP6ApiError as failure:
                error = str(failure)
            return self._fate(target, error)

        for target, (fate, error) in each(remove, takewhile(lambda _: not trouble, due), self._concurrency):
            if error:
                trouble.append(error)
            yield target, fate, error

    def _fate(self, target: DueTarget, error: str | None) -> tuple[Fate, str | None]:
        try:
            found = self._send(targets.find_target(target.unicity))
        except NP6ApiError as failure:
            return Fate.PENDING, error or str(failure)
        return (Fate.DELETED, None) if found is None else (Fate.REFUSED, error)

    def _is_asked_for(self, candidate: DueTarget, found: Target) -> bool:
        for field, asked in zip(self._unicity, candidate.unicity, strict=True):
            held = found.fields.get(field.id)
            if held is not None and str(held).strip().casefold() != asked.strip().casefold():
                return False
        return True
