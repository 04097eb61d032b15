"""A pytest plugin: a small NP6 of its own for every test that asks for one.

It is there as soon as the package is installed; no import and no setting is needed.

::

    def test_my_dag(np6_sandbox, np6_connection):
        my_dag.test()
        assert {row["fields"]["Email"] for row in np6_sandbox.targets()} == {"ann@example.com"}


    @pytest.mark.np6_sandbox(account="two-unicity", import_seconds=2, assume={"updates": "full"})
    def test_with_another_account(np6_sandbox): ...

Fixtures

``np6_sandbox``
    A sandbox that lives as long as the test, on a free port, with an account of its own:
    ``np6_sandbox.url``, ``.key``, ``.targets()``, ``.messages()``, ``.requests()``, ``.script_faults([...])``,
    ``.set_reactions({...})``. It waits for nothing: imports, validations and reactions take no time, unless the
    marker says otherwise.
``np6_connection``
    Sets the Airflow connection ``np6_default`` to that sandbox, through the environment, for the length of the test.
    Call it to set another one or to change extras: ``np6_connection("np6_other", timeout=3)``.

Marker

``np6_sandbox(**options)``
    Options by name, those of ``airflow_provider_np6.sandbox.SandboxOptions``. Of several markers the one nearest to
    the test wins, option by option: one on a module gives defaults to its tests.

A plugin is imported by every pytest run of its environment, so this module imports neither Airflow nor the sandbox
before a test asks for them; whoever sets AIRFLOW_HOME in a conftest still comes first.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from airflow_provider_np6.sandbox import RunningSandbox

_AT_ONCE = {"import_seconds": 0, "validation_seconds": 0, "reaction_seconds": 0, "publication_seconds": 0}
_MARKER = "np6_sandbox(**options): options of the sandbox of a test, e.g. account='two-unicity', import_seconds=2"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def _options(node: pytest.Item) -> dict[str, Any]:
    options: dict[str, Any] = dict(_AT_ONCE)
    # The nearest marker comes first, so the others are read before it.
    for marker in reversed(list(node.iter_markers("np6_sandbox"))):
        if marker.args:
            pytest.fail("The marker np6_sandbox takes options by name only, e.g. import_seconds=2.", pytrace=False)
        options |= marker.kwargs
    return options


@pytest.fixture
def np6_sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    """A sandbox NP6 of this test; its options come from the marker of the same name."""
    from airflow_provider_np6.sandbox import BadOptionError, running_sandbox

    options = _options(request.node)
    _refuse_unknown(options)
    with ExitStack() as stack:
        try:
            sandbox = stack.enter_context(running_sandbox(**options))
        except (BadOptionError, TypeError, ValueError) as error:
            pytest.fail(f"The options of the marker np6_sandbox cannot be used: {error}", pytrace=False)
        yield sandbox


def _refuse_unknown(options: dict[str, Any]) -> None:
    from airflow_provider_np6.sandbox import SandboxOptions

    known = [field.name for field in dataclasses.fields(SandboxOptions)]
    if unknown := [name for name in options if name not in known]:
        said = f"The marker np6_sandbox does not know {', '.join(unknown)}: use {', '.join(known)}."
        pytest.fail(said, pytrace=False)


@pytest.fixture
def np6_connection(np6_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sets the connection ``np6_default`` to the sandbox of this test; call it for other ids and for extras.

    :return: ``np6_connection(conn_id="np6_default", **extra)`` gives the id of the connection it has set.
    """

    def set_connection(conn_id: str = "np6_default", **extra: Any) -> str:
        connection = {"conn_type": "np6", "host": np6_sandbox.url, "password": np6_sandbox.key, "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
        return conn_id

    set_connection()
    return set_connection
