"""What readers must know of a page beside its report: badges and notices, put there without the report's body."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Page, PageId, Readership, Record, Tracked, Written
from adapters.confluence import notices, records
from adapters.confluence.client import Row
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.keeping import Keeping
from adapters.confluence.labels import Labels
from adapters.confluence.people import page_of
from adapters.errors import NotFound, Refused, StaleVersion
from adapters.settings import TargetSettings


class Telling(Keeping, ABC):
    """The part of a target that tells readers of badges and notices."""

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        super().__init__(client, settings)
        self._labels = Labels(client)

    def tell(self, was: Tracked, record: Record) -> Written:
        if was.page is None:
            raise NotFound(f"the page of {record.title!r} is gone")
        page, known = was.page, self._record(was.page.id) or was.record
        names = known.state.get("labels", [])
        labels = [str(name) for name in names if name != known.badge] if isinstance(names, list) else []
        notes, state = self._labels.put(page.id, [*labels, record.badge], known)
        kept = msgspec.structs.replace(
            record, page=page.id, parent=known.parent, state={**_without_labels(known.state), **state}
        )
        row: Row | None = None
        if record.notices != known.notices:
            row = self._put_notices(was, kept)
        if record.badge != known.badge or (row is not None and record.badge):
            row = self._badged(page.id, row or page, known.badge, record.badge)
        if row is not None and not was.edited:
            kept = msgspec.structs.replace(kept, version=str(row.version))
        if self._known.get(page.id) != kept:
            self._keep(page.id, kept)
        return Written(page=page_of(row) if row is not None else page, record=kept, notes=notes)

    def _put_notices(self, was: Tracked, record: Record) -> Row:
        """The body below other notices. Of a page that people edited, it stays their version: it gets no stamp of ours."""
        now = self.client.page(record.page, body=True)
        try:
            body = notices.replaced(now.body, record.notices)
        except ValueError as error:
            raise Refused(f"the body of {now.title!r} is no well-formed storage format: {error}") from None
        number, words = now.version + 1, "notices for readers"
        message = words if was.edited else records.stamped(words, record.digest)
        if not was.edited:
            self._keep(record.page, msgspec.structs.replace(record, version=str(number)), base=now.version)
        try:
            return self.client.update(record.page, now.title, body, number, message, None)
        except StaleVersion:
            row = self.client.page(record.page)
            if (row.version, row.message) != (number, message):
                raise  # else: an attempt whose answer was lost
            return row

    def _badged(self, page: PageId, written: Row | Page, before: str, badge: str) -> Row | None:
        """The page with its badge. It is as it was ``written`` where somebody else's version came in between: only by the
        number of ours is theirs known for an edit.
        """
        last = written if isinstance(written, Row) else None
        if not self._badge(page, before, badge):
            return last
        now = self.client.page(page)
        return now if now.version <= int(written.version) + 1 else last

    def _badge(self, page: PageId, before: str, badge: str) -> bool:  # noqa: ARG002
        """Whether the page has a new version because its badge beside the title changed. Only Cloud has one."""
        return False

    def readership(self, pages: Sequence[Page]) -> Mapping[PageId, Readership]:  # noqa: ARG002
        return {}  # Data Center tells nobody's views. Source: CONFSERVER-76071


def _without_labels(state: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in state.items() if name != "labels"}
