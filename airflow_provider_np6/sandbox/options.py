"""What a person can choose when starting the sandbox."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from airflow_provider_np6.sandbox.reactions import RATES

DEFAULT_KEY = "sandbox-key"

# What a key may do; `--key NAME:read-only` limits it (a key has the rights of its user, activation trap 22).
RIGHTS: Mapping[str, frozenset[str]] = {
    "all": frozenset({"read", "write", "delete", "send"}),
    "read-only": frozenset({"read"}),
    "no-send": frozenset({"read", "write", "delete"}),
    "no-delete": frozenset({"read", "write", "send"}),
}


@dataclass(frozen=True)
class Assumption:
    """One question that NP6's documents leave open, with the answers the sandbox can give (first = default)."""

    name: str
    choices: tuple[str, ...]
    question: str


ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("write-keys", ("both", "name", "id"), "keys of a written target (trap 1, question 4)"),
    Assumption("updates", ("partial", "full"), "does a PUT keep the fields it omits (question 5)"),
    Assumption("upsert", ("create", "update-only"), "does PUT /targets create a missing target (question 6)"),
    Assumption("bulk-delete", ("204", "200"), "answer of DELETE /targets: empty, or the list (question 11)"),
    Assumption("never-run", ("404", "204", "0"), "GET executions before any execution (question 24)"),
    Assumption("while-running", ("409", "queue"), "POST executions while one is running (question 23)"),
    Assumption("start-at", ("0-based", "1-based"), "number of the first line of a file (startAt, legacy a)"),
    Assumption("redlist-key", ("mail", "email", "both"), "key of the redList import feature (trap 10)"),
    Assumption("redlist-after-delete", ("forgotten", "kept"), "is the red list kept (question 10)"),
    Assumption("empty-redlist", ("200", "204"), "answer of an empty red list (trap 13)"),
    Assumption("rate-reset", ("epoch", "delta", "epoch-ms"), "unit of X-RateLimit-Reset (question 3)"),
    Assumption("retry-after", ("no", "seconds", "date"), "is Retry-After sent with 429 (question 3)"),
    Assumption("rate-headers", ("yes", "no"), "are X-RateLimit-* headers present (they 'may' be, D-good)"),
    Assumption("list-targets", ("400", "all"), "GET /targets without parameter (older docs: all targets)"),
    Assumption("missing-right", ("403", "409"), "answer to a key without the right (data-side trap 4)"),
    Assumption(
        "error-body", ("text", "message", "exception", "error-data", "empty"), "body of a 400 (data-side question 1)"
    ),
    Assumption("bounces-after-delete", ("forgotten", "kept"), "are bounces kept (data-side question 10)"),
    Assumption("guessed-paths", ("404", "served"), "event paths never seen, known by symmetry only"),
    Assumption("deleted-action", ("404", "410", "90"), "GET of a deleted action (legacy e: state 90)"),
    Assumption("update-validated", ("409", "reset", "keep"), "PUT of a validated action (activation trap 21)"),
    Assumption("action-names", ("free", "unique"), "may two actions have one name (409 'duplicate')"),
    Assumption("redlisted-recipient", ("cancelled", "error", "sent"), "sending to a target on the red list"),
    Assumption("bounced-recipient", ("cancelled", "error", "sent"), "sending to an address that bounced hard"),
    Assumption("repeated-stamp", ("sent-again", "ignored"), "execution with a known stamp.id (activation question 8)"),
    Assumption("event-type", ("always", "mixed-only"), "`type` on endpoints of one kind (activation trap 10)"),
    Assumption("member-list", ("all", "first-30"), "which members GET /segments/{id}/targets lists (question 17)"),
    Assumption("bulk-delete-form", ("both", "flat", "nested"), "form of ids and segments in DELETE /targets (trap 8)"),
    Assumption(
        "crush-data",
        ("true-erases", "true-keeps", "false-overwrites"),
        "crushData: do empty cells erase with true, does false overwrite (question 21)",
    ),
    Assumption("over-50", ("reject", "truncate"), "more than 50 members in one call (question 16)"),
    Assumption(
        "unicity-join", ("none", "semicolon", "pipe"), "text between the unicity values of a member (question 16)"
    ),
    Assumption("import-accept", ("optional", "imperative"), "imports without the Accept of their own: 415 (trap 15)"),
    Assumption("robot-hits", ("excluded", "included"), "robots without `classification` (activation trap 12)"),
)


class BadOptionError(ValueError):
    """An option that cannot be used; the text is one sentence with the remedy."""


