"""One face for Confluence Cloud and Data Center, for the browser view: rows as small dicts of the same keys.

A face and its two sides in one file, longer than others: what one changes the other two mirror.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from adapters.sandbox.web.source import Api, Missing
from adapters.sandbox.web.texts import readable

Row = dict[str, Any]


MOST_FOUND = 500
"""Pages that one list shows at most, for the eyes."""


class Flavour(ABC):
    """Pages are dicts of ``id title parent space body version author when``; addresses are the vendor's."""

    site: str

    def __init__(self, api: Api) -> None:
        self.api = api
        self._names: dict[str, str] = {}

    @abstractmethod
    def address(self, row: Row) -> str:
        """Where the page is shown."""

    @abstractmethod
    def home(self, key: str) -> Row:
        """The home page of a space."""

    @abstractmethod
    def page(self, number: str) -> Row:
        """One page with its body."""

    @abstractmethod
    def tree(self, key: str) -> list[Row]:
        """All pages of a space, in order."""

    @abstractmethod
    def by_title(self, title: str, key: str) -> Row | None:
        """A page by its exact title."""

    @abstractmethod
    def attachments(self, number: str) -> list[Row]:
        """``name type size version download`` of each attachment."""

    @abstractmethod
    def labels(self, number: str) -> list[str]:
        """The labels of a page."""

    @abstractmethod
    def versions(self, number: str) -> list[Row]:
        """``number when author message`` of each version, newest first."""

    def by_query(self, cql: str) -> list[Row]:
        """Pages that a CQL query finds, with their addresses as ``href``. Raises Missing for a query that is refused."""
        found: list[str] = []
        following: Row = {"cql": cql, "limit": 50}
        path = f"/{self.site}/rest/api/content/search"
        while len(found) < MOST_FOUND:
            answer = self.api.get(path, **following)
            found += [str(row["id"]) for row in answer["results"]]
            more = answer.get("_links", {}).get("next")
            if not more:
                break
            following = {name: values[0] for name, values in parse_qs(urlsplit(more).query).items()}
        rows = map(self.page, found)
        return [{**row, "href": self.address(row)} for row in rows]

    @abstractmethod
    def body_of(self, number: str, version: int) -> str:
        """The body of one version. Raises Missing."""

    @abstractmethod
    def comments(self, number: str) -> list[Row]:
        """``id author when text words status`` of each comment, oldest first; ``words`` of those on the text."""

    @abstractmethod
    def person(self, number: str) -> Row:
        """``id name email`` of an account. Raises Missing."""

    def state(self, number: str) -> tuple[str, str]:
        """Name and colour of the page's status; empty where it has none."""
        del number
        return "", ""

    def closed(self, number: str) -> bool:
        """Whether only some may read the page."""
        rows = self.api.get(f"/{self.site}/rest/api/content/{number}/restriction").get("results", [])
        reads: Row = next((row["restrictions"] for row in rows if row["operation"] == "read"), {})
        return any((reads.get(kind) or {}).get("size") for kind in ("user", "group"))

    def children(self, number: str) -> list[Row]:
        """The pages directly below a page."""
        space = self.page(number)["space"]
        return [row for row in self.tree(space) if row["parent"] == number]

    def trail(self, row: Row) -> list[tuple[str, str]]:
        """Title and address of the pages above, outermost first."""
        rows = {other["id"]: other for other in self.tree(row["space"])}
        above: list[tuple[str, str]] = []
        parent = rows.get(row["parent"])
        while parent is not None and len(above) < 20:  # deeper trees than a line can show
            above.insert(0, (parent["title"], self.address(parent)))
            parent = rows.get(parent["parent"])
        return above

    def name(self, account: str) -> str:
        """A person's name."""
        if not account:
            return "somebody"
        if account not in self._names:
            try:
                self._names[account] = self.api.get("/wiki/rest/api/user", accountId=account)["displayName"]
            except Missing:
                self._names[account] = "somebody"
        return self._names[account]


