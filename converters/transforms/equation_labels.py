r"""Labels, tags and references in LaTeX: which rows of an equation have a number, and what stands for it in a picture.

A row is numbered where it has a ``\label`` or a ``\tag``, and only then: Jupyter numbers every ``equation`` and ``align``,
GitHub and Quarto none, and a number that nothing names is noise. ``\tag{x}`` is shown as it is, a label gets the number
that the document's numbering gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBERED = frozenset(["equation", "align", "gather", "multline", "alignat", "flalign", "eqnarray", "xalignat"])
"""Environments whose rows LaTeX numbers; ``multline`` and ``equation`` as a whole."""

_WHOLE = frozenset(["equation", "multline"])
_TOKEN = re.compile(
    r"\\(?P<kind>begin|end)\s*\{(?P<environment>[A-Za-z]+)\*?\}"
    r"|\\label\s*\{(?P<label>[^{}]*)\}"
    r"|\\tag(?P<star>\*?)\s*\{(?P<tag>(?:[^{}]|\{[^{}]*\})*)\}"
    r"|\\(?P<end>\\)"
    r"|\\(?:.|\Z)|(?P<brace>[{}])|%[^\n]*",
    re.DOTALL,
)
_REFERENCE = re.compile(r"\\(?P<kind>eqref|autoref|cref|Cref|ref)\s*\{(?P<label>[^{}]+)\}")


def _rows(tex: str) -> list[list[re.Match[str]]]:
    r"""The ``\label`` and ``\tag`` of each row, rows without any left out."""
    rows: list[list[re.Match[str]]] = [[]]
    open_: list[str] = []
    braces = 0
    for match in _TOKEN.finditer(tex):
        kind = match["kind"]
        if kind == "begin":
            if not open_:
                rows.append([])
            open_.append(match["environment"])
        elif kind == "end":
            if open_:
                open_.pop()
            if not open_:
                rows.append([])
        elif match["end"]:
            if len(open_) == 1 and not braces and open_[0] in NUMBERED - _WHOLE:
                rows.append([])
        elif match["brace"]:
            braces = max(0, braces + (1 if match["brace"] == "{" else -1))
        elif match["label"] is not None or match["tag"] is not None:
            rows[-1].append(match)
    return [row for row in rows if row]


def labels_of(tex: str) -> list[tuple[str, str]]:
    r"""Label and tag of each row that has one or both, in reading order; what a row lacks is empty.

    ``\label{eq:a} \tag{*}`` is ``("eq:a", "*")``. A row with several labels gives an entry each. Without labels and tags: [].
    """
    if "\\label" not in tex and "\\tag" not in tex:
        return []
    found: list[tuple[str, str]] = []
    for row in _rows(tex):
        tag = next((match["tag"].strip() for match in row if match["tag"] is not None), "")
        names = [match["label"].strip() for match in row if match["label"]]
        found += [(name, tag) for name in names or [""] if name or tag]
    return found


def numbered(tex: str, numbers: Mapping[str, str]) -> tuple[str, str]:
    r"""The LaTeX without ``\label``, and the number of the whole where it has just one.

    ``numbers`` maps labels to what is shown, without parentheses. An equation with one numbered row of one comes back
    without ``\tag``, its number beside it (:attr:`converters.model.Math.number`). Of several rows each keeps its own:
    a label becomes ``\tag{number}``, and the number of the whole is empty. Labels that ``numbers`` lacks just go.
    """
    rows = _rows(tex) if "\\label" in tex or "\\tag" in tex else []
    if not rows:
        return tex, ""
    alone = len(rows) == 1 and not _has_rows(tex)
    pieces: list[str] = []
    at, number = 0, ""
    for row in rows:
        tags = [match for match in row if match["tag"] is not None]
        shown = tags[0]["tag"].strip() if tags else ""
        starred = bool(tags and tags[0]["star"])
        shown = shown or next((numbers[m["label"].strip()] for m in row if (m["label"] or "").strip() in numbers), "")
        keep = bool(shown) and (starred or not alone)
        for match in row:
            pieces.append(tex[at : match.start()])
            if match is row[0] and keep:
                pieces.append(f"\\tag{'*' if starred else ''}{{{shown}}}")
            at = match.end()
        number = "" if keep else shown
    pieces.append(tex[at:])
    return "".join(pieces).strip(), number if alone else ""


def _has_rows(tex: str) -> bool:
    """Whether an environment of numbered rows has more than one."""
    open_: list[str] = []
    for match in _TOKEN.finditer(tex):
        if match["kind"] == "begin":
            open_.append(match["environment"])
        elif match["kind"] == "end" and open_:
            open_.pop()
        elif match["end"] and len(open_) == 1 and open_[0] in NUMBERED - _WHOLE:
            rest = tex[match.end() :].lstrip()
            if not rest.startswith("\\end"):
                return True
    return False


def reference_in(tex: str) -> tuple[str, bool] | None:
    r"""Label and whether it stands in parentheses, where an equation in running text is nothing but a reference."""
    match = _REFERENCE.fullmatch(tex.strip())
    return (match["label"].strip(), match["kind"] == "eqref") if match else None


def resolved(tex: str, numbers: Mapping[str, str]) -> str:
    r"""The LaTeX with references as text: ``\eqref{eq:a}`` → ``\text{(3)}``; unknown labels as ``(eq:a)``, as they are."""
    if "ref" not in tex:
        return tex

    def shown(match: re.Match[str]) -> str:
        label = match["label"].strip()
        words = numbers.get(label, label.replace("_", "\\_"))
        return f"\\text{{({words})}}" if match["kind"] == "eqref" else f"\\text{{{words}}}"

    return _REFERENCE.sub(shown, tex)
