"""Confluence's endpoints, and nothing else: this is the only file that names them.

Two classes with the same verbs: Cloud speaks v2 and those v1 routes that have no twin; Data Center speaks v1.
Source of paths and shapes: Confluence reference, sections 2, 3, 7, 8 and 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from adapters.base import Account
from adapters.confluence.records import PROPERTY
from adapters.confluence.transport import Json, Params, Transport

BULK = 250
"""Rows a list gives at most. Source: Confluence reference, section 3."""
CLOUD_PROBE = "_edge/tenant_info"
"""Answers with the site's cloud id, without credentials, on Cloud only."""
EXPAND = f"version,ancestors,space,metadata.properties.{PROPERTY}"


class Space(msgspec.Struct, frozen=True):
    """A space. ``home`` is the id of its home page, empty where it has none."""

    id: str
    key: str
    name: str
    home: str


class Property(msgspec.Struct, frozen=True):
    """A content property."""

    id: str
    value: object
    version: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a list or a single read gives it. ``property`` is our own, where it was asked for and is there."""

    id: str
    title: str
    version: int
    parent: str | None
    status: str
    space: str
    url: str
    message: str = ""
    author: str = ""
    body: str = ""
    property: Property | None = None


class Client:
    """What both have in common."""

    def __init__(self, transport: Transport) -> None:
        self.http = transport
        self.site = transport.base

    def current_user(self) -> Account:
        """Who we are."""
        # Three attempts: a wrong address should be told within seconds.
        user = self.http.get("rest/api/user/current", attempts=3)
        name = user.get("displayName") or user.get("publicName") or user.get("username") or ""
        return Account(
            _text(user.get("accountId") or user.get("userKey") or user.get("username")), name, _text(user.get("email"))
        )

    def upload(self, page: str, name: str, mime: str, data: bytes) -> None:
        """A new attachment. Raises FileNameTaken when the page has one of this name."""
        self.http.upload(f"rest/api/content/{page}/child/attachment", name, mime, data)

    def upload_version(self, page: str, attachment: str, name: str, mime: str, data: bytes) -> None:
        """A new version of an attachment."""
        self.http.upload(f"rest/api/content/{page}/child/attachment/{attachment}/data", name, mime, data)

    def add_labels(self, page: str, names: Sequence[str]) -> None:
        """Labels besides those that are there."""
        body = [{"prefix": "global", "name": name} for name in names]
        self.http.post(f"rest/api/content/{page}/label", body, idempotent=True)

    def remove_label(self, page: str, name: str) -> None:
        """One label less."""
        self.http.delete(f"rest/api/content/{page}/label", {"name": name})

    def _address(self, data: Mapping[str, Any], base: str = "") -> str:
        links = data.get("_links") or {}
        web = links.get("webui", "")
        return f"{links.get('base') or base or self.site}{web}" if web else ""


class CloudClient(Client):
    """Confluence Cloud."""

    def space(self, key: str) -> Space | None:
        """The space of a key (compared without case)."""
        found = self.http.get("api/v2/spaces", {"keys": key})["results"]
        if not found:
            return None
        space = found[0]
        return Space(_text(space["id"]), space["key"], space.get("name", ""), _text(space.get("homepageId")))

    def page(self, page: str, *, body: bool = False, properties: bool = False, version: int = 0) -> Row:
        """One page; it may be archived or in the trash. Raises NotFound."""
        params: dict[str, str] = {}
        if body:
            params["body-format"] = "storage"
        if properties:
            params["include-properties"] = "true"
        if version:
            params["version"] = str(version)
        return self._row(self.http.get(f"api/v2/pages/{page}", params))

    def pages(self, ids: Sequence[str]) -> list[Row]:
        """Current and archived pages of these ids, without bodies; 250 a request."""
        rows: list[Row] = []
        for start in range(0, len(ids), BULK):
            chunk = ",".join(ids[start : start + BULK])
            for results, base in self._paged("api/v2/pages", {"id": chunk, "limit": str(BULK)}):
                rows += [self._row(row, base) for row in results]
        return rows

    def titled(self, space: Space, title: str) -> list[Row]:
        """Pages of a title in a space, archived ones too: those own their titles."""
        params = {"space-id": space.id, "title": title, "status": ["current", "archived"]}
        return [self._row(row, base) for results, base in self._paged("api/v2/pages", params) for row in results]

    def space_pages(self, space: Space) -> Iterator[list[Row]]:
        """All pages of a space, a request at a time."""
        params = {"space-id": space.id, "status": ["current", "archived"], "limit": str(BULK)}
        for results, base in self._paged("api/v2/pages", params):
            yield [self._row(row, base) for row in results]

    def descendants(self, page: str) -> list[str]:
        """Ids of all pages below one."""
        paged = self._paged(f"api/v2/pages/{page}/descendants", {"limit": str(BULK)})
        return [_text(row["id"]) for results, _ in paged for row in results if row.get("type", "page") == "page"]

    def create(self, space: Space, title: str, parent: str, body: str) -> Row:
        """A new page."""
        storage = {"representation": "storage", "value": body}
        wanted = {"spaceId": space.id, "status": "current", "title": title, "parentId": parent, "body": storage}
        return self._row(self.http.post("api/v2/pages", wanted))

    def update(self, page: str, title: str, body: str, version: int, message: str, parent: str | None = None) -> Row:
        """The page with a new body and version. Raises StaleVersion unless ``version`` is the next one."""
        wanted: dict[str, object] = {
            "id": page,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": version, "message": message},
        }
        if parent is not None:
            wanted["parentId"] = parent
        # May be sent again: a version number is taken once, so a second attempt of a done write gets 409.
        return self._row(self.http.put(f"api/v2/pages/{page}", wanted, idempotent=True))

    def move(self, page: str, parent: str) -> None:
        """Puts a page below another one, last; makes no version."""
        self.http.put(f"rest/api/content/{page}/move/append/{parent}", {}, idempotent=True)

    def trash(self, page: str) -> None:
        """Moves a page to the trash."""
        self.http.delete(f"api/v2/pages/{page}")

    def archive(self, page: str) -> str:
        """Starts to archive a page; returns the id of the long task."""
        task = self.http.post("rest/api/content/archive", {"pages": [{"id": int(page)}]}, idempotent=True)
        return _text(task["id"])

    def task(self, task: str) -> tuple[bool, bool]:
        """Whether a long task has ended, and well."""
        state = self.http.get(f"rest/api/longtask/{task}")
        ended = bool(state.get("finished")) or state.get("percentageComplete", 0) >= 100
        return ended, bool(state.get("successful", ended))

    def properties(self, page: str) -> dict[str, Property]:
        """All properties of a page by key."""
        paged = self._paged(f"api/v2/pages/{page}/properties", {"limit": str(BULK)})
        return {row["key"]: _property(row) for results, _ in paged for row in results}

    def property(self, page: str, key: str) -> Property | None:
        """One property of a page."""
        found = self.http.get(f"api/v2/pages/{page}/properties", {"key": key})["results"]
        return _property(found[0]) if found else None

    def put_property(self, page: str, key: str, value: object, old: Property | None) -> Property:
        """A property made, or changed where ``old`` is what is there. Raises StaleVersion when it is not."""
        path = f"api/v2/pages/{page}/properties"
        if old is None:
            return _property(self.http.post(path, {"key": key, "value": value}, idempotent=True))
        body = {"key": key, "value": value, "version": {"number": old.version + 1, "message": ""}}
        return _property(self.http.put(f"{path}/{old.id}", body, idempotent=True))

    def attachments(self, page: str) -> dict[str, tuple[str, int]]:
        """Id and size in bytes of each attachment, by name."""
        paged = self._paged(f"api/v2/pages/{page}/attachments", {"limit": str(BULK)})
        return {row["title"]: (_text(row["id"]), int(row.get("fileSize", 0))) for rows, _ in paged for row in rows}

    def user_name(self, account: str) -> str:
        """A person's name."""
        return _text(self.http.get("rest/api/user", {"accountId": account}).get("displayName"))

    def may_create(self, space: Space, page: str) -> bool | None:
        """Whether we may edit the parent page; None when the wiki doesn't say."""
        del space
        data = self.http.get(f"api/v2/pages/{page}", {"include-operations": "true"})
        operations = (data.get("operations") or {}).get("results")
        if operations is None:
            return None
        return any(row.get("operation") == "update" and row.get("targetType") == "page" for row in operations)

    def _paged(self, path: str, params: Params) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """Rows and the site's address, page after page. Source: reference, section 4 (opaque cursors)."""
        wanted: dict[str, Any] = dict(params)
        while True:
            answer = self.http.get(path, wanted)
            links = answer.get("_links") or {}
            yield answer.get("results", []), links.get("base", "")
            cursor = parse_qs(urlsplit(links.get("next") or "").query).get("cursor")
            if not cursor:
                return
            wanted["cursor"] = cursor[0]

    def _row(self, data: Json, base: str = "") -> Row:
        version = data.get("version") or {}
        properties = (data.get("properties") or {}).get("results", [])
        ours = next((row for row in properties if row.get("key") == PROPERTY), None)
        parent = data.get("parentId")
        return Row(
            id=_text(data["id"]),
            title=data.get("title", ""),
            version=int(version.get("number", 0)),
            parent=_text(parent) if parent else None,
            status=data.get("status", "current"),
            space=_text(data.get("spaceId")),
            url=self._address(data, base),
            message=version.get("message") or "",
            author=_text(version.get("authorId")),
            body=((data.get("body") or {}).get("storage") or {}).get("value", ""),
            property=_property(ours) if ours else None,
        )


