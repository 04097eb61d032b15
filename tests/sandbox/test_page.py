"""The page for a person: complete, escaped, without anything from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.sandbox.conftest import Api, lines

_VOID = {"meta", "link", "input", "br"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(api: Api, query: str = "") -> str:
    answer = api("GET", f"/{query}", headers={"X-Key": ""})
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    parser = Balanced()
    parser.feed(answer.text)
    assert parser.open == []
    assert not {"script", "img", "iframe"} & set(parser.seen)
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    return answer.text


@pytest.mark.parametrize("tab", ["targets", "fields", "segments", "imports", "requests", "other"])
def test_every_tab_of_an_empty_sandbox(api: Api, tab: str) -> None:
    assert "NP6 sandbox" in page(api, f"?tab={tab}")


def test_values_are_escaped(api: Api) -> None:
    evil = "<script>alert(1)</script>\"'&"
    api.create("a@example.com", Notes=evil)
    api.segment(evil)
    api("POST", "/imports", {"name": evil})
    api("GET", "/targets", params={"unicity": evil})
    for query in ("", "?tab=segments", "?tab=imports", "?tab=requests", "?q=%3Cscript%3E%22"):
        text = page(api, query)
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_search_and_paging(api: Api) -> None:
    api.bring(lines(*(f"p{n:03}@example.com;Ann {n};100%" for n in range(120))))
    first = page(api)
    assert "p000@example.com" in first
    assert "p050@example.com" not in first
    assert "Page 1 of 3" in first
    assert "p119@example.com" in page(api, "?page=3")
    found = page(api, "?q=Ann+11")
    assert "11 targets with" in found
    assert "p110@example.com" in found
    assert "120 targets with" in page(api, "?q=100%25")
    assert "No target has this text." in page(api, "?q=1_0")


def test_the_red_list_mark_and_the_state_of_imports(api: Api) -> None:
    number = api.create("a@example.com")["id"]
    api("POST", f"/targets/{number}/redlist/mail", {"id": number})
    assert '<span class="badge bad">mail</span>' in page(api)
    api.bring(lines("b@example.com;Ann;x", "bad;Ann;x"))
    text = page(api, "?tab=imports")
    assert "1 completed" in text
    assert '<td class="number">2</td><td class="number">1</td><td class="number">1</td>' in text
    assert api.execute(api.define(api.binding())) == 2
    assert "no source was uploaded" in page(api, "?tab=imports")


def test_requests_are_shown_newest_first(api: Api) -> None:
    api("GET", "/targets/count")
    api("GET", "/fields")
    text = page(api, "?tab=requests")
    assert text.index("/fields") < text.index("/targets/count")
