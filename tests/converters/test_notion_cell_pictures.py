"""Notion's table cells hold no pictures: they stand below the table."""

from __future__ import annotations

from bridge.pipeline import RenderOptions, render
from converters.options import NoFiles, Source, TransformOptions, WriteOptions

OPTIONS = RenderOptions(
    transform=TransformOptions(target="notion", anatomy=False, attach_source=False), write=WriteOptions(flavor="notion")
)


def kinds(text: str) -> list[str]:
    page = render(Source("a.md", text.encode()), OPTIONS, NoFiles())
    assert page.rendered, page.error
    return [
        str(block.get(block["type"], {}).get("external", {}).get("url", block["type"]))
        for block in page.rendered.blocks
    ]


def test_pictures_of_cells_stand_below_their_table_once() -> None:
    text = "# T\n\n| a | b |\n|---|---|\n| ![x](https://x.org/a.png) | text ![y](https://x.org/b.png) |\n| ![x](https://x.org/a.png) | c |\n"
    assert kinds(text) == ["table", "https://x.org/a.png", "https://x.org/b.png"]
    html = '# T\n\n<table><tr><td><img src="https://x.org/a.png"></td><td>b</td></tr></table>\n'
    assert kinds(html) == ["table", "https://x.org/a.png"]


def test_icons_in_cells_are_their_words() -> None:
    text = '# T\n\n| a |\n|---|\n| <img src="https://x.org/flag.png" height="16"> text |\n'
    assert kinds(text) == ["table"]
