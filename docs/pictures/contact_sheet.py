"""One picture of 24 hard cases as the sandbox shows them: golden cases, published by the real command, seen in Chromium.

make contactsheet                                        # docs/pictures/contact-sheet.png
python docs/pictures/contact_sheet.py OUT.png FOLDER     # and each tile at full size into a folder
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from browser import Browser  # noqa: E402

from adapters.sandbox.server import serve  # noqa: E402
from tests.e2e.publish import configure, nbwiki, state  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
TILES = (
    ("page-anatomy", "cloud"), ("notebook-streams", "notion"), ("notebook-errors", "cloud"), ("notebook-images", "cloud"),
    ("notebook-tables", "cloud"), ("notebook-tables", "notion"), ("notebook-widgets", "notion"), ("notebook-plotly", "cloud"),
    ("notebook-rich-outputs", "notion"), ("notebook-media", "cloud"), ("big-table", "cloud"), ("visibility-options", "notion"),
    ("qmd-callouts", "cloud"), ("qmd-callouts", "notion"), ("qmd-crossrefs", "cloud"), ("myst-directives", "cloud"),
    ("myst-directives", "notion"), ("markdown-maths", "cloud"), ("markdown-maths", "notion"), ("markdown-html", "cloud"),
    ("markdown-lists", "notion"), ("markdown-scripts", "cloud"), ("markdown-images", "cloud"), ("r-notebook-html", "notion"),
)  # fmt: skip
COLUMNS = 6
WIDTH, HEIGHT = 730, 1000  # of the window, in CSS pixels: narrow enough for the wiki to hide its tree
SHOWN = 0.75  # of that, in the picture
LABEL = 34  # pixels above each tile


def pages(found: dict[str, Any], sources: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Case, wiki and address of each tile's page."""
    confluence = {str(page["id"]) for page in found["pages"]}
    for case, wiki in TILES:
        page = sources[wiki][case]
        assert wiki == "notion" or page in confluence
        yield (
            case,
            wiki,
            f"/notion/p/{page.replace('-', '')}" if wiki == "notion" else f"/wiki/spaces/DATA/pages/{page}",
        )


def publish(url: str, folder: Path) -> dict[str, dict[str, str]]:
    """All cases on both wikis: wiki → case → page id."""
    root = folder / "reports"
    for case in dict.fromkeys(case for case, _ in TILES):
        shutil.copytree(GOLDEN / case, root / case, ignore=shutil.ignore_patterns("*.json", "*.xhtml", "notes.txt"))
    configure(folder, url, root, ("*/source.*",))
    with (folder / "nbwiki.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[limits]\nmax_rows = 12\n")  # so that a table of 30 rows is a long one
    made = {}
    for wiki in ("cloud", "notion"):
        run = nbwiki("sync", "-t", wiki, "--json", cwd=folder)
        assert run.code in {0, 1}, run.err
        done = [action for action in run.json["actions"] if action["verb"] == "create"]
        made[wiki] = {action["source"].partition("/")[0]: action["page_id"] for action in done}
    return made


def sheet(tiles: list[tuple[str, Image.Image]]) -> Image.Image:
    """The tiles in rows, each under its name."""
    width, height = round(WIDTH * SHOWN), round(HEIGHT * SHOWN)
    rows = -(-len(tiles) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * (width + 12) + 12, rows * (height + LABEL + 12) + 12), "#5b6470")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(20)
    for number, (name, tile) in enumerate(tiles):
        left = 12 + number % COLUMNS * (width + 12)
        top = 12 + number // COLUMNS * (height + LABEL + 12)
        draw.text((left + 4, top + 4), f"{number + 1}. {name}", fill="white", font=font)
        whole.paste(tile.resize((width, height), Image.Resampling.LANCZOS), (left, top + LABEL))
    return whole


def main() -> None:
    """Publish, look, paste together."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures" / "contact-sheet.png"
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    tiles = []
    with serve(port=0) as sandbox, Browser(chromium) as browser, tempfile.TemporaryDirectory() as name:
        sources = publish(sandbox.url, Path(name))
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else name)
        folder.mkdir(parents=True, exist_ok=True)
        for number, (case, wiki, path) in enumerate(pages(state(sandbox.url), sources), 1):
            file = folder / f"{number:02}-{case}-{wiki}.png"
            seen = browser.look(sandbox.url + path, width=WIDTH, height=HEIGHT, full=False, out=str(file))
            print(file.name, f"overflow {seen['overflow']}", f"broken {seen['broken']}")
            tiles.append((f"{case} · {wiki}", Image.open(file).convert("RGB")))
        sheet(tiles).quantize(256, dither=Image.Dither.NONE).save(out, optimize=True)


if __name__ == "__main__":
    main()
