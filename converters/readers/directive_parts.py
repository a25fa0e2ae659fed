"""A MyST directive taken apart: its name, argument, options and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import yaml

from converters.model import Blocks, Inlines, Where
from converters.readers.yaml_values import load_yaml

if TYPE_CHECKING:
    from converters.readers.blocks import BlockReader

_FIELD = re.compile(r":([\w\-]+):(?:[ \t]+(.*))?$")


class Directive(msgspec.Struct):
    """One directive. ``line`` is where its body begins, counted from the text's first line."""

    name: str
    argument: str
    options: Mapping[str, object]
    body: str
    line: int
    reader: BlockReader

    @property
    def base(self) -> str:
        """The name without its domain."""
        return self.name.rpartition(":")[2]

    @property
    def where(self) -> Where | None:
        """The directive's place."""
        return self.reader.where

    def option(self, *names: str) -> str:
        """The first of these options that is given, as text; a flag without value is empty as well."""
        for name in names:
            value = self.options.get(name)
            if value is not None and value != "":
                return ", ".join(map(str, value)) if isinstance(value, list) else str(value).strip()
        return ""

    @property
    def label(self) -> str:
        """What references name it by."""
        return self.option("label", "name")

    @property
    def classes(self) -> list[str]:
        """Its ``class`` option."""
        return re.split(r"[\s,]+", self.option("class")) if self.options.get("class") else []

    def blocks(self, text: str | None = None) -> Blocks:
        """The blocks of the body, or of a text in its place."""
        source = self.body if text is None else text
        return self.reader.inner(source, self.line) if source.strip() else ()


def options_and_body(text: str) -> tuple[dict[str, object], str, int]:
    """Options of a directive (``---`` YAML, or ``:name: value`` lines), its body, and how many lines stand before that."""
    lines = text.split("\n")
    count = 0
    while count < len(lines) and not lines[count].strip():
        count += 1
    if count < len(lines) and lines[count].strip() == "---":
        end = next((i for i, line in enumerate(lines[count + 1 :], count + 1) if line.strip() == "---"), 0)
        if end:
            return _mapping(lines[count + 1 : end]) or {}, *_rest(lines, end + 1)
    start = count
    while count < len(lines) and (_FIELD.match(lines[count]) or (count > start and lines[count].startswith(":"))):
        count += 1
    if count == start:
        return {}, text, 0
    fields = lines[start:count]
    options = _mapping([line[1:] for line in fields])
    if options is None:
        options = {match[1]: (match[2] or "").strip() for line in fields if (match := _FIELD.match(line))}
    return options, *_rest(lines, count)


def _rest(lines: list[str], start: int) -> tuple[str, int]:
    while start < len(lines) and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:]), start


def _mapping(lines: list[str]) -> dict[str, object] | None:
    """YAML lines as options; None where they are no mapping."""
    try:
        found = load_yaml("\n".join(lines))
    except yaml.YAMLError:
        return None
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else None


def line_of(text: str, own: Directive) -> Inlines:
    """A text as one line of Markdown."""
    from converters.readers import boxes

    return boxes.line_of(text, own.reader, own.line)
