"""Links to a heading of another report, through the real command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import configure, nbwiki, state


@pytest.mark.parametrize(("target", "fragment"), [("cloud", "#The-end"), ("datacenter", "#Secondreport-Theend")])
def test_they_lead_to_the_heading(sandbox: Server, tmp_path: Path, target: str, fragment: str) -> None:
    source = tmp_path / "reports"
    source.mkdir()
    (source / "first.md").write_text("# First\n\n[there](second.md#the-end) and [nowhere](second.md#gone)\n", "utf-8")
    (source / "second.md").write_text("# Second report\n\nText.\n\n## The end\n\nMore.\n", "utf-8")
    configure(tmp_path, sandbox.url, source, ("*.md",))
    run = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert run.code == 0, run.err
    actions = {action["source"]: action for action in run.json["actions"]}
    pages = {str(page["id"]): page["body"] for page in state(sandbox.url)["pages"]}
    links = re.findall(r'<a href="([^"]*)"', pages[actions["first.md"]["page_id"]])
    assert [link for link in links if "first" not in link][:2] == [
        actions["second.md"]["url"] + fragment,
        actions["second.md"]["url"],
    ]
    assert "link.top" in {note["code"] for note in actions["first.md"]["notes"]}
