"""Notion's limits on one object, and how text is cut to keep them.

Lengths are counted in UTF-16 units: the documentation doesn't say which unit holds, and this is the strictest.
Source: developers.notion.com/reference/request-limits.
"""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 2000
"""UTF-16 units of one rich text item."""
MAX_ITEMS = 100
"""Rich text items of one array."""
MAX_EQUATION = 1000
MAX_URL = 2000
MAX_COLUMNS = 100
"""Cells of a table row: the limit of any array."""
MAX_BLOCK_BYTES = 300_000
"""JSON bytes of one block's rich text: a request takes 500 KB in all, and the block needs a place in it."""
MAX_CODE = 180_000
"""UTF-16 units of one code block: 100 items of 2,000, less what grapheme-safe cuts leave unused."""
MAX_INLINE_IMAGE_BYTES = 5 * 1024 * 1024
"""Larger pictures are shown as an error in the app (Notion help, "Images, files and media"); they become files."""

_BACK_OFF = 40  # characters; longer clusters are pathological and are cut
_JOINER = "\u200d"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without control characters and lone surrogates, which JSON or Notion refuse."""
    if text.isascii() and text.isprintable():  # one line of ASCII, as most texts are
        return text
    return _FORBIDDEN.sub("", text) if _FORBIDDEN.search(text) else text


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(map("\uffff".__lt__, text))


def _continues(before: str, char: str) -> bool:
    """Whether ``char`` belongs to the same user-perceived character as ``before``."""
    if char.isascii():
        return char == "\n" and before == "\r"
    if _JOINER in (char, before) or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0020" <= char <= "\U000e007f":
        return True
    return unicodedata.category(char)[0] == "M"


def _flag_split(text: str, end: int) -> bool:
    """Whether a cut at ``end`` divides a flag, which is a pair of regional indicators."""
    run = end
    while run > 0 and "\U0001f1e6" <= text[run - 1] <= "\U0001f1ff":
        run -= 1
    return (end - run) % 2 == 1 and end < len(text) and "\U0001f1e6" <= text[end] <= "\U0001f1ff"


def cut(text: str, start: int, limit: int) -> int:
    """Where a piece that begins at ``start`` and takes at most ``limit`` UTF-16 units ends.

    Never inside a surrogate pair (Python has none), and not inside a grapheme of ordinary length.
    """
    end = min(start + limit, len(text))
    if not text.isascii():
        used = end - start + sum(map("\uffff".__lt__, text[start:end]))
        while used > limit:
            end -= 1
            used -= 2 if text[end] > "\uffff" else 1
    if end >= len(text):
        return end
    back = end
    while back > start + 1 and end - back < _BACK_OFF:
        if not _continues(text[back - 1], text[back]) and not _flag_split(text, back):
            return back
        back -= 1
    return end


def pieces(text: str, limit: int = MAX_TEXT) -> list[str]:
    """The text in pieces of at most ``limit`` UTF-16 units."""
    if len(text) <= limit and (text.isascii() or units(text) <= limit):
        return [text] if text else []
    found = []
    start = 0
    while start < len(text):
        end = cut(text, start, limit)
        found.append(text[start:end])
        start = end
    return found


def json_bytes(text: str) -> int:
    """Bytes of the text in a JSON body: UTF-8, with quotes, backslashes and line ends escaped."""
    plain = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return plain + text.count("\n") + text.count('"') + text.count("\\") + text.count("\t") + text.count("\r")


def code_parts(text: str) -> list[str]:
    """A listing in parts that fit one code block each, cut at line ends where there are any."""
    parts = []
    start = 0
    while start < len(text):
        limit = MAX_CODE
        end = cut(text, start, limit)
        while json_bytes(text[start:end]) > MAX_BLOCK_BYTES:
            limit //= 2
            end = cut(text, start, limit)
        if end < len(text):
            line_end = text.rfind("\n", start + (end - start) // 2, end)
            end = line_end + 1 if line_end >= 0 else end
        # The line end between two blocks is shown by the blocks themselves.
        last = end >= len(text)
        parts.append(text[start:end] if last else text[start:end].removesuffix("\n"))
        start = end
    return parts or [""]
