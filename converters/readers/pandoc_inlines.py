r"""markdown-it rules for what R Markdown and Quarto write in running text, and what their tokens mean.

``@fig-x``, ``[-@fig-x]``, ``[Fig. @fig-x; @tbl-y]``, citations ``[@key]``, bookdown's ``\@ref(fig:x)``, Quarto's
shortcodes ``{{< name … >}}``.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from converters import notes
from converters.labels import REFERENCE, prefix_of
from converters.model import AnchorLink, Citation, Cited, CrossRef, FileLink, Inline, InlineMath, Mark, Span
from converters.readers.fields import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from converters.readers.inlines import InlineReader

_NAMED = re.compile(rf"@({REFERENCE})", re.IGNORECASE)
_CITED = re.compile(r"@\{?([A-Za-z0-9_][\w:.#$%&\-+?<>~/]*)")
_GROUP = re.compile(r"\[([^\[\]\n]*?@[\w{][^\[\]]*)\](?![\[({:])")
_PART = re.compile(r"(?P<before>.*?)(?P<minus>-?)@\{?(?P<label>[\w][\w:.\-/#$%&+?<>~]*)\}?(?P<after>.*)", re.DOTALL)
_LOCATOR = re.compile(r" \[((?:pp?\.|chaps?\.|secs?\.|figs?\.|vols?\.|§|\d)[^\[\]@\n]{0,60})\](?![(\[{:])")
"""Pages and the like behind a citation in a sentence: ``@key [p. 3]``."""
_BOOKDOWN = re.compile(r"\\@ref\(([^()\s]+)\)")
_SHORTCODE = re.compile(r"\{\{<\s*(/?[\w.\-]+)\s*(.*?)\s*>\}\}", re.DOTALL)
_VERBATIM = re.compile(r"\{(\{\{<.*?>\}\})\}|\{\{(</\*.*?\*/>)\}\}", re.DOTALL)
_FILLED = re.compile(r"%s|\{(?:number|name)\}")
_MAX = 2_000
"""Characters that a group or shortcode may have: what is longer was not meant as one."""


def citations_plugin(md: MarkdownIt) -> None:
    """Adds the rules of ``@key`` and ``[@key]``: tokens ``crossref`` and ``crossref_group`` with what was written."""
    md.inline.ruler.before("escape", "crossref", _crossref)
    md.inline.ruler.before("escape", "crossref_group", _group)


def pandoc_inlines_plugin(md: MarkdownIt) -> None:
    """Adds all rules: those, ``bookdown_ref`` and ``shortcode``."""
    citations_plugin(md)
    md.inline.ruler.before("escape", "bookdown_ref", _bookdown)
    md.inline.ruler.before("escape", "shortcode", _shortcode)


def _push(state: StateInline, silent: bool, kind: str, content: str, end: int) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.content = content
    state.pos = end
    return True


def _crossref(state: StateInline, silent: bool) -> bool:
    before = state.src[state.pos - 1 : state.pos]
    if state.src[state.pos] != "@" or before.isalnum() or before in {"\\", "/", "_"}:
        return False
    match = _NAMED.match(state.src, state.pos) or _CITED.match(state.src, state.pos)
    if match is None:
        return False
    text = match[0] if match.re is _NAMED else match[0].rstrip(".,:;?!-")
    end = state.pos + len(text)
    place = _LOCATOR.match(state.src, end) if match.re is not _NAMED else None
    return _push(state, silent, "crossref", text + (place[0] if place else ""), place.end() if place else end)


def _group(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _GROUP.match(state.src, state.pos, state.pos + _MAX)
    if match is None or normalizeReference(match[1]) in (state.env.get("references") or ()):
        return False
    if not all(_PART.fullmatch(part) for part in match[1].split(";")):
        return False
    return _push(state, silent, "crossref_group", match[1], match.end())


def _bookdown(state: StateInline, silent: bool) -> bool:
    match = _BOOKDOWN.match(state.src, state.pos)
    return match is not None and _push(state, silent, "bookdown_ref", match[1], match.end())


def _shortcode(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{{", state.pos):
        return False
    verbatim = _VERBATIM.match(state.src, state.pos, state.pos + _MAX)
    if verbatim is not None:
        shown = verbatim[1] or "{{<" + verbatim[2].removeprefix("</*").removesuffix("*/>") + ">}}"
        return _push(state, silent, "text_special", shown, verbatim.end())
    match = _SHORTCODE.match(state.src, state.pos, state.pos + _MAX)
    return match is not None and _push(state, silent, "shortcode", match[0], match.end())


def shortcode_parts(text: str) -> tuple[str, list[str], dict[str, str]]:
    """Name, words and named values of a shortcode."""
    match = _SHORTCODE.match(text)
    if match is None:
        return "", [], {}
    words: list[str] = []
    values: dict[str, str] = {}
    for part in re.finditer(r"(?:([\w\-]+)=)?(?:\"([^\"]*)\"|'([^']*)'|(\S+))", match[2]):
        value = next(each for each in (part[2], part[3], part[4], "") if each is not None)
        if part[1]:
            values[part[1]] = value
        else:
            words.append(value)
    return match[1], words, values


def read_raw(content: str, kind: str, reader: InlineReader) -> None:
    """Pandoc's raw markup in a line: HTML is read, all other formats are shown as code."""
    if kind.startswith("html"):
        for part in re.split(r"(<[^<>]*>)", content):
            if part.startswith("<"):
                reader.tag(part)
            elif part and not reader.silent:
                reader.text.append(html.unescape(part))
        return
    reader.put(Span(content, *reader.marked(Mark.CODE)))
    reader.context.notes.append(notes.degraded("raw.format", f"raw {kind} shown as code", reader.where))


