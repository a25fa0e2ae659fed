"""What earlier publishing tools left in a folder: which documents they published, and to which pages.

Sources: Quarto's ``_publish.yml`` (``- source: project|FILE`` with ``confluence: [{id, url}]``), mark's README (headers
``Space``, ``Title``), Kyso's and knowledge-repo's layouts (reference of metadata, section 5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import msgspec
import yaml

from adapters.adopting import Tool
from bridge.sidecars import KYSO
from bridge.source_tree import SourceTree
from converters.readers.wiki_headers import mark_header
from converters.readers.yaml_values import load_yaml

_POSTS = (".md", ".ipynb", ".rmd", ".org")
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """One document that a tool published. ``page`` is the id of its page, ``title`` what it is called there; both may be
    empty, then only the wiki tells. ``root`` is the page below which the tool put a whole project.
    """

    path: str
    page: str = ""
    title: str = ""
    root: str = ""


def earlier(tool: Tool, folder: str, there: list[str], files: SourceTree) -> list[Earlier]:
    """Documents below a folder (relative to the source root, empty for all) that the tool published, by path."""
    mine = [path for path in there if not folder or path == folder or path.startswith(f"{folder}/")]
    return sorted(_READERS[tool](mine, files), key=lambda one: one.path)


def _mark(paths: list[str], files: SourceTree) -> Iterator[Earlier]:
    for path in paths:
        if not path.lower().endswith((".md", ".markdown")):
            continue
        mapping, text, _ = mark_header(files.read(path).decode("utf-8", "replace").lstrip("\ufeff"))
        if not mapping.get("wiki", {}).get("confluence"):
            continue
        heading = _HEADING.search(text)
        yield Earlier(path=path, title=str(mapping.get("title") or (heading[1] if heading else "")))


def _quarto(paths: list[str], files: SourceTree) -> Iterator[Earlier]:
    for path in paths:
        if path.rpartition("/")[2] != "_publish.yml":
            continue
        folder = path.rpartition("/")[0]
        for entry in _list(_yaml(files.read(path))):
            pages = [one for one in _list(entry.get("confluence")) if one.get("id")]
            source = str(entry.get("source") or "")
            if not pages or not source:
                continue
            page = str(pages[0]["id"])
            if source != "project":
                yield Earlier(path=_join(folder, source), page=page)
                continue
            documents = [one for one in paths if one.lower().endswith((".qmd", ".rmd", ".ipynb", ".md"))]
            yield from (Earlier(path=one, root=page) for one in documents if not folder or one.startswith(f"{folder}/"))


def _nbconflux(paths: list[str], _: SourceTree) -> Iterator[Earlier]:
    yield from (Earlier(path=path) for path in paths if path.endswith(".ipynb"))


def _kyso(paths: list[str], files: SourceTree) -> Iterator[Earlier]:
    known = set(paths)
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name not in KYSO:
            continue
        found = _yaml(files.read(path))
        main = str(found.get("main") or "") if isinstance(found, dict) else ""
        if main and _join(folder, main) in known:
            yield Earlier(path=_join(folder, main))


def _knowledge_repo(paths: list[str], _: SourceTree) -> Iterator[Earlier]:
    """Posts: a document in a ``.kp`` folder."""
    for path in paths:
        parent = PurePosixPath(path).parent.name
        if parent.endswith(".kp") and path.lower().endswith(_POSTS):
            yield Earlier(path=path)


_READERS: Mapping[Tool, Callable[[list[str], SourceTree], Iterator[Earlier]]] = {
    "mark": _mark,
    "quarto": _quarto,
    "nbconflux": _nbconflux,
    "kyso": _kyso,
    "knowledge-repo": _knowledge_repo,
}


def _yaml(data: bytes) -> object:
    try:
        return load_yaml(data.decode("utf-8-sig", "replace"))
    except (yaml.YAMLError, ValueError):
        return None


def _list(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
