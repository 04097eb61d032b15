"""Everything a route may use, in one object."""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_provider_np6.sandbox.account import Account
from airflow_provider_np6.sandbox.faults import FaultScript
from airflow_provider_np6.sandbox.options import SandboxOptions
from airflow_provider_np6.sandbox.rate import RateLimit
from airflow_provider_np6.sandbox.reactions import RATES
from airflow_provider_np6.sandbox.recorder import Recorder
from airflow_provider_np6.sandbox.store.database import Store
from airflow_provider_np6.sandbox.timeline import Timeline
from airflow_provider_np6.sandbox.values import FieldReader, readers

if TYPE_CHECKING:
    from airflow_provider_np6.sandbox.executions import Executions


@dataclass
class Service:
    """One running sandbox, without its sockets."""

    options: SandboxOptions
    store: Store
    faults: FaultScript
    executions: Executions
    timeline: Timeline
    recorder: Recorder = field(default_factory=Recorder)
    rate: RateLimit = field(default_factory=RateLimit)

    def __post_init__(self) -> None:
        self.rates: dict[str, float] = {**RATES, **self.options.reactions}
        self.reaction_seconds = self.options.reaction_seconds
        self.publication_seconds = self.options.publication_seconds
        self._chance = random.Random(self.options.seed)  # noqa: S311 - chance, not a secret
        self.learn_fields()

    def learn_fields(self) -> None:
        """Read values as the account's fields are now."""
        self.readers: dict[int, FieldReader] = readers(self.account, self.options.multiple_separator)

    def salt(self) -> int:
        """A number that differs from call to call, for lists without an order."""
        return self._chance.randrange(1, 10007)

    @property
    def account(self) -> Account:
        """Fields and value lists."""
        return self.store.account

    def answer(self, question: str) -> str:
        """The answer chosen for an open question of the documents."""
        return self.options.answer(question)

    async def close(self) -> None:
        """Let running imports stop between two batches, then close the store."""
        await self.executions.close()
        with contextlib.suppress(Exception):
            self.store.close()
