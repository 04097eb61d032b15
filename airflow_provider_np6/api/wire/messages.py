"""Messages as they are sent and rendered: who is named how, and the members each request knows (activation-side)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api.wire.media import EMAIL, SMS
from airflow_provider_np6.models.messages import EmailMessage, MailSender, Message, RenderContext, SmsMessage
from airflow_provider_np6.models.recipients import Recipient, Stamp


def media_type_of(messages: Sequence[Message]) -> str:
    """The media type of a request with these messages: e-mail and SMS do not go together.

    :raises ValueError: no message, or both kinds.
    """
    kinds = {type(message) for message in messages}
    if len(kinds) != 1:
        raise ValueError("give at least one message, and either e-mails or SMS, not both")
    return EMAIL if kinds == {EmailMessage} else SMS


def recipient_to_json(recipient: Recipient) -> dict[str, Any]:
    """Write a recipient: ``value`` is an array for a unicity, a text for id and hash, and absent from a footprint
    (activation-side: trap 7).

    :raises ValueError: a part is missing, or the type is none that can be sent.
    """
    match recipient.type:
        case "unicity" if recipient.unicity and all(value.strip() for value in recipient.unicity):
            return {"type": "unicity", "value": list(recipient.unicity)}
        case "id" if recipient.id and recipient.id.strip():
            return {"type": "id", "value": recipient.id}
        case "hash" if recipient.hash and recipient.hash.strip():
            return {"type": "hash", "value": recipient.hash}
        case "footprint" if recipient.id and recipient.hash and len(recipient.unicity) == 1:
            return footprint_to_json(recipient)
    raise ValueError(
        "a recipient needs an id, a whole unicity, a hash, or all three: use Recipient.by_id, by_unicity, by_hash"
    )


def footprint_to_json(recipient: Recipient) -> dict[str, Any]:
    """Id, unicity and hash side by side, the unicity as one text (activation-side: RecipientFootprint)."""
    unicity = "".join(recipient.unicity)
    return {"type": "footprint", "id": recipient.id, "unicity": unicity, "hash": recipient.hash}


def contact_reference_to_json(recipient: Recipient) -> dict[str, Any]:
    """Write a recipient as push subscriptions name it: a unicity is one text there (data-side: ContactReference).

    :raises ValueError: as :func:`recipient_to_json`, or a unicity of several fields.
    """
    written = recipient_to_json(recipient)
    if recipient.type == "unicity":
        if len(recipient.unicity) != 1:
            raise ValueError("a subscription names a contact by one unicity value: use its id or its hash")
        written["value"] = recipient.unicity[0]
    return written


def stamp_to_json(stamp: Stamp) -> dict[str, Any]:
    """Write a stamp."""
    return _given({"time": stamp.time, "id": stamp.id, "thread": stamp.thread, "set": stamp.set})


def sender_to_json(sender: MailSender) -> dict[str, Any]:
    """Write a sender: an object, because a text is answered with 400 (activation-side: trap 16)."""
    return {"prefix": sender.prefix, "domain": sender.domain, "label": sender.label}


def execution_to_json(message: Message) -> dict[str, Any]:
    """Write one message to send; its person is called ``recipient`` (activation-side: EmailExecutionRequest)."""
    written = {"recipient": recipient_to_json(message.recipient), **_personalisation(message)}
    if isinstance(message, SmsMessage):
        return written
    return written | _given(
        {
            "copies": [dict(copy) for copy in message.copies] or None,
            "attachments": [dict(attachment) for attachment in message.attachments] or None,
            "urgent": message.urgent,
            "important": message.important,
        }
    )


def render_to_json(message: Message, context: RenderContext | None) -> dict[str, Any]:
    """Write one message to render; its person is called ``receiver`` (activation-side: EmailRenderRequest).

    Copies, attachments and priorities are no part of a rendering and are left out.
    """
    written = {"receiver": recipient_to_json(message.recipient), **_personalisation(message)}
    return written | _context(context)


def render_links_to_json(
    recipient: Recipient, links: Sequence[Mapping[str, Any]], context: RenderContext | None
) -> dict[str, Any]:
    """Write links to render (activation-side: RenderLinksRequest)."""
    return {"receiver": recipient_to_json(recipient), "links": [dict(link) for link in links], **_context(context)}


def _personalisation(message: Message) -> dict[str, Any]:
    """What a message to send and one to render have in common."""
    common: dict[str, Any] = {
        "data": None if message.data is None else dict(message.data),
        "variables": [dict(variable) for variable in message.variables] or None,
        "stamp": None if message.stamp is None else stamp_to_json(message.stamp),
    }
    if isinstance(message, EmailMessage):
        common |= {
            "related": None if message.related is None else recipient_to_json(message.related),
            "headers": _headers(message),
            "subject": message.subject,
            "content": None if message.content is None else dict(message.content),
            "blocks": [dict(block) for block in message.blocks] or None,
        }
    return _given(common)


def _headers(message: EmailMessage) -> dict[str, Any] | None:
    sender = None if message.sender is None else sender_to_json(message.sender)
    return _given({"from": sender, "reply": message.reply}) or None


def _context(context: RenderContext | None) -> dict[str, Any]:
    if context is None:
        return {}
    members = {"id": context.id, "display": context.display, "render": context.render, "recipient": context.recipient}
    return {"context": _given(members)}


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value: what is left out keeps what the action holds."""
    return {name: value for name, value in members.items() if value is not None}