class DataCenterClient(Client):
    """Confluence Data Center and Server (v1 only)."""

    def space(self, key: str) -> Space | None:
        """The space of a key. Raises NotFound."""
        space = self.http.get(f"rest/api/space/{quote(key, safe='')}", {"expand": "homepage"})
        home = (space.get("homepage") or {}).get("id")
        return Space(_text(space["id"]), space["key"], space.get("name", ""), _text(home))

    def page(self, page: str, *, body: bool = False, version: int = 0) -> Row:
        """One page with our property. Raises NotFound."""
        params = {"expand": f"{EXPAND},body.storage" if body else EXPAND}
        if version:
            params |= {"version": str(version), "status": "historical"}
        return self._row(self.http.get(f"rest/api/content/{page}", params))

    def titled(self, space: Space, title: str) -> list[Row]:
        """Current pages of a title in a space."""
        params = {"spaceKey": space.key, "title": title, "type": "page", "status": "any", "expand": EXPAND}
        return [row for rows in self._paged("rest/api/content", params) for row in rows if row.status != "trashed"]

    def space_pages(self, space: Space) -> Iterator[list[Row]]:
        """All current pages of a space, a request at a time."""
        params = {"spaceKey": space.key, "type": "page", "expand": "version,ancestors,space", "limit": "200"}
        yield from self._paged("rest/api/content", params)

    def descendants(self, page: str) -> list[Row]:
        """All pages below one, with our property."""
        params = {"expand": EXPAND, "limit": "200"}
        return [row for rows in self._paged(f"rest/api/content/{page}/descendant/page", params) for row in rows]

    def create(self, space: Space, title: str, parent: str, body: str, value: object) -> Row:
        """A new page that has our property from its first moment."""
        wanted = {
            "type": "page",
            "title": title,
            "space": {"key": space.key},
            "ancestors": [{"id": parent}],
            "body": {"storage": {"value": body, "representation": "storage"}},
            "metadata": {"properties": {PROPERTY: {"value": value}}},
        }
        return self._row(self.http.post("rest/api/content", wanted))

    def update(self, page: str, title: str, body: str, version: int, message: str, parent: str | None = None) -> Row:
        """The page with a new body and version. Raises StaleVersion unless ``version`` is the next one."""
        wanted: dict[str, object] = {
            "id": page,
            "type": "page",
            "title": title,
            "body": {"storage": {"value": body, "representation": "storage"}},
            "version": {"number": version, "minorEdit": True, "message": message},
        }
        if parent is not None:
            wanted["ancestors"] = [{"id": parent}]
        return self._row(self.http.put(f"rest/api/content/{page}", wanted, idempotent=True))

    def trash(self, page: str) -> None:
        """Moves a page to the trash."""
        self.http.delete(f"rest/api/content/{page}")

    def property(self, page: str, key: str) -> Property | None:
        """One property of a page."""
        found = self.http.get(f"rest/api/content/{page}/property", {"limit": "200", "expand": "version"})["results"]
        ours = next((row for row in found if row["key"] == key), None)
        return _property(ours) if ours else None

    def put_property(self, page: str, key: str, value: object, old: Property | None) -> Property:
        """A property made, or changed where ``old`` is what is there. Raises StaleVersion when it is not."""
        path = f"rest/api/content/{page}/property"
        if old is None:
            return _property(self.http.post(path, {"key": key, "value": value}, idempotent=True))
        body = {"key": key, "value": value, "version": {"number": old.version + 1}}
        return _property(self.http.put(f"{path}/{quote(key, safe='')}", body, idempotent=True))

    def attachments(self, page: str) -> dict[str, tuple[str, int]]:
        """Id and size in bytes of each attachment, by name."""
        found: dict[str, tuple[str, int]] = {}
        for rows in self._raw_pages(f"rest/api/content/{page}/child/attachment", {"limit": "200"}):
            found |= {
                row["title"]: (_text(row["id"]), int((row.get("extensions") or {}).get("fileSize", 0))) for row in rows
            }
        return found

    def _paged(self, path: str, params: Params) -> Iterator[list[Row]]:
        for results in self._raw_pages(path, params):
            yield [self._row(row) for row in results]

    def _raw_pages(self, path: str, params: Params) -> Iterator[list[dict[str, Any]]]:
        """Rows, page after page; the server may lower the limit. Source: reference, section 4."""
        start = 0
        while True:
            answer = self.http.get(path, {**params, "start": str(start)})
            results = answer.get("results", [])
            yield results
            if not results or len(results) < int(answer.get("limit", len(results) + 1)):
                return
            start += len(results)

    def _row(self, data: Json) -> Row:
        version = data.get("version") or {}
        ours = ((data.get("metadata") or {}).get("properties") or {}).get(PROPERTY)
        ancestors = data.get("ancestors") or []
        by = version.get("by") or {}
        return Row(
            id=_text(data["id"]),
            title=data.get("title", ""),
            version=int(version.get("number", 0)),
            parent=_text(ancestors[-1]["id"]) if ancestors else None,
            status=data.get("status", "current"),
            space=_text((data.get("space") or {}).get("key")),
            url=self._address(data),
            message=version.get("message") or "",
            author=by.get("displayName") or by.get("username") or "",
            body=((data.get("body") or {}).get("storage") or {}).get("value", ""),
            property=_property(ours) if isinstance(ours, dict) and "value" in ours else None,
        )


def _property(data: Mapping[str, Any]) -> Property:
    version = data.get("version") or {}
    return Property(_text(data.get("id")), data.get("value"), int(version.get("number", 1)))


def _text(value: object) -> str:
    return "" if value is None else str(value)
