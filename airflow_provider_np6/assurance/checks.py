"""The checks: each reads a little of an account and says what that tells about the open questions.

Nothing is written, and nothing about people is kept or shown: lists of people and events are asked for a day of the
year 2000, and a target is read only when its id is given.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from airflow_provider_np6.api import (
    action_events,
    actions,
    fields,
    import_formats,
    imports,
    red_list,
    segments,
    targets,
    value_lists,
)
from airflow_provider_np6.api.answers import signs_of
from airflow_provider_np6.api.call import Call
from airflow_provider_np6.assurance.findings import Finding, Report, Verdict, fell, held, untold
from airflow_provider_np6.assurance.questions import QUESTIONS
from airflow_provider_np6.assurance.reader import Look, Reader
from airflow_provider_np6.exceptions import NP6AuthError, NP6Error
from airflow_provider_np6.models.fields import Field, unicity_fields
from airflow_provider_np6.models.imports import ImportDefinition, ImportOutcome
from airflow_provider_np6.models.segments import Segment
from airflow_provider_np6.models.targets import Target

__all__ = ["check"]

T = TypeVar("T")
Sender = Callable[[Call[Any]], Any]

KNOWN_TYPES = frozenset(
    {"email", "phone", "textField", "textArea", "numeric", "date", "singleSelectList", "multipleSelectList"}
)

#: Definitions whose state is read, and import formats that are.
SOME_IMPORTS, SOME_FORMATS = 10, 5

#: One source says that a member list stops here (legacy, "(c) Segments").
LISTED_AT_MOST = 30

#: A segment with more members than this is not listed for a check.
LISTED_FOR_A_CHECK = 5_000

#: Before there was an NP6 to have events.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Account:
    """What the checks look at."""

    reader: Reader
    fields: Sequence[Field] = ()
    target_id: str | None = None

    @property
    def unicity(self) -> list[Field]:
        return unicity_fields(self.fields)


_Check = Callable[[_Account], Iterator[Finding]]


def check(send: Sender, location: str, target_id: str | None = None) -> Report:
    """Read the account and say which assumptions held, which fell, and which reading cannot tell.

    :param send: of a client; only GETs go through it.
    :param location: what the report calls the host.
    :param target_id: of any target, whose shape is then looked at.
    :raises NP6Error: no answer at all, or not from NP6.
    """
    reader = Reader(send)
    try:
        look = reader.look(fields.list_fields())
    except NP6AuthError:
        return _report(location, reader, [fell("key", "refused (401)")])
    found = list(_fields(look))
    known: Sequence[Field] | None = _read(look)
    account = _Account(reader, known or (), target_id)
    for names, one in _CHECKS:
        found += _guarded(names, one, account)
    found += _headers(reader)
    return _report(location, reader, [_key(reader), *found])


def _report(location: str, reader: Reader, found: Iterable[Finding]) -> Report:
    by_name = {finding.question.name: finding for finding in found}
    everything = [by_name.get(row.name) or untold(row.name) for row in QUESTIONS]
    return Report(location, everything, len(reader.headers))


def _guarded(names: Sequence[str], one: _Check, account: _Account) -> list[Finding]:
    """The findings of a check, up to where NP6 stopped answering."""
    found: list[Finding] = []
    why = ""
    try:
        for finding in one(account):
            found.append(finding)  # noqa: PERF402  (what came before an error counts)
    except NP6Error as error:
        why = f"no answer: {type(error).__name__}"
    told = {finding.question.name for finding in found}
    return found + [untold(name, why) for name in names if why and name not in told]


def _key(reader: Reader) -> Finding:
    if reader.forbidden:
        return fell("key", f"accepted, but it may not read {', '.join(reader.forbidden)}")
    return held("key", "accepted")


def _read(look: Look[T]) -> T | None:
    """What the client makes of a 200 or 204; None where it is another status, or cannot be read."""
    if look.status not in (200, 204):
        return None
    try:
        return look.value()
    except ValueError:
        return None


def _how(look: Look[Any]) -> str:
    if look.status == 403:
        return "403: the key may not read this"
    if look.status == 200:
        return "200, but not as the client reads it"
    return str(look.status)


def _judged(name: str, look: Look[T], told: Callable[[T], str] = lambda _: "answers") -> Finding:
    """Held when the client can read the answer, untold when the key may not, fallen otherwise."""
    value = _read(look)
    if value is not None:
        return held(name, told(value))
    return (untold if look.status == 403 else fell)(name, _how(look))


def _count_of(what: str) -> Callable[[Sequence[Any]], str]:
    return lambda items: f"answers, {len(items)} {what}"


# --- fields and value lists


def _fields(look: Look[list[Field]]) -> Iterator[Finding]:
    known = _read(look)
    if known is None:
        yield _judged("fields-served", look)
        return
    strange = sorted({field.type for field in known} - KNOWN_TYPES)
    types = f", of which with an unknown type: {len(strange)}" if strange else ""
    yield held("fields-served", f"{len(known)} fields{types}")
    unicity = unicity_fields(known)
    names = " + ".join(_shown(field.name) for field in unicity)
    yield held("unicity-fields", names) if unicity else fell("unicity-fields", "no field is marked as unicity")


def _shown(text: str) -> str:
    """A name of the account's, fit for a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:60]


