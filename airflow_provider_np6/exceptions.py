"""Every error this package raises: one tree, grouped by what the reader has to do next.

    NP6Error                     retryable says whether the same thing may work later, unchanged
    ├── NP6SettingsError         fix the connection (host, key, an extra, the certificate)
    ├── NP6DeadlineError         it took longer than the caller allowed
    ├── NP6ImportFailedError     look at the import in NP6 (state 2)
    ├── NP6UnexpectedStateError  NP6 said a state that its documents do not know
    ├── NP6TriggerEventError     a trigger event came in that no trigger of this version sent
    ├── NP6ArgumentError         fix the arguments of the task
    ├── NP6MappingError          fix the mapping
    ├── NP6SourceError           fix the query or the file, or wait for the warehouse
    │   └── NP6EmptySourceError    the source gave no row
    ├── NP6RejectionsError       look at the rejected or refused rows
    ├── NP6DeliveryError         a part failed; what was accepted is recorded, the rest comes again
    ├── NP6SnapshotError         the snapshot is damaged, of another version, or used by two at once
    │   └── NP6SnapshotBusyError   a sync is open on it; try again when it is closed
    ├── NP6StorageError          a disk is full or a folder out of reach
    ├── NP6DeleteGuardError      too many would be deleted; nothing was
    ├── NP6DeleteIncompleteError some are still there, or their fate is unknown
    ├── NP6AccountingError       a sum does not hold: our fault, please report it
    └── NP6ApiError              NP6 answered, or should have
        ├── NP6AuthError           fix the connection: the key (401)
        ├── NP6ForbiddenError      fix the rights of the key (403)
        ├── NP6BadInputError       fix what is sent (400, 411, 415, other 4xx)
        ├── NP6NotFoundError       it is not there (404)
        ├── NP6ConflictError       something is in the way (409)
        ├── NP6RateLimitError      slow down (429)
        ├── NP6UnavailableError    try again (5xx, no connection)
        ├── NP6OutcomeUnknownError look before repeating: the answer of an unsafe call was lost
        └── NP6UnreadableAnswerError  an answer that is not what NP6's documents say

No message, argument or attribute holds the X-Key, a unicity value, or a URL with one in it: messages name
the *template* of a path, and NP6's own text is redacted before it gets here.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "NP6AccountingError",
    "NP6ApiError",
    "NP6ArgumentError",
    "NP6AuthError",
    "NP6BadInputError",
    "NP6ConflictError",
    "NP6DeadlineError",
    "NP6DeleteGuardError",
    "NP6DeleteIncompleteError",
    "NP6DeliveryError",
    "NP6EmptySourceError",
    "NP6Error",
    "NP6ForbiddenError",
    "NP6ImportFailedError",
    "NP6MappingError",
    "NP6NotFoundError",
    "NP6OutcomeUnknownError",
    "NP6RateLimitError",
    "NP6RejectionsError",
    "NP6SettingsError",
    "NP6SnapshotBusyError",
    "NP6SnapshotError",
    "NP6SourceError",
    "NP6StorageError",
    "NP6TriggerEventError",
    "NP6UnavailableError",
    "NP6UnexpectedStateError",
    "NP6UnreadableAnswerError",
]


class NP6Error(Exception):
    """Root of all errors of this package.

    ``retryable`` is True where the same call, unchanged, may succeed later.
    """

    retryable: ClassVar[bool] = False


class NP6SettingsError(NP6Error):
    """The Airflow connection (or what stands behind it) is wrong; the message names the part and the
    remedy.

    Where an answer of the server says so (a redirect), ``status``, ``method``, ``path`` (a template) and ``request_id``
    are those of the call; else None.
    """

    def __init__(
        self,
        *args: object,
        status: int | None = None,
        method: str | None = None,
        path: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(*args)
        self.status, self.method, self.path, self.request_id = status, method, path, request_id


class NP6DeadlineError(NP6Error):
    """Something was still not over when its deadline passed."""


class NP6TriggerEventError(NP6Error):
    """A task was resumed with an event that is missing, malformed, or about something else."""


class NP6ImportFailedError(NP6Error):
    """NP6 reports state 2 (error) for the execution of an import (data-side: D-i5)."""

    def __init__(self, import_id: int) -> None:
        super().__init__(import_id)
        self.import_id = import_id

    def __str__(self) -> str:
        return (
            f"NP6 ended import {self.import_id} in error (state 2). NP6 gives no detail over its API: "
            f"open import {self.import_id} in the NP6 back office, or read the report it mailed."
        )


class NP6UnexpectedStateError(NP6Error):
    """NP6 reports a state that is none of 0 (processing), 1 (completed), 2 (error)."""

    def __init__(self, import_id: int, state: int) -> None:
        super().__init__(import_id, state)
        self.import_id = import_id
        self.state = state

    def __str__(self) -> str:
        return (
            f"NP6 reports state {self.state} for import {self.import_id}; only 0 (processing), 1 (completed) "
            f"and 2 (error) are documented. Look at import {self.import_id} in the NP6 back office "
            "before going on."
        )


class NP6ApiError(NP6Error):
    """One call to NP6 failed.

    :ivar status: HTTP status, or None when there was no answer.
    :ivar method: HTTP method.
    :ivar path: the template of the path, e.g. ``/targets/{id}``: no values.
    :ivar request_id: NP6's ``x-request-id``, which the vendor's support can trace (data-side: O-guide).
    :ivar text: NP6's own text, with the values that were sent and e-mail addresses taken out; at most 300
        characters.
    :ivar retry_after: seconds NP6 asked to wait, where it said so.
    :ivar sent: False when it is certain that nothing of the call reached NP6.
    :ivar hint: the setting to change when an open question about NP6 is behind it; empty when none is.
    """

    # Everything but the message is a keyword with a default, so that the error survives pickling.
    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        method: str | None = None,
        path: str | None = None,
        request_id: str | None = None,
        text: str | None = None,
        retry_after: float | None = None,
        sent: bool = True,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.method = method
        self.path = path
        self.request_id = request_id
        self.text = text
        self.retry_after = retry_after
        self.sent = sent
        self.hint = hint

    def facts(self) -> dict[str, Any]:
        """What is known about the call, as keywords for another error of this family."""
        return {
            "status": self.status,
            "method": self.method,
            "path": self.path,
            "request_id": self.request_id,
            "text": self.text,
            "retry_after": self.retry_after,
            "sent": self.sent,
            "hint": self.hint,
        }


class NP6AuthError(NP6ApiError):
    """401: the X-Key is missing or wrong."""


class NP6ForbiddenError(NP6ApiError):
    """403: the user who owns the X-Key lacks the right."""


class NP6BadInputError(NP6ApiError):
    """400, 411, 415 and every other 4xx: NP6 does not accept what was sent."""


class NP6NotFoundError(NP6ApiError):
    """404: it is not there. NP6 also says 404 for a bad value, and for a wrong base path (data-side: trap
    5).
    """


class NP6ConflictError(NP6ApiError):
    """409: it exists already, or its state forbids the call; often without a word (data-side: trap 4)."""


class NP6RateLimitError(NP6ApiError):
    """429: too many calls. The call was not carried out."""

    retryable = True


class NP6UnavailableError(NP6ApiError):
    """5xx, or no connection, or a lost answer of a call that is safe to repeat."""

    retryable = True


class NP6OutcomeUnknownError(NP6ApiError):
    """A call that is not safe to repeat got no answer, or a 5xx: NP6 may or may not have carried it out."""


class NP6UnreadableAnswerError(NP6ApiError):
    """NP6 (or something in its place) answered with something that NP6's documents do not describe."""


