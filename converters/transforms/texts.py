"""Printed text as blocks of bounded size: what exceeds the bound is attached whole, never cut silently."""

from __future__ import annotations

from typing import Literal

from converters.model import Attachment, Block, Code, Paragraph, Span, Where
from converters.notes import degraded
from converters.transforms.context import Context

MAX_CHARS = 200_000
"""A page shows this much of one text; more makes wikis refuse the page or browsers stall. Chosen by us."""

_HEAD_LINES, _TAIL_LINES = 200, 50
_HEAD_CHARS, _TAIL_CHARS = 20_000, 5_000

Role = Literal["input", "source", "output", "log", "traceback"]


def text_blocks(  # noqa: PLR0913  (a listing has that many properties)
    text: str,
    context: Context,
    where: Where | None,
    *,
    role: Role = "output",
    folded: bool = False,
    title: str = "",
    language: str = "",
) -> tuple[Block, ...]:
    """The text as one listing, or head, tail and an attached file where it is longer than ``MAX_CHARS``."""
    text = text.rstrip("\n")
    if len(text) <= MAX_CHARS:
        return (Code(text, language, role=role, folded=folded, title=title if folded else "", where=where),)
    lines = text.split("\n")
    head = "\n".join(lines[:_HEAD_LINES])[:_HEAD_CHARS]
    tail = "\n".join(lines[-_TAIL_LINES:])[-_TAIL_CHARS:]
    kind = "application/json" if language == "json" else "text/plain"
    asset = context.add(text.encode("utf-8", "replace"), kind, "output")
    shown = f"The first {len(head):,} and the last {len(tail):,} of {len(text):,} characters"
    if len(lines) > 1:
        shown += f" ({len(lines):,} lines)"
    context.notes.append(degraded("output.long", f"{shown} are on the page; all are in the attached file", where))
    return (
        Code(head, language, role=role, folded=folded, title=title if folded else "", where=where),
        Paragraph((Span(f"{shown}. The attached file holds all of it."),), where=where),
        Code(tail, language, role=role, folded=folded, title="End of the output" if folded else "", where=where),
        Attachment(asset.key, title="Whole output", where=where),
    )
