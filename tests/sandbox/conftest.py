"""One Confluence Cloud client and one Notion client for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests

from adapters.sandbox.server import Server, serve

BEARER = {"Authorization": "Bearer sandbox"}
HEADERS = {**BEARER, "Notion-Version": "2026-03-11"}


class Site:
    """A sandbox, asked as a program asks it."""

    def __init__(self, server: Server) -> None:
        self.server, self.url = server, server.url
        self.http = requests.Session()

    def cloud(self, method: str, path: str, user: str = "author", **more: Any) -> requests.Response:
        """``path`` below ``/wiki``."""
        auth = (f"{user}@example.com", more.pop("token", "sandbox"))
        return self.http.request(method, f"{self.url}/wiki{path}", auth=auth, allow_redirects=False, **more)

    def dc(self, method: str, path: str, user: str = "", **more: Any) -> requests.Response:
        """``path`` below ``/dc/rest/api``."""
        login = {"auth": (user, "sandbox")} if user else {"headers": BEARER | more.pop("headers", {})}
        return self.http.request(method, f"{self.url}/dc/rest/api{path}", **login, **more)

    def notion(self, method: str, path: str, **more: Any) -> httpx.Response:
        """``path`` below ``/notion/v1``."""
        headers = BEARER | {"Notion-Version": "2026-03-11"} | more.pop("headers", {})
        return httpx.request(method, f"{self.url}/notion/v1{path}", headers=headers, **more)

    def switch(self, **switches: Any) -> None:
        """Switches on, and all others off."""
        assert self.http.put(f"{self.url}/sandbox/faults", json={"switches": switches}).ok

    def state(self) -> dict[str, Any]:
        """``GET /sandbox/state``."""
        found: dict[str, Any] = self.http.get(f"{self.url}/sandbox/state").json()
        return found

    def people(self, what: str, **data: Any) -> requests.Response:
        """``POST /sandbox/edit`` or ``/sandbox/comment``."""
        return self.http.post(f"{self.url}/sandbox/{what}", json=data)

    def page(self, title: str, body: str = "<p>x</p>", **more: Any) -> str:
        """The id of a new page on Cloud."""
        space = self.cloud("GET", "/api/v2/spaces?keys=DATA").json()["results"][0]["id"]
        data = {"spaceId": space, "title": title, "body": {"representation": "storage", "value": body}} | more
        answer = self.cloud("POST", "/api/v2/pages", json=data)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """A sandbox for all tests of a file."""
    with serve() as server:
        yield server


@pytest.fixture
def site(running: Server) -> Site:
    """The file's sandbox as new."""
    requests.post(f"{running.url}/sandbox/reset")
    return Site(running)


@pytest.fixture(scope="module")
def api(running: Server) -> Iterator[httpx.Client]:
    """A client of Notion's API, with its ``server``."""
    with httpx.Client(base_url=f"{running.url}/notion/v1/", headers=HEADERS) as client:
        client.server = running  # type: ignore[attr-defined]
        yield client
