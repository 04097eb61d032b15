"""The sandbox's page as a browser shows it: a person who opens it sees the targets that the sandbox holds."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from airflow_provider_np6.sandbox import RunningSandbox

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,800",
)

#: Runs Chromium with flags of its own on an address; gives what it printed.
Browse = Callable[..., str]


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"there is no Chromium ({', '.join(NAMES)}) on the PATH"
        if os.environ.get("NP6_REQUIRE_CHROMIUM") == "1":
            pytest.fail(f"{reason}, and NP6_REQUIRE_CHROMIUM=1 asks for one: install it, or unset the variable.")
        pytest.skip(reason)
    return found


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    chromium = find_chromium()

    def run(*flags: str) -> str:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        done = subprocess.run(
            [chromium, *FLAGS, profile, *flags], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.fixture
def filled(sandbox: RunningSandbox) -> RunningSandbox:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["X-Key"] = sandbox.key
        for number in range(12):
            person = {
                "Email": f"person-{number:02}@example.com",
                "Firstname": "Noël" if number % 2 else "Zoë",
                "Lastname": "O'Brien <b>",
                "City": "Saint-Étienne",
            }
            assert session.post(f"{sandbox.url}/targets", json=person, timeout=30).status_code == 200
    return sandbox


def test_the_targets_stand_in_the_page(browse: Browse, filled: RunningSandbox) -> None:
    document = browse("--dump-dom", f"{filled.url}/")
    assert "person-00@example.com" in document
    assert "person-11@example.com" in document
    assert "Saint-Étienne" in document
    assert "O'Brien &lt;b&gt;" in document


def test_the_page_can_be_seen(browse: Browse, filled: RunningSandbox, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    browse(f"--screenshot={picture}", f"{filled.url}/")
    width, height, pixels = decoded(picture.read_bytes())
    assert (width, height) == (1280, 800)
    # A blank page is one colour throughout; one with a table of people has hundreds of different lines.
    stride = len(pixels) // height
    assert len({pixels[start : start + stride] for start in range(0, len(pixels), stride)}) > 100


def decoded(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the (filtered) lines of a picture."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return width, height, zlib.decompress(data)
