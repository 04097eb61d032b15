"""A sandbox over a real socket and a plain HTTP session; the project's own client stays out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from airflow_provider_np6.sandbox import RunningSandbox, running_sandbox

FILE_HEADERS = {"Content-Type": "application/octet-stream", "Content-Disposition": "form-data; filename=c.csv"}
COLUMNS = (8103, 8104, 8111)


class Api:
    """Calls of one sandbox with its key."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Key"] = sandbox.key

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        return self.session.request(method, self.sandbox.url + path, json=json, timeout=30, **more)

    def create(self, email: str, **fields: Any) -> dict[str, Any]:
        answer = self("POST", "/targets", {"Email": email, **fields})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def named(self) -> dict[str, dict[str, Any]]:
        """Fields of all targets by e-mail."""
        return {row["fields"]["Email"]: row["fields"] for row in self.sandbox.targets()}

    def segment(self, name: str = "segment", kind: str = "static") -> int:
        return int(self("POST", "/segments", {"type": kind, "name": name}).json()["id"])

    def binding(self, columns: tuple[int, ...] = COLUMNS, name: str = "format", **more: Any) -> int:
        binds = [{"columnIndex": index, "fieldId": field} for index, field in enumerate(columns)]
        body = {"name": name, "separator": 59, "startAt": 1, "binds": binds, **more}
        return int(self("POST", "/importFormats", body).json()["identifier"]["guid"])

    def define(self, binding: int | None, *features: dict[str, Any]) -> int:
        body = {"name": "import", "binding": binding, "features": list(features)}
        return int(self("POST", "/imports", body).json()["id"])

    def upload(self, number: int, content: str | bytes) -> requests.Response:
        data = content.encode() if isinstance(content, str) else content
        return self("PUT", f"/imports/{number}/source", data=data, headers=FILE_HEADERS)

    def execute(self, number: int) -> int:
        """Start an execution and wait for its end."""
        assert self("POST", f"/imports/{number}/executions", {}).status_code == 200
        return self.settled(number)

    def settled(self, number: int) -> int:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            state = self("GET", f"/imports/{number}/executions").json()["state"]
            if state != 0:
                return int(state)
            time.sleep(0.01)
        raise AssertionError("the import did not end")

    def bring(self, content: str | bytes, *features: dict[str, Any], columns: tuple[int, ...] = COLUMNS) -> int:
        """Import a file in one go; returns the final state."""
        number = self.define(self.binding(columns, name=f"format {time.monotonic_ns()}"), *features)
        self.upload(number, content)
        return self.execute(number)


MakeApi = Callable[..., Api]


@pytest.fixture
def make_api() -> Iterator[MakeApi]:
    """Starts sandboxes with options of their own, e.g. `make_api(assume={"updates": "full"})`."""
    with ExitStack() as stack:

        def make(**options: Any) -> Api:
            return Api(stack.enter_context(running_sandbox(**{"import_seconds": 0, **options})))

        yield make


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """A fresh sandbox with the default account whose imports take no time of their own."""
    return make_api()


def lines(*rows: str) -> str:
    """A file with a header line."""
    return "\n".join(("email;first;notes", *rows)) + "\n"


def dumps(value: object) -> bytes:
    return json.dumps(value).encode()
