"""`python -m airflow_provider_np6.sandbox`: serve the sandbox until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from airflow_provider_np6.sandbox.options import (
    ASSUMPTIONS,
    DEFAULT_KEY,
    Assumptions,
    BadOptionError,
    SandboxOptions,
    parse_rates,
)
from airflow_provider_np6.sandbox.reactions import RATES
from airflow_provider_np6.sandbox.running import serve


def parser() -> argparse.ArgumentParser:
    """The command line; each option is described where SandboxOptions is."""
    answers = "\n".join(
        f"  {row.name}={'|'.join(row.choices)}  (default {row.choices[0]}): {row.question}" for row in ASSUMPTIONS
    )
    command = argparse.ArgumentParser(
        prog="python -m airflow_provider_np6.sandbox",
        description="A small NP6 on this machine.",
        epilog=f"assumptions:\n{answers}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    add("--port", type=int, default=0, help="TCP port; 0 takes a free one (default 0)")
    add("--store", help="SQLite file that survives restarts (default: a temporary one)")
    add("--key", action="append", help=f"X-Key to accept, NAME or NAME:read-only, repeatable (default {DEFAULT_KEY})")
    add("--account", help="default, two-unicity, or a JSON file (default: the store's own, or default)")
    add("--import-seconds", type=float, default=1.0, help="least duration of an execution (default 1.0)")
    add("--rate", type=int, help="most API requests per second before 429 (default: without limit)")
    add("--faults", help="JSON file with a fault script")
    add("--seed", type=int, default=0, help="seed of faults that have a probability (default 0)")
    add(
        "--multiple-separator",
        default="|",
        help="text between labels of a multiple list in a file (default |)",
    )
    add("--validation-seconds", type=float, default=1.0, help="duration of a phase of validation (default 1.0)")
    add("--reaction-seconds", type=float, default=5.0, help="people react within this time (default 5.0)")
    add("--publication-seconds", type=float, default=1.0, help="from an event to its publication (default 1.0)")
    rates = " ".join(f"{name}={rate}" for name, rate in RATES.items())
    add("--reaction", action="append", default=[], metavar="NAME=RATE", help=f"repeatable; defaults: {rates}")
    add("--assume", action="append", default=[], metavar="NAME=ANSWER", help="see below, may be repeated")
    return command


def options(arguments: Sequence[str] | None = None) -> SandboxOptions:
    """SandboxOptions from a command line; raises BadOptionError."""
    given = vars(parser().parse_args(arguments))
    keys = tuple(given.pop("key") or (DEFAULT_KEY,))
    reactions = parse_rates(given.pop("reaction"))
    assume = Assumptions.parse(given["assume"])
    return SandboxOptions(**{**given, "keys": keys, "assume": assume, "reactions": reactions})


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; an option that cannot be used is told in one sentence, with exit status 2."""
    try:
        serve(options(arguments))
    except BadOptionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
