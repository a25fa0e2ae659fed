"""reStructuredText as scripts of Sphinx-Gallery have it → Markdown with MyST's directives, which the readers know.

Read are sections, lists, literal blocks, directives, roles, links, footnotes and substitutions; tables stay as they were
drawn, in a fence. Source: docutils, "reStructuredText Markup Specification".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ADORNMENT: Final = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}[ \t]*$")
_DIRECTIVE: Final = re.compile(r"\.\.[ \t]+([A-Za-z][\w:+.-]*?)::(?:[ \t]+(.*))?$")
_TARGET: Final = re.compile(r"\.\.[ \t]+_(`[^`]+`|[^:]+):(?:[ \t]+(\S.*)|[ \t]*)$")
_NOTE: Final = re.compile(r"\.\.[ \t]+\[(#?[\w.-]*)\][ \t]*(.*)$")
_SUBSTITUTION: Final = re.compile(r"\.\.[ \t]+\|([^|]+)\|[ \t]+(replace|image|unicode)::[ \t]+(.*)$")
_ITEM: Final = re.compile(r"(?P<mark>[-*+\u2022]|\(?(?P<number>\d{1,4}|#)[.)])[ \t]+(?=\S)")
_FIELD: Final = re.compile(r":([^:`\n]+):[ \t]+(?=\S)")
_TABLE: Final = re.compile(r"\+[-=]{2,}[-=+]*\+$|={2,}(?:[ \t]+={2,})+$")
_INLINE: Final = re.compile(
    r"(?<!`)``(?P<code>.{1,1000}?)``(?!`)|:(?P<role>[A-Za-z][\w:+.-]{0,60}):`(?P<content>[^`]+)`"
    r"|`(?P<text>[^`<]+)<(?P<target>[^`<>]+)>`__?|`(?P<named>[^`]+)`__?(?!\w)|`(?P<plain>[^`]+)`"
    r"|\[(?P<note>#?[\w.-]+)\]_(?!\w)|\|(?P<name>[^|\s](?:[^|\n]*[^|\s])?)\|_{0,2}"
    r"|(?<![\w.])(?P<word>[A-Za-z0-9][\w.-]{0,100}?)_(?![\w`])",
    re.DOTALL,
)
"""Lengths are limited where a text without an end would be searched from each of its places; ours."""
_BOXES: Final = frozenset(
    ["attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "seealso"]
)
"""Directives without a title of their own."""
_CODE_ROLES: Final = frozenset(
    {"attr", "class", "code", "command", "const", "data", "envvar", "exc", "file", "func", "kbd", "literal", "meth"}
    | {"mod", "obj", "option", "program", "samp"}
)
_MYST_ROLES: Final = frozenset({"ref", "numref", "eq", "doc", "sub", "sup", "cite", "footcite", "abbr"})
_PAGE_LABEL: Final = re.compile(r"sphx_glr_.*?((?:plot|sgskip|demo|example|tutorial)_\w+\.py)")
"""How Sphinx-Gallery labels a script's page: its folders and its name."""
_NESTED: Final = 20
"""Blocks in blocks that are read; ours: people's stand in three or four."""


