"""The client as users have it, hook and sync, against a sandbox that answers as a test says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import pytest

from airflow_provider_np6.api import actions, messages
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.models.imports import ImportFeature, ImportOutcome
from airflow_provider_np6.models.messages import EmailMessage, ExecutionResult, MailSender
from airflow_provider_np6.models.recipients import Recipient, Stamp
from airflow_provider_np6.sandbox import RATES, RunningSandbox, running_sandbox
from tests.conftest import connection_json
from tests.delivery.conftest import Sync

AT_ONCE: dict[str, Any] = {
    "import_seconds": 0,
    "validation_seconds": 0,
    "reaction_seconds": 0,
    "publication_seconds": 0,
}
SENDER = MailSender("news", "example.com", "News")
DOCUMENT = actions.mail_message("Welcome", SENDER, "Hello", "<p>Hello</p>", "Hello", "reply@example.com")


class World:
    """A sandbox, the hook of a connection to it, and a sync into it."""

    def __init__(self, sandbox: RunningSandbox, connect: Callable[..., NP6Hook], folder: Path) -> None:
        self.sandbox = sandbox
        self.connect = connect
        self.hook = connect()
        self._folder = folder

    def sync(self, **extra: Any) -> Sync:
        """A sync with a snapshot of its own."""
        client: NP6Client = self.connect(**extra).get_conn()
        return Sync(self._folder / f"snapshot-{time.monotonic_ns()}", client, self.sandbox)

    def bring(self, text: str, *features: ImportFeature) -> ImportOutcome:
        """Import a file of addresses with a header, and wait for it."""
        file = self._folder / "brought.csv"
        file.write_text(text)
        binding = self.hook.create_import_format(f"format {time.monotonic_ns()}", [8103])
        made = self.hook.create_import(f"import {time.monotonic_ns()}", binding, features)
        self.hook.upload_import_source(made.id, file)
        self.hook.execute_import(made.id, binding)
        return self.settled(made.id)

    def settled(self, import_id: int) -> ImportOutcome:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            state = self.hook.get_import_state(import_id)
            if state is not None and state.outcome is not ImportOutcome.GO_ON:
                return state.outcome
            time.sleep(0.02)
        raise AssertionError("the import did not end")

    def target(self, address: str = "anna@example.com", **values: Any) -> str:
        return self.hook.create_target({"Email": address, **values}).id

    def action(self) -> str:
        """One that may send."""
        action_id = self.hook.send(actions.create_action(DOCUMENT)).id
        self.hook.send(actions.send_proof(action_id, media_for_test="proof@example.com"))
        self.hook.send(actions.validate_action(action_id))
        return action_id

    def mail(self, action_id: str, target_id: str, stamp: Stamp | None = None) -> ExecutionResult:
        [result] = self.hook.send(
            messages.send_messages(action_id, [EmailMessage(Recipient.by_id(target_id), stamp=stamp)])
        )
        return result

    def mailed(self) -> int:
        """Messages that left, proofs apart."""
        return sum(1 for one in self.sandbox.messages() if not one["proof"] and one["state"] != "cancelled")

    def posts(self, end: str) -> int:
        asked = self.sandbox.requests()
        return sum(1 for one in asked if one["method"] == "POST" and one["path"].endswith(end))


Make = Callable[..., World]
Reaction = Literal["opened", "robots", "hard"]


def reacting(**rates: float) -> dict[str, float]:
    """Nobody reacts but as said."""
    return {**dict.fromkeys(RATES, 0.0), **rates}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """``world("updates", answer)``, with any further options of the sandbox."""
    with ExitStack() as stack:

        def make(name: str, answer: str, **options: Any) -> World:
            given = {**AT_ONCE, "reactions": reacting(), "assume": {name: answer}, **options}
            sandbox = stack.enter_context(running_sandbox(**given))

            def connect(**extra: Any) -> NP6Hook:
                key = sandbox.key.partition(":")[0]
                monkeypatch.setenv("AIRFLOW_CONN_NP6_DEFAULT", connection_json(sandbox.url, key, **extra))
                hook = NP6Hook()
                stack.callback(hook.get_conn().close)
                return hook

            return World(sandbox, connect, tmp_path)

        yield make
