"""Confluence's endpoints that Cloud and Data Center share, and the values that all endpoints give.

Endpoints are named here, in ``cloud_client.py`` and in ``datacenter_client.py``, and nowhere else.
Source of paths and shapes: Confluence reference, sections 2, 3, 7, 8 and 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

from adapters.base import Account, Comment, Version
from adapters.confluence.bodies import plain
from adapters.confluence.faults import TOKEN_HINT
from adapters.confluence.records import is_stamped
from adapters.confluence.transport import Transport
from adapters.errors import AuthError, WikiUnavailable


class Space(msgspec.Struct, frozen=True):
    """A space. ``home`` is the id of its home page, empty where it has none."""

    id: str
    key: str
    name: str
    home: str
    url: str = ""


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

    user_field = "accountId"
    """By which field a user is told in restrictions."""
    names = "account ids or full names"
    """What ``account`` takes, for people."""

    def __init__(self, transport: Transport) -> None:
        self.http = transport
        self.site = transport.base
        self.posts: set[str] = set()
        """Ids that are blog posts: those have addresses and types of their own. Told by who knows them."""

    def current_user(self) -> Account:
        """Who we are."""
        # Three attempts: a wrong address should be told within seconds.
        user = self.http.get("rest/api/user/current", attempts=3)
        if user.get("type") == "anonymous":  # a wiki that anybody may read answers without credentials, too
            raise AuthError("Confluence takes us for nobody: it does not know this token", hint=TOKEN_HINT)
        name = user.get("displayName") or user.get("publicName") or user.get("username") or ""
        return Account(
            text_of(user.get("accountId") or user.get("userKey") or user.get("username")),
            name,
            text_of(user.get("email")),
        )

    def upload(self, page: str, name: str, mime: str, data: bytes) -> str:
        """A new attachment; the id of its file where the answer tells it. Raises FileNameTaken when the page has one of
        this name.
        """
        answer = self.http.upload(f"rest/api/content/{page}/child/attachment", name, mime, data)
        first: Mapping[str, Any] = next(iter(answer.get("results") or ()), {})
        return text_of((first.get("extensions") or {}).get("fileId"))

    def upload_version(self, page: str, attachment: str, name: str, mime: str, data: bytes) -> None:
        """A new version of an attachment."""
        self.http.upload(f"rest/api/content/{page}/child/attachment/{attachment}/data", name, mime, data)

    def put_property(self, page: str, key: str, value: object, old: Property | None) -> Property:
        """A property made, or changed where ``old`` is what is there. Raises StaleVersion when it is not."""
        if old is None:
            made = self.http.post(self._property_path(page), {"key": key, "value": value}, idempotent=True)
            return property_of(made)
        body = {"key": key, "value": value, "version": {"number": old.version + 1, "message": ""}}
        return property_of(self.http.put(self._property_path(page, key, old), body, idempotent=True))

    def found(self, cql: str) -> Iterator[str]:
        """Ids of what a query finds: for pages that are there for long, as the index lags."""
        wanted: dict[str, str] = {"cql": cql, "limit": "200"}
        seen: set[str] = set()
        while True:
            answer = self.http.get("rest/api/content/search", wanted)
            yield from (text_of(row.get("id")) for row in answer["results"])
            query = parse_qs(urlsplit((answer.get("_links") or {}).get("next") or "").query)
            place: dict[str, str] = {name: query[name][0] for name in ("cursor", "start") if name in query}
            if not place:
                return
            further(seen, str(place))
            wanted |= place

    def drop_property(self, page: str, key: str, old: Property) -> None:
        """A property less."""
        self.http.delete(self._property_path(page, key, old))

    def _property_path(self, page: str, key: str = "", old: Property | None = None) -> str:
        """Where a page's properties are, or one that is there."""
        raise NotImplementedError

    def _comment_of(  # noqa: PLR0913  (what the two APIs keep in different places)
        self,
        row: Mapping[str, Any],
        *,
        inline: bool,
        author: str,
        created: object,
        status: object,
        words: object,
        ref: object,
        base: str = "",
    ) -> Comment:
        """A comment as both APIs tell one."""
        kind: Literal["inline", "page"] = "inline" if inline else "page"
        return Comment(
            id=text_of(row["id"]),
            kind=kind,
            text=plain(body_of(row)),
            author=author,
            created=text_of(created),
            status=status_of(status, kind),
            words=text_of(words),
            ref=text_of(ref),
            url=self._address(row, base),
        )

    def add_labels(self, page: str, names: Sequence[str]) -> None:
        """Labels besides those that are there."""
        body = [{"prefix": "global", "name": name} for name in names]
        self.http.post(f"rest/api/content/{page}/label", body, idempotent=True)

    def remove_label(self, page: str, name: str) -> None:
        """One label less."""
        self.http.delete(f"rest/api/content/{page}/label", {"name": name})

    def own_name(self) -> str:
        """What we are called in restrictions."""
        return text_of(self.http.get("rest/api/user/current").get(self.user_field))

    def restrictions(self, page: str) -> dict[str, list[str]]:
        """Who may ``read`` and ``update`` a page: ``user:ID`` and ``group:NAME``; empty lists: everybody."""
        found: dict[str, list[str]] = {}
        for row in self.http.get(f"rest/api/content/{page}/restriction")["results"]:
            lists = row.get("restrictions") or {}
            users = [text_of(one.get(self.user_field)) for one in (lists.get("user") or {}).get("results", ())]
            groups = [text_of(one.get("name")) for one in (lists.get("group") or {}).get("results", ())]
            found[row["operation"]] = [*(f"user:{one}" for one in users), *(f"group:{one}" for one in groups)]
        return found

    def restrict(self, page: str, wanted: Mapping[str, Sequence[str]]) -> None:
        """Restrictions instead of those that are there. Raises Refused (Data Center before 8.8 takes none by REST)."""
        body = []
        for operation, subjects in wanted.items():
            users = [{"type": "known", self.user_field: one[5:]} for one in subjects if one.startswith("user:")]
            groups = [{"type": "group", "name": one[6:]} for one in subjects if one.startswith("group:")]
            if users or groups:
                body.append({"operation": operation, "restrictions": {"user": users, "group": groups}})
        self.http.put(f"rest/api/content/{page}/restriction", body, idempotent=True)

    def _address(self, data: Mapping[str, Any], base: str = "") -> str:
        links = data.get("_links") or {}
        web = links.get("webui", "")
        return f"{links.get('base') or base or self.site}{web}" if web else ""


