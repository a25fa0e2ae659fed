"""Takes the pictures of docs/: publishes the example reports to a sandbox and photographs pages in Chromium.

make screenshots            # all of them into docs/pictures/
python docs/pictures/take.py FOLDER [WORD …]   # others, only pages whose title has a word
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from browser import DESKTOP, PHONE, Browser  # noqa: E402

from adapters.sandbox.server import serve  # noqa: E402


def publish(url: str, target: str) -> None:
    """The example reports into one target of a running sandbox."""
    environment = {
        **os.environ,  # noqa: TID251 - a script of the house, no part of nbwiki
        "CONFLUENCE_USER": "author@example.com",
        "CONFLUENCE_TOKEN": "sandbox",
        "NOTION_TOKEN": "sandbox",
    }
    config = (ROOT / "examples" / "acme" / "nbwiki.toml").read_text(encoding="utf-8")
    file = ROOT / "examples" / "acme" / ".nbwiki-pictures.toml"
    config += '\n[targets.datacenter]\nkind = "confluence"\nurl = "http://127.0.0.1:8765/dc"\nspace = "DATA"\ntoken_env = "CONFLUENCE_TOKEN"\n'
    file.write_text(config.replace("http://127.0.0.1:8765", url), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "bridge", "--config", str(file), "sync", "-t", target]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    finally:
        file.unlink()


def addresses(state: dict) -> dict[str, str]:
    """Name of a picture → path, for all pages of the three wikis."""
    found = {"home": "/"}
    for page in state["pages"]:
        if page["api"] == "confluence":
            found[f"cloud {page['title']}"] = f"/wiki/spaces/DATA/pages/{page['id']}"
        elif page["api"] == "confluence-dc":
            found[f"datacenter {page['title']}"] = f"/dc/pages/viewpage.action?pageId={page['id']}"
    for page in state["notion"]["pages"]:
        title = next(value["title"] for value in page["properties"].values() if value["type"] == "title")
        name = "".join(run["plain_text"] for run in title)
        found[f"notion {name}"] = f"/notion/p/{page['id'].replace('-', '')}"
    for database in state["notion"]["databases"]:
        title = "".join(run["plain_text"] for run in database["title"])
        if title != "Reports" or not database["data_sources"]:
            continue  # the hub's own, and linked ones
        found["notion gallery"] = f"/notion/p/{database['id'].replace('-', '')}"
    return found


def state_of(url: str) -> dict:
    """Everything that the sandbox holds."""
    with urllib.request.urlopen(f"{url}/sandbox/state") as answer:
        return json.load(answer)


# what the documents show: file, page, width and height of the window in CSS pixels
PICTURES = (
    ("report.png", "cloud Teams that grow talk more", 1180, 1240),
    ("gallery.png", "notion gallery", 1180, 900),
    ("library.png", "cloud Acme's report library", 1180, 1240),
    # the same for readers on a phone, on which those above are too small to read
    ("report-phone.png", "cloud Teams that grow talk more", PHONE, 760),
    ("gallery-phone.png", "notion gallery", PHONE, 760),
    ("library-phone.png", "cloud Acme's report library", PHONE, 760),
)


def main() -> None:
    """Publish, look, save."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    with serve(port=0) as sandbox, Browser(chromium) as browser:
        for target in ("wiki", "datacenter", "notebook-hub"):
            publish(sandbox.url, target)
        pages = addresses(state_of(sandbox.url))
        if len(sys.argv) > 1:
            take_all(browser, sandbox.url, pages, Path(sys.argv[1]), sys.argv[2:])
            return
        for name, page, width, height in PICTURES:
            out = str(ROOT / "docs" / "pictures" / name)
            browser.look(sandbox.url + pages[page], width=width, height=height, full=False, out=out)


def take_all(browser: Browser, url: str, pages: dict[str, str], folder: Path, words: list[str]) -> None:
    """Whole pages, wide and narrow, of the pages whose name has one of the words (or of all)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in pages.items():
        if words and not any(word.lower() in name.lower() for word in words):
            continue
        for width, shape in ((DESKTOP, "desktop"), (PHONE, "phone")):
            out = folder / f"{name.replace(' ', '-').lower()}-{shape}.png"
            seen = browser.look(url + path, width=width, out=str(out))
            print(out, seen["overflow"], seen["broken"])


if __name__ == "__main__":
    main()
