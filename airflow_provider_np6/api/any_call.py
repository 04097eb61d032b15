"""Any call at all, for what has no noun module: the same host, the same rules, and nothing that could delete everybody.

What it sends shows in no message: every value counts as personal, and a part of the path that is no word of NP6's paths
is left out of messages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.api.guard import OVERRIDES, refuse_deleting_everybody

__all__ = ["Query", "any_call"]

Query: TypeAlias = Mapping[str, str | int | bool | Sequence[str]] | Sequence[tuple[str, str]]

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
# What belongs to the client: the key, the method, and what the length and the host of a request say.
_OUR_HEADERS = OVERRIDES | {"x-key", "host", "content-length", "transfer-encoding", "connection", "cookie"}
# The words in NP6's paths; any other part may be somebody's name.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        "actions activations applications archives bounces campaign campaigns cancellations capping "
        "categories compilables contact contacts content count display duplication events execution "
        "executions feedbacks fields flaws form hits host importFormats imports impressions informations "
        "links listeners mail marketing me messages mirror nodes notifications open optouts parameters "
        "pressure preview reactivities redirection redlist render renders responses rules scripting segments "
        "settings sms source statistics stop subscriptions targets tasks test topic topics unsubscribe "
        "validation valueLists values versions webtasks workflows ",
    )
)


def any_call(
    method: str,
    path: str,
    *,
    query: Query | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    repeatable: bool | None = None,
    accepted: Sequence[int] = (),
) -> Call[Answer]:
    """A call by its path; the result is the answer itself: ``status``, ``headers`` (lower-case names), ``json()``.

    :param path: from the root of the host, without query: ``/actions/000ABC/statistics``.
    :param query: name → value, a sequence of values repeats the name.
    :param json: the body; None sends none.
    :param headers: further headers; ``Accept`` and ``Content-Type`` replace those of JSON.
    :param repeatable: whether a second sending does no more than one; None: GET alone.
    :param accepted: statuses over 299 that are an answer, not an error.
    :raises ValueError: no method of NP6's, a path that could leave the host or the place it names, a header that is the
        client's own, or a DELETE that could mean everybody.
    """
    method = method.upper()
    if method not in _METHODS:
        raise ValueError(f"the method is one of {', '.join(sorted(_METHODS))}")
    parts = _parts_of(path)
    pairs = _pairs(query)
    made = call(
        method,
        "/" + "/".join(part if part in _WORDS else "{…}" for part in parts),
        _itself,
        path="/" + "/".join(quote(part, safe="") for part in parts) + ("/" if path.endswith("/") and parts else ""),
        query=pairs,
        json_body=json,
        personal=[json, [value for _, value in pairs], [part for part in parts if part not in _WORDS]],
        accepted=frozenset(accepted),
        repeatable=method == "GET" if repeatable is None else repeatable,
        **_headers(headers or {}),
    )
    refuse_deleting_everybody(made)
    return made


def _itself(answer: Answer) -> Answer:
    return answer


def _parts_of(path: str) -> list[str]:
    """The decoded parts of a path.

    :raises ValueError: it is not a plain path from the root; the message does not repeat it.
    """
    # "//host" and "@host" would be another host, "?" would bypass the encoding of the query.
    if not path.startswith("/") or any(sign in path for sign in "?#\\") or not path.isprintable():
        raise ValueError("the path starts with '/', names no host, and holds no query: give that as query=")
    inner = path.removeprefix("/").removesuffix("/")
    parts = [unquote(part) for part in inner.split("/")] if inner else []
    if any(not part.strip() or not part.strip(".") or "/" in part for part in parts):
        raise ValueError("a part of the path is empty, '.', '..' or holds an encoded '/'")
    return parts


def _pairs(query: Query | None) -> tuple[tuple[str, str], ...]:
    if query is None:
        return ()
    if not isinstance(query, Mapping):
        return tuple((str(name), str(value)) for name, value in query)
    return tuple((name, _text(item)) for name, value in query.items() for item in _items(value))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    """Keyword arguments of :class:`Call`.

    :raises ValueError: a header that is the client's own, or is no header.
    """
    facts: dict[str, Any] = {}
    further = []
    for name, value in headers.items():
        if name.lower() in _OUR_HEADERS or not re.fullmatch(r"[A-Za-z0-9-]+", name) or not value.isprintable():
            raise ValueError(f"the header {name[:40]!r} cannot be given: it is the client's own, or no header")
        match name.lower():
            case "accept":
                facts["accept"] = value
            case "content-type":
                facts["content_type"] = value
            case _:
                further.append((name, value))
    return facts | {"headers": tuple(further)}
