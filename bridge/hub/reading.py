"""What the hub wants to know of a document beyond its metadata: the words of its narrative, the modules it imports."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Iterator

import msgspec

from converters.model import Blocks, Code, Document, Output, Section, Span
from converters.walk import iter_blocks, iter_inlines

TEXT_MAX = 20_000
"""Characters of narrative that are compared with other reports. Ours: some ten pages, which tell what it is about."""
CODE_MAX = 200_000
"""Characters of one code cell that are looked into; generated code is longer and imports nothing of interest."""
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)
_PYTHON = frozenset({"", "python", "python3", "ipython", "ipython3", "py"})


class Told(msgspec.Struct, frozen=True):
    """What one document told: words of the narrative; modules as it names them (``.`` in front: relative)."""

    text: str = ""
    imports: tuple[str, ...] = ()


def told(document: Document, imports: tuple[str, ...]) -> Told:
    """The words of the document as readers see it, and what :func:`imports_in` found before its code was hidden."""
    narrative = [block for block in document.blocks if not isinstance(block, Code | Output | Section)]
    words: list[str] = []
    size = 0
    for inline in iter_inlines(narrative):
        if isinstance(inline, Span):
            words.append(inline.text)
            size += len(inline.text)
            if size > TEXT_MAX:
                break
    return Told(" ".join(words)[:TEXT_MAX], imports)


def imports_in(document: Document) -> tuple[str, ...]:
    """Modules that the code cells of a document import. Never fails: code that Python can't read tells nothing."""
    return tuple(dict.fromkeys(_imports(document.blocks)))


def _imports(blocks: Blocks) -> Iterator[str]:
    for block in iter_blocks(blocks):
        if isinstance(block, Code) and block.role == "input" and block.language.lower() in _PYTHON:
            yield from imports_of(block.text)


def imports_of(code: str) -> Iterator[str]:
    """Modules that a piece of Python imports: ``a.b``; ``from a import b`` gives ``a`` and ``a.b``."""
    if "import" not in code or len(code) > CODE_MAX:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strings with odd escapes: the author's business
            tree = ast.parse(_MAGIC.sub("pass", code) if any(sign in code for sign in "%!?") else code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            if node.module:
                yield base
            joint = "" if base.endswith(".") else "."
            yield from (f"{base}{joint}{alias.name}" for alias in node.names if base and alias.name != "*")


def modules_of(imports: Iterable[str], folder: str, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Paths of the repository's own modules among the imports, in order.

    Looked for as Python and the usual ``sys.path.append("..")`` find them: in the report's folder, those above it, and
    ``src`` in each.
    """
    found: dict[str, None] = {}
    for name in imports:
        bare = name.lstrip(".")
        level = len(name) - len(bare)
        parts = bare.replace(".", "/")
        places = [_above(folder, level - 1)] if level else _places(folder)
        for place in places:
            hit = next((p for p in _files(place, parts) if exists(p)), "") if parts else ""
            if hit:
                found[hit] = None
                break
    return tuple(found)


def _files(place: str, parts: str) -> tuple[str, str]:
    start = f"{place}/{parts}" if place else parts
    return f"{start}.py", f"{start}/__init__.py"


def _above(folder: str, steps: int) -> str:
    for _ in range(steps):
        folder = folder.rpartition("/")[0]
    return folder


def _places(folder: str) -> list[str]:
    places = []
    while True:
        places += [folder, f"{folder}/src" if folder else "src"]
        if not folder:
            return places
        folder = folder.rpartition("/")[0]
