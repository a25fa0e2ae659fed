"""Words: those of a source's narrative, and those that a page shows. Nothing here uses the project's own readers.

The narrative is read by nbconvert's Markdown renderer, which is what people know from Jupyter. Equations are left out on
both sides (they become pictures and KaTeX), and so is everything that is an instruction and no text: front matter,
executable chunks, directives, attributes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html

_AC = "http://atlassian.com/content"
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_MATH = re.compile(
    r"\$\$.*?\$\$|\\\\?\[.*?\\\\?\]|\\\\?\(.*?\\\\?\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}|(?<![\\$])\$[^$\n]+(?:\n[^$\n]+)*\$",
    re.DOTALL,
)
_SILENT = {"script", "style", "head", "title", "template", "noscript", "svg"}
_INLINE = {
    *("a", "abbr", "b", "code", "del", "em", "font", "i", "kbd", "mark", "s", "samp", "small", "span", "strike"),
    *("strong", "sub", "sup", "tt", "u", "var", "time", "ac:link", "ac:link-body"),
}
_FRONT = re.compile(r"\A\ufeff?---\s*\n.*?\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})([^\n]*)\n(.*?)(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_DIRECTIVES = re.compile(
    r"^[ \t]*:{3,}.*$|^\([\w:. -]+\)=\s*$|^[ \t]*:[\w-]+:.*$|^%.*$|\{\{<.*?>\}\}|\{[\w:,-]+\}(?=`)|\{[#.:][^}\n]*\}|\[\^[\w-]+\]:?"
    r"|`r [^`]*`|<!--.*?-->|(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])|-?@(?:fig|tbl|eq|sec|lst)-[\w-]+",
    re.MULTILINE | re.DOTALL,
)
_LOOSE_LINK = re.compile(r"\]\((?![<#])[^()\n\"]*[^\S\n][^()\n\"]*\)")
"""A link whose address holds blanks: one to us and to the author, none to CommonMark."""

HIDDEN = {"remove_cell", "remove-cell", "nocell"}
"""Tags by which authors leave a cell out."""


def words(text: str) -> Counter[str]:
    """Words of a text and how often each stands there; compatible spellings (``m²``, ``m2``) are one."""
    return Counter(_WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text))))


def lost(source: Counter[str], shown: Counter[str]) -> Counter[str]:
    """Words of the source that the page doesn't show, or less often than the source has them."""
    return source - shown


# ---------------------------------------------------------------- sources


def narrative(path: str, data: bytes) -> Counter[str]:
    """Words of the prose of a notebook, a Markdown, R Markdown or Quarto file."""
    if path.endswith(".ipynb"):
        notebook = json.loads(data.decode("utf-8-sig"))
        return sum((_markdown(text) for text in _cells(notebook)), Counter())
    text = data.decode("utf-8-sig")
    if path.endswith(".html"):
        return _html(text)
    if path.endswith((".py", ".R", ".jl")):
        return _markdown(plain(_script(text)))
    return _markdown(plain(text))


def _script(text: str) -> str:
    """The Markdown of a script in cells: comments below ``# %% [markdown]``, and roxygen comments of spun R."""
    spun = re.findall(r"^#' ?(.*)$", text, re.MULTILINE)
    parts = re.split(r"^# %%", text, flags=re.MULTILINE)
    prose = [part.partition("\n")[2] for part in parts[1:] if re.match(r".*\[(?:markdown|md)\]", part)]
    return "\n".join(spun) + "\n\n" + "\n\n".join(re.sub(r"^# ?", "", part, flags=re.MULTILINE) for part in prose)


def _html(text: str) -> Counter[str]:
    """The words of a page's body that are no code and no contents list."""
    body = lxml.html.document_fromstring(text).find("body")
    if body is None:
        return Counter()
    for part in body.xpath(
        './/pre | .//nav | .//*[@id="TOC" or @id="rmd-source-code"] | .//*[contains(@class, "math")]'
    ):
        part.drop_tree()
    return words(_text(body))


def _cells(notebook: dict[str, Any]) -> Iterator[str]:
    sheets = notebook.get("worksheets") or [notebook]
    for cell in (cell for sheet in sheets for cell in sheet.get("cells") or ()):
        hidden = isinstance(cell, dict) and HIDDEN & set((cell.get("metadata") or {}).get("tags") or ())
        if isinstance(cell, dict) and cell.get("cell_type") in {"markdown", "heading"} and not hidden:
            source = cell.get("source") or ""
            lines = source if isinstance(source, list) else [str(source)]
            text = ("" if any(line.endswith("\n") for line in lines) else "\n").join(
                lines
            )  # format 2 kept no line ends
            yield f"# {plain(text)}" if cell["cell_type"] == "heading" else plain(text)


