"""Documents changed by chance: text by lines and characters, notebooks by cells, outputs and JSON values.

Everything is drawn from the ``random.Random`` that is given, so a seed and a number name a document.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.property.htmls import ATTRIBUTES, TAGS
from tests.property.markdowns import PIECES
from tests.property.notebooks import CODE, MIMES, YAML
from tests.property.notebooks import TAGS as CELL_TAGS
from tests.property.texts import ODD, TEX

MAX_SOURCE = 200_000
"""Bytes of a document that is worked on; larger notebooks lose cells, larger texts lines."""

NESTS = ("> ", "- ", "    ", "1. ", "> - ")
RUNS = (
    "[", "![", "*", "_", "`", "<div>", "<b>", "(", "$", "\\(", "|", "~", ":::\n", "> ", "- ", "<ul><li>", "<table><tr><td>", "&", "{", "[^1]", "a@",
    "<!--", "http://", "\\begin{a}", "![](", "**a", "<details>", "```\n", "[a](", "\n\n", "| a ", "$$\n", "#", "x ", ":", "=", "^", "{{<", "<span ",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", "x", [], {}, [[]], [None], {"a": None}, "\x00", "\ud800", [1, "a"], "1e999",
)  # fmt: skip


def _odd(rng: Random) -> Any:
    """One of the odd values, not shared with other documents."""
    return copy.deepcopy(rng.choice(ODD_VALUES))


def mutated(rng: Random, path: str, data: bytes, other: bytes) -> bytes:
    """A document of the same kind, with one to six changes; ``other`` is one whose parts may be taken in."""
    if path.endswith(".ipynb") and rng.random() < 0.94:
        try:
            return _notebook(rng, json.loads(data.decode("utf-8-sig")), other)
        except (ValueError, RecursionError):
            pass
    text = data.decode("utf-8", "replace")[:MAX_SOURCE]
    for _ in range(rng.randint(1, 6)):
        text = rng.choice(TEXT_CHANGES)(rng, text, other.decode("utf-8", "replace"))[: 2 * MAX_SOURCE]
    made = text.encode("utf-8", "replace")
    return rng.choice(BYTE_CHANGES)(rng, made) if rng.random() < 0.03 else made


def generated(rng: Random) -> tuple[str, bytes]:
    """A document from nothing: its suffix and its bytes."""
    suffix = rng.choice(["md", "md", "qmd", "Rmd", "ipynb", "html", "py"])
    text = _soup(rng, rng.randint(1, 60))
    if suffix == "ipynb":
        cells = [_cell(rng) for _ in range(rng.randint(1, 5))]
        return suffix, json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    if suffix == "py":
        text = "".join(f"# %%{rng.choice(['', ' [markdown]', ' tags=[x]'])}\n# {part}\n" for part in text.split("\n"))
    if suffix == "html":
        text = f"<html><head><title>x</title></head><body>{_html(rng, 5)}{text}</body></html>"
    if rng.random() < 0.3:
        text = "---\n" + "\n".join(rng.choices(YAML, k=rng.randint(1, 3))) + f"\n---\n{text}"
    return suffix, text.encode("utf-8", "replace")


# ---------------------------------------------------------------- text


def _soup(rng: Random, pieces: int) -> str:
    return "".join(_piece(rng) + rng.choice(["", "", " ", "\n", "\n\n"]) for _ in range(pieces))


def _piece(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(PIECES)
    if kind < 0.65:
        return rng.choice(ODD)
    if kind < 0.8:
        return rng.choice(["word", "two words", "Überschrift", "日本語 text", "x", "1", "a_b_c", "**a**"])
    return (
        _html(rng, 2)
        if kind < 0.9
        else rng.choice(["${}$", "$$\n{}\n$$", "\\({}\\)"]).format("".join(rng.choices(TEX, k=rng.randint(1, 5))))
    )


def _html(rng: Random, depth: int) -> str:
    tag = rng.choice(TAGS)
    inner = "".join(_html(rng, depth - 1) for _ in range(rng.randint(0, 3))) if depth else rng.choice(ODD)
    return f"<{tag} {' '.join(rng.choices(ATTRIBUTES, k=rng.randint(0, 2)))}>{inner}" + (
        f"</{tag}>" if rng.random() < 0.9 else ""
    )


def _lines(rng: Random, text: str, other: str) -> str:
    """Lines swapped, doubled, left out, taken from elsewhere or nested."""
    lines = text.split("\n")
    begin = rng.randrange(len(lines))
    end = min(len(lines), begin + rng.choice([1, 1, 2, 5, 20]))
    place = rng.randrange(len(lines) + 1)
    match rng.randrange(6):
        case 0:
            lines[begin:end] = []
        case 1:
            lines[place:place] = lines[begin:end]
        case 2:
            lines[begin:end] = reversed(lines[begin:end])
        case 3:
            foreign = other.split("\n")
            start = rng.randrange(len(foreign))
            lines[place:place] = foreign[start : start + rng.choice([1, 3, 15])]
        case 4:
            by = rng.choice(NESTS) * rng.choice([1, 1, 2, 8, 60])
            lines[begin:end] = [by + line for line in lines[begin:end]]
        case _:
            lines[begin:end] = ["".join(lines[begin:end])]
    return "\n".join(lines)


def _insert(rng: Random, text: str, _other: str) -> str:
    """A piece at any place."""
    at = rng.randrange(len(text) + 1)
    return text[:at] + _soup(rng, rng.choice([1, 1, 1, 4])) + text[at:]


def _cut(rng: Random, text: str, _other: str) -> str:
    """A stretch left out, or all that follows."""
    at = rng.randrange(len(text) + 1)
    return text[:at] + (text[at + rng.choice([1, 2, 10, 100]) :] if rng.random() < 0.8 else "")


def _run(rng: Random, text: str, _other: str) -> str:
    """One sign over and over: what makes a parser slow or deep."""
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(RUNS) * rng.choice([3, 30, 300, 3000]) + text[at:]


def _header(rng: Random, text: str, _other: str) -> str:
    """Lines of a header at its place."""
    lines = "\n".join(rng.choices(YAML, k=rng.randint(1, 3)))
    if text.startswith("---\n"):
        return f"---\n{lines}\n{text[4:]}"
    return f"---\n{lines}\n---\n{text}"


def _ends(rng: Random, text: str, _other: str) -> str:
    """Other line ends."""
    return text.replace("\n", rng.choice(["\r\n", "\r", "\n\n", "\u2028", " \n"]))


TextChange = Callable[[Random, str, str], str]
TEXT_CHANGES: Sequence[TextChange] = (_lines, _lines, _lines, _insert, _insert, _cut, _run, _header, _ends)
BYTE_CHANGES: Sequence[Callable[[Random, bytes], bytes]] = (
    lambda rng, data: data[: rng.randrange(len(data) + 1)],
    lambda rng, data: data[: (at := rng.randrange(len(data) + 1))] + rng.randbytes(4) + data[at:],
    lambda _rng, data: b"\xef\xbb\xbf" + data,
    lambda _rng, data: data.decode("utf-8", "replace").encode("utf-16"),
    lambda _rng, data: data.decode("utf-8", "replace").encode("latin-1", "replace"),
)


# ---------------------------------------------------------------- notebooks


def _notebook(rng: Random, notebook: Any, other: bytes) -> bytes:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError
    cells = notebook["cells"]
    sizes = [len(json.dumps(cell)) for cell in cells]
    while sum(sizes) > MAX_SOURCE:
        largest = sizes.index(max(sizes)) if rng.random() < 0.5 else rng.randrange(len(sizes))
        del sizes[largest], cells[largest]
    for _ in range(rng.randint(1, 6)):
        if rng.random() < 0.4 or not cells:
            _change_cells(rng, cells, other)
        elif rng.random() < 0.5:
            _change_cell(rng, rng.choice(cells), other)
        else:
            _change_value(rng, notebook)
    return json.dumps(notebook).encode()


def _cell(rng: Random) -> Any:
    if rng.random() < 0.5:
        return {"cell_type": "markdown", "source": _soup(rng, rng.randint(1, 20)), "metadata": {}}
    outputs = [_output(rng) for _ in range(rng.randint(0, 3))]
    return {
        "cell_type": "code",
        "source": rng.choice(CODE),
        "metadata": {"tags": rng.choices(CELL_TAGS, k=2)},
        "outputs": outputs,
    }


def _output(rng: Random) -> Any:
    if rng.random() < 0.3:
        return {
            "output_type": "stream",
            "name": rng.choice(["stdout", "stderr"]),
            "text": _soup(rng, 5) * rng.choice([1, 1, 200]),
        }
    data = {rng.choice(MIMES): rng.choice([_html(rng, 3), _soup(rng, 3), _odd(rng)]) for _ in range(rng.randint(1, 3))}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _change_cells(rng: Random, cells: list[Any], other: bytes) -> None:
    at = rng.randrange(len(cells) + 1)
    match rng.randrange(5):
        case 0 if cells:
            del cells[rng.randrange(len(cells))]
        case 1 if cells:
            cells.insert(at, copy.deepcopy(rng.choice(cells)))
        case 2 if cells:
            cells.insert(at, cells.pop(rng.randrange(len(cells))))
        case 3:
            foreign = other.decode("utf-8", "replace").split("\n")
            start = rng.randrange(len(foreign))
            cells.insert(
                at, {"cell_type": "markdown", "metadata": {}, "source": "\n".join(foreign[start : start + 20])[:20_000]}
            )
        case _:
            cells.insert(at, _cell(rng))


def _change_cell(rng: Random, cell: Any, other: bytes) -> None:
    if not isinstance(cell, dict):
        return
    outputs = cell.get("outputs")
    kind = rng.randrange(6)
    if kind < 2:
        source = cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        cell["source"] = rng.choice(TEXT_CHANGES)(rng, text, other.decode("utf-8", "replace"))
    elif kind == 2:
        cell["cell_type"] = rng.choice(["markdown", "code", "raw", "heading", "x"])
    elif kind == 3:
        metadata = cell.setdefault("metadata", {})
        if isinstance(metadata, dict):
            metadata["tags"] = rng.choices(CELL_TAGS, k=rng.randint(1, 3))
    elif isinstance(outputs, list) and outputs and kind == 4:
        _change_output(rng, rng.choice(outputs))
    elif isinstance(outputs, list):
        outputs.insert(rng.randrange(len(outputs) + 1), _output(rng))


def _change_output(rng: Random, output: Any) -> None:
    data = output.get("data") if isinstance(output, dict) else None
    if isinstance(data, dict) and data:
        name = rng.choice(list(data))
        match rng.randrange(4):
            case 0:
                data[rng.choice(MIMES)] = data.pop(name)
            case 1:
                del data[name]
            case 2:
                data[name] = _odd(rng)
            case _:
                value = data[name]
                text = "".join(map(str, value)) if isinstance(value, list) else str(value)
                data[name] = rng.choice(TEXT_CHANGES)(rng, text[:MAX_SOURCE], "")
    elif isinstance(output, dict) and "text" in output:
        text = "".join(map(str, output["text"])) if isinstance(output["text"], list) else str(output["text"])
        output["text"] = rng.choice(TEXT_CHANGES)(rng, text, "")


def _change_value(rng: Random, tree: Any) -> None:
    """One value anywhere in the tree replaced, left out or wrapped."""
    node = tree
    for _ in range(40):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and rng.random() < 0.85:
            node = node[key]
            continue
        match rng.randrange(4):
            case 0:
                del node[key]
            case 1:
                node[key] = [node[key]]
            case _:
                node[key] = _odd(rng)
        return
