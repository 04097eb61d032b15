"""What a person can choose when starting the sandbox."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_KEY = "sandbox-key"


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
    Assumption("rate-reset", ("epoch", "delta"), "unit of X-RateLimit-Reset (question 3)"),
    Assumption("retry-after", ("no", "seconds", "date"), "is Retry-After sent with 429 (question 3)"),
    Assumption("rate-headers", ("yes", "no"), "are X-RateLimit-* headers present (they 'may' be, D-good)"),
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
class SandboxOptions:
    """Everything that shapes one sandbox.

    :param store: SQLite file that holds the account's content; None uses a temporary file.
    :param port: TCP port; 0 takes a free one.
    :param keys: the X-Keys that are accepted; the first one is announced.
    :param account: `default`, `two-unicity` or the path of a JSON file; None takes the store's own, or `default`.
    :param import_seconds: least duration of an import execution, in seconds.
    :param rate: most API requests answered per second before 429; None is without limit.
    :param faults: JSON file with a fault script that is loaded at start.
    :param seed: seed of faults that have a `probability`.
    :param multiple_separator: text between the labels of a multiple list in an import file.
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

    def __post_init__(self) -> None:
        if not self.keys or not all(self.keys):
            raise BadOptionError("The sandbox needs at least one key that is not empty: give --key KEY.")
        if self.import_seconds < 0:
            raise BadOptionError("--import-seconds cannot be negative: use 0 or more.")
        if self.rate is not None and self.rate < 1:
            raise BadOptionError("--rate must be at least 1 request per second: raise it or leave it out.")
        if not isinstance(self.assume, Assumptions):
            object.__setattr__(self, "assume", Assumptions(self.assume))

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