@dataclass(frozen=True)
class Assumptions:
    """The answers given to the open questions; `assumptions["updates"]` is one of its choices."""

    given: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {row.name: row.choices for row in ASSUMPTIONS}
        for name, answer in self.given.items():
            if name not in known:
                raise BadOptionError(f"Unknown assumption {name!r}: use one of {', '.join(known)}.")
            if answer not in known[name]:
                raise BadOptionError(f"Assumption {name!r} cannot be {answer!r}: use one of {', '.join(known[name])}.")

    def __getitem__(self, name: str) -> str:
        defaults = {row.name: row.choices[0] for row in ASSUMPTIONS}
        return self.given.get(name, defaults[name])

    @classmethod
    def parse(cls, settings: list[str]) -> Assumptions:
        """Read `name=answer` settings as they stand on a command line; raises BadOptionError."""
        pairs = [setting.partition("=") for setting in settings]
        return cls({name: answer for name, _, answer in pairs})


@dataclass(frozen=True)
class Key:
    """One X-Key and what its user may do: `read`, `write`, `delete`, `send`."""

    value: str = field(repr=False)
    rights: frozenset[str] = RIGHTS["all"]

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `NAME` or `NAME:RIGHTS`; raises BadOptionError."""
        value, colon, rights = text.rpartition(":")
        if not colon:
            value, rights = text, "all"
        if not value:
            raise BadOptionError("The sandbox needs at least one key that is not empty: give --key KEY.")
        if rights not in RIGHTS:
            raise BadOptionError(f"A key cannot have the rights {rights!r}: use one of {', '.join(RIGHTS)}.")
        return cls(value, RIGHTS[rights])


def parse_rates(settings: Sequence[str]) -> dict[str, float]:
    """Read `name=rate` settings as they stand on a command line; raises BadOptionError."""
    rates: dict[str, float] = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        try:
            rates[name] = float(text)
        except ValueError:
            raise BadOptionError(f"The rate of {name!r} must be a number from 0 to 1.") from None
    check_rates(rates)
    return rates


def check_rates(rates: Mapping[str, float]) -> None:
    """Raise BadOptionError when a reaction is unknown or its rate is no probability."""
    for name, rate in rates.items():
        if name not in RATES:
            raise BadOptionError(f"Unknown reaction {name!r}: use one of {', '.join(RATES)}.")
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise BadOptionError(f"The rate of {name!r} must be a number from 0 to 1.")


@dataclass(frozen=True)
class SandboxOptions:
    """Everything that shapes one sandbox.

    :param store: SQLite file that holds the account's content; None uses a temporary file.
    :param port: TCP port; 0 takes a free one.
    :param keys: the X-Keys that are accepted, `NAME` or `NAME:RIGHTS`; the first one is announced.
    :param account: `default`, `two-unicity` or the path of a JSON file; None takes the store's own, or `default`.
    :param import_seconds: least duration of an import execution, in seconds.
    :param rate: most API requests answered per second before 429; None is without limit.
    :param faults: JSON file with a fault script that is loaded at start.
    :param seed: seed of faults that have a `probability`.
    :param multiple_separator: text between the labels of a multiple list in an import file.
    :param validation_seconds: how long each phase of an action's validation takes, in seconds.
    :param reaction_seconds: people react to a message within this time after it was sent, in seconds.
    :param publication_seconds: from an event to its publication in the event lists, in seconds.
    :param reactions: how likely each reaction to a message is, e.g. `{"opened": 1, "hard": 0}`; see `RATES`.
    """

    store: Path | str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    keys: tuple[str, ...] = field(default=(DEFAULT_KEY,), repr=False)
    account: str | None = None
    import_seconds: float = 1.0
    assume: Assumptions | Mapping[str, str] = field(default_factory=Assumptions)
    rate: int | None = None
    faults: Path | str | None = None
    seed: int = 0
    multiple_separator: str = "|"
    validation_seconds: float = 1.0
    reaction_seconds: float = 5.0
    publication_seconds: float = 1.0
    reactions: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.keys or not all(key.value for key in self.parsed_keys):
            raise BadOptionError("The sandbox needs at least one key that is not empty: give --key KEY.")
        for name in ("import_seconds", "validation_seconds", "reaction_seconds", "publication_seconds"):
            seconds = getattr(self, name)
            if seconds < 0 or not math.isfinite(seconds):
                raise BadOptionError(f"--{name.replace('_', '-')} cannot be negative: use 0 or more.")
        check_rates(self.reactions)
        if self.rate is not None and self.rate < 1:
            raise BadOptionError("--rate must be at least 1 request per second: raise it or leave it out.")
        if not isinstance(self.assume, Assumptions):
            object.__setattr__(self, "assume", Assumptions(self.assume))

    @cached_property
    def parsed_keys(self) -> tuple[Key, ...]:
        """The keys with their rights; raises BadOptionError."""
        return tuple(Key.parse(key) for key in self.keys)

    def answer(self, question: str) -> str:
        """The answer chosen for an open question, e.g. `answer("never-run")`."""
        return self.assume[question]

    @property
    def is_loopback(self) -> bool:
        """True when only this machine can reach the sandbox."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
