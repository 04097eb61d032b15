"""Awaits imports in the triggerer: only GETs, nothing that blocks the loop, no secret in what is stored."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_np6.api import imports
from airflow_provider_np6.api.client import AsyncNP6Client
from airflow_provider_np6.exceptions import NP6Error
from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.triggers.events import ImportEvent, encode
from airflow_provider_np6.triggers.watch import ImportWatch

__all__ = ["NP6ImportTrigger"]

# A trigger that starts after its deadline (the triggerer was down) still looks once, for this long at most.
_LAST_LOOK = 20.0


class NP6ImportTrigger(BaseTrigger):
    """Polls the state of imports until all are done, one is not, or the deadline passes; always ends with one
    event.

    :param np6_conn_id: id of the connection; the key is looked up when the trigger runs.
    :param import_ids: the imports.
    :param poll_interval: seconds between two looks.
    :param deadline: epoch seconds. It stands here and not in the framework's timeout, which would end the
        task without asking it.
    :param max_consecutive_failures: how many looks in a row may fail in a way that can pass.
    """

    def __init__(
        self,
        np6_conn_id: str,
        import_ids: Sequence[int],
        poll_interval: float,
        deadline: float,
        max_consecutive_failures: int = 10,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.np6_conn_id = np6_conn_id
        self.import_ids = list(import_ids)
        self.poll_interval = poll_interval
        self.deadline = deadline
        self.max_consecutive_failures = max_consecutive_failures

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Ids and numbers only."""
        return (
            "airflow_provider_np6.triggers.imports.NP6ImportTrigger",
            {
                "np6_conn_id": self.np6_conn_id,
                "import_ids": self.import_ids,
                "poll_interval": self.poll_interval,
                "deadline": self.deadline,
                "max_consecutive_failures": self.max_consecutive_failures,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the one event. May be run again at any time, because it changes nothing in NP6."""
        event = encode(await self._event())
        yield TriggerEvent(event)  # type: ignore[no-untyped-call]

    async def _event(self) -> ImportEvent:
        watch = ImportWatch(self.import_ids, self.max_consecutive_failures)
        try:
            # The scope also bounds a look that hangs: no answer may carry the trigger past its deadline.
            async with asyncio.timeout(max(self._left(), _LAST_LOOK)) as scope:
                return await self._watch(watch)
        except TimeoutError:
            if not scope.expired():
                raise
        except NP6Error as error:  # before the first look: the connection itself is wrong
            return ImportEvent.of_error(watch.import_ids, error)
        return watch.ran_out_of_time()

    async def _watch(self, watch: ImportWatch) -> ImportEvent:
        async with NP6Hook(self.np6_conn_id).get_async_client() as client:
            while True:
                event = await self._look(client, watch)
                if event is not None:
                    return event
                if self._left() <= 0:
                    return watch.ran_out_of_time()
                await asyncio.sleep(min(self.poll_interval, self._left()))

    async def _look(self, client: AsyncNP6Client, watch: ImportWatch) -> ImportEvent | None:
        try:
            # One after the other: a task awaits few imports, and a burst would only meet the rate limit.
            states = {i: await client.send(imports.get_import_state(i), within=self._patience()) for i in watch.pending}
        except NP6Error as error:
            self.log.warning("Could not look at %s (%d in a row): %s", watch.pending, watch.failures + 1, error)
            return watch.failed_to_look(error)
        return watch.saw(states)

    def _patience(self) -> float:
        return max(self.poll_interval, _LAST_LOOK)

    def _left(self) -> float:
        return self.deadline - time.time()
