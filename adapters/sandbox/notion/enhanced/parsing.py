"""Enhanced Markdown to blocks."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox.notion.enhanced.drafts import ATTRIBUTES, Draft, attributes, color_of
from adapters.sandbox.notion.enhanced.inline_in import id_of, literal, runs
from adapters.sandbox.notion.errors import creation_failed
from adapters.sandbox.notion.tables import LANGUAGES

_TAIL = re.compile(r'^(?P<text>.*?)(?:^|(?<=\s))\{(?P<given>[a-z]+="[^"{}]*"(?: +[a-z]+="[^"{}]*")*)\}$', re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})(?: +(.*))?$")
_TODO = re.compile(r"^[-*+] \[([ xX])\](?: +(.*))?$")
_ITEM = re.compile(r"^(?P<mark>[-*+]|\d{1,9}[.)])(?: +(?P<text>.*))?$")
_QUOTE = re.compile(r"^> ?(.*)$")
_RULE = re.compile(r"^(?:-{3,}|\*{3,}|_{3,})$")
_ONE_LINE_MATH = re.compile(r"^\$\$(.+)\$\$$")
_OPENING = re.compile(rf"^<(?P<tag>details|callout|table|columns)(?P<given>{ATTRIBUTES})>$")
_SUMMARY = re.compile(r"^<summary>(.*)</summary>$")
_MEDIA = re.compile(rf"^<(?P<tag>audio|video|file|pdf)(?P<given>{ATTRIBUTES})(?:/>|>(?P<caption>.*)</(?P=tag)>)$")
_IMAGE = re.compile(r"^!\[(?P<caption>(?:\\.|[^\]\\])*)\]\((?P<url>(?:\([^()\s]*\)|[^()\s])*)\)$")
_CHILD = re.compile(rf"^<(?P<tag>page|database)(?P<given>{ATTRIBUTES})(?:/>|>.*</(?P=tag)>)$")
_CELLS = re.compile(
    rf"(?P<row><tr{ATTRIBUTES}>)|</tr>|</?colgroup>|<col{ATTRIBUTES} ?/?>|<td{ATTRIBUTES}>(?P<cell>.*?)</td>|(?P<other>\S)"
)
_DEEPEST = 100  # levels; no limit is documented, this one keeps the sandbox standing
_PICTOGRAM = 0x203C  # the first code point of an emoji that isn't also a sign of text


def parse(text: str) -> list[Draft]:
    """The blocks of a text. Raises the 400 for tags that aren't closed and lines that stand too deep."""
    parser = _Parser(text.split("\n"))
    drafts = parser.blocks(0)
    if parser.at < len(parser.lines):
        raise creation_failed(f"Line {parser.at + 1} closes a tag that isn't open: {parser.lines[parser.at].strip()}")
    return drafts


class _Parser:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def blocks(self, depth: int) -> list[Draft]:
        """The blocks from here on, up to a line that stands less deep or closes what they are in."""
        found: list[Draft] = []
        while (text := self.peek(depth)) is not None and text not in {
            "</details>",
            "</callout>",
            "</columns>",
            "</column>",
        }:
            found.append(self.block(text, depth))
        return found

    def peek(self, depth: int) -> str | None:
        """The next line with something on it, without its tabs; None where it stands less deep or nothing is left."""
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        if self.at == len(self.lines):
            return None
        line = self.lines[self.at]
        tabs = len(line) - len(line.lstrip("\t"))
        if tabs > depth:
            raise creation_failed(
                f"Line {self.at + 1} is indented by {tabs} tabs, but at most {depth} are possible there."
            )
        return line[depth:].strip() if tabs == depth else None

    def block(self, text: str, depth: int) -> Draft:
        """The block of this line, which is not yet taken, and what stands in it."""
        line = self.at
        _check_depth(depth)
        self.at += 1
        if text.startswith("```"):
            return self.code(text, depth, line)
        if text == "$$":
            rows = self.raw(depth, "$$")
            return Draft("equation", {"expression": "\n".join(rows)}, line=line)
        opening = _OPENING.match(text)
        if opening:
            return self.container(opening["tag"], attributes(opening["given"]), depth, line)
        draft = _leaf(text) or _simple(text)
        # A line that became two blocks is not the line of the block that it was made from.
        draft.line = -1 if draft.children else line
        draft.children += self.blocks(depth + 1)
        return draft

    def raw(self, depth: int, end: str) -> list[str]:
        """The lines up to ``end`` as they stand, without the tabs of their place; up to the last line if it is missing."""
        rows: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            tabs = min(depth, len(line) - len(line.lstrip("\t")))
            self.at += 1
            if line[tabs:].rstrip() == end:
                return rows
            rows.append(line[tabs:])
        return rows

    def code(self, text: str, depth: int, line: int) -> Draft:
        name = text[3:].strip().lower()
        rows = self.raw(depth, "```")
        language = name if name in LANGUAGES else "plain text"
        return Draft("code", {"rich_text": literal("\n".join(rows)), "language": language}, line=line)

    def container(self, tag: str, given: dict[str, str], depth: int, line: int) -> Draft:
        if tag == "table":
            return self.table(given, depth, line)
        value: dict[str, Any] = {}
        if tag == "details":
            summary = _SUMMARY.match(self.peek(depth) or "")
            self.at += 1 if summary else 0
            value = {"rich_text": runs(summary[1]) if summary else [], "color": color_of(given.get("color", "default"))}
        draft = Draft({"details": "toggle", "callout": "callout", "columns": "column_list"}[tag], value, line=line)
        if tag == "columns":
            draft.children = self.columns(depth + 1)
        else:
            draft.children = self.blocks(depth + 1)
        self.close(tag, depth)
        return _callout(draft, given) if tag == "callout" else draft

    def columns(self, depth: int) -> list[Draft]:
        found: list[Draft] = []
        while (text := self.peek(depth)) is not None:
            if text != "<column>":
                raise creation_failed(f"Line {self.at + 1}: only <column> can stand in <columns>.")
            line = self.at
            self.at += 1
            found.append(Draft("column", {}, self.blocks(depth + 1), line))
            self.close("column", depth)
        if len(found) < 2:
            raise creation_failed("A column_list block takes at least two columns.")
        return found

    def table(self, given: dict[str, str], depth: int, line: int) -> Draft:
        rows: list[Draft] = []
        number, inside = self.at, self.raw(depth, "</table>")
        if self.lines[self.at - 1].strip() != "</table>":
            raise creation_failed("Missing </table>.")
        for offset, text in enumerate(inside):
            for found in _CELLS.finditer(text):
                if found["row"]:
                    rows.append(Draft("table_row", {"cells": []}, line=number + offset))
                elif found["other"] or (found["cell"] is not None and not rows):
                    raise creation_failed(f"Line {number + offset + 1} is not a part of a table: {text.strip()[:50]}")
                elif found["cell"] is not None:
                    rows[-1].value["cells"].append(runs(found["cell"].strip()))
        if not rows:
            raise creation_failed("A table block takes at least one row.")
        value = {
            "table_width": len(rows[0].value["cells"]),
            "has_column_header": given.get("header-row") == "true",
            "has_row_header": given.get("header-column") == "true",
        }
        return Draft("table", value, rows, line)

    def close(self, tag: str, depth: int) -> None:
        if self.peek(depth) != f"</{tag}>":
            raise creation_failed(f"Missing </{tag}> before line {self.at + 1}.")
        self.at += 1


