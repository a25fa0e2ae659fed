"""Endpoints of Confluence Cloud that tell of people: their names, their comments; and what all of Cloud's lists share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from adapters.base import Comment
from adapters.confluence.client import Client, Row, body_of, further, property_of, text_of
from adapters.confluence.records import PROPERTY
from adapters.confluence.transport import Json, Params, Transport
from adapters.directory import Person
from adapters.errors import NotFound, Refused, WikiError

BULK = 250
"""Rows a list gives at most. Source: Confluence reference, section 3."""
_ACCOUNT = re.compile(r"(?:[0-9]+:)?[0-9a-f-]{20,64}|[0-9a-f]{24}")
"""Account ids as the vendor's examples have them."""


class CloudPeople(Client):
    """What Cloud tells of people."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._names: dict[str, str] = {}
        self.folders: set[str] = set()
        """Ids that are folders."""

    def _path(self, page: str) -> str:
        kind = "blogposts" if page in self.posts else "folders" if page in self.folders else "pages"
        return f"api/v2/{kind}/{page}"

    def comments(self, page: str) -> list[Comment]:
        """Readers' comments on a page, without the answers to them; two requests."""
        found: list[Comment] = []
        for kind, path in (("inline", "inline-comments"), ("page", "footer-comments")):
            # Not limit=1, which was seen to misbehave (reference, section 9).
            params = {"body-format": "storage", "limit": str(BULK)}
            for rows, base in self._paged(f"{self._path(page)}/{path}", params):
                found += [self._comment(row, kind, base) for row in rows]
        return found

    def _comment(self, row: Json, kind: str, base: str) -> Comment:
        places = row.get("properties") or {}
        version = row.get("version") or {}
        author = text_of(version.get("authorId"))
        return self._comment_of(
            row,
            inline=kind == "inline",
            author=self._name(author),
            created=version.get("createdAt"),
            status=row.get("resolutionStatus"),
            words=places.get("inlineOriginalSelection"),
            ref=places.get("inlineMarkerRef"),
            base=base,
        )

    def _name(self, account: str) -> str:
        """A person's name, asked for once; the account's id where the wiki won't tell."""
        if account and account not in self._names:
            try:
                self._names[account] = self.user_name(account) or account
            except WikiError:
                self._names[account] = account
        return self._names.get(account, "")

    def account(self, name: str) -> str:
        """The account id of a person by id, full name or e-mail (where they show it); empty if there is no telling."""
        if _ACCOUNT.fullmatch(name):
            try:
                return text_of(self.http.get("rest/api/user", {"accountId": name}).get("accountId"))
            except (NotFound, Refused):
                return ""
        words = name.partition("@")[0] if "@" in name else name
        quoted = words.replace("\\", "\\\\").replace('"', '\\"')
        rows = self.http.get("rest/api/search/user", {"cql": f'user.fullname~"{quoted}"', "limit": "50"})["results"]
        wanted = name.casefold()
        users = [row.get("user") or {} for row in rows]
        found = {
            text_of(user.get("accountId"))
            for user in users
            if wanted in {text_of(user.get(field)).casefold() for field in ("displayName", "publicName", "email")}
        }
        return found.pop() if len(found) == 1 else ""

    def account_of(self, person: Person) -> str:
        """The account of a person whom the wiki shows with this e-mail address; empty for anybody else. One request.

        People can't be searched for by e-mail, and may hide theirs: those are found in the configuration only. Source:
        the vendor's reference of ``search/user``, which knows ``user``, ``user.fullname``, ``user.accountid`` and
        ``user.userkey``.
        """
        quoted = person.name.replace("\\", "\\\\").replace('"', '\\"')
        rows = self.http.get("rest/api/search/user", {"cql": f'user.fullname~"{quoted}"', "limit": "50"})["results"]
        users = [row.get("user") or {} for row in rows]
        wanted = person.email.casefold()
        found = {text_of(user.get("accountId")) for user in users if text_of(user.get("email")).casefold() == wanted}
        return found.pop() if len(found) == 1 else ""

    def user_name(self, account: str) -> str:
        """A person's name."""
        return text_of(self.http.get("rest/api/user", {"accountId": account}).get("displayName"))

    def _paged(self, path: str, params: Params) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """Rows and the site's address, page after page. Source: reference, section 4 (opaque cursors)."""
        wanted: dict[str, Any] = dict(params)
        seen: set[str] = set()
        while True:
            answer = self.http.get(path, wanted)
            links = answer.get("_links") or {}
            yield answer["results"], links.get("base", "")
            cursor = parse_qs(urlsplit(links.get("next") or "").query).get("cursor")
            if not cursor:
                return
            wanted["cursor"] = further(seen, cursor[0])

    def _row(self, data: Json, base: str = "") -> Row:
        version = data.get("version") or {}
        properties = (data.get("properties") or {}).get("results", [])
        ours = next((row for row in properties if row.get("key") == PROPERTY), None)
        parent = data.get("parentId")
        return Row(
            id=text_of(data["id"]),
            title=data.get("title", ""),
            version=int(version.get("number", 0)),
            parent=text_of(parent) if parent else None,
            status=data.get("status", "current"),
            space=text_of(data.get("spaceId")),
            url=self._address(data, base),
            message=version.get("message") or "",
            author=text_of(version.get("authorId")),
            body=body_of(data),
            property=property_of(ours) if ours else None,
        )
