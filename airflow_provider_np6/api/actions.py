"""Actions: mail and SMS messages and campaigns; their two-phase validation (activation-side: Email & SMS, management).

Sending and rendering their messages is in :mod:`airflow_provider_np6.api.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_np6.api import wire
from airflow_provider_np6.api.call import Call, call, nothing
from airflow_provider_np6.api.reading import ABSENT, list_of, one, was_there
from airflow_provider_np6.models.actions import Action
from airflow_provider_np6.models.messages import MailSender


def list_actions(creation_start: datetime | None = None, creation_end: datetime | None = None) -> Call[list[Action]]:
    """``GET /actions``: all actions, unpaged (activation-side: actionmanagement/414e70a1).

    DEPRECATED in 8.1.0, without a visible successor: keep the ids of actions on your side (trap 14).

    :param creation_start: created since, inclusive; ``creation_end``: until, exclusive.
    :raises ValueError: ``creation_end`` before ``creation_start``.
    """
    query = wire.creation_window(creation_start, creation_end)
    return call("GET", "/actions", list_of(Action.from_json, "the actions"), query=query)


def create_action(document: Mapping[str, Any]) -> Call[Action]:
    """``POST /actions``: a new action (activation-side: actionmanagement/e17d7a58).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost. NP6NotFoundError also for an unknown value in
    the document, such as ``settings.field`` (trap 15).

    :param document: the action; :func:`mail_message` builds the smallest.
    :raises ValueError: no ``type``, or a sender that is no object.
    """
    return call("POST", "/actions", one(Action.from_json), json_body=wire.action_body(document))


def mail_message(
    name: str, sender: MailSender, subject: str, html: str, text: str, reply: str | None = None
) -> dict[str, Any]:
    """The document of the smallest e-mail action, for :func:`create_action`; what it leaves out is the account's
    (activation-side: observed behaviour).
    """
    return wire.mail_message_body(name, sender, subject, html, text, reply)


def get_action(action_id: str) -> Call[Action]:
    """``GET /actions/{id}``: one action with its state, NP6NotFoundError when there is none (activation-side:
    actionmanagement/87f6e01f).
    """
    return call("GET", "/actions/{id}", one(Action.from_json), ids={"id": action_id})


def update_action(action_id: str, document: Mapping[str, Any]) -> Call[Action]:
    """``PUT /actions/{id}``: replace the WHOLE document: edit ``Action.json`` (activation-side:
    actionmanagement/87f6e01f, trap 21).

    Whether it takes an action out of state 50 is documented nowhere. NP6NotFoundError, NP6ConflictError.

    :raises ValueError: as :func:`create_action`.
    """
    body = wire.action_body(document)
    return call("PUT", "/actions/{id}", one(Action.from_json), ids={"id": action_id}, json_body=body)


def delete_action(action_id: str) -> Call[bool]:
    """``DELETE /actions/{id}``: True when deleted, False when there was none (activation-side:
    actionmanagement/e17d7a58).
    """
    return call("DELETE", "/actions/{id}", was_there, ids={"id": action_id}, accepted=ABSENT)


def duplicate_action(action_id: str, *, type: int | None = None, folder: int | None = None) -> Call[Action]:  # noqa: A002
    """``POST /actions/{id}/duplication``: a copy (activation-side: actionmanagement/dd025be2).

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost. NP6BadInputError with status 410 when the
    action is gone.

    :param type: the type of the copy, a number whose values are documented nowhere.
    :param folder: id of the folder of the copy.
    """
    given = (("type", type), ("folder", folder))
    query = [(name, str(value)) for name, value in given if value is not None]
    return call("POST", "/actions/{id}/duplication", one(Action.from_json), ids={"id": action_id}, query=query)


def send_proof(
    action_id: str,
    test_segments: Sequence[int] = (),
    *,
    media_for_test: str | None = None,
    comments: str | None = None,
    text_and_html: bool | None = None,
    analyser: bool | None = None,
    variables: Sequence[Mapping[str, Any]] = (),
) -> Call[None]:
    """``POST /actions/{id}/validation`` with ``fortest``: the first phase, which really MAILS a proof (activation-side:
    actionmanagement/dd025be2).

    It takes an action from state 20 to 38, but its 204 is not the completion: read the state until it is there (trap
    3). Not safe to repeat: NP6OutcomeUnknownError when the answer is lost; NP6ConflictError in any other state, or
    without the right (trap 4).

    :param test_segments: ids of segments with ``is_test`` that get the proof.
    :param media_for_test: an address that gets it in their place.
    :param analyser: use the campaign analyser, where the account has it.
    :raises ValueError: neither a segment nor an address.
    """
    body = wire.proof_body(test_segments, media_for_test, comments, text_and_html, analyser, variables)
    return _validation(action_id, body, personal=media_for_test)


def validate_action(action_id: str) -> Call[None]:
    """``POST /actions/{id}/validation`` for production: the second phase, from state 38 to 50 (activation-side:
    actionmanagement/dd025be2).

    Only then can it send. Not safe to repeat; errors as for :func:`send_proof`.
    """
    return _validation(action_id, wire.validation_body())


def _validation(action_id: str, body: Mapping[str, Any], **facts: Any) -> Call[None]:
    return call("POST", "/actions/{id}/validation", nothing, ids={"id": action_id}, json_body=body, **facts)


def unvalidate_action(action_id: str) -> Call[None]:
    """``DELETE /actions/{id}/validation``: from state 38 or 50 back to 20 (activation-side: actionmanagement/f6159cf5).

    A second one is answered with NP6ConflictError, which after a lost answer would say nothing: so it is not repeated,
    NP6OutcomeUnknownError tells, and the state of the action decides.
    """
    return call(
        "DELETE",
        "/actions/{id}/validation",
        nothing,
        ids={"id": action_id},
        json_body=wire.unvalidation_body(),
        repeatable=False,
    )
