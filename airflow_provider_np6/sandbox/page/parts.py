"""Pieces of HTML that every view is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from airflow_provider_np6.sandbox.page.style import STYLE


class Html(str):
    """Text that is HTML already; every other text is escaped on its way in."""


def text(value: object) -> Html:
    """Any value as HTML."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def join(pieces: Iterable[object]) -> Html:
    """Pieces one after the other, each escaped unless it is HTML."""
    return Html("".join(text(piece) for piece in pieces))


def element(tag: str, *content: object, **attributes: str) -> Html:
    """`<tag class="...">content</tag>`; `class_` and `for_` lose their underscore, `aria_label` gets a hyphen."""
    names = {name: name.rstrip("_").replace("_", "-") for name in attributes}
    written = "".join(f' {names[name]}="{escape(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{written}>{join(content)}</{tag}>")


def table(caption: str, heads: Sequence[object], rows: Iterable[Sequence[object]], nothing: str) -> Html:
    """A table that scrolls in its own box; a row is a sequence of cells, `<td>` unless they are Html cells."""
    body = join(element("tr", *map(_cell, row)) for row in rows)
    if not body:
        return element("p", nothing, class_="nothing")
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in heads)))
    whole = element("table", element("caption", caption), head, element("tbody", body))
    return element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _cell(value: object) -> Html:
    return value if isinstance(value, Html) and value.startswith("<td") else element("td", value)


def cell(value: object, kind: str) -> Html:
    """A table cell with a class: `number`, `code`, `long`."""
    return element("td", value, class_=kind)


def badge(word: object, tone: str) -> Html:
    """A small mark; tones are `good`, `bad`, `busy`, `plain`."""
    return element("span", word, class_=f"badge {tone}")


def link(word: object, **query: str) -> Html:
    """A link to this page with another query."""
    return element("a", word, href="/?" + urlencode(query))


_UNSET = Html('<span class="unset" title="no value">–</span>')


def value(stored: object) -> Html:
    """A field's value; unset shows as a dash, a list as small marks."""
    if stored is None:
        return _UNSET
    if isinstance(stored, list):
        return Html(" ".join(badge(item, "plain") for item in stored))
    return text(stored)


def tabs(current: str, counts: Mapping[str, int]) -> Html:
    """The sections with how much each holds."""

    def tab(name: str, number: int) -> Html:
        attributes = {"aria_current": "page"} if name == current else {}
        label = element("span", f"{number:,}".replace(",", "\u202f"), class_="count")
        return element("a", name.capitalize(), " ", label, href="/?" + urlencode({"tab": name}), **attributes)

    return element("nav", *(tab(name, number) for name, number in counts.items()), aria_label="Sections")


def document(account: str, tab: str, counts: Mapping[str, int], content: str) -> str:
    """The whole page."""
    head = element(
        "header",
        element("h1", "NP6 sandbox"),
        element("p", "A small NP6 on this machine · account ", element("b", account), class_="lead"),
        tabs(tab, counts),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{text(tab.capitalize())} · NP6 sandbox</title><style>{STYLE}</style></head><body>"
        f'<a class="skip" href="#content">Skip to content</a>{head}<main id="content">{content}</main></body></html>'
    )
