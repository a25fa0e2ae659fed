"""Quarto, R Markdown and MyST to the letter: cases (title . input . expected) through reading and cross-references."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import model as m
from converters.build import text_of
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms import Context
from converters.transforms.citations import citations
from converters.transforms.headings import headings
from converters.transforms.other_cells import other_cells
from converters.transforms.references import references
from converters.walk import present
from converters.writers import write

CASES = Path(__file__).parent.parent / "cases" / "dialects"
SUFFIXES = {"quarto": ".qmd", "rmarkdown": ".Rmd", "myst": ".md"}


def inline(each):
    if isinstance(each, m.Span):
        text = each.text
        for mark in sorted(each.marks):
            text = f"{mark.value}({text})"
        link = each.href
        if isinstance(link, m.FileLink):
            link = f"file:{link.path}" + (f"#{link.anchor}" if link.anchor else "")
        elif isinstance(link, m.AnchorLink):
            link = f"#{link.anchor}"
        return f"[{text}]<{link}>" if link else text
    if isinstance(each, m.Anchor):
        return f"<a {each.name}>"
    if isinstance(each, m.NoteRef):
        return f"note({each.number})"
    if isinstance(each, m.InlineMath):
        return f"math({each.tex})"
    return {m.LineBreak: "\\"}.get(type(each), type(each).__name__)


def line(inlines):
    return "".join(map(inline, inlines))


def named(block):
    return f" #{block.label}" if block.label else ""


def show(blocks, indent=""):  # one arm a block
    out = []
    for b in blocks:
        head, inner = type(b).__name__, []
        match b:
            case m.Heading():
                head = f"h{b.level} {line(b.content)}" + "".join(f" <{alias}>" for alias in b.aliases)
            case m.Paragraph():
                head = f"p {line(b.content)}"
            case m.Code():
                look = b.visibility + ("folded" if b.folded else "") + (f" {b.title!r}" if b.title else "")
                head = f"code[{b.language}]{named(b)} {look} {b.text!r} {line(b.caption)}"
            case m.Math():
                head = f"Math{named(b)} {b.tex!r} ({b.number})"
            case m.Image():
                head = f"Image{named(b)} {b.ref.path if b.ref else b.url} {b.alt!r} {line(b.caption)}"
            case m.Figure():
                head, inner = f"Figure {b.kind}{named(b)} {line(b.caption)}", b.blocks
            case m.Table():
                head = f"Table {b.header_rows}+{b.header_columns}{named(b)} {line(b.caption)}"
            case m.Callout():
                head = f"Callout {b.kind}{named(b)} {line(b.title)}" + (" folded" if b.folded else "")
                inner = b.blocks
            case m.Toggle():
                head, inner = f"Toggle {line(b.title)}" + (" open" if b.open else ""), b.blocks
            case m.Section():
                head, inner = f"Section {b.role}", b.blocks
            case m.Embed():
                head = f"Embed {b.kind} {b.url} {b.title}"
            case m.Quote():
                inner = b.blocks
        out.append(f"{indent}{head.rstrip()}")
        out += show(inner, indent + "  ")
        match b:
            case m.Columns():
                out[-1] += f" {b.ratios}" if b.ratios else ""
                for column in b.columns:
                    out += [f"{indent} |", *show(column, indent + "  ")]
            case m.Tabs():
                for tab in b.tabs:
                    out += [f"{indent} tab {tab.title}", *show(tab.blocks, indent + "  ")]
            case m.ListBlock():
                out[-1] = f"{indent}{b.kind} {b.start}"
                for item in b.items:
                    out += show(item.blocks, indent + "  ")
            case m.Table():
                for row in b.rows:
                    out.append(
                        indent + "  " + " | ".join(line(c.content) or "/".join(show(c.blocks)) for c in row.cells)
                    )
            case m.DefinitionList():
                for item in b.items:
                    out += [f"{indent} term {line(item.term)}", *show(item.blocks, indent + "  ")]
            case m.Footnotes():
                for item in b.items:
                    out += [f"{indent} {item.number}", *show(item.blocks, indent + "  ")]
    return out


def cases():
    for path in sorted(CASES.glob("*.md")):
        parts = path.read_text("utf-8").split("\n.\n")
        for number in range(0, len(parts) - 2, 3):
            title = parts[number].strip()
            yield pytest.param(path.stem, parts[number + 1], parts[number + 2], id=f"{path.stem}-{title}")


def made(dialect, text):
    found = read(Source("x" + SUFFIXES[dialect], text.encode()), ReadOptions())
    context = Context(options=TransformOptions(), files=NoFiles(), notes=list(found.notes))
    document = citations(other_cells(found.document, context), context)
    document = references(headings(document, context), context)
    return document, [note for note in context.notes if note.code != "code.not-executed"]


@pytest.mark.parametrize(("dialect", "text", "expected"), list(cases()))
def test_case(dialect, text, expected):
    document, notes = made(dialect, text)
    assert "\n".join(show(document.blocks) + [f"! {note.code}" for note in notes]) == expected


def test_every_reference_is_a_link_after_the_transform():
    for case in cases():
        document, _ = made(*case.values[:2])
        assert m.CrossRef not in present(document.blocks)


def test_a_caption_keeps_its_words():
    document, _ = made("quarto", "::: {#fig-a}\n![](a.png)\n\nOne *two* [three](https://x.org)\n:::\n")
    assert text_of(document.blocks[0].caption) == "Figure 1: One two three"


LINES = sorted({each for case in cases() for each in case.values[1].split("\n")})


@given(st.lists(st.sampled_from(LINES), max_size=25), st.sampled_from(sorted(SUFFIXES)))
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_any_order_of_lines_is_read_and_leaves_no_reference(lines, dialect):
    document, _ = made(dialect, "\n".join(["text", *lines]))
    assert m.CrossRef not in present(document.blocks)
    for target in ("confluence", "notion"):
        write(document, target, WriteOptions(flavor="cloud" if target == "confluence" else "notion"))
