"""`np6 sandbox`: a small NP6 on this machine, in the foreground, until Ctrl-C."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflow_provider_np6.sandbox import RunningSandbox

PORT = 8600


def _show_questions(wanted: bool) -> None:
    if not wanted:
        return
    from airflow_provider_np6.sandbox import ASSUMPTIONS

    for row in ASSUMPTIONS:
        typer.echo(f"{row.name}={'|'.join(row.choices)}  {row.question}; default {row.choices[0]}")
    raise typer.Exit


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    store: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File that keeps the targets; without it they go at the end."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="X-Key to accept, with NAME:RIGHTS limited; may be repeated.",
            show_default="sandbox-key",
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            help="Fields of the account: default, two-unicity, or a JSON file.",
            show_default="the store's own, or default",
        ),
    ] = None,
    import_seconds: Annotated[float, typer.Option(min=0, help="Least duration of an import.")] = 1.0,
    rate: Annotated[
        int | None,
        typer.Option(min=1, help="Requests per second before 429.", show_default="without limit"),
    ] = None,
    faults: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON file with a fault script.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of faults that have a probability.")] = 0,
    multiple_separator: Annotated[
        str, typer.Option(help="Text between the labels of a multiple list in an import file.")
    ] = "|",
    assume: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ANSWER", help="Answer to an open question, may be repeated."),
    ] = None,
    validation_seconds: Annotated[
        float, typer.Option(help="How long each phase of an action's validation takes.")
    ] = 1.0,
    reaction_seconds: Annotated[float, typer.Option(help="People react to a message within this time.")] = 5.0,
    publication_seconds: Annotated[
        float, typer.Option(help="From an event to its publication in the event lists.")
    ] = 1.0,
    reaction: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=RATE", help="How likely people react so (opened=0.4, hard=0, ...); repeatable."),
    ] = None,
    questions: Annotated[
        bool,
        typer.Option(
            "--questions",
            callback=_show_questions,
            is_eager=True,
            help="Show the questions that NP6's documents leave open, and exit.",
        ),
    ] = False,
) -> None:
    """Run a small NP6 on this machine, to try things without an account."""
    from airflow_provider_np6.sandbox import Assumptions, BadOptionError, SandboxOptions
    from airflow_provider_np6.sandbox import serve as serve_sandbox
    from airflow_provider_np6.sandbox.options import DEFAULT_KEY, parse_rates

    try:
        options = SandboxOptions(
            store=store,
            host=host,
            port=port,
            account=account,
            import_seconds=import_seconds,
            assume=Assumptions.parse(assume or []),
            rate=rate,
            faults=faults,
            seed=seed,
            multiple_separator=multiple_separator,
            validation_seconds=validation_seconds,
            reaction_seconds=reaction_seconds,
            publication_seconds=publication_seconds,
            reactions=parse_rates(reaction or []),
            keys=tuple(key or [DEFAULT_KEY]),
        )
        serve_sandbox(options, lambda sandbox: _announce(sandbox, kept=store is not None))
    except BadOptionError as error:
        typer.echo(f"np6 sandbox: {error}", err=True)
        raise typer.Exit(2) from None


def _announce(sandbox: RunningSandbox, *, kept: bool) -> None:
    connection = json.dumps({"conn_type": "np6", "host": sandbox.url, "password": sandbox.key})
    add = f"--conn-type np6 --conn-host {sandbox.url} --conn-password {shlex.quote(sandbox.key)}"
    place = f"in {sandbox.store}" if kept else "until it ends (--store FILE keeps them)"
    typer.echo(
        f"NP6 sandbox at {sandbox.url} - open it in a browser to see its targets, which it keeps {place}.\n"
        f"Key: {sandbox.key}\n\n"
        "Point an Airflow connection at it with one of these:\n"
        f"  export AIRFLOW_CONN_NP6_DEFAULT={shlex.quote(connection)}\n"
        f"  airflow connections add np6_default {add}\n\n"
        "Ctrl-C ends it."
    )
