"""Inlines → rich text items: flat runs, equal neighbours merged, none over Notion's limits."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, assert_never
from urllib.parse import quote

from converters.model import (
    Anchor,
    AnchorLink,
    AssetLink,
    Citation,
    CrossRef,
    Date,
    FileLink,
    Href,
    ImageRef,
    Inline,
    InlineImage,
    InlineMath,
    LineBreak,
    Lozenge,
    Mark,
    Mention,
    NoteRef,
    PageLink,
    RawInline,
    Span,
)
from converters.notes import dropped, missing, security
from converters.writers.notion.colors import LOZENGES, notion_color
from converters.writers.notion.context import Context, Item
from converters.writers.notion.equations import equation
from converters.writers.notion.limits import MAX_TEXT, MAX_URL, clean, pieces
from converters.writers.notion.scripted import lowered, raised, superscript

Style = frozenset[str]
"""Names of annotations, and ``color:<name>``."""
PLAIN: Style = frozenset()

_MARKS: dict[Mark, str] = {
    Mark.STRONG: "bold",
    Mark.EM: "italic",
    Mark.STRIKE: "strikethrough",
    Mark.UNDERLINE: "underline",
    Mark.CODE: "code",
    Mark.KBD: "code",
    Mark.HIGHLIGHT: "color:yellow_background",
}
_FLAGS = ("bold", "italic", "strikethrough", "underline", "code")

_URL = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s])\S*", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


class Run(NamedTuple):
    """A run of text, or with ``raw`` an item that is complete already (equation, mention)."""

    text: str
    style: Style = PLAIN
    url: str = ""
    raw: Item | None = None


def web_url(url: str) -> str | None:
    """The address as Notion takes it (absolute http, https or mailto, ASCII, ≤ 2,000), or None."""
    text = url.strip()
    if not _URL.fullmatch(text):
        return None
    if not text.isascii() or '"' in text or "<" in text:
        text = quote(text, safe="%/:=&?~#+!$,;'@()*[]-._|")
    return text if len(text) <= MAX_URL else None


def _link(href: Href | None, context: Context) -> str:
    """The address of a link, symbolic for reports and anchors; empty (with a note) when there can be none."""
    match href:
        case None:
            return ""
        case str():
            url = web_url(href)
            if url is None:
                context.note(
                    dropped("link.address", f"link to {href[:80]!r} left out: Notion refuses it", context.where)
                )
            return url or ""
        case PageLink(key=key, anchor=anchor):
            context.reports.setdefault(key)
            if anchor:
                context.headings.setdefault((key, anchor))
            tail = f"#{quote(anchor, safe='')}" if anchor else ""
            return f"nbwiki:{quote(key, safe='')}{tail}"
        case AnchorLink(anchor=anchor):
            context.here.setdefault(anchor)
            return f"nbwiki:#{quote(anchor, safe='')}"
        case AssetLink(asset=key):
            asset = context.asset(key)
            if asset is None:
                context.note(missing("link.asset", "link to a file that the document doesn't hold", context.where))
            else:
                context.linked.setdefault(key, asset.name)
            return ""
        case FileLink(path=path):
            context.note(missing("link.file", f"link to {path} leads nowhere on the wiki; kept as text", context.where))
            return ""
        case _:
            assert_never(href)


def _span(span: Span, context: Context) -> Run:
    text = clean(span.text)
    url = _link(span.href, context) if span.href is not None else ""
    if not span.marks and not span.color and not span.background:
        return Run(text, PLAIN, url)
    style = {_MARKS[mark] for mark in span.marks if mark in _MARKS}
    if Mark.SUP in span.marks:
        text = raised(text, context)
    elif Mark.SUB in span.marks:
        text = lowered(text, context)
    if Mark.SMALL in span.marks:
        context.simpler_once("text.small", "Notion has no small text; shown in ordinary size")
    color = notion_color(span.color) if span.color else "default"
    ground = notion_color(span.background) if span.background else "default"
    if ground != "default":
        style.discard("color:yellow_background")
        style.add(f"color:{ground}_background")
    elif color != "default" and "color:yellow_background" not in style:
        style.add(f"color:{color}")
    if color != "default" and any(name.endswith("_background") for name in style):
        context.simpler_once("text.colors", "Notion shows a text colour or a background, not both; background kept")
    return Run(text, frozenset(style), url)


def _equation(tex: str, context: Context) -> Run:
    """A native equation; the LaTeX as code, with a note, where Notion would show red source text instead."""
    made = equation(tex, display=False)
    if not made.parts:
        return Run("")
    if made.fault:
        code = "math.long" if made.fault.endswith("1,000") else "math.invalid_katex"
        context.simpler(code, f"equation shown as code, Notion can't set it: {made.fault}")
        return Run(clean(" ".join(tex.split())), frozenset({"code"}))
    return Run(made.parts[0], raw={"type": "equation", "equation": {"expression": made.parts[0]}})


def _picture(image: InlineImage | ImageRef, context: Context) -> Run:
    """A picture where none can stand (a table cell, a heading): its words, leading where it does, else to itself."""
    words = image.alt or image.title or "image"
    if isinstance(image, ImageRef):
        context.note(missing("image.missing", f"picture {image.path} is not there; its text is shown", context.where))
        return Run(words, frozenset({"italic"}))
    context.simpler("image.inline", f"picture {words!r} shown as text: no picture can stand there in Notion")
    url = _link(image.href, context) or (web_url(image.url) if image.url else "") or ""
    return Run(words, frozenset({"italic"}), url)


def _raw(raw: RawInline, context: Context) -> list[Run]:
    """Rich text items from a configuration, as JSON; markup for another wiki is left out with a note."""
    if raw.format != "notion":
        context.note(dropped("raw.other", f"markup for {raw.format} left out", context.where))
        return []
    parsed = json.loads(raw.text)
    items = parsed if isinstance(parsed, list) else [parsed]
    return [Run(str(item.get("plain_text", "")), raw=item) for item in items]


def _mention(mention: Mention) -> Run:
    if _UUID.fullmatch(mention.user):
        return Run(mention.name, raw={"type": "mention", "mention": {"type": "user", "user": {"id": mention.user}}})
    return Run(clean(mention.name))


def _date(date: Date) -> Run:
    if _DAY.fullmatch(date.iso):
        return Run(date.iso, raw={"type": "mention", "mention": {"type": "date", "date": {"start": date.iso}}})
    return Run(clean(date.iso))


def runs_of(inlines: Sequence[Inline], context: Context, extra: Style = PLAIN) -> list[Run]:
    """Runs of the inlines; ``extra`` is added to each style."""
    runs: list[Run] = []
    for inline in inlines:
        if type(inline) is Span:  # most of them: no need to look through the cases
            runs.append(_span(inline, context))
            continue
        match inline:
            case Span():
                runs.append(_span(inline, context))
            case LineBreak():
                runs.append(Run("\n", runs[-1].style - {"code"} if runs and runs[-1].raw is None else PLAIN))
            case InlineMath(tex=tex):
                runs.append(_equation(tex, context))
            case InlineImage() | ImageRef():
                runs.append(_picture(inline, context))
            case NoteRef(number=number):
                runs.append(Run(superscript(number)))  # footnotes stand at the end; Notion's blocks have no anchors
            case CrossRef(label=label, source=source):  # the references transform leaves none
                runs.append(Run(clean(source or label)))
            case Citation(source=source):  # the citations transform leaves none
                runs.append(Run(clean(source)))
            case Anchor(name=name):
                context.pending.append(name)
            case Lozenge(text=text, color=color):
                runs.append(Run(f" {clean(text)} ", frozenset({"bold", f"color:{LOZENGES[color]}_background"})))
            case Mention():
                runs.append(_mention(inline))
            case Date():
                runs.append(_date(inline))
            case RawInline():
                runs.extend(_raw(inline, context))
            case _:
                assert_never(inline)
    return [run._replace(style=run.style | extra) for run in runs] if extra else runs


@functools.lru_cache(maxsize=256)
def _known_annotations(style: Style) -> dict[str, Any]:
    notes: dict[str, Any] = {flag: True for flag in _FLAGS if flag in style}
    colors = sorted(name[6:] for name in style if name.startswith("color:"))
    if colors:
        # One colour an item: a background is seen better than a text colour.
        notes["color"] = next((name for name in colors if name.endswith("_background")), colors[0])
    return notes


def _annotations(style: Style) -> dict[str, Any]:
    return _known_annotations(style).copy()  # each item's own: whoever changes one doesn't mean the others


def _item(text: str, run: Run) -> Item:
    content: dict[str, Any] = {"content": text}
    if run.url:
        content["link"] = {"url": run.url}
    item: Item = {"type": "text", "text": content}
    if run.style:
        item["annotations"] = _annotations(run.style)
    return item


def items_of(runs: Sequence[Run]) -> list[Item]:
    """Rich text items of the runs, any number of them: neighbours of one style merged, long ones cut."""
    items: list[Item] = []
    size = len(runs)
    i = 0
    while i < size:
        run = runs[i]
        i += 1
        if run.raw is not None:
            items.append({**run.raw, "annotations": _annotations(run.style)} if run.style else run.raw)
            continue
        text = run.text
        while i < size and runs[i].raw is None and (not runs[i].text or runs[i][1:3] == run[1:3]):
            text += runs[i].text
            i += 1
        if not text:
            continue
        if len(text) <= MAX_TEXT // 2:
            items.append(_item(text, run))
        else:
            items.extend(_item(piece, run) for piece in pieces(text))
    return items


def plain_item(inlines: Sequence[Inline], style: Style = PLAIN) -> list[Item] | None:
    """The item of inlines that are one plain span, as most paragraphs and cells are; None for all others."""
    only = inlines[0] if len(inlines) == 1 else None
    if type(only) is Span and not (only.href or only.marks or only.color or only.background):
        text = clean(only.text)
        if not text:
            return []
        if len(text) <= MAX_TEXT // 2:
            item: Item = {"type": "text", "text": {"content": text}}
            if style:
                item["annotations"] = _annotations(style)
            return [item]
    return None


def rich_text(inlines: Sequence[Inline], context: Context, extra: Style = PLAIN) -> list[Item]:
    """Rich text items of the inlines, any number of them (the caller spreads more than 100 over blocks)."""
    plain = plain_item(inlines, extra)
    return items_of(runs_of(inlines, context, extra)) if plain is None else plain


def text_items(text: str, style: Style = PLAIN) -> list[Item]:
    """Rich text items of plain text."""
    return items_of([Run(clean(text), style)])


def withheld(text: str, context: Context) -> None:
    """Keep a note that markup was not passed on."""
    context.note(security("raw.untrusted", text, context.where))
