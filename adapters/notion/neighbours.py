"""What rows tell of other rows, so that one which people move out of the database isn't forgotten with its record.

Each record names the pages that were made last before it was kept, and those that are missing already. A row's page keeps
its id wherever it is moved to, so that one request finds it, whatever its title and words have become.
"""

from __future__ import annotations

import base64
import threading
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import chain

from adapters.base import PageId, Record
from adapters.notion.ids import is_id

NEAR = "near"
NEWEST = 4
"""Rows made last that a record names, when it is kept first and whenever it is kept: rows are made three at once, so that
each is named by one at least. Ours."""
MISSING = 8
"""Rows that are gone which a record names besides. Ours: 32 characters each, of the 4,000 left to a record's other parts."""
_HASH = 8
_SIZE = _HASH + 16

Named = tuple[bytes, PageId]
"""A hash of a key and the page that was made for it."""


def named(key: str, page: PageId) -> Named:
    """A row as other rows name it."""
    return blake2b(key.encode(), digest_size=_HASH, person=b"nbwiki").digest(), page


def packed(rows: list[Named]) -> str:
    """Rows in one text, of 32 characters each."""
    return base64.b64encode(b"".join(key + uuid.UUID(page).bytes for key, page in rows)).decode()


def unpacked(text: object) -> list[Named]:
    """What :func:`packed` packed; nothing for anything else: people can write into a row."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        return []
    whole = range(0, len(data) - len(data) % _SIZE, _SIZE)
    return [(data[at : at + _HASH], str(uuid.UUID(bytes=data[at + _HASH : at + _SIZE]))) for at in whole]


class Neighbours:
    """The rows of one target, by what they tell of each other. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[bytes] = set()
        self._pages: set[PageId] = set()
        self._told: dict[str, list[Named]] = {}
        self._newest: dict[bool, deque[Named]] = {hub: deque(maxlen=NEWEST + 1) for hub in (False, True)}
        self._missing: dict[bytes, PageId] | None = None
        self._outside: set[PageId] = set()
        self._key_of: dict[PageId, bytes] = {}

    def seen(self, record: Record, *, live: bool = True) -> None:
        """A row that is there, or in the trash; to be told of in the order in which they were made."""
        with self._lock:
            self._told[record.page] = unpacked(record.state.get(NEAR))
            self._is_there(record.key, record.page, record.kind == "hub", newest=live)
            self._missing = None

    def made(self, key: str, page: PageId, *, hub: bool) -> None:
        """A row that was made just now."""
        with self._lock:
            self._is_there(key, page, hub, newest=True)

    def _is_there(self, key: str, page: PageId, hub: bool, *, newest: bool) -> None:
        one = named(key, page)
        self._keys.add(one[0])
        self._pages.add(page)
        self._key_of[page] = one[0]
        if newest and is_id(page):
            self._newest[hub].append(one)
        if self._missing is not None and self._missing.get(one[0]) == page:
            del self._missing[one[0]]

    def missing(self) -> Mapping[bytes, PageId]:
        """Pages that rows name and that are no rows with a record any more, by the hash of their key. Another report may
        have that key by now (:meth:`is_taken`).
        """
        with self._lock:
            return dict(self._gone())

    def _gone(self) -> dict[bytes, PageId]:
        if self._missing is None:
            all_told = chain.from_iterable(self._told.values())
            self._missing = {key: page for key, page in all_told if page not in self._pages}
        return self._missing

    def is_taken(self, key: bytes) -> bool:
        """Whether a row has the key of this hash."""
        with self._lock:
            return key in self._keys

    def told(self, record: Record) -> dict[str, object]:
        """What a record's state is to tell of other rows."""
        with self._lock:
            own, gone = named(record.key, "")[0], self._gone()
            newest = [one for one in self._newest[record.kind == "hub"] if one[0] != own][-NEWEST:]
            before = self._told.get(record.page, [])
            # those that were made before it, as it first told: else nobody would tell of old rows once all are kept anew
            first = [(self._key_of[page], page) for _, page in before[:NEWEST] if page in self._key_of]
            newest = [*first, *(one for one in newest if one not in first)]
            kept = dict(one for one in before if gone.get(one[0]) == one[1])
            # each row names others of many, so that all of them are named
            order = sorted(gone.items(), key=lambda one: (one[0] < own, one[0]))[: MISSING if gone else 0]
            kept |= dict(order)
            rows = [*newest, *list(kept.items())[:MISSING]]
            self._told[record.page or record.key] = rows
        return {NEAR: packed(rows)} if rows else {}

    def lost(self, page: PageId) -> None:
        """A page of which rows tell, and that was found outside."""
        with self._lock:
            self._outside.add(page)

    def untold(self, rows: Iterable[Record]) -> bool:
        """Whether there is a page outside of which none of these rows tells."""
        with self._lock:
            told = {page for row in rows for _, page in self._told.get(row.page, self._told.get(row.key, []))}
            return bool(self._outside.intersection(self._gone().values()) - told)
