"""Block tokens of markdown-it → blocks: one pass, an explicit stack, so that depth can't break it."""

from __future__ import annotations

import msgspec
from markdown_it.token import Token

from converters import notes
from converters.build import cell_of, strip
from converters.model import (
    Blocks,
    Cell,
    Code,
    Definition,
    DefinitionList,
    Footnote,
    Footnotes,
    ListItem,
    Paragraph,
    Where,
)
from converters.readers.boxes import box, callout, html_box, quoted
from converters.readers.boxes import line_of as text_line
from converters.readers.context import MAX_DEPTH, MarkdownContext
from converters.readers.frames import Frame, add_row, admonition, cells_left_out, list_block, table
from converters.readers.inline_tags import makes_blocks
from converters.readers.inlines import InlineReader
from converters.readers.leaves import captioned, heading, leaf, only_words
from converters.readers.markdown_html import html_block, html_line
from converters.readers.myst_blocks import Break, in_cells
from converters.readers.outline import Part, outline
from converters.readers.pandoc_tables import DASHES
from converters.readers.paragraphs import line_of, one_line, paragraphs
from converters.readers.plain_parts import plain_part
from converters.readers.quick import quick_blocks
from converters.readers.settle import settled
from converters.readers.style import declarations

_FLATTENED = frozenset({"blockquote", "list_item", "div", "alert", "admonition"})