def _check_depth(depth: int) -> None:
    if depth >= _DEEPEST:
        raise creation_failed(f"Blocks are nested more than {_DEEPEST} levels deep.")


def _callout(draft: Draft, given: dict[str, str]) -> Draft:
    """The callout with the text of its first paragraph, which is none of its children."""
    first = draft.children[0] if draft.children else None
    color = color_of(given.get("color", "default"))
    draft.value = {"rich_text": [], "color": color}
    icon = given.get("icon", "")
    if any(ord(char) >= _PICTOGRAM for char in icon):
        draft.value["icon"] = {"emoji": icon}
    elif icon:
        draft.value["icon"] = {"external": {"url": icon}}
    if first is not None and first.kind == "paragraph" and first.value.get("color") == "default" and not first.children:
        draft.value["rich_text"] = first.value["rich_text"]
        del draft.children[0]
    return draft


def _leaf(text: str) -> Draft | None:
    """A block that is one line and holds no blocks, if this is one."""
    if text == "<empty-block/>":
        return Draft("paragraph", {"rich_text": [], "color": "default"})
    if _RULE.match(text):
        return Draft("divider", {})
    media = _MEDIA.match(text)
    if media:
        url = attributes(media["given"]).get("src", "")
        return Draft(media["tag"], {"external": {"url": url}, "caption": runs(media["caption"] or "")})
    image = _IMAGE.match(_tail(text)[0])
    if image:
        return Draft("image", {"external": {"url": image["url"]}, "caption": runs(image["caption"])})
    child = _CHILD.match(text)
    if child:
        return Draft(child["tag"], {"id": id_of(attributes(child["given"]).get("url", ""))})
    return None


def _tail(text: str) -> tuple[str, dict[str, str]]:
    """The line without the attributes at its end, and those."""
    found = _TAIL.match(text)
    return (found["text"].rstrip(), attributes(found["given"])) if found else (text, {})


def _simple(text: str, depth: int = 0) -> Draft:
    """A block of text by its mark. A list item whose text is itself marked is empty and holds that block."""
    text, given = _tail(text)
    value: dict[str, Any] = {"color": color_of(given.get("color", "default"))}
    if heading := _HEADING.match(text):
        kind = f"heading_{min(len(heading[1]), 4)}"
        return Draft(
            kind, {"rich_text": runs(heading[2] or ""), "is_toggleable": given.get("toggle") == "true", **value}
        )
    if todo := _TODO.match(text):
        return _item("to_do", todo[2] or "", {"checked": todo[1] != " ", **value}, depth)
    if item := _ITEM.match(text):
        kind = "numbered_list_item" if item["mark"][0].isdigit() else "bulleted_list_item"
        return _item(kind, item["text"] or "", value, depth)
    if quote := _QUOTE.match(text):
        return Draft("quote", {"rich_text": runs(quote[1]), **value})
    if math := _ONE_LINE_MATH.match(text):
        return Draft("paragraph", {"rich_text": literal(math[1]), **value})
    return Draft("paragraph", {"rich_text": runs(text), **value})


def _item(kind: str, text: str, value: dict[str, Any], depth: int) -> Draft:
    _check_depth(depth)
    inner = _leaf(text) or _simple(text, depth + 1)
    if text and inner.kind != "paragraph":
        return Draft(kind, {"rich_text": [], **value}, [inner])
    return Draft(kind, {"rich_text": runs(text), **value})
