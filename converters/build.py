"""Constructors that keep the model in its normal form: equal neighbours merged, nothing empty."""

from __future__ import annotations

from collections.abc import Iterable

from converters.model import (
    Blocks,
    Cell,
    Citation,
    Code,
    CrossRef,
    Date,
    Heading,
    ImageRef,
    Inline,
    InlineImage,
    InlineMath,
    Inlines,
    LineBreak,
    Lozenge,
    Mention,
    NoteRef,
    Paragraph,
    RawInline,
    Row,
    Span,
    Table,
    Where,
)


def spans(inlines: Iterable[Inline]) -> Inlines:
    """The same text in its one normal form: neighbours that look alike are one span, empty spans are gone."""
    result: list[Inline] = []
    for inline in inlines:
        if type(inline) is not Span:
            result.append(inline)
            continue
        if not inline.text:
            continue
        last = result[-1] if result else None
        if type(last) is Span and _alike(last, inline):
            result[-1] = Span(last.text + inline.text, last.marks, last.href, last.color, last.background)
        else:
            result.append(inline)
    return tuple(result)


def _alike(one: Span, two: Span) -> bool:
    """Whether two spans differ in nothing but their text."""
    return (
        one.marks == two.marks and one.href == two.href and one.color == two.color and one.background == two.background
    )


def strip(inlines: Iterable[Inline]) -> Inlines:
    """The same inlines in normal form, without white space or line breaks at either end."""
    items = list(inlines)
    if len(items) == 1 and type(only := items[0]) is Span:  # most lines
        text = only.text.strip()
        return (_with(only, text),) if text else ()
    items = list(spans(items))
    while items:
        last = items[-1]
        if isinstance(last, LineBreak):
            items.pop()
        elif isinstance(last, Span) and last.text != (text := last.text.rstrip()):
            items[-1:] = [Span(text, last.marks, last.href, last.color, last.background)] if text else []
        else:
            break
    while items:
        first = items[0]
        if isinstance(first, LineBreak):
            items.pop(0)
        elif isinstance(first, Span) and first.text != (text := first.text.lstrip()):
            items[:1] = [Span(text, first.marks, first.href, first.color, first.background)] if text else []
        else:
            break
    return tuple(items)


def _with(span: Span, text: str) -> Span:
    """The span with this text; itself where that is what it holds."""
    return span if span.text == text else Span(text, span.marks, span.href, span.color, span.background)


def text_of(inlines: Iterable[Inline]) -> str:
    """The inlines as plain text: alternative text for pictures, LaTeX for equations, a blank for a line break."""
    if type(inlines) is tuple and len(inlines) == 1 and type(only := inlines[0]) is Span:
        return only.text
    return "".join(map(_text, inlines))


def _text(inline: Inline) -> str:
    match inline:
        case Span(text=text) | Lozenge(text=text) | RawInline(text=text):
            return text
        case LineBreak():
            return " "
        case InlineMath(tex=tex):
            return tex
        case InlineImage(alt=alt) | ImageRef(alt=alt):
            return alt
        case Mention(name=name):
            return name
        case Date(iso=iso):
            return iso
        case NoteRef(number=number):
            return f"[{number}]"
        case CrossRef(label=label, source=source):
            return source or label
        case Citation(source=source):
            return source
        case _:
            return ""


def plain(text: str) -> Inlines:
    """Unmarked inlines that show ``text``; its line ends become line breaks."""
    result: list[Inline] = []
    for number, line in enumerate(text.splitlines()):
        if number:
            result.append(LineBreak())
        if line:
            result.append(Span(line))
    return tuple(result)


def paragraph(text: str, where: Where | None = None) -> Paragraph:
    """A paragraph of unmarked text."""
    return Paragraph(plain(text), where=where)


def heading(level: int, text: str, where: Where | None = None) -> Heading:
    """A heading of unmarked text; ``level`` is brought into 1 to 6."""
    return Heading(min(max(level, 1), 6), plain(text), where=where)


def code(text: str, language: str = "", where: Where | None = None) -> Code:
    """A listing; line ends become LF."""
    return Code(text.replace("\r\n", "\n").replace("\r", "\n"), language, where=where)


def cell(text: str, *, header: bool = False) -> Cell:
    """A table cell of unmarked text."""
    return Cell(plain(text), header=header)


def table(header: Iterable[str], rows: Iterable[Iterable[str]], where: Where | None = None) -> Table:
    """A table of unmarked text with one header row (none when ``header`` is empty)."""
    head = tuple(cell(text, header=True) for text in header)
    body = tuple(Row(tuple(cell(text) for text in row)) for row in rows)
    return Table((Row(head), *body) if head else body, header_rows=1 if head else 0, where=where)


def cell_of(blocks: Blocks, **fields: object) -> Cell:
    """A table cell that holds ``blocks``, as plain ``content`` where one paragraph says it all."""
    if not blocks:
        return Cell(**fields)  # type: ignore[arg-type]
    only = blocks[0] if len(blocks) == 1 else None
    if isinstance(only, Paragraph):
        return Cell(content=only.content, **fields)  # type: ignore[arg-type]
    return Cell(blocks=blocks, **fields)  # type: ignore[arg-type]
