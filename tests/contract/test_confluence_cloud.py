"""Confluence over the sandbox keeps the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.confluence_site import CloudSite
from tests.contract.wiki_contract import Site, WikiContract

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


class TestConfluenceCloud(WikiContract):
    @pytest.fixture
    def site(self, sandbox: Server) -> Site:
        return CloudSite(sandbox)
