"""A Confluence site in the sandbox, and what people do there, over the wiki's own HTTP API without nbwiki's marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import requests

from adapters import open_wiki
from adapters.base import Page, Wiki
from adapters.settings import TargetSettings, Token

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


class _Site:
    """What Cloud and Data Center sites share."""

    path = ""
    deployment: Literal["auto", "cloud", "datacenter"] = "auto"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.base = f"{server.url}{self.path}"
        self.people = self
        self.slept: list[float] = []

    def connect(self, settings: TargetSettings) -> Wiki:
        return open_wiki(settings)

    def uploads(self) -> int:
        return sum(
            1
            for entry in self.server.log.entries(method="POST")
            if "/child/attachment" in entry["path"] and entry["status"] == 200
        )

    def read_only_token(self) -> str:
        return "sandbox-readonly"

    def missing_parent(self) -> Mapping[str, str]:
        return {"parent": "99999999"}

    def too_large(self) -> int:
        faults(self, max_attachment_bytes=10_000)
        return 10_000

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """One request as a person sends it (the seeded reader may not write)."""
        response = requests.request(method, f"{self.base}/{path}", timeout=10, **self.credentials(), **arguments)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def credentials(self) -> dict[str, Any]:
        raise AssertionError("a subclass says who people are")

    def trash(self, page: Page) -> None:
        self.call("DELETE", f"rest/api/content/{page.id}")

    def files(self, page: Page) -> Mapping[str, bytes]:
        rows = self.call("GET", f"rest/api/content/{page.id}/child/attachment")["results"]
        return {row["title"]: self._bytes(row) for row in rows}

    def _bytes(self, row: Mapping[str, Any]) -> bytes:
        link = row["_links"]["download"]
        response = requests.get(f"{self.base}{link}", timeout=10, **self.credentials())
        assert response.ok
        return response.content


class CloudSite(_Site):
    """Confluence Cloud."""

    path = "/wiki"

    def settings(self) -> TargetSettings:
        return TargetSettings(
            name="wiki", kind="confluence", url=self.base, user="author@example.com", token=Token("sandbox"),
            space="DATA", sleep=self.slept.append,
        )  # fmt: skip

    def credentials(self) -> dict[str, Any]:
        return {"auth": ("author@example.com", "sandbox")}

    def page(self, page: str) -> Any:
        return self.call("GET", f"api/v2/pages/{page}", params={"body-format": "storage"})

    def edit(self, page: Page, text: str) -> None:
        now = self.page(page.id)
        body = {"representation": "storage", "value": f"{now['body']['storage']['value']}<p>{text}</p>"}
        version = {"number": now["version"]["number"] + 1}
        wanted = {"id": page.id, "status": "current", "title": now["title"], "body": body, "version": version}
        self.call("PUT", f"api/v2/pages/{page.id}", json=wanted)

    def retitle(self, page: Page, title: str) -> None:
        self.call("PUT", f"api/v2/pages/{page.id}/title", json={"status": "current", "title": title})

    def add(self, title: str, parent: str) -> str:
        space = self.call("GET", "api/v2/spaces", params={"keys": "DATA"})["results"][0]["id"]
        body = {"representation": "storage", "value": "<p>Mine</p>"}
        wanted = {"spaceId": space, "status": "current", "title": title, "parentId": parent, "body": body}
        return str(self.call("POST", "api/v2/pages", json=wanted)["id"])

    def move(self, page: Page, parent: str) -> None:
        self.call("PUT", f"rest/api/content/{page.id}/move/append/{parent}", json={})

    def trash(self, page: Page) -> None:
        self.call("DELETE", f"api/v2/pages/{page.id}")

    def files(self, page: Page) -> Mapping[str, bytes]:
        rows = self.call("GET", f"api/v2/pages/{page.id}/attachments")["results"]
        return {row["title"]: self._bytes({"_links": {"download": row["downloadLink"]}}) for row in rows}


class DataCenterSite(_Site):
    """Confluence Data Center."""

    path = "/dc"

    def settings(self) -> TargetSettings:
        return TargetSettings(
            name="wiki", kind="confluence", url=self.base, token=Token("sandbox"), space="DATA", sleep=self.slept.append
        )

    def credentials(self) -> dict[str, Any]:
        return {"auth": ("author@example.com", "sandbox")}

    def edit(self, page: Page, text: str) -> None:
        path = f"rest/api/content/{page.id}"
        now = self.call("GET", path, params={"expand": "body.storage,version"})
        value = f"{now['body']['storage']['value']}<p>{text}</p>"
        body = {"storage": {"representation": "storage", "value": value}}
        version = {"number": now["version"]["number"] + 1}
        self.call("PUT", path, json={"type": "page", "title": now["title"], "body": body, "version": version})

    def retitle(self, page: Page, title: str) -> None:
        path = f"rest/api/content/{page.id}"
        version = {"number": self.call("GET", path)["version"]["number"] + 1}
        self.call("PUT", path, json={"type": "page", "title": title, "version": version})

    def add(self, title: str, parent: str) -> str:
        body = {"storage": {"representation": "storage", "value": "<p>Mine</p>"}}
        wanted = {"type": "page", "title": title, "space": {"key": "DATA"}, "ancestors": [{"id": parent}], "body": body}
        return str(self.call("POST", "rest/api/content", json=wanted)["id"])

    def move(self, page: Page, parent: str) -> None:
        # The screen's own action is no REST call, and makes no version.
        with self.server.state.transaction() as db:
            db.execute("UPDATE cf_content SET parent_id = ? WHERE id = ?", (parent, page.id))


def sent(site: _Site, since: int) -> list[str]:
    """Method and path of the requests after the one of this number."""
    return [f"{entry['method']} {entry['path']}" for entry in site.server.log.entries(since)]


def now(site: _Site) -> int:
    """The number of the last request."""
    return max((entry["number"] for entry in site.server.log.entries()), default=0)


def faults(site: _Site, *rules: dict[str, Any], **switches: Any) -> None:
    """Another plan of faults and switches."""
    answer = requests.put(f"{site.server.url}/sandbox/faults", json={"rules": rules, "switches": switches}, timeout=10)
    assert answer.ok, answer.text
