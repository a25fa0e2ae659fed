"""Markdown with cells as fenced divs (Quarto's ``keep-md``, pandoc's notebooks as Markdown) → the reader of notebooks.

::

    ::: {.cell execution_count=1}
    ``` {.python .cell-code}
    1 + 1
    ```

    ::: {.cell-output .cell-output-stdout}
    ```
    2
    ```
    :::
    :::
"""

from __future__ import annotations

import re
from typing import Any

from converters.options import Read, ReadOptions, Source
from converters.readers.frontmatter import split_header
from converters.readers.ipynb import read_notebook
from converters.readers.text import decode

_DIV = re.compile(r"(:{3,})[ \t]*(?:\{([^}]*)\}|([\w-]*))[ \t]*:*[ \t]*$")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*(.*)$")
_ATTRIBUTE = re.compile(r"([\w-]+)=(?:\"((?:[^\"\\]|\\.)*)\"|(\S+))")


def read_cell_divs(source: Source, options: ReadOptions) -> Read:
    """The document of Markdown whose code cells and outputs are fenced divs."""
    header, body, _ = split_header(decode(source))
    cells = _cells(body.split("\n"))
    if header.strip():
        cells.insert(0, {"cell_type": "raw", "source": f"---\n{header}\n---\n", "metadata": {}})
    language = next((cell["metadata"]["language"] for cell in cells if cell["metadata"].get("language")), "python")
    metadata = {"language_info": {"name": language}}
    return read_notebook({"nbformat": 4, "metadata": metadata, "cells": cells}, [], source, options, "pandoc")


def _cells(lines: list[str]) -> list[dict[str, Any]]:
    """Narrative and cells, in order."""
    cells: list[dict[str, Any]] = []
    prose: list[str] = []
    number = 0
    fence = ""
    while number < len(lines):
        line = lines[number]
        fence = _open_fence(line, fence)
        opened = None if fence else _DIV.match(line)
        if opened and "cell" in _classes(opened[2] or ""):
            if "\n".join(prose).strip():
                cells.append({"cell_type": "markdown", "source": "\n".join(prose).strip("\n"), "metadata": {}})
            prose = []
            end = _end(lines, number)
            cells.append(_cell(opened[2], lines[number + 1 : end]))
            number = end + 1
            continue
        prose.append(line)
        number += 1
    if "\n".join(prose).strip():
        cells.append({"cell_type": "markdown", "source": "\n".join(prose).strip("\n"), "metadata": {}})
    return cells


def _classes(attributes: str) -> list[str]:
    return re.findall(r"(?:^|\s)\.([\w-]+)", attributes)


def _open_fence(line: str, fence: str) -> str:
    """The fence of code that is open behind this line; empty outside of code."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if fence:
        return "" if match[2].startswith(fence) and not match[3].strip() else fence
    return match[2]


def _end(lines: list[str], start: int) -> int:
    """The line that closes the div opened at ``start``; the end of the text where none does."""
    depth, fence = 0, ""
    for number in range(start, len(lines)):
        fence = _open_fence(lines[number], fence)
        match = None if fence else _DIV.match(lines[number])
        if match:
            depth += 1 if match[2] is not None or match[3] else -1
            if depth == 0:
                return number
    return len(lines)


def _cell(attributes: str, lines: list[str]) -> dict[str, Any]:
    names = _classes(attributes)
    metadata: dict[str, Any] = {}
    values = {match[1]: (match[2] if match[2] is not None else match[3]) for match in _ATTRIBUTE.finditer(attributes)}
    tags = re.findall(r"[\w.:-]+", values.get("tags", "").replace("\\", ""))
    if tags:
        metadata["tags"] = tags
    label = re.search(r"(?:^|\s)#((?:fig|tbl)-[\w-]+)", attributes)
    if label:
        metadata["label"] = label[1]
    if "markdown" in names or "raw" in names:
        kind = "markdown" if "markdown" in names else "raw"
        return {"cell_type": kind, "source": "\n".join(lines).strip("\n"), "metadata": metadata}
    code: list[str] = []
    outputs: list[dict[str, Any]] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        opened, fenced = _DIV.match(line), _FENCE.match(line)
        if fenced:
            end = _close(lines, number, fenced[2])
            code.append("\n".join(lines[number + 1 : end]))
            language = re.sub(r"[{}.]", " ", fenced[3]).split()
            if language and "language" not in metadata:
                metadata["language"] = language[0].lower()
            number = end + 1
        elif opened and opened[2] is not None:
            end = _end(lines, number)
            outputs += _output(_classes(opened[2]), lines[number + 1 : end])
            number = end + 1
        else:
            if line.strip() and not line.startswith(":::"):
                outputs += [{"output_type": "display_data", "data": {"text/markdown": line}, "metadata": {}}]
            number += 1
    return {"cell_type": "code", "source": "\n\n".join(code), "metadata": metadata, "outputs": outputs}


def _close(lines: list[str], start: int, fence: str) -> int:
    return next((i for i in range(start + 1, len(lines)) if lines[i].strip().startswith(fence)), len(lines))


def _output(names: list[str], lines: list[str]) -> list[dict[str, Any]]:
    """One output. Text of streams stands in a fence or indented, anything else is Markdown."""
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        return []
    kind = next((one for one in ("stdout", "stderr", "error") if one in names or f"cell-output-{one}" in names), "")
    if not kind:
        return [{"output_type": "display_data", "data": {"text/markdown": text}, "metadata": {}}]
    plain = _plain(text.split("\n"))
    if kind == "error":
        name, _, value = plain.strip().rpartition("\n")[2].partition(":")
        return [{"output_type": "error", "ename": name.strip()[:80], "evalue": value.strip(), "traceback": [plain]}]
    return [{"output_type": "stream", "name": kind, "text": plain + "\n"}]


def _plain(lines: list[str]) -> str:
    """Preformatted text without its fence or its indentation."""
    fenced = _FENCE.match(lines[0])
    if fenced:
        return "\n".join(lines[1 : _close(lines, 0, fenced[2])])
    return "\n".join(line.removeprefix("    ") for line in lines)
