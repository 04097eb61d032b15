"""The site's configuration: every page has its place in the menu, and nothing is read that is not meant to be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml

from tests.docs.pages import PAGES, ROOT, blocks

CONFIGURATION = ROOT / "docs" / "mkdocs.yml"


def configuration() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    return read


def menu(entry: Any) -> Iterator[str]:
    """The files that a part of the menu names."""
    if isinstance(entry, str):
        yield entry
    for part in entry if isinstance(entry, list) else entry.values() if isinstance(entry, dict) else ():
        yield from menu(part)


def test_every_page_is_in_the_menu_once() -> None:
    pages = {str(page.relative_to(ROOT)) for page in PAGES if not page.name.startswith("+")}
    named = list(menu(configuration()["nav"]))
    assert set(named) - pages == set(), "the menu of docs/mkdocs.yml names what is no page"
    assert pages - set(named) == set(), "add these pages to nav in docs/mkdocs.yml"
    assert len(named) == len(set(named))


def test_the_site_reads_from_the_root_and_so_cannot_be_written_into_the_clone() -> None:
    read = configuration()
    assert (CONFIGURATION.parent / read["docs_dir"]).resolve() == ROOT
    assert "site_dir" not in read
    first, *kept = read["exclude_docs"].splitlines()
    assert first == "/*"
    assert {"!/css/", "!/img/", "!/js/", "!/webfonts/"} <= set(kept)  # the theme's, which it would take along


def test_the_tool_is_in_a_group_of_its_own() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert [re.split(r"[<>=]", line)[0] for line in groups["docs"]] == ["mkdocs"]
    assert not [line for line in groups["dev"] if line.startswith("mkdocs")]


def test_the_command_of_the_readme_names_the_file() -> None:
    [line] = [line for block in blocks("sh") for line in block.code.splitlines() if "mkdocs build" in line]
    assert f"-f {CONFIGURATION.relative_to(ROOT)} --strict" in line
