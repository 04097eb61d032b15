"""Whom a message goes to or an event is about, in every form that NP6 names a target by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow_provider_np6.models.reading import as_int, as_mapping, as_name, as_text

__all__ = ["Recipient", "Stamp"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A target, by its id, its unicity, its hash, or all three (``footprint``).

    Its repr shows neither unicity nor hash. Make one with :meth:`by_id`, :meth:`by_unicity` or :meth:`by_hash`
    (activation-side: Recipient).
    """

    type: str
    id: str | None = None
    unicity: tuple[str, ...] = field(default=(), repr=False)
    hash: str | None = field(default=None, repr=False)

    @classmethod
    def by_id(cls, target_id: str) -> Recipient:
        """The target with this id."""
        return cls("id", id=target_id)

    @classmethod
    def by_unicity(cls, *values: str) -> Recipient:
        """The target with these unicity values, one per unicity field of the account."""
        return cls("unicity", unicity=values)

    @classmethod
    def by_hash(cls, value: str) -> Recipient:
        """The target with this hash (32 hexadecimal digits)."""
        return cls("hash", hash=value)

    @classmethod
    def footprint(cls, target_id: str, unicity: str, value: str) -> Recipient:
        """The target with this id, unicity and hash: the form of NP6's answers."""
        return cls("footprint", id=target_id, unicity=(unicity,), hash=value)

    @classmethod
    def from_json(cls, json: Any) -> Recipient | None:
        """Read whichever form NP6 used; None where there is none.

        A notification wraps it in ``{"type": "contact", "value": ..}`` (activation-side: trap 11), and a unicity is an
        array or one text (trap 7).
        """
        data = as_mapping(json)
        kind, value = as_text(data.get("type")), data.get("value")
        if kind == "contact":
            return cls.from_json(value)
        if not data:
            return None
        return cls(
            type=kind,
            id=as_name(value if kind == "id" else data.get("id")),
            unicity=_texts(value if kind == "unicity" else data.get("unicity")),
            hash=as_name(value if kind == "hash" else data.get("hash")),
        )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(as_text(item) for item in (value if isinstance(value, list) else [value]))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What identifies one message through its life; the sender may set it (activation-side: Stamp).

    Whether NP6 de-duplicates on it is documented nowhere (activation-side: open question 8).

    :ivar time: epoch milliseconds.
    :ivar id: a UUID: the message; equals the id that an execution returned, in what a public client saw.
    :ivar thread: a UUID.
    :ivar set: a UUID.
    """

    time: int | None = None
    id: str | None = None
    thread: str | None = None
    set: str | None = None

    @classmethod
    def from_json(cls, json: Any) -> Stamp | None:
        """Read a stamp; None where there is none."""
        data = as_mapping(json)
        if not data:
            return None
        names = {name: as_name(data.get(name)) for name in ("id", "thread", "set")}
        return cls(time=as_int(data.get("time")), **names)
