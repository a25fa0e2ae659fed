"""Fixtures of the command line's tests."""

from __future__ import annotations

import pytest
import requests

TARGETS = """
[targets.cloud]
kind = "confluence"
url = "{0}/wiki"
space = "DATA"
user_env = "WIKI_USER"
token_env = "WIKI_TOKEN"

[targets.dc]
kind = "confluence"
url = "{0}/dc"
space = "DATA"
token_env = "WIKI_TOKEN"

[targets.notion]
kind = "notion"
url = "{0}/notion"
parent = "{1}"
token_env = "WIKI_TOKEN"
"""


@pytest.fixture
def wikis(tmp_path, sandbox, monkeypatch):
    state = requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()
    """A repository of two reports with the three wikis as targets."""
    hub = next(page["id"] for page in state["pages"] if page["title"] == "Data hub")
    (tmp_path / "a.md").write_text("# Alpha\n\nIntro.\n\n## Results\n\nSales rose by 12 % in spring.\n")
    (tmp_path / "b.md").write_text("# Beta\n\nNothing to see.\n")
    (tmp_path / "nbwiki.toml").write_text('[source]\ninclude = ["*.md"]\n' + TARGETS.format(sandbox.url, hub))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIKI_USER", "author@example.com")
    monkeypatch.setenv("WIKI_TOKEN", "sandbox")
    return tmp_path
