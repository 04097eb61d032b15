"""Renders and archives."""

from __future__ import annotations

import requests

from tests.sandbox.conftest import Api, by_id

CONTENT = {
    "headers": {"from": {"prefix": "shop", "domain": "example.org", "label": "Shop"}},
    "subject": "Hello",
    "html": "<a href='https://example.com/a'>a</a><a href=\"https://example.com/b\">b</a><a href='https://example.com/a'>",
    "text": "hello",
}


def test_a_preview_sends_nothing(api: Api) -> None:
    (target,), action = api.people(1), api.action(content=CONTENT)
    receiver = {"receiver": {"type": "id", "value": target}}
    shown = api.send(action, {**receiver, "subject": "Other"}, how="render").json()
    assert (shown["type"], shown["recipient"], shown["subject"]) == ("success", "p0@example.com", "Other")
    assert shown["html"] == CONTENT["html"]
    assert shown["sender"]["value"] == "shop@example.org"
    unknown = {"receiver": {"type": "id", "value": "000ZZZZZ"}}
    assert [row["type"] for row in api.send(action, [receiver, unknown], how="renders").json()] == ["success", "error"]
    assert api.send(action, {}, media="application/json", how="render").status_code == 415
    assert (api.sandbox.messages(), api.events()) == ([], [])


def test_links(api: Api) -> None:
    action = api.action(content=CONTENT)
    links = api("POST", f"/actions/{action}/render/links", {}).json()
    assert links == {"type": "success", "links": ["https://example.com/a", "https://example.com/b"]}


def test_archives_hold_what_an_action_with_an_archive_sent(api: Api) -> None:
    first, second = api.people(2)
    kept, unkept = api.validated(settings={"archive": True}, content=CONTENT), api.validated()
    api.send(kept, [by_id(first), by_id(second)])
    api.send(unkept, [by_id(first)])
    answer = api("GET", "/actions/archives")
    assert answer.headers["Content-Type"] == "application/vnd.np6.cm.mail.archive"
    assert [(row["action"], row["target"]) for row in answer.json()] == [(kept, first), (kept, second)]
    assert [row["target"] for row in api("GET", f"/actions/{kept}/targets/{second}/archives").json()] == [second]
    assert api("GET", f"/actions/{unkept}/targets/{first}/archives").json() == []
    assert api("GET", f"/actions/000ZZZ/targets/{first}/archives").status_code == 404
    assert api("GET", "/actions/archives?startDate=2099-01-01T00:00:00Z").json() == []
    assert api("GET", "/actions/archives?endDate=2020-01-01T00:00:00Z").json() == []


def test_the_link_of_an_archive_is_signed(api: Api) -> None:
    action = api.validated(settings={"archive": True}, content=CONTENT)
    api.send(action, [by_id(api.people(1)[0])])
    url = api("GET", "/actions/archives").json()[0]["url"]
    with requests.Session() as session:
        session.trust_env = False
        assert "Subject: Hello" in session.get(url, timeout=10).text
        assert session.get(url[:-1] + ("0" if url[-1] != "0" else "1"), timeout=10).status_code == 403
