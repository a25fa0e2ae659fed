"""Attributes as pandoc, Quarto and Python-Markdown write them in braces: ``{#id .class key="value"}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

_PART = re.compile(
    r"#(?P<id>[^\s{}#.=\"']+)|(?<![\w=\"'])\.(?P<class>[\w+\-]+)"
    r"|(?P<key>[\w:.\-]+)\s*=\s*(?:\"(?P<double>(?:\\.|[^\"\\])*)\"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>[^\s{}]+))"
    r"|(?P<word>[\w+\-]+)"
)


class Attributes(msgspec.Struct, frozen=True):
    """What stands between the braces; ``words`` are names without a value."""

    id: str = ""
    classes: tuple[str, ...] = ()
    values: Mapping[str, str] = {}
    words: tuple[str, ...] = ()


def attributes_of(text: str) -> Attributes:
    """The attributes of a text with or without its braces."""
    name = ""
    classes: list[str] = []
    words: list[str] = []
    values: dict[str, str] = {}
    for match in _PART.finditer(text.strip().removeprefix("{").removesuffix("}")):
        if match["id"]:
            name = name or match["id"]
        elif match["class"]:
            classes.append(match["class"])
        elif match["key"]:
            quoted = match["double"] if match["double"] is not None else match["single"]
            values.setdefault(match["key"], match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        else:
            words.append(match["word"])
    return Attributes(name, tuple(classes), values, tuple(words))
