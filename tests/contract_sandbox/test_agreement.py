"""The sandbox against the documents: schemathesis makes the calls, good and bad; what comes back must fit.

Every operation begins with the same account. Chance has a fixed seed, so a failure comes again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, CheckContext, GenerationMode, Response
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from airflow_provider_np6.sandbox import RunningSandbox, running_sandbox
from tests.contract_sandbox import documents, known_good
from tests.contract_sandbox.world import Maker, World

# The pages from which the documents were made are cut short, so an operation may lack a refusal that others have.
REFUSALS = (400, 401, 403, 404, 409, 410, 411, 415, 429)


def documented_or_a_known_refusal(context: CheckContext, answer: Response, case: Case) -> bool | None:
    """A success must be documented for the operation, a refusal for any."""
    return None if answer.status_code in REFUSALS else status_code_conformance(context, answer, case)


CHECKS = [
    not_a_server_error,
    documented_or_a_known_refusal,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPTIONS: dict[str, Any] = {
    "import_seconds": 0,
    "validation_seconds": 0,
    "reaction_seconds": 0,
    "publication_seconds": 0,
    "reactions": {"hard": 0.2, "soft": 0.2, "clicked": 0.5, "unsubscribed": 0.5, "robots": 0.5},
    # Of the bodies a 400 may have, the documents name these (LegacyError).
    "assume": {"error-body": "message"},
}
EXAMPLES = 3
CHANCE = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    # A failure is shown as it was found: making it smaller takes longer than the whole suite.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
load_all_checks()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A store in which everything exists, and what its ids are."""
    store = tmp_path_factory.mktemp("contract") / "template.db"
    with running_sandbox(store=store, **OPTIONS) as sandbox:
        world = Maker(sandbox.url, sandbox.key).world()
    return store, world


@pytest.fixture
def sandbox(template: tuple[Path, World], tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox with a copy of that store."""
    store = tmp_path / "store.db"
    for path in template[0].parent.glob("template.db*"):
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, tmp_path / path.name.replace("template.db", "store.db"))
    with running_sandbox(store=store, **OPTIONS) as running:
        yield running


@pytest.fixture
def send(sandbox: RunningSandbox) -> Iterator[Callable[[Case], Any]]:
    """Sends a case and checks the answer; gives its status."""
    with ExitStack() as stack:
        session = stack.enter_context(requests.Session())
        session.trust_env = False

        def call(case: Case) -> int:
            case.headers = {**(case.headers or {}), "X-Key": sandbox.key}
            answer = case.call(base_url=sandbox.url, session=session)
            case.validate_response(answer, checks=CHECKS)
            return int(answer.status_code)

        yield call


def _put_known_ids(case: Case, world: World, choose: Callable[[list[Any]], Any]) -> None:
    for name in case.path_parameters or {}:
        case.path_parameters[name] = choose(world.of(name, case.operation.path))


def _good(side: str, label: str, world: World) -> Case:
    """The call that must succeed."""
    operation = documents.operations(side)[label]
    method, path = label.split()
    bodies, queries = known_good.bodies(world), known_good.queries(world)
    more: dict[str, Any] = {}
    if label in bodies:
        media = next(iter(operation.definition.raw["requestBody"]["content"]), "application/json")
        more = {"body": bodies[label], "media_type": media}
    if label.endswith("/source"):
        more = {"body": b"email\na@example.com\n", "media_type": "application/octet-stream"}
        more["headers"] = {"Content-Disposition": "form-data; filename=contacts.csv"}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = {name: world.of(name, path)[0] for name in names} | known_good.places(world).get(label, {})
    query = queries.get(path, {}) if method in ("GET", "DELETE") and "body" not in more else {}
    return operation.Case(method=method, path_parameters=parameters, query=query, **more)


@pytest.mark.parametrize(("side", "label"), documents.everything())
def test_the_good_call_succeeds(
    side: str, label: str, template: tuple[Path, World], send: Callable[[Case], int]
) -> None:
    assert send(_good(side, label, template[1])) in (200, 204)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize(("side", "label"), documents.everything())
def test_any_call_is_answered_as_documented(
    side: str, label: str, mode: GenerationMode, template: tuple[Path, World], send: Callable[[Case], int]
) -> None:
    operation = documents.operations(side)[label]

    @CHANCE
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def check(case: Case, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            _put_known_ids(case, template[1], lambda ids: data.draw(st.sampled_from(ids)))
        send(case)

    check()


def test_the_documents_are_read_whole() -> None:
    labels = {label for _, label in documents.everything()}
    written = {
        f"{method.upper()} {path}"
        for side in documents.SIDES
        for path, item in documents.document(side)["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert labels == written
    assert {side: len(documents.operations(side)) for side in documents.SIDES} == {
        "data-side": 62,
        "activation-side": 102,
        "beside": 5,
    }