class Cloud(Flavour):
    """Confluence Cloud, through v2 and the v1 routes that v2 has no twin of."""

    site = "wiki"

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self._keys = {space["id"]: space["key"] for space in api.all("/wiki/api/v2/spaces", limit=250)}
        self._ids = {key.upper(): number for number, key in self._keys.items()}
        self._post: dict[str, bool] = {}

    def _row(self, page: Row) -> Row:
        version = page.get("version") or {}
        body = (page.get("body") or {}).get("storage") or {}
        return {
            "id": str(page["id"]),
            "title": page["title"],
            "parent": str(page["parentId"]) if page.get("parentId") else None,
            "space": self._keys.get(str(page["spaceId"]), ""),
            "body": body.get("value", ""),
            "version": version.get("number", 1),
            "author": self.name(version.get("authorId", "")),
            "when": version.get("createdAt", ""),
            "position": page.get("position") or 0,
            "post": "parentId" not in page,
        }

    def address(self, row: Row) -> str:
        kind = "blog" if row["post"] else "pages"
        return f"/wiki/spaces/{row['space']}/{kind}/{row['id']}/{quote(row['title'].replace(' ', '+'), safe='+')}"

    def _at(self, number: str) -> str:
        """A page's address in the API, or a blog post's."""
        if number not in self._post:
            try:
                self.api.get(f"/wiki/api/v2/pages/{number}")
                self._post[number] = False
            except Missing:
                self._post[number] = True
        return f"/wiki/api/v2/{'blogposts' if self._post[number] else 'pages'}/{number}"

    def home(self, key: str) -> Row:
        for space in self.api.all("/wiki/api/v2/spaces", keys=key, limit=250):
            return self.page(str(space["homepageId"]))
        raise Missing(f"There is no space {key}.")

    def page(self, number: str) -> Row:
        return self._row(self.api.get(self._at(number), **{"body-format": "storage"}))

    def tree(self, key: str) -> list[Row]:
        space = f"/wiki/api/v2/spaces/{self._ids[key.upper()]}"
        rows = [
            *self.api.all(f"{space}/pages", limit=250, status="current"),
            *self.api.all(f"{space}/blogposts", limit=250, status="current"),
        ]
        return sorted(map(self._row, rows), key=lambda row: (row["post"], row["position"], row["title"].casefold()))

    def by_title(self, title: str, key: str) -> Row | None:
        if key.upper() not in self._ids:
            return None
        found = self.api.get("/wiki/api/v2/pages", title=title, **{"space-id": self._ids[key.upper()]})["results"]
        return self._row(found[0]) if found else None

    def attachments(self, number: str) -> list[Row]:
        return [
            {
                "name": row["title"],
                "type": row["mediaType"],
                "size": row["fileSize"],
                "version": row["version"]["number"],
                "download": "/wiki" + row["downloadLink"].removeprefix("/wiki"),
            }
            for row in self.api.all(f"{self._at(number)}/attachments", limit=250)
        ]

    def labels(self, number: str) -> list[str]:
        return [row["name"] for row in self.api.all(f"{self._at(number)}/labels", limit=250)]

    def versions(self, number: str) -> list[Row]:
        rows = self.api.all(f"{self._at(number)}/versions", limit=50)
        shown = [
            {
                "number": row["number"],
                "when": row["createdAt"],
                "author": self.name(row.get("authorId", "")),
                "message": row.get("message", ""),
            }
            for row in rows
        ]
        return sorted(shown, key=lambda row: -row["number"])

    def body_of(self, number: str, version: int) -> str:
        page = self.api.get(f"/wiki/api/v2/pages/{number}", version=version, **{"body-format": "storage"})
        return str(page["body"]["storage"]["value"])

    def comments(self, number: str) -> list[Row]:
        rows = [
            _comment(row, self.name((row.get("version") or {}).get("authorId", "")))
            for kind in ("inline-comments", "footer-comments")
            for row in self.api.all(f"/wiki/api/v2/pages/{number}/{kind}", limit=250, **{"body-format": "storage"})
        ]
        return sorted(rows, key=lambda row: str(row["when"]))

    def person(self, number: str) -> Row:
        found = self.api.get("/wiki/rest/api/user", accountId=number)
        return {"id": number, "name": found["displayName"], "email": found.get("email", "")}

    def state(self, number: str) -> tuple[str, str]:
        found = self.api.get(f"/wiki/rest/api/content/{number}/state", status="current").get("contentState") or {}
        return found.get("name", ""), found.get("color", "")


