"""What is due happens before the next call is answered: states that are reached, reactions that take effect."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_np6.sandbox.store import effects
from airflow_provider_np6.sandbox.store.database import Store

# Told: connection, moment in epoch milliseconds, subject, body.
Apply = Callable[[sqlite3.Connection, int, str, dict[str, Any]], None]


def now_ms() -> int:
    """The present moment in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Timeline:
    """Applies planned effects when their moment has come.

    Nobody sees an effect before they ask, so it is enough to look before each call; what became due while nobody
    asked, or while the sandbox did not run, keeps its own moment.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._appliers: Mapping[str, Apply] = {}
        self._due = effects.next_due(store.reader)

    def teach(self, appliers: Mapping[str, Apply]) -> None:
        """Say what each kind of effect does."""
        self._appliers = appliers

    def changed(self) -> None:
        """To be called after effects were planned."""
        self._due = effects.next_due(self._store.reader)

    async def settle(self) -> None:
        """Apply all that is due, in the order of its moments; an effect may plan others."""
        while self._due is not None and self._due <= now_ms():
            await self._store.write_aside(self._apply)
            self.changed()

    def _apply(self, connection: sqlite3.Connection) -> None:
        for due, kind, subject, body in effects.take_due(connection, now_ms()):
            self._appliers[kind](connection, due, subject, body)
