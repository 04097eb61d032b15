"""Values of fields: how they are written in JSON and in files, stored, and read back. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from airflow_provider_np6.sandbox.account import LIST_TYPES, Account, Constraint, Field

# What SQLite holds: dates as ISO text, a multiple list as the text of a JSON array.
Stored: TypeAlias = str | int | float | None

_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\".]+(?:\.[^\s@,;<>\".]+)+")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_MOST_REMEMBERED = 50_000


class BadValueError(ValueError):
    """A value that its field cannot take. The text names the field, never the value."""


class _Bad:
    """Stands in a column for a cell that its field cannot take."""


BAD = _Bad()


def _email(text: str) -> Stored:
    text = text.strip()
    if not text:
        return None
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise BadValueError("is not an e-mail address")
    return text


def _text(text: str) -> Stored:
    return text or None


def _number(text: str) -> Stored:
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadValueError("is not a number")
    return _bounded(float(text) if _is_fractional(text) else int(text))


def _is_fractional(text: str) -> bool:
    return "." in text or "e" in text or "E" in text


def _bounded(number: int | float) -> int | float:
    """Integers beyond 64 bits become floats, which is what a JSON reader makes of them anyway."""
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        number = float(number)
    if isinstance(number, float) and not math.isfinite(number):
        raise BadValueError("is not a finite number")
    return number


def _date(text: str) -> Stored:
    text = text.strip()
    if not text:
        return None
    french = _FRENCH.fullmatch(text)
    if french:
        text = "-".join(reversed(french.groups()))
    elif not _ISO.fullmatch(text):
        raise BadValueError("is not a date")
    return _utc_text(text)


def _utc_text(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValueError("is not a date") from error
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


_FROM_TEXT: Mapping[str, Callable[[str], Stored]] = {
    "email": _email,
    "phone": _text,
    "textField": _text,
    "textArea": _text,
    "numeric": _number,
    "date": _date,
}

_COMPARE: Mapping[int, Callable[[Any, Any], bool]] = {
    1: lambda a, b: a > b,
    2: lambda a, b: a < b,
    3: lambda a, b: a >= b,
    4: lambda a, b: a <= b,
    5: lambda a, b: a == b,
}


class _Memory(dict[str, Any]):
    """Remembers what a cell's text was read as; files repeat labels, dates and numbers."""

    def __init__(self, read: Callable[[str], Stored]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        try:
            value: Any = self._read(text)
        except BadValueError:
            value = BAD
        self[text] = value
        return value


class FieldReader:
    """Reads the values of one field. `multiple_separator` stands between labels in a file's cell."""

    def __init__(self, field: Field, labels: Sequence[str] = (), multiple_separator: str = "|") -> None:
        self.field = field
        self._labels = {label.casefold(): label for label in labels}
        self._separator = multiple_separator
        self._memory = _Memory(self.from_text)
        self._required = field.is_mandatory or field.is_unicity
        self._longest = _longest(field)

    def from_json(self, value: object) -> Stored:
        """A value of a flat JSON body as it is stored; raises BadValueError, which names the field."""
        try:
            return self._checked(self._stored_from_json(value))
        except BadValueError as error:
            raise BadValueError(f"{self.field.name} {error}") from None

    def from_text(self, text: str) -> Stored:
        """A cell of an import file as it is stored; raises BadValueError."""
        if self.field.type == "multipleSelectList":
            return self._checked(self._several(text.split(self._separator)) if text else None)
        if self.field.type == "singleSelectList":
            return self._checked(self._label(text) if text else None)
        return self._checked(_FROM_TEXT[self.field.type](text))

    def column(self, cells: Sequence[str]) -> list[Any]:
        """Many cells at once; BAD stands where a cell cannot be taken."""
        if self.field.type == "email" and self._required:
            return [s if _EMAIL.fullmatch(s) and len(s) < 255 else BAD for s in map(str.strip, cells)]
        if self._longest is not None and not self._required and max(map(len, cells)) <= self._longest:
            return [cell or None for cell in cells]
        if len(self._memory) > _MOST_REMEMBERED:
            self._memory.clear()
        memory = self._memory
        return [memory[cell] for cell in cells]

    def _stored_from_json(self, value: object) -> Stored:
        kind = self.field.type
        if value is None or value == "" or (kind == "multipleSelectList" and value == []):
            return None
        if kind == "multipleSelectList":
            return self._several(_texts(value))
        if kind == "numeric":
            return _json_number(value)
        (text,) = _texts([value])
        return self._label(text) if kind == "singleSelectList" else _FROM_TEXT[kind](text)

    def _label(self, text: str) -> str:
        label = self._labels.get(text.casefold())
        if label is None:
            raise BadValueError("is not a value of its list")
        return label

    def _several(self, texts: Sequence[str]) -> str:
        labels = dict.fromkeys(self._label(text) for text in texts)
        return json.dumps(list(labels), ensure_ascii=False)

    def _checked(self, stored: Stored) -> Stored:
        if stored is None and self._required:
            raise BadValueError("is mandatory")
        if stored is not None and not _meets(self.field, stored):
            raise BadValueError("does not meet its constraint")
        return stored


def check_constraint(field: Field) -> None:
    """Raise BadValueError when the bound of a field's constraint cannot be compared with its values."""
    constraint = field.constraint
    if constraint is None or constraint.operator == 0 or field.type in LIST_TYPES:
        return
    try:
        _sides(field, "", constraint)
        good = field.type != "numeric" or math.isfinite(float(constraint.value))
    except (ValueError, OverflowError):
        good = False
    if not good or (field.type == "date" and _date(constraint.value) is None):
        raise BadValueError("the value of the constraint does not fit the type of the field")


def _longest(field: Field) -> int | None:
    """Most characters a plain text field takes; None when cells need a closer look."""
    if field.type not in ("textField", "textArea", "phone"):
        return None
    if field.constraint is None or field.constraint.operator == 0:
        return 10**9
    return int(field.constraint.value) if field.constraint.operator == 4 else None


def _meets(field: Field, stored: str | int | float) -> bool:
    constraint = field.constraint
    if constraint is None or constraint.operator not in _COMPARE or field.type in LIST_TYPES:
        return True
    actual, bound = _sides(field, stored, constraint)
    return _COMPARE[constraint.operator](actual, bound)


def _sides(field: Field, stored: str | int | float, constraint: Constraint) -> tuple[Any, Any]:
    if field.type == "numeric":
        return stored, float(constraint.value)
    if field.type == "date":
        return stored, _date(constraint.value)
    return len(str(stored)), int(constraint.value)


def _json_number(value: object) -> Stored:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadValueError("is not a number")
    return _bounded(value)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadValueError("is not of the type of its field")
    for item in value:
        if not item.isascii() and any("\ud800" <= char <= "\udfff" for char in item):
            raise BadValueError("holds half a character")
    return value


def to_json(field: Field, stored: Stored) -> Any:
    """A stored value as the API shows it."""
    if stored is not None and field.type == "multipleSelectList":
        return json.loads(str(stored))
    return stored


def readers(account: Account, multiple_separator: str = "|") -> dict[int, FieldReader]:
    """One reader for each field of an account, by field id."""
    return {
        field.id: FieldReader(field, account.labels(field) if field.type in LIST_TYPES else (), multiple_separator)
        for field in account.fields
    }
