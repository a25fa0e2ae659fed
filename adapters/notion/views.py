"""The views of a database that we made: a table without nbwiki's memory, and a gallery that shows the first figure."""

from __future__ import annotations

import logging

from adapters.errors import AuthError, WikiError
from adapters.notion.client import Json, NotionClient
from adapters.notion.database import Place
from adapters.notion.rows import MEMORY

CARD = ("Name", "Summary", "Authors", "Updated")
"""Properties that a card of the gallery shows."""
_log = logging.getLogger(__name__)


def arrange(client: NotionClient, place: Place) -> None:
    """Set up the views, once, right after the database was made. Views are people's: later runs leave them alone.

    A workspace that refuses them keeps Notion's own table; that is logged and no error.
    """
    try:
        properties: Json = client.data_source(place.source)["properties"]
        for view in client.views(place.database):
            table = {"type": "table", "properties": _visible(properties, set(properties) - set(MEMORY))}
            client.update_view(view["id"], {"name": "Table", "configuration": table})
            break
        client.create_view(
            {
                "database_id": place.database,
                "data_source_id": place.source,
                "name": "Gallery",
                "type": "gallery",
                # The page's own first picture, whole: a plot cropped to a cover tells nothing.
                "configuration": {
                    "type": "gallery",
                    "cover": {"type": "page_content"},
                    "cover_size": "medium",
                    "cover_aspect": "contain",
                    "properties": _visible(properties, set(CARD)),
                },
            }
        )
    except AuthError:
        raise
    except WikiError as error:
        _log.warning("the database's views are left as Notion makes them: %s", error.message)


def _visible(properties: Json, shown: set[str]) -> list[Json]:
    """Each property with whether it is shown: those that a list leaves out are hidden or not as Notion likes."""
    return [{"property_id": each["id"], "visible": name in shown} for name, each in properties.items()]
