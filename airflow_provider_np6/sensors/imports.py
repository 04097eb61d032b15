"""Awaits imports from a DAG."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from airflow.providers.common.compat.sdk import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
    BaseSensorOperator,
    Context,
    conf,
)

from airflow_provider_np6.api import imports
from airflow_provider_np6.exceptions import (
    NP6DeadlineError,
    NP6Error,
    NP6ImportFailedError,
    NP6UnexpectedStateError,
)
from airflow_provider_np6.hooks.np6 import NP6Hook
from airflow_provider_np6.triggers.events import ImportEvent, ImportEventKind, decode
from airflow_provider_np6.triggers.imports import NP6ImportTrigger
from airflow_provider_np6.triggers.watch import ImportWatch

__all__ = ["NP6ImportSensor"]


class NP6ImportSensor(BaseSensorOperator):
    """Awaits the completion of one import or several, by poking, rescheduled, or deferred.

    NP6 reports the state of the last execution: 0 goes on, 1 ends well, 2 fails with the import id and
    without a retry, anything else fails loudly (data-side: D-i5). An import that NP6 does not know, or that
    was never executed, fails as well. NP6 gives executions no id: right after a start, an import that ran
    before may still show its earlier state (data-side: trap 16), so await imports whose definition was made
    for the run.

    :param import_id: an id, several ids, or a template that renders to either; nothing (None, an empty list)
        means that there is nothing to await, and succeeds. Templated.
    :param np6_conn_id: id of the connection. Templated.
    :param deferrable: wait in the triggerer instead of a worker; default ``[operators] default_deferrable``.
    :param max_consecutive_failures: how many looks in a row may fail in a way that can pass (no connection,
        5xx, 429). In mode ``reschedule`` each look stands alone, so there such failures are borne until the
        timeout.
    :param kwargs: ``poke_interval``, ``timeout``, ``mode``, ``soft_fail`` and so on, as for every sensor. The
        timeout is a deadline from the first look; when deferred, the trigger itself keeps it.
    """

    template_fields: Sequence[str] = ("import_id", "np6_conn_id")
    ui_color = "#d7ecf9"

    def __init__(
        self,
        *,
        import_id: int | str | Sequence[int | str] | None,
        np6_conn_id: str = NP6Hook.default_conn_name,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        max_consecutive_failures: int = 10,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.import_id = import_id
        self.np6_conn_id = np6_conn_id
        self.deferrable = deferrable
        self.max_consecutive_failures = max_consecutive_failures

    @cached_property
    def hook(self) -> NP6Hook:
        """The hook, made when it is first used."""
        return NP6Hook(self.np6_conn_id)

    @cached_property
    def _watch(self) -> ImportWatch:
        return ImportWatch(import_ids_in(self.import_id), self.max_consecutive_failures)

    def _begin(self) -> None:
        # One operator object may run several times in a process, each time with its templates rendered anew.
        for name in ("hook", "_watch"):
            self.__dict__.pop(name, None)

    def execute(self, context: Context) -> None:
        """Wait; see the class."""
        self._begin()
        if not self._watch.import_ids:
            self.log.info("No import to await.")
        elif self.deferrable:
            self._execute_deferred(context)
        else:
            self._execute_poking(context)

    def poke(self, context: Context) -> bool:
        """Look once: True when all imports are done, False while they go on."""
        event = self._look()
        return event is not None and self._conclude(event)

    def resume(self, context: Context, event: Any = None) -> None:
        """Called with the trigger's event."""
        self._begin()
        self._conclude(decode(event, self._watch.import_ids))

    def _execute_poking(self, context: Context) -> None:
        try:
            super().execute(context)
        except AirflowSensorTimeout as error:
            raise self._timed_out() from error

    def _execute_deferred(self, context: Context) -> None:
        deadline = time.time() + self.timeout
        try:
            # Most imports a task awaits are done already or need minutes: a first look here often saves a
            # trigger.
            if self.poke(context):
                return
        except AirflowFailException as error:
            # As the base class does where it pokes itself.
            if self.soft_fail or self.never_fail:
                raise AirflowSkipException(f"Skipping, because a failure may be soft: {error}") from error
            raise
        self.defer(trigger=self._trigger(deadline), method_name="resume")

    def _trigger(self, deadline: float) -> NP6ImportTrigger:
        return NP6ImportTrigger(
            np6_conn_id=self.np6_conn_id,
            import_ids=self._watch.import_ids,
            poll_interval=self.poke_interval,
            deadline=deadline,
            max_consecutive_failures=self.max_consecutive_failures,
        )

    def _look(self) -> ImportEvent | None:
        watch, client = self._watch, self.hook.get_conn()
        within = max(float(self.poke_interval), 20.0)
        try:
            states = {i: client.send(imports.get_import_state(i), within=within) for i in watch.pending}
        except NP6Error as error:
            if watch.failed_to_look(error) is not None:
                raise
            self.log.warning("Could not look at %s (%d in a row): %s", watch.pending, watch.failures, error)
            return None
        for import_id, state in states.items():
            self.log.info("Import %s: state %s.", import_id, state.state if state else "unknown")
        return watch.saw(states)

    def _conclude(self, event: ImportEvent) -> bool:
        """True when all is done; raises otherwise."""
        if event.kind is ImportEventKind.DONE:
            self.log.info("Done: %s.", ", ".join(f"import {i}" for i in event.import_ids))
            return True
        if event.kind is ImportEventKind.TIMEOUT:
            raise self._timed_out()
        if event.kind is ImportEventKind.ERROR:
            raise event.as_error()
        raise _bad_end(event)

    def _timed_out(self) -> Exception:
        ids = ", ".join(map(str, self._watch.import_ids))
        error = NP6DeadlineError(
            f"NP6 had not finished import {ids} after {self.timeout:g} s. It may still be running in "
            "NP6: look there before starting it again, or give the sensor a longer timeout."
        )
        timeout: Exception = AirflowSensorTimeout(str(error))
        return timeout


