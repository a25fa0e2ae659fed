"""Scripts of Sphinx-Gallery and MkDocs-Gallery: a docstring with a title, then text in comments below ``# %%`` or ``####``.

Source: Sphinx-Gallery, "Structuring Python scripts for Sphinx-Gallery".
"""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from converters.readers.rst import RstReader

_DOCSTRING: Final = re.compile(
    r"(?:[ \t]*(?:#[^\n]*)?\n)*([rR]?)(\"\"\"|''')(.*?)\2[ \t]*+;?[ \t]*+(?:\n|\Z)", re.DOTALL
)
_RST_TITLE: Final = re.compile(
    r"\s*+(?:\.\.[^\n]*+\n\s*+)*+(?:([=\-~#*^\"'+])\1{2,}+[ \t]*+\n)?(?=[^\n]*\w)[^\n]*+\n"
    r"([=\-~#*^\"'+])\2{2,}+[ \t]*+(?:\n|\Z)"
)
_RST_SIGN: Final = re.compile(r"(?<!`)``(?!`)|:[a-z][\w:]{0,60}:`|^\.\. |`__?(?!\w)|::$", re.MULTILINE)
_MARKDOWN_SIGN: Final = re.compile(r"\]\(|^```|^\$\$|^#{1,6} ", re.MULTILINE)
_MARKDOWN_TITLE: Final = re.compile(r"\s*# \S")
_BLOCK: Final = re.compile(r"^(?:#{20,}[^\n]*|# ?%%([^\n]*))\n((?:#[^\n]*(?:\n|\Z))*)", re.MULTILINE)
_CELL_TYPE: Final = re.compile(r"^# ?%%[^\n]*\[(?:markdown|md|raw)\]", re.MULTILINE)
_SETTING: Final = re.compile(r"^[ \t]*# ?(?:sphinx|mkdocs)_gallery_[a-z_]+[ \t]*=[^\n]*\n?", re.MULTILINE)
_IGNORED: Final = re.compile(
    r"^[ \t]*# ?(?:sphinx|mkdocs)_gallery_start_ignore.*?(?:^[ \t]*# ?(?:sphinx|mkdocs)_gallery_end_ignore[^\n]*\n?|\Z)",
    re.MULTILINE | re.DOTALL,
)


def gallery_cells(text: str) -> list[dict[str, Any]]:
    """The cells of a script for a gallery, as nbformat 4 has them; none where it is no such script."""
    opening = _DOCSTRING.match(text)
    if opening is None or _CELL_TYPE.search(text):
        return []
    words = _docstring(opening)
    underlined = _RST_TITLE.match(words) is not None  # both languages have such titles
    if not underlined and not _MARKDOWN_TITLE.match(words):
        return []
    parts: list[tuple[str, str]] = [("markdown", words)]
    position = opening.end()
    for block in _BLOCK.finditer(text, position):
        parts.append(("code", text[position : block.start()]))
        said = "\n".join(re.sub(r"^# ?", "", line) for line in block[2].split("\n"))
        label = (block[1] or "").strip()
        parts.append(("markdown", f"**{label}**\n\n{said}" if label else said))
        position = block.end()
    parts.append(("code", text[position:]))
    texts = [part for kind, part in parts if kind == "markdown"]
    all_text = "\n".join(texts)
    rst = underlined and len(_RST_SIGN.findall(all_text)) >= len(_MARKDOWN_SIGN.findall(all_text))
    reader = RstReader(texts) if rst else None
    cells = []
    for kind, part in parts:
        if kind == "code":
            source = _SETTING.sub("", _IGNORED.sub("", part)).strip("\n")
        else:
            source = reader.markdown(part) if reader else part.strip("\n")
        if source.strip():
            cell = {"cell_type": kind, "source": source, "metadata": {}}
            cells.append({**cell, "outputs": []} if kind == "code" else cell)
    return cells


def _docstring(match: re.Match[str]) -> str:
    """What Python makes of the docstring's escapes; as written where it refuses them."""
    if match[1]:
        return match[3]
    try:
        value = ast.literal_eval(f"{match[2]}{match[3]}{match[2]}")
    except (ValueError, SyntaxError):
        return match[3]
    return value if isinstance(value, str) else match[3]
