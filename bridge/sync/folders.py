"""Folders as pages: which page is whose parent, and what a folder's own page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bridge.discover import index_of
from bridge.pipeline import Target
from bridge.sync.actions import Local
from converters.metadata import Metadata
from converters.model import Document, Listing, Rendered
from converters.options import WriteOptions


def folder_key(base: str, folder: str) -> str:
    """The key of a folder's page."""
    return f"folder:{base}{folder}/"


def pretty(name: str) -> str:
    """A folder name as a title: ``customer_reports`` → ``Customer reports``; names with capitals stay."""
    words = re.sub(r"[_\-]+", " ", name).strip() or name
    return words[0].upper() + words[1:] if words == words.lower() else words


def folder_page(title: str, write: WriteOptions, target: Target) -> Rendered:
    """The page of a folder that has no README of its own: a list of its children."""
    from converters.writers import write as write_document

    document = Document(meta=Metadata(title=title), blocks=(Listing("children"),))
    return write_document(document, target, write)[0]


def folders_above(path: str) -> list[str]:
    """``a/b/c.ipynb`` → ``a``, ``a/b``."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def parents(keys: Mapping[str, str], base: str) -> tuple[dict[str, str], list[str]]:
    """Parent key by report path, and the folders that need a page of their own. ``keys`` are report keys by path."""
    by_folded = {path.casefold(): path for path in keys}
    indexes = {folder: index_of(folder.casefold(), by_folded) for path in keys for folder in folders_above(path)}

    def page_of(folder: str) -> str:
        if not folder:
            return ""
        index = indexes[folder]
        return keys[index] if index else folder_key(base, folder)

    found = {}
    for path in keys:
        folder = path.rpartition("/")[0]
        index = indexes[folder] if folder else None
        if index is not None and keys[index] == keys[path]:  # by key: one report may have several files
            folder = folder.rpartition("/")[0]
        found[path] = page_of(folder)
    bare = sorted(folder for folder, index in indexes.items() if index is None)
    return found | {f"{folder}/": page_of(folder.rpartition("/")[0]) for folder in bare}, bare


def folder_locals(
    bare: Sequence[str], parent_of: Mapping[str, str], bases: Sequence[str], digests: Mapping[str, str]
) -> list[Local]:
    """Locals of folder pages. ``bases`` start their keys: the present one, then former ones; ``digests`` by folder."""
    base, *former = bases
    return [
        Local(
            key=folder_key(base, folder),
            kind="folder",
            path=f"{folder}/",
            source=f"{base}{folder}/",
            title=pretty(folder.rpartition("/")[2]),
            digest=digests[folder],
            former=tuple(folder_key(one, folder) for one in former),
            parent=parent_of[f"{folder}/"],
        )
        for folder in bare
    ]
