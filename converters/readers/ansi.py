r"""Terminal output → the text that a person saw: control characters act as they do on a terminal.

``\r``, ``\b``, cursor moves and erasing are carried out; colours (SGR), titles and hyperlinks (OSC) and other
control sequences leave no trace; the text of a hyperlink stays. A terminal's height and width are not known, so
moves reach only what this text has printed, and "clear screen" clears nothing: no text is lost by it.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x9b]")
"""Anything that isn't text, tab or line feed."""

_QUIET = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC: window titles, hyperlinks (their text stands between two of them)
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-9:;<=>?]*[ -/]*m"  # SGR: colours and weights
    r"|\x1b[ -/]+[0-~]"  # character sets
    r"|[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]"  # NUL, BEL and others that move nothing
)
_TOKEN = re.compile(
    r"(?P<text>[^\n\r\x08\x0b\x0c\x1b\x9b]+)"
    r"|(?P<csi>(?:\x1b\[|\x9b)(?P<args>[0-9:;<=>?]*)[ -/]*(?P<final>[@-~]))"
    r"|(?P<other>\x1b[0-Z\\-~]?|.)",
    re.DOTALL,
)
_SPACE_MAX = 500
"""Columns that a cursor may run ahead of the text: a bound on memory, wider than any terminal in use."""


def resolve(text: str) -> str:
    """The text as it stood on the terminal in the end; unchanged (the same object) where nothing controls it."""
    if _CONTROL.search(text) is None:
        return text
    text = _QUIET.sub("", text.replace("\r\n", "\n"))
    if _CONTROL.search(text) is None:
        return text
    screen = _Screen()
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "text":
            screen.write(match["text"])
        elif match["csi"]:
            screen.sequence(match["final"], match["args"])
        else:
            screen.control(match["other"])
    return screen.text()


class _Screen:
    """Lines of characters and a cursor."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.row = 0
        self.column = 0

    def write(self, text: str) -> None:
        line = self.lines[self.row]
        if self.column > len(line):
            line.extend(" " * (self.column - len(line)))
        line[self.column : self.column + len(text)] = text
        self.column += len(text)

    def control(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char in "\n\v\f":
            self.down(1)
            self.column = 0

    def down(self, count: int) -> None:
        self.row += count
        while len(self.lines) <= self.row:
            self.lines.append([])

    def sequence(self, final: str, args: str) -> None:
        """Carry out one CSI sequence; those that a report has no use for do nothing."""
        count = int(args) if args.isdigit() and len(args) < 5 else 0
        line = self.lines[self.row]
        if final == "K":
            self.erase(line, count)
        elif final == "J" and count == 0:
            del line[self.column :]
            del self.lines[self.row + 1 :]
        elif final in "AF":
            self.row = max(0, self.row - max(1, count))
        elif final in "BE":
            self.down(min(max(1, count), len(self.lines) - 1 - self.row))
        elif final == "C":
            self.column = min(self.column + max(1, count), len(line) + _SPACE_MAX)
        elif final == "D":
            self.column = max(0, self.column - max(1, count))
        elif final == "G":
            self.column = min(max(1, count) - 1, len(line) + _SPACE_MAX)
        if final in "EF":
            self.column = 0

    def erase(self, line: list[str], how: int) -> None:
        """Erase in line: 0 to its end, 1 from its start, 2 all of it."""
        if how == 0:
            del line[self.column :]
        elif how == 1:
            line[: self.column] = " " * min(self.column, len(line))
        else:
            line.clear()

    def text(self) -> str:
        return "\n".join("".join(line).rstrip(" ") if " " in line[-1:] else "".join(line) for line in self.lines)
