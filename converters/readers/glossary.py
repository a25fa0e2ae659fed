"""MyST's glossaries: terms with a label each, so that ``{term}`` finds them."""

from __future__ import annotations

from converters.build import text_of
from converters.model import Anchor, Blocks, Definition, DefinitionList, Where


def term_label(term: str) -> str:
    """The label of a glossary's term."""
    return "term-" + "-".join(term.lower().split())


def read_glossary(text: str, line: int, reader: object, where: Where | None) -> Blocks:
    """The terms of a glossary: each a line, what it means indented below it (or in pandoc's way, with ``:``)."""
    from converters.readers.blocks import BlockReader

    assert isinstance(reader, BlockReader)
    if "\n:" in text:
        return tuple(
            DefinitionList(tuple(map(_labelled, block.items)), where) if isinstance(block, DefinitionList) else block
            for block in reader.inner(text, line)
        )
    items: list[Definition] = []
    terms: list[str] = []
    body: list[str] = []
    start = 0
    for number, row in enumerate([*text.split("\n"), "end"]):
        if row[:1].isspace() or not row.strip():
            if not body:
                start = number
            if terms:
                body.append(row)
            continue
        if any(each.strip() for each in body):
            items += _definitions(terms, body, reader, line + start)
            terms, body = [], []
        terms.append(row.strip())
    if terms[:-1]:
        items += _definitions(terms[:-1], body, reader, line + start)
    return (DefinitionList(tuple(items), where),) if items else ()


def _definitions(terms: list[str], body: list[str], reader: object, line: int) -> list[Definition]:
    from textwrap import dedent

    from converters.build import plain
    from converters.readers.blocks import BlockReader

    assert isinstance(reader, BlockReader)
    blocks = reader.inner(dedent("\n".join(body)).strip("\n"), line)
    return [
        _labelled(Definition(plain(term.partition(" : ")[0]), blocks if number == len(terms) else ()))
        for number, term in enumerate(terms, 1)
    ]


def _labelled(item: Definition) -> Definition:
    return Definition((Anchor(term_label(text_of(item.term))), *item.term), item.blocks)
