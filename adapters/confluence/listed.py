"""Data Center: the list of our pages at the target's root, so that one that a person moved elsewhere is known still.

The pages below the root come in one list with their properties. A page that stands somewhere else by now, or in the
trash, would be taken for a new report, and be made a second time. So the root keeps the ids of all our pages, in
properties of its own; those that are not below it are asked for one by one.
"""

from __future__ import annotations

import base64
import binascii
import logging
import zlib
from collections.abc import Collection, Iterable, Mapping

from adapters.confluence.client import Property, Row
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.errors import NotFound, PermissionDenied, StaleVersion, WikiError

log = logging.getLogger(__name__)

PREFIX = "nbwiki-pages-"
IDS_A_SHARD = 10_000
"""A property takes 32 KB of JSON (reference, section 7); ids shrink to 2 bytes each, 3 at the worst. Ours."""
ATTEMPTS = 3


class PageList:
    """The ids of a target's pages, as its root tells them."""

    def __init__(self, client: DataCenterClient) -> None:
        self._client = client
        self._shards: dict[str, Property] = {}
        self.known: set[str] = set()

    def load(self, properties: Mapping[str, Property]) -> None:
        """What the root's properties tell."""
        self._shards = {key: value for key, value in properties.items() if key.startswith(PREFIX)}
        self.known = {page for shard in self._shards.values() for page in unpacked(shard.value)}

    def elsewhere(self, below: Collection[str]) -> list[Row]:
        """Our pages that are not among those below the root: moved, or in the trash. A read each."""
        found = []
        for page in sorted(self.known - {*below}):
            try:
                found.append(self._client.page(page, trashed=True))
            except (NotFound, PermissionDenied):
                continue  # purged, or closed to us
        return found

    def keep(self, root: str, pages: Iterable[str], gone: Collection[str]) -> None:
        """Tell the root of these pages, and no more of those that are ``gone``. Nothing is sent where it knows.

        A list that can't be kept harms nobody today: it only finds what people move later.
        """
        pages = {*pages}
        try:
            for _ in range(ATTEMPTS):
                wanted = (self.known | pages) - {*gone}
                if wanted == self.known:
                    return
                if self._put(root, wanted):
                    self.known = wanted
                    return
                self.load(self._client.properties(root))  # another run has written
        except WikiError as error:
            log.warning("the list of our pages could not be kept at the root: %s", error.message)

    def _put(self, root: str, wanted: set[str]) -> bool:
        numbers = sorted(wanted, key=int)
        parts = [numbers[at : at + IDS_A_SHARD] for at in range(0, len(numbers), IDS_A_SHARD)] or [[]]
        parts += [[]] * (len(self._shards) - len(parts))
        for number, part in enumerate(parts):
            key, value = f"{PREFIX}{number}", {"schema": 1, "pages": packed(part)}
            old = self._shards.get(key)
            if old is not None and old.value == value:
                continue
            try:
                self._shards[key] = self._client.put_property(root, key, value, old)
            except StaleVersion:
                return False
        return True


def packed(pages: Iterable[str]) -> str:
    """Ids as text: each as the distance from the one before, deflated."""
    distances, last = [], 0
    for page in sorted(map(int, pages)):
        distances.append(str(page - last))
        last = page
    return base64.b64encode(zlib.compress(",".join(distances).encode(), 9)).decode() if distances else ""


def unpacked(value: object) -> list[str]:
    """The ids in a property's value; none where it is not ours."""
    text = value.get("pages") if isinstance(value, dict) and value.get("schema") == 1 else ""
    if not isinstance(text, str) or not text:
        return []
    try:
        distances = zlib.decompress(base64.b64decode(text)).decode().split(",")
        found, last = [], 0
        for distance in distances:
            last += int(distance)
            found.append(str(last))
    except (binascii.Error, zlib.error, ValueError):
        return []
    return found