class RstReader:
    """The texts of one document. Levels of sections and names of links hold through all of them."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._styles: list[str] = []
        self._links: dict[str, str] = {}
        self._meanings: dict[str, str] = {}
        self._labels: set[str] = set()
        for line in (line for text in texts for line in text.split("\n")):
            if (target := _TARGET.match(line)) and target[2]:
                self._links[_name(target[1])] = target[2].rstrip()
            elif target:
                self._labels.add(_name(target[1]))
            elif substitution := _SUBSTITUTION.match(line):
                kind, value = substitution[2], substitution[3].strip()
                self._meanings[substitution[1]] = f"![{substitution[1]}]({value})" if kind == "image" else value

    def markdown(self, text: str) -> str:
        """A text as Markdown."""
        return "\n".join(self._blocks(text.expandtabs(8).split("\n"), 0)).strip("\n")

    def _blocks(self, lines: list[str], depth: int) -> list[str]:
        out: list[str] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            section = self._section(lines, at) if line.strip() and line[0] != " " else None
            if not line.strip():
                out.append("")
                at += 1
            elif section:
                heading, at = section
                out += ["", heading, ""]
            elif line.startswith((".. ", "..\t")) or line.rstrip() == "..":
                end = _indented(lines, at + 1)
                out += ["", *self._explicit(line, lines[at + 1 : end], depth), ""]
                at = end
            elif line[0] == " ":
                end = _indented(lines, at)
                inner = _dedent(lines[at:end])
                out += ["", *(inner if depth > _NESTED else (f"> {one}" for one in self._blocks(inner, depth + 1))), ""]
                at = end
            elif (item := _ITEM.match(line)) and depth <= _NESTED:
                end = _indented(lines, at + 1)
                body = [line[item.end() :], *_dedent(lines[at + 1 : end])]
                mark = f"{item['number'].replace('#', '1')}. " if item["number"] else "- "
                inner = _stripped(self._blocks(body, depth + 1))
                out += [mark + inner[0], *(" " * len(mark) + one if one else "" for one in inner[1:])]
                out += [""] if end < len(lines) and lines[end - 1 : end] == [""] else []
                at = end
            else:
                made = self._term(lines, at, depth)
                if made is None:
                    end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
                    made = self._paragraph(lines, at, end)
                out += made[0]
                at = made[1]
        return out

    def _section(self, lines: list[str], at: int) -> tuple[str, int] | None:
        """A section's title, or a line across the page, and where the text goes on."""
        three = [*lines[at : at + 3], "", ""]
        over, under = _ADORNMENT.match(three[0]), _ADORNMENT.match(three[1])
        if over and three[1].strip() and (below := _ADORNMENT.match(three[2])) and below[1] == over[1]:
            return self._heading(over[1] * 2, three[1].strip()), at + 3
        if under and not over and len(three[1].strip()) >= min(len(three[0].strip()), 4):
            return self._heading(under[1], three[0].strip()), at + 2
        if over and len(three[0].strip()) >= 4 and not three[1].strip():
            return "* * *", at + 1
        return None

    def _heading(self, style: str, title: str) -> str:
        if style not in self._styles:
            self._styles.append(style)
        return f"{'#' * min(self._styles.index(style) + 1, 6)} {self._inline(title)}"

    def _explicit(self, line: str, below: list[str], depth: int) -> list[str]:
        """A directive, a label, a footnote; a comment leaves nothing."""
        body = _stripped(_dedent(below))
        if _SUBSTITUTION.match(line):
            return []
        if found := _DIRECTIVE.match(line):
            return self._directive(found[1], (found[2] or "").strip(), body, depth)
        if found := _TARGET.match(line):
            return [] if found[2] else [f"({found[1].strip('`')})="]
        if found := _NOTE.match(line):
            inner = _stripped(self._blocks([found[2], *body], depth + 1)) if depth <= _NESTED else [found[2], *body]
            return [
                f"[^{found[1].lstrip('#') or '1'}]: {inner[0]}",
                *(f"    {one}" if one else "" for one in inner[1:]),
            ]
        return []

    def _directive(self, name: str, argument: str, body: list[str], depth: int) -> list[str]:
        name = name.lower().replace("footbibliography", "bibliography")
        if name in {"contents", "currentmodule", "highlight", "rst-class", "role", "default-role"}:
            return []
        taken = next((n for n, one in enumerate(body) if not _FIELD.match(one + " x")), len(body))
        options, rest = body[:taken], _stripped(body[taken:])
        if name in _BOXES and argument:  # the first line of its text
            argument, rest = "", _stripped([argument, *rest])
        if name not in {"code", "code-block", "sourcecode", "math", "raw", "literalinclude", "plot", "jupyter-execute"}:
            argument = argument if name in {"image", "figure", "include"} else self._inline(argument)
            rest = rest if depth > _NESTED else _stripped(self._blocks(rest, depth + 1))
        gap = [""] if options and rest else []
        return _fenced(f"{{{name}}} {argument}".rstrip(), [*options, *gap, *(rest if rest != [""] else [])])

    def _term(self, lines: list[str], at: int, depth: int) -> tuple[list[str], int] | None:
        """A term or field with what is said of it, and where the text goes on; None for another paragraph."""
        line = lines[at]
        if line.startswith(">>> ") or _TABLE.match(line.rstrip()):
            return None
        field = _FIELD.match(line)
        head = f"- **{field[1]}**: {self._inline(line[field.end() :])}" if field else ""
        if depth <= _NESTED and lines[at + 1 : at + 2] and lines[at + 1].startswith(" ") and lines[at + 1].strip():
            last = _indented(lines, at + 1)
            inner = _stripped(self._blocks(_dedent(lines[at + 1 : last]), depth + 1))
            if field:
                return [head, *(f"  {one}" for one in inner)], last
            return [self._inline(line), *(f"{':   ' if not n else '    '}{one}" for n, one in enumerate(inner))], last
        return ([head], at + 1) if field else None

    def _paragraph(self, lines: list[str], at: int, end: int) -> tuple[list[str], int]:
        """A paragraph, a table, a session of Python; and where the text goes on."""
        part = lines[at:end]
        if _TABLE.match(part[0].rstrip()):
            last = end
            while part[0][0] == "=" and last < len(lines) and not _TABLE.match(lines[last - 1].rstrip()):
                last = next((n for n in range(last + 1, len(lines)) if not lines[n].strip()), len(lines))
            return _fenced("text", lines[at:last]), last
        if part[0].startswith(">>> "):
            return _fenced("python", part), end
        text = "\n".join(line.removeprefix("| ") for line in part).rstrip()
        if not text.endswith("::"):
            return [*self._inline(text).split("\n"), ""], end
        last = _indented(lines, end)
        code = _stripped(_dedent(lines[end:last]))
        said = text.removesuffix("::").rstrip()
        said = said + ":" if said and text[-3:-2] != " " else said
        fence = [*_fenced("", code), ""] if code != [""] else []
        return [*self._inline(said).split("\n"), "", *fence], last

    def _inline(self, text: str) -> str:
        out: list[str] = []
        position = 0
        for match in _INLINE.finditer(text):
            out += [_plain(text[position : match.start()]), self._piece(match)]
            position = match.end()
        return "".join([*out, _plain(text[position:])])

    def _piece(self, match: re.Match[str]) -> str:
        """What stands between marks."""
        if match["code"] is not None or match["plain"] is not None:
            return _code(match["code"] if match["code"] is not None else match["plain"])
        if match["role"]:
            return self._role(match["role"].lower(), re.sub(r"\\\n\s*", "", match["content"]))
        if match["target"]:
            target = match["target"].strip()
            address = self._links.get(_name(target[:-1]), "") if target.endswith("_") else target
            return f"[{_plain(match['text'].rstrip())}](<{address}>)" if address else _plain(match["text"].rstrip())
        if match["named"] or match["word"]:
            text = match["named"] or match["word"]
            address = self._links.get(_name(text), "")
            known = _plain(text) if match["named"] else match[0]
            return f"[{_plain(text)}](<{address}>)" if address else known
        if match["note"]:
            return f"[^{match['note'].lstrip('#')}]"
        return self._meanings.get(match["name"], match[0])

    def _role(self, name: str, content: str) -> str:
        if name == "ref" and "<" not in content and _name(content) not in self._labels:
            page = _PAGE_LABEL.fullmatch(content.strip())  # another page: its words are all that is known of it
            content = f"{page[1] if page else content.strip().replace('_', ' ')} <{content.strip()}>"
        return _role(name, content)


