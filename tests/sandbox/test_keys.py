"""Keys with limited rights."""

from __future__ import annotations

import pytest

from airflow_provider_np6.sandbox import BadOptionError, SandboxOptions
from tests.sandbox.conftest import Api, MakeApi, by_id


def _as(api: Api, key: str) -> Api:
    other = Api(api.sandbox)
    other.session.headers["X-Key"] = key
    return other


@pytest.mark.parametrize(("answer", "status"), [("403", 403), ("409", 409)])
def test_a_key_that_only_reads(make_api: MakeApi, answer: str, status: int) -> None:
    api = make_api(keys=("owner", "auditor:read-only"), assume={"missing-right": answer})
    target, reader = api.people(1)[0], _as(api, "auditor")
    assert api.sandbox.key == "owner"
    assert reader("GET", f"/targets/{target}").status_code == 200
    refused = reader("PUT", "/targets", {"Email": "new@example.com"})
    assert (refused.status_code, refused.content) == (status, b"")
    assert reader("DELETE", f"/targets/{target}").status_code == status
    assert len(api.sandbox.targets()) == 1


def test_a_read_done_with_post_needs_the_right_to_read(make_api: MakeApi) -> None:
    api = make_api(keys=("owner", "auditor:read-only"))
    action = api.validated()
    reader = _as(api, "auditor")
    assert reader.send(action, {}, how="render").status_code == 200
    assert reader.send(action, []).status_code == 403


def test_a_key_that_may_not_send(make_api: MakeApi) -> None:
    api = make_api(keys=("owner", "clerk:no-send"))
    (target,), action = api.people(1), api.validated()
    clerk = _as(api, "clerk")
    assert clerk.send(action, [by_id(target)]).status_code == 403
    assert clerk("PUT", "/targets", {"Email": "new@example.com"}).status_code == 200
    assert clerk("DELETE", f"/targets/{target}").status_code == 204


def test_a_key_that_may_not_delete(make_api: MakeApi) -> None:
    api = make_api(keys=("owner", "clerk:no-delete"))
    clerk = _as(api, "clerk")
    target = clerk.create("a@example.com")["id"]
    assert clerk("DELETE", f"/targets/{target}").status_code == 403
    assert clerk("DELETE", "/targets", {"type": "id", "value": [target]}).status_code == 403


@pytest.mark.parametrize("key", ["name:everything", "name:", ":read-only"])
def test_keys_that_cannot_be_used(key: str) -> None:
    with pytest.raises(BadOptionError):
        SandboxOptions(keys=(key,))
