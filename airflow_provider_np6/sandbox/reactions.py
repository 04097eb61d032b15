"""How people and machines react to one message: chance with a seed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# How likely each reaction is, per message that was sent; clicks, unsubscribes and forms imply an open.
RATES: Mapping[str, float] = {
    "cancelled": 0.0,  # dropped before sending: the content cannot be rendered
    "hard": 0.01,
    "soft": 0.02,
    "opened": 0.35,
    "clicked": 0.08,
    "mirror": 0.01,
    "form": 0.0,
    "unsubscribed": 0.005,
    "complained": 0.001,
    "stopped": 0.01,  # the STOP answer to an SMS
    "robots": 0.05,  # an open by a machine, beside whatever the person does
}
ROBOTS = ("genericrobot", "mpp", "gsr")
# What a person does with a message beyond opening it: rate, subtype of the hit.
_HITS = (("mirror", "mirror"), ("clicked", "redirection"), ("form", "form"), ("unsubscribed", "unsubscribe"))
_HARD = (
    ("5.1.1", "hardUser", "address", "unknown user"),
    ("5.1.2", "hardDomain", "address", "unknown domain"),
    ("5.7.1", "hardRules", "policy", "refused by the receiver's rules"),
)
_SOFT = ("4.2.2", "soft", "mailbox", "mailbox full")


@dataclass(frozen=True)
class Reaction:
    """One thing that happens to a message.

    :param type: an event type of the documents: `bounce`, `hit`, `complaint`, `reply`, `optout`, `impression`.
    :param subtype: of a hit: `open`, `redirection`, ...; of a bounce: `hard` or `soft`; of a reply: `stop`.
    :param after: when, as a part (0 to 1) of the time within which people react.
    :param robot: class of the machine that did it.
    :param detail: what the event tells beyond the message.
    """

    type: str
    subtype: str
    after: float
    robot: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def dice(seed: int, *parts: object) -> random.Random:
    """Chance that depends on the seed and on what it is rolled for, not on the order of calls."""
    return random.Random("\x1f".join(map(str, (seed, *parts))))  # noqa: S311 - chance, not a secret


def reactions(channel: str, rates: Mapping[str, float], chance: random.Random) -> list[Reaction]:
    """What follows a message that was sent on `email`, `sms` or `notification`, in order of time."""
    found = list(_CHANNELS[channel](rates, chance))
    return sorted(found, key=lambda reaction: reaction.after)


def _email(rates: Mapping[str, float], chance: random.Random) -> Iterator[Reaction]:
    bounce = _bounce(rates, chance)
    if bounce is not None:
        yield bounce
        return
    if chance.random() < rates["robots"]:
        yield Reaction("hit", "open", chance.uniform(0, 0.05), chance.choice(ROBOTS))
    wanted = [subtype for name, subtype in _HITS if chance.random() < rates[name]]
    opened = chance.uniform(0.05, 0.6)
    if wanted or chance.random() < rates["opened"]:
        yield Reaction("hit", "open", opened)
    for place, subtype in enumerate(wanted, start=1):
        yield Reaction("hit", subtype, opened + (1 - opened) * place / 6)
    if chance.random() < rates["complained"]:
        yield Reaction("complaint", "", chance.uniform(opened, 1))


def _bounce(rates: Mapping[str, float], chance: random.Random) -> Reaction | None:
    roll = chance.random()
    if roll >= rates["hard"] + rates["soft"]:
        return None
    hard = roll < rates["hard"]
    code, kind, subject, message = chance.choice(_HARD) if hard else _SOFT
    detail = {"code": code, "kind": kind, "subject": subject, "message": message}
    return Reaction("bounce", "hard" if hard else "soft", chance.uniform(0, 0.05), detail=detail)


def _sms(rates: Mapping[str, float], chance: random.Random) -> Iterator[Reaction]:
    bounce = _bounce(rates, chance)
    if bounce is not None:
        yield bounce
        return
    if chance.random() < rates["clicked"]:
        yield Reaction("hit", "redirection", chance.uniform(0.05, 0.9))
    if chance.random() < rates["stopped"]:
        yield Reaction("reply", "stop", chance.uniform(0.05, 1))


def _notification(rates: Mapping[str, float], chance: random.Random) -> Iterator[Reaction]:
    bounce = _bounce(rates, chance)
    if bounce is not None:
        yield bounce
        return
    clicked, seen = chance.random() < rates["clicked"], chance.uniform(0.05, 0.6)
    if clicked or chance.random() < rates["opened"]:
        yield Reaction("impression", "", seen)
    if clicked:
        yield Reaction("hit", "redirection", (seen + 1) / 2)
    if chance.random() < rates["unsubscribed"]:
        yield Reaction("optout", "", 1.0)


_CHANNELS = {"email": _email, "sms": _sms, "notification": _notification}