def property_of(data: Mapping[str, Any]) -> Property:
    """A property as either version of the API answers it."""
    version = data.get("version") or {}
    return Property(text_of(data.get("id")), data.get("value"), int(version.get("number", 1)))


def version_of(data: Mapping[str, Any], author: str, when: object) -> Version:
    """A version as either API lists it."""
    message = text_of(data.get("message"))
    return Version(
        number=text_of(data.get("number")),
        when=text_of(when),
        author=author,
        message=message,
        ours=is_stamped(message),
    )


def status_of(value: object, kind: str) -> Literal["open", "reopened", "resolved", "dangling"]:
    """A comment's state; comments below a page have none and count as open."""
    known = str(value or "open").lower()
    if kind == "inline" and known in {"reopened", "resolved", "dangling"}:
        return known  # type: ignore[return-value]
    return "open"


def further(seen: set[str], place: str) -> str:
    """The place of a list's next rows. Raises WikiUnavailable when the wiki sends us round in a circle."""
    if place in seen:
        raise WikiUnavailable("the wiki's list has no end", hint="try again later", retry="never")
    seen.add(place)
    return place


def body_of(data: Mapping[str, Any]) -> str:
    """The storage format that an answer holds, empty where it wasn't asked for."""
    return str(((data.get("body") or {}).get("storage") or {}).get("value", ""))


def text_of(value: object) -> str:
    """Ids are numbers in some answers and strings in others; absent ones are empty."""
    return "" if value is None else str(value)
