"""Links to places on the same page: blocks have no names in Notion, only ids, which are told when they are made.

A link that leads to a block which is there is sent as it is to be. One that leads to a block still to be made is sent as
text, and made a link when the page is complete. Links stay symbolic (``nbwiki:#ANCHOR``) in digests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from adapters.notion.requests import Shape
from adapters.notion.trees import Node, Want

HERE = "nbwiki:#"
Path = tuple[int, ...]


class Places:
    """The places of one page: anchor → path of indices into its blocks, ``above`` which others stand."""

    def __init__(self, url: str, paths: Mapping[str, Sequence[int]], above: int = 0) -> None:
        self._url = url.partition("#")[0].partition("?")[0]
        self._paths = {anchor: (path[0] + above, *path[1:]) for anchor, path in paths.items()}
        self._unsent: set[int] = set()
        self.fresh: set[str] = set()
        """Ids of blocks that were made in this run: links to their predecessors lead nowhere."""

    def path(self, anchor: str) -> Path:
        """Where an anchor stands."""
        return self._paths[anchor]

    def sendable(self, shape: Shape, want: Want) -> Shape:
        """The block as it is sent at first: links to places on the page as text, remembered for the second pass."""
        if not self._paths or next(links_in(shape), None) is None:
            return shape
        self.later(want)
        made: Shape = _replaced(shape, lambda _: None)
        return made

    def later(self, want: Want) -> None:
        """The links of a block and of those below it are for the second pass."""
        self._unsent.add(id(want))
        self._unsent.update(id(below) for below in _all(want.below))

    def targets(self, want: Want) -> list[str]:
        """The anchors that a block itself links to, as far as they are on the page."""
        if not self._paths:
            return []
        bare = {**want.shape[want.shape["type"]], "children": ()}
        return [anchor for anchor in dict.fromkeys(links_in(bare)) if anchor in self._paths]

    def open(self, wants: Sequence[Want], nodes: Sequence[Node], *, everywhere: bool) -> Iterator[tuple[Want, Path]]:
        """The blocks whose links are still to be made, with their paths."""
        if not self._paths:
            return
        for want, path in _walk(wants):
            anchors = self.targets(want)
            if not anchors:
                continue
            moved = any(self._new(nodes, self._paths[anchor]) for anchor in anchors)
            if everywhere or id(want) in self._unsent or moved:
                yield want, path

    def _new(self, nodes: Sequence[Node], path: Path) -> bool:
        """Whether a block or one above it was made in this run."""
        for index in path:
            if nodes[index].id in self.fresh:
                return True
            nodes = nodes[index].below
        return False

    def linked(self, shape: Shape, nodes: Sequence[Node]) -> Shape:
        """The block with its links, now that the ids of their places are known."""
        made: Shape = _replaced(shape, lambda anchor: self._address(anchor, nodes))
        return made

    def _address(self, anchor: str, nodes: Sequence[Node]) -> str | None:
        if anchor not in self._paths:
            return None
        node = None
        for index in self._paths[anchor]:
            node = nodes[index]
            nodes = node.below
        return f"{self._url}#{node.id.replace('-', '')}" if node and node.id else None


def as_text(shapes: Sequence[Shape]) -> list[Shape]:
    """The blocks with links to places on the page as text, for the second pass to make."""
    return [_replaced(shape, lambda _: None) if next(links_in(shape), None) else shape for shape in shapes]


def links_in(value: Any) -> Iterator[str]:
    """The anchors of all links to places on the page."""
    if isinstance(value, Mapping):
        link = value.get("link")
        if isinstance(link, Mapping) and str(link.get("url", "")).startswith(HERE):
            yield unquote(str(link["url"])[len(HERE) :])
        for part in value.values():
            yield from links_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from links_in(part)


def _replaced(value: Any, address: Callable[[str], str | None]) -> Any:
    """A copy with each link to a place on the page replaced, or dropped where there is no address."""
    if isinstance(value, Mapping):
        link = value.get("link")
        if isinstance(link, Mapping) and str(link.get("url", "")).startswith(HERE):
            url = address(unquote(str(link["url"])[len(HERE) :]))
            return {**value, "link": None if url is None else {"url": url}}
        return {name: _replaced(part, address) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(part, address) for part in value]
    return value


def _walk(wants: Sequence[Want], above: Path = ()) -> Iterator[tuple[Want, Path]]:
    for index, want in enumerate(wants):
        yield want, (*above, index)
        yield from _walk(want.below, (*above, index))


def _all(wants: Sequence[Want]) -> Iterator[Want]:
    return (want for want, _ in _walk(wants))


__all__ = ["HERE", "Places", "links_in"]
