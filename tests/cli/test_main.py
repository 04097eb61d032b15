from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from importlib.metadata import version
from pathlib import Path

import pytest

NP6 = [sys.executable, "-m", "airflow_provider_np6.cli.main"]


def np6(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Wide, so that no sentence is broken into lines.
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "400", "TERM": "dumb"}
    return subprocess.run([*NP6, *arguments], capture_output=True, text=True, timeout=60, env=environment)


def test_version() -> None:
    assert np6("--version").stdout == f"airflow-provider-np6 {version('airflow-provider-np6')}\n"


@pytest.mark.parametrize("arguments", [[], ["demo"], ["sandbox"], ["check"]])
def test_help(arguments: list[str]) -> None:
    answer = np6(*arguments, "--help")
    assert answer.returncode == 0
    assert "Usage:" in answer.stdout


def test_help_imports_nothing_heavy() -> None:
    heavy = ("airflow", "aiohttp", "duckdb", "pandas", "pyarrow", "requests")
    code = f"import sys; import airflow_provider_np6.cli.main; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("rows", ["29", "0", "-5", "many"])
def test_too_few_rows_are_refused(rows: str) -> None:
    answer = np6("demo", "--rows", rows)
    assert answer.returncode == 2
    assert "--rows" in answer.stderr


def test_a_directory_to_keep_things_in_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("something of mine")
    answer = np6("demo", "--keep", str(tmp_path))
    assert answer.returncode == 1
    assert "is there already and not empty: name a new directory" in answer.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]


def test_the_sandbox_says_how_to_reach_it_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    command = [*NP6, "sandbox", "--port", "0", "--store", str(tmp_path / "np6.db"), "--key", "my key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = "".join(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
        (url,) = set(re.findall(r"http://127\.0\.0\.1:\d+", said))
        assert """AIRFLOW_CONN_NP6_DEFAULT='{"conn_type": "np6", "host": """ in said
        assert f"airflow connections add np6_default --conn-type np6 --conn-host {url}" in said
        assert "--conn-password 'my key'" in said
        request = urllib.request.Request(f"{url}/targets/count", headers={"X-Key": "my key"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert (tmp_path / "np6.db").exists()


def test_a_bad_option_of_the_sandbox_is_one_sentence() -> None:
    answer = np6("sandbox", "--assume", "updates=perhaps")
    assert answer.returncode == 2
    assert answer.stderr == ("np6 sandbox: Assumption 'updates' cannot be 'perhaps': use one of partial, full.\n")


def test_the_open_questions_are_listed() -> None:
    lines = np6("sandbox", "--questions").stdout.splitlines()
    assert any(line.startswith("updates=partial|full  ") for line in lines)
