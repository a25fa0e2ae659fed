r"""LaTeX of several lines, matrices and what mathtext lacks → MathML for ziamath.

latex2mathml does single expressions; it drops unknown macros and knows few environments, so tables of all kinds are
taken apart here, each cell by itself, and operators with names are written in words that it sets upright. Longer than
other files: half of it are tables of what the two libraries get wrong.
"""

from __future__ import annotations

import functools
import re
from typing import Final
from xml.etree import ElementTree as ET

from converters.transforms.mathtext import Refused

_MAX_CELLS: Final = 600
_MAX_TABLES: Final = 40
"""Beyond these a formula is data, not something to read; layout time grows with both."""

_INNERMOST = re.compile(r"\\begin\s*\{(\w+\*?)\}((?:(?!\\begin\b|\\end\b).)*)\\end\s*\{\1\}", re.DOTALL)
_PIECE = re.compile(
    r"\\\\(?:\s*\[[^\]\n]*(?:pt|em|ex|mm|cm|in|px)\])?|\\hline(?![A-Za-z])|\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}|\\.|[{}&]|[^\\{}&]+",
    re.DOTALL,
)
_SPEC = re.compile(r"\s*(?:\[[tbc]\]\s*)?\{((?:[^{}]|\{[^{}]*\})*)\}")
_REPEATED = re.compile(r"\*\s*\{(\d{1,2})\}\s*\{([lcr|]+)\}")
_FENCES: Final = {"pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖", "matrix": ""}
_CASES: Final = {"cases": "{ ", "dcases": "{ ", "rcases": " }", "drcases": " }"}
_ALIGNED: Final = frozenset(
    ["align", "aligned", "split", "alignat", "alignedat", "flalign", "xalignat", "eqnarray", "eqnarray*"]
)
_CENTRED: Final = frozenset(["gather", "gathered", "multline", "substack", "subarray"])
_SINGLE: Final = frozenset(["equation", "displaymath", "math"])
_OPEN, _CLOSE = "\ue000", "\ue001"
_STANDIN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_UNKNOWN_SIGN = re.compile(r"(?<!\\)(?:\\\\)*\\(?![A-Za-z\s,:;!>/{}|%$#_&\\])")
_MACRO = re.compile(r"\\(?:\\|([A-Za-z]+)\*?)")
_KNOWN_TOO: Final = frozenset(["left", "right", "middle"])
_OPERATOR = re.compile(
    r"\\(operatorname\*?|mathop)\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*(?:\\limits\s*)?(_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w))?"
)
_DOUBLE: Final = {**{str(i): chr(0x1D7D8 + i) for i in range(10)}}
_DOUBLE_DIGIT = re.compile(r"\\(?:mathbb|mathds|mathbbm)\s*(?:\{\s*(\d)\s*\}|(\d))")
_FIXES: Final = (
    (re.compile(r"\\(?:label)\s*\{[^{}]*\}|\\(?:notag|nonumber|allowbreak|hfill|noindent|relax|mathstrut|strut)(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:bm|pmb)(?![A-Za-z])"), r"\\boldsymbol"),
    (re.compile(r"\\(?:mathds|mathbbm)(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:textnormal|textrm|mbox|hbox)(?=\s*\{)"), r"\\text"),
    (re.compile(r"\\arg(max|min)(?![A-Za-z])"), r"\\operatorname*{arg\\,\1}"),
    (re.compile(r"\\(?:lvert|rvert)(?![A-Za-z])"), "|"),
    (re.compile(r"\\(?:dotsb|dotsm|dotsi)(?![A-Za-z])"), r"\\cdots "),
    (re.compile(r"\\(?:dotsc|dotso|dots|hdots)(?![A-Za-z])"), r"\\ldots "),
    (re.compile(r"\\substack\s*\{((?:[^{}]|\{[^{}]*\})*)\}"), r"\\begin{substack}\1\\end{substack}"),
    (re.compile(r"\\operatorname\s*\{\s*\\(?:mathrm|text)\s*\{([^{}]*)\}\s*\}"), r"\\operatorname{\1}"),
    (re.compile(r"\\mathop\s*\{\s*\\(?:mathrm|rm|text|operatorname\*?)\s*\{?\s*([\w ]+?)\s*\}?\s*\}"), r"\\operatorname*{\1}"),
)  # fmt: skip


