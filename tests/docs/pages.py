"""The pages for people, cut into what the tests look at: code blocks, headings, links, tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
# For code that holds a vertical bar: renderers disagree about one in backticks in a table.
_CODE = re.compile(r"<code>(.*?)</code>")
_LINK = re.compile(r"\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block of code."""

    page: Path
    line: int
    language: str
    code: str

    @property
    def name(self) -> str:
        """What a test's report calls it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """All fenced blocks of these languages, on all pages."""
    return [block for page in PAGES for block in _blocks(page) if block.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, match.start()) + 2, match[1], match[2])


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where the page's links go."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that the usual renderers give the page's headings."""
    headings = (match[2].lower() for match in _HEADING.finditer(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def section(page: Path, heading: str) -> str:
    """What stands between a heading and the next one of its rank or a higher one; code left out."""
    text = prose(page)
    found = [match for match in _HEADING.finditer(text) if match[2] == heading]
    assert len(found) == 1, f"{page.name} has {len(found)} headings {heading!r}"
    rank = len(found[0][1])
    ends = (m.start() for m in _HEADING.finditer(text, found[0].end()) if len(m[1]) <= rank)
    return text[found[0].end() : next(ends, len(text))]


def table(text: str, first_column: str) -> list[dict[str, str]]:
    """The rows of the table in ``text`` whose first column is called so."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(f"| {first_column} |"):
            names = _cells(line)
            rows = iter(lines[number + 2 :])
            return [dict(zip(names, _cells(row), strict=True)) for row in _until_blank(rows)]
    raise AssertionError(f"there is no table with the first column {first_column!r}")


def _until_blank(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
    return [_CODE.sub(lambda code: f"`{html.unescape(code[1])}`", cell.strip().replace("\\|", "|")) for cell in cells]


def code_in(cell: str) -> str:
    """The first piece of code in a cell, without its backticks."""
    match = re.search(r"`([^`]+)`", cell)
    assert match, f"no code in {cell!r}"
    return match[1]
