"""Counters of the older docs, computed from the events; 8.1.0 has no statistics operation."""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.sandbox import actions
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.identity import target_id
from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.store import documents, events, messages
from airflow_provider_np6.sandbox.store.bounces import TYPES
from airflow_provider_np6.sandbox.store.events import Selection
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_CONVERSATION = {"execution": "requested", "activation": "received", "bounce": "bounced", "cancellation": "canceled"}


def _action(call: Call) -> dict[str, Any]:
    action = documents.find(call.service.store.reader, actions.KIND, call.parameters["id"].upper())
    if action is None:
        raise RefusalError(404)
    return action


async def of_action(call: Call) -> Answer:
    """Aggregated statistics (legacy e); robots are not counted."""
    action = _action(call)
    counts = events.counts(call.service.store.reader, action["id"], now_ms())

    def total(kind: str, *subtypes: str) -> int:
        return sum(n for (k, s), (n, _) in counts.items() if k == kind and (not subtypes or s in subtypes))

    def people(kind: str, subtype: str) -> int:
        return counts.get((kind, subtype), (0, 0))[1]

    rejected = {name: total("cancellation", name) for name in ("redlist", "bounces", "emptyAddress")}
    unsubscribed = total("hit", "unsubscribe")
    # Whoever clicks has opened, so the openers are all.
    reactive = max((targets for (kind, _), (_, targets) in counts.items() if kind == "hit"), default=0)
    return Answer.json(
        {
            "type": "mail" if actions.is_mail(action) else "sms",
            "dispatch": {
                "sent": total("activation"),
                "rejected": {
                    "blacklist": 0,
                    "marketingPressure": 0,
                    "exclusions": total("cancellation", "render"),
                    **rejected,
                    "total": total("cancellation"),
                },
            },
            "feedback": {
                "reactive": {"total": total("hit"), "unique": reactive},
                "opening": {"total": total("hit", "open"), "opener": {"total": people("hit", "open")}},
                "click": {
                    "total": total("hit", "redirection"),
                    "clicker": {"total": people("hit", "redirection"), "effective": people("hit", "redirection")},
                },
                "bounce": {
                    "soft": total("bounce", "soft"),
                    "hard": total("bounce", "hard"),
                    "spam": total("complaint"),
                },
                "redlist": {
                    "unsubscribe": {"total": unsubscribed, "form": unsubscribed, "list": 0},
                    "complaint": {"total": total("complaint")},
                },
            },
        }
    )


async def bounces(call: Call) -> Answer:
    """Bounced targets of an action with the number of the type (legacy e)."""
    action, found = _action(call), []
    for event in _bodies(call, Selection(now_ms(), types=("bounce",), sources=(action["id"],))):
        detail = event["source"]["detail"]
        subject = detail["bounce"]["analysis"]["subject"]["detail"]["type"]
        found.append(
            {
                "target": detail["activation"]["receiver"]["id"],
                "timestamp": iso(event["timestamp"] / 1000),
                "bounceType": _BOUNCE_TYPES.get(subject, TYPES["hardOther"]),
            }
        )
    return Answer.json(found)


_BOUNCE_TYPES = {
    "unknown user": TYPES["hardUser"],
    "unknown domain": TYPES["hardDomain"],
    "refused by the receiver's rules": TYPES["hardRules"],
    "mailbox full": TYPES["soft"],
}


def _bodies(call: Call, wanted: Selection) -> list[dict[str, Any]]:
    return events.bodies(call.service.store.reader, wanted)


async def conversation(call: Call) -> Answer:
    """One message by the id that sending answered (legacy e)."""
    reader, identifier = call.service.store.reader, call.uuid()
    message = messages.find(reader, identifier)
    if message is None or message.proof:
        raise RefusalError(404)
    told = [
        {
            "type": _CONVERSATION[kind],
            "date": iso(body["timestamp"] / 1000),
            "origin": "sandbox",
            "recipient": message.address or "",
        }
        for kind, body in events.of_message(reader, identifier, now_ms())
        if kind in _CONVERSATION
    ]
    media = {"email": "mail"}.get(message.channel, message.channel)
    shown = {"type": "message", "media": media, "id": identifier, "actionId": message.source}
    return Answer.json({**shown, "target": target_id(message.target or 0), "events": told})


ROUTES = (
    Route("GET", "/actions/{id}/statistics", of_action),
    Route("GET", "/actions/{id}/feedbacks/bounces", bounces),
    Route("GET", "/messages/{id}", conversation),
)
