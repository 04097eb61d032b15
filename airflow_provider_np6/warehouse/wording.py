"""What may be repeated of a driver's message: it may quote the value of a contact that it tripped over."""

from __future__ import annotations

import re

_QUOTES = "\"'`"
_QUOTED = re.compile(r"""(["'`])(.+?)\1(?!\w)""")
_TOLD = re.compile(r"(?i)\b(value|string|text|key|row|json)\b[^:=]{0,20}[:=].*$")
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\d{5,}")

#: Characters of a message that are worth repeating.
MOST = 300


def without_values(message: str, sql: str) -> str:
    """The first line of a driver's message without the values that it may quote from a row.

    What stands in the statement itself stays (names of columns and tables, a piece of wrong syntax): it is the user's
    own text. Anything else in quotes goes, and so do e-mail addresses, long numbers and what follows "value:".
    """
    line = next(iter(message.strip().splitlines()), "")
    line = _without_quoted(line, sql.casefold())
    line = _ADDRESS.sub("…", _TOLD.sub(r"\1: …", line))
    return _NUMBER.sub(lambda match: match.group() if match.group() in sql else "…", line)[:MOST]


def _without_quoted(line: str, sql: str) -> str:
    place = 0
    while place < len(line):
        if line[place] not in _QUOTES or _is_apostrophe(line, place):
            place += 1
            continue
        found = _QUOTED.match(line, place)
        if found is None or not _stands_in(found.group(2).casefold(), sql):
            # A value may hold quotes itself (O'Brien), so all goes up to the last quote of the line, or to its end.
            last = max(line.rfind(quote) for quote in _QUOTES)
            return line[:place] + "…" + (line[last + 1 :] if last > place else "")
        place = found.end()
    return line


def _is_apostrophe(line: str, place: int) -> bool:
    return 0 < place < len(line) - 1 and line[place - 1].isalpha() and line[place + 1].isalpha()


def _stands_in(text: str, sql: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", sql) is not None
