"""Labels of pages: ours come and go with the report's topics, people's stay."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from adapters.base import PageId, Record
from adapters.confluence.client import Client
from adapters.errors import NotFound, Refused
from converters.notes import Note, degraded
from converters.wiki_labels import labels_of


class Labels:
    """Puts topics on pages as labels."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def put(self, page: PageId, tags: Sequence[str], known: Record | None) -> tuple[list[Note], dict[str, object]]:
        """Notes, and the record's state: the labels that are ours. One request where there are new ones."""
        wanted = labels_of(tags)
        had = known.state.get("labels", []) if known is not None else []
        ours = [str(name) for name in had] if isinstance(had, list) else []
        notes: list[Note] = []
        new = [name for name in wanted if name not in ours]
        if new:
            try:
                self._client.add_labels(page, new)
            except Refused as error:
                notes.append(degraded("label.refused", f"labels {', '.join(new)} were refused: {error.message}"))
                wanted = [name for name in wanted if name in ours]
        for name in ours:
            if name not in wanted:
                with contextlib.suppress(NotFound):
                    self._client.remove_label(page, name)
        return notes, {"labels": wanted} if wanted else {}
