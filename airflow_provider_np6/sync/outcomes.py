"""Files of what became of a part's rows: the accepted ones for the snapshot, the refused ones for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflow_provider_np6.sync.ports import PartOutcome
from airflow_provider_np6.sync.scratch import Workbench
from airflow_provider_np6.sync.sql_text import literal


def write_accepted(bench: Workbench, rows: Path, outcome: PartOutcome) -> Path:
    """The rows of a part that NP6 accepted, as Parquet in the bench's folder."""
    import pyarrow

    keys = [*outcome.refused, *outcome.pending, *outcome.unsent]
    bench.database.register("not_accepted", pyarrow.table({"key": pyarrow.array(keys, pyarrow.string())}))
    path = bench.folder / "accepted.parquet"
    bench.database.execute(
        f"""
        COPY (SELECT * FROM read_parquet({literal(str(rows))}) AS r
              WHERE NOT EXISTS (SELECT 1 FROM not_accepted AS n WHERE n.key = r.key))
        TO {literal(str(path))} (FORMAT parquet)
        """
    )
    bench.database.unregister("not_accepted")
    return path


def write_refusals(bench: Workbench, outcome: PartOutcome) -> Path:
    """``key`` and ``reason`` (NP6's own words where it gave any) of the refused rows."""
    import pyarrow
    from pyarrow import parquet

    path = bench.folder / "refusals.parquet"
    columns = {"key": list(outcome.refused), "reason": list(outcome.refused.values())}
    parquet.write_table(pyarrow.table(columns), path)
    return path


def write_addition(bench: Workbench, accepted: Sequence[Path]) -> Path:
    """All accepted rows of a run in one file, as the snapshot keeps them."""
    path = bench.folder / "addition.parquet"
    files = ", ".join(literal(str(file)) for file in accepted)
    bench.database.execute(
        f"COPY (SELECT * EXCLUDE (is_new) FROM read_parquet([{files}])) TO {literal(str(path))} (FORMAT parquet)"
    )
    return path


def write_gone(bench: Workbench, keys: Sequence[str]) -> Path:
    """A file that tells the snapshot that NP6 no longer holds these keys."""
    import pyarrow

    bench.database.register("gone_keys", pyarrow.table({"key": pyarrow.array(keys, pyarrow.string())}))
    path = bench.folder / "gone.parquet"
    bench.database.execute(
        f"COPY (SELECT key, NULL::BLOB AS hash, true AS gone FROM gone_keys) TO {literal(str(path))} (FORMAT parquet)"
    )
    bench.database.unregister("gone_keys")
    return path
