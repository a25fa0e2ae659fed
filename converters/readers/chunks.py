"""Fenced code: listings, chunks of R Markdown and Quarto, code cells and directives of MyST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import yaml

from converters import notes
from converters.build import plain
from converters.model import Blocks, Code, Image, ImageRef, InlineImage, Math, Raw
from converters.readers.address import picture
from converters.readers.boxes import CALLOUTS, directive_box
from converters.readers.style import pixels
from converters.readers.yaml_values import load_yaml

if TYPE_CHECKING:
    from markdown_it.token import Token

    from converters.readers.blocks import BlockReader

_HEADER = re.compile(r"\{([\w.+\-:]+)[ ,]*(.*?)\}\s*(.*)$", re.DOTALL)
_KNITR_OPTION = re.compile(r"([\w.\-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|c\([^)]*\)|[^,]+)")
_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--|%%|%)\| ?(.*)$")
_FIELD = re.compile(r":([\w\-]+):[ \t]*(.*)$")
_LANGUAGES = frozenset(
    [
        "r",
        "python",
        "python3",
        "py",
        "julia",
        "sql",
        "bash",
        "sh",
        "zsh",
        "stan",
        "js",
        "javascript",
        "node",
        "ojs",
        "css",
        "html",
        "cat",
        "rcpp",
        "perl",
        "ruby",
        "scala",
        "go",
        "awk",
        "sed",
        "fortran",
        "fortran95",
        "c",
        "cpp",
        "haskell",
        "powershell",
        "sas",
        "stata",
        "octave",
        "matlab",
        "dot",
        "mermaid",
        "rust",
        "lua",
        "d3",
        "glue",
        "block2",
        "block",
        "ipython",
        "ipython3",
        "ts",
        "typescript",
        "verbatim",
        "embed",
        "groovy",
        "psql",
        "mysql",
        "coffee",
        "exec",
        "asis",
        "comment",
        "targets",
    ]
)
_CONTAINERS = frozenset(
    [
        "dropdown",
        "details",
        "tab-set",
        "tab-item",
        "tabs",
        "tab",
        "epigraph",
        "pull-quote",
        "blockquote",
        "grid",
        "grid-item",
        "card",
        "grid-item-card",
        "div",
        "container",
        "margin",
        "table",
    ]
)


def fenced(token: Token, reader: BlockReader) -> Blocks:
    """Blocks of fenced code; chunks that the author hides give none."""
    info, text = token.info.strip(), token.content.removesuffix("\n")
    line = token.map[0] if token.map else 0
    if info.startswith("{"):
        header = _HEADER.match(info)
        if header is None:
            return braced(info, text, reader)
        name = header[1].lower()
        if name in {"code-cell", "code-cell:"}:
            return code_cell(header[3].strip() or "python", text, reader)
        if name in _LANGUAGES and (reader.context.flavor == "pandoc" or not is_directive(name)):
            return chunk(header[1], header[2], text, reader)
        if reader.context.flavor == "pandoc" and not is_directive(name):
            return chunk(header[1], header[2], text, reader)
        return directive(name, header[3].strip(), text, reader, line)
    if info.startswith(("\\", "$")):  # an equation right behind the fence: text, and nobody's language
        return (Code(f"{info}\n{text}", "latex", where=reader.where),)
    language = re.split(r"[\s,{]", info, maxsplit=1)[0] if info else ""
    return (Code(text, language, where=reader.where),)


def is_directive(name: str) -> bool:
    """Whether MyST knows this name and nobody's language is called so."""
    return name in CALLOUTS or name in _CONTAINERS or name in {"figure", "image", "math", "code-block", "code"}


def braced(info: str, text: str, reader: BlockReader) -> Blocks:
    """Fenced code with pandoc attributes: ``{.python}``, ``{=html}``."""
    if info.startswith("{="):
        kind = info[2:].rstrip("} ")
        if kind == "html":
            from converters.readers.html import read_html

            return read_html(text, reader.context)
        reader.context.notes.append(notes.degraded("raw.format", f"raw {kind} shown as code", reader.where))
        return (Raw("latex" if kind in {"latex", "tex"} else "other", text, where=reader.where),)
    classes = re.findall(r"\.([\w+\-]+)", info)
    return (Code(text, classes[0] if classes else "", where=reader.where),)


def is_true(value: object) -> bool:
    """An option's value as YAML, R and Python write true."""
    return str(value).strip().strip("'\"").lower() in {"true", "t", "yes", "1"}


def is_false(value: object) -> bool:
    """An option's value as YAML, R and Python write false."""
    return str(value).strip().strip("'\"").lower() in {"false", "f", "no", "0"}


