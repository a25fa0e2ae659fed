r"""Tables of LaTeX (``tabular``, in a ``table`` or alone) → tables; cells over columns and rows are such cells.

What R's kable and stargazer, pandas and people write. A table with anything else in it isn't read (None): it is shown as its
source, as before, and no cell is guessed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from converters.build import spans, strip
from converters.model import Align, Cell, Column, Inline, InlineMath, Inlines, Mark, Row, Span, Table, Where

_MAX_CELLS: Final = 20_000
"""Cells of a table that is read; ours."""

_MAX_DEPTH: Final = 20
_MAX_TEXT: Final = 5000
"""Characters of a cell, and of all that stands around the rows; longer ones were not meant to be read in a table. Ours."""

_TABULAR: Final = re.compile(r"\\begin\{(tabular|tabularx|tabular\*|longtable)\}(?:\[\w*\])?(.*)\\end\{\1\}", re.DOTALL)
_OPENING: Final = re.compile(r"\\begin\{(?:tabular|longtable)")
_AROUND: Final = re.compile(
    r"\\(?:begin|end)\{table\*?\}(?:\[[^\]]*\])?|\\(?:centering|small|footnotesize|scriptsize|normalsize|par|noindent)(?![A-Za-z])"
    r"|\\(?:vspace|hspace)\*?\{[^{}]*\}|\\(?:begin|end)\{center\}"
)
_RULE: Final = re.compile(
    r"\s*\\(hline|toprule|midrule|bottomrule|addlinespace|cline|cmidrule)(?![A-Za-z])(?:\[[^\]]*\]|\([^)]*\)|\{[^{}]*\})*"
)
_COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*\n?")
_PIECE: Final = re.compile(r"\\\\\*?(?:\[[^\]\n]{0,100}\])?|\\[A-Za-z]+\*?|\\.|[{}&$]|[^\\{}&$]+", re.DOTALL)
_REPEATED: Final = re.compile(r"\*\{(\d{1,2})\}\{([^{}]*)\}")
_SPECIFIED: Final = re.compile(r"[@!><]\{(?:[^{}]|\{[^{}]*\})*\}|\||\s")
_COLUMN: Final = re.compile(r"([lcrXS])|[pmb]\{[^{}]*\}")
_OVER_COLUMNS: Final = re.compile(r"\\multicolumn\s*\{(\d{1,3})\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*(\{.*\})", re.DOTALL)
_OVER_ROWS: Final = re.compile(
    r"\\multirow(?:\[[^\]]*\])?\s*\{(\d{1,3})\}(?:\[[^\]]*\])?\s*\{[^{}]*\}(?:\[[^\]]*\])?\s*(\{.*\})", re.DOTALL
)
_ALIGNED: Final[dict[str, Align]] = {"l": "left", "c": "center", "r": "right"}
_MARKS: Final = {
    "textbf": Mark.STRONG, "emph": Mark.EM, "textit": Mark.EM, "textsl": Mark.EM, "texttt": Mark.CODE,
    "textsuperscript": Mark.SUP, "textsubscript": Mark.SUB, "underline": Mark.UNDERLINE,
    "text": None, "textrm": None, "textsf": None, "textsc": None, "mbox": None,
}  # fmt: skip
_SWITCHES: Final = {
    "bfseries": Mark.STRONG, "bf": Mark.STRONG, "itshape": Mark.EM, "it": Mark.EM, "em": Mark.EM, "ttfamily": Mark.CODE,
    "centering": None, "raggedright": None, "raggedleft": None, "small": None, "footnotesize": None, "normalsize": None,
    "rmfamily": None, "sffamily": None,
}  # fmt: skip
_SIGNS: Final = {
    "ldots": "…", "dots": "…", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textless": "<",
    "textgreater": ">", "textbar": "|", "quad": " ", "qquad": " ", "textendash": "–", "textemdash": "—", "ss": "ß",
}  # fmt: skip
_ESCAPED: Final = {"\\" + sign: sign for sign in "%&_#${} "} | {"\\,": " ", "\\;": " ", "\\/": "", "\\-": ""}
_TYPED: Final = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", "\xa0"))


class _Unread(Exception):
    """Something that isn't read."""