def to_mathml(tex: str, *, display: bool) -> ET.Element:
    """A ``math`` element. Raises :class:`Refused` for what can't be set faithfully, and latex2mathml's own errors."""
    return _Maker(display=display).whole(tex)


class _Maker:
    """One equation; tables are put aside and put back by their number."""

    def __init__(self, *, display: bool) -> None:
        self.display = display
        self.tables: list[ET.Element] = []
        self.cells = 0

    def whole(self, tex: str) -> ET.Element:
        """The equation with all its tables."""
        for pattern, replacement in _FIXES:
            tex = pattern.sub(replacement, tex)
        tex = _DOUBLE_DIGIT.sub(lambda m: _DOUBLE[m[1] or m[2]], tex)
        for _ in range(_MAX_TABLES):
            tex, found = _INNERMOST.subn(self.table, tex, count=1)
            if not found:
                break
        tex = self.tagged(tex)
        if "\\\\" in tex:
            tex = self.stand_in("gathered", tex) if self.display else tex.replace("\\\\", "\\ ")
        row = self.expression(tex, display=self.display)
        root = ET.Element("math", {"display": "block" if self.display else "inline"})
        root.append(row)
        return root

    def tagged(self, tex: str) -> str:
        r"""A ``\tag`` of a whole equation behind it."""
        return re.sub(
            r"(.*?)\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}(.*)",
            lambda m: f"{m[1]}{m[4]}\\qquad {_number(m[3], starred=bool(m[2]))}",
            tex,
            count=1,
            flags=re.DOTALL,
        )

    def table(self, match: re.Match[str]) -> str:
        """An environment without others inside it, as its stand-in."""
        return self.stand_in(match[1], match[2])

    def stand_in(self, name: str, body: str) -> str:
        """What stands for an environment until the end."""
        plain = name.rstrip("*")
        if plain in _SINGLE:
            return body
        self.tables.append(self.made(plain, body))
        return f"\\text{{{_OPEN}{len(self.tables) - 1}{_CLOSE}}}"

    def made(self, name: str, body: str) -> ET.Element:
        """The MathML of one environment."""
        if name in _FENCES:
            return _fenced(_FENCES[name], self.grid(body, ["center"], "0.8em"))
        if name == "smallmatrix":
            return self.grid(body, ["center"], "0.4em", script=True)
        if name in _CASES:
            table = self.grid(body, ["left"], "1em", display=name[0] == "d")
            return _fenced(_CASES[name], table)
        if name in {"alignat", "alignedat", "xalignat"}:
            body = _SPEC.sub("", body, count=1)
        if name == "eqnarray":
            return self.grid(body, ["right", "center", "left"], "0.3em", display=True)
        if name in _ALIGNED:
            gap = "0em" if name in {"alignat", "alignedat"} else "2em"
            return self.grid(body, ["right", "left"], f"0em {gap}", display=True)
        if name in {"substack", "subarray"}:
            return self.grid(
                _SPEC.sub("", body, count=1) if name == "subarray" else body, ["center"], "0em", script=True
            )
        if name in _CENTRED:
            table = self.grid(body, ["center"], "0em", display=True)
            rows = table.findall("mtr")
            if name == "multline" and len(rows) > 1:
                rows[0][0].set("columnalign", "left")
                rows[-1][0].set("columnalign", "right")
            return table
        if name in {"array", "tabular"}:
            return self.array(body)
        raise Refused(f"environment {name}")

    def array(self, body: str) -> ET.Element:
        """An array with its columns' alignments and its rules."""
        spec = _SPEC.match(body)
        if spec is None:
            raise Refused("array without columns")
        columns = _REPEATED.sub(lambda m: m[2] * min(int(m[1]), 30), re.sub(r"[@!]\s*\{[^{}]*\}|\s", "", spec[1]))
        if not re.fullmatch(r"[lcr|]+", columns):
            raise Refused("array columns")
        aligns = [{"l": "left", "c": "center", "r": "right"}[c] for c in columns if c != "|"]
        table = self.grid(body[spec.end() :], aligns or ["center"], "1em")
        rules = [str(len(columns[:at].replace("|", ""))) for at, c in enumerate(columns) if c == "|"]
        if rules:
            table.set("vrules", " ".join(rules))
        if rules or table.get("hrules"):
            table.tag = "ruledtable"
        return table

    def grid(
        self, body: str, aligns: list[str], gap: str, *, display: bool = False, script: bool = False
    ) -> ET.Element:
        """Rows and cells as a table; tagged rows get their number behind them."""
        rows, tags, rules = _split(body)
        width = max((len(row) for row in rows), default=0)
        self.cells += width * len(rows)
        if not rows or self.cells > _MAX_CELLS:
            raise Refused("an empty or a huge table")
        table = ET.Element("mtable", {"columnspacing": gap, "rowspacing": "0.12em" if script else "0.45em"})
        if rules:
            table.set("hrules", " ".join(map(str, rules)))
        paired = len(aligns) == 2 and display and gap.startswith("0em")
        for row, tag in zip(rows, tags, strict=True):
            line = ET.SubElement(table, "mtr")
            for i in range(width):
                text = row[i].lstrip() if i < len(row) else ""
                if paired and i % 2 and text:
                    text = "{}" + text  # what stands left of a sign of relation decides on its space
                cell = ET.SubElement(line, "mtd", {"columnalign": aligns[i % len(aligns)]})
                if text.strip():
                    cell.append(self.expression(text, display=display, script=script))
            if any(tags):
                cell = ET.SubElement(line, "mtd", {"columnalign": "right"})
                if tag:
                    cell.append(self.expression("\\qquad " + tag, display=False))
        return table

    def expression(self, tex: str, *, display: bool, script: bool = False) -> ET.Element:
        """One expression without environments, with the tables that stand in it."""
        from latex2mathml.converter import convert

        tex = _OPERATOR.sub(functools.partial(_operator, display=display), tex)
        if re.search(
            r"\\(?:begin|end|cline|multicolumn|intertext|shortintertext|ce|tag|sideset|rule|raisebox|vcenter)(?![A-Za-z])|\\mathop\b|(?<!\\)\$",
            tex,
        ):
            raise Refused(tex[:60])
        if _UNKNOWN_SIGN.search(tex):
            raise Refused("a backslash before a sign")
        unknown = unknown_macros(tex)
        if unknown:
            raise Refused(f"\\{unknown[0]}")
        tex = re.sub(r"\\mathrm\{", r"\\mathrm {", tex)  # latex2mathml loses the letters without the blank
        # The text is latex2mathml's, behind its own root element: no document type, so no entities that grow.
        root = ET.fromstring(convert(tex, display="block" if display else "inline"))  # noqa: S314
        row = root[0]
        for element in list(row.iter()):
            element.tag = element.tag.rpartition("}")[2]
        self.put_back(row)
        _fixed(row)
        row.set("displaystyle", "true" if display else "false")
        if script:
            row.set("scriptlevel", "1")
        return row

    def put_back(self, row: ET.Element) -> None:
        """The tables in place of their stand-ins."""
        for parent in list(row.iter()):
            for i, child in enumerate(list(parent)):
                match = _STANDIN.fullmatch((child.text or "").strip("\xa0 ")) if child.tag == "mtext" else None
                if match:
                    parent[i] = self.tables[int(match[1])]
                elif _OPEN in (child.text or ""):
                    raise Refused("a table within text")


