"""Archives: copies of what was sent, behind signed links that expire."""

from __future__ import annotations

import hashlib
import hmac
import time
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from airflow_provider_np6.sandbox import actions, people
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.store import documents, messages
from airflow_provider_np6.sandbox.store.messages import Message
from airflow_provider_np6.sandbox.windows import moment
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_TYPE = "application/vnd.np6.cm.mail.archive"
_DAYS = 32  # what the documented samples show
_DAY = 24 * 3600


def _signature(call: Call, identifier: str, expires: int) -> str:
    secret = call.service.options.parsed_keys[0].value.encode()
    return hmac.new(secret, f"{identifier}.{expires}".encode(), hashlib.sha256).hexdigest()[:32]


def _shown(call: Call, message: Message) -> dict[str, Any]:
    expires = message.at // 1000 + _DAYS * _DAY
    query = f"expires={expires}&signature={_signature(call, message.id, expires)}"
    return {
        "id": message.id,
        "action": message.source,
        "target": target_id(message.target or 0),
        "sendingDate": iso(message.at / 1000),
        "url": f"http://{call.headers.get('host', '')}/sandbox/archives/{message.id}?{query}",
        "expiresOn": iso(expires),
    }


async def every(call: Call) -> Answer:
    """Archives of the account from `startDate` (inclusive) to `endDate` (exclusive); no document describes them."""
    start, end = moment(call, "startDate"), moment(call, "endDate")
    found = messages.archives(call.service.store.reader, start, end)
    return Answer.json([_shown(call, message) for message in found], _TYPE)


async def of_target(call: Call) -> Answer:
    """What an action sent to a target; 404 when one of the two is unknown."""
    start, end, reader = moment(call, "startDate"), moment(call, "endDate"), call.service.store.reader
    action = documents.find(reader, actions.KIND, call.parameters["id"].upper())
    row = people.existing(reader, call.service, call.parameters["target"])
    if action is None:
        raise RefusalError(404)
    found = messages.archives(reader, start, end, action["id"], row.number)
    return Answer.json([_shown(call, message) for message in found], _TYPE)


async def download(call: Call) -> Answer:
    """The `.eml` behind a signed link; 403 when the link is not NP6's own or has expired."""
    expires = call.one("expires") or ""
    good = expires.isascii() and expires.isdigit() and len(expires) < 15
    signature = _signature(call, call.parameters["id"], int(expires)) if good else ""
    if not hmac.compare_digest((call.one("signature") or "").encode(), signature.encode()) or not signature:
        raise RefusalError(403)
    message = messages.find(call.service.store.reader, call.parameters["id"])
    if int(expires) < time.time() or message is None:
        raise RefusalError(403 if message else 404)
    return Answer(200, _eml(message), {"Content-Type": "message/rfc822"})


def _eml(message: Message) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = " ".join(str(message.content.get("subject", "")).split())
    mail["Date"] = formatdate(message.at / 1000)
    mail["Message-ID"] = f"<{message.id}@example.com>"
    mail.set_content(str(message.content.get("text", "")))
    if message.content.get("html"):
        mail.add_alternative(str(message.content["html"]), subtype="html")
    return mail.as_bytes()


ROUTES = (
    Route("GET", "/actions/archives", every),
    Route("GET", "/actions/{id}/targets/{target}/archives", of_target),
    # The signature is the key here, as it is with NP6's own links.
    Route("GET", "/sandbox/archives/{id}", download, local=True),
)