def plain(text: str) -> str:
    """A text without what is instruction: its header, executable chunks, directives, footnote marks."""
    text = _FRONT.sub("", text.replace("\r\n", "\n"))
    text = _FENCE.sub(lambda hit: "" if hit[2].strip().startswith("{") else hit[0], text)
    return _DIRECTIVES.sub("", text)


def rendered(text: str) -> str:
    """Markdown as nbconvert renders it."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return str(markdown2html_mistune(text))


def _markdown(text: str) -> Counter[str]:
    # without the files of pictures, which it wants to see
    html = rendered(_LOOSE_LINK.sub("](#)", text).replace("](attachment:", "](#"))
    if not html.strip():
        return Counter()
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for sign in root.xpath('.//a[@class="anchor-link"]'):
        sign.drop_tree()
    for code in root.xpath(".//code | .//pre"):  # a dollar in code is no equation
        for part in code.iter():
            part.text, part.tail = _shield(part.text), _shield(part.tail) if part is not code else part.tail
    return words(_MATH.sub(" ", _text(root)).replace("\ue000", "$").replace("\ue001", "\\"))


def _shield(text: str | None) -> str | None:
    return text.replace("$", "\ue000").replace("\\", "\ue001") if text else text


def _text(root: Any) -> str:
    """All text of a tree that readers see, with a blank where a block begins or ends."""
    parts: list[str] = []

    def visit(node: Any) -> None:
        name = node.tag.replace(f"{{{_AC}}}", "ac:") if isinstance(node.tag, str) else None
        gap = "" if name in _INLINE else " "
        parts.append(gap)
        if name and name not in _SILENT:
            parts.append(node.text or "")
            for child in node:
                visit(child)
                parts.append(child.tail or "")
        parts.append(gap)

    visit(root)
    return "".join(parts)


# ---------------------------------------------------------------- pages

_ROOT = f'<root xmlns:ac="{_AC}" xmlns:ri="http://atlassian.com/resource/identifier">'


def of_storage(body: str) -> Counter[str]:
    """Words of a Confluence page: its text, titles of expands, panels and lozenges, alternative texts, dates."""
    parser = lxml.etree.XMLParser(huge_tree=True, strip_cdata=False, resolve_entities=False)
    root = lxml.etree.fromstring(f"{_ROOT}{body}</root>".encode(), parser)
    for node in list(root.iter(f"{{{_AC}}}parameter")):
        if node.get(f"{{{_AC}}}name") != "title":
            node.text = None
    for name in ("task-id", "task-status"):
        for node in root.iter(f"{{{_AC}}}{name}"):
            node.text = None
    pictures = " ".join(node.get(f"{{{_AC}}}alt") or "" for node in root.iter(f"{{{_AC}}}image"))
    dates = " ".join(node.get("datetime") or "" for node in root.iter("time"))
    return words(f"{_text(root)} {pictures} {dates}")


def of_blocks(blocks: list[dict[str, Any]]) -> Counter[str]:
    """Words of Notion blocks as the official client reads them, equations left out."""
    return words("\n".join(_lines(blocks)))


def of_markdown(text: str, wanted: Counter[str]) -> Counter[str]:
    """Words of a Markdown text, and those wanted ones that its marks cut in two (``_a_⁵``, a link inside a word)."""
    shown = words(text)
    squeezed = "".join(_WORD.findall(unicodedata.normalize("NFKC", re.sub(r"\]\([^)]*\)", "", text))))
    cut = {word: count for word, count in lost(wanted, shown).items() if squeezed.count(word) >= count}
    return shown + Counter(cut)


def _lines(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        value = block.get(block["type"]) or {}
        for name in ("rich_text", "caption"):
            yield _plain_text(value.get(name) or ())
        for cell in value.get("cells") or ():
            yield _plain_text(cell)
        yield str(value.get("name") or "")
        yield from _lines(block.get("children") or [])


def _plain_text(items: Any) -> str:
    return "".join(" " if item["type"] == "equation" else item["plain_text"] for item in items)
