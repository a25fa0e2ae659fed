"""The views of a database that we made: table, gallery of first figures, board by topic, list of what changed last."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adapters.errors import AuthError, WikiError
from adapters.notion.client import Json, NotionClient
from adapters.notion.database import Place
from adapters.notion.rows import BEING_WRITTEN

CARD = ("Name", "Summary", "Authors", "Topics", "Updated", "Status")
"""Properties that a card shows."""
TABLE = (
    "Name",
    "Summary",
    "Authors",
    "Topics",
    "Team",
    "Kind",
    "Status",
    "Updated",
    "Data as of",
    "Reading time",
    "Source",
)
"""Properties that a table shows, in this order."""
_log = logging.getLogger(__name__)


def arrange(client: NotionClient, place: Place) -> None:
    """Set up the views, once, right after the database was made. Views are people's: later runs leave them alone.

    A workspace that refuses them keeps Notion's own table; that is logged and no error.
    """
    try:
        properties: Json = client.data_source(place.source)["properties"]
        kinds = _kinds(properties)
        table, *others = kinds
        for view in client.views(place.database):
            client.update_view(view["id"], {name: value for name, value in table.items() if name != "type"})
            break
        for view in others:
            client.create_view({"database_id": place.database, "data_source_id": place.source, **view})
    except AuthError:
        raise
    except WikiError as error:
        _log.warning("the database's views are left as Notion makes them: %s", error.message)


def shelve(client: NotionClient, place: Place) -> None:
    """The table of the hub's pages without nbwiki's memory; once, as :func:`arrange`."""
    try:
        properties: Json = client.data_source(place.source)["properties"]
        table = {"type": "table", "properties": _visible(properties, ("Name", "Kind"))}
        for view in client.views(place.database):
            client.update_view(view["id"], {"name": "Pages", "configuration": table})
            break
    except AuthError:
        raise
    except WikiError as error:
        _log.warning("the library's view is left as Notion makes it: %s", error.message)


def lead_to(client: NotionClient, parent: str, page: str) -> None:
    """A link to the home page on top of the page that everything is below; once, when home is made."""
    link: Json = {"type": "link_to_page", "link_to_page": {"type": "page_id", "page_id": page}}
    try:
        client.append(parent, [link], None, start=True)
    except AuthError:
        raise
    except WikiError as error:
        _log.warning("the parent page has no link to the home page: %s", error.message)


def lead_again(client: NotionClient, parent: str, page: str) -> None:
    """The same where a run was killed that had made home: only if the link isn't there."""
    try:
        links = [block for block in client.children(parent) if block["type"] == "link_to_page"]
    except AuthError:
        raise
    except WikiError as error:
        _log.warning("whether the parent page has a link to the home page isn't known: %s", error.message)
        return
    if not any(block["link_to_page"].get("page_id") == page for block in links):
        lead_to(client, parent, page)


def _kinds(properties: Json) -> list[Json]:
    """The views: what they are called, what they show and leave out. Pages that are not complete yet are in none."""
    ids = {name: each["id"] for name, each in properties.items()}
    ready = {"property": "Status", "select": {"does_not_equal": BEING_WRITTEN}}
    newest = [{"property": "Updated", "direction": "descending"}]
    cards: Json = {"properties": _visible(properties, CARD), "cover_size": "medium", "cover_aspect": "contain"}
    # The page's own first picture, whole: a plot cropped to a cover tells nothing.
    cards["cover"] = {"type": "page_content"}
    by_topic = {
        "type": "multi_select",
        "property_id": ids["Topics"],
        "sort": {"type": "ascending"},
        "hide_empty_groups": True,
    }
    table = {"type": "table", "properties": _visible(properties, TABLE)}
    return [
        {"name": "Table", "type": "table", "filter": ready, "configuration": table},
        {"name": "Gallery", "type": "gallery", "filter": ready, "sorts": newest, "configuration": {"type": "gallery", **cards}},
        {"name": "By topic", "type": "board", "filter": ready, "configuration": {
            "type": "board", "group_by": by_topic, "properties": _visible(properties, CARD)}},
        {"name": "Recently updated", "type": "list", "filter": ready, "sorts": newest, "configuration": {
            "type": "list", "properties": _visible(properties, ("Name", "Authors", "Updated", "Status"))}},
    ]  # fmt: skip


def _visible(properties: Json, shown: Sequence[str]) -> list[Json]:
    """Each property with whether it is shown, those first: what a list leaves out is hidden or not as Notion likes."""
    order = [*shown, *(name for name in properties if name not in shown)]
    return [{"property_id": properties[name]["id"], "visible": name in shown} for name in order if name in properties]
