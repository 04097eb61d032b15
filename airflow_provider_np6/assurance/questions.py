"""Every question that NP6's documents leave open and the package had to answer, one row each.

``np6 check`` reads what can be read of them, docs/how-sure-are-we.md prints them all, and the tests run the client
under every answer that the sandbox can give: a row that has the name of a ``np6 sandbox --assume`` is that question.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["QUESTIONS", "Question", "question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One open question.

    :ivar name: short name; that of the sandbox's assumption where it has one.
    :ivar source: where the documents leave it open.
    :ivar asks: the question.
    :ivar assumed: what the package assumes, or how it copes with any answer.
    :ivar otherwise: what to set or do when NP6 answers differently; empty when there is nothing to do.
    :ivar by_hand: how a person finds out within five minutes; empty when ``np6 check`` does.
    :ivar operations: those of docs/contract that it is about, as ``METHOD /path``.
    :ivar relied: whether something fails, or goes wrong, with the defaults when the assumption falls.
    """

    name: str
    source: str
    asks: str
    assumed: str
    otherwise: str = ""
    by_hand: str = ""
    operations: tuple[str, ...] = ()
    relied: bool = False


_IMPORTS = (
    "GET /imports",
    "POST /imports",
    "GET /imports/{id}",
    "PUT /imports/{id}",
    "DELETE /imports/{id}",
    "PUT /imports/{id}/source",
)
_SEGMENTS = ("GET /segments", "POST /segments", "GET /segments/{id}", "PUT /segments/{id}", "DELETE /segments/{id}")
_FIELDS = ("GET /fields", "POST /fields", "GET /fields/{id}", "PUT /fields/{id}", "DELETE /fields/{id}")
_LISTS = ("GET /valueLists", "POST /valueLists", "GET /valueLists/{id}", "PUT /valueLists/{id}")
_WRITES = ("POST /targets", "PUT /targets", "PUT /targets/{id}")
_SENDS = ("POST /actions/{id}/executions", "POST /actions/{id}/execution")
_BY_TARGETS = "`Delivery(by='targets')`"
_BY_IMPORT = "`Delivery(by='import')`, the default"

_ACCESS = (
    Question(
        "key",
        "data-side: D-good",
        "Does the X-Key open this account?",
        "One header, `X-Key`, on every call.",
        "Put the account's X-Key, which NP6 issues, into the connection's password. It has the rights of its user: ask "
        "the NP6 administrator for those that it lacks.",
        relied=True,
    ),
    Question(
        "missing-right",
        "data-side: trap 4; activation-side: trap 22",
        "What does NP6 answer when the key's user lacks a right: 403, or an empty 409?",
        "Either: 403 is `NP6ForbiddenError`, 409 is `NP6ConflictError`, whose sentence names the missing right as one "
        "of its reasons. No 409 is ever taken for success.",
        by_hand="With the key of a user who may only read, create a segment and look at the status.",
    ),
    Question(
        "error-body",
        "data-side: question 1",
        "What does the body of a 400 look like?",
        "Any of text, the three JSON shapes that an old client knew, and nothing; NP6's words are shown without what "
        "was sent.",
        by_hand="`hook.create_target({'Lastname': 'nobody'})`, without the unicity: the error shows NP6's words, or "
        "none.",
        operations=_WRITES,
    ),
    Question(
        "request-id",
        "data-side: question 1 (O-guide)",
        "Does every answer carry `x-request-id`, which NP6's support asks for?",
        "It is shown where there is one.",
    ),
    Question(
        "absent-path",
        "data-side: trap 5",
        "What does NP6 answer for a path that it does not know?",
        "404, as for an absent thing: so a wrong base path looks like an empty account. `test_connection` and every "
        "sync read `/fields` first, which a wrong base path cannot answer.",
    ),
    Question(
        "trailing-slash",
        "legacy: Path habits",
        "Is a path with a slash at its end the same path?",
        "The client sends none at the end.",
    ),
    Question(
        "rate-headers",
        "data-side: D-good, question 3",
        "Are `X-RateLimit-*` headers there?",
        "With them the client waits as they say; without them it slows down after a 429.",
        "The extra `rate` of the connection sets a pace of its own.",
    ),
    Question(
        "rate-reset",
        "data-side: question 3",
        "Is `X-RateLimit-Reset` a point in time or a number of seconds?",
        "Either, in seconds or milliseconds, told apart by size.",
    ),
    Question(
        "retry-after",
        "data-side: question 3",
        "Does a 429 come with `Retry-After`, and in which form?",
        "None, seconds and a date are all understood.",
        "The extra `rate` of the connection keeps below the limit.",
        by_hand="Only a 429 tells: look at the log of a task that met one. Do not provoke it in production.",
    ),
)

