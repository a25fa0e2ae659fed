"""The reference adapter keeps the contract."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from adapters import open_wiki
from adapters.base import Page, Wiki
from adapters.memory import CAPABILITIES, MemoryServer, memory_server
from adapters.settings import TargetSettings, Token
from tests.contract.wiki_contract import People, Site, WikiContract


class MemoryPeople:
    def __init__(self, server: MemoryServer) -> None:
        self.server = server

    def edit(self, page: Page, text: str) -> None:
        self.server.edit(page.id, f"{self.server.pages[page.id].body}<p>{text}</p>")

    def add(self, title: str, parent: str) -> str:
        return self.server.add(title, parent).id

    def move(self, page: Page, parent: str) -> None:
        self.server.pages[page.id].parent = parent

    def trash(self, page: Page) -> None:
        self.server.trash(page.id)

    def files(self, page: Page) -> Mapping[str, bytes]:
        return self.server.pages[page.id].files


class MemorySite:
    def __init__(self, name: str) -> None:
        self.name = name
        self.server = memory_server(name)
        self.people: People = MemoryPeople(self.server)

    def settings(self) -> TargetSettings:
        return TargetSettings(
            name="wiki", kind="memory", url=f"memory:{self.name}", token=Token("sandbox"), space="DATA"
        )

    def connect(self, settings: TargetSettings) -> Wiki:
        return open_wiki(settings)

    def uploads(self) -> int:
        return self.server.uploads

    def read_only_token(self) -> str:
        return "sandbox-readonly"

    def missing_parent(self) -> Mapping[str, str]:
        return {"parent": "99999"}

    def too_large(self) -> int:
        return CAPABILITIES.max_asset_bytes


class TestMemory(WikiContract):
    @pytest.fixture
    def site(self, request: pytest.FixtureRequest) -> Site:
        return MemorySite(request.node.name)
