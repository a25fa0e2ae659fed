"""Code, and raw markup that is shown as code."""

from __future__ import annotations

import json

from converters.model import Code, Raw
from converters.notes import dropped
from converters.writers.notion.context import Context, Shape
from converters.writers.notion.languages import PLAIN, notion_language
from converters.writers.notion.limits import clean, code_parts, pieces
from converters.writers.notion.richtext import rich_text, text_items, withheld
from converters.writers.notion.shapes import block, one_line, text_and_children

_FOLD_TITLES = {"input": "Code", "source": "Code", "output": "Output", "log": "Log", "traceback": "Error details"}


def _language(code: Code, context: Context) -> str:
    if code.role in {"output", "log", "traceback"} and not code.language:
        return PLAIN
    language = notion_language(code.language)
    if language is None:
        context.simpler_once(
            f"code.language.{code.language[:20]}", f"Notion doesn't know the language {code.language!r}; no colours"
        )
    return language or PLAIN


def code_blocks(code: Code, context: Context) -> list[Shape]:
    """Code blocks of the text, in a toggle where it is folded; more than one where it is longer than one takes."""
    language = _language(code, context)
    title = clean(code.title)
    name = [] if code.folded or not title else text_items(title)
    words = rich_text(code.caption, context)
    caption = one_line([*name, *(text_items(" · ") if name and words else []), *words], context)
    found: list[Shape] = []
    parts = code_parts(clean(code.text.replace("\r\n", "\n")))
    for number, part in enumerate(parts):
        items = [{"type": "text", "text": {"content": piece}} for piece in pieces(part)]
        value: dict[str, object] = {"rich_text": items, "language": language}
        if caption and number == len(parts) - 1:
            value["caption"] = caption
        found.append(block("code", value))
    if not code.folded:
        return found
    return [text_and_children("toggle", text_items(title or _FOLD_TITLES[code.role]), found)]


def raw_blocks(raw: Raw, context: Context) -> list[Shape]:
    """Trusted blocks as they are; anything else as code, with a note."""
    if raw.trusted and raw.format == "notion":
        parsed = json.loads(raw.text)
        return list(parsed) if isinstance(parsed, list) else [parsed]
    if raw.trusted and raw.format == "confluence":
        context.note(dropped("raw.other", "markup for Confluence left out", raw.where))
        return []
    language = {"html": "html", "latex": "latex", "confluence": "xml", "notion": "json"}.get(raw.format, "")
    withheld(f"{raw.format} markup is shown as code: documents can't bring their own", context)
    return code_blocks(Code(raw.text, language=language), context)
