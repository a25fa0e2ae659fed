"""Where a target's pages live: the space, and the page that is the root."""

from __future__ import annotations

import re

from adapters.base import Root
from adapters.confluence.client import Row, Space
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.errors import NotFound
from adapters.settings import TargetSettings

_ADDRESS = re.compile(r"https?://[^/]+/.*?(?:/(?:pages|folder)/(\d+)(?:[/?#].*)?|[?&]pageId=(\d+)(?:[&#].*)?)$")
"""Addresses of pages and folders that people copy from their browser, of Cloud and of Data Center."""


def _id_in(address: str) -> str:
    """The id that an address holds, else an empty text."""
    found = _ADDRESS.match(address)
    return (found[1] or found[2]) if found else ""


class Placing:
    """Finds the space by key and the root by title or id, once."""

    def __init__(self, client: CloudClient | DataCenterClient, settings: TargetSettings) -> None:
        self.client = client
        self.settings = settings
        self._space: Space | None = None
        self._found: tuple[Space, Root] | None = None

    def _place(self) -> tuple[Space, Root]:
        """The space and the root. Raises NotFound."""
        if self._found is not None:
            return self._found
        space = self._space = self._space or self._named_space()
        found = space, self._root(space)
        if found[1].id:
            self._found = found
        return found

    def _named_space(self) -> Space:
        key = self.settings.space
        if not key:
            raise NotFound(f"target {self.settings.name!r} names no space", hint="set space to the key of a space")
        hint = "check its key (it stands in the space's address) and that the account may see it"
        try:
            space = self.client.space(key)
        except NotFound as error:
            raise NotFound(f"there is no space {key!r}", hint=hint, status=404, trace=error.trace) from None
        if space is None:
            raise NotFound(f"there is no space {key!r}", hint=hint)
        return space

    def _root(self, space: Space) -> Root:
        wanted = self.settings.parent.strip()
        if not wanted:
            if not space.home:
                raise NotFound(f"space {space.key!r} has no home page", hint="set parent to a page of the space")
            url = space.url or f"{self.client.site}/spaces/{space.key}"
            return Root(id=space.home, title=space.name or space.key, url=url, space=space.key)
        given = wanted if wanted.isdigit() else _id_in(wanted)
        row = self._by_id(space, given) if given else None
        row = row or (
            None if given and not wanted.isdigit() else self._titled(space, wanted) or self._folder(space, wanted)
        )
        if row is not None and row.status == "current":
            return Root(id=row.id, title=row.title, url=row.url, space=space.key)
        if row is not None or given:
            state = f"is {row.status}" if row is not None else "is not there"
            hint = "name a current page by title or id, or leave parent out for the home page"
            raise NotFound(f"the parent page {wanted!r} {state} in space {space.key!r}", hint=hint)
        if not space.home:
            raise NotFound(f"there is no page {wanted!r}, and no home page to make it under", hint="make it by hand")
        return Root(id="", title=wanted, url=space.url or self.client.site, space=space.key)

    def _folder(self, space: Space, title: str) -> Row | None:
        """The only folder of a title: Cloud finds folders by search alone, so that a new one may be missed for a moment."""
        if not isinstance(self.client, CloudClient) or not title:
            return None
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        found = list(self.client.found(f'type = folder and space = "{space.key}" and title = "{quoted}"'))
        return self.client.folder(found[0]) if len(found) == 1 else None

    def _by_id(self, space: Space, page: str) -> Row | None:
        try:
            row: Row | None = self.client.page(page)
        except NotFound:
            row = self.client.folder(page) if isinstance(self.client, CloudClient) else None
        if row is None:
            return None
        if row.space not in {space.id, space.key}:
            raise NotFound(f"{page} is not in space {space.key!r}", hint="check space and parent")
        return row

    def _titled(self, space: Space, title: str, *, post: bool = False) -> Row | None:
        found = self.client.titled(space, title, post=post)
        rows = [row for row in found if row.title.casefold() == title.strip().casefold()]
        if post:
            return max(rows, key=lambda row: int(row.id), default=None)  # titles are one a day: the newest
        return min(rows, key=lambda row: row.status != "current", default=None)