def cell_options(text: str) -> tuple[dict[str, object], str]:
    """Options of the ``#|`` lines on top, and the code below them."""
    lines = text.split("\n")
    count = 0
    while count < len(lines) and _OPTION_LINE.match(lines[count]):
        count += 1
    if not count:
        return {}, text
    header = "\n".join(_OPTION_LINE.match(line)[1] for line in lines[:count])  # type: ignore[index]
    try:
        found = load_yaml(header)
    except yaml.YAMLError:
        found = None
    options = {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
    return options, "\n".join(lines[count:]).lstrip("\n")


def chunk(language: str, header: str, text: str, reader: BlockReader) -> Blocks:
    """A code chunk as input, with what its options say of its look; () where they hide it."""
    options: dict[str, object] = {m[1]: m[2].strip().strip("'\"") for m in _KNITR_OPTION.finditer(header)}
    own, code = cell_options(text)
    options |= own
    hidden = is_false(options.get("include", True)) or is_false(options.get("echo", True))
    if not code.strip():
        return ()
    for key in ("fig-cap", "fig.cap", "tbl-cap", "tab.cap"):
        if options.get(key):
            text = f"caption of a figure that is not there: {options[key]!s:.100}"
            reader.context.notes.append(notes.dropped("caption.unused", text, reader.where))
    reader.context.chunks.append(hidden)
    if hidden:
        return ()
    caption = options.get("lst-cap") or ""
    title = options.get("code-summary") or options.get("filename") or ""
    folded = is_true(options.get("code-fold", False))
    return (Code(code, language, "input", folded, str(title), plain(str(caption)), reader.where),)


def code_cell(language: str, text: str, reader: BlockReader) -> Blocks:
    """A MyST code cell; tags hide it."""
    options, code = myst_options(text)
    tags = str(options.get("tags", "")).replace("_", "-")
    if not code.strip():
        return ()
    hidden = "remove-input" in tags or "remove-cell" in tags
    reader.context.chunks.append(hidden)
    if hidden:
        return ()
    return (Code(code, language, "input", "hide-input" in tags or "hide-cell" in tags, where=reader.where),)


def myst_options(text: str) -> tuple[dict[str, object], str]:
    """Options of a directive (``---`` YAML or ``:name: value`` lines), and its body."""
    lines = text.split("\n")
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
        try:
            found = load_yaml("\n".join(lines[1:end]))
        except yaml.YAMLError:
            found = None
        options = {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
        return options, "\n".join(lines[end + 1 :])
    options = {}
    count = 0
    while count < len(lines) and (match := _FIELD.match(lines[count])):
        options[match[1]] = match[2].strip()
        count += 1
    return options, "\n".join(lines[count:]).lstrip("\n") if count else text


def directive(name: str, argument: str, text: str, reader: BlockReader, line: int) -> Blocks:
    """Blocks of a MyST directive."""
    where = reader.where
    options, body = myst_options(text)
    base = name.rpartition(":")[2]
    if base in {"figure", "image"}:
        return figure(argument, options, body, reader, line)
    if base == "math":
        return (Math(f"{argument}\n{body}".strip(), str(options.get("label", "")), where=where),)
    if base in {"code-block", "code", "sourcecode", "literalinclude"}:
        return (Code(body, argument, caption=plain(str(options.get("caption", ""))), where=where),)
    if base in CALLOUTS or base in _CONTAINERS:
        if base in CALLOUTS and base not in {"admonition", "topic", "sidebar"} and argument and not body.strip():
            argument, body = "", argument
        return directive_box(base, argument, reader.inner(body, line + 1), reader)
    reader.context.notes.append(notes.degraded("directive.unknown", f"directive {name!r} shown as code", where))
    return (Code(f"{argument}\n{text}".strip("\n"), name, where=where),)


def figure(argument: str, options: dict[str, object], body: str, reader: BlockReader, line: int) -> Blocks:
    """A MyST figure: the first paragraph below the picture is its caption."""
    sizes = {key: str(value) for key, value in options.items()}
    found = picture(
        argument,
        reader.context,
        reader.where,
        alt=sizes.get("alt", ""),
        width=pixels(sizes, "width"),
        height=pixels(sizes, "height"),
    )
    blocks = reader.inner(body, line + 1) if body.strip() else ()
    if found is None:
        return blocks
    image = Image(
        ref=found if isinstance(found, ImageRef) else None,
        asset=found.asset if isinstance(found, InlineImage) else None,
        url=found.url if isinstance(found, InlineImage) else "",
        alt=found.alt,
        width=found.width,
        height=found.height,
        label=sizes.get("name", ""),
        where=reader.where,
    )
    if blocks and hasattr(blocks[0], "content"):
        image = msgspec.structs.replace(image, caption=blocks[0].content)
        blocks = blocks[1:]
    return (image, *blocks)
