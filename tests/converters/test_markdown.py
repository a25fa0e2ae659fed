"""Markdown cases (title . input . expected), and what must never happen."""

import time
from pathlib import Path

import pytest

from converters import model as m
from converters.build import text_of
from converters.readers.context import MAX_DEPTH
from converters.readers.markdown import MarkdownContext, markdown_blocks
from converters.walk import iter_blocks, iter_inlines

CASES = Path(__file__).parent.parent / "cases"


def inline(each):
    match each:
        case m.Span():
            text = each.text
            for mark in sorted(each.marks):
                text = f"{mark.value}({text})"
            link = each.href
            if isinstance(link, m.FileLink):
                link = f"file:{link.path}" + (f"#{link.anchor}" if link.anchor else "")
            elif isinstance(link, m.AnchorLink):
                link = f"#{link.anchor}"
            return f"[{text}]<{link}>" if link else text
        case m.LineBreak():
            return "\\"
        case m.InlineMath():
            return f"math({each.tex})"
        case m.ImageRef():
            return f"image({each.path}|{each.alt})"
        case m.InlineImage():
            return f"image({each.url or 'asset'}|{each.alt})"
        case m.NoteRef():
            return f"note({each.number})"
    return type(each).__name__


def line(inlines):
    return "".join(map(inline, inlines))


def show(blocks, indent=""):
    out = []
    for b in blocks:
        name = type(b).__name__
        match b:
            case m.Heading():
                out.append(f"{indent}h{b.level} {line(b.content)}")
            case m.Paragraph():
                out.append(f"{indent}p {line(b.content)}" + (f" @{b.align}" if b.align else ""))
            case m.Code():
                out.append(f"{indent}code[{b.language},{b.role}] {b.text!r}")
            case m.Math():
                out.append(f"{indent}Math {b.tex!r} {b.label}".rstrip())
            case m.Image():
                out.append(
                    f"{indent}Image {b.ref.path if b.ref else b.url or 'asset'}|{b.alt}|{line(b.caption)}|{b.width}"
                )
            case m.ListBlock():
                for item in b.items:
                    out.append(f"{indent}{b.kind} {'' if item.checked is None else item.checked}".rstrip())
                    out += show(item.blocks, indent + "  ")
            case m.Table():
                out.append(f"{indent}Table {b.header_rows}+{b.header_columns} {line(b.caption)}".rstrip())
                for row in b.rows:
                    cells = [line(c.content) or "/".join(show(c.blocks)) for c in row.cells]
                    out.append(f"{indent}  " + " | ".join(cells))
            case m.Callout() | m.Toggle():
                kind = f" {b.kind}" if isinstance(b, m.Callout) else ""
                out.append(f"{indent}{name}{kind} {line(b.title)}".rstrip())
                out += show(b.blocks, indent + "  ")
            case m.Quote():
                out.append(f"{indent}Quote")
                out += show(b.blocks, indent + "  ")
            case m.Tabs():
                for tab in b.tabs:
                    out.append(f"{indent}Tab {tab.title}")
                    out += show(tab.blocks, indent + "  ")
            case m.Footnotes():
                for note in b.items:
                    out.append(f"{indent}footnote {note.number}")
                    out += show(note.blocks, indent + "  ")
            case m.DefinitionList():
                for item in b.items:
                    out.append(f"{indent}term {line(item.term)}")
                    out += show(item.blocks, indent + "  ")
            case m.Embed():
                out.append(f"{indent}Embed {b.kind} {b.url}")
            case _:
                out.append(indent + name)
    return out


def cases():
    for path in sorted(CASES.glob("*.md")):
        parts = path.read_text("utf-8").split("\n.\n")
        # title . input . expected . title …; the first part is a heading of the file
        for number in range(0, len(parts) - 2, 3):
            title = parts[number].strip().splitlines()[-1]
            yield pytest.param(path.stem, parts[number + 1], parts[number + 2], id=f"{path.stem}-{title}")


