"""Pictures: those that a source has, as its author sees them, and those that a page shows. Nothing here uses our readers.

A source's pictures are its outputs with a picture among their forms and no richer one, and the images of its Markdown as
nbconvert renders it, where their file is there, is on the web or is attached. Badges and icons in running text count too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import lxml.html

from tests.judges import words

RICHER = ("widget-view", "plotly", "vega", "bokeh", "text/html", "text/markdown", "text/latex", "application/vnd")
"""Forms that are shown in a picture's place."""


def wanted(root: Path, path: str, data: bytes) -> int:
    """How many pictures a reader expects of a source."""
    if path.endswith(".ipynb"):
        notebook = json.loads(data.decode("utf-8-sig"))
        return sum(_of_cell(root, path, cell) for cell in _cells(notebook))
    text = data.decode("utf-8-sig", "replace")
    if path.endswith(".html"):
        return sum(_there(root, path, address, {}) for address in _addresses(lxml.html.document_fromstring(text)))
    if path.endswith((".md", ".Rmd", ".qmd")):
        return _of_markdown(root, path, words.plain(text), {})
    return 0


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sheet in notebook.get("worksheets") or [notebook]:
        for cell in sheet.get("cells") or ():
            tags = set((cell.get("metadata") or {}).get("tags") or ()) if isinstance(cell, dict) else {"nocell"}
            if not tags & (words.HIDDEN | {"remove-output", "remove_output", "hide-output", "hide_output"}):
                yield cell


def _of_cell(root: Path, path: str, cell: dict[str, Any]) -> int:
    if cell.get("cell_type") == "markdown":
        source = cell.get("source") or ""
        text = source if isinstance(source, str) else "".join(source)
        return _of_markdown(root, path, text, cell.get("attachments") or {})
    return sum(_is_picture(output) for output in cell.get("outputs") or () if isinstance(output, dict))


def _is_picture(output: dict[str, Any]) -> bool:
    forms = output.get("data") if isinstance(output.get("data"), dict) else {}
    pictures = [name for name in forms or {} if name.startswith("image/") and forms[name]]
    return bool(pictures) and not any(rich in name for name in forms or {} for rich in RICHER)


def _of_markdown(root: Path, path: str, text: str, attached: dict[str, Any]) -> int:
    html = words.rendered(text.replace("](attachment:", "](attached-"))
    if "<img" not in html:
        return 0
    return sum(
        _there(root, path, address, attached)
        for address in _addresses(lxml.html.fragment_fromstring(html, create_parent="div"))
    )


def _addresses(tree: Any) -> Iterator[str]:
    for image in tree.iter("img"):
        if image.get("src"):
            yield image.get("src")


def _there(root: Path, path: str, address: str, attached: dict[str, Any]) -> bool:
    """Whether an address leads to a picture: on the web, among the attachments, or a file of the source tree."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"} and parts.netloc:
        return True
    if parts.scheme or parts.netloc:
        return address.startswith("data:image/") and len(address) > 60
    name = unquote(parts.path)
    if name.startswith("attached-"):
        return name.removeprefix("attached-") in attached
    file = root / (name.lstrip("/") if name.startswith("/") else PurePosixPath(path).parent / name)
    try:
        inside = file.resolve().is_relative_to(root.resolve())
        return inside and file.is_file() and file.read_bytes()[:1] not in {b"v", b""}  # no pointer of Git LFS
    except OSError:
        return False


def in_storage(body: str) -> int:
    """Pictures of a Confluence page that are no equations."""
    return body.count("<ac:image") - body.count('<ri:attachment ri:filename="equation-')


def in_blocks(blocks: list[dict[str, Any]]) -> int:
    """Pictures among Notion blocks as the official client reads them; links stand for those that Notion can't hold."""
    return sum((block["type"] == "image") + in_blocks(block.get("children") or []) for block in blocks)
