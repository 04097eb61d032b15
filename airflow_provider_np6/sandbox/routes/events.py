"""Events and reactivities of actions, targets, notifications and displays: one row an endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace

from airflow_provider_np6.sandbox import actions, people
from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.store import documents, events
from airflow_provider_np6.sandbox.store.events import Selection
from airflow_provider_np6.sandbox.timeline import now_ms
from airflow_provider_np6.sandbox.windows import moment, robots, sort
from airflow_provider_np6.sandbox.wire import JSON_TYPE, Answer, Call, Handler, RefusalError

ACTIONS = ("email", "sms")
# What a person does with a message, as against what NP6 does with it.
REACTIONS = ("bounce", "hit", "optout", "complaint", "reply", "impression")


@dataclass(frozen=True)
class Feed:
    """One endpoint: whose events, of which kinds.

    :param guessed: never seen in a document, known by symmetry only; served with `--assume guessed-paths=served`.
    """

    path: str
    types: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    guessed: bool = False


def _selection(call: Call, feed: Feed) -> Selection:
    """The selection of a feed, before it is known whose events are wanted."""
    reactivities = "/reactivities" in feed.path
    types = feed.types or (REACTIONS if reactivities else ())
    wanted = Selection(now=now_ms(), types=types, subtypes=feed.subtypes, robots=robots(call))
    if not reactivities:
        return replace(wanted, start=moment(call, "start"), end=moment(call, "end"))
    return replace(
        wanted,
        activation_start=moment(call, "activationStart"),
        activation_end=moment(call, "activationEnd"),
        start=moment(call, "reactivityStart"),
        end=moment(call, "reactivityEnd"),
    )


def of_actions(call: Call, wanted: Selection) -> Selection:
    """All actions."""
    return replace(wanted, channels=ACTIONS)


def of_action(call: Call, wanted: Selection) -> Selection:
    """One action; 404 when there is none."""
    identifier = call.parameters["id"].upper()
    if documents.find(call.service.store.reader, actions.KIND, identifier) is None:
        raise RefusalError(404)
    return replace(wanted, channels=ACTIONS, sources=(identifier,))


def of_target(call: Call, wanted: Selection) -> Selection:
    """The target of the path, on every channel."""
    row = people.existing(call.service.store.reader, call.service, call.parameters["id"])
    return replace(wanted, target=row.number)


def of_target_asked_for(call: Call, wanted: Selection) -> Selection:
    """The target of exactly one of `?id=`, `?unicity=`, `?hash=`."""
    return replace(wanted, target=people.asked_for(call.service.store.reader, call).number)


def of_notifications(call: Call, wanted: Selection) -> Selection:
    """All notifications."""
    return replace(wanted, channels=("notification",))


def of_notification(call: Call, wanted: Selection) -> Selection:
    """One notification; 404 when there is none."""
    number = call.number()
    if documents.find(call.service.store.reader, "notification", number) is None:
        raise RefusalError(404)
    return replace(wanted, channels=("notification",), sources=(str(number),))


def of_displays(call: Call, wanted: Selection) -> Selection:
    """All displays."""
    return replace(wanted, channels=("display",))


def of_display(call: Call, wanted: Selection) -> Selection:
    """One display campaign or content; one that is unknown has no events, no document lists a 404."""
    return replace(wanted, channels=("display",), sources=(call.parameters["id"],))


Whose = Callable[[Call, Selection], Selection]
_HIT = ("hit",)
FEEDS: tuple[tuple[Whose, tuple[Feed, ...]], ...] = (
    (
        of_actions,
        (
            Feed("/actions/events"),
            Feed("/actions/events/cancellations", ("cancellation",)),
            Feed("/actions/events/activations", ("activation",), guessed=True),
            Feed("/actions/events/bounces", ("bounce",), guessed=True),
            Feed("/actions/events/responses/stop", ("reply",), ("stop",), guessed=True),
            Feed("/actions/events/hits", _HIT, guessed=True),
            *(
                Feed(f"/actions/events/hits/{hit}", _HIT, (hit,), guessed=True)
                for hit in ("open", "redirection", "unsubscribe", "mirror", "form")
            ),
            Feed("/actions/reactivities"),
            Feed("/actions/reactivities/bounces", ("bounce",)),
            Feed("/actions/reactivities/hits", _HIT),
            Feed("/actions/reactivities/hits/open", _HIT, ("open",)),
            Feed("/actions/reactivities/hits/redirection", _HIT, ("redirection",)),
            *(
                Feed(f"/actions/reactivities/hits/{hit}", _HIT, (hit,), guessed=True)
                for hit in ("unsubscribe", "mirror", "form")
            ),
        ),
    ),
    (
        of_action,
        (
            Feed("/actions/{id}/events", guessed=True),
            Feed("/actions/{id}/events/activations", ("activation",)),
            Feed("/actions/{id}/events/cancellations", ("cancellation",)),
            Feed("/actions/{id}/events/bounces", ("bounce",)),
            Feed("/actions/{id}/events/responses/stop", ("reply",), ("stop",)),
            Feed("/actions/{id}/events/hits/mirror", _HIT, ("mirror",)),
            Feed("/actions/{id}/events/hits", _HIT, guessed=True),
            *(
                Feed(f"/actions/{{id}}/events/hits/{hit}", _HIT, (hit,), guessed=True)
                for hit in ("open", "redirection", "unsubscribe", "form")
            ),
            Feed("/actions/{id}/reactivities", guessed=True),
            Feed("/actions/{id}/reactivities/bounces", ("bounce",), guessed=True),
            Feed("/actions/{id}/reactivities/hits", _HIT, guessed=True),
            *(
                Feed(f"/actions/{{id}}/reactivities/hits/{hit}", _HIT, (hit,), guessed=hit in ("open", "form"))
                for hit in ("open", "redirection", "unsubscribe", "mirror", "form")
            ),
        ),
    ),
    (
        of_target,
        (
            Feed("/targets/{id}/events"),
            Feed("/targets/{id}/events/activations", ("activation",)),
            Feed("/targets/{id}/events/hits/open", _HIT, ("open",)),
            Feed("/targets/{id}/events/hits/form", _HIT, ("form",)),
            Feed("/targets/{id}/events/hits", _HIT, guessed=True),
            *(
                Feed(f"/targets/{{id}}/events/hits/{hit}", _HIT, (hit,), guessed=True)
                for hit in ("redirection", "unsubscribe", "mirror")
            ),
            Feed("/targets/{id}/events/cancellations", ("cancellation",), guessed=True),
            Feed("/targets/{id}/events/bounces", ("bounce",), guessed=True),
            Feed("/targets/{id}/events/responses/stop", ("reply",), ("stop",), guessed=True),
        ),
    ),
    (
        of_target_asked_for,
        (
            Feed("/targets/events"),
            Feed("/targets/events/activations", ("activation",)),
            Feed("/targets/events/hits", _HIT),
            Feed("/targets/events/responses/stop", ("reply",), ("stop",)),
            *(
                Feed(f"/targets/events/hits/{hit}", _HIT, (hit,), guessed=True)
                for hit in ("open", "form", "redirection", "unsubscribe", "mirror")
            ),
            Feed("/targets/events/cancellations", ("cancellation",), guessed=True),
            Feed("/targets/events/bounces", ("bounce",), guessed=True),
        ),
    ),
    (
        of_notifications,
        (
            Feed("/notifications/reactivities"),
            Feed("/notifications/reactivities/impressions", ("impression",)),
            Feed("/notifications/reactivities/hits", _HIT),
            Feed("/notifications/reactivities/optouts", ("optout",)),
            Feed("/notifications/reactivities/bounces", ("bounce",)),
        ),
    ),
    (
        of_notification,
        (
            Feed("/notifications/{id}/events/executions", ("execution",)),
            Feed("/notifications/{id}/events/cancellations", ("cancellation",)),
            Feed("/notifications/{id}/events/activations", ("activation",)),
            Feed("/notifications/{id}/events/bounces", ("bounce",), guessed=True),
            Feed("/notifications/{id}/events/hits", _HIT, guessed=True),
            Feed("/notifications/{id}/events/impressions", ("impression",), guessed=True),
            Feed("/notifications/{id}/events/optouts", ("optout",), guessed=True),
            Feed("/notifications/{id}/reactivities"),
            Feed("/notifications/{id}/reactivities/optouts", ("optout",)),
            Feed("/notifications/{id}/reactivities/bounces", ("bounce",)),
            Feed("/notifications/{id}/reactivities/impressions", ("impression",), guessed=True),
            Feed("/notifications/{id}/reactivities/hits", _HIT, guessed=True),
        ),
    ),
    (of_displays, (Feed("/display/events/activations", ("activation",)),)),
    (
        of_display,
        (
            Feed("/display/campaign/{id}/events/activations", ("activation",)),
            Feed("/display/content/{id}/events/activations", ("activation",)),
        ),
    ),
)


def feeder(feed: Feed, whose: Whose) -> Handler:
    """The handler of a feed: a JSON array, streamed, without any paging (activation trap 9)."""

    async def read(call: Call) -> Answer:
        if feed.guessed and call.service.answer("guessed-paths") == "404":
            raise RefusalError(404)
        return listed(call, whose(call, _selection(call, feed)), mixed=len(feed.types) != 1)

    return read


def listed(call: Call, wanted: Selection, mixed: bool) -> Answer:
    """The selected events, in the order that the query wants."""
    order = sort(call)
    typed = mixed or call.service.answer("event-type") == "always"
    return Answer(200, headers={"Content-Type": JSON_TYPE}, stream=_array(call, wanted, order, typed))


async def _array(call: Call, wanted: Selection, order: str | None, typed: bool) -> AsyncIterator[bytes]:
    lead = "["
    with closing(call.service.store.connect()) as connection:
        for chunk in events.select(connection, wanted, order, call.service.salt()):
            # Trap 10: lists of one kind may come without a type.
            shown = [f'{{"type": "{kind}", {body[1:]}' if typed else body for kind, body in chunk]
            yield (lead + ", ".join(shown)).encode()
            lead = ", "
    yield b"[]" if lead == "[" else b"]"


ROUTES = tuple(Route("GET", feed.path, feeder(feed, whose)) for whose, feeds in FEEDS for feed in feeds)
