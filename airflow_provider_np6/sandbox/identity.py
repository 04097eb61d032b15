"""Who a target is: its id, its unicity and its hash. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import partial

from airflow_provider_np6.sandbox.account import Field

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID = re.compile(r"[0-9A-Z]{8}")
# Ids begin where they look like NP6's own and keep their leading zeros (trap 19).
FIRST_NUMBER = int("000A0000", 36)
_JOINT = "\x1f"
_md5 = partial(hashlib.md5, usedforsecurity=False)


def target_id(number: int) -> str:
    """The 8-character id of a target number; ids sort like their numbers."""
    digits = []
    for _ in range(8):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def target_number(identifier: str) -> int | None:
    """The number behind an id, or None when the text is no id."""
    return int(identifier, 36) if _ID.fullmatch(identifier) else None


def comparable(field: Field, stored: object) -> str:
    """A unicity value as it is compared: e-mails without case, 7.0 like 7, everything else as stored."""
    if isinstance(stored, float) and stored.is_integer():
        stored = int(stored)
    text = str(stored)
    return text.lower() if field.type == "email" else text


def comparable_column(field: Field, column: Sequence[object]) -> list[str]:
    """Many unicity values as they are compared."""
    if field.type == "email":
        return [str(stored).lower() for stored in column]
    return [comparable(field, stored) for stored in column]


def unicity_key(parts: Sequence[str]) -> bytes:
    """16 bytes that identify a target: the MD5 of its comparable unicity values.

    With one unicity field this is NP6's own `hash` (data-side addenda). How NP6 joins several is unknown.
    """
    return unicity_keys([[part] for part in parts])[0]


def unicity_keys(columns: Sequence[Sequence[str]]) -> list[bytes]:
    """The keys of many targets, from one column of comparable values per unicity field."""
    texts = columns[0] if len(columns) == 1 else map(_JOINT.join, zip(*columns, strict=True))
    return [_md5(text.encode()).digest() for text in texts]


def splits(text: str, parts: int, joint: str = "") -> Iterator[tuple[str, ...]]:
    """Every way to cut a text into so many non-empty parts with a joint between them.

    Segment members take the unicity values of one target as one string, and no document names a
    separator (trap 7, question 16).
    """
    if parts == 1:
        if text:
            yield (text,)
        return
    for at in range(1, len(text)):
        if text.startswith(joint, at):
            for rest in splits(text[at + len(joint) :], parts - 1, joint):
                yield (text[:at], *rest)
