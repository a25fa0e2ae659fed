"""Records on pages: learnt once, kept by property, safe against lost answers, races and other runs."""

from __future__ import annotations

import contextlib
import threading
import time

from adapters.base import PageId, Record
from adapters.confluence import records
from adapters.confluence.client import Property
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.place import Placing
from adapters.errors import NotFound, Refused, StaleVersion
from adapters.settings import TargetSettings

PROPERTY_ATTEMPTS = 4
"""A property may race with the server's own writes right after a page is made. Source: reference, section 3."""


class Keeping(Placing):
    """What this adapter knows of records and of the properties that hold them."""

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self._sleep = settings.sleep or time.sleep
        self._lock = threading.Lock()
        self._known: dict[PageId, Record] = {}
        self._properties: dict[PageId, Property | None] = {}
        self._posts_told = False

    def _record(self, page: PageId) -> Record | None:
        """The record as it stands on the page; asked for only when this adapter has not seen it."""
        if page not in self._properties and page not in self._known:
            self._learn(page, self.client.property(page, records.PROPERTY))
        return self._known.get(page)

    def _learn(self, page: PageId, found: Property | None) -> Record | None:
        record = records.record_of(found.value) if found is not None else None
        with self._lock:
            self._properties[page] = found
            if record is not None:
                self._known[page] = record
        return record

    def _tell_of_posts(self, root: PageId) -> None:
        """Notes on the root that blog posts are to be looked for, once."""
        with self._lock:  # nobody makes a post before it stands there
            if not self._posts_told and self.client.property(root, records.POSTS) is None:
                with contextlib.suppress(StaleVersion):  # another run was quicker
                    self.client.put_property(root, records.POSTS, {"schema": 1}, None)
            self._posts_told = True

    def _keep(self, page: PageId, record: Record, *, base: int | None = None) -> None:
        """Put the record on the page. Raises StaleVersion when another run has written past ``base``."""
        value = records.record_value(record)
        if page not in self._properties:
            self._learn(page, self.client.property(page, records.PROPERTY))
        for attempt in range(PROPERTY_ATTEMPTS):
            try:
                old = self._properties.get(page)
                new = self.client.put_property(page, records.PROPERTY, value, old)
            except (StaleVersion, NotFound, Refused) as error:
                if attempt + 1 == PROPERTY_ATTEMPTS or (isinstance(error, Refused) and old is not None):
                    raise
                if attempt:
                    self._sleep(0.5 * 2**attempt)
                there = self._learn(page, self.client.property(page, records.PROPERTY))
                if there is not None and records.record_value(there) == value:
                    return  # an attempt whose answer was lost
                if base is not None and there is not None and int(there.version or 0) > base:
                    self._check_base(page, record, base)
                continue
            with self._lock:
                self._properties[page] = new
                self._known[page] = record
            return

    def _check_base(self, page: PageId, record: Record, base: int) -> None:
        """Nothing if the page is at ``base`` still (the record there is a killed run's), else StaleVersion."""
        now = self.client.page(page)
        if now.version > base:
            raise StaleVersion(f"{record.title!r} is at version {now.version}", hint="another run wrote it; run again")
