"""MyST's tables: around Markdown's, as lists, as CSV."""

from __future__ import annotations

import csv
import io
import re

import msgspec

from converters import notes
from converters.build import plain
from converters.model import Block, Blocks, Cell, Code, Column, Figure, Inlines, Row, Table
from converters.readers.directive_parts import Directive, line_of
from converters.readers.quarto_divs import list_table

_MAX_CELLS = 100_000
"""Cells of a table written in the text: more are nobody's work, and each is parsed as Markdown."""


def _captioned(own: Directive, blocks: Blocks, caption: Inlines) -> Blocks:
    return (Figure(blocks, caption, own.label, "table", own.where),) if caption or own.label else blocks


def captioned_table(own: Directive) -> Blocks:
    """``{table} caption`` around a table in Markdown."""
    return _captioned(own, own.blocks(), line_of(own.argument, own))


def list_table_directive(own: Directive) -> Blocks:
    """``{list-table}``: a list of lists."""
    head, columns = _count(own.option("header-rows")), _count(own.option("stub-columns"))
    blocks = list_table(own.blocks(), head, columns, own.reader)
    return _captioned(own, tuple(_wide(block, own) for block in blocks), line_of(own.argument, own))


def csv_table(own: Directive) -> Blocks:
    """``{csv-table}``: rows of comma-separated values, each cell Markdown; a file's are not at hand here."""
    caption = line_of(own.argument, own)
    source = own.option("file", "url")
    if source and not own.body.strip():
        own.reader.context.notes.append(notes.missing("directive.csv", f"table {source:.100} is not read", own.where))
        return _captioned(own, (Code(source, where=own.where),), caption)
    delimiter = {"tab": "\t", "space": " "}.get(own.option("delim"), own.option("delim") or ",")[:1]
    quote = own.option("quote")[:1] or '"'
    header = own.option("header")
    try:
        head = list(csv.reader([header], delimiter=delimiter, quotechar=quote, skipinitialspace=True)) if header else []
        rows = list(csv.reader(io.StringIO(own.body), delimiter=delimiter, quotechar=quote, skipinitialspace=True))
    except csv.Error as error:
        own.reader.context.notes.append(notes.degraded("directive.csv", f"table shown as text: {error}", own.where))
        return _captioned(own, (Code(own.body, where=own.where),), caption)
    rows = [row for row in (*head, *rows) if row]
    header_rows = len(head) + _count(own.option("header-rows"))
    stubs = _count(own.option("stub-columns"))
    rich = sum(map(len, rows)) <= _MAX_CELLS
    made = tuple(
        Row(
            tuple(
                Cell(line_of(text, own) if rich and _marked(text) else plain(text),
                     header=number < header_rows or column < stubs)
                for column, text in enumerate(row)
            )
        )
        for number, row in enumerate(rows)
    )  # fmt: skip
    if not made:
        return ()
    return _captioned(own, (_wide(Table(made, min(header_rows, len(made)), stubs, where=own.where), own),), caption)


def _marked(text: str) -> bool:
    """Whether a cell's text may hold Markdown."""
    return not text.replace(" ", "").replace(".", "").isalnum()


def _wide(block: Block, own: Directive) -> Block:
    """A table with the widths of the directive's option."""
    if not isinstance(block, Table) or not block.rows:
        return block
    given = [float(each) for each in re.findall(r"\d{1,6}(?:\.\d+)?", own.option("widths"))]
    if len(given) != len(block.rows[0].cells) or not all(given):
        return block
    return msgspec.structs.replace(block, columns=tuple(Column(width=width) for width in given))


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else 0
