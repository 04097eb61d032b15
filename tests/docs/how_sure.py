"""Writes the lower part of docs/how-sure-are-we.md from the contract, the client and the open questions.

``python -m tests.docs.how_sure`` from the root of the repository brings the page up to date.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_provider_np6.assurance.questions import QUESTIONS, Question
from airflow_provider_np6.sandbox import ASSUMPTIONS
from tests.api.calls import CALLS
from tests.assumptions.answers import all_tests
from tests.contract.contract import Operation, operations
from tests.contract.requests import operation_of

PAGE = Path(__file__).parents[2] / "docs" / "how-sure-are-we.md"
MARK = "<!-- What follows is written by tests/docs/how_sure.py; change it there. -->\n"

CHOICES = {row.name: row.choices for row in ASSUMPTIONS}

#: What `np6 check` reads where the account has it.
READ_BY_CHECK = frozenset(
    ("GET", template)
    for template in (
        "/fields",
        "/valueLists",
        "/valueLists/{id}",
        "/imports",
        "/imports/{id}/executions",
        "/importFormats/{id}",
        "/segments",
        "/segments/{id}/targets",
        "/targets",
        "/targets/{id}",
        "/targets/count",
        "/targets/redlist/mail",
        "/targets/redlist/sms",
        "/actions",
        "/actions/events",
        "/me",
        "/categories",
    )
)

# Beginning of a path → the recipe of the page, first match.
RECIPES = (
    ("/targets/redlist", "a target"),
    ("/targets", "a target"),
    ("/segments", "a segment"),
    ("/imports", "an import"),
    ("/importFormats", "an import"),
    ("/subscriptions", "another object"),
    ("/actions", "an action"),
    ("/notifications", "another object"),
)


def page() -> str:
    """The page as it should be."""
    prose, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return prose + MARK + "\n" + "\n".join([*_questions(), *_operations()]) + "\n"


# --- questions


def _questions() -> Iterator[str]:
    yield "## Open questions\n"
    yield (
        f"{len(QUESTIONS)} questions; *relied on* are those whose other answer would make something fail, or go wrong, "
        "with the defaults.\n"
    )
    tests = all_tests()
    for row in QUESTIONS:
        yield from _question(row, tests.get(row.name, []))


def _question(row: Question, tests: Iterable[str]) -> Iterator[str]:
    yield f"### {row.name}\n"
    yield f"{row.asks}{' *Relied on.*' if row.relied else ''}\n"
    yield f"- Left open in: {row.source}."
    yield f"- Assumed: {row.assumed}"
    if row.otherwise:
        yield f"- If it differs: {row.otherwise}"
    yield f"- On your account: {_on_your_account(row)}"
    if row.name in CHOICES:
        answers = ", ".join(f"`--assume {row.name}={answer}`" for answer in CHOICES[row.name])
        yield f"- The sandbox answers either way: {answers}."
    links = [f"[{place.partition('::')[2]}](../{place.partition('::')[0]})" for place in tests]
    if links:
        yield f"- The client under each answer: {', '.join(links)}."
    if row.operations:
        yield f"- Operations: {', '.join(f'`{name}`' for name in row.operations)}."
    yield ""


def _on_your_account(row: Question) -> str:
    if row.name in READABLE:
        return f"`np6 check` tells. {row.by_hand}".strip()
    return row.by_hand


#: Questions that `np6 check` answers on an account that has what they need.
READABLE = frozenset(
    {
        "key",
        "request-id",
        "absent-path",
        "trailing-slash",
        "rate-headers",
        "rate-reset",
        "fields-served",
        "unicity-fields",
        "value-lists-served",
        "absent-target",
        "target-shape",
        "unicity-query",
        "hash",
        "count-served",
        "empty-redlist",
        "imports-served",
        "import-formats-served",
        "import-state",
        "never-run",
        "segments-served",
        "member-list",
        "actions-served",
        "events-served",
        "guessed-paths",
        "legacy-served",
    }
)


# --- operations


def _operations() -> Iterator[str]:
    found = operations()
    yield "## Operations\n"
    yield f"All {len(found)} of [the contract](contract/corrections.md), group by group.\n"
    clients = _clients()
    for tag in dict.fromkeys(operation.tags[0] for operation in found.values()):
        yield f"### {tag} operations\n"
        yield "| operation | client | evidence | deprecated | what is open | in five minutes |"
        yield "|---|---|---|---|---|---|"
        for operation in found.values():
            if operation.tags[0] == tag:
                yield _row(operation, clients[operation.key])
        yield ""


def _row(operation: Operation, clients: list[str]) -> str:
    name = f"`{operation.method} {operation.template}`"
    open_ = [row.name for row in QUESTIONS if " ".join(operation.key) in row.operations]
    doubts = ", ".join(f"[{name}](#{name})" for name in open_) or "taken as documented"
    functions = ", ".join(f"`{function}`" for function in clients)
    cells = (name, functions, _evidence(operation), _deprecated(operation), doubts, _recipe(operation))
    return f"| {' | '.join(cells)} |"


def _evidence(operation: Operation) -> str:
    grade = str(operation.node.get("x-np6-evidence", "documented"))
    inferred = operation.node.get("x-np6-inferred-parts", [])
    return f"{grade}; inferred: {', '.join(inferred)}" if inferred else grade


def _deprecated(operation: Operation) -> str:
    if operation.node.get("deprecated"):
        return "yes"
    return "mark not visible" if operation.node.get("x-np6-deprecated") == "unknown" else "no"


def _recipe(operation: Operation) -> str:
    if operation.key in READ_BY_CHECK:
        return "`np6 check`"
    if operation.method == "GET":
        return "[reading](#reading)"
    kind = next((kind for start, kind in RECIPES if operation.template.startswith(start)), "another object")
    return f"[{kind}](#{kind.replace(' ', '-')})"


def _clients() -> dict[tuple[str, str], list[str]]:
    """Operation → the functions of the client that make it."""
    made: dict[tuple[str, str], list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contacts.csv"
        file.write_text("email\n")
        for row, build in CALLS.items():
            name = row.partition(" (")[0]
            operation = None if name.startswith("any_call.") else operation_of(build(file))
            if operation is not None and name not in made.setdefault(operation.key, []):
                made[operation.key].append(name)
    return made


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
