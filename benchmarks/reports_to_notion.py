"""200 Markdown reports → Notion blocks, whole process, beside martian and Python peers; and what the API would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from markdown_pages import reports
from measuring import NBWIKI, Row, Settings, guarded, interleaved, ratios, seconds, spread
from peers import martian, python_peer

COUNT = 200

_MARTIAN = """
const fs = require('fs'), path = require('path');
const {markdownToBlocks} = require('@tryfabric/martian');
for (const f of fs.readdirSync(process.argv[2]).filter(f => f.endsWith('.md')))
  JSON.stringify(markdownToBlocks(fs.readFileSync(path.join(process.argv[2], f), 'utf8')));
"""
_READ = "import io, json, pathlib, sys\n"
_ALL = "\nfor f in sorted(pathlib.Path(sys.argv[1]).glob('*.md')): conv(f.read_text(encoding='utf-8'))"
_PYTHON = {
    "md2notionpage": _READ + "from md2notionpage.core import parse_md as conv" + _ALL,
    "notionize": _READ + "from notionize import notionize as conv" + _ALL,
    "md2notion": _READ
    + "from md2notion.upload import convert\ndef conv(text):\n    s = io.StringIO(text); s.__dict__['name'] = 'x.md'\n"
    + "    return convert(s)"
    + _ALL,
}


def rows(settings: Settings) -> Iterator[Row]:
    """A row a peer, and one on what Notion's limits would refuse."""
    folder = settings.work / "reports"
    if not (folder / "nbwiki.toml").exists():
        reports(folder, COUNT)
    out = settings.work / "out_reports"
    ours = [*NBWIKI, "convert", ".", "--to", "notion", "-o", out]
    commands: dict[str, list[object]] = {}
    home = martian(settings.work)
    if isinstance(home, str):
        yield Row(f"{COUNT} Markdown reports → Notion blocks, beside martian", said=home)
    else:
        (home / "all.js").write_text(_MARTIAN)
        commands["martian"] = ["node", home / "all.js", folder]
    for name, script in _PYTHON.items():
        peer = python_peer(name, settings.work)
        if isinstance(peer, str):
            yield Row(f"the same, beside {name}", said=peer)
        else:
            commands[name] = [peer / "python", "-c", script, folder]
    for name, command in commands.items():
        what = f"{COUNT} Markdown reports → Notion blocks, beside {name}"
        yield from guarded(what, lambda w=what, n=name, c=command: [_beside(settings, w, n, ours, c)])
    yield from guarded("of these, refused by the API's limits on objects", lambda: [_within_limits(settings, ours)])


def _beside(settings: Settings, what: str, name: str, ours: list[object], theirs: list[object]) -> Row:
    folder = settings.work / "reports"
    times = interleaved(settings.rounds, {"ours": lambda: seconds(ours, folder), name: lambda: seconds(theirs)})
    said = f"{min(times['ours']):.2f} s, {min(times[name]):.2f} s of processor time"
    return spread(what, ratios(times["ours"], times[name]), unit="×", budget=1, at_most=True, said=said)


def _within_limits(settings: Settings, ours: list[object]) -> Row:
    out = settings.work / "out_reports"
    if not out.exists():
        seconds(ours, settings.work / "reports")
    made = sorted(out.rglob("blocks.json"))
    bad = sum(1 for path in made if any(_refused(json.loads(path.read_text("utf-8")))))
    return Row("of these, refused by the API's limits on objects", said=f"{bad} of {len(made)}")


def _refused(blocks: Any) -> Iterator[str]:
    """What Notion refuses in an object: texts over 2,000 characters, arrays over 100, links without scheme.

    Source: developers.notion.com/reference/request-limits. Children beyond one request are the adapter's to split.
    """
    stack = [*blocks] if isinstance(blocks, list) else [*blocks.get("blocks", ())]
    while stack:
        block = stack.pop()
        value = block[block["type"]]
        stack.extend(value.get("children", ()))
        cells = value.get("cells", ())
        for texts in [value.get("rich_text", ()), value.get("caption", ()), *cells]:
            if len(texts) > 100:
                yield "array"
            for item in texts:
                text = item.get("text", {})
                if len(text.get("content", "")) > 2000:
                    yield "text"
                url = (text.get("link") or {}).get("url", "https://")
                if not url.startswith(("https://", "http://", "mailto:", "nbwiki:")) or len(url) > 2000:
                    yield "link"
        if len(cells) > 100:
            yield "cells"