_FIELD_ROWS = (
    Question(
        "fields-served",
        "data-side: question 14",
        "Is `GET /fields`, marked deprecated without a replacement, still served, and are all types known?",
        "Yes: every sync reads the account's fields first. An unknown type is checked like text.",
        "Nothing in this package works without it: ask NP6 what replaces it.",
        operations=_FIELDS,
        relied=True,
    ),
    Question(
        "unicity-fields",
        "data-side: question 7",
        "Which fields identify a target?",
        "One or more fields with `isUnicity`; their values stand in the order of the field ids.",
        "A sync and a purge need at least one field marked as unicity: ask NP6 to mark it.",
        operations=("GET /targets",),
        relied=True,
    ),
    Question(
        "value-lists-served",
        "data-side: question 14",
        "Are value lists, marked deprecated, still served?",
        "Yes: labels are checked before anything is sent.",
        "A sync cannot map a list field then: leave those fields out of the mapping, and ask NP6.",
        operations=_LISTS,
        relied=True,
    ),
)

_TARGET_ROWS = (
    Question(
        "write-keys",
        "data-side: question 4, trap 1",
        "Is a target written by field names, by field ids, or by either?",
        "By field names, as in the newest evidence.",
        "The extra `write_keys` of the connection: `id`.",
        by_hand="`hook.create_target({'Email': 'throw-away@example.com'})` with your unicity field, then "
        "`hook.find_target`: a 400, or a target without values, means ids. Delete it again.",
        operations=_WRITES,
        relied=True,
    ),
    Question(
        "updates",
        "data-side: question 5",
        "Does an update keep the fields that it leaves out?",
        "The client sends what it is given and no more. An import changes only the columns it binds; under `full` a "
        "delivery per target erases every field that the mapping does not name.",
        f"{_BY_IMPORT}; or map every field of the account.",
        by_hand="Update a throw-away target with one field and read it: are the others still there?",
        operations=("PUT /targets", "PUT /targets/{id}"),
        relied=True,
    ),
    Question(
        "upsert",
        "data-side: question 6",
        "Does `PUT /targets` create a target that is missing?",
        f"Yes; only {_BY_TARGETS} and `hook.upsert_target` rely on it.",
        f"{_BY_IMPORT}; or `create_target` and `update_target`.",
        by_hand="`hook.upsert_target({'Email': 'throw-away@example.com'})`, then `hook.find_target`. Delete it again.",
        operations=("PUT /targets",),
    ),
    Question(
        "absent-target",
        "data-side: trap 5",
        "Does a search for a target that is not there answer 404?",
        "Yes, and nothing else does: the purge proves deletes with it, the sync finds refused rows with it.",
        "Do not run a purge, and set `Delivery(verify='none')`: whether a target is there could not be told.",
        operations=("GET /targets", "GET /targets/{id}"),
        relied=True,
    ),
    Question(
        "target-shape",
        "data-side: trap 1",
        "Does a target come back with its fields keyed by field id?",
        "Yes, with the red list beside them.",
        "Read-back, DataFrames and the check of refused rows would see no values: tell the project.",
        "Give `np6 check --target-id ID` the id of any target; nothing of the person is shown.",
        operations=("GET /targets", "GET /targets/{id}"),
        relied=True,
    ),
    Question(
        "unicity-query",
        "data-side: question 7, trap 7",
        "How does `GET /targets?unicity=` take several values?",
        "The parameter is repeated, in the order of the field ids.",
        "With one unicity field nothing can differ; with several, do not run a purge or a verified import.",
        "Give `np6 check --target-id ID` the id of any target; nothing of the person is shown.",
        operations=("GET /targets",),
        relied=True,
    ),
    Question(
        "hash",
        "data-side: question 8, addenda",
        "Is `hash` the MD5 of the unicity?",
        "Nothing is computed from it; the client sends the hashes that it is given.",
        "",
        "Give `np6 check --target-id ID` the id of any target; nothing of the person is shown.",
        operations=("GET /targets",),
    ),
    Question(
        "count-served",
        "data-side: D-c4",
        "Does `GET /targets/count` give the size of the base?",
        "Yes: the purge's guard is a share of it.",
        "The purge stops before it deletes anything: tell the project.",
        operations=("GET /targets/count",),
        relied=True,
    ),
    Question(
        "list-targets",
        "data-side: section 1 (older documents)",
        "Does `GET /targets` without a parameter list everybody?",
        "The client never asks: an empty unicity is refused before it leaves.",
        by_hand="Not worth it: the answer may be the whole base.",
        operations=("GET /targets",),
    ),
    Question(
        "bulk-delete",
        "data-side: question 11",
        "Does a bulk delete answer with nothing (204), or with the list of what it deleted?",
        "Either: `None` means that NP6 does not tell. The purge deletes one by one and reads back instead.",
        by_hand="Create a throw-away target, `hook.delete_targets_by_unicity([['throw-away@example.com']])`, look at "
        "the result and find it again.",
        operations=("DELETE /targets",),
    ),
    Question(
        "bulk-delete-form",
        "data-side: question 11, trap 8",
        "Are ids and segments in a bulk delete written flat or nested?",
        "Flat. A delete by unicity has one form alone.",
        "The extra `bulk_delete_form` of the connection: `nested`.",
        by_hand="Create a throw-away target, `hook.delete_targets_by_id([its id])`, and find it again: a 400, or a "
        "target that is still there, means the other form.",
        operations=("DELETE /targets",),
    ),
)

