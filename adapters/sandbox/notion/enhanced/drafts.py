"""Blocks read from a text, before they are stored, and the spelling of colours and attributes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from adapters.sandbox.notion.errors import creation_failed
from adapters.sandbox.notion.store import Node
from adapters.sandbox.notion.tables import COLORS

ATTRIBUTES = r'(?: +[A-Za-z-]+="[^"]*")*'
_ATTRIBUTE = re.compile(r'([A-Za-z-]+)="([^"]*)"')


@dataclass(slots=True)
class Draft:
    """A block of a text: its type, its request value without ``children``, what stands in it, its first line (from 0).

    ``line`` is -1 where the block has no line of its own. Child pages and databases have the type ``page`` or
    ``database`` and the value ``{"id"}``. ``node`` is the stored block that this line was made from, if there is one.
    """

    kind: str
    value: dict[str, Any]
    children: list[Draft] = field(default_factory=list)
    line: int = -1
    node: Node | None = None

    @property
    def key(self) -> str:
        """Equal for blocks that say the same, whatever is in them."""
        return json.dumps([self.kind, self.value], ensure_ascii=False, sort_keys=True)

    @property
    def slot(self) -> tuple[str, int]:
        """Equal for blocks one of which can become the other by an update: same type, and tables of one width."""
        return self.kind, int(self.value.get("table_width", 0))


def attributes(text: str) -> dict[str, str]:
    """``a="1" b="2"`` as a dict."""
    return dict(_ATTRIBUTE.findall(text))


def color_of(name: str) -> str:
    """The API's name of a colour (``blue_bg`` is ``blue_background``). Raises the 400 for unknown ones."""
    known = name[: -len("bg")] + "background" if name.endswith("_bg") else name
    if known not in COLORS:
        raise creation_failed(f"Invalid color: {name}")
    return known


def color_name(color: str) -> str:
    """The text's name of an API colour; empty for the default ones."""
    return "" if color.startswith("default") else color.replace("_background", "_bg")
