"""Attachments: each file is sent once, one at a time per page. Source: Confluence reference, section 8."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Collection, Sequence

from adapters.base import Capabilities, PageId, Record
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.faults import FileNameTaken
from adapters.errors import LimitExceeded, NotFound, Refused, WikiError
from converters.model import Asset
from converters.notes import Note, dropped

log = logging.getLogger(__name__)


class Files:
    """Uploads for one target. Names hold a part of the content's hash, so that a name stands for its bytes."""

    def __init__(self, client: CloudClient | DataCenterClient, caps: Capabilities) -> None:
        self._client = client
        self._caps = caps
        self._lock = threading.Lock()
        self._fresh: set[PageId] = set()
        self._sent: set[PageId] = set()
        self._ids: dict[tuple[PageId, str], str] = {}

    def fresh(self, page: PageId) -> None:
        """This page was made just now: it carries no files."""
        with self._lock:
            self._fresh.add(page)

    def is_fresh(self, page: PageId) -> bool:
        """Whether this adapter made the page."""
        return page in self._fresh

    def sent(self, page: PageId) -> bool:
        """Whether this adapter has sent files to the page."""
        return page in self._sent

    def file_id(self, page: PageId, name: str) -> str:
        """The id of an attachment's file, from its upload or by asking; empty where there is none."""
        told = self._ids.get((page, name), "")
        return told or (self._client.file_id(page, name) if isinstance(self._client, CloudClient) else "")

    def upload(self, page: PageId, assets: Sequence[Asset], known: Record | None) -> tuple[dict[str, str], list[Note]]:
        """Digests of the files that the page carries now, by name, and notes on those that were refused."""
        there = dict(known.assets) if known is not None else {}
        wanted = {asset.filename: asset for asset in assets}
        unsure = page not in self._fresh and not (known is not None and known.version)
        if unsure and any(name not in there for name in wanted):
            listed = self._client.attachments(page)
            there |= {name: a.key for name, a in wanted.items() if name in listed and listed[name][1] == len(a.data)}
        present: dict[str, str] = {}
        notes: list[Note] = []
        for name, asset in wanted.items():
            short = there.get(name, "")
            if short and asset.key.startswith(short):
                present[name] = asset.key
                continue
            refusal = self._send(page, asset)
            if refusal is None:
                present[name] = asset.key
            else:
                notes.append(refusal)
        return present, notes

    def clear(self, page: PageId, names: Collection[str]) -> None:
        """Files of ours that the page no longer shows go to the trash. What can't be is left: it harms nobody."""
        if not names:
            return
        try:
            there = self._client.attachments(page)
            for name in sorted(there.keys() & names):
                with contextlib.suppress(NotFound):
                    self._client.trash_attachment(there[name][0])
        except WikiError as error:
            log.warning("%d files that page %s no longer shows could not be removed: %s", len(names), page, error)

    def _send(self, page: PageId, asset: Asset) -> Note | None:
        """None when the file is there afterwards, else a note."""
        size = f"{asset.name} ({len(asset.data) / 1e6:.1f} MB)"
        if len(asset.data) > self._caps.max_asset_bytes:
            limit = self._caps.max_asset_bytes / 1e6
            return dropped("asset.too-large", f"{size} is not on the page: this wiki takes {limit:.0f} MB a file")
        try:
            self._client.http.policy.call(lambda: self._attempt(page, asset), idempotent=True)
        except LimitExceeded:
            return dropped("asset.too-large", f"{size} is not on the page: it is over this wiki's limit for files")
        except Refused as error:
            return dropped("asset.refused", f"{size} is not on the page: {error.message}")
        with self._lock:
            self._sent.add(page)
        return None

    def _attempt(self, page: PageId, asset: Asset) -> None:
        name, mime, data = asset.filename, asset.mime, asset.data
        try:
            told = self._client.upload(page, name, mime, data)
            with self._lock:
                self._ids[page, name] = told
        except FileNameTaken:
            self._replace(page, asset)
        except WikiError as error:
            if error.retry != "idempotent":
                error.retry = "never"  # it has been repeated inside
                raise
            # A lost answer, or a 503 that left a broken entry: look before sending again.
            if not self._replace(page, asset):
                raise

    def _replace(self, page: PageId, asset: Asset) -> bool:
        """Whether the file is there now: as it should be, or as a new version over a broken entry."""
        found = self._client.attachments(page).get(asset.filename)
        if found is None:
            return False
        if found[1] != len(asset.data):
            self._client.upload_version(page, found[0], asset.filename, asset.mime, asset.data)
        return True
