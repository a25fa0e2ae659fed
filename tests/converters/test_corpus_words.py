"""The narrative arrives whole: its words, counted in the sources without our parser, are in the blocks."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from converters import model as m
from converters.build import text_of
from converters.errors import ConversionError
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.readers.cell_options import cell_options
from converters.readers.frontmatter import split_header
from converters.walk import NESTING, iter_blocks

FOLDERS = ("knowledge-repo", "jupyterlab-demo", "quarto-cli", "r-novice-gapminder", "nbconvert", "ipyleaflet")
SUFFIXES = {".ipynb", ".md", ".Rmd", ".qmd"}
ENOUGH = 0.999

_CHUNK = re.compile(
    r"^[ \t>]*(`{3,}|~{3,})[ \t]*\{(?!=|note|tip|warning|figure|image|math|admonition|dropdown|tab)[^}\n]*\}.*?(?:^[ \t>]*\1`*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_UNSEEN = (
    re.compile(  # what its author shows in other formats only
        r'^:{3,}[ \t]*\{\.content-visible when-format="(?!html|markdown|md|gfm|commonmark|confluence)[^"]*"\}.*?^:{3,}[ \t]*$',
        re.MULTILINE | re.DOTALL,
    ),
    re.compile(r"^[ \t>]*(?:`{3,}|~{3,}).*$", re.MULTILINE),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+?(?=[\"')])"),
    re.compile(r"^[ \t>]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE),
)
_MARKUP = (
    re.compile(r"</?[A-Za-z][^<>]*>"),
    re.compile(r"\{\{<.*?>\}\}"),
    re.compile(r"^[ \t]*:{3,}.*$", re.MULTILINE),
    re.compile(r"^[ \t]*:[\w-]+:.*$", re.MULTILINE),
    re.compile(r"\{[#.:][^{}\n]*\}|\{[\w-]+=[^{}\n]*\}|\{[a-z:-]+\}"),
    re.compile(r"https?://\S+|www\.\S+|mailto:\S+"),
    re.compile(r"\[\^[^\]\s]+\]"),
    re.compile(r"\\(?:begin|end|label|tag)\{[^}]*\}"),
)
_INSIDE_WORDS = (
    re.compile(r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\"|\s+'[^']*')?\)"),
    re.compile(r"(?<=\])\[[^\]\n]*\]"),
    re.compile(r"</?(?:a|b|i|em|strong|sup|sub|code|span|font|kbd|u|s|mark|small)(?:\s[^<>]*)?>", re.IGNORECASE),
    re.compile(r"[`*]"),
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def words(text: str) -> Counter[str]:
    """Words of at least two letters, in one normal form."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def written(path: Path) -> str:
    """The narrative of a source, most of its markup taken off."""
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        texts = []
        for cell in json.loads(data)["cells"]:
            source = cell.get("source", "")
            text = source if isinstance(source, str) else "".join(source)
            if cell.get("cell_type") == "markdown" and not cell_options(cell, text, ReadOptions()).remove:
                texts.append(text)
        texts[:1] = [split_header(text)[1] for text in texts[:1]]
        text = "\n\n".join(texts)
    else:
        text = split_header(data.decode("utf-8-sig"))[1]
    text = _CHUNK.sub("\n", text)
    for pattern in _UNSEEN:
        text = pattern.sub(" ", text)
    for pattern in _INSIDE_WORDS:
        text = pattern.sub("", text)
    for pattern in _MARKUP:
        text = pattern.sub(" ", text)
    return html.unescape(text)


def shown(document: m.Document) -> str:
    """All text of the narrative's blocks, titles and captions; no code cells, no outputs."""
    parts: list[str] = [document.title, document.meta.summary, document.meta.subtitle]
    kept = [block for block in document.blocks if not isinstance(block, m.Output)]
    for block in iter_blocks(kept):
        if isinstance(block, m.Code) and block.role == "input":
            continue
        values: list[Any] = [getattr(block, name, "") for name in ("text", "tex", "title", "alt", "label")]
        parts += [value for value in values if isinstance(value, str)]
        if isinstance(block, m.Image) and block.ref:
            parts += [block.ref.alt, block.ref.title]
        parts += [tab.title for tab in getattr(block, "tabs", ())]
    for block in kept:
        _runs(block, parts)
    return "\n".join(parts)


def _runs(node: Any, parts: list[str]) -> None:
    """Every run of inlines below a block as one text: a word may change its look in the middle."""
    for name, kind in NESTING.get(type(node), ()):
        value = getattr(node, name)
        if kind == "inlines":
            parts.append("".join(i.text if isinstance(i, m.Span) else f" {_alone(i)} " for i in value))
        elif kind == "part":
            _runs(value, parts)
        elif value:
            for part in value:
                for inner in part if kind == "columns" else (part,):
                    _runs(inner, parts)


def _alone(inline: m.Inline) -> str:
    return f"{text_of((inline,))} {getattr(inline, 'title', '')} {getattr(inline, 'name', '')}"


def counted(paths: list[Path]) -> tuple[int, int, dict[str, Counter[str]]]:
    """Words written, words absent, and the absent ones by file."""
    total = lost = 0
    absent: dict[str, Counter[str]] = {}
    for path in paths:
        try:
            document = read(Source(path.name, path.read_bytes()), ReadOptions()).document
            need = words(written(path))
        except (ConversionError, ValueError, KeyError, AttributeError, TypeError):
            continue
        gone = need - words(shown(document))
        total += need.total()
        lost += gone.total()
        if gone:
            absent[str(path)] = gone
    return total, lost, absent


def sources(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]


@pytest.mark.corpus
@pytest.mark.parametrize("name", FOLDERS)
def test_the_words_of_the_narrative_are_in_the_blocks(corpus: Path, name: str) -> None:
    total, lost, absent = counted(sources(corpus / name))
    assert total > 100
    assert lost <= max(3, total * (1 - ENOUGH)), absent
