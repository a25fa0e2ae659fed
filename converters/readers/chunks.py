"""Fenced code: listings, chunks of R Markdown and Quarto, code cells of MyST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from converters import notes
from converters.build import plain
from converters.labels import prefix_of
from converters.model import Blocks, Code, Figure, Inlines, LineBreak, Mark, Math, Paragraph, Span
from converters.readers.attributes import attributes_of
from converters.readers.cell_options import cell_options
from converters.readers.chunk_options import (
    Look,
    Visibility,
    defaults_set_in,
    document_defaults,
    is_false,
    is_true,
    knitr_options,
    look_of,
    option_lines,
)
from converters.readers.chunk_sources import taken_from
from converters.readers.tex_layout import is_layout

if TYPE_CHECKING:
    from markdown_it.token import Token

    from converters.readers.blocks import BlockReader

_HEADER = re.compile(r"\{([A-Za-z][\w.+\-:]*)[ ,]*(.*?)\}\s*(.*)$", re.DOTALL)
_INFO = re.compile(r"(?P<word>[^\s,{]*)\s*(?P<braces>\{.*\})?\s*(?P<rest>.*)$", re.DOTALL)
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
_DIAGRAMS = frozenset(["mermaid", "dot", "graphviz", "digraph"])


def fenced(token: Token, reader: BlockReader) -> Blocks:
    """Blocks of fenced code; chunks that the author hides give none."""
    info, text = token.info.strip(), token.content.removesuffix("\n")
    line = token.map[0] if token.map else 0
    if info.startswith("{"):
        header = _HEADER.match(info)
        if header is None or info.startswith("{{"):
            return braced(info, text, reader)
        name = header[1].lower()
        if name in {"code-cell", "code-cell:"}:
            return code_cell(header[3].strip() or "python", text, reader)
        if name in _DIAGRAMS and reader.context.flavor == "pandoc":
            return diagram_chunk(name, text, reader)
        from converters.readers.directives import directive, is_known

        known = is_known(name)
        if name in _LANGUAGES and (reader.context.flavor == "pandoc" or not known):
            return chunk(header[1], header[2], text, reader)
        if reader.context.flavor == "pandoc" and not known:
            return chunk(header[1], header[2], text, reader)
        return directive(name, header[3].strip(), text, reader, line)
    if info.startswith(("\\", "$")):  # an equation right behind the fence: text, and nobody's language
        return (Code(f"{info}\n{text}", "latex", where=reader.where),)
    return listing(info, text, reader)


def listing(info: str, text: str, reader: BlockReader) -> Blocks:
    """Fenced code with a language and perhaps attributes: ``python {filename="a.py"}``, ``python title="a.py"``."""
    match = _INFO.match(info)
    assert match is not None
    language = match["word"]
    if language in {"mermaid", "dot", "graphviz"}:
        return diagram(language, text, reader)
    if language == "math" and not match["braces"] and text.strip():  # GitHub and GitLab
        return (Math(text.strip(), where=reader.where),)
    if match["braces"] or "=" in match["rest"]:
        return attributed(match["braces"] or match["rest"], language, text, reader)
    return (Code(text, language, where=reader.where),)


def attributed(attributes: str, language: str, text: str, reader: BlockReader) -> Blocks:
    """A listing with pandoc's attributes: a file's name, a label and a caption for it."""
    found = attributes_of(attributes)
    language = language or next((each for each in found.classes if each not in _STYLES), "")
    values = found.values
    title = values.get("filename") or values.get("title") or values.get("file") or ""
    caption = _line(values.get("lst-cap") or values.get("caption") or "", reader)
    return (Code(text, language, title=title, caption=caption, where=reader.where, label=found.id),)


_STYLES = frozenset(
    ["numberLines", "number-lines", "code-overflow-wrap", "code-overflow-scroll", "cell-code", "sourceCode"]
)


def braced(info: str, text: str, reader: BlockReader) -> Blocks:
    """Fenced code with pandoc attributes: ``{.python}``, ``{=html}``; ``{{python}}`` shows a chunk as it is written."""
    if info.startswith("{{"):
        return (Code(f"```{info[1:].replace('}}', '}', 1)}\n{text}\n```", "markdown", where=reader.where),)
    if info.startswith("{="):
        kind = info[2:].rstrip("} ")
        if kind == "html":
            from converters.readers.html import read_html

            return read_html(text, reader.context)
        if kind in {"latex", "tex"} and is_layout(text):
            return ()
        reader.context.notes.append(notes.degraded("raw.format", f"raw {kind} shown as code", reader.where))
        return (Code(text, "latex" if kind in {"latex", "tex"} else "", where=reader.where),)
    return attributed(info, "", text, reader)


def diagram(language: str, text: str, reader: BlockReader) -> Blocks:
    """The source of a diagram, behind one line: nothing here draws it."""
    note = f"a {language} diagram is shown as its source"
    reader.context.notes.append(notes.degraded("diagram.source", note, reader.where))
    return (Code(text, language, folded=True, title=f"Diagram ({language})", where=reader.where),)


def diagram_chunk(language: str, text: str, reader: BlockReader) -> Blocks:
    """A chunk that is a diagram: its caption and label stay with it."""
    options, source = option_lines(text)
    look = look_of(options)
    made = diagram(language, source, reader)
    if not (look.captions or look.label):
        return made
    caption = _line(look.captions[0] if look.captions else "", reader)
    return (Figure(made, caption, look.label, "figure", reader.where, bool(prefix_of(look.label))),)


def chunk(language: str, header: str, text: str, reader: BlockReader) -> Blocks:
    """A code chunk as input, with what its options say of its look, and captions of what it would have made."""
    context = reader.context
    if not context.chunk_defaults and context.header:
        context.chunk_defaults.update(document_defaults(context.header))
    options = knitr_options(header)
    own, code = option_lines(text)
    options |= own
    context.chunk_defaults.update(defaults_set_in(code) if "opts_chunk" in code else {})
    look = look_of({**context.chunk_defaults, **options})
    made = not_made(look, reader)
    if not code.strip():
        return (*taken_from(options, reader, hidden=look.hidden), *made)
    context.chunks.append(look.hidden)
    if look.hidden:
        return made
    visibility: Visibility = look.visibility or ("show" if is_true(options.get("echo", "")) else "")
    input_ = Code(
        code,
        language,
        "input",
        visibility == "fold",
        look.title,
        _line(look.listing, reader),
        reader.where,
        visibility,
        look.listing_label or (look.label if prefix_of(look.label) == "lst" else ""),
    )
    return (input_, *made)


def not_made(look: Look, reader: BlockReader) -> Blocks:
    """The captions of figures and tables that a chunk makes when it is run: they keep number and label."""
    captions = look.captions
    prefix = prefix_of(look.label)
    if not captions and prefix not in {"fig", "tbl"}:
        return ()
    kind: Literal["figure", "table"] = "table" if look.kind == "table" or prefix == "tbl" else "figure"
    text = f"{kind} of a chunk that was not run"
    reader.context.notes.append(
        notes.missing("chunk.figure", f"{text}: {captions[0]:.100}" if captions else text, reader.where)
    )
    label, numbered = look.label, bool(prefix) or reader.context.flavor != "pandoc"
    if label and not prefix and not numbered:
        label = f"{'tab' if kind == 'table' else 'fig'}:{label}"  # bookdown's name for what a chunk makes
    words = Paragraph((Span(f"[{kind}: its code was not run]", frozenset({Mark.EM})),), where=reader.where)

    def figure(blocks: Blocks, caption: str, number: int) -> Figure:
        own = f"{label}-{number}" if number and label else label
        return Figure(blocks, _line(caption, reader), own, kind, reader.where, numbered)

    if len(captions) > 1 and not look.subcaptions:
        return tuple(figure((words,), each, number) for number, each in enumerate(captions, 1))
    parts: Blocks = tuple(figure((words,), each, number) for number, each in enumerate(look.subcaptions, 1))
    return (figure(parts or (words,), captions[0] if captions else "", 0),)


def _line(text: str, reader: BlockReader) -> Inlines:
    """A caption's Markdown as one line."""
    if not text:
        return ()
    blocks = reader.inner(re.sub(r"^\(\\?#[\w:\-]+\)\s*", "", text), 0)
    if not blocks or not all(isinstance(block, Paragraph) for block in blocks):
        return plain(text)
    lines = (((LineBreak(),) if number else ()) + block.content for number, block in enumerate(blocks))  # type: ignore[union-attr]
    return tuple(inline for line in lines for inline in line)