class BlockReader:
    """One text, or the text inside a directive."""

    def __init__(
        self,
        context: MarkdownContext,
        depth: int = 0,
    ) -> None:
        self.context = context
        self.stack = [Frame("document")]
        self.notes: list[Footnote] = []
        self.depth = depth
        self.deep = False
        self.source: list[str] = []
        self.line = 0
        """Lines above the part that is read."""
        self.where: Where | None = context.where
        self.breaks: list[Break] = []

    def document(self, text: str) -> Blocks:
        """All blocks of the text, its footnotes last."""
        blocks = self.blocks(text)
        while self.context.inline_notes:
            label, words = self.context.inline_notes.pop(0)
            self.notes.append(Footnote(label, self.context.note_number(label), self.inner(words, 0)))
        return (*blocks, Footnotes(tuple(self.notes), self.context.where)) if self.notes else blocks

    def blocks(self, text: str) -> Blocks:
        """All blocks of the text; footnotes found are in ``self.notes``."""
        from converters.readers.markdown import prepared

        text = prepared(text, self.context)
        dashed = self.context.flavor == "pandoc" and "--" in text and DASHES.search(text)
        parts = None if dashed else outline(text)
        if parts is not None:
            return settled(quick_blocks(parts, self.context, self.part), self.context.flavor)
        return settled(self.parsed(text), self.context.flavor)

    def parsed(self, text: str) -> Blocks:
        """All blocks of a prepared text, by the parser."""
        from converters.readers.markdown import parse

        tokens = parse(text, self.context)
        self.source = text.split("\n") if "|" in text else []
        if tokens is None:
            self.flattened("text nested too deep shown as it was written")
            return (Code(text, "markdown", where=self.where),)
        for token in tokens:
            if token.type == "footnote_reference_open":
                label = str(token.meta["label"])
                self.context.labels.setdefault(label, label)
        position = 0
        while position < len(tokens):
            position = self.token(tokens, position)
        while len(self.stack) > 1:
            self.pop()
        blocks = tuple(self.stack[0].blocks)
        self.stack[0].blocks = []
        breaks, self.breaks = self.breaks, []
        return in_cells(blocks, breaks, self.context) if any(each.text for each in breaks) else blocks

    def part(self, part: Part, where: Where | None) -> Blocks:
        """Blocks of a heading, of fenced code, or of a paragraph on its own or in an item, by the parser."""
        from converters.readers.markdown import parse_line

        kind, line, text, level = part
        self.where = where
        if kind == "raw":
            blocks = plain_part(text, line, where, self) if self.context.flavor == "jupyter" else None
            if blocks is None:
                self.line = line
                blocks = self.parsed(text)
                self.line = 0
            return blocks
        frame = Frame("heading" if kind == "heading" else "paragraph", None, {"level": str(level)})
        self.push(frame)
        if kind == "fence":
            info, _, code = text.partition("\n")
            leaf(Token("fence", "code", 0, content=code, info=info, map=[line, line]), kind, self)
        elif (children := parse_line(text.strip(), self.context)) is None:
            self.flattened("text nested too deep shown as it was written")
            frame.blocks.append(Code(text, "markdown", where=where))
        else:
            self.inline(children)
        self.stack.pop()
        return tuple(frame.blocks)

    def inner(self, text: str, line: int) -> Blocks:
        """Blocks of a text inside this one (a directive's body), which starts ``line`` lines further down."""
        if self.depth > MAX_DEPTH // 2:
            return (Code(text, "markdown", where=self.where),)
        context = msgspec.structs.replace(self.context, line=self.context.line + self.line + line)
        reader = BlockReader(context, self.depth + 1)
        blocks = reader.blocks(text)
        self.notes.extend(reader.notes)
        return blocks

    def token(self, tokens: list[Token], position: int) -> int:
        """The position after the token at ``position``, which is done then."""
        token = tokens[position]
        kind = token.type
        if token.map is not None and len(self.stack) == 1 and self.context.where is None:
            self.where = self.context.at(self.line + token.map[0])
        if kind == "inline":
            self.inline(token.children or [])
        elif token.nesting > 0:
            self.push(Frame(kind.removesuffix("_open"), token))
        elif token.nesting < 0:
            self.close(kind.removesuffix("_close"))
        elif kind == "html_block":
            return html_block(tokens, position, self)
        elif kind == "myst_break":
            self.begin_cell(token.content)
        else:
            if kind == "fence" and self.breaks and token.info.startswith("{code-cell"):
                self.begin_cell("")
            leaf(token, kind, self)
        return position + 1

    def begin_cell(self, text: str) -> None:
        """A cell of Markdown begins, of which ``text`` says more; only between the blocks of a text."""
        if len(self.stack) == 1 and not self.depth:
            self.breaks.append(Break(len(self.stack[0].blocks), text, self.where))

    # ------------------------------------------------------------ containers

    def push(self, frame: Frame) -> None:
        """Blocks go into ``frame`` from here on."""
        self.stack.append(frame)

    def open_html(self, name: str, attributes: dict[str, str]) -> None:
        """An HTML element around Markdown begins."""
        self.push(Frame("<" + name, None, attributes))

    def close(self, kind: str) -> None:
        """The nearest frame of this kind is done; HTML left open inside it ends with it."""
        while self.stack[-1].kind != kind and len(self.stack) > 1:
            self.pop()
        self.pop()

    def pop(self) -> None:
        """The top frame becomes a block (or a part) of the one below it."""
        if len(self.stack) == 1:
            return
        frame = self.stack.pop()
        below = self.stack[-1]
        if len(self.stack) > MAX_DEPTH and (frame.kind in _FLATTENED or frame.kind.startswith("<")):
            self.flattened(f"nesting deeper than {MAX_DEPTH} levels made flat")
            below.blocks.extend(
                (Paragraph(frame.title, where=self.where), *frame.blocks) if frame.title else frame.blocks
            )
            return
        self.finish(frame, below)

    def flattened(self, text: str) -> None:
        """One note a text about nesting that is not kept."""
        if not self.deep:
            self.deep = True
            self.context.notes.append(notes.degraded("markdown.depth", text, self.where))

    def finish(self, frame: Frame, below: Frame) -> None:  # one arm a container: a table in code
        """Puts what ``frame`` makes where it belongs."""
        blocks = tuple(frame.blocks)
        if frame.kind != "heading":
            blocks = settled(blocks, self.context.flavor)
        match frame.kind:
            case "paragraph" | "heading" | "dt" | "tbody" | "th" | "td" | "inline":
                below.blocks.extend(blocks)
            case "thead":
                below.attributes["head"] = str(len(below.items))
            case "list_item":
                checked = frame.token.meta.get("checked") if frame.token and frame.token.meta else None
                below.items.append(ListItem(blocks, checked))
            case "bullet_list" | "ordered_list":
                below.blocks.extend(list_block(frame, self.where))
            case "blockquote":
                below.blocks.append(quoted(blocks, self.where))
            case "alert":
                below.blocks.append(callout(str(frame.token.meta["kind"]), (), blocks, self.where))  # type: ignore[union-attr]
            case "admonition":
                below.blocks.append(admonition(frame, self.where))
            case "alert_title":
                pass
            case "admonition_title":
                below.title = frame.title
            case "tr":
                add_row(frame, self.stack)
            case "table":
                below.blocks.append(table(frame, self.where))
                cells_left_out(frame, self)
            case "dd":
                last = below.items.pop() if below.items else Definition((), ())
                below.items.append(Definition(last.term, (*last.blocks, *blocks)))
            case "dl":
                below.blocks.append(DefinitionList(tuple(frame.items), self.where))
            case "footnote_reference":
                label = self.context.labels[str(frame.token.meta["label"])] if frame.token else ""
                self.notes.append(Footnote(label, self.context.note_number(label), blocks))
            case "div":
                info = frame.token.info if frame.token else ""
                below.blocks.extend(box(info, blocks, self))
            case _:
                self.html_frame(frame, below)

    def html_frame(self, frame: Frame, below: Frame) -> None:
        """An HTML element around Markdown."""
        name = frame.kind.removeprefix("<")
        if name == "summary":
            below.title = strip(inline for block in frame.blocks for inline in line_of(block, self.context))
        else:
            below.blocks.extend(html_box(name, frame.attributes, frame.title, tuple(frame.blocks), self.where))

    # ------------------------------------------------------------ leaves

    def inline(self, children: list[Token]) -> None:
        """The text of the innermost open container."""
        frame = self.stack[-1]
        if (
            len(children) == 1
            and (first := children[0]).type == "text"
            and frame.kind == "paragraph"
            and "][" not in first.content
        ):
            frame.blocks.extend(only_words(first.content, self.where, self.context.flavor))
            return
        if frame.kind in {"paragraph", "th", "td"} and makes_blocks(children):
            found = html_line(children, self.context, self.where)
            if frame.kind == "paragraph":
                frame.blocks.extend(found)
            else:
                self.cell(frame, cell_of(found))
            return
        reader = InlineReader(self.context, self.where)
        pieces = reader.read(children)
        if frame.kind == "heading":
            level = int(frame.token.tag[1] if frame.token else frame.attributes["level"])
            frame.blocks.extend(heading(level, one_line(pieces, self.context), self.where, self.context.flavor))
        elif frame.kind in {"th", "td"}:
            self.cell(frame, Cell(one_line(pieces, self.context)))
        elif frame.kind == "dt":
            self.stack[-2].items.append(Definition(one_line(pieces, self.context), ()))
        elif frame.kind in {"alert_title", "admonition_title"}:
            frame.title = one_line(pieces, self.context)
        else:
            blocks = paragraphs(pieces, self.context)
            words = text_line(reader.figure["fig-cap"], self) if reader.figure.get("fig-cap") else reader.caption
            frame.blocks.extend(
                captioned(block, self.where, self.context.flavor, reader.figure, words) for block in blocks
            )

    def cell(self, frame: Frame, cell: Cell) -> None:
        """A table cell of the row below."""
        align = declarations(str(frame.token.attrs.get("style", ""))).get("text-align") if frame.token else None
        header = frame.kind == "th"
        self.stack[-2].items.append(Cell(cell.content, cell.blocks, header, align=align))  # type: ignore[arg-type]
