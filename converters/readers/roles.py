"""MyST's roles, ``{name}`text` ``, → inlines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from converters import notes
from converters.model import Citation, Cited, CrossRef, FileLink, InlineMath, Lozenge, Mark, Span
from converters.readers.address import href
from converters.readers.glossary import term_label
from converters.readers.pandoc_inlines import uncited

if TYPE_CHECKING:
    from converters.readers.inlines import InlineReader

_TARGET = re.compile(r"(.*?)\s*(?<!\\)<([^<>]+)>\s*$", re.DOTALL)
_MARKS: Mapping[str, Mark] = {
    "sub": Mark.SUB, "subscript": Mark.SUB, "sup": Mark.SUP, "superscript": Mark.SUP, "kbd": Mark.KBD,
    "keyboard": Mark.KBD, "strong": Mark.STRONG, "emphasis": Mark.EM, "dfn": Mark.EM, "title-reference": Mark.EM,
    "u": Mark.UNDERLINE, "underline": Mark.UNDERLINE, "del": Mark.STRIKE, "strike": Mark.STRIKE, "s": Mark.STRIKE,
    "guilabel": Mark.STRONG, "menuselection": Mark.STRONG, "smallcaps": Mark.SMALL,
}  # fmt: skip
_BADGES: Mapping[str, Literal["grey", "red", "yellow", "green", "blue"]] = {
    "primary": "blue", "info": "blue", "success": "green", "warning": "yellow", "danger": "red",
}  # fmt: skip
"""Colours of sphinx-design's badges."""
_ICONS = frozenset({"octicon", "fas", "far", "fab", "fa", "iconify", "icon"})
_FORMULA = re.compile(r"(?<=[A-Za-z)\]])(\d+)")
_CODE = frozenset(
    [
        "code",
        "literal",
        "file",
        "samp",
        "command",
        "program",
        "option",
        "envvar",
        "py",
        "func",
        "meth",
        "class",
        "mod",
        "attr",
        "data",
        "exc",
        "obj",
        "const",
        "any",
        "function",
        "method",
        "module",
        "role",
        "dir",
        "directive",
    ]
)
"""Roles whose text is a name in a program."""
_CITED = re.compile(r"(?:\{([^{}]*)\})?@?([^\s{}]+)(?:\{([^{}]*)\})?")
_CITATIONS = frozenset(
    ["cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "citep", "citet", "cite:alp", "footcite", "footcite:t"]
)
_ADDRESSES: Mapping[str, str] = {
    "doi": "https://doi.org/{}", "pep": "https://peps.python.org/pep-{:0>4}/",
    "rfc": "https://datatracker.ietf.org/doc/html/rfc{}", "wiki": "https://en.wikipedia.org/wiki/{}",
}  # fmt: skip


def read_role(name: str, content: str, reader: InlineReader) -> None:
    """What a role says goes into the text; an unknown one as code, with a note."""
    match = _TARGET.match(content)
    words, target = (match[1], match[2].strip()) if match else ("", content.strip())
    base = name.rpartition(":")[2]
    marks = reader.style[0]
    if base == "math":
        reader.put(InlineMath(content.strip()))
    elif base in {"ref", "numref", "eq", "prf:ref"} or name == "prf:ref":
        reader.put(_reference(base, words, target, reader))
    elif base in {"doc", "download", "nb-download"}:
        path, _, anchor = target.partition("#")
        reader.put(Span(words or target, marks, FileLink(path, anchor)))
    elif base == "term":
        reader.put(CrossRef(term_label(target), text=words or target, source=target, marks=marks))
    elif base == "abbr":
        reader.text.append(f"{words} ({target})" if words else content)
    elif name in _CITATIONS:
        _cite(base, content, reader)
    elif base in _ADDRESSES:
        reader.put(Span(words or (target if base in {"doi", "wiki"} else f"{base.upper()} {target}"), marks,
                        href(_ADDRESSES[base].format(target.replace(" ", "_")), reader.context, reader.where)))  # fmt: skip
    elif base in {"button", "link"} or base.startswith(("bdg-link", "bdg-ref")):
        reader.put(Span(words or target, marks, href(target, reader.context, reader.where)))
    elif base.startswith("bdg"):
        reader.put(Lozenge(content.strip(), _BADGES.get(base.removeprefix("bdg-").partition("-")[0], "grey")))
    elif base == "chem":
        for number, piece in enumerate(_FORMULA.split(content)):
            reader.put(Span(piece, *(reader.marked(Mark.SUB) if number % 2 else reader.style)))
    elif base in _ICONS or base.startswith(("material-", "fa-")):
        reader.context.notes.append(notes.dropped("role.icon", f"the icon {content[:40]} is left out", reader.where))
    elif base == "attribution":
        reader.put(Span(f"— {content}", *reader.style))
    elif base in _MARKS:
        reader.put(Span(content, *reader.marked(_MARKS[base])))
    else:
        _code(name, base, content, reader)


def _reference(base: str, words: str, target: str, reader: InlineReader) -> CrossRef:
    if base == "eq":
        return CrossRef(target, text=words or "(%s)", source=target, marks=reader.style[0])
    return CrossRef(target, text=words, source=target, marks=reader.style[0])


def _code(name: str, base: str, content: str, reader: InlineReader) -> None:
    """A name in a program, a value that was not computed, or what nobody knows."""
    reader.put(Span(content, *reader.marked(Mark.CODE)))
    if base in {"eval", "glue", "text"} or name.startswith("glue"):
        text = f"inline value not computed: {content[:60]}"
        reader.context.notes.append(notes.degraded("chunk.inline", text, reader.where))
    elif base not in _CODE:
        reader.context.notes.append(notes.degraded("role.unknown", f"role {name!r} shown as code", reader.where))


def _cite(base: str, content: str, reader: InlineReader) -> None:
    """Keys between commas, each with words before and behind it in braces (mystmd: ``{see}key{p. 3}``)."""
    if not reader.context.cites:
        reader.text.append(f"[{content.strip()}]")
        uncited(reader)
        return
    items = tuple(
        Cited(match[2], match[1] or "", match[3] or "")
        for part in re.split(r"[,;](?![^{}]*\})", content)
        if (match := _CITED.fullmatch(part.strip()))
    )
    narrative = base in {"t", "ts", "citet"}
    reader.put(Citation(items, narrative, f"[{content.strip()}]", reader.style[0]))
