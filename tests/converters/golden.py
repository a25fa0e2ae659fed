"""Golden cases: a document in, its page for each wiki in a form that people read line by line.

A case is a folder of ``tests/golden`` with ``source.<suffix>`` and the files beside it. Beside them stand what it becomes:
``model.json``, ``confluence.xhtml``, ``notion.json`` and ``notes.txt``. Digests of files that nbwiki makes (equations,
optimised pictures) differ between versions of the libraries that draw them: files are numbered in order of use instead,
and listed with name, kind and size in pixels; text files with their content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from adapters.sandbox.confluence import storage_xml
from bridge.pipeline import Conversion, RenderOptions, render
from bridge.source_tree import SourceTree
from converters.model import Asset, Rendered
from converters.options import Limits, Source, TransformOptions, WriteOptions

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MADE = ("model.json", "confluence.xhtml", "notion.json", "notes.txt")
FLAVORS = {"model": "cloud", "confluence": "cloud", "notion": "notion"}


def cases() -> list[str]:
    """Names of all cases."""
    return sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


def source_of(case: str) -> Path:
    """The document of a case."""
    return next(file for file in sorted((GOLDEN / case).iterdir()) if file.name.startswith("source."))


def options(case: str, target: Any) -> RenderOptions:
    """What ``options.json`` of a case says; else no anatomy and open code, so that a page holds what its case is about."""
    file = GOLDEN / case / "options.json"
    given = {"anatomy": False, "attach_source": False, "code": "show"}
    given |= json.loads(file.read_text("utf-8")) if file.exists() else {}
    limits = Limits(max_rows=given.pop("max_rows", Limits().max_rows))
    return RenderOptions(
        transform=TransformOptions(target=target, limits=limits, **given), write=WriteOptions(flavor=FLAVORS[target])
    )


def convert(case: str, target: Any) -> Conversion:
    """A case's page for one target."""
    file = source_of(case)
    return render(Source(file.name, file.read_bytes()), options(case, target), SourceTree(file.parent))


def made(case: str) -> dict[str, str]:
    """All that a case becomes: file name → text."""
    done = {target: convert(case, target) for target in FLAVORS}
    found = {"notes.txt": "".join(_notes(done))}
    for target, conversion in done.items():
        page = conversion.rendered
        assert page is not None, conversion.error
        plain = Plain(page)
        if target == "confluence":
            found["confluence.xhtml"] = plain(xhtml(page.body)) + "".join(plain.files())
        elif target == "notion":
            blocks = _plain_blocks(json.loads(msgspec.json.encode(page.blocks)))
            found["notion.json"] = plain(_on_lines(blocks)) + "\n"
        else:
            body = json.loads(page.body)
            body.pop("assets")
            found["model.json"] = plain(_on_lines(body)) + "\n"
    return found


def _notes(done: dict[str, Conversion]) -> Iterator[str]:
    """One line a note, with the targets that it is for."""
    lines: dict[str, list[str]] = {}
    for target, conversion in done.items():
        for note in conversion.notes:
            lines.setdefault(f"{note.kind:9} {note.code:22} {note}", []).append(target)
    for line, targets in lines.items():
        yield f"{line}{'' if len(targets) == len(done) else ' [' + ', '.join(targets) + ']'}\n"


LARGE = re.compile(r"\(\d[\d.]* [kM]B\)")
"""Sizes in words: those of pictures and of pages with a library inside depend on versions."""


class Plain:
    """Text without digests: each file is numbered in order of its first use."""

    def __init__(self, page: Rendered) -> None:
        self._assets = {asset.key: asset for asset in page.assets}
        self._numbers: dict[str, int] = {}
        if self._assets:
            short = {key[:12]: key for key in self._assets}
            self._full = short | {key: key for key in self._assets}
            self._pattern = re.compile("|".join(sorted(self._full, key=len, reverse=True)))

    def __call__(self, text: str) -> str:
        """The text with ``file1``, ``file2`` … in place of keys, and sizes of large files left out."""
        return self._pattern.sub(self._name, LARGE.sub("(… B)", text)) if self._assets else text

    def _name(self, hit: re.Match[str]) -> str:
        key = self._full[hit[0]]
        return f"file{self._numbers.setdefault(key, len(self._numbers) + 1)}"

    def files(self) -> Iterator[str]:
        """A line for each file; the content of short text files."""
        for key in sorted(self._assets, key=lambda key: self._numbers.get(key, 10_000)):
            yield self._line(self._assets[key])

    def _line(self, asset: Asset) -> str:
        size = f" {asset.width}×{asset.height} px" if asset.width else ""
        line = f"<!-- {self(asset.filename)} {asset.mime}{size}"
        if asset.mime in {"text/csv", "text/plain"} and len(asset.data) < 2000:
            line += "\n" + asset.data.decode().replace("\r\n", "\n").rstrip("\n") + "\n"
        return f"{line} -->\n"


