"""Faults on demand: a script of rules, read from JSON and consumed request by request. No network here."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# kind -> (parameters with their types, what it strikes)
KINDS: Mapping[str, tuple[Mapping[str, type | tuple[type, ...]], str]] = {
    "status": ({"status": int, "headers": dict, "body": str}, "request"),
    "latency": ({"seconds": (int, float)}, "request"),
    "slow-upload": ({"bytes_per_second": (int, float)}, "request"),
    "reset-before": ({}, "request"),
    "reset-after": ({}, "request"),
    "truncate": ({}, "request"),
    "drop-lines": ({"every": int, "lines": list}, "import"),
    "import-fails": ({}, "import"),
    "import-hangs": ({}, "import"),
    "import-state": ({"state": int}, "import"),
    "validation-fails": ({}, "validation"),
    "validation-hangs": ({}, "validation"),
    "refuse-recipients": ({"every": int, "cause": str}, "send"),
}
_REQUIRED = {
    "status": "status",
    "latency": "seconds",
    "slow-upload": "bytes_per_second",
    "import-state": "state",
    "refuse-recipients": "every",
}
# Faults that slow a request down combine with the next other one.
SLOWING = ("latency", "slow-upload")
_COMMON = ("kind", "match", "times", "skip", "probability")


class BadFaultError(ValueError):
    """A fault script that cannot be used; the text names the remedy."""


@dataclass
class Fault:
    """One rule; `left` counts down to 0, None never ends. `skip` matches pass unharmed first."""

    kind: str
    method: re.Pattern[str]
    path: re.Pattern[str]
    left: int | None
    skip: int
    probability: float
    parameters: Mapping[str, Any]

    @classmethod
    def from_json(cls, row: object) -> Fault:
        """Read one fault; raises BadFaultError."""
        if not isinstance(row, dict) or row.get("kind") not in KINDS:
            raise BadFaultError(f"Each fault needs a kind: {', '.join(KINDS)}.")
        kind = row["kind"]
        parameters = {key: value for key, value in row.items() if key not in _COMMON}
        _check_parameters(kind, parameters)
        try:
            match = row.get("match") or {}
            times = row.get("times", 1)
            return cls(
                kind=kind,
                method=re.compile(match.get("method", ".*"), re.IGNORECASE),
                path=re.compile(match.get("path", "")),
                left=None if times is None or times < 0 else int(times),
                skip=int(row.get("skip", 0)),
                probability=float(row.get("probability", 1.0)),
                parameters=parameters,
            )
        except (re.error, TypeError, ValueError, AttributeError) as error:
            raise BadFaultError(f"The fault {kind!r} cannot be read: {error}.") from error

    def applies(self, method: str, path: str, chance: Callable[[], float]) -> bool:
        """Whether this fault strikes now; counts the strike."""
        if self.left == 0 or not self.method.fullmatch(method) or not self.path.search(path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.probability < 1 and chance() >= self.probability:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


def _check_parameters(kind: str, parameters: Mapping[str, Any]) -> None:
    known = KINDS[kind][0]
    for name, value in parameters.items():
        if name not in known:
            raise BadFaultError(f"The fault {kind!r} does not know {name!r}: use {', '.join(known) or 'nothing'}.")
        if not isinstance(value, known[name]):
            raise BadFaultError(f"{name!r} of the fault {kind!r} has the wrong type.")
    required = _REQUIRED.get(kind)
    if required is not None and required not in parameters:
        raise BadFaultError(f"The fault {kind!r} needs {required!r}.")
    if parameters.get("bytes_per_second", 1) <= 0 or parameters.get("every", 1) <= 0:
        raise BadFaultError(f"The numbers of the fault {kind!r} must be above 0.")


class FaultScript:
    """The faults in force, in their order."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - chance in tests, not a secret
        self._seed = seed
        self._faults: list[Fault] = []

    def replace(self, rows: object) -> None:
        """Take a new script, a list of faults; raises BadFaultError and then keeps the old one.

        Chance begins anew, so that a script behaves the same each time it is posted.
        """
        if not isinstance(rows, list):
            raise BadFaultError("A fault script is a JSON list of faults.")
        self._faults = [Fault.from_json(row) for row in rows]
        self._random.seed(self._seed)

    def strike(self, method: str, path: str) -> list[Fault]:
        """The faults of one request: all that slow it down, and the first of any other kind."""
        return self._struck(method, path, "request", passing=SLOWING)

    def strike_import(self, path: str) -> list[Fault]:
        """The faults of one execution: every `drop-lines` that applies, and the first of any other kind."""
        return self._struck("POST", path, "import", passing=("drop-lines",))

    def strike_action(self, path: str, scope: str) -> Fault | None:
        """The fault of one call to an action, in the scope `validation` or `send`."""
        return next(iter(self._struck("POST", path, scope, passing=())), None)

    def _struck(self, method: str, path: str, scope: str, passing: Sequence[str]) -> list[Fault]:
        struck: list[Fault] = []
        for fault in self._faults:
            if KINDS[fault.kind][1] != scope or not fault.applies(method, path, self._random.random):
                continue
            struck.append(fault)
            if fault.kind not in passing:
                break
        return struck


def swallows(faults: Sequence[Fault]) -> Callable[[int], bool] | None:
    """Says of a data line (numbered from 1) whether a `drop-lines` fault swallows it."""
    drops = [fault.parameters for fault in faults if fault.kind == "drop-lines"]
    if not drops:
        return None
    lines = {number for drop in drops for number in drop.get("lines", ())}
    steps = [drop["every"] for drop in drops if drop.get("every", 0) > 0]
    return lambda number: number in lines or any(number % step == 0 for step in steps)