# --- engine: raised by the sync and the purge themselves, not by a call to NP6


class NP6ArgumentError(NP6Error):
    """The arguments of an operator contradict each other or name something that cannot be; nothing was sent."""


class NP6MappingError(NP6Error):
    """The mapping does not fit the source or the NP6 account; nothing was sent."""


class NP6SourceError(NP6Error):
    """The query or the file cannot be read as rows; a warehouse that is down may be up again later."""

    retryable = True


class NP6EmptySourceError(NP6SourceError):
    """The source gave no row where some were expected; nothing was sent."""


class NP6RejectionsError(NP6Error):
    """More rows were rejected or refused than the task allows."""


class NP6DeliveryError(NP6Error):
    """A part could not be delivered whole; what NP6 accepted is recorded, and the rest comes again."""

    retryable = True


class NP6SnapshotError(NP6Error):
    """The snapshot cannot be read, or another run has moved it on."""


class NP6SnapshotBusyError(NP6SnapshotError):
    """A sync is open on the snapshot; later it may not be."""

    retryable = True


class NP6StorageError(NP6Error):
    """A disk is full or a folder cannot be written."""

    retryable = True


class NP6DeleteGuardError(NP6Error):
    """A purge would delete more than its guard allows; nothing was deleted."""


class NP6DeleteIncompleteError(NP6Error):
    """NP6 still holds targets that a purge asked it to delete, or their fate could not be read back."""

    retryable = True


class NP6AccountingError(NP6Error):
    """A report's sums do not hold: a row would be unaccounted for."""