def _plain_blocks(value: Any) -> Any:
    """Notion blocks without what says nothing: default colours and marks, empty lists, plain texts as strings."""
    if isinstance(value, list):
        return [_plain_blocks(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "text" and value.keys() <= {"type", "text", "annotations"} and not value.get("annotations"):
        text = value["text"]
        return text["content"] if not text.get("link") else {"text": text["content"], "link": text["link"]["url"]}
    return {name: _plain_blocks(inner) for name, inner in value.items() if name != "type" or value["type"] not in value}


def _on_lines(value: Any, pad: str = "") -> str:
    """JSON, lists and objects on one line where they are short."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(pad) <= 120 or not isinstance(value, dict | list):
        return line
    deeper = pad + " "
    if isinstance(value, dict):
        rows = [
            f"{deeper}{json.dumps(name, ensure_ascii=False)}: {_on_lines(inner, deeper)}"
            for name, inner in value.items()
        ]
    else:
        rows = [deeper + _on_lines(inner, deeper) for inner in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n" + ",\n".join(rows) + f"\n{pad}{last}"


# ---------------------------------------------------------------- storage format, indented

INLINE = frozenset(
    {"a", "strong", "em", "u", "s", "del", "sub", "sup", "code", "span", "br", "time", "small", "link", "link-body"}
)


def xhtml(body: str) -> str:
    """A body with each block on its own line, indented; running text stays on one."""
    root = storage_xml.parse(body)
    return "".join(_lines(root, -1))


def _lines(node: etree._Element, depth: int) -> Iterator[str]:
    pad = "  " * depth
    blocks = [child for child in node if not _inline(child)]
    if depth >= 0 and (not blocks or _short(node)):
        yield f"{pad}{_flat(node)}\n"
        return
    if depth >= 0:
        yield f"{pad}{_open(node)}\n"
    running = node.text or ""
    for child in node:
        if _inline(child):
            running += _flat(child) + (child.tail or "")
            continue
        if running.strip():
            yield f"{pad}  {running.strip()}\n"
        yield from _lines(child, depth + 1)
        running = child.tail or ""
    if running.strip():
        yield f"{pad}  {running.strip()}\n"
    if depth >= 0:
        yield f"{pad}</{_name(node)}>\n"


def _short(node: etree._Element) -> bool:
    return "\n" not in (text := _flat(node)) and len(text) <= 110


def _inline(node: etree._Element) -> bool:
    name = etree.QName(node).localname
    if name == "structured-macro":
        return node.get(f"{{{storage_xml.AC}}}name") in {"status", "anchor"}
    return name in INLINE or (name == "image" and node.get(f"{{{storage_xml.AC}}}inline") == "true")


def _name(node: etree._Element) -> str:
    name = etree.QName(node)
    prefix = {storage_xml.AC: "ac:", storage_xml.RI: "ri:"}.get(name.namespace or "", "")
    return prefix + name.localname


def _open(node: etree._Element) -> str:
    return _flat(node, alone=True).removesuffix(f"</{_name(node)}>").replace(" />", ">")


def _flat(node: etree._Element, *, alone: bool = False) -> str:
    """An element in one piece, without the declarations that a serialiser adds; ``alone`` without its children."""
    if alone:
        copy = etree.Element(node.tag, dict(node.attrib), nsmap=node.nsmap)
        copy.text = ""
        node = copy
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    return re.sub(r' xmlns:\w+="[^"]*"', "", text)
