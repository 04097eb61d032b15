"""The pytest plugin, in pytest runs of its own: as a team that has installed the package meets it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

HEAVY = ("airflow", "aiohttp", "sqlite3", "pandas", "requests")


def _passes(pytester: pytest.Pytester, code: str, **outcomes: int) -> pytest.RunResult:
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:schemathesis", "--strict-markers", "-q")
    result.assert_outcomes(**(outcomes or {"passed": 1}))
    return result


def test_a_sandbox_per_test(pytester: pytest.Pytester) -> None:
    _passes(
        pytester,
        """
        import urllib.request

        seen = []

        def call(sandbox, path):
            request = urllib.request.Request(sandbox.url + path, headers={"X-Key": sandbox.key})
            return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).status

        def test_one(np6_sandbox):
            seen.append(np6_sandbox.url)
            assert call(np6_sandbox, "/fields") == 200
            assert np6_sandbox.targets() == []
            assert len(np6_sandbox.requests()) == 1

        def test_another(np6_sandbox):
            assert np6_sandbox.requests() == []
            assert seen != [np6_sandbox.url]
        """,
        passed=2,
    )


def test_options_come_from_the_nearest_marker(pytester: pytest.Pytester) -> None:
    _passes(
        pytester,
        """
        import json, urllib.request
        import pytest

        pytestmark = pytest.mark.np6_sandbox(account="two-unicity", keys=("far",))

        @pytest.mark.np6_sandbox(keys=("near",))
        def test_marked(np6_sandbox):
            assert np6_sandbox.key == "near"
            request = urllib.request.Request(np6_sandbox.url + "/fields", headers={"X-Key": "near"})
            fields = json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request))
            assert [row["name"] for row in fields if row["isUnicity"]] == ["Email", "Brand"]
        """,
    )


def test_the_connection(pytester: pytest.Pytester) -> None:
    _passes(
        pytester,
        """
        import json, os

        def test_default_and_another(np6_sandbox, np6_connection):
            default = json.loads(os.environ["AIRFLOW_CONN_NP6_DEFAULT"])
            assert default == {
                "conn_type": "np6", "host": np6_sandbox.url, "password": np6_sandbox.key, "extra": {}
            }
            assert np6_connection("np6_other", timeout=3) == "np6_other"
            assert json.loads(os.environ["AIRFLOW_CONN_NP6_OTHER"])["extra"] == {"timeout": 3}

        def test_it_is_gone_afterwards():
            assert "AIRFLOW_CONN_NP6_DEFAULT" not in os.environ
        """,
        passed=2,
    )


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("account='no-such-account'", "neither default nor two-unicity"),
        ("colour='green'", "colour"),
        ("'two-unicity'", "by name only"),
        ("assume={'updates': 'maybe'}", "cannot be 'maybe'"),
        ("rate='fast'", "cannot be used"),
    ],
)
def test_options_that_cannot_be_used(pytester: pytest.Pytester, marker: str, said: str) -> None:
    result = _passes(
        pytester,
        f"""
        import pytest

        @pytest.mark.np6_sandbox({marker})
        def test_it(np6_sandbox): ...
        """,
        errors=1,
    )
    shown = result.stdout.str()
    assert said in shown
    # One sentence, and nothing of how it came about.
    assert not any(word in shown for word in ("Traceback", "Error:", "plugin.py", "running.py", "options.py"))


def test_nothing_heavy_before_a_test_asks() -> None:
    code = f"import sys, airflow_provider_np6.testing.plugin; print([m for m in {HEAVY} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