_RED_LIST_ROWS = (
    Question(
        "empty-redlist",
        "data-side: trap 13",
        "Does an empty red list answer 200 with an empty list, or 204?",
        "Either is an empty list.",
        "Ask NP6 for the right to read the red list, or where it is now.",
        operations=("GET /targets/redlist/mail", "GET /targets/redlist/sms"),
    ),
    Question(
        "redlist-after-delete",
        "data-side: question 10",
        "Does the red list remember a target that is deleted and created again?",
        "Nothing is assumed: a purge is for people who must be forgotten, and who comes back must be on your own list "
        "of opt-outs.",
        by_hand="Put a throw-away target on the red list, delete it, create it again, and look at `red_list` of "
        "`hook.find_target`.",
        operations=("POST /targets/{id}/redlist/mail", "POST /targets/{id}/redlist/sms", "DELETE /targets/{id}"),
    ),
    Question(
        "bounces-after-delete",
        "data-side: question 10",
        "Are bounces kept when a target is deleted and created again?",
        "Nothing relies on it.",
        by_hand="Needs an address that bounced: not in five minutes. Ask NP6.",
        operations=("GET /targets/bounces", "DELETE /targets/{id}"),
    ),
    Question(
        "redlist-key",
        "data-side: trap 10",
        "Is the medium of the import feature `redList` called `mail` or `email`?",
        "`mail`, as in 8.1.0. No sync of this package uses the feature.",
        "Use `add_to_red_list` per target instead: with the wrong key people are imported and not red-listed.",
        by_hand="Import a file of one throw-away target with `RedListFeature(mail=True)`, and look at its `red_list`.",
        operations=("POST /imports", "POST /imports/{id}/executions"),
    ),
)