def _role(name: str, content: str) -> str:
    base = name.rpartition(":")[2]
    text, mark, target = content.partition("<")
    shown = text.strip() if mark and text.strip() else content.strip("<>! ")
    if base == "math":
        return f"${content.strip()}$"
    if base in _CODE_ROLES:
        short = shown.rpartition(".")[2] if shown.startswith("~") else shown
        return _code(short.lstrip("~"))
    if base == "doi":
        return f"[{_plain(shown)}](<https://doi.org/{(target.rstrip('>') if mark else content).strip()}>)"
    if base in _MYST_ROLES:
        return f"{{{base}}}`{content}`"
    return {"emphasis": f"*{shown}*", "strong": f"**{shown}**"}.get(base, _plain(shown))


def _fenced(info: str, lines: list[str]) -> list[str]:
    """Lines between marks that none of them ends. Behind backticks there may be none in the same line (CommonMark)."""
    mark = "~" if "`" in info else "`"
    marks = mark * max((len(run) + 1 for one in lines for run in re.findall(f"{mark}{{3,}}", one)), default=3)
    return [marks + info, *lines, marks]


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _plain(text: str) -> str:
    """Text between marks: what would be a mark in Markdown alone is none."""
    text = re.sub(r"\\[ \n]", "", text)
    return re.sub(r"(?<!\\)(\$|<(?=[A-Za-z/!?])|^#(?=#{0,5}[ \t])|^>)", r"\\\1", text, flags=re.MULTILINE)


def _name(text: str) -> str:
    return " ".join(text.strip("`").lower().split())


def _indented(lines: list[str], start: int) -> int:
    """Where the indented block that begins there ends; blank lines behind it are not in it."""
    end = start
    for number in range(start, len(lines)):
        if lines[number].startswith(" ") and lines[number].strip():
            end = number + 1
        elif lines[number].strip():
            break
    return end


def _dedent(lines: list[str]) -> list[str]:
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() for line in lines]


def _stripped(lines: list[str]) -> list[str]:
    """Without blank lines at both ends; one empty line where there is nothing."""
    return "\n".join(lines).strip("\n").split("\n")
