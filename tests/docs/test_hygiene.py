"""What must not stand in a public repository: an index's address, a path of one machine, real people's addresses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT

WRITTEN = [
    *PAGES,
    *(file for folder in ("airflow_provider_np6", "example_dags") for file in sorted((ROOT / folder).rglob("*.py"))),
    *(ROOT / name for name in ("pyproject.toml", ".ci/run", ".pre-commit-config.yaml", ".airflow-registry.yaml")),
]

# Put together here, so that this file does not hold what it looks for.
INDEX = re.compile(r"\bpypi\.\w+|python" + r"hosted\.|https?://[^/\s]*(artifactory|nexus|registry)", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.:/-])/(home|root|work|Users|workspace|opt|tmp)/\w")
ADDRESS = re.compile(r"(?<![:\w%.+-])[\w.+-]+@([\w-]+\.)+[a-z]{2,}")  # not the host of a URI with a key
EXAMPLES = re.compile(r"@([\w-]+\.)*(example\.(com|org|net)|[\w-]+\.example)$")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2705\u274c\u2728]")


def test_only_text_is_looked_at() -> None:
    assert len(WRITTEN) > 50


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_of_one_machine_or_one_index(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not INDEX.search(text)
    assert not MACHINE.search(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_hold_made_up_addresses_and_no_emoji(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [found[0] for found in ADDRESS.finditer(text) if not EXAMPLES.search(found[0])] == []
    assert not EMOJI.search(text)


def test_the_lock_file_is_not_tracked() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    if (ROOT / ".git").exists():
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert "uv.lock" not in tracked.split()


def test_the_ci_script_is_shell() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


def test_no_page_has_a_gap() -> None:
    for page in PAGES:
        assert "@@" not in page.read_text(encoding="utf-8"), page.name
