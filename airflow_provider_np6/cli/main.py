"""The console script `np6`. What a command needs is imported when it runs: `np6 --help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airflow_provider_np6.cli import check, sandbox

FEWEST_ROWS = 30
"""With fewer contacts a single invalid one is too large a share: the sync stops at 5 % of rejected rows."""

app = typer.Typer(
    name="np6",
    help="NP6 CM and Apache Airflow: try the provider on this machine, and check it against an account.",
    no_args_is_help=True,
    add_completion=False,
    # A plain traceback: the framed one prints the values of variables, which may be secret.
    pretty_exceptions_enable=False,
)
app.command("sandbox")(sandbox.serve)
app.command("check")(check.check)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"airflow-provider-np6 {version('airflow-provider-np6')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of `np6` itself."""


@app.command()
def demo(
    rows: Annotated[int, typer.Option(min=FEWEST_ROWS, max=10_000_000, help="Contacts in the warehouse.")] = 10_000,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object per run and line on standard output, the rest on standard error."),
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Leave warehouse, reports and sandbox store behind in this new directory."),
    ] = None,
) -> None:
    """Sync a made-up warehouse into the NP6 sandbox by a real Airflow DAG, twice; check every target."""
    from airflow_provider_np6.cli.demo.show import show

    raise typer.Exit(show(rows, as_json=as_json, keep=keep))


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
