"""The sandbox's state: one SQLite database (a file, or memory), one lock, a clock and switches.

Every part of the sandbox (``confluence``, ``notion``) is a module with three functions that
:mod:`adapters.sandbox.server` calls:

* ``install(state)`` creates its tables if they are not there;
* ``seed(state)`` puts in what a fresh sandbox holds (called on an empty database and after a reset);
* ``dump(state)`` gives its share of ``GET /sandbox/state`` as a JSON-able dict.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class State:
    """Holds the database. ``switches`` are named behaviours that tests turn on (``search_lag_s``, ``free_plan`` …)."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.db = sqlite3.connect(str(path) if path else ":memory:", check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA foreign_keys=ON")
        self.db.execute("CREATE TABLE IF NOT EXISTS blob (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)")
        self.db.execute("CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)")
        self.db.execute("CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        self.switches: dict[str, Any] = self.setting("switches", {})
        self.clock_offset_s = float(self.setting("clock_offset_s", 0.0))
        self.address = "http://127.0.0.1"  # where the server listens, for addresses made without a request
        self.buckets: dict[str, Any] = {}  # rate limits in force, by name; not part of the data
        self._flights: Counter[str] = Counter()
        self._flights_lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch by the sandbox's clock, which tests may move."""
        return time.time() + self.clock_offset_s

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The database under the lock; committed at the end, rolled back on an exception. May nest."""
        with self.lock:
            if self.db.in_transaction:
                yield self.db
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def switch(self, name: str, default: Any) -> Any:
        """A switch's value, or the default where nobody set it."""
        return self.switches.get(name, default)

    def setting(self, name: str, default: Any) -> Any:
        """What was kept under a name, in this run or an earlier one on the same data file."""
        with self.lock:
            row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def keep(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name: the fault plan, switches and clock survive a restart with a data file."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    def keep_switches(self) -> None:
        """Keep the switches and the clock as they are now."""
        self.keep("switches", self.switches)
        self.keep("clock_offset_s", self.clock_offset_s)

    @contextmanager
    def flight(self, key: str) -> Iterator[bool]:
        """Whether this is the only request in flight with that key (real overlap of threads, not order in the log)."""
        with self._flights_lock:
            alone = self._flights[key] == 0
            self._flights[key] += 1
        try:
            yield alone
        finally:
            with self._flights_lock:
                self._flights[key] -= 1
                if not self._flights[key]:
                    del self._flights[key]

    def clear(self) -> None:
        """Every row of every table gone, switches and clock back to normal."""
        with self.transaction() as db:
            db.execute("PRAGMA defer_foreign_keys=ON")
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not str(table).startswith("sqlite_"):
                    db.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names come from the schema
        self.switches.clear()
        self.buckets.clear()
        self.clock_offset_s = 0.0

    def close(self) -> None:
        """The database closed; a data file is complete afterwards (and after a kill, too: WAL)."""
        with self.lock:
            self.db.close()

    def next_id(self, name: str, start: int = 1) -> int:
        """The next number of a named counter."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = value + 1", (name, start)
            )
            return int(db.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()[0])

    def put_blob(self, data: bytes) -> str:
        """Keep bytes; returns their SHA-256."""
        key = hashlib.sha256(data).hexdigest()
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", (key, data))
        return key

    def get_blob(self, key: str) -> bytes:
        """Bytes by SHA-256. Raises KeyError."""
        with self.lock:
            row = self.db.execute("SELECT data FROM blob WHERE sha256 = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])
