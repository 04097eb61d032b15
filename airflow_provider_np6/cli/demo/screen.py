"""What the demo shows: a line for each step, with a spinner on a terminal, and a table for each run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_provider_np6.cli.demo.outcome import Outcome

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

POLL_SECONDS = 1.0


class Screen:
    """Steps and tables, for people. With `on_stderr` standard output stays free for JSON lines."""

    def __init__(self, *, on_stderr: bool) -> None:
        from rich.console import Console

        self._console: Console = Console(stderr=on_stderr, highlight=False)

    def say(self, text: str, style: str = "") -> None:
        """A line of its own, as it is: no markup is read in it."""
        self._console.print(text, style=style, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, title: str, so_far: Callable[[], str] | None = None) -> Iterator[Callable[[str], None]]:
        """A step that takes a while; yields what to call with the name of its part.

        `so_far` says how far it came, and is asked once a second, on a terminal only.
        """
        started = time.monotonic()
        if self._console.is_terminal:
            with self._spinner(title, so_far) as part:
                yield part
        else:
            yield lambda name: self.say(f"  {title}: {name}")
        self.say(f"{title} ({time.monotonic() - started:.1f} s)")

    @contextmanager
    def _spinner(self, title: str, so_far: Callable[[], str] | None) -> Iterator[Callable[[str], None]]:
        from rich.markup import escape

        started, part, over = time.monotonic(), [""], threading.Event()

        def text() -> str:
            words = [title, part[0], so_far() if so_far else "", f"{time.monotonic() - started:.0f} s"]
            return escape(" · ".join(word for word in words if word))

        def refresh() -> None:
            while not over.wait(POLL_SECONDS):
                status.update(text())

        with self._console.status(escape(title)) as status:
            poll = threading.Thread(target=refresh, daemon=True)
            poll.start()
            try:
                yield lambda name: part.__setitem__(0, name)
            finally:
                over.set()
                poll.join()

    def table(self, outcome: Outcome, title: str) -> None:
        """The counts of one run."""
        self._console.print(_table(outcome, title))


def _table(outcome: Outcome, title: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for name, count in outcome.counts.items():
        table.add_row(name, f"{count:,}", _reasons(outcome) if name == "rejected" else "")
    table.add_section()
    table.add_row("seconds", f"{outcome.seconds:,.1f}", "from the first task to the last")
    table.add_row("rows/s", f"{outcome.rows_per_second:,.0f}", "")
    verdict = outcome.verdict
    compared = f"{verdict.compared:,} targets compared, {verdict.sampled:,} of them through the API too"
    table.add_row("equal", "yes" if verdict.equal else "no", compared)
    return table


def _reasons(outcome: Outcome) -> str:
    ordered = sorted(outcome.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count:,} {reason}" for reason, count in ordered if count)
