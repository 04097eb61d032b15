"""Deleting targets one by one: look up by unicity, delete by id, look up again.

``DELETE /targets/{id}`` is the delete that 8.1.0 documents whole (data-side, D-c2), and the only one that no misreading
can widen: a bulk delete with a body that NP6 does not recognise has no documented effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from airflow_provider_np6.api import targets
from airflow_provider_np6.delivery.sending import Send, each
from airflow_provider_np6.exceptions import (
    NP6ApiError,
    NP6AuthError,
    NP6DeleteIncompleteError,
    NP6ForbiddenError,
)
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
            error: NP6ApiError | None = None
            try:
                self._send(targets.delete_target(target.id))
            except NP6ApiError as failure:
                error = failure
            return self._fate(target, error)

        for target, (fate, error) in each(remove, takewhile(lambda _: not trouble, due), self._concurrency):
            if error:
                trouble.append(error)
            yield target, fate, error

    def _fate(self, target: DueTarget, error: NP6ApiError | None) -> tuple[Fate, str | None]:
        try:
            found = self._send(targets.find_target(target.unicity))
        except NP6ApiError as failure:
            return Fate.PENDING, str(error or failure)
        if found is None:
            return Fate.DELETED, None
        # One target that cannot go keeps no other from going; an NP6 that forbids or does not answer does.
        stops = error is not None and (error.retryable or isinstance(error, NP6AuthError | NP6ForbiddenError))
        return Fate.REFUSED, str(error) if stops else None

    def _is_asked_for(self, candidate: DueTarget, found: Target) -> bool:
        for field, asked in zip(self._unicity, candidate.unicity, strict=True):
            held = found.fields.get(field.id)
            if held is None or not _is_same_key(field, str(held), asked):
                return False
        return True


def _is_same_key(field: Field, held: str, asked: str) -> bool:
    # Case alone may differ, and in an e-mail only: anything wider could take one person for another.
    held, asked = held.strip(), asked.strip()
    return held.lower() == asked.lower() if field.type == "email" else held == asked
