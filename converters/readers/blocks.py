"""Block tokens of markdown-it → blocks: one pass, an explicit stack, so that depth can't break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from converters import notes
from converters.build import strip
from converters.model import (
    Block,
    Blocks,
    Cell,
    Code,
    Column,
    Definition,
    DefinitionList,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inline,
    Inlines,
    ListBlock,
    ListItem,
    Math,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
    Where,
)
from converters.readers.boxes import box, callout, html_box
from converters.readers.chunks import fenced
from converters.readers.context import MAX_DEPTH, MarkdownContext
from converters.readers.html import read_html
from converters.readers.html_pieces import HtmlPiece, html_pieces
from converters.readers.inlines import InlineReader, Piece
from converters.readers.paragraphs import as_inlines, paragraphs
from converters.readers.style import declarations
from converters.readers.table_shape import shaped

if TYPE_CHECKING:
    from markdown_it.token import Token

_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)</summary\s*>", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_FLATTENED = frozenset({"blockquote", "list_item", "div", "alert", "admonition"})
_HEADING_ATTRS = re.compile(r"\s*\{([^{}]*)\}\s*$")


class Frame:
    """An open container: what stands in it so far. ``items`` are parts that are no blocks (items, rows, cells)."""

    __slots__ = ("attributes", "blocks", "items", "kind", "title", "token")

    def __init__(self, kind: str, token: Token | None = None, attributes: dict[str, str] | None = None) -> None:
        self.kind = kind
        self.token = token
        self.attributes = attributes or {}
        self.blocks: list[Block] = []
        self.items: list[Any] = []
        self.title: Inlines = ()


class BlockReader:
    """One text. ``parse`` is the parser, for the texts inside directives."""

    def __init__(
        self,
        context: MarkdownContext,
        parse: Callable[[str, MarkdownContext], list[Token] | None],
        depth: int = 0,
    ) -> None:
        self.context = context
        self.parse = parse
        self.stack = [Frame("document")]
        self.notes: list[Footnote] = []
        self.depth = depth
        self.deep = False
        self.where: Where | None = context.where

    def document(self, text: str) -> Blocks:
        """All blocks of the text, its footnotes last."""
        blocks = self.blocks(text)
        return (*blocks, Footnotes(tuple(self.notes), self.context.where)) if self.notes else blocks

    def blocks(self, text: str) -> Blocks:
        """All blocks of the text; footnotes found are in ``self.notes``."""
        tokens = self.parse(text, self.context)
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
        return tuple(self.stack[0].blocks)

    def inner(self, text: str, line: int) -> Blocks:
        """Blocks of a text inside this one (a directive's body), which starts ``line`` lines further down."""
        if self.depth > MAX_DEPTH // 2:
            return (Code(text, "markdown", where=self.where),)
        context = msgspec.structs.replace(self.context, line=self.context.line + line)
        reader = BlockReader(context, self.parse, self.depth + 1)
        blocks = reader.blocks(text)
        self.notes.extend(reader.notes)
        return blocks

    def token(self, tokens: list[Token], position: int) -> int:
        """The position after the token at ``position``, which is done then."""
        token = tokens[position]
        kind = token.type
        if token.map is not None and len(self.stack) == 1 and self.context.where is None:
            self.where = self.context.at(token.map[0])
        if kind == "inline":
            self.inline(tokens, position)
        elif token.nesting > 0:
            self.push(Frame(kind.removesuffix("_open"), token))
        elif token.nesting < 0:
            self.close(kind.removesuffix("_close"))
        elif kind == "html_block":
            return self.html(tokens, position)
        else:
            self.leaf(token, kind)
        return position + 1

    # ------------------------------------------------------------ containers

    def push(self, frame: Frame) -> None:
        """Blocks go into ``frame`` from here on."""
        self.stack.append(frame)

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
        match frame.kind:
            case "paragraph" | "heading" | "dt" | "tbody" | "th" | "td" | "inline":
                below.blocks.extend(blocks)
            case "thead":
                below.attributes["head"] = str(len(below.items))
            case "list_item":
                checked = frame.token.meta.get("checked") if frame.token and frame.token.meta else None
                below.items.append(ListItem(blocks, checked))
            case "bullet_list" | "ordered_list":
                below.blocks.extend(self.list_block(frame))
            case "blockquote":
                below.blocks.append(Quote(blocks, self.where))
            case "alert":
                below.blocks.append(callout(str(frame.token.meta["kind"]), (), blocks, self.where))  # type: ignore[union-attr]
            case "admonition":
                below.blocks.append(self.admonition(frame))
            case "alert_title":
                pass
            case "admonition_title":
                below.title = frame.title
            case "tr":
                self.row(frame)
            case "table":
                below.blocks.append(self.table(frame))
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
            below.title = strip(inline for block in frame.blocks for inline in self.line_of(block))
        else:
            below.blocks.extend(html_box(name, frame.attributes, frame.title, tuple(frame.blocks), self.where))

    def line_of(self, block: Block) -> Inlines:
        """A block as one line."""
        return block.content if isinstance(block, Paragraph | Heading) else as_inlines(block)

    def list_block(self, frame: Frame) -> Blocks:
        """A list, a task list where each item is a task; blocks left over by too deep nesting follow it."""
        items = tuple(frame.items)
        rest = tuple(frame.blocks)
        if not items:
            return rest
        if all(item.checked is not None for item in items):
            return (ListBlock("task", items, where=self.where), *rest)
        if frame.kind == "ordered_list":
            start = int(frame.token.attrs.get("start", 1)) if frame.token else 1
            return (ListBlock("ordered", items, start, self.where), *rest)
        return (ListBlock("bullet", items, where=self.where), *rest)

    def admonition(self, frame: Frame) -> Block:
        """``!!! note "Title"``, ``???`` folded."""
        token = frame.token
        name = str(token.meta.get("tag", "note")) if token else "note"
        folded = bool(token and token.markup == "???")
        return callout(name, frame.title, tuple(frame.blocks), self.where, folded=folded)

    def row(self, frame: Frame) -> None:
        """A table row goes to the table, past its head or body."""
        table = next(f for f in reversed(self.stack) if f.kind == "table")
        table.items.append(Row(tuple(frame.items)))
        if self.stack[-1].kind == "thead":
            table.attributes["head"] = str(len(table.items))

    def table(self, frame: Frame) -> Table:
        """A GFM table; a header row without any text is none."""
        rows: tuple[Row, ...] = tuple(frame.items)
        head = 1 if rows else 0
        columns = tuple(Column(cell.align) for cell in rows[0].cells) if rows else ()
        if len(rows) > 1 and not any(cell.content or cell.blocks for cell in rows[0].cells):
            rows, head = rows[1:], 0
        return shaped(Table(rows, head, columns=columns, where=self.where))

    # ------------------------------------------------------------ leaves

    def pieces(self, tokens: list[Token] | None) -> list[Piece]:
        """Pieces of a run of inline tokens."""
        return InlineReader(self.context, self.where).read(tokens or [])

    def one_line(self, pieces: list[Piece]) -> Inlines:
        """Pieces where only one line may stand."""
        line: list[Inline] = []
        for piece in pieces:
            if isinstance(piece, Math):
                line.extend(as_inlines(piece))
            elif not hasattr(piece, "kind") or isinstance(piece, Inline):
                line.append(piece)  # type: ignore[arg-type]
            else:
                line.extend(as_inlines(piece))
        return strip(line)

    def inline(self, tokens: list[Token], position: int) -> None:
        """The text of the innermost open container."""
        token, frame = tokens[position], self.stack[-1]
        pieces = self.pieces(token.children)
        if frame.kind == "heading":
            self.heading(frame, self.one_line(pieces))
        elif frame.kind in {"th", "td"}:
            self.cell(frame, self.one_line(pieces))
        elif frame.kind == "dt":
            self.stack[-2].items.append(Definition(self.one_line(pieces), ()))
        elif frame.kind in {"alert_title", "admonition_title"}:
            frame.title = self.one_line(pieces)
        else:
            found = paragraphs(pieces, self.context)
            frame.blocks.extend(self.captioned(block) for block in found)

    def captioned(self, block: Block) -> Block:
        """A block at its place; in pandoc's dialect a lone picture's description is its caption."""
        if isinstance(block, Image) and self.context.flavor == "pandoc" and block.alt and not block.caption:
            from converters.build import plain

            block = msgspec.structs.replace(block, caption=plain(block.alt))
        if self.where is not None and getattr(block, "where", None) is None:
            block = msgspec.structs.replace(block, where=self.where)
        return block

    def heading(self, frame: Frame, content: Inlines) -> None:
        """A heading, ``{#id .class}`` at its end taken as its anchor."""
        level = int(frame.token.tag[1]) if frame.token else 1
        anchor = ""
        last = content[-1] if content else None
        text = getattr(last, "text", "")
        if self.context.flavor == "pandoc" and text.endswith("}") and (match := _HEADING_ATTRS.search(text)):
            identifier = re.search(r"#([\w:.\-]+)", match[1])
            anchor = identifier[1] if identifier else ""
            kept = msgspec.structs.replace(last, text=text[: match.start()])  # type: ignore[type-var]
            content = strip((*content[:-1], kept))  # type: ignore[arg-type]
        if content:
            self.stack[-1].blocks.append(Heading(level, content, anchor, self.where))

    def cell(self, frame: Frame, content: Inlines) -> None:
        """A table cell of the row below."""
        align = declarations(str(frame.token.attrs.get("style", ""))).get("text-align") if frame.token else None
        self.stack[-2].items.append(Cell(content, header=frame.kind == "th", align=align))  # type: ignore[arg-type]

    def leaf(self, token: Token, kind: str) -> None:
        """A block without blocks inside."""
        out = self.stack[-1].blocks
        if kind == "fence":
            out.extend(fenced(token, self))
        elif kind == "code_block":
            out.append(Code(token.content.removesuffix("\n"), where=self.where))
        elif kind == "hr":
            out.append(Rule(self.where))
        elif kind in {"math_block", "math_block_label", "amsmath"}:
            label = token.info or next(iter(_LABEL.findall(token.content)), "")
            if token.content.strip():
                out.append(Math(token.content.strip(), label, where=self.where))
        elif token.content:
            out.append(Code(token.content, where=self.where))

    # ------------------------------------------------------------ HTML

    def html(self, tokens: list[Token], position: int) -> int:
        """An HTML block; the position after it, or after the table that it opens around Markdown."""
        token = tokens[position]
        pieces = html_pieces(token.content)
        if any(piece.kind == "open" and piece.text == "table" for piece in pieces):
            return self.html_table(tokens, position)
        for piece in pieces:
            self.piece(piece)
        return position + 1

    def piece(self, piece: HtmlPiece) -> None:
        """A balanced stretch of HTML, or one tag around Markdown."""
        frame = self.stack[-1]
        if piece.kind == "open":
            self.push(Frame("<" + piece.text, None, piece.attributes))
        elif piece.kind == "close":
            for position in range(len(self.stack) - 1, 0, -1):
                if not self.stack[position].kind.startswith("<"):
                    break
                if self.stack[position].kind == "<" + piece.text:
                    while len(self.stack) > position:
                        self.pop()
                    break
        else:
            text = piece.text
            if frame.kind == "<details" and (match := _SUMMARY.search(text)):
                frame.title = self.html_line(match[1])
                text = text[: match.start()] + text[match.end() :]
            frame.blocks.extend(read_html(text, self.context))

    def html_line(self, text: str) -> Inlines:
        """HTML as one line."""
        return strip(inline for block in read_html(text, self.context) for inline in self.line_of(block))

    def html_table(self, tokens: list[Token], position: int) -> int:
        """An HTML table with Markdown in its cells: the whole of it by way of HTML."""
        from converters.readers.markdown import rendered

        depth, end = 0, position
        while end < len(tokens):
            if tokens[end].type == "html_block":
                depth += len(re.findall(r"<table\b", tokens[end].content, re.IGNORECASE))
                depth -= len(re.findall(r"</table\b", tokens[end].content, re.IGNORECASE))
                if depth <= 0:
                    break
            end += 1
        html = rendered(tokens[position : end + 1], self.context)
        self.stack[-1].blocks.extend(read_html(html, self.context))
        return end + 1
