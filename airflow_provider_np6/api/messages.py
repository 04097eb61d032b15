"""Sending and rendering the messages of an action (activation-side: Email & SMS, management).

NO call here that sends is repeated after it may have reached NP6: no idempotency key is documented (trap 6). A lost
answer raises NP6OutcomeUnknownError; the events of the action, by ``stamp``, tell what happened. Only a 429 and a
connection that was never made are repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.api.reading import list_of, one
from airflow_provider_np6.models.messages import Conversation, ExecutionResult, Message, RenderContext, Rendering
from airflow_provider_np6.models.reading import as_list, as_object, as_text
from airflow_provider_np6.models.recipients import Recipient

T = TypeVar("T")


def send_messages(action_id: str, messages: Sequence[Message]) -> Call[list[ExecutionResult]]:
    """``POST /actions/{id}/executions``: SEND one message per recipient (activation-side: actionmanagement/d4bfd0b7).

    One result per message, presumably in their order: pair them by recipient. The call succeeds also when some or all
    of them failed (trap 5). NP6ConflictError when the action is not in state 50, or without the right (traps 2, 4).

    :param messages: all e-mails or all SMS; the largest number is documented nowhere.
    :raises ValueError: no message, both kinds, or an incomplete recipient.
    """
    body = [wire.execution_to_json(message) for message in messages]
    return _messages(
        "/actions/{id}/executions",
        _one_each(len(body), list_of(ExecutionResult.from_json, "the results")),
        action_id,
        body,
        wire.media_type_of(messages),
    )


def send_message(action_id: str, message: Message) -> Call[ExecutionResult]:
    """``POST /actions/{id}/execution``: SEND one message (activation-side: actionmanagement/9ba457a3).

    The result may be an error although the call succeeded. Errors as for :func:`send_messages`.
    """
    body = wire.execution_to_json(message)
    return _messages(
        "/actions/{id}/execution", one(ExecutionResult.from_json), action_id, body, wire.media_type_of([message])
    )


def render_messages(
    action_id: str, messages: Sequence[Message], context: RenderContext | None = None
) -> Call[list[Rendering]]:
    """``POST /actions/{id}/renders``: what the messages would be; nothing is sent, so it may be repeated
    (activation-side: actionmanagement/c7b98026).

    :raises ValueError: as :func:`send_messages`.
    """
    body = [wire.render_to_json(message, context) for message in messages]
    return _messages(
        "/actions/{id}/renders",
        list_of(Rendering.from_json, "the renderings"),
        action_id,
        body,
        wire.media_type_of(messages),
        repeatable=True,
    )


def render_message(action_id: str, message: Message, context: RenderContext | None = None) -> Call[Rendering]:
    """``POST /actions/{id}/render``: what the message would be; nothing is sent, so it may be repeated
    (activation-side: actionmanagement/d4bfd0b7).
    """
    body = wire.render_to_json(message, context)
    return _messages(
        "/actions/{id}/render",
        one(Rendering.from_json),
        action_id,
        body,
        wire.media_type_of([message]),
        repeatable=True,
    )


def render_links(
    action_id: str,
    recipient: Recipient,
    links: Sequence[Mapping[str, Any]],
    context: RenderContext | None = None,
) -> Call[list[str]]:
    """``POST /actions/{id}/render/links``: the addresses of links for a recipient; nothing is sent, so it may be
    repeated (activation-side: actionmanagement/f36d0484).

    :param links: objects with a ``type``; their further members are documented nowhere.
    """
    body = wire.render_links_to_json(recipient, links, context)
    return call(
        "POST",
        "/actions/{id}/render/links",
        _read_links,
        ids={"id": action_id},
        json_body=body,
        personal=body,
        repeatable=True,
    )


def send_to_target(action_id: str, target_id: str, document: Mapping[str, Any] | None = None) -> Call[str | None]:
    """``POST /actions/{id}/targets/{targetId}``: SEND one message, the older way (activation-side:
    actionmanagement/f36d0484).

    None, or the id of the conversation where NP6 answers with one (legacy: under another Accept header).

    :param document: JSON that replaces the content; it is then sent as it is: no personalisation, no tracking. The
        members of ``content`` are documented nowhere.
    """
    return call(
        "POST",
        "/actions/{id}/targets/{targetId}",
        _read_conversation_id,
        ids={"id": action_id, "targetId": target_id},
        json_body=None if document is None else dict(document),
        personal=document,
    )


def send_to_targets(action_id: str, recipients: Iterable[Recipient]) -> Call[list[str]]:
    """``POST /actions/{id}/targets``: SEND many messages, the oldest way; the ids of their conversations
    (activation-side: Legacy reporting; older documents only).

    :raises ValueError: no recipient, or an incomplete one.
    """
    body = [{"recipient": wire.recipient_to_json(recipient)} for recipient in recipients]
    if not body:
        raise ValueError("give at least one recipient")
    return _messages("/actions/{id}/targets", _one_each(len(body), _read_texts), action_id, body, wire.EMAIL_V4)


def get_conversation(conversation_id: str) -> Call[Conversation]:
    """``GET /messages/{id}``: the life of one message, NP6NotFoundError when there is none (activation-side: Legacy
    reporting; older documents only).

    :param conversation_id: the UUID that a send gave.
    """
    return call("GET", "/messages/{id}", one(Conversation.from_json), ids={"id": conversation_id})


def _messages(
    template: str, read: Any, action_id: str, body: Any, media_type: str, *, repeatable: bool = False
) -> Call[Any]:
    return call(
        "POST",
        template,
        read,
        ids={"id": action_id},
        json_body=body,
        content_type=media_type,  # JSON's own is answered with 415
        personal=body,
        repeatable=repeatable,
    )


def _one_each(sent: int, read: Callable[[Answer], list[T]]) -> Callable[[Answer], list[T]]:
    """``read``, for an answer that must tell of every message: of the others, nobody knows whether they left."""

    def read_all(answer: Answer) -> list[T]:
        results = read(answer)
        if len(results) < sent:
            raise ValueError(f"{len(results)} results for {sent} messages")
        return results

    return read_all


def _read_links(answer: Answer) -> list[str]:
    data = as_object(answer.json(), "the links")
    return [as_text(item) for item in as_list(data.get("links"), "the links")]


def _read_conversation_id(answer: Answer) -> str | None:
    content = answer.json()
    return None if content is None else as_text(content)


def _read_texts(answer: Answer) -> list[str]:
    return [as_text(item) for item in as_list(answer.json(), "the conversation ids")]
