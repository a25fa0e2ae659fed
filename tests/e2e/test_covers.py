"""Covers as Notion keeps them: a picture of the page, one beside the source, one that stays on the web."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from adapters.sandbox.server import Server
from tests.e2e.publish import configure, nbwiki, state


def test_covers_are_set_once_and_follow_their_source(tmp_path: Path, sandbox: Server) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(out, "PNG")
    (tmp_path / "beside.png").write_bytes(out.getvalue())
    headers = {"Web": "thumbnail: https://example.org/a.png", "Beside": "thumbnail: beside.png", "None": "tags: [a]"}
    for title, line in headers.items():
        text = f"---\ntitle: {title}\n{line}\n---\n\nThe text.\n"
        (tmp_path / f"{title.lower()}.md").write_text(text, encoding="utf-8")
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "plot.md").write_text("# Plot\n\n![A figure](../beside.png)\n", "utf-8")
    configure(tmp_path, sandbox.url, tmp_path, ("**/*.md",))
    done = nbwiki("sync", "-t", "notion", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert covers(sandbox.url) == {"Web": "external", "Beside": "file", "None": None, "Plot": None}
    folders = {page["properties"]["Folder"]["select"]["name"] if page["properties"]["Folder"]["select"] else ""
               for page in state(sandbox.url)["notion"]["pages"] if "Folder" in page["properties"]}  # fmt: skip
    assert folders == {"", "team"}, "the repository's name is no folder"
    again = nbwiki("sync", "-t", "notion", "--json", cwd=tmp_path)
    assert (again.code, again.json["requests"]["write"]) == (0, 0)
    (tmp_path / "none.md").write_text(
        "---\ntitle: None\nthumbnail: https://example.org/b.png\n---\n\nThe text.\n", "utf-8"
    )
    assert nbwiki("sync", "-t", "notion", cwd=tmp_path).code == 0
    assert covers(sandbox.url)["None"] == "external"


def covers(url: str) -> dict[str, str | None]:
    """The kind of each row's cover by its title."""
    found = {}
    for page in state(url)["notion"]["pages"]:
        name = page["properties"].get("Name", {}).get("title")
        if name:
            found[name[0]["plain_text"]] = page["cover"]["type"] if page.get("cover") else None
    return found
