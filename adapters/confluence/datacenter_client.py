"""Endpoints of Confluence Data Center and Server: v1 only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from adapters.base import Comment, Version
from adapters.confluence.client import (
    Client,
    Property,
    Row,
    Space,
    body_of,
    further,
    property_of,
    text_of,
    version_of,
)
from adapters.confluence.records import PROPERTY
from adapters.confluence.transport import Params
from adapters.confluence.wire import Json
from adapters.directory import Person
from adapters.errors import NotFound, Refused

EXPAND = f"version,ancestors,space,metadata.properties.{PROPERTY}"


class DataCenterClient(Client):
    """Confluence Data Center and Server (v1 only)."""

    user_field = "username"
    names = "user names"

    def space(self, key: str) -> Space | None:
        """The space of a key. Raises NotFound."""
        space = self.http.get(f"rest/api/space/{quote(key, safe='')}", {"expand": "homepage"})
        home = (space.get("homepage") or {}).get("id")
        return Space(text_of(space["id"]), space["key"], space.get("name", ""), text_of(home), self._address(space))

    def page(self, page: str, *, body: bool = False, version: int = 0, trashed: bool = False) -> Row:
        """One page with our property; one in the trash only where ``trashed`` is asked for. Raises NotFound."""
        params = {"expand": f"{EXPAND},body.storage" if body else EXPAND}
        if trashed:
            params |= {"status": "any"}
        if version:
            params |= {"version": str(version), "status": "historical"}
        return self._row(self.http.get(f"rest/api/content/{page}", params))

    def titled(self, space: Space, title: str, *, post: bool = False) -> list[Row]:
        """Current pages (or blog posts) of a title in a space."""
        kind = "blogpost" if post else "page"
        params = {"spaceKey": space.key, "title": title, "type": kind, "status": "any", "expand": EXPAND}
        return [row for rows in self._paged("rest/api/content", params) for row in rows if row.status != "trashed"]

    def space_pages(self, space: Space) -> Iterator[list[Row]]:
        """All current pages of a space, a request at a time."""
        params = {"spaceKey": space.key, "type": "page", "expand": "version,ancestors,space", "limit": "200"}
        yield from self._paged("rest/api/content", params)

    def space_posts(self, space: Space) -> list[Row]:
        """All current blog posts of a space, with our property."""
        params = {"spaceKey": space.key, "type": "blogpost", "expand": EXPAND, "limit": "200"}
        return [row for rows in self._paged("rest/api/content", params) for row in rows]

    def descendants(self, page: str) -> list[Row]:
        """All pages below one, with our property."""
        params = {"expand": EXPAND, "limit": "200"}
        return [row for rows in self._paged(f"rest/api/content/{page}/descendant/page", params) for row in rows]

    def create(self, space: Space, title: str, parent: str, body: str, value: object) -> Row:
        """A new page that has our property from its first moment; without a parent a blog post."""
        wanted: dict[str, object] = {
            "type": "page" if parent else "blogpost",
            "title": title,
            "space": {"key": space.key},
            "body": {"storage": {"value": body, "representation": "storage"}},
            "metadata": {"properties": {PROPERTY: {"value": value}}},
        }
        if parent:
            wanted["ancestors"] = [{"id": parent}]
        row = self._row(self.http.post("rest/api/content", wanted))
        if not parent:
            self.posts.add(row.id)
        return row

    def update(self, page: str, title: str, body: str, version: int, message: str, parent: str | None = None) -> Row:
        """The page with a new body and version. Raises StaleVersion unless ``version`` is the next one."""
        wanted: dict[str, object] = {
            "id": page,
            "type": "blogpost" if page in self.posts else "page",
            "title": title,
            "body": {"storage": {"value": body, "representation": "storage"}},
            "version": {"number": version, "minorEdit": True, "message": message},
        }
        if parent is not None:
            wanted["ancestors"] = [{"id": parent}]
        return self._row(self.http.put(f"rest/api/content/{page}", wanted, idempotent=True))

    def children(self, parent: str) -> list[str]:
        """Ids of the pages right below one, in the order in which people see them."""
        paged = self._raw_pages(f"rest/api/content/{parent}/child/page", {"limit": "200"})
        return [text_of(row["id"]) for rows in paged for row in rows]

    def place(self, space: Space, page: str, where: str, other: str) -> None:
        """Puts a page right ``before`` or ``after`` another one, by the tree's own action; makes no version. Raises
        Refused, PermissionDenied.
        """
        position = "above" if where == "before" else "below"
        params = {"pageId": page, "spaceKey": space.key, "position": position, "targetId": other}
        answer = self.http.act("pages/movepage.action", params)
        if answer.get("actionErrors"):
            raise Refused("; ".join(str(one) for one in answer["actionErrors"])[:300])

    def trash(self, page: str) -> None:
        """Moves a page to the trash."""
        self.http.delete(f"rest/api/content/{page}")

    def space_properties(self, space: Space) -> dict[str, object]:
        """Properties of a space's home page by key: REST knows none of the space itself."""
        if not space.home:
            return {}
        return {key: found.value for key, found in self.properties(space.home).items()}

    def properties(self, page: str) -> dict[str, Property]:
        """All properties of a page by key."""
        paged = self._raw_pages(self._property_path(page), {"limit": "200", "expand": "version"})
        return {row["key"]: property_of(row) for rows in paged for row in rows}

    def property(self, page: str, key: str) -> Property | None:
        """One property of a page."""
        return self.properties(page).get(key)

    def _property_path(self, page: str, key: str = "", old: Property | None = None) -> str:
        path = f"rest/api/content/{page}/property"
        return f"{path}/{quote(key, safe='')}" if old else path

    def attachments(self, page: str) -> dict[str, tuple[str, int]]:
        """Id and size in bytes of each attachment, by name."""
        found: dict[str, tuple[str, int]] = {}
        for rows in self._raw_pages(f"rest/api/content/{page}/child/attachment", {"limit": "200"}):
            found |= {
                row["title"]: (text_of(row["id"]), int((row.get("extensions") or {}).get("fileSize", 0)))
                for row in rows
            }
        return found

    def trash_attachment(self, attachment: str) -> None:
        """Moves an attachment to the trash."""
        self.http.delete(f"rest/api/content/{attachment}")

    def versions(self, page: str) -> list[Version]:
        """The page's history, newest first. Source: reference, section 11 (``/version`` from 7.0 on)."""
        rows = [row for rows in self._raw_pages(f"rest/api/content/{page}/version", {"limit": "200"}) for row in rows]
        return [version_of(row, text_of((row.get("by") or {}).get("displayName")), row.get("when")) for row in rows]

    def comments(self, page: str) -> list[Comment]:
        """Readers' comments on a page, without the answers to them."""
        params = {"expand": "body.storage,version,extensions.inlineProperties,extensions.resolution", "limit": "200"}
        found: list[Comment] = []
        for rows in self._raw_pages(f"rest/api/content/{page}/child/comment", params):
            found += [self._comment(row) for row in rows]
        return found

    def _comment(self, row: Json) -> Comment:
        more = row.get("extensions") or {}
        places = more.get("inlineProperties") or {}
        version = row.get("version") or {}
        return self._comment_of(
            row,
            inline=more.get("location") == "inline",
            author=text_of((version.get("by") or {}).get("displayName")),
            created=version.get("when"),
            status=(more.get("resolution") or {}).get("status"),
            words=places.get("originalSelection"),
            ref=places.get("markerRef"),
        )

    def account(self, name: str) -> str:
        """The user name, if there is such a user; else empty."""
        try:
            return text_of(self.http.get("rest/api/user", {"username": name}).get("username"))
        except (NotFound, Refused):
            return ""

    def account_of(self, person: Person) -> str:
        """The key of the user who is called as the person's e-mail address, or as what stands before its ``@`` and has
        the person's full name; empty if there is none. REST tells no e-mail. Two requests at most.
        """
        for name in (person.email, person.email.partition("@")[0]):
            try:
                user = self.http.get("rest/api/user", {"username": name})
            except (NotFound, Refused):
                continue
            same = text_of(user.get("displayName")).casefold() == person.name.casefold()
            if name == person.email or same:
                return text_of(user.get("userKey"))
        return ""

    def _paged(self, path: str, params: Params) -> Iterator[list[Row]]:
        for results in self._raw_pages(path, params):
            yield [self._row(row) for row in results]

    def _raw_pages(self, path: str, params: Params) -> Iterator[list[dict[str, Any]]]:
        """Rows, page after page; the server may lower the limit. Source: reference, section 4.

        The link to the next rows counts where there is one: rows that we may not see make a page shorter than its limit.
        """
        start, seen = "0", {"0"}
        while True:
            answer = self.http.get(path, {**params, "start": start})
            results = answer["results"]
            yield results
            query = parse_qs(urlsplit((answer.get("_links") or {}).get("next") or "").query)
            full = bool(results) and len(results) >= int(answer.get("limit", len(results) + 1))
            if not full and "start" not in query:
                return
            start = further(seen, query.get("start", [str(int(start) + len(results))])[0])

    def _row(self, data: Json) -> Row:
        version = data.get("version") or {}
        ours = ((data.get("metadata") or {}).get("properties") or {}).get(PROPERTY)
        ancestors = data.get("ancestors") or []
        by = version.get("by") or {}
        return Row(
            id=text_of(data["id"]),
            title=data.get("title", ""),
            version=int(version.get("number", 0)),
            parent=text_of(ancestors[-1]["id"]) if ancestors else None,
            status=data.get("status", "current"),
            space=text_of((data.get("space") or {}).get("key")),
            url=self._address(data),
            message=version.get("message") or "",
            author=by.get("displayName") or by.get("username") or "",
            body=body_of(data),
            property=property_of(ours) if isinstance(ours, dict) and "value" in ours else None,
        )
