"""Lines of Markdown told apart: what is a heading, text or an item of a flat list, and what the parser has to look at."""

from __future__ import annotations

import re

from converters.readers.html_pieces import html_pieces
from converters.readers.myst_blocks import is_myst

_HEADING = re.compile(r"(#{1,6}) +(\S.*)$")
_BULLET = re.compile(r"([*+\-]) {1,4}(\S.*)$")
_NUMBER = re.compile(r"(\d{1,9})([.)]) {1,4}(\S.*)$")
_FENCE = re.compile(r"```([^`]*)$")
_UNDERLINE = re.compile(r"([=-])\1* *$")
_ITEM = re.compile(r"(?:[*+\-]|\d{1,9}[.)])(?: |$)")
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_OTHER_BLOCK = re.compile(r"```|~~~|:::|\+\+\+|\$\$|\\begin|[<|!?%{:~]")
_ODD_HTML = re.compile(
    r"<(?:script|pre|style|textarea)\b|<!|<\?|^ *(?:```|~~~|:::|\$\$|\\begin)", re.IGNORECASE | re.MULTILINE
)
_MAY_DEFINE = re.compile(r"^[ >*+\-\d.):~]*\[", re.MULTILINE)
"""How a line begins that may define a reference or a footnote, the colon on it or further down."""
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}) *$")
LINE_START = re.compile(
    r"[^\s#>*+\-_`~=<|\[!$\\:%{?(\d]"  # a letter, a quotation mark …
    r"|\*(?:\*[^\s*]|[^\s*])|_(?:_[^\s_]|[^\s_])|`(?!``)|!(?!!!)|\$(?!\$)|\((?!.*=\s*$)|\d(?!\d*[.)](?:\s|$))"
    r"|\[(?![ xX]\])[^\[\]^\\][^\[\]\\]*\](?!:)"
)
"""How a line begins that is text and nothing else."""

Part = tuple[str, int, str, int]
"""Kind (``heading``, ``paragraph``, ``item``, ``rule``, ``fence``: words behind it, line end, code;
``raw``: lines for the parser), line (from 0), text, a number: the heading's level; of an item -1 if
it goes on with the list above, 0 for a bullet, else one more than the number that it starts at."""


def outline(text: str) -> list[Part] | None:
    """The parts of a text in order, the last of them ``raw`` from where on they can't be told apart; None if that is
    the beginning, or anything in the text might define what a part refers to.
    """
    if "\t" in text or "\0" in text or ("]:" in text and _MAY_DEFINE.search(text)):
        return None
    found = _Outline(text.split("\n"))
    return found.parts if found.read() or (not is_myst(text) and found.rest()) else None


