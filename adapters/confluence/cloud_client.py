"""Endpoints of Confluence Cloud: v2, and those of v1 that have no twin there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from adapters.base import Readership, Version
from adapters.confluence.client import (
    Property,
    Row,
    Space,
    property_of,
    text_of,
    version_of,
)
from adapters.confluence.cloud_people import BULK, CloudPeople
from adapters.confluence.records import PROPERTY
from adapters.errors import NotFound


class CloudClient(CloudPeople):
    """Confluence Cloud."""

    def space(self, key: str) -> Space | None:
        """The space of a key (compared without case)."""
        answer = self.http.get("api/v2/spaces", {"keys": key})
        if not answer["results"]:
            return None
        space = answer["results"][0]
        # Behind the gateway only the answer knows the address that people use.
        url = self._address(space, (answer.get("_links") or {}).get("base", ""))
        home = text_of(space.get("homepageId"))
        return Space(text_of(space["id"]), space["key"], space.get("name", ""), home, url)

    def page(self, page: str, *, body: bool = False, properties: bool = False, version: int = 0) -> Row:
        """One page; it may be archived or in the trash. Raises NotFound."""
        params: dict[str, str] = {}
        if body:
            params["body-format"] = "storage"
        if properties:
            params["include-properties"] = "true"
        if version:
            params["version"] = str(version)
        data = self.http.get(self._path(page), params)
        row = self._row(data)
        if row.property is None and ((data.get("properties") or {}).get("meta") or {}).get("hasMore"):
            # Only the first 50 come along; ours may stand behind those of other tools.
            return msgspec.structs.replace(row, property=self.property(page, PROPERTY))
        return row

    def folder(self, folder: str) -> Row | None:
        """A folder (as a place for pages), None where there is none of this id."""
        try:
            row = self._row(self.http.get(f"api/v2/folders/{folder}"))
        except NotFound:
            return None
        self.folders.add(row.id)
        return row

    def pages(self, ids: Sequence[str]) -> list[Row]:
        """Current and archived pages of these ids, without bodies; 250 a request. Blog posts are asked for apart."""
        rows: list[Row] = []
        for plural, mine in (
            ("pages", [one for one in ids if one not in self.posts]),
            ("blogposts", [one for one in ids if one in self.posts]),
        ):
            for start in range(0, len(mine), BULK):
                chunk = ",".join(mine[start : start + BULK])
                for results, base in self._paged(f"api/v2/{plural}", {"id": chunk, "limit": str(BULK)}):
                    rows += [self._row(row, base) for row in results]
        return rows

    def titled(self, space: Space, title: str, *, post: bool = False) -> list[Row]:
        """Pages (or blog posts) of a title in a space, archived ones too: those own their titles."""
        params = {"space-id": space.id, "title": title, "status": ["current"] if post else ["current", "archived"]}
        paged = self._paged(f"api/v2/{'blogposts' if post else 'pages'}", params)
        return [self._row(row, base) for results, base in paged for row in results]

    def space_posts(self, space: Space) -> list[Row]:
        """All current blog posts of a space; 250 a request."""
        paged = self._paged(f"api/v2/spaces/{space.id}/blogposts", {"status": "current", "limit": str(BULK)})
        return [self._row(row, base) for results, base in paged for row in results]

    def space_pages(self, space: Space) -> Iterator[list[Row]]:
        """All pages of a space, a request at a time."""
        params = {"space-id": space.id, "status": ["current", "archived"], "limit": str(BULK)}
        for results, base in self._paged("api/v2/pages", params):
            yield [self._row(row, base) for row in results]

    def descendants(self, page: str) -> list[str]:
        """Ids of all pages below one."""
        paged = self._paged(f"{self._path(page)}/descendants", {"limit": str(BULK)})
        return [text_of(row["id"]) for results, _ in paged for row in results if row.get("type", "page") == "page"]

    def create(self, space: Space, title: str, parent: str, body: str, *, private: bool = False) -> Row:
        """A new page, readable by us alone from its first moment if it is ``private``; without a parent a blog post."""
        storage = {"representation": "storage", "value": body}
        wanted = {"spaceId": space.id, "status": "current", "title": title, "body": storage}
        if parent:
            wanted["parentId"] = parent
        path = f"api/v2/{'pages' if parent else 'blogposts'}"
        row = self._row(self.http.post(f"{path}?private=true" if private else path, wanted))
        if not parent:
            self.posts.add(row.id)
        return row

    def update(self, page: str, title: str, body: str, version: int, message: str, parent: str | None = None) -> Row:
        """The page with a new body and version. Raises StaleVersion unless ``version`` is the next one."""
        wanted: dict[str, object] = {
            "id": page,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": version, "message": message, "minorEdit": True},  # no mail to watchers
        }
        if parent is not None:
            wanted["parentId"] = parent
        # May be sent again: a version number is taken once, so a second attempt of a done write gets 409.
        return self._row(self.http.put(self._path(page), wanted, idempotent=True))

    def move(self, page: str, parent: str) -> None:
        """Puts a page below another one, last; makes no version."""
        self.http.put(f"rest/api/content/{page}/move/append/{parent}", {}, idempotent=True)

    def children(self, parent: str) -> list[str]:
        """Ids of the pages right below one, in the order in which people see them."""
        paged = self._paged(f"{self._path(parent)}/direct-children", {"limit": str(BULK)})
        return [text_of(row["id"]) for results, _ in paged for row in results if row.get("type", "page") == "page"]

    def place(self, space: Space, page: str, where: str, other: str) -> None:  # noqa: ARG002
        """Puts a page right ``before`` or ``after`` another one; makes no version."""
        self.http.put(f"rest/api/content/{page}/move/{where}/{other}", {}, idempotent=True)

    def trash(self, page: str) -> None:
        """Moves a page to the trash."""
        self.http.delete(self._path(page))

    def retitle(self, page: str, title: str) -> None:
        """Another title; makes a version with the same body."""
        self.http.put(f"api/v2/pages/{page}/title", {"status": "current", "title": title}, idempotent=True)

    def archive(self, page: str) -> str:
        """Starts to archive a page; returns the id of the long task."""
        task = self.http.post("rest/api/content/archive", {"pages": [{"id": int(page)}]}, idempotent=True)
        return text_of(task["id"])

    def state(self, page: str) -> str:
        """The name of the page's status, empty where it has none."""
        found = self.http.get(f"rest/api/content/{page}/state", {"status": "current"}).get("contentState") or {}
        return text_of(found.get("name"))

    def set_state(self, page: str, name: str, color: str) -> None:
        """A status beside the page's title; makes a version with the same body."""
        path = f"rest/api/content/{page}/state?status=current"
        self.http.put(path, {"name": name, "color": color}, idempotent=True)

    def clear_state(self, page: str) -> None:
        """No status; makes a version with the same body."""
        self.http.delete(f"rest/api/content/{page}/state", {"status": "current"})

    def readership(self, page: str) -> Readership:
        """Views and viewers of all time; two requests."""
        counts = [
            int(self.http.get(f"rest/api/analytics/content/{page}/{kind}").get("count") or 0)
            for kind in ("views", "viewers")
        ]
        return Readership(*counts)

    def task(self, task: str) -> tuple[bool, bool]:
        """Whether a long task has ended, and well."""
        state = self.http.get(f"rest/api/longtask/{task}")
        ended = bool(state.get("finished")) or state.get("percentageComplete", 0) >= 100
        return ended, bool(state.get("successful", ended))

    def properties(self, page: str) -> dict[str, Property]:
        """All properties of a page by key."""
        paged = self._paged(self._property_path(page), {"limit": str(BULK)})
        return {row["key"]: property_of(row) for results, _ in paged for row in results}

    def space_properties(self, space: Space) -> dict[str, object]:
        """Properties of a space by key."""
        paged = self._paged(f"api/v2/spaces/{space.id}/properties", {"limit": str(BULK)})
        return {row["key"]: row.get("value") for results, _ in paged for row in results}

    def property(self, page: str, key: str) -> Property | None:
        """One property of a page."""
        found = self.http.get(self._property_path(page), {"key": key})["results"]
        return property_of(found[0]) if found else None

    def _property_path(self, page: str, key: str = "", old: Property | None = None) -> str:
        del key  # found by id here
        path = f"{self._path(page)}/properties"
        return f"{path}/{old.id}" if old else path

    def attachments(self, page: str) -> dict[str, tuple[str, int]]:
        """Id and size in bytes of each attachment, by name."""
        paged = self._paged(f"{self._path(page)}/attachments", {"limit": str(BULK)})
        return {row["title"]: (text_of(row["id"]), int(row.get("fileSize", 0))) for rows, _ in paged for row in rows}

    def file_id(self, page: str, name: str) -> str:
        """The id by which the site's media service knows an attachment's file; empty where there is none."""
        rows = self.http.get(f"{self._path(page)}/attachments", {"filename": name})["results"]
        return next((text_of(row.get("fileId")) for row in rows if row.get("title") == name), "")

    def trash_attachment(self, attachment: str) -> None:
        """Moves an attachment to the trash."""
        self.http.delete(f"api/v2/attachments/{attachment}")

    def versions(self, page: str) -> list[Version]:
        """The page's history, newest first."""
        rows = [row for rows, _ in self._paged(f"{self._path(page)}/versions", {"limit": "50"}) for row in rows]
        return [version_of(row, self._name(text_of(row.get("authorId"))), row.get("createdAt")) for row in rows]

    def may_create(self, space: Space, page: str) -> bool | None:
        """Whether we may edit the parent page; None when the wiki doesn't say."""
        del space
        data = self.http.get(self._path(page), {"include-operations": "true"})
        operations = (data.get("operations") or {}).get("results")
        if operations is None:
            return None
        return any(row.get("operation") == "update" and row.get("targetType") == "page" for row in operations)
