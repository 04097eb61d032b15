"""`np6 check`: read an account, and say which of the package's assumptions hold there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from airflow_provider_np6.api.settings import ApiSettings
    from airflow_provider_np6.assurance.findings import Finding, Report

KEY_VARIABLE = "NP6_X_KEY"

BROKEN, NOT_CHECKED = 1, 2


def check(
    conn_id: Annotated[
        str | None,
        typer.Option("--conn-id", help="Airflow connection to take host and key from.", show_default="none"),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            help=f"Instead: the host. The key is read from the environment variable {KEY_VARIABLE}, or asked for.",
            show_default="NP6's own",
        ),
    ] = None,
    target_id: Annotated[
        str | None,
        typer.Option(
            help="Id of any target, to look at its shape; nothing of the person is shown.", show_default="none"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Read an account and say which assumptions hold there. Only reads: every call is a GET.

    The exit status is 1 when an assumption fell that the defaults rely on, 2 when nothing could be checked.
    """
    from airflow_provider_np6.exceptions import NP6Error

    try:
        report = _checked(_settings(conn_id, host), target_id)
    except (NP6Error, ValueError) as error:
        typer.echo(f"np6 check: {error}", err=True)
        raise typer.Exit(NOT_CHECKED) from None
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    raise typer.Exit(BROKEN if report.breaks_defaults else 0)


def _checked(settings: ApiSettings, target_id: str | None) -> Report:
    from airflow_provider_np6.api.client import NP6Client
    from airflow_provider_np6.assurance.checks import check as check_account

    with NP6Client(settings) as client:
        return check_account(client.send, settings.location, target_id)


# --- where the key comes from


def _settings(conn_id: str | None, host: str | None) -> ApiSettings:
    """Host and key.

    :raises ValueError: both ways are given, or there is no way to ask for a key.
    """
    from airflow_provider_np6.api.settings import DEFAULT_HOST, ApiSettings

    if conn_id is not None:
        if host is not None:
            raise ValueError("--conn-id brings its own host: leave --host out.")
        return _settings_of(conn_id)
    return ApiSettings(host=host or DEFAULT_HOST, key=_key())


def _settings_of(conn_id: str) -> ApiSettings:
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):  # Airflow may log there, and --json belongs to the report
        from airflow.models import Connection
        from airflow.providers.common.compat.sdk import AirflowException

        from airflow_provider_np6.hooks.connection import settings_of

        try:
            return settings_of(Connection.get_connection_from_secrets(conn_id))
        except AirflowException:
            raise ValueError(f"Airflow has no connection {conn_id!r}: create it, or use --host.") from None


def _key() -> str:
    # Not as an option: other users of the machine see a command line, and a shell keeps it.
    if key := os.environ.get(KEY_VARIABLE, ""):
        return key
    if not sys.stdin.isatty():
        raise ValueError(f"No X-Key: put it into the environment variable {KEY_VARIABLE}, or give --conn-id.")
    key = typer.prompt("X-Key", hide_input=True, err=True)
    return str(key)


# --- the tables


def _show(report: Report) -> None:
    from rich.console import Console

    from airflow_provider_np6.assurance.findings import Verdict

    console = Console(highlight=False)
    fell, held, untold = (report.of(verdict) for verdict in (Verdict.FELL, Verdict.HELD, Verdict.UNTOLD))
    untold = sorted(untold, key=lambda finding: not finding.question.relied)
    _print(console, "Held", ("assumption", "question", "seen"), [_held(finding) for finding in held])
    _print(
        console,
        "Cannot be told by reading",
        ("assumption", "question", "how to find out in five minutes", "if it differs"),
        [_untold(finding) for finding in untold],
    )
    _print(
        console,
        "Fell",
        ("assumption", "question", "what the package assumes", "seen", "what to do"),
        [_fell(finding) for finding in fell],
        "bold red" if report.breaks_defaults else "yellow",
    )
    summary = f"{len(held)} held, {len(fell)} fell, {len(untold)} cannot be told by reading"
    last = " The defaults rely on what fell." if report.breaks_defaults else ""
    console.print(f"{report.location}: {summary}; {report.calls} calls, all GET.{last}", markup=False, soft_wrap=True)


def _held(finding: Finding) -> tuple[str, ...]:
    return finding.question.name, finding.question.asks, finding.seen


def _untold(finding: Finding) -> tuple[str, ...]:
    from airflow_provider_np6.assurance.findings import TAKES_MORE

    row = finding.question
    seen = "" if finding.seen == TAKES_MORE else f" ({finding.seen})"
    return row.name, f"{row.asks}{seen}", finding.to_do, row.otherwise


def _fell(finding: Finding) -> tuple[str, ...]:
    return finding.question.name, finding.question.asks, finding.question.assumed, finding.seen, finding.to_do


def _print(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], style: str = ""
) -> None:
    if not rows:
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, style=style, padding=(0, 1))
    for number, name in enumerate(columns):
        # The words of a name stay together: it is what one looks for.
        table.add_column(
            name, overflow="fold", no_wrap=number == 0, style=style if number == 0 else "", ratio=number or None
        )
    for row in rows:
        # Text, because names of the account could hold what rich takes for markup.
        table.add_row(*(Text(cell.replace("`", "")) for cell in row))
    console.print(table)
