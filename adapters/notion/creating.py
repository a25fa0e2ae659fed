"""Rows made: complete in one request where that can be, else marked as being written."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from adapters.base import Record
from adapters.errors import Blocked, LimitExceeded, Refused, StaleVersion, WikiUnavailable
from adapters.notion import records, rows
from adapters.notion.assets import PageAssets
from adapters.notion.body import LAG_ATTEMPT
from adapters.notion.client import Json
from adapters.notion.faults import LOST_ATTEMPTS, Committed
from adapters.notion.keeping import Keeper, cover_of, external, mark
from adapters.notion.looks import icon_of, icon_value
from adapters.notion.packing import packed
from adapters.notion.places import as_text
from adapters.notion.requests import MAX_BODY_BYTES, Batch, Later
from adapters.notion.target import Target
from adapters.notion.trees import size_of, wants_of
from adapters.notion.views import lead_to
from converters.model import Rendered


class Creating:
    """Makes rows of one target."""

    def __init__(self, target: Target, keeper: Keeper) -> None:
        self._target = target
        self._keeper = keeper
        self._run = mark()
        """Stands in rows that are not complete, by which this run knows one whose making got no answer."""

    def empty(self, record: Record, title: str) -> tuple[Json, bool]:
        """A row without blocks, and whether it was made just now."""
        return self._create(self._request(record, rows.titled(title, [])), record)

    def with_blocks(
        self, part: Batch, record: Record, shown: Json, content: Rendered, assets: PageAssets
    ) -> tuple[Json, bool]:
        """The row with the first blocks, all of them where one request carries them; without any where it can't be."""

        def once() -> tuple[Json, bool]:
            body = self._complete(part, record, shown, content, assets) or self._begun(part, record, shown, assets)
            return self._create(body, record)

        try:
            return once()
        except LimitExceeded:
            raise
        except Blocked:  # by which block is found out when they are appended
            part.later.append(Later((0,), ()))
            body = self._request(record, shown)
            return self._create({**body, "properties": rows.disguised(body["properties"])}, record)
        except Refused as error:
            if not assets.forgotten(error):
                raise
            return once()

    def _request(self, record: Record, shown: Json) -> Json:
        """The request that makes a row without blocks, marked as being written."""
        shown = {**shown, **rows.WRITING}
        record = record if record.version else replace(record, state={**record.state, "run": self._run})
        hub = record.kind == "hub"
        parts = (shown, rows.folder_of(record), rows.of_hub(record), records.kept(record))
        properties = self._target.properties(*parts, hub=hub)
        parent = {"type": "data_source_id", "data_source_id": self._target.here(hub=hub)[0].source}
        return {"parent": parent, "properties": properties, "icon": rows.ICON_WRITING}

    def _begun(self, part: Batch, record: Record, shown: Json, assets: PageAssets) -> Json:
        """The request that makes a row with its first blocks, where nothing has to follow below those."""
        body = self._request(record, shown)
        if part.later or not part.blocks:
            return body
        body["children"] = as_text(assets.place(part.blocks))
        return body if len(msgspec.json.encode(body)) <= MAX_BODY_BYTES else self._without(part, body)

    @staticmethod
    def _without(part: Batch, body: Json) -> Json:
        part.later.append(Later((0,), ()))  # so that nobody takes them for sent
        return {name: value for name, value in body.items() if name != "children"}

    def _complete(self, part: Batch, record: Record, shown: Json, content: Rendered, assets: PageAssets) -> Json | None:
        """The request that makes a row with all its blocks; None where one request can't carry them."""
        if not content.blocks or part.took < len(content.blocks) or part.later or content.places:
            return None
        blocks = assets.place(part.blocks)
        cover = assets.take(content.cover) if content.cover else None
        nodes = [want.node(block) for want, block in zip(wants_of(content.blocks), blocks, strict=True)]
        state = {"blocks": packed(nodes), "cover": cover_of(content), "made": sum(map(size_of, nodes))}
        state |= self._target.told_people(content)
        icon = icon_of(content.meta)
        if icon:
            state["icon"] = icon
        kept = self._keeper.stamped(record, version=mark(), digest=content.digest, assets=assets.shown(), state=state)
        body = {**self._request(kept, {}), "children": blocks}
        parts = (shown, rows.of_hub(record), records.kept(kept))
        body["properties"] = self._target.properties(*parts, hub=record.kind == "hub")
        body.pop("icon")
        if icon:
            body["icon"] = icon_value(icon)
        if cover:
            body["cover"] = {"type": "file_upload", "file_upload": {"id": cover}}
        elif content.cover_url:
            body["cover"] = external(content.cover_url)
        return body if len(msgspec.json.encode(body)) <= MAX_BODY_BYTES else None

    def _create(self, body: Json, record: Record) -> tuple[Json, bool]:
        """The row, and whether it was made just now: one that this adapter has seen, else a new one.

        After a lost answer the key is asked for first.
        """
        target, key, hub = self._target, record.key, record.kind == "hub"
        if key in target.pages:
            row = target.client.page(target.pages[key])
            if not row.get("in_trash") and row["parent"].get("data_source_id") == target.here(hub=hub)[0].source:
                return row, False
        for attempt in range(1, LOST_ATTEMPTS + 1):
            made = False
            try:
                row, made = target.client.create_page(body), True
            except Committed as done:
                row = target.client.page(done.resource)
            except (WikiUnavailable, StaleVersion):
                if attempt == LOST_ATTEMPTS:
                    raise
                target.client.back_off(attempt)
                found = target.row(key, hub=hub)
                if found is None:  # queries may lag behind what was done
                    target.client.back_off(LAG_ATTEMPT)
                    found = target.row(key, hub=hub)
                if found is None:
                    continue
                row = found
                kept = target.record(row)
                made = kept is not None and kept.state.get("run") == self._run
            target.pages[key] = row["id"]
            target.neighbours.made(key, row["id"], hub=hub)
            if made and record.hub.get("kind") == "Home":
                lead_to(target.client, target.database.parent(), row["id"])
            return row, made
        raise AssertionError("the last attempt returns or raises")