_IMPORT_ROWS = (
    Question(
        "imports-served",
        "data-side: question 14",
        "Are imports, marked deprecated without a replacement, still served?",
        "Yes: a sync sends files by default.",
        f"{_BY_TARGETS}.",
        operations=_IMPORTS,
        relied=True,
    ),
    Question(
        "import-formats-served",
        "data-side: question 19",
        "Are import formats, absent from 8.1.0, still served?",
        "Yes: every import of a sync has one.",
        f"{_BY_TARGETS}.",
        "Create one: `hook.create_import_format('np6 check', [id of the unicity field])`. NP6 shows no way to remove "
        "it.",
        operations=("POST /importFormats", "GET /importFormats/{id}"),
        relied=True,
    ),
    Question(
        "import-state",
        "data-side: D-i5, trap 15",
        "Is the state of an import 0, 1 or 2, whatever the media type of the answer?",
        "0 goes on, 1 is complete, 2 failed; any other number fails the task and names itself.",
        "Tell the project what the number means.",
        "Needs an import that has run.",
        operations=("GET /imports/{id}/executions",),
        relied=True,
    ),
    Question(
        "never-run",
        "data-side: question 24",
        "What does an import answer that was defined and never run: 404, 204, or state 0?",
        "404 and 204 fail a sensor at once; 0 cannot be told from one that is running, and ends at the "
        "sensor's `timeout`. A sync asks its segment, and gives up after `Delivery(lost_start_after=...)`.",
        "Give sensors a `timeout`; `Delivery(lost_start_after=...)`.",
        "Needs an import without a file: `hook.create_import('np6 check', any binding)`, then run `np6 check` again "
        "and delete it.",
        operations=("GET /imports/{id}/executions",),
    ),
    Question(
        "while-running",
        "data-side: question 23",
        "What does a second start answer while an import is running: 409, or is it queued?",
        "Nothing relies on it: every import of a sync is a definition of its own, started once. A 409 is "
        "`NP6ConflictError`.",
        by_hand="Start a large import twice.",
        operations=("POST /imports/{id}/executions",),
    ),
    Question(
        "import-accept",
        "data-side: trap 15; legacy: (a) Imports",
        "Must a call of imports accept NP6's own media type?",
        "It is sent with every such call, and the answer is read whatever its type.",
        by_hand="Not worth it: the client sends it in any case.",
        operations=("POST /imports", "PUT /imports/{id}/source", "POST /imports/{id}/executions"),
    ),
    Question(
        "start-at",
        "data-side: addenda; legacy: Binding body",
        "Is `startAt` counted from 0 or from 1?",
        "From 0: 1 skips the header. Were it counted from 1, the header would arrive as a line that NP6 refuses.",
        "`Delivery(start_at=2)` when it counts from 1.",
        "Import a file with a header and one throw-away target with `Delivery(start_at=2)`: it arrives only when lines "
        "count from 1.",
        operations=("POST /importFormats",),
    ),
    Question(
        "crush-data",
        "data-side: question 21, addenda",
        "Does `crushData` overwrite, and does an empty cell then erase?",
        "True overwrites, and empty cells erase.",
        f"Where empty cells do not erase: {_BY_TARGETS}, which writes null. The flag is `Delivery(crush_data=...)`.",
        by_hand="Sync a throw-away target twice, the second time with one value changed and one empty, and read it.",
        operations=("POST /imports", "POST /imports/{id}/executions"),
        relied=True,
    ),
    Question(
        "file-format",
        "data-side: question 20",
        "Which encoding, quoting, date and decimal format does a file take, and what separates several labels?",
        'UTF-8 without BOM, `;`, quotes `"` doubled inside, ISO dates, a decimal point, labels joined with U+007C '
        "(vertical bar).",
        "`Delivery(list_separator=...)`.",
        by_hand="Sync one throw-away target with an accent, a quote, a date, a number with decimals and two labels, "
        "and read it.",
        operations=("PUT /imports/{id}/source",),
        relied=True,
    ),
    Question(
        "file-size",
        "data-side: question 20",
        "How large may a file be?",
        "250,000 rows and 100 MB a file; more rows are several files.",
        "`Delivery(part_rows=..., part_bytes=...)`.",
        by_hand="The first large sync tells: its parts are in its report.",
        operations=("PUT /imports/{id}/source",),
    ),
    Question(
        "refused-lines",
        "data-side: question 22",
        "Is an import complete (state 1) although lines of it were refused?",
        "Yes, so arrivals are counted in a segment made for each import.",
        "`Delivery(verify='none')` believes state 1.",
        by_hand="Import a file with one good and one bad throw-away line, and look at the state.",
        operations=("GET /imports/{id}/executions",),
    ),
)

_SEGMENT_ROWS = (
    Question(
        "segments-served",
        "data-side: question 14",
        "Are segments and their members, marked deprecated, still served?",
        "Yes: each import is counted in a segment of its own.",
        "`Delivery(verify='none')`, or " + _BY_TARGETS + ".",
        operations=(*_SEGMENTS, "PUT /segments/{id}/targets", "DELETE /segments/{id}/targets"),
        relied=True,
    ),
    Question(
        "member-list",
        "data-side: question 17; legacy: (c) Segments",
        "Does a member list hold all members, or only the first 30?",
        "All. A list of exactly 30 for a larger part is not believed: what is missing there is read target by target, "
        "and stays pending when it cannot be told.",
        "`Delivery(verify='none')`, or " + _BY_TARGETS + ".",
        "Needs a static segment with more than 30 targets.",
        operations=("GET /segments/{id}/targets",),
        relied=True,
    ),
    Question(
        "over-50",
        "data-side: question 16, section 2",
        "What happens to more than the documented 50 members in one call: a refusal, or the first 50 alone?",
        "Nothing relies on it: `hook.add_segment_members` sends 50 per call, and more in one call are refused here.",
        by_hand="Not needed: no call of this package has more.",
        operations=("PUT /segments/{id}/targets",),
    ),
    Question(
        "unicity-join",
        "data-side: questions 15, 16",
        "What stands between several unicity values where a segment member is one text?",
        "Members are added by id. By unicity, the values are joined by nothing unless `separator` says otherwise.",
        "Add members by id, or give `separator` to `add_members_by_unicity`.",
        by_hand="Only with several unicity fields: add a throw-away target by unicity; the answer is the number added.",
        operations=("PUT /segments/{id}/targets",),
    ),
)

