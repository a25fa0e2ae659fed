"""The manifest of a target on Confluence Cloud: properties of its root that tell the records of all its pages at once.

Lists of pages carry no properties there, so that without it each page's own record, which is the truth, takes a request.
The first of its shards says whether it can be relied on: not while pages come, go or move, nor after a run that was killed
then. A few updated pages may be newer than it tells, which their versions show (:func:`records.may_lag`).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping

from adapters.base import PageId, Record
from adapters.confluence import records
from adapters.confluence.client import Property
from adapters.confluence.cloud_client import CloudClient
from adapters.errors import StaleVersion


class Manifest:
    """The manifest as it was read and written last."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client
        self._shards: dict[int, Property] = {}
        self._told: Mapping[str, Record] | None = None  # what it tells, where that can be relied on
        self._run = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._contended = False

    def take(self, found: Mapping[str, Property]) -> tuple[dict[str, Record], bool]:
        """Records by key from the root's properties, and whether they can be relied on."""
        names = {key.removeprefix(records.MANIFEST): value for key, value in found.items()}
        self._shards = {int(name): value for name, value in names.items() if name.isdecimal()}
        told, clean = records.records_of([self._shards[number].value for number in sorted(self._shards)])
        self._told = told if clean else None
        return told, clean

    def doubted(self) -> frozenset[str]:
        """Pages whose record in the manifest counts no more, whether the rest can be relied on or not."""
        return records.doubted(self._shards[0].value) if 0 in self._shards else frozenset()

    def is_behind(self, listed: Mapping[str, Record]) -> bool:
        """Whether it can be relied on, and yet so many pages are newer that they should be told again."""
        return self._told is not None and records.lagging(self._told, listed) > records.most_lagging(listed)

    def mark(self, root: PageId, listed: Mapping[str, Record], *, made: bool) -> None:
        """Note that pages come or go from now on. ``made``: this run made the root. Raises StaleVersion where another run
        made it in the same moment.
        """
        self._told = None
        first: object = records.shards_of(listed, self._run, dirty=True)[0]
        if self._contended:
            self.take(self._client.properties(root))
        try:
            self._put(root, 0, self._marked(first))
        except StaleVersion:
            if self._contended and made:
                raise
            self._meet(root)
            self._put(root, 0, self._marked(first))

    def _marked(self, first: object) -> object:
        """The first shard with the mark; its data stay with the shards that follow."""
        there = self._shards[0].value if 0 in self._shards else None
        return {**there, "run": self._run, "dirty": True} if isinstance(there, dict) else first

    def doubt(self, root: PageId, page: PageId) -> None:
        """Note that a page's record here counts no more. Raises StaleVersion where other runs write, too."""
        with self._lock:
            for last in (False, True):
                there = self._shards.get(0)
                if there is None or not isinstance(there.value, dict):
                    return  # no manifest: every page's own record is read
                value = {**there.value, records.DOUBT: sorted({*self.doubted(), page})}
                try:
                    self._put(root, 0, value)
                except StaleVersion:
                    if last:
                        raise
                    self._meet(root)
                else:
                    return

    def tell(self, root: PageId, listed: Mapping[str, Record], *, found: bool, made: bool) -> None:
        """Bring it up to date, unless it says enough. ``found``: the run wrote nothing, and only found what a killed one has
        left, so that it can't know whether that one is at work still: a mark stays.
        """
        if self._contended or (self._told is not None and records.may_lag(self._told, listed)):
            return  # where another run is writing too, the next observe reads every page's own record
        values = records.shards_of(listed, self._run, dirty=found and self._told is None)
        try:
            for number in reversed(range(len(values))):  # the first shard last: it says that all hold
                there = self._shards.get(number)
                if there is None or there.value != values[number]:
                    self._put(root, number, values[number])
        except StaleVersion:
            self._contended = True
            self.mark(root, listed, made=made)

    def _meet(self, root: PageId) -> None:
        """Another run writes it, too: from now on, what each page says counts."""
        self._contended = True
        self.take(self._client.properties(root))
        self._told = None

    def _put(self, root: PageId, number: int, value: object) -> None:
        key = f"{records.MANIFEST}{number}"
        try:
            self._shards[number] = self._client.put_property(root, key, value, self._shards.get(number))
        except StaleVersion:
            there = self._client.property(root, key)
            if there is None or there.value != value:
                raise
            self._shards[number] = there  # an attempt whose answer was lost