def read_reference(token: Token, reader: InlineReader) -> None:
    """A reference or citation goes into the text."""
    if token.type == "bookdown_ref":
        label = token.content
        words = "(%s)" if label.startswith("eq:") else ""
        reader.put(CrossRef(label, "number", "", words, f"@ref({label})", reader.style[0]))
        return
    if token.type == "crossref":
        label = token.content.removeprefix("@").partition(" ")[0]
        if prefix_of(label):
            reader.put(_reference(label, "", "", reader))
        else:
            _cite(token.content, reader, narrative=True)
        return
    found = _grouped(token.content, reader)
    if found is None:
        _cite(token.content, reader, narrative=False)
    else:
        for each in found:
            reader.put(each)


def _grouped(content: str, reader: InlineReader) -> list[Inline] | None:
    """The references of a bracket, or None where they are citations."""
    parts = [match for part in content.split(";") if (match := _PART.fullmatch(part.strip()))]
    if not any(prefix_of(part["label"]) for part in parts):
        return None
    found: list[Inline] = []
    for number, part in enumerate(parts):
        if number:
            found.append(Span(", ", *reader.style))
        label = part["label"].rstrip(".:-")
        found.append(_reference(label, part["before"].strip(), part["minus"], reader))
        after = part["label"][len(label) :] + part["after"]
        if after:
            found.append(Span(after, *reader.style))
    return found


def _reference(label: str, prefix: str, minus: str, reader: InlineReader) -> CrossRef:
    label = label[0].lower() + label[1:]
    style = "number" if minus or prefix else "full"
    return CrossRef(label, style, prefix, "", f"@{label}", reader.style[0])  # type: ignore[arg-type]


def named_link(reader: InlineReader) -> None:
    """A link just ended: without words it shows what it leads to, and MyST's ``%s``, ``{number}``, ``{name}`` are filled.

    A path without suffix may be a label's name as well as a file's.
    """
    start, reader.link = reader.link, -1
    target = reader.style[1]
    words = reader.out[start:]
    if words and all(isinstance(each, InlineMath) for each in words):  # equations lead nowhere: a sign behind them does
        reader.put(Span("↗", *reader.style))
        return
    if isinstance(target, str):
        if not words:
            reader.put(Span(target.removeprefix("https://doi.org/").removeprefix("mailto:"), *reader.style))
        return
    label = target.anchor if isinstance(target, AnchorLink) else target.path if isinstance(target, FileLink) else ""
    if not label or len(words) > 1:
        return
    if not words:
        if isinstance(target, AnchorLink):
            reader.put(CrossRef(label, source=f"#{label}", marks=reader.style[0]))
        elif isinstance(target, FileLink):
            name = target.anchor or target.path
            if "." in target.path.rpartition("/")[2] or target.anchor:
                reader.put(Span(name, *reader.style))
            else:
                reader.put(CrossRef(label, source=name, marks=reader.style[0], href=target))
        return
    only = words[0]
    if isinstance(only, Span) and isinstance(target, AnchorLink) and _FILLED.search(only.text):
        reader.out[start:] = [CrossRef(label, text=only.text, source=only.text, marks=only.marks)]


def _cite(content: str, reader: InlineReader, *, narrative: bool) -> None:
    """A citation: of a work by ``@key`` in the sentence, or of several in brackets; its text where nothing can be cited."""
    source = content if narrative else f"[{content}]"
    if not reader.context.cites:
        reader.text.append(source)
        if not narrative:
            uncited(reader)
        return
    items = []
    if narrative and " [" in content:
        content = content.replace(" [", ", ", 1).removesuffix("]")
    for part in (match for part in content.split(";") if (match := _PART.fullmatch(part.strip()))):
        key = part["label"].rstrip(".,:;?!-")
        behind = part["label"][len(key) :] + part["after"]
        items.append(Cited(key, part["before"].strip(), behind.strip(), bool(part["minus"])))
    reader.put(Citation(tuple(items), narrative, source, reader.style[0], sure=not narrative))


def uncited(reader: InlineReader) -> None:
    """One note a document about citations without a bibliography: their text stays as it was written."""
    context = reader.context
    if "citation" not in context.told:
        context.told.add("citation")
        text = "citations stay as they were written: no bibliography is named"
        context.notes.append(notes.degraded("citation.text", text, reader.where))


def names_bibliography(*headers: Mapping[str, object]) -> bool:
    """Whether one of these headers names what can be cited."""
    return any(
        value and normal(key) in {"bibliography", "references"} for header in headers for key, value in header.items()
    )
