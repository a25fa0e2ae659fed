"""Places on pages of Notion: the ids of their blocks, told by records, or read once."""

from __future__ import annotations

import threading

from adapters.base import Page, Record
from adapters.errors import NotFound
from adapters.notion import notices, records
from adapters.notion.body import LAG_ATTEMPT
from adapters.notion.looking import Unlike, with_ids
from adapters.notion.target import Target
from adapters.notion.trees import Node


class Pointed:
    """Ids of blocks by their place. See :meth:`adapters.pointing.Pointing.block_at`."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._nodes: dict[tuple[str, str], list[Node]] = {}
        self._lock = threading.Lock()

    def block_at(self, page: Page, record: Record, at: str, *, look: bool) -> str | None:
        """The id without dashes. Blocks of a request that made its page are told of by no answer: those are read."""
        path = [int(index) for index in at.split("/")]
        path[0] += len(notices.shapes(record.notices))
        with self._lock:  # what one looks for others need, too
            nodes = self._known(page, record)
            if not (block := _id(nodes, path)) and look and _there(nodes, path):
                block = self._looked(page, nodes, path)
        return block.replace("-", "") or None

    def _known(self, page: Page, record: Record) -> list[Node]:
        made = (page.id, record.version)
        if made not in self._nodes:
            self._nodes[made] = records.nodes_of(record) or []
        return self._nodes[made]

    def _looked(self, page: Page, nodes: list[Node], path: list[int]) -> str:
        for last in (False, True):
            try:
                return self._read(page.id, nodes, path)
            except NotFound:
                return ""
            except Unlike:
                if not last:  # lists may lag behind what was done
                    self._target.client.back_off(LAG_ATTEMPT)
        return ""

    def _read(self, parent: str, level: list[Node], path: list[int]) -> str:
        body = self._target.body()
        for index in path:
            with_ids(body, parent, level)
            parent, level = level[index].id, level[index].below
        return parent


def _there(nodes: list[Node], path: list[int]) -> bool:
    """Whether there is such a place."""
    for index in path:
        if index >= len(nodes):
            return False
        nodes = nodes[index].below
    return True


def _id(nodes: list[Node], path: list[int]) -> str:
    """The id of the block at a path; empty where it isn't known."""
    found = ""
    for index in path:
        if index >= len(nodes):
            return ""
        found, nodes = nodes[index].id, nodes[index].below
    return found
