"""A page's blocks made what they are to be: planned in full, files uploaded, then done, new blocks before old ones go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adapters.errors import NotFound, Refused
from adapters.notion.body import Body, Prepare, is_gone
from adapters.notion.edits import Step, same_file, script, update_body
from adapters.notion.looking import Memory, Unlike, looked, others_below, with_ids
from adapters.notion.places import Places
from adapters.notion.requests import Shape, bare_of
from adapters.notion.trees import MEDIA, Node, Want, size_of, wants_of
from converters.notes import degraded


class Level(NamedTuple):
    """What is to be done with the blocks below one parent. ``below`` are the levels under blocks that stay, by step."""

    parent: str
    old: Sequence[Node]
    new: Sequence[Want]
    steps: Sequence[Step]
    deleted: Sequence[int]
    below: Mapping[int, Level]


def planned(parent: str, old: Sequence[Node], new: Sequence[Want]) -> Level | None:
    """The level with all that is to be done on it and below; None where nothing is."""
    steps, deleted = script(old, new)
    if not deleted and all(step.verb == "keep" for step in steps):
        return None
    below = {}
    for at, (step, want) in enumerate(zip(steps, new, strict=True)):
        if step.verb == "change" and (level := planned(old[step.old].id, old[step.old].below, want.below)):
            below[at] = level
    return Level(parent, old, new, steps, deleted, below)


def comes_of(level: Level) -> int:
    """Blocks that a level makes."""
    made = sum(size_of(want) for step, want in zip(level.steps, level.new, strict=True) if step.verb == "insert")
    return made + sum(map(comes_of, level.below.values()))


def writes_of(level: Level) -> int:
    """Requests that a level takes at the least."""
    count = len(level.deleted) + sum(map(writes_of, level.below.values()))
    last = Step("keep")
    for step, want in zip(level.steps, level.new, strict=True):
        count += step.verb == "insert" and step != last
        count += step.verb == "change" and level.old[step.old].own != want.own
        last = step
    return count


def headed(body: Body, page: str, shapes: Sequence[Shape], nodes: Sequence[Node], old: int) -> list[Node]:
    """Our blocks afterwards: these above all others, instead of the first ``old`` ones. Nothing else is touched.

    Raises Unlike where the page isn't what the record says.
    """
    with_ids(body, page, nodes)
    ids = body.append(page, shapes, {node.id for node in nodes}, start=True) if shapes else []
    for node in nodes[:old]:
        body.delete(node.id)
    new = [want.node(want.shape, block) for block, want in zip(ids, wants_of(shapes), strict=True)]
    return [*new, *nodes[old:]]


class Editor:
    """Edits one page. ``shapes`` are all of its blocks, ``places`` where its links on the page lead."""

    def __init__(self, body: Body, page: str, shapes: Sequence[Shape], places: Places, prepare: Prepare) -> None:
        self._body = body
        self._page = page
        self._wants = wants_of(shapes)
        self._places = places
        self._prepare = prepare
        self._ready: dict[int, Shape] = {}
        self._old: list[Node] = []
        self.made = 0
        """Blocks that were made for the page in this run."""
        self.people = False
        """Whether people may have put blocks of theirs into ours."""

    def fill(self, there: int) -> list[Node]:
        """The blocks of a page that has the first ones only, as many as ``there``, and that nobody else has seen yet."""
        rest = self._wants[there:]
        self.made = sum(map(size_of, self._wants))
        self._get_ready(self._wants)
        self._body.first[self._page] = there
        ids = self._body.append(self._page, [self._sendable(want) for want in rest], set())
        known = [""] * there + ids
        nodes = [want.node(self._shape(want), block) for block, want in zip(known, self._wants, strict=True)]
        return self._linked(nodes, everywhere=True)

    def complete(self, placed: list[Node]) -> list[Node]:
        """The blocks of a page that was made a moment ago with some of them."""
        self._old = placed
        nodes = self.write(planned(self._page, placed, self._wants), Memory(placed))
        self.made = sum(map(size_of, self._wants))
        return nodes

    def first(self, memory: Memory) -> Level | None:
        """What is to be done; None for nothing. Reads the page only where the memory doesn't tell enough."""
        if memory.sure and memory.nodes is not None and not memory.edited:
            self._old = list(memory.nodes)
        else:
            self._old = looked(self._body, self._page, self._wants, memory)
        return planned(self._page, self._old, self._wants)

    def write(self, level: Level | None, memory: Memory) -> list[Node]:
        """The page's blocks as they are afterwards."""
        if level is None:
            return self._linked(self._old, everywhere=not memory.sure)
        self.made = comes_of(level)
        try:
            return self._linked(self._done(level), everywhere=not memory.sure)
        except (Unlike, NotFound):
            pass
        except Refused as error:
            if not is_gone(error):
                raise
        # Somebody took blocks away that we counted on: look, and do what is left to do.
        again = Memory(memory.nodes, files=memory.files or memory.sure)
        old = looked(self._body, self._page, self._wants, again)
        level = planned(self._page, old, self._wants)
        return self._linked(self._done(level) if level else old, everywhere=True)

    # ---------------------------------------------------------------- doing

    def _done(self, level: Level) -> list[Node]:
        self._get_ready(self._coming(level))
        return self._level(level)

    def _coming(self, level: Level) -> Iterator[Want]:
        """The blocks that will be sent with their files, in the order of the page."""
        for at, (step, want) in enumerate(zip(level.steps, level.new, strict=True)):
            if step.verb == "insert":
                yield want
            elif step.verb == "change":
                if want.kind in MEDIA and not same_file(level.old[step.old].own, want.own):
                    yield want
                if at in level.below:
                    yield from self._coming(level.below[at])

    def _get_ready(self, coming: Sequence[Want] | Iterator[Want]) -> None:
        """Upload the files of all that will be sent before the live page is touched."""
        wants = [want for want in coming if id(want) not in self._ready]
        ready = self._prepare([want.shape for want in wants])
        self._ready.update((id(want), shape) for want, shape in zip(wants, ready, strict=True))

    def _sendable(self, want: Want) -> Shape:
        return self._places.sendable(self._shape(want), want)

    def _shape(self, want: Want) -> Shape:
        """The block with its files in place, where they were uploaded."""
        return self._ready.get(id(want), want.shape)

    def _level(self, level: Level) -> list[Node]:
        """Do a level. Raises Unlike, NotFound and Refused where blocks are gone."""
        with_ids(self._body, level.parent, level.old)
        known = {node.id for node in level.old}
        nodes: list[Node] = []
        run: list[Want] = []
        place = -1
        for at, (step, want) in enumerate(zip(level.steps, level.new, strict=True)):
            if step.verb == "insert":
                place = step.old
                run.append(want)
                continue
            nodes += self._inserted(level, run, place, known)
            run = []
            node = level.old[step.old]
            if step.verb == "change":
                node = self._changed(level.parent, known, node, want, level.below.get(at))
            nodes.append(node)
        nodes += self._inserted(level, run, place, known)
        for index in level.deleted:
            self._delete(level.parent, level.old[index])
        return nodes

    def _inserted(self, level: Level, run: list[Want], place: int, known: set[str]) -> list[Node]:
        if not run:
            return []
        after = level.old[place].id if place >= 0 else None
        shapes = [self._sendable(want) for want in run]
        ids = self._body.append(level.parent, shapes, known, after, start=after is None)
        if after is None and not level.deleted:
            self._body.met.add(level.parent)  # neither what stands behind them nor a block that is gone would tell
        made = [want.node(shape, block) for block, shape, want in zip(ids, shapes, run, strict=True)]
        self._places.fresh.update(ids)
        return made

    def _changed(self, parent: str, known: set[str], node: Node, want: Want, below: Level | None) -> Node:
        file = want.kind in MEDIA and not same_file(node.own, want.own)
        if node.own != want.own and not file and self._places.targets(want):
            self._places.later(want)  # once, with its links
        elif node.own != want.own:
            shape = self._shape(want) if file else want.shape
            if shape["type"] != want.shape["type"]:
                ids = self._body.append(parent, [shape], known, node.id)  # its new file can't be shown
                self._body.delete(node.id)
                return want.node(shape, ids[0])
            shape = self._places.sendable(bare_of(shape), want)
            self._body.change(node.id, update_body(shape, file=file))
        nodes = self._level(below._replace(parent=node.id)) if below else node.below
        return Node(node.id, want.kind, want.own, want.sketch, nodes)

    def _delete(self, parent: str, node: Node) -> None:
        """Delete a block of ours; not what people put below it, for which the block stays, emptied of ours."""
        if self.people and others_below(self._body, node.id):
            with_ids(self._body, node.id, node.below)
            for child in node.below:
                self._delete(node.id, child)
            text = "a block that the report no longer has stays on the page, because people put something into it"
            self._body.notes.append(degraded("people.kept", text))
            return
        if not self._body.delete(node.id):
            self._body.met.add(parent)

    # ---------------------------------------------------------------- links on the page

    def _linked(self, nodes: list[Node], *, everywhere: bool) -> list[Node]:
        """The second pass: links to places on the page, once their blocks are there."""
        for want, path in self._places.open(self._wants, nodes, everywhere=everywhere):
            node = self._at(nodes, path)
            bare = bare_of(want.shape)
            for anchor in self._places.targets(want):
                self._at(nodes, self._places.path(anchor))
            linked = self._places.linked(bare, nodes)
            self._body.change(node.id, update_body(linked, file=False))
        return nodes

    def _at(self, nodes: Sequence[Node], path: Sequence[int]) -> Node:
        """The block at a path, its id read where it isn't known yet."""
        parent, level = self._page, nodes
        node = level[path[0]]
        for at, index in enumerate(path):
            with_ids(self._body, parent, level)
            node = level[index]
            if at < len(path) - 1:
                parent, level = node.id, node.below
        return node