@pytest.mark.parametrize(("name", "text", "expected"), list(cases()))
def test_case(name, text, expected):
    flavor = "pandoc" if name.startswith("pandoc") else "jupyter"
    blocks, notes = markdown_blocks(text, MarkdownContext(source="x.md", flavor=flavor))
    assert "\n".join(show(blocks) + [f"! {n.code}" for n in notes]) == expected.strip("\n")


@pytest.mark.parametrize(
    "scheme", ["javascript", "data", "file", "vbscript", "nbwiki", "JaVaScRiPt", "java\tscript", "x-any"]
)
@pytest.mark.parametrize("form", ["[t](<{}:x>)", '<a href="{}:x">t</a>', "[t]\n\n[t]: <{}:x>"])
def test_unsafe_links_keep_only_their_text(scheme, form):
    blocks, notes = markdown_blocks(form.format(scheme), MarkdownContext())
    assert not [each for each in iter_inlines(blocks) if isinstance(each, m.Span) and each.href]
    assert "t" in text_of(iter_inlines(blocks))
    assert "\t" in scheme or [note.kind for note in notes] == ["security"]


def test_attachment_with_blanks_is_found():
    context = MarkdownContext(where=m.Where(cell=1), attachments={"my image.png": "ab" * 32})
    blocks, notes = markdown_blocks("![x](attachment:my image.png)", context)
    assert blocks == (m.Image("ab" * 32, alt="x", where=m.Where(cell=1)),)
    assert notes == []


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_data_picture_becomes_an_asset():
    context = MarkdownContext(where=m.Where(cell=1))
    blocks, notes = markdown_blocks(f"![x](data:image/png;base64,{PNG})", context)
    (asset,) = context.assets.values()
    assert (asset.mime, asset.width, asset.height) == ("image/png", 1, 1)
    assert blocks == (m.Image(asset.key, alt="x", where=m.Where(cell=1)),)
    assert notes == []


@pytest.mark.parametrize(
    "unit",
    [
        "> ",
        "- ",
        "<div>",
        "<b>",
        "[",
        "![",
        "**a",
        "$",
        "\\begin{align}\n",
        ":::: {.x}\n",
        "```{note}\n",
        "<details>\n\n",
        "| a ",
    ],
)
def test_no_input_is_deep_or_slow_enough_to_break_it(unit):
    start = time.process_time()
    blocks, _ = markdown_blocks(unit * 3000 + "x", MarkdownContext())
    assert time.process_time() - start < 8

    def depth(blocks):
        return 1 + max((depth(b.blocks) for b in blocks if hasattr(b, "blocks")), default=0)

    assert depth(blocks) <= MAX_DEPTH + 3


@pytest.mark.corpus
def test_corpus_is_read_without_exceptions(corpus):
    from converters.errors import ConversionError
    from converters.options import ReadOptions, Source
    from converters.readers import read

    refused = set()
    for path in sorted(each for each in corpus.rglob("*") if each.suffix.lower() in {".md", ".rmd", ".qmd"}):
        try:
            made = read(Source(str(path.relative_to(corpus)), path.read_bytes()), ReadOptions()).document
            assert made.title
            # that file holds nothing but its title
            assert list(iter_blocks(made.blocks)) or path.name == "bad-front-matter.md", path
        except ConversionError:
            refused.add(path.name)
    assert refused == {"binary.md", "cp1252.md", "empty.md", "invalid_file_896.md"}


def test_a_numbered_equation_ends_where_it_ends():
    blocks, _ = markdown_blocks(
        "$$\np(x)\n$$ {#eq-one}\n\nWhere $x$ is.\n\n```\n$$ {#eq-two}\n```\n", MarkdownContext(flavor="pandoc")
    )
    assert [type(block) for block in blocks] == [m.Math, m.Paragraph, m.Code]
    assert (blocks[0].tex, blocks[0].label, blocks[2].text) == ("p(x)", "eq-one", "$$ {#eq-two}")


def test_an_empty_equation_is_text():
    (block,) = markdown_blocks("a $$$$ b", MarkdownContext())[0]
    assert text_of(block.content).startswith("a $$")
