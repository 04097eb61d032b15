"""The choices of a sync, grouped in small frozen objects that a DAG file builds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """How planned rows reach NP6.

    :param by: ``import`` (files through NP6's import, for volume) or ``targets`` (one call per target).
    :param part_rows: most rows in one import file, or in one checkpoint of per-target calls (there 1,000, or a 200th
        of the plan if that is more).
    :param part_bytes: most bytes in one import file. NP6 documents no limit (data-side, open question 20).
    :param verify: ``members`` gives each import a segment of its own and counts who arrived, because NP6 tells no
        rejected lines by API (data-side, open question 22); ``none`` believes state 1.
    :param start_at: ``startAt`` of the import format: the first line that holds data. Samples contradict each other
        (legacy, "Binding body"); 1 is the 0-based reading that skips the header.
    :param crush_data: ``crushData`` of the database feature. True overwrites, and lets an empty cell erase, which is
        what a sync means under either reading of the documents (data-side, addenda).
    :param list_separator: joins the labels of a multiple list in one cell of a file; the documents name none.
    :param concurrency: per-target calls under way at once.
    :param lost_start_after: seconds after which an import whose start got no answer, whose state is still 0 and whose
        segment is still empty counts as never started. The documents do not say what an import that never ran
        answers (data-side, open question 24).
    :param keep_imports: whether the import definitions of settled parts stay in NP6, where marketers see what came
        when; False removes them, for syncs that run often.
    """

    by: str = "import"
    part_rows: int = 250_000
    part_bytes: int = 100_000_000
    verify: str = "members"
    start_at: int = 1
    crush_data: bool = True
    list_separator: str = "|"
    concurrency: int = 8
    lost_start_after: float = 3600.0
    keep_imports: bool = True

    def __post_init__(self) -> None:
        if self.by not in {"import", "targets"}:
            raise ValueError(f"Delivery(by={self.by!r}): choose 'import' or 'targets'.")
        if self.verify not in {"members", "none"}:
            raise ValueError(f"Delivery(verify={self.verify!r}): choose 'members' or 'none'.")
        if min(self.part_rows, self.part_bytes, self.concurrency) < 1:
            raise ValueError("Delivery: part_rows, part_bytes and concurrency are at least 1.")


#: Rows that may all be refused without that being a sign of something larger.
A_FEW = 10


@dataclass(frozen=True)
class Rejections:
    """How many rows may be rejected or refused before the task fails.

    :param max_share: largest share (0 to 1) of the rows read that may be rejected or refused. A run whose every row
        is rejected, or that sent more than a few rows and had every one refused, fails whatever this says.
    :param max_count: largest count of rejected and refused rows, or None for no limit by count.
    """

    max_share: float = 0.05
    max_count: int | None = None

    def __post_init__(self) -> None:
        _refuse_other_shares("Rejections", self.max_share)
        if self.max_count is not None and self.max_count < 0:
            raise ValueError("Rejections: max_count is at least 0, or None.")

    def exceeded_by(self, stopped: int, total: int) -> bool:
        """Whether ``stopped`` rows of ``total`` are too many."""
        if not stopped:
            return False
        too_many = self.max_count is not None and stopped > self.max_count
        return too_many or stopped == total or stopped > self.max_share * total

    def exceeded_after(self, rejected: int, refused: int, planned: int, read: int) -> bool:
        """Whether a run that was sent went too badly to pass.

        A handful of rows that NP6 refuses every time does not fail an otherwise quiet run, in which they are all
        there is to send.
        """
        all_refused = refused == planned and refused > A_FEW
        return bool(refused) and (all_refused or self.exceeded_by(rejected + refused, read))


@dataclass(frozen=True)
class Guard:
    """The limits that stop a purge before its first delete; whichever is lower counts.

    :param max_count: most targets that one purge may delete.
    :param max_share: largest share (0 to 1) of what NP6 holds that one purge may delete.
    """

    max_count: int = 500
    max_share: float = 0.05

    def __post_init__(self) -> None:
        _refuse_other_shares("Guard", self.max_share)
        if not isinstance(self.max_count, int) or self.max_count < 0:
            raise ValueError("Guard: max_count is a whole number, at least 0.")

    def allowed(self, held: int) -> int:
        """Most deletes allowed against ``held`` targets in NP6."""
        return min(self.max_count, int(held * self.max_share))


@dataclass(frozen=True)
class Scratch:
    """The room a run works in on its own machine.

    :param directory: parent of the temporary folder; None for the system's.
    :param memory: DuckDB's memory limit; what does not fit goes to the folder.
    :param threads: DuckDB's threads.
    """

    directory: str | None = None
    memory: str = "64MB"
    threads: int = 2


def _refuse_other_shares(name: str, share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{name}(max_share={share!r}): a share lies between 0 and 1; 5 % is 0.05.")
