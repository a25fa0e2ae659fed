"""Live views of the reports on pages of the hub: linked databases, made and changed by Notion's views API.

A writer marks the place by a block of kind ``nbwiki_views``, which no document can make (:class:`converters.model.Views`).
Views are people's once they are there: they are changed only when what the hub wants of them changes, and one that
people removed stays away.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from adapters.base import Record
from adapters.errors import AuthError, NotFound, WikiError
from adapters.notion.client import Json
from adapters.notion.looking import with_ids
from adapters.notion.target import Target
from adapters.notion.trees import Node
from adapters.notion.values import option
from converters.model import Filter, LiveView, Rendered

MARK = "nbwiki_views"
_log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """The views of one page, and how many of its blocks stand before them."""

    views: tuple[LiveView, ...]
    before: int

    @property
    def digest(self) -> str:
        """Tells these views from others."""
        return hashlib.sha256(msgspec.json.encode(self.views)).hexdigest()[:16]


def parted(content: Rendered) -> tuple[Rendered, Wanted | None]:
    """The content without the mark of its views, and those."""
    place = next((at for at, shape in enumerate(content.blocks) if shape.get("type") == MARK), None)
    if place is None:
        return content, None
    mark: Any = content.blocks[place][MARK]
    views = msgspec.convert(mark["views"], tuple[LiveView, ...])
    blocks = tuple(shape for shape in content.blocks if shape.get("type") != MARK)
    places = {name: (at - (at > place), *rest) for name, (at, *rest) in content.places.items()}
    return msgspec.structs.replace(content, blocks=blocks, places=places), Wanted(views, place)


class Linked:
    """Puts linked databases on pages."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._properties: Json | None = None

    def put(self, page: str, wanted: Wanted | None, nodes: Sequence[Node], known: Record | None) -> dict[str, object]:
        """Brings the page's views about. Returns what the record's state keeps of them.

        A workspace that refuses them keeps the page without; that is logged, and tried again when the page is written.
        """
        before = known.state.get("views") if known else None
        had = before if isinstance(before, dict) else {}
        if wanted is None:
            return {"views": had} if had else {}
        if had.get("digest") == wanted.digest:
            return {"views": had}
        try:
            database = self._made(page, wanted, nodes, str(had.get("database", "")))
        except AuthError:
            raise
        except WikiError as error:
            _log.warning("the views of a page of the hub were refused: %s", error.message)
            return {"views": had} if had else {}
        return {"views": {"database": database, "digest": wanted.digest}}

    def _made(self, page: str, wanted: Wanted, nodes: Sequence[Node], database: str) -> str:
        client = self._target.client
        database = database or self.left(page)
        there: dict[str, str] = {}
        if database:
            try:
                there = {view["name"]: view["id"] for view in map(self._whole, client.views(database))}
            except NotFound:
                return database  # people took it away
        for view in wanted.views:
            body = self._body(view)
            if view.name in there:
                change = {name: value for name, value in body.items() if name in {"filter", "sorts", "configuration"}}
                client.update_view(there[view.name], change)
                continue
            body |= {"data_source_id": self._target.here()[0].source, "name": view.name, "type": view.layout}
            if database:
                client.create_view({**body, "database_id": database})
                continue
            parent: Json = {"parent": {"type": "page_id", "page_id": page}}
            if 0 < wanted.before <= len(nodes):
                with_ids(self._target.body(), page, nodes)
                parent["position"] = {"type": "after_block", "block_id": nodes[wanted.before - 1].id}
            database = str(client.create_view({**body, "create_database": parent})["parent"]["database_id"])
        return database

    def _whole(self, view: Json) -> Json:
        """A view with its name: lists may hold references only."""
        return view if "name" in view else self._target.client.view(view["id"])

    def left(self, page: str) -> str:
        """A linked database that a killed run left on the page."""
        for child in self._target.client.children(page):
            if child["type"] == "child_database" and child["created_by"]["id"] == self._target.bot:
                return str(child["id"])
        return ""

    def of_others(self, page: str) -> bool:
        """Whether a page of ours is another thing than a folder's page of this database: it, or one of ours below it, shows
        rows of another one (another library's), or it has text of ours (a report that people moved out).
        """
        source = self._target.here()[0].source
        for child in self._target.client.children(page):
            if child["created_by"]["id"] != self._target.bot:
                continue
            if child["type"] == "child_database":
                views = [self._target.client.view(one["id"]) for one in self._target.client.views(child["id"])]
                if not any(view.get("data_source_id") == source for view in views):
                    return True
            elif child["type"] != "child_page" or self.of_others(child["id"]):
                return True
        return False

    def _body(self, view: LiveView) -> Json:
        properties = self._schema()
        names = self._target.here()[1].names
        found: Json = {"configuration": self._configuration(view, properties, names)}
        rules = [self._rule(one, properties, names) for one in view.all_of]
        either = [self._rule(one, properties, names) for one in view.any_of]
        if len(either) > 1:
            rules.append({"or": either})
        else:
            rules += either
        if rules:
            found["filter"] = rules[0] if len(rules) == 1 else {"and": rules}
        if view.sort:
            direction = "descending" if view.descending else "ascending"
            found["sorts"] = [{"property": names[view.sort], "direction": direction}]
        return found

    def _schema(self) -> Json:
        if self._properties is None:
            self._properties = self._target.client.data_source(self._target.here()[0].source)["properties"]
        return self._properties

    def _rule(self, rule: Filter, properties: Json, names: Mapping[str, str]) -> Json:
        name = names[rule.property]
        kind = str(properties[name]["type"])
        value: object = rule.value
        if kind in {"select", "multi_select"}:
            chosen = option(rule.value, rule.property, [])
            value = chosen["name"] if chosen else rule.value
        if rule.op == "is_not_empty":
            value = True
        return {"property": name, kind: {rule.op: value}}

    def _configuration(self, view: LiveView, properties: Json, names: Mapping[str, str]) -> Json:
        shown = {names[name] for name in view.shown if name in names}
        order = {name: rank for rank, name in enumerate(names[each] for each in view.shown if each in names)}
        listed = sorted(properties, key=lambda name: (order.get(name, len(order)), name))
        found: Json = {"type": view.layout}
        if shown:
            found["properties"] = [{"property_id": properties[name]["id"], "visible": name in shown} for name in listed]
        if view.layout == "gallery":
            # The page's own first picture, whole: a plot cropped to a cover tells nothing.
            found |= {"cover": {"type": "page_content"}, "cover_size": "medium", "cover_aspect": "contain"}
        if view.layout == "board":
            group = properties[names[view.group_by]]
            found["group_by"] = {
                "type": group["type"],
                "property_id": group["id"],
                "sort": {"type": "ascending"},
                "hide_empty_groups": True,
            }
        return found