def code_cell(language: str, text: str, reader: BlockReader) -> Blocks:
    """A MyST code cell; tags hide it."""
    from converters.readers.directive_parts import options_and_body

    options, code, _ = options_and_body(text)
    own, code = option_lines(code)
    tags = re.findall(r"[\w.\-]+", str(options.get("tags", own.get("tags", ""))))
    if not code.strip():
        return ()
    cell = {"cell_type": "code", "metadata": {**options, "tags": tags}}
    wish = cell_options(cell, "", reader.context.options)
    hidden = wish.remove or wish.code == "omit" or is_false(own.get("echo", True))
    reader.context.chunks.append(hidden)
    made = () if wish.remove or wish.outputs == "omit" else _cell_figure(options, own, reader)
    if hidden:
        return made
    folded = wish.fold or wish.code == "fold"
    visibility: Visibility = "fold" if folded else wish.code or look_of(own).visibility
    title = str(options.get("name") or "") if "caption" in options else ""
    return (
        Code(code, language.split(maxsplit=1)[0], "input", folded, title, where=reader.where, visibility=visibility),
        *made,
    )


def _cell_figure(options: dict[str, object], own: dict[str, object], reader: BlockReader) -> Blocks:
    """The figure that a cell would make, as ``mystnb``, MyST's or Quarto's options name it."""
    mystnb = options.get("mystnb")
    inner = mystnb.get("figure") if isinstance(mystnb, dict) else None
    found: dict[str, object] = dict(inner) if isinstance(inner, dict) else {}
    caption = found.get("caption") or options.get("caption") or own.get("fig-cap") or ""
    label = found.get("name") or options.get("label") or own.get("label") or ""
    if not caption:
        return ()
    return not_made(look_of({"fig-cap": str(caption), "label": str(label)}), reader)
