"""A sandbox over a real socket and a plain HTTP session; the project's own client stays out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from airflow_provider_np6.sandbox import RATES, RunningSandbox, running_sandbox

FILE_HEADERS = {"Content-Type": "application/octet-stream", "Content-Disposition": "form-data; filename=c.csv"}
COLUMNS = (8103, 8104, 8111)
EMAIL, SMS = "application/vnd.np6.cm.email", "application/vnd.np6.cm.sms"
# Nobody reacts, unless a test says so.
QUIET = dict.fromkeys(RATES, 0.0)


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

    def action(self, kind: str = "mailMessage", **more: Any) -> str:
        """An action with content, in state 20."""
        content = {"textContent": "hello"} if kind.startswith("sms") else {"subject": "Hello", "html": "<p>hello</p>"}
        answer = self("POST", "/actions", {"type": kind, "name": "action", "content": content, **more})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def validate(self, action: str, **settings: Any) -> requests.Response:
        return self("POST", f"/actions/{action}/validation", settings)

    def validated(self, kind: str = "mailMessage", **more: Any) -> str:
        """An action that may send; nothing is mailed to a test segment on the way."""
        action = self.action(kind, **more)
        assert self.validate(action, fortest=True, mediaForTest="proof@example.com").status_code == 204
        assert self.state(action) == 38
        assert self.validate(action, fortest=False).status_code == 204
        return action

    def state(self, action: str) -> int:
        return int(self("GET", f"/actions/{action}").json()["informations"]["state"])

    def send(self, action: str, body: Any, media: str = EMAIL, how: str = "executions") -> requests.Response:
        headers = {"Content-Type": media}
        return self("POST", f"/actions/{action}/{how}", data=dumps(body), headers=headers)

    def people(self, number: int, **fields: Any) -> list[str]:
        """Ids of new targets p0@example.com, p1@example.com, ..."""
        return [self.create(f"p{i}@example.com", **fields)["id"] for i in range(number)]

    def events(self, path: str = "/actions/events", **query: Any) -> list[dict[str, Any]]:
        answer = self("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def bring(self, content: str | bytes, *features: dict[str, Any], columns: tuple[int, ...] = COLUMNS) -> int:
        """Import a file in one go; returns the final state."""
        number = self.define(self.binding(columns, name=f"format {time.monotonic_ns()}"), *features)
        self.upload(number, content)
        return self.execute(number)


MakeApi = Callable[..., Api]
AT_ONCE: dict[str, Any] = {
    "import_seconds": 0,
    "validation_seconds": 0,
    "reaction_seconds": 0,
    "publication_seconds": 0,
    "reactions": QUIET,
}


@pytest.fixture
def make_api() -> Iterator[MakeApi]:
    """Starts sandboxes with options of their own, e.g. `make_api(assume={"updates": "full"})`."""
    with ExitStack() as stack:

        def make(**options: Any) -> Api:
            return Api(stack.enter_context(running_sandbox(**{**AT_ONCE, **options})))

        yield make


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """A fresh sandbox with the default account where nothing takes time and nobody reacts to messages."""
    return make_api()


def lines(*rows: str) -> str:
    """A file with a header line."""
    return "\n".join(("email;first;notes", *rows)) + "\n"


def by_id(target: str, **more: Any) -> dict[str, Any]:
    """A recipient named by its id."""
    return {"recipient": {"type": "id", "value": target}, **more}


def dumps(value: object) -> bytes:
    return json.dumps(value).encode()
