"""Actions as they are written, and the two phases of their validation (activation-side)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_np6.api.wire.messages import sender_to_json
from airflow_provider_np6.models.messages import MailSender
from airflow_provider_np6.models.reading import as_mapping


def action_body(document: Mapping[str, Any]) -> dict[str, Any]:
    """An action as NP6 takes it.

    :raises ValueError: no ``type``, or a sender that is no object, which NP6 answers with 400 (activation-side: trap
        16).
    """
    if not isinstance(document.get("type"), str) or not document["type"]:
        raise ValueError("an action needs a type: mailMessage, mailCampaign, smsMessage or smsCampaign")
    sender = as_mapping(as_mapping(document.get("content")).get("headers")).get("from")
    if sender is not None and not isinstance(sender, Mapping):
        raise ValueError("content.headers.from of an action is an object: prefix, domain, label")
    return dict(document)


def mail_message_body(
    name: str, sender: MailSender, subject: str, html: str, text: str, reply: str | None = None
) -> dict[str, Any]:
    """The smallest e-mail action that was created live (activation-side: observed behaviour).

    It leaves ``settings.field`` and ``contentFormat`` to the account: an unknown value there gives 404 (trap 15).
    """
    headers = {"from": sender_to_json(sender)} | ({"reply": reply} if reply is not None else {})
    content = {"headers": headers, "subject": subject, "html": html, "text": text}
    return {"type": "mailMessage", "name": name, "content": content}


def proof_body(
    test_segments: Sequence[int],
    media_for_test: str | None = None,
    comments: str | None = None,
    text_and_html: bool | None = None,
    analyser: bool | None = None,
    variables: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The first phase: a proof is mailed. ``textandHtml`` and ``fortest`` are spelt so (activation-side: trap 19).

    :raises ValueError: nobody to mail the proof to.
    """
    if not test_segments and not media_for_test:
        raise ValueError("the test phase mails a proof: give a test segment, or an address for it")
    body: dict[str, Any] = {"fortest": True, "testSegments": list(test_segments)}
    optional = {
        "mediaForTest": media_for_test,
        "comments": comments,
        "textandHtml": text_and_html,
        "campaignAnalyser": analyser,
        "variables": [dict(variable) for variable in variables] or None,
    }
    return body | {key: value for key, value in optional.items() if value is not None}


def validation_body() -> dict[str, Any]:
    """The second phase: for production. The legacy samples add ``testSegments: null``; the body that was seen to work
    live has this one member.
    """
    return {"fortest": False}


def unvalidation_body() -> dict[str, Any]:
    """The empty object that DELETE needs (activation-side: trap 18)."""
    return {}