_ACTION_ROWS = (
    Question(
        "actions-served",
        "activation-side: question 2",
        "Is `GET /actions`, marked deprecated without a successor, still served?",
        "Only `get_actions_df` relies on it.",
        "Keep the ids of actions on your side.",
        operations=("GET /actions",),
    ),
    Question(
        "events-served",
        "activation-side: Email & SMS (events)",
        "Does the list of events of all actions answer with a list?",
        "Yes.",
        "Ask NP6 for the right to read events.",
        operations=("GET /actions/events",),
    ),
    Question(
        "guessed-paths",
        "activation-side: Never seen, symmetry guesses",
        "Are the event paths there that no document shows but symmetry suggests, such as `/actions/events/bounces`?",
        "The client has none of them; `hook.request` reaches them where they are served.",
    ),
    Question(
        "legacy-served",
        "data-side: section 1 (L, O); activation-side: leg",
        "Are `GET /me` and `GET /categories`, known from older material alone, still served?",
        "Nothing relies on them.",
        operations=("GET /me", "GET /categories"),
    ),
    Question(
        "deleted-action",
        "legacy: (e) Actions; activation-side: traps",
        "Does a deleted action answer 404, 410, or state 90?",
        "404 and 410 are errors, 90 is `ActionState.DELETED`.",
        by_hand="Create an action, delete it, `hook.send(actions.get_action(id))`.",
        operations=("GET /actions/{id}", "DELETE /actions/{id}"),
    ),
    Question(
        "update-validated",
        "activation-side: trap 21",
        "Does an update of a validated action answer 409, take its validation back, or keep it?",
        "Nothing is assumed: read the state again after an update, before sending.",
        by_hand="Update a validated throw-away action, and read its state.",
        operations=("PUT /actions/{id}",),
    ),
    Question(
        "action-names",
        "activation-side: trap 4",
        "May two actions have one name?",
        "Nothing relies on it; a refusal is `NP6ConflictError`.",
        by_hand="Create two actions of one name and delete them.",
        operations=("POST /actions",),
    ),
    Question(
        "redlisted-recipient",
        "activation-side: question 6",
        "What happens to a message for somebody on the red list: cancelled, an error, or sent?",
        "Results are handed on as they come; who must not be written to must not be in the list of recipients.",
        by_hand="Put a throw-away target of your own on the red list, and send it a message.",
        operations=_SENDS,
    ),
    Question(
        "bounced-recipient",
        "activation-side: question 6",
        "What happens to a message for an address that bounced hard?",
        "Results are handed on as they come.",
        by_hand="Needs an address that bounced: not in five minutes.",
        operations=_SENDS,
    ),
    Question(
        "repeated-stamp",
        "activation-side: question 8, trap 6",
        "Is an execution with a `stamp.id` that NP6 knows sent again?",
        "Yes: nothing that sends is ever repeated after it may have arrived.",
        by_hand="Send one message to yourself twice with one `Stamp`.",
        operations=_SENDS,
    ),
    Question(
        "event-type",
        "activation-side: trap 10",
        "Do lists of one kind of event name the type of each?",
        "It is not needed: the call gives the type where NP6 leaves it out.",
        by_hand="Read the bounces of an action that was sent: "
        "`hook.request('GET', '/actions/ID/events/bounces').json()`.",
        operations=("GET /actions/{id}/events/bounces", "GET /actions/{id}/events/activations"),
    ),
    Question(
        "robot-hits",
        "activation-side: trap 12, question 7",
        "Are hits by robots in a list without `classification`?",
        "Nothing is assumed: ask with `robots=[...]`, or take the numbers as they are.",
        by_hand="Compare the number of opens of one action without and with `classification=genericrobot,mpp,gsr`.",
        operations=("GET /actions/reactivities/hits/open", "GET /targets/{id}/events/hits/open"),
    ),
)

QUESTIONS: tuple[Question, ...] = (
    *_ACCESS,
    *_FIELD_ROWS,
    *_TARGET_ROWS,
    *_RED_LIST_ROWS,
    *_IMPORT_ROWS,
    *_SEGMENT_ROWS,
    *_ACTION_ROWS,
)

_BY_NAME = {row.name: row for row in QUESTIONS}


def question(name: str) -> Question:
    """The row of that name.

    :raises KeyError: there is none.
    """
    return _BY_NAME[name]
