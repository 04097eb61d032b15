"""From the text of a cell to the value of an NP6 field, as DuckDB SQL, one row a field type.

Every cell reaches the engine as text (:mod:`airflow_provider_np6.sync.intake`), whatever the driver; here each field
type says how that text becomes the one spelling that is compared, stored and sent, and what can be wrong with it.
An empty text and NULL are the same: no value.

Sources: field types and written values, legacy "(d) Fields and value formats"; constraint operators, data-side
"Field"; labels compared without case, data-side trap 25; dates of year 1 mean none, trap 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from airflow_provider_np6.models.fields import Constraint, Field, ValueList
from airflow_provider_np6.sync.sql_text import literal

#: RE2. Deliberately plain: one @, no blanks or list punctuation, a dotted domain that ends in letters.
EMAIL_PATTERN = (
    r'^[^\s@,;:<>()\[\]"\\]{1,64}@'
    r"([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+(\p{L}{2,}|xn--[a-zA-Z0-9-]+)$"
)
PHONE_PATTERN = r"^\+?[0-9 ().\-/]{4,30}$"
NUMBER_PATTERN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ].*)?$"

#: What our checks say, in words that stand in the rejections file and in the report.
REASONS: Mapping[str, str] = {
    "key_missing": "the unicity field is empty, so the target cannot be identified",
    "mandatory_missing": "the field is mandatory and empty",
    "bad_email": "not an e-mail address",
    "bad_phone": "not a phone number",
    "bad_number": "not a number",
    "bad_date": "not a date (expected YYYY-MM-DD, with or without a time)",
    "unknown_value": "not a label of the field's value list",
    "too_long": "longer than the field allows",
    "constraint_broken": "breaks the field's constraint",
}

#: What ``str.strip`` takes away. DuckDB's own trim knows the blank only.
_WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

_OPERATORS = {1: ">", 2: "<", 3: ">=", 4: "<=", 5: "="}


@dataclass(frozen=True)
class Conversion:
    """One field's SQL over a text expression.

    :param value: the value to compare, store and send; NULL where there is none or where it is bad.
    :param problems: reason code and a SQL condition that is true when the text has that problem.
    """

    value: str
    problems: tuple[tuple[str, str], ...]


def conversion_of(field: Field, text: str, lists: Mapping[int, ValueList], separator: str = "|") -> Conversion:
    """The conversion of ``text``, a SQL expression, into a value of ``field``.

    :param lists: the account's value lists by id, for the two list types.
    :param separator: splits a multiple list that comes as plain text; a JSON array needs none.
    """
    given = f"nullif({text}, '')"
    build = _BUILDERS.get(field.type, _text)
    conversion = build(given, _labels_of(field, lists), separator)
    problems = list(conversion.problems) + _constraint_problems(field, conversion.value)
    if field.is_mandatory and not field.is_unicity:
        problems.append(("mandatory_missing", f"{_stripped(text)} IS NULL"))
    return Conversion(conversion.value, tuple(problems))


def key_part(field: Field, value: str) -> str:
    """A unicity value as NP6 compares it: trimmed, and an e-mail without case."""
    folded = f"lower({value})" if field.type == "email" else value
    return _stripped(folded)


def compared(field: Field, value: str) -> str:
    """A value as far as a difference in it is a change: the case of an e-mail is none."""
    return f"lower({value})" if field.type == "email" else value


def _stripped(text: str) -> str:
    """Without white space around it, as Python and the API client understand white space; NULL when nothing is left."""
    return f"nullif(trim({text}, {literal(_WHITE_SPACE)}), '')"


def _text(given: str, labels: Sequence[str], separator: str) -> Conversion:
    return Conversion(given, ())


def _matching(pattern: str, code: str) -> Callable[[str, Sequence[str], str], Conversion]:
    """Text without white space around it, that has to match a pattern."""

    def build(given: str, labels: Sequence[str], separator: str) -> Conversion:
        trimmed = _stripped(given)
        bad = f"{trimmed} IS NOT NULL AND NOT regexp_matches({trimmed}, {literal(pattern)})"
        return Conversion(trimmed, ((code, bad),))

    return build


def _number(given: str, labels: Sequence[str], separator: str) -> Conversion:
    trimmed = _stripped(given)
    plain = f"CASE WHEN regexp_matches({trimmed}, {literal(NUMBER_PATTERN)}) THEN {trimmed} END"
    # Ten decimals: more than any base holds, few enough to bring 0.1 + 0.2 back to 0.3. Zeros at the end are no change.
    value = rf"regexp_replace(CAST(TRY_CAST({plain} AS DECIMAL(38, 10)) AS VARCHAR), '\.?0+$', '')"
    return Conversion(value, (("bad_number", f"{trimmed} IS NOT NULL AND {value} IS NULL"),))


def _date(given: str, labels: Sequence[str], separator: str) -> Conversion:
    trimmed = _stripped(given)
    plain = f"CASE WHEN regexp_matches({trimmed}, {literal(DATE_PATTERN)}) THEN {trimmed} END"
    instant = f"(TRY_CAST({plain} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    # Year 1 is NP6's way to say "none", and no contact's date lies outside these years.
    real = f"CASE WHEN year({instant}) BETWEEN 1000 AND 9999 THEN {instant} END"
    value = f"strftime({real}, '%Y-%m-%dT%H:%M:%SZ')"
    return Conversion(value, (("bad_date", f"{trimmed} IS NOT NULL AND {value} IS NULL"),))


def _single_list(given: str, labels: Sequence[str], separator: str) -> Conversion:
    trimmed = _stripped(given)
    value = f"{_label_map(labels)}[lower({trimmed})]"
    return Conversion(value, (("unknown_value", f"{trimmed} IS NOT NULL AND {value} IS NULL"),))


def _multiple_list(given: str, labels: Sequence[str], separator: str) -> Conversion:
    as_json = f"json_extract_string({given}, '$[*]')"
    as_text = f"string_split({given}, {literal(separator)})"
    array = f"(starts_with(ltrim({given}), '[') AND json_valid({given}))"
    parts = f"CASE WHEN {array} THEN {as_json} ELSE {as_text} END"
    named = f"list_filter({parts}, lambda item: {_stripped('item')} IS NOT NULL)"
    found = f"list_transform({named}, lambda item: {_label_map(labels)}[lower({_stripped('item')})])"
    # Sorted and without repetition: the order of labels is no change.
    known = f"list_sort(list_distinct({found}))"
    value = f"CASE WHEN len({known}) > 0 THEN CAST(to_json({known}) AS VARCHAR) END"
    return Conversion(value, (("unknown_value", f"len(list_filter({found}, lambda item: item IS NULL)) > 0"),))


_BUILDERS: Mapping[str, Callable[[str, Sequence[str], str], Conversion]] = {
    "textField": _text,
    "textArea": _text,
    "email": _matching(EMAIL_PATTERN, "bad_email"),
    "phone": _matching(PHONE_PATTERN, "bad_phone"),
    "numeric": _number,
    "date": _date,
    "singleSelectList": _single_list,
    "multipleSelectList": _multiple_list,
}


def _labels_of(field: Field, lists: Mapping[int, ValueList]) -> tuple[str, ...]:
    value_list = lists.get(field.value_list_id) if field.value_list_id is not None else None
    return value_list.values if value_list else ()


def _label_map(labels: Sequence[str]) -> str:
    """Folded label to NP6's own spelling; the first of two labels that differ in case only wins."""
    spelled: dict[str, str] = {}
    for label in labels:
        spelled.setdefault(label.strip().lower(), label)
    if not spelled:
        return "MAP {'': NULL::VARCHAR}"
    pairs = ", ".join(f"{literal(folded)}: {literal(label)}" for folded, label in spelled.items())
    return f"MAP {{{pairs}}}"


def _constraint_problems(field: Field, value: str) -> list[tuple[str, str]]:
    constraint = field.constraint
    if constraint is None or constraint.operator not in _OPERATORS:
        return []
    kept = _constraint_kept(field.type, constraint, value)
    if kept is None:
        return []
    text_limit = field.type in {"textField", "textArea"} and constraint.operator in {2, 4}
    return [("too_long" if text_limit else "constraint_broken", f"NOT ({kept})")]


def _constraint_kept(field_type: str, constraint: Constraint, value: str) -> str | None:
    operator, limit = _OPERATORS[constraint.operator], literal(constraint.value.strip())
    if field_type in {"textField", "textArea"}:
        return f"length({value}) {operator} TRY_CAST({limit} AS BIGINT)"
    if field_type == "numeric":
        return f"TRY_CAST({value} AS DECIMAL(38, 10)) {operator} TRY_CAST({limit} AS DECIMAL(38, 10))"
    if field_type == "date":
        return f"TRY_CAST({value} AS TIMESTAMPTZ) {operator} TRY_CAST({limit} AS TIMESTAMPTZ)"
    return None