def _value_lists(account: _Account) -> Iterator[Finding]:
    look = account.reader.look(value_lists.list_value_lists())
    finding = _judged("value-lists-served", look, _count_of("value lists"))
    wanted = sorted({field.value_list_id for field in account.fields if field.value_list_id is not None})
    if wanted and finding.verdict is Verdict.HELD:
        one = account.reader.look(value_lists.get_value_list(wanted[0]))
        if _read(one) is None:
            finding = fell("value-lists-served", f"the list of a field cannot be read: {_how(one)}")
    yield finding


# --- imports


def _imports(account: _Account) -> Iterator[Finding]:
    reader = account.reader
    look = reader.look(imports.list_imports())
    defined = _read(look) or []
    yield _judged("imports-served", look, lambda found: f"{len(found)} imports, {look.media_type or 'no media type'}")
    yield from _formats(reader, defined)
    # Those without a file cannot have run, so they come first; beside them, the newest.
    ordered = sorted(defined, key=lambda one: (not _never_ran(one), -one.id))
    states = [(one, reader.look(imports.get_import_state(one.id))) for one in ordered[:SOME_IMPORTS]]
    yield _states(states)
    yield _never_run(states)


def _never_ran(one: ImportDefinition) -> bool:
    return one.source_type == "file" and not one.filename


def _formats(reader: Reader, defined: Sequence[ImportDefinition]) -> Iterator[Finding]:
    bindings = list(dict.fromkeys(one.binding for one in defined if one.binding is not None))[-SOME_FORMATS:]
    looks = [reader.look(import_formats.get_import_format(binding)) for binding in bindings]
    read = [found for found in map(_read, looks) if found is not None]
    if read:
        yield held("import-formats-served", f"{len(read)} of {len(looks)} formats of imports can be read")
        starts = Counter(found.start_at for found in read)
        words = ", ".join(f"{start} ({count} times)" for start, count in starts.items())
        yield untold("start-at", f"startAt of the account's own formats: {words}")
    elif looks and looks[0].status != 403:
        yield fell("import-formats-served", f"none of {len(looks)} formats of imports can be read: {_how(looks[0])}")
    else:
        yield untold("import-formats-served", _how(looks[0]) if looks else "the account has no import to look at")