def tex_table(text: str, where: Where | None) -> Table | None:
    """The table that a piece of LaTeX is, with its caption and label; None where it is none, or holds more than that."""
    if "\\begin{tabular" not in text and "\\begin{longtable}" not in text:
        return None
    text = _COMMENT.sub("", text)
    if len(_OPENING.findall(text)) != 1:  # tables side by side, or one in another
        return None
    found = _TABULAR.search(text)
    if found is None or "\\begin" in found[2]:
        return None
    try:
        caption, label = _around(text[: found.start()] + text[found.end() :])
        body = found[2]
        if found[1] in {"tabularx", "tabular*"}:
            body = _argument(body)[1]
        spec, body = _argument(body)
        return _table(_columns(spec), body, caption, label, where)
    except _Unread:
        return None


def _around(text: str) -> tuple[Inlines, str]:
    """Caption and label of what stands around the rows."""
    if len(text) > _MAX_TEXT:
        raise _Unread("a document, not a table")
    text = _AROUND.sub("", text)
    caption: Inlines = ()
    label = ""
    while at := re.search(r"\\(caption|label)\*?(?:\[[^\]]*\])?(?=\s*\{)", text):
        inside, rest = _argument(text[at.end() :])
        text = text[: at.start()] + rest
        if at[1] == "label":
            label = inside.strip()
        else:
            inner = re.search(r"\\label\s*\{([^{}]*)\}", inside)
            label = inner[1].strip() if inner else label
            caption = _inlines(re.sub(r"\\label\s*\{[^{}]*\}", "", inside))
    if text.strip():
        raise _Unread(text)
    return caption, label


def _argument(text: str) -> tuple[str, str]:
    """The insides of the braces that a text starts with, and what follows them."""
    text = text.lstrip()
    depth = 0
    for piece in _PIECE.finditer(text):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if depth == 0:
            if piece[0] != "}":
                break
            return text[1 : piece.start()], text[piece.end() :]
    raise _Unread("no argument")


def _columns(spec: str) -> list[Align | None]:
    if len(spec) > _MAX_TEXT:
        raise _Unread("a long list of columns")
    spec = _REPEATED.sub(lambda match: match[2] * int(match[1]), _SPECIFIED.sub("", spec))
    found: list[Align | None] = []
    while spec:
        match = _COLUMN.match(spec)
        if match is None:
            raise _Unread(spec)
        found.append(_ALIGNED.get(match[1] or ""))
        spec = spec[match.end() :]
    return found


class _Cell(NamedTuple):
    """A cell on its way; ``wide`` and ``high`` are what it covers."""

    content: Inlines
    wide: int = 1
    high: int = 1
    align: Align | None = None


def _table(aligns: list[Align | None], body: str, caption: Inlines, label: str, where: Where | None) -> Table:
    lines, header = _lines(body)
    if not lines or len(lines) * len(aligns) > _MAX_CELLS:
        raise _Unread("no rows, or too many cells")
    covered: dict[int, int] = {}  # rows that a cell from above still covers, by column
    rows: list[Row] = []
    for number, line in enumerate(lines):
        cells: list[Cell] = []
        column = 0
        for text in line:
            cell = _cell(text)
            if covered.get(column, 0):
                if cell.content or cell.wide > 1:
                    raise _Unread("text below a cell over rows")
                covered[column] -= 1
                column += 1
                continue
            if column + cell.wide > len(aligns):
                raise _Unread("more cells than columns")
            if any(covered.get(each, 0) for each in range(column, column + cell.wide)):
                raise _Unread("a cell over columns below one over rows")
            high = min(cell.high, len(lines) - number)
            if high > 1:
                covered |= dict.fromkeys(range(column, column + cell.wide), high - 1)
            is_head = number < header
            align = cell.align or (aligns[column] if column < len(aligns) else None)
            cells.append(Cell(cell.content, header=is_head, colspan=cell.wide, rowspan=high, align=align))
            column += cell.wide
        while column < len(aligns):
            if covered.get(column, 0):
                covered[column] -= 1
            else:
                cells.append(Cell(header=number < header))
            column += 1
        rows.append(Row(tuple(cells)))
    columns = tuple(map(Column, aligns))
    return Table(tuple(rows), header, columns=columns, caption=caption, label=label, where=where)


