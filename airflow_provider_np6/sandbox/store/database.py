"""The SQLite file: connections, schema, and the rule that one thread writes at a time."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from airflow_provider_np6.sandbox.account import Account, load_account
from airflow_provider_np6.sandbox.identity import FIRST_NUMBER
from airflow_provider_np6.sandbox.options import BadOptionError
from airflow_provider_np6.sandbox.store.lock import StoreLock

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS redlist (
  key BLOB NOT NULL, medium TEXT NOT NULL, timestamp TEXT NOT NULL, origin INTEGER NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (key, medium)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, name TEXT NOT NULL UNIQUE, description TEXT,
  creation TEXT NOT NULL, expiration TEXT NOT NULL, is_test INTEGER NOT NULL, parent_id INTEGER);
CREATE TABLE IF NOT EXISTS members (
  segment INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (segment, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_of_target ON members (target);
CREATE TABLE IF NOT EXISTS formats (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created TEXT NOT NULL, updated TEXT,
  binding INTEGER, features TEXT NOT NULL, scheduler TEXT, source TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS executions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, import INTEGER NOT NULL, state INTEGER NOT NULL, started TEXT NOT NULL,
  ended TEXT, lines INTEGER, accepted INTEGER, note TEXT);
CREATE INDEX IF NOT EXISTS executions_of_import ON executions (import);
CREATE TABLE IF NOT EXISTS bounces (
  key BLOB NOT NULL, field INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (key, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  kind TEXT NOT NULL, id TEXT NOT NULL, reference TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE INDEX IF NOT EXISTS documents_of_reference ON documents (reference, kind) WHERE reference IS NOT NULL;
CREATE TABLE IF NOT EXISTS effects (
  id INTEGER PRIMARY KEY, due INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS effects_due ON effects (due);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, subtype TEXT NOT NULL, channel TEXT NOT NULL, source TEXT NOT NULL,
  target INTEGER, published INTEGER NOT NULL, activated INTEGER, robot TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_published ON events (published);
CREATE INDEX IF NOT EXISTS events_of_source ON events (source, target);
CREATE INDEX IF NOT EXISTS events_of_target ON events (target) WHERE target IS NOT NULL;
CREATE TABLE IF NOT EXISTS messages (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, channel TEXT NOT NULL, source TEXT NOT NULL, target INTEGER,
  address TEXT, at INTEGER NOT NULL, state TEXT NOT NULL, archived INTEGER NOT NULL, proof INTEGER NOT NULL,
  content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS messages_of_source ON messages (source, target);
CREATE INDEX IF NOT EXISTS messages_by_time ON messages (source, at);
CREATE INDEX IF NOT EXISTS messages_by_id ON messages (id);
"""
# The ids begin where they are not taken for one another.
_FIRST_IDS = {"targets": FIRST_NUMBER, "segments": 500, "formats": 1200, "imports": 20}


class Store:
    """One account's content.

    Reads on the event loop use `reader`; every write goes through `write` or `writing`, which hold one lock,
    so that an import in a worker thread and the API take turns. WAL mode: readers never wait, and what was
    committed survives a kill -9.
    """

    def __init__(self, path: Path, account: str | None = None) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._process_lock = StoreLock(path)
        try:
            self._open(account)
        except BaseException:
            self._process_lock.release()
            raise

    def _open(self, account: str | None) -> None:
        try:
            self._writer = self.connect()
            origin, kept = self._kept_account("account"), self._kept_account("account now")
        except sqlite3.DatabaseError as error:
            raise BadOptionError(
                f"The store {self.path} is not a sandbox store ({error}): give another --store."
            ) from error
        origin = self._settle_account(origin, account)
        self.account = kept or origin
        self._prepare()
        self.reader = self.connect()

    def connect(self) -> sqlite3.Connection:
        """A connection that any one thread at a time may use."""
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=60)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -8192")
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("PRAGMA wal_autocheckpoint = 16384")
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the only writing connection; rolled back when the block raises."""
        with self._lock, self._transaction() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    async def write_aside(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction in a thread of its own: it may take long."""
        return await asyncio.to_thread(self._write, work)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction without making the event loop wait for another writer."""
        if not self._lock.acquire(blocking=False):
            return await asyncio.to_thread(self._write, work)
        try:
            with self._transaction() as connection:
                return work(connection)
        finally:
            self._lock.release()

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self.writing() as connection:
            return work(connection)

    @property
    def sources(self) -> Path:
        """Directory of the uploaded import files, beside the SQLite file."""
        return self.path.with_name(self.path.name + "-sources")

    def close(self) -> None:
        """Close the connections; the next start finds everything."""
        self.reader.close()
        with self._lock:
            self._writer.close()
        self._process_lock.release()

    def remove(self) -> None:
        """Close and delete the files, for a temporary store."""
        self.close()
        shutil.rmtree(self.sources, ignore_errors=True)
        for suffix in ("", "-wal", "-shm", "-lock"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def keep_account(self, connection: sqlite3.Connection, account: Account) -> None:
        """Take the account as it is after a change of its fields or value lists, inside a transaction."""
        text = json.dumps(account.as_json(), ensure_ascii=False)
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('account now', ?)", (text,))
        for field in account.fields:
            if field.id not in self.account.by_id:
                connection.execute(f"ALTER TABLE targets ADD COLUMN f{field.id}")
        self.account = account

    def _kept_account(self, name: str) -> Account | None:
        self._writer.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        row = self._writer.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return Account.from_json(json.loads(row[0])) if row else None

    def _settle_account(self, kept: Account | None, choice: str | None) -> Account:
        wanted = load_account(choice) if choice else kept or load_account("default")
        if kept is not None and kept != wanted:
            raise BadOptionError(
                f"The store {self.path} holds the account {kept.name!r}, not {wanted.name!r}: "
                "leave --account out or give another --store."
            )
        text = json.dumps(wanted.as_json(), ensure_ascii=False)
        self._writer.execute("INSERT OR IGNORE INTO meta VALUES ('account', ?)", (text,))
        return wanted

    def _prepare(self) -> None:
        columns = "".join(f", f{field.id}" for field in self.account.fields)
        self._writer.executescript(
            _SCHEMA
            + "CREATE TABLE IF NOT EXISTS targets (id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE,"
            + f" created INTEGER NOT NULL, updated INTEGER NOT NULL, born INTEGER{columns});"
        )
        self.sources.mkdir(exist_ok=True)
        with self.writing() as connection:
            for table, first in _FIRST_IDS.items():
                connection.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? "
                    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                    (table, first - 1, table),
                )
