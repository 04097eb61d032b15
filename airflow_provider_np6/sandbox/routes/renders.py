"""Renders of an action: previews, nothing is sent and nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_provider_np6.sandbox import actions, people, shapes
from airflow_provider_np6.sandbox.actions import outgoing
from airflow_provider_np6.sandbox.routes.executions import EMAIL, MEDIA, SMS
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.sending import Sending
from airflow_provider_np6.sandbox.shapes import free, listed, shape, text, whole
from airflow_provider_np6.sandbox.store.targets import Row
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_LINK = re.compile(r"""href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_CONTEXT = shape(id=text, display=shapes.choice(0, 1, 2, 4, 8, 16), render=whole, recipient=text)
_BASE: Mapping[str, shapes.Check] = {
    "receiver": people.read_reference,
    "data": free,
    "variables": listed(free),
    "stamp": actions.STAMP,
    "context": _CONTEXT,
}
_REQUEST = shape(
    **_BASE,
    related=people.read_reference,
    blocks=listed(free),
    headers=actions.HEADERS,
    subject=text,
    content=shape(type=text, html=text, text=text, amp=text),
)
_LINKS = shape(**_BASE, links=listed(shape(type=text)))


def _action(call: Call, check_media: bool) -> dict[str, Any]:
    action = actions.existing(call.service.store.reader, call.parameters["id"])
    if check_media and MEDIA[actions.channel_of(action)] != call.media:
        raise RefusalError(415)
    return action


def _receiver(call: Call, request: Mapping[str, Any]) -> Row | None:
    reference = request.get("receiver")
    if reference is None:
        return None
    return people.find_reference(call.service.store.reader, call.service, reference)


def _rendered(call: Call, action: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """A preview; the stored content as it stands, since no document shows the template language."""
    row = _receiver(call, request)
    if row is None and "receiver" in request:
        return {"type": "error", "value": {"type": "receiver not found", "receiver": request["receiver"]}}
    content = {**outgoing(call.service, action).content, **_overridden(request)}
    result = {"type": "success", "recipient": _address(call, action, request, row), **content}
    return {**result, "sender": _sender(action, request), "headers": {}} if actions.is_mail(action) else result


def _overridden(request: Mapping[str, Any]) -> dict[str, str]:
    content = request.get("content") or {}
    found = {key: content[key] for key in ("html", "text", "amp") if key in content}
    return found | ({"subject": request["subject"]} if "subject" in request else {})


def _address(call: Call, action: dict[str, Any], request: Mapping[str, Any], row: Row | None) -> str:
    given = (request.get("context") or {}).get("recipient")
    if given or row is None:
        return given or ""
    service = call.service
    sending = Sending(service.store.reader, service, outgoing(service, action), now_ms())
    return sending.address(row) or ""


def _sender(action: dict[str, Any], request: Mapping[str, Any]) -> dict[str, str]:
    headers = {**(action["content"].get("headers") or {}), **(request.get("headers") or {})}
    sender = headers.get("from") or {}
    value = f"{sender.get('prefix', 'contact')}@{sender.get('domain', 'example.com')}"
    reply = headers.get("reply") or value
    return {"bounce": "bounce@example.com", "label": sender.get("label", ""), "reply": reply, "value": value}


async def many(call: Call) -> Answer:
    """One preview per item."""
    requests = shapes.read(listed(_REQUEST), call.document())
    action = _action(call, check_media=True)
    return Answer.json([_rendered(call, action, request) for request in requests])


async def one(call: Call) -> Answer:
    """One preview."""
    request = shapes.read(_REQUEST, call.document())
    return Answer.json(_rendered(call, _action(call, check_media=True), request))


async def links(call: Call) -> Answer:
    """The links of the content, in their order."""
    request = shapes.read(_LINKS, call.document())
    action = _action(call, check_media=False)
    if "receiver" in request and _receiver(call, request) is None:
        raise RefusalError(404)
    found = _LINK.findall(str(outgoing(call.service, action).content.get("html", "")))
    return Answer.json({"type": "success", "links": list(dict.fromkeys(found))})


ROUTES = (
    Route("POST", "/actions/{id}/renders", many, Body.JSON, (EMAIL, SMS), needs="read"),
    Route("POST", "/actions/{id}/render", one, Body.JSON, (EMAIL, SMS), needs="read"),
    Route("POST", "/actions/{id}/render/links", links, Body.JSON, needs="read"),
)