class DataCenter(Flavour):
    """Confluence Data Center, through v1."""

    site = "dc"

    def _row(self, page: Row) -> Row:
        version = page.get("version") or {}
        ancestors = page.get("ancestors") or []
        by = version.get("by") or {}
        return {
            "id": str(page["id"]),
            "title": page["title"],
            "parent": str(ancestors[-1]["id"]) if ancestors else None,
            "space": page["space"]["key"],
            "body": ((page.get("body") or {}).get("storage") or {}).get("value", ""),
            "version": version.get("number", 1),
            "author": by.get("displayName") or self.name(by.get("username", "")),
            "when": version.get("when", ""),
            "position": (page.get("extensions") or {}).get("position") or 0,
            "post": page["type"] == "blogpost",
        }

    def address(self, row: Row) -> str:
        return f"/dc/pages/viewpage.action?pageId={row['id']}"

    def home(self, key: str) -> Row:
        space = self.api.get(f"/dc/rest/api/space/{key}", expand="homepage")
        return self.page(str(space["homepage"]["id"]))

    def page(self, number: str) -> Row:
        return self._row(self.api.get(f"/dc/rest/api/content/{number}", expand="body.storage,version,ancestors,space"))

    def tree(self, key: str) -> list[Row]:
        expand = "version,ancestors,space"
        rows = [
            row
            for kind in ("page", "blogpost")
            for row in self.api.pages("/dc/rest/api/content", spaceKey=key, type=kind, expand=expand)
        ]
        return sorted(map(self._row, rows), key=lambda row: (row["post"], row["position"], row["title"].casefold()))

    def by_title(self, title: str, key: str) -> Row | None:
        found = self.api.get("/dc/rest/api/content", spaceKey=key, title=title, expand="version,ancestors,space")[
            "results"
        ]
        return self._row(found[0]) if found else None

    def attachments(self, number: str) -> list[Row]:
        rows = self.api.pages(f"/dc/rest/api/content/{number}/child/attachment", expand="version")
        return [
            {
                "name": row["title"],
                "type": row["extensions"]["mediaType"],
                "size": row["extensions"]["fileSize"],
                "version": (row.get("version") or {}).get("number", 1),
                "download": "/dc" + row["_links"]["download"].removeprefix("/dc"),
            }
            for row in rows
        ]

    def labels(self, number: str) -> list[str]:
        return [row["name"] for row in self.api.pages(f"/dc/rest/api/content/{number}/label")]

    def versions(self, number: str) -> list[Row]:
        try:
            rows = self.api.pages(f"/dc/rest/api/content/{number}/version")
        except Missing:
            rows = []  # some versions of Data Center have no such route; the current version is shown then
        if not rows:
            page = self.page(number)
            return [{"number": page["version"], "when": page["when"], "author": page["author"], "message": ""}]
        shown = [
            {
                "number": row["number"],
                "when": row["when"],
                "author": (row.get("by") or {}).get("displayName", ""),
                "message": row.get("message", ""),
            }
            for row in rows
        ]
        return sorted(shown, key=lambda row: -row["number"])

    def body_of(self, number: str, version: int) -> str:
        path = f"/dc/rest/api/content/{number}"
        page = self.api.get(path, expand="body.storage,version", status="historical", version=version)
        return str(page["body"]["storage"]["value"])

    def comments(self, number: str) -> list[Row]:
        rows = self.api.pages(f"/dc/rest/api/content/{number}/child/comment", expand="body.storage,version,extensions")
        return [
            {
                "id": row["id"],
                "author": ((row.get("version") or {}).get("by") or {}).get("displayName", "somebody"),
                "when": (row.get("version") or {}).get("when", ""),
                "text": readable(row["body"]["storage"]["value"]),
                "words": (row["extensions"].get("inlineProperties") or {}).get("originalSelection", "") or "",
                "status": row["extensions"]["resolution"]["status"],
            }
            for row in rows
        ]

    def person(self, number: str) -> Row:
        found = self.api.get("/dc/rest/api/user", key=number)
        return {"id": number, "name": found["displayName"], "email": found.get("email", "")}


def _comment(row: Row, author: str) -> Row:
    """A comment of Cloud's v2."""
    version, places = row.get("version") or {}, row.get("properties") or {}
    return {
        "id": row["id"],
        "author": author,
        "when": version.get("createdAt", ""),
        "text": readable(((row.get("body") or {}).get("storage") or {}).get("value", "")),
        "words": places.get("inlineOriginalSelection", "") or "",
        "status": row.get("resolutionStatus") or "open",
    }


def flavour_of(api: Api, site: str) -> Flavour:
    """The face for a path prefix."""
    return Cloud(api) if site == "wiki" else DataCenter(api)