def _bad_end(event: ImportEvent) -> Exception:
    import_id = event.import_id or 0
    if event.kind is ImportEventKind.FAILED:
        # Without a retry: looking again cannot change how the execution ended.
        failed: Exception = AirflowFailException(str(NP6ImportFailedError(import_id)))
        return failed
    if event.kind is ImportEventKind.MISSING:
        missing: Exception = AirflowFailException(
            f"NP6 has no execution of import {import_id}: the import does not exist in this account, or has "
            "never been executed. Check the id and the connection."
        )
        return missing
    return NP6UnexpectedStateError(import_id, event.state if event.state is not None else -1)


def import_ids_in(value: Any) -> tuple[int, ...]:
    """The ids in a rendered ``import_id``: a number, its text, a list, or a list as text; empty for nothing.

    :raises NP6Error: something else.
    """
    items = _items(value)
    try:
        return tuple(dict.fromkeys(_import_id(item) for item in items))
    except ValueError:
        raise NP6Error(
            f"import_id must be a whole number, a list of them, or nothing; it was given as {type(value).__name__}."
        ) from None


def _items(value: Any) -> list[Any]:
    if isinstance(value, str):
        text = value.strip()
        # What a template renders for nothing.
        if text in ("", "None", "null", "[]"):
            return []
        if text.startswith(("[", "(")):
            return _json_list(text)
        return text.split(",")
    if value is None:
        return []
    return list(value) if isinstance(value, Sequence | set | frozenset) else [value]


def _json_list(text: str) -> list[Any]:
    # A rendered Python tuple or list of numbers is JSON but for its brackets, its quotes and a last comma.
    inner = text[1:-1].replace("'", '"').strip().rstrip(",")
    try:
        return list(json.loads(f"[{inner}]"))
    except ValueError:
        return [text]


def _import_id(item: Any) -> int:
    if isinstance(item, bool) or not str(item).strip().isdecimal():
        raise ValueError
    return int(str(item).strip())