def _lines(body: str) -> tuple[list[list[str]], int]:
    """The rows as texts of cells, and how many stand above the first rule between rows."""
    lines: list[list[str]] = []
    header = 0
    for row in _split(body, "\\\\"):
        text = row
        while rule := _RULE.match(text):
            if lines and not header and rule[1] in {"hline", "midrule"}:
                header = len(lines)
            text = text[rule.end() :]
        if text.strip():
            lines.append(_split(text, "&"))
    return lines, header if header < len(lines) else 0


def _split(text: str, mark: str) -> list[str]:
    """The parts of a text between marks that stand outside of braces."""
    parts: list[str] = []
    start = depth = 0
    for piece in _PIECE.finditer(text):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if depth == 0 and piece[0].startswith(mark):
            parts.append(text[start : piece.start()])
            start = piece.end()
    parts.append(text[start:])
    if depth:
        raise _Unread("braces")
    return parts


def _cell(text: str) -> _Cell:
    text = text.strip()
    if len(text) > _MAX_TEXT:
        raise _Unread("a long cell")
    if match := _OVER_COLUMNS.fullmatch(text):
        aligns = _columns(match[2])
        inner = _cell(_whole(match[3]))
        if inner.wide > 1 or int(match[1]) < 1:
            raise _Unread("columns over columns")
        return inner._replace(wide=int(match[1]), align=aligns[0] if aligns else None)
    if match := _OVER_ROWS.fullmatch(text):
        return _Cell(_inlines(_whole(match[2])), high=max(int(match[1]), 1))
    return _Cell(_inlines(text))


def _whole(text: str) -> str:
    inside, rest = _argument(text)
    if rest.strip():
        raise _Unread("more than an argument")
    return inside


def _inlines(text: str, marks: frozenset[Mark] = frozenset(), depth: int = 0) -> Inlines:
    """Running text of LaTeX. Raises _Unread for a command that isn't known."""
    if depth > _MAX_DEPTH:
        raise _Unread("depth")
    out: list[Inline] = []
    while text:
        piece = _PIECE.match(text)
        if piece is None:
            raise _Unread(text)
        sign, text = piece[0], text[piece.end() :]
        name = sign[1:]
        if sign == "{":
            inside, text = _argument("{" + text)
            out.extend(_inlines(inside, marks, depth + 1))
        elif sign == "$":
            tex, dollar, text = text.partition("$")
            if not dollar:
                raise _Unread("$")
            if tex.strip():
                out.append(InlineMath(tex.strip()))
        elif sign in _ESCAPED:
            out.append(Span(_ESCAPED[sign], marks))
        elif not sign.startswith("\\"):
            for typed, shown in _TYPED:
                sign = sign.replace(typed, shown)
            out.append(Span(re.sub(r"[ \t\n]+", " ", sign), marks))
        elif name in _MARKS:
            inside, text = _argument(text)
            mark = _MARKS[name]
            out.extend(_inlines(inside, marks | {mark} if mark else marks, depth + 1))
        elif name in _SWITCHES:
            mark = _SWITCHES[name]
            marks, text = (marks | {mark} if mark else marks), text.lstrip()
        elif name in _SIGNS:
            out.append(Span(_SIGNS[name], marks))
            text = text[2:] if text.startswith("{}") else text.lstrip()
        else:
            raise _Unread(sign)
    return spans(out) if depth else strip(spans(out))