class _Outline:
    """Lines on their way to parts. ``state`` is what a line goes on with, empty after a blank line or a heading."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.parts: list[Part] = []
        self.state = ""
        self.marker = ""
        self.listed = False
        """Whether the last part is an item."""
        self.begin = 0
        """Where the lines begin that were looked at last for a part that the parser reads apart."""

    def read(self) -> bool:
        """Whether all lines belong to a part."""
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            words = line.lstrip(" ")
            if not words:
                self.state = ""
            elif not self.line(line, words, number):
                after = self.fence(number) or self.region(number)
                if not after:
                    return False
                self.state, self.listed = "", False
                number = after
                continue
            number += 1
        return True

    def line(self, line: str, words: str, number: int) -> bool:
        """Whether a line is a heading, a rule, an item or text, or goes on with one."""
        first = words[0]
        if words is not line and not self.state:
            return False  # indented: code, or what belongs to an item above
        if first == "#":
            match = _HEADING.match(line)
            if match is None or match[2][0] == "#":
                return False
            text = match[2].rstrip(" ")
            bare = text.rstrip(
                "#"
            )  # by hand: a pattern for blanks and signs at the end goes over long blanks again and again
            self.add("heading", number, bare.rstrip(" ") if bare.endswith(" ") else text, len(match[1]), "")
        elif not self.state and _RULE.match(line):
            self.add("rule", number, "", 0, "")
        elif item := _item(words, first):
            return words is line and self.item(item, number)
        elif self.state == "paragraph" and (match := _UNDERLINE.match(line)):
            _, start, before, _ = self.parts.pop()
            self.add("heading", start, before, 1 if match[1] == "=" else 2, "")
        elif not LINE_START.match(words):
            return False
        elif self.state:
            kind, start, before, level = self.parts[-1]
            self.parts[-1] = (kind, start, f"{before}\n{words}", level)
        else:
            self.add("paragraph", number, words, 0, "paragraph")
        return True

    def add(self, kind: str, number: int, text: str, level: int, state: str) -> None:
        """A part that is no item."""
        self.parts.append((kind, number, text, level))
        self.state, self.listed = state, False

    def item(self, item: tuple[str, int, str], number: int) -> bool:
        """Whether an item begins a flat list or goes on with one; not if it is loose or of another list."""
        kind, count, content = item
        further = self.listed and kind == self.marker
        if self.listed and (self.state == "item") != further:
            return False
        if self.state == "paragraph" and kind in ".)" and count != 2:
            return False
        if not LINE_START.match(content):
            return False
        self.parts.append(("item", number, content, -1 if further else count))
        self.state, self.marker, self.listed = "item", kind, True
        return True

    def fence(self, number: int) -> int:
        """The line behind fenced code that begins here; 0 if none does, or if it never ends."""
        opening = _FENCE.match(self.lines[number])
        if opening is None:
            return 0
        for end in range(number + 1, len(self.lines)):
            if self.lines[end].rstrip(" ") == "```":
                code = "".join(f"{line}\n" for line in self.lines[number + 1 : end])
                self.add("fence", number, f"{opening[1]}\n{code}", 0, "")
                return end + 1
        return 0

    def rest(self) -> bool:
        """Whether all lines from the last region on can be left to the parser: not if they define the words above."""
        if self.state == "paragraph":
            self.begin = self.parts.pop()[1]
        text = "\n".join(self.lines[self.begin :])
        if not self.parts or text.lstrip(" ")[0] in ":~" or ":::" in text:
            return False
        self.parts.append(("raw", self.begin, text, 0))
        return True

    def region(self, number: int) -> int:
        """The line behind lines that the parser can read apart from all others; 0 if there are none such."""
        self.begin = number
        if self.listed:  # the list as a whole
            while self.parts[-1][3] < 0:
                self.parts.pop()
            number = self.begin = self.parts.pop()[1]
            self.state = ""
            end = self.list_end(number)
        elif self.state:
            return 0
        elif _ITEM.match(self.lines[number]):
            end = self.list_end(number)
        elif self.lines[number].startswith("    "):
            end = number + 1
            while end < len(self.lines) and (self.lines[end].startswith("    ") or not self.lines[end].strip(" ")):
                end += 1
        else:
            end = self.block_end(number)
        if end:
            self.parts.append(("raw", number, "\n".join(self.lines[number:end]), 0))
        return end

    def list_end(self, number: int) -> int:
        """Where a list ends that begins here: at a line that isn't indented, below a blank one."""
        blank = False
        for end in range(number, len(self.lines)):
            line = self.lines[end]
            if not line.strip(" "):
                blank = True
            elif line[0] == " " or _ITEM.match(line):
                blank = False
            elif blank or _HEADING.match(line):
                return end
            elif _OTHER_BLOCK.match(line):
                return 0
        return len(self.lines)

    def block_end(self, number: int) -> int:
        """Where a quotation, a table, HTML or an equation ends that begins here, with a blank line below it."""
        first = self.lines[number]
        end = number
        if match := _ENVIRONMENT.match(first):
            closing = f"\\end{{{match[1]}}}"
            while end < len(self.lines) and closing not in self.lines[end]:
                end += 1
            if end == len(self.lines) or not self.lines[end].rstrip().endswith(closing):
                return 0
            end += 1
            return end if end == len(self.lines) or not self.lines[end].strip(" ") else 0
        while end < len(self.lines) and self.lines[end].strip(" "):
            words = self.lines[end].lstrip(" ")
            if first[0] not in "<$" and words[0] != first[0] and _OTHER_BLOCK.match(words):
                return 0
            if first[0] != "$" and _ITEM.match(words):
                return 0  # a list, which may go on below the blank line
            end += 1
        block = "\n".join(self.lines[number:end])
        if first[0] in ">|":
            return end
        if first.startswith("$$"):
            return end if block.count("$$") == 2 and block.rstrip().endswith("$$") else 0
        if first[0] == "<" and not _ODD_HTML.search(block) and all(p.kind == "html" for p in html_pieces(block)):
            return end
        return 0


def _item(words: str, first: str) -> tuple[str, int, str] | None:
    """Marker, number and text of a list's item."""
    if first in "*+-":
        match = _BULLET.match(words)
        return (first, 0, match[2]) if match else None
    if first.isdigit() and (match := _NUMBER.match(words)):
        return match[2], int(match[1]) + 1, match[3]
    return None