def _states(states: Sequence[tuple[ImportDefinition, Look[Any]]]) -> Finding:
    ran = [look for one, look in states if look.status == 200 and not _never_ran(one)]
    if not ran:
        return untold("import-state", "the account has no import that has run")
    read = [_read(look) for look in ran]
    strange = sorted({str(s.state) if s else "unreadable" for s in read if not s or _is_strange(s.outcome)})
    if strange:
        return fell("import-state", f"states that the client does not know: {', '.join(strange)}")
    numbers = ", ".join(sorted({str(state.state) for state in read if state}))
    return held("import-state", f"states {numbers} of {len(ran)} imports, {ran[0].media_type or 'no media type'}")


def _is_strange(outcome: ImportOutcome) -> bool:
    return outcome is ImportOutcome.UNEXPECTED


def _never_run(states: Sequence[tuple[ImportDefinition, Look[Any]]]) -> Finding:
    sure = [look for one, look in states if _never_ran(one)]
    looks = sure or [look for _, look in states if look.status in (204, 404)]
    if not looks:
        return untold("never-run", "the account has no import that never ran")
    look = looks[0]
    state = _read(look)
    if look.status in (204, 404):
        return held("never-run", str(look.status))
    if state is not None and state.state == 0:
        return held("never-run", "200 with state 0")
    return fell("never-run", _how(look) if state is None else f"200 with state {state.state}")


# --- segments


def _segments(account: _Account) -> Iterator[Finding]:
    reader = account.reader
    look = reader.look(segments.list_segments())
    found = _read(look) or []
    yield _judged("segments-served", look, _count_of("segments"))
    large = [one for one in found if _can_be_listed(one)]
    if not large:
        yield untold("member-list", f"the account has no static segment with more than {LISTED_AT_MOST} targets")
        return
    smallest = min(large, key=lambda one: one.targets_count or 0)
    members = reader.look(segments.list_members(smallest.id))
    listed = _read(members)
    if listed is None:
        yield _judged("member-list", members)
    elif len(listed) == LISTED_AT_MOST:
        yield fell("member-list", f"lists {len(listed)} of about {smallest.targets_count} members")
    else:
        yield held("member-list", f"lists {len(listed)} of about {smallest.targets_count} members")


def _can_be_listed(segment: Segment) -> bool:
    return segment.type == "static" and LISTED_AT_MOST < (segment.targets_count or 0) <= LISTED_FOR_A_CHECK


# --- what is not there


def _absence(account: _Account) -> Iterator[Finding]:
    reader = account.reader
    name = f"np6-check-{secrets.token_hex(8)}"
    path = reader.look_at(f"/{name}")
    yield (held if path.status == 404 else fell)("absent-path", _with_body(path))
    if account.unicity:
        # An address that nobody can have (RFC 6761), made up anew each time.
        nobody = [f"{name}@example.invalid" if field.type == "email" else name for field in account.unicity]
        target = reader.look(targets.find_target(nobody))
        yield (held if target.status == 404 else fell)("absent-target", _with_body(target))


def _with_body(look: Look[Any]) -> str:
    return f"{look.status}, {'with' if look.answer.body else 'without'} a body"


# --- what is still served


def _served(account: _Account) -> Iterator[Finding]:
    reader = account.reader
    yield _judged("count-served", reader.look(targets.count_targets()), lambda count: f"{count} targets")
    yield _red_list(reader)
    slash = reader.look_at("/fields/")
    yield (held if slash.status == 200 else fell)("trailing-slash", str(slash.status))
    yield _judged("actions-served", reader.look(actions.list_actions(*_LONG_AGO)))
    yield _judged("events-served", reader.look(action_events.list_events(*_LONG_AGO)))
    day = {"start": "2000-01-01T00:00:00Z", "end": "2000-01-02T00:00:00Z"}
    guessed = reader.look_at("/actions/events/bounces", day)
    yield held("guessed-paths", "served" if guessed.status == 200 else f"not served ({guessed.status})")
    statuses = {path: reader.look_at(path).status for path in ("/me", "/categories")}
    words = ", ".join(f"{path} {status}" for path, status in statuses.items())
    yield (held if set(statuses.values()) == {200} else fell)("legacy-served", words)