def _operator(match: re.Match[str], *, display: bool) -> str:
    r"""``\operatorname{x}`` upright, with space behind where something follows; below it what ``*`` sets there."""
    name, words, below = match[1], match[2].strip(), match[3]
    upright = "\\mathrm {" + re.sub(r"\\[,;: ]|~|\s+", "\\\\ ", words) + "}"
    rest = match.string[match.end() :].lstrip()
    space = "" if not rest or rest[0] in "()[]{}|_^&,.;:=<>/" or rest.startswith(("\\left", "\\big", "\\\\")) else "\\,"
    if below and name != "operatorname" and display:
        return f"\\underset{{{below[1:].strip().strip('{}')}}}{{{upright}}}\\,"
    return upright + (below or "") + space


def _number(words: str, *, starred: bool) -> str:
    return f"\\text{{{words}}}" if starred else f"\\text{{({words})}}"


def _split(body: str) -> tuple[list[list[str]], list[str], list[int]]:
    r"""Rows of cells, each row's tag as LaTeX, and before which rows ``\hline`` stands."""
    rows: list[list[str]] = [[""]]
    tags = [""]
    rules: list[int] = []
    depth = 0
    for piece in _PIECE.finditer(body):
        text = piece[0]
        if text in "{}":
            depth += 1 if text == "{" else -1
        elif text == "&" and depth == 0:
            rows[-1].append("")
            continue
        elif text.startswith("\\\\") and depth == 0:
            rows.append([""])
            tags.append("")
            continue
        elif text == "\\hline":
            rules.append(len(rows) - 1)
            continue
        elif piece[2] is not None:
            tags[-1] = _number(piece[2], starred=bool(piece[1]))
            continue
        rows[-1][-1] += text
    if not any(cell.strip() for cell in rows[-1]) and not tags[-1]:
        rows.pop()
        tags.pop()
    return rows, tags, rules


