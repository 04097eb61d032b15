"""Objects that the sandbox keeps and shows: workflows, compilables, webtasks, categories, pressure, displays, users."""

from __future__ import annotations

from tests.sandbox.conftest import Api, MakeApi

NODES = [{"type": "sleep", "id": "a", "default": True, "next": "b"}, {"type": "terminal", "id": "b"}]


def test_a_workflow(api: Api) -> None:
    created = api("POST", "/scripting/workflows", {"name": "flow", "nodes": NODES, "state": 1}).json()
    base = f"/scripting/workflows/{created['id']}"
    assert api("GET", f"{base}/nodes").json() == NODES
    assert api("PUT", f"{base}/nodes", NODES[1:]).json() == NODES[1:]
    assert api("PUT", f"{base}/capping", [{"threshold": 3}]).json() == [{"threshold": 3}]
    assert (api("GET", f"{base}/listeners").json(), api("GET", f"{base}/tasks").json()) == ([], [])
    patched = api("PATCH", base, {"description": "changed"}).json()
    assert (patched["name"], patched["description"], patched["nodes"]) == ("flow", "changed", NODES[1:])
    copy = api("POST", f"{base}/duplication").json()
    assert (copy["state"], copy["nodes"]) == (0, NODES[1:])
    replaced = api("PUT", base, {"name": "bare"}).json()
    assert (replaced["nodes"], replaced["creationDate"]) == ([], created["creationDate"])
    assert api("PUT", f"{base}/nodes", [{"type": "dance"}]).status_code == 400
    assert api("DELETE", base).status_code == 204
    assert api("GET", f"{base}/nodes").status_code == 404


def test_a_compilable(api: Api) -> None:
    base = f"/scripting/compilables/{api('POST', '/scripting/compilables', {'name': 'c'}).json()['id']}"
    assert api("GET", f"{base}/flaws").json() == [{"type": "empty"}]
    assert api("POST", f"{base}/execution", {"a": 1}).json() == {
        "type": "success",
        "arguments": {"a": 1},
        "value": {},
    }
    assert api("POST", f"{base}/preview", {"value": {"name": "other"}}).json()["value"] == {"name": "other"}
    assert api("POST", f"{base}/duplication").json()["name"] == "Copy of c"
    assert api("POST", "/scripting/compilables/x/execution", {}).status_code == 404


def test_a_webtask_takes_one_change_or_several(api: Api) -> None:
    assert api("PATCH", "/scripting/webtasks/1", {"name": "one"}).json()["name"] == "one"
    after = api("PATCH", "/scripting/webtasks/1", [{"name": "two"}, {"description": "both"}]).json()
    assert (after["id"], after["name"], after["description"]) == (1, "two", "both")
    assert api("PATCH", "/scripting/webtasks/2", {"name": "x"}).status_code == 404


def test_categories(api: Api) -> None:
    category = api("POST", "/categories", {"name": "news"}).json()
    base = f"/categories/{category['id']}"
    assert api("POST", "/categories", {"name": "news"}).status_code == 409
    other = api("POST", "/categories", {"name": "offers"}).json()
    assert api("PUT", f"/categories/{other['id']}", {"name": "news"}).status_code == 409
    assert api("PUT", base, {"name": "news", "description": "d"}).json() == {**category, "description": "d"}
    assert api.action(informations={"category": category["id"]})
    assert api("DELETE", base).status_code == 204
    assert api("GET", base).status_code == 404
    assert len(api("GET", "/categories").json()) == 1


def test_marketing_pressure(api: Api) -> None:
    option = "/settings/marketing/pressure/topic"
    assert api("GET", option).json() is False
    assert api("PUT", option, True).json() is True
    assert api("GET", option).json() is True
    assert api("PUT", option, {}).status_code == 400
    assert [row["label"] for row in api("GET", "/marketing/pressure/topics").json()] == ["Offers", "News"]


def test_what_an_account_has_from_the_start_is_always_the_same(make_api: MakeApi) -> None:
    one, other = make_api(), make_api()
    for path in (
        "/marketing/pressure/topics",
        "/marketing/pressure/rules",
        "/parameters/applications",
        "/display/events/activations?sort=asc",
    ):
        assert one("GET", path).json() == other("GET", path).json() != []
    assert len(one.events("/display/content/1001/events/activations")) == 2
    assert len(one.events("/display/campaign/51/events/activations")) == 1
    assert one.events("/display/content/0/events/activations") == []


def test_contacts_are_users(api: Api) -> None:
    me = api("GET", "/me").json()
    assert api("GET", f"/contacts/{me['id']}").json()["firstName"] == me["firstName"]
    assert api("GET", f"/contacts/{api.people(1)[0]}").status_code == 404
