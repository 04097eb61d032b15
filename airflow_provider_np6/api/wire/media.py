"""Media types, and the spelling of what every body may hold: JSON, instants, file names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

JSON = "application/json"
# Called imperative by the older documents; 8.1.0 does not mention it but answers with it (data-side: trap
# 15).
IMPORT_JSON = "application/vnd.mperf.v8.import.v1+json"
# What the older documents ask for on a bulk delete (legacy: Targets).
BULK_DELETE_JSON = "application/vnd.np6.cm.v1+json"
OCTET_STREAM = "application/octet-stream"
# The Accept that says that the members of a body are unicity values (data-side: D-s3, L-segments).
UNICITY = "application/vnd.mperf.v8.unicity"
# The media type of the body that restricts the fields of a target that is read (data-side: D-c1).
FIELD_FILTER = "application/vnd.mperf.v8.model.v1+json"

EMAIL = "application/vnd.np6.cm.email"
SMS = "application/vnd.np6.cm.sms"
# The send in bulk of the older documents (activation-side: Legacy reporting).
EMAIL_V4 = "application/vnd.np6.cm.email-v4"
MAIL_ARCHIVE = "application/vnd.np6.cm.mail.archive"


def dumps(value: Any) -> bytes:
    """JSON in UTF-8, without blanks; NaN and infinity, which are no JSON, raise ValueError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, the one form of dates that 8.1.0 shows; milliseconds where there are any (event timestamps
    have no more). A time without a zone counts as UTC.
    """
    moment = as_utc(moment)
    milliseconds = f".{moment.microsecond // 1000:03d}" if moment.microsecond >= 1000 else ""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + milliseconds + "Z"


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC; a time without a zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def content_disposition(filename: str) -> str:
    """The request header that names an uploaded file, unquoted as every working sample sends it (legacy: 4
    calls).

    :raises ValueError: the name holds something that the unquoted form cannot carry.
    """
    if not filename or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in filename):
        raise ValueError("the name of an uploaded file may hold only ASCII letters, digits, '-', '_' and '.'")
    return f"form-data; filename={filename}"
