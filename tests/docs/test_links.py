"""Links on the pages lead somewhere, and to nothing invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links

# Every address outside this repository, looked at before it came here.
OUTSIDE = {
    "https://airflow.apache.org/",
    "https://semver.org/",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            assert link in OUTSIDE
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    fragments = {page for page in PAGES if page.parent.name == "changes" and page.name.startswith("+")}
    assert set(PAGES) - reached == fragments


def test_fragments_of_the_changelog_are_named_as_their_page_says() -> None:
    import re

    for file in (ROOT / "docs" / "changes").iterdir():
        assert file.name == "README.md" or re.fullmatch(r"\+[a-z0-9-]+\.(feature|fix|doc)\.md", file.name), file.name