def _fenced(fences: str, table: ET.Element) -> ET.Element:
    row = ET.Element("mrow")
    if fences and fences[0] != " ":
        ET.SubElement(row, "mo", {"stretchy": "true", "fence": "true", "form": "prefix"}).text = fences[0]
    row.append(table)
    if fences and fences[-1] != " ":
        ET.SubElement(row, "mo", {"stretchy": "true", "fence": "true", "form": "postfix"}).text = fences[-1]
    _fixed(row)
    return row


_LARGE: Final = frozenset("∑∏∐∫∬∭∮∯∰∱∲∳⋀⋁⋂⋃⨀⨁⨂⨄⨆⨅")
"""Signs that ziamath takes for growing and then as high as a page, where something beside them grows."""

_NARROW: Final = {"^": "ˆ", "~": "˜"}
_WIDE: Final = {"^": "\u0302", "~": "\u0303"}


def _fixed(row: ET.Element) -> None:
    r"""What ziamath would set wrong: hats (``\hat`` small, ``\widehat`` wide), bold digits, double bars that grow.

    Arrows up and down don't grow, as in TeX. A double bar that grows becomes two bars: its own pieces have no end.
    """
    for element in list(row.iter()):
        if element.tag == "mover" and len(element) == 2 and element[1].tag == "mo":
            sign = element[1].text or ""
            if sign in _NARROW:
                small = element.get("accent") == "true" or element[1].get("stretchy") == "false"
                element[1].text = (_NARROW if small else _WIDE)[sign]
        elif (
            (element.tag == "mo" and element.text in _LARGE)
            or (element.tag == "mo" and element.text in {"↑", "↓"} and "stretchy" not in element.attrib)
            or (element.tag == "mi" and element.text in {"⟨", "⟩"})
        ):
            element.set("stretchy", "false")
        elif element.tag == "mn" and element.get("mathvariant") in {"bold", "bold-italic"}:
            element.text = "".join(chr(0x1D7CE + int(c)) if c in "0123456789" else c for c in element.text or "")
        for i, child in reversed(list(enumerate(element))):
            if (
                child.tag == "mo"
                and child.text == "‖"
                and (child.get("stretchy") == "true" or "minsize" in child.attrib)
            ):
                child.text = "|"
                element.insert(i, ET.Element("mo", dict(child.attrib)))
                element[i].text = "|"


@functools.cache
def _commands() -> frozenset[str]:
    from latex2mathml import commands

    found: set[str] = set()
    for value in vars(commands).values():
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple | list | set | frozenset | dict):
            found.update(item for item in value if isinstance(item, str))
    return frozenset(name[1:] for name in found if name.startswith("\\"))


def unknown_macros(tex: str) -> list[str]:
    """Names of macros that latex2mathml would print or drop."""
    from latex2mathml.symbols_parser import convert_symbol

    names = sorted(set(_MACRO.findall(tex)) - {""} - _KNOWN_TOO)
    return [name for name in names if name not in _commands() and convert_symbol("\\" + name) is None]