def _red_list(reader: Reader) -> Finding:
    looks = {medium: reader.look(red_list.list_red_list(medium, *_LONG_AGO)) for medium in ("mail", "sms")}
    words = ", ".join(f"{medium} {look.status}" for medium, look in looks.items())
    if all(_read(look) is not None for look in looks.values()):
        return held("empty-redlist", words)
    return (untold if any(look.status == 403 for look in looks.values()) else fell)("empty-redlist", words)


# --- one target


def _target(account: _Account) -> Iterator[Finding]:
    if account.target_id is None:
        return
    look = account.reader.look(targets.get_target(account.target_id))
    target = _read(look)
    if target is None:
        seen = "no target has this id" if look.status == 404 else _how(look)
        yield (untold if look.status in (403, 404) else fell)("target-shape", seen)
        return
    strange = len(set(target.fields) - {field.id for field in account.fields})
    if not target.id or not target.fields or strange:
        yield fell("target-shape", f"{len(target.fields)} fields keyed by id, {strange} of them unknown")
        return
    listed = "with" if "redList" in look.answer.json() else "without"
    yield held("target-shape", f"{len(target.fields)} fields keyed by id, {listed} the red list")
    yield from _identity(account.reader, account.unicity, target)


def _identity(reader: Reader, unicity: Sequence[Field], target: Target) -> Iterator[Finding]:
    values = [str(target.fields.get(field.id) or "") for field in unicity]
    if not values or not all(values):
        yield untold("unicity-query", "the target has no unicity")
        return
    yield _unicity_query(reader, values, target.id)
    yield _hash(values, target)


def _unicity_query(reader: Reader, values: Sequence[str], target_id: str) -> Finding:
    if _finds(reader, values, target_id):
        return held("unicity-query", f"found by {len(values)} value(s)")
    if len(values) > 1 and _finds(reader, values[::-1], target_id):
        return fell("unicity-query", "found by its values in the opposite order alone")
    return fell("unicity-query", f"not found by {len(values)} value(s)")


def _finds(reader: Reader, values: Sequence[str], target_id: str) -> bool:
    found = _read(reader.look(targets.find_target(values)))
    return found is not None and found.id == target_id


def _hash(values: Sequence[str], target: Target) -> Finding:
    if not target.hash or len(values) > 1:
        return untold("hash", "no hash" if not target.hash else "several unicity fields: no document says how")
    made = {hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in (values[0], values[0].lower())}
    return (held if target.hash.lower() in made else fell)("hash", "MD5" if target.hash.lower() in made else "not MD5")


# --- headers of all answers


def _headers(reader: Reader) -> Iterator[Finding]:
    count = len(reader.headers)
    traced = sum("x-request-id" in headers for headers in reader.headers)
    yield (held if traced == count else fell)("request-id", f"on {traced} of {count} answers")
    rated = [headers for headers in reader.headers if any(name.startswith("x-ratelimit-") for name in headers)]
    yield held("rate-headers", f"on {len(rated)} of {count} answers")
    resets = [headers["x-ratelimit-reset"] for headers in rated if headers.get("x-ratelimit-reset")]
    yield _reset(resets[-1]) if resets else untold("rate-reset", "no such header")


def _reset(text: str) -> Finding:
    seconds = signs_of({"x-ratelimit-reset": text}, now=0).reset
    if seconds is None:
        return fell("rate-reset", "in no form that the client knows")
    return held("rate-reset", "a point in time" if seconds >= 1e9 else "a number of seconds")


_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("value-lists-served",), _value_lists),
    (("imports-served", "import-formats-served", "start-at", "import-state", "never-run"), _imports),
    (("segments-served", "member-list"), _segments),
    (("absent-path", "absent-target"), _absence),
    (
        (
            "count-served",
            "empty-redlist",
            "trailing-slash",
            "actions-served",
            "events-served",
            "guessed-paths",
            "legacy-served",
        ),
        _served,
    ),
    (("target-shape", "unicity-query", "hash"), _target),
)
