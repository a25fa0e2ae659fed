"""Notion over the sandbox keeps the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests

from adapters import open_wiki
from adapters.base import Page, Wiki
from adapters.sandbox.notion.people import human_edit
from adapters.settings import TargetSettings, Token
from tests.contract.wiki_contract import Site, WikiContract

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


class NotionSite:
    """The seeded page, and what people do there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.base = f"{server.url}/notion"
        self.people = self
        self.slept: list[float] = []
        self.hub = requests.get(f"{server.url}/sandbox/state", timeout=10).json()["notion_data_hub"]

    def settings(self) -> TargetSettings:
        return TargetSettings(
            name="hub", kind="notion", url=self.base, token=Token("sandbox"), parent=self.hub, sleep=self.slept.append
        )

    def connect(self, settings: TargetSettings) -> Wiki:
        return open_wiki(settings)

    def uploads(self) -> int:
        return sum(1 for entry in self.server.log.entries(method="POST") if entry["path"].endswith("/send"))

    def read_only_token(self) -> str:
        return "sandbox-readonly"

    def missing_parent(self) -> Mapping[str, str]:
        return {"parent": "11111111-2222-4333-8444-555555555555"}

    def too_large(self) -> int:
        return 5 * 2**20  # the sandbox is on the free plan; the picture's own bytes come on top

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
        response = requests.request(method, f"{self.base}/v1/{path}", headers=headers, timeout=10, **arguments)
        assert response.ok, response.text
        return response.json()

    def blocks(self, page: Page) -> list[Any]:
        return list(self.call("GET", f"blocks/{page.id}/children")["results"])

    def edit(self, page: Page, text: str) -> None:
        """Adds the words to our last text: blocks that people add beside ours are no conflict in Notion."""
        last = next(block for block in reversed(self.blocks(page)) if "rich_text" in block[block["type"]])
        words = "".join(item["plain_text"] for item in last[last["type"]]["rich_text"])
        human_edit(self.server.state, last["id"], f"{words} {text}")

    def add(self, title: str, parent: str) -> str:
        raise AssertionError(f"titles are free here: {title} {parent}")

    def move(self, page: Page, parent: str) -> None:
        raise AssertionError(f"no tree here: {page} {parent}")

    def trash(self, page: Page) -> None:
        self.call("PATCH", f"pages/{page.id}", json={"in_trash": True})

    def files(self, page: Page) -> Mapping[str, bytes]:
        shown = [block for block in self.blocks(page) if block["type"] in {"image", "file"}]
        return {b["id"]: requests.get(b[b["type"]]["file"]["url"], timeout=10).content for b in shown}


class TestNotion(WikiContract):
    @pytest.fixture
    def site(self, sandbox: Server) -> Site:
        return NotionSite(sandbox)
