"""Enhanced Markdown to rich text, as request items."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.sandbox.notion.enhanced.drafts import ATTRIBUTES, attributes, color_of
from adapters.sandbox.notion.errors import validation

_CHUNK = 1000  # characters of a run: at most 2,000 UTF-16 units, the limit of a request
_LABEL = r"(?:\\.|`[^`]*`|[^\[\]\\`])*"
_ADDRESS = r"(?:\\.|\([^()\s]*\)|[^()\s\\])*"
_TOKEN = re.compile(
    r"\\(?P<escape>[!-/:-@\[-`{-~])"
    r"|\$`(?P<equation>[^`]+)`\$"
    r"|`(?P<code>[^`]+)`"
    r"|(?P<br><br ?/?>)"
    rf"|<span(?P<span>{ATTRIBUTES})>"
    r"|(?P<close></span>)"
    rf"|<mention-(?P<mention>user|page|database|date)(?P<target>{ATTRIBUTES})(?:/>|>.*?</mention-(?P=mention)>)"
    rf"|\[(?P<label>{_LABEL})\]\((?P<url>{_ADDRESS})\)"
    r"|(?P<stars>\*+)"
    r"|(?P<tildes>~~)"
    # An address in the text is a link (probe of April 2026); what ends a sentence is not part of it.
    r"|(?P<bare>https?://[^\s<>*~`\\\[\]|\"]*[^\s<>*~`\\\[\]|\".,;:!?)])"
)
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class _Token:
    """A piece of the text: a run (``item``), or a mark that turns an annotation on or off."""

    literal: str
    item: dict[str, Any] | None = None
    turns: dict[str, Any] = field(default_factory=dict)
    ends: bool = False
    opens: bool = False
    closes: bool = False


def runs(text: str) -> list[dict[str, Any]]:
    """Request items of a text. Marks without a partner are text. Raises the 400 for addresses of no page."""
    return _split(_inside(text, {}, None))


def literal(text: str) -> list[dict[str, Any]]:
    """Request items of a text that is taken as it stands."""
    return _split([_text(text, {}, None)]) if text else []


def id_of(url: str) -> str:
    """The id at the end of a page's address. Raises the 400."""
    found = _ID.findall(url.partition("?")[0].partition("#")[0])
    if not found:
        raise validation(f"Invalid Notion page or block URL: {url}")
    return str(found[-1])


def _text(content: str, notes: dict[str, Any], link: str | None) -> dict[str, Any]:
    item: dict[str, Any] = {"type": "text", "text": {"content": content}}
    if link is not None:
        item["text"]["link"] = {"url": link}
    return item | ({"annotations": dict(notes)} if notes else {})


def _inside(text: str, notes: dict[str, Any], link: str | None) -> list[dict[str, Any]]:
    tokens = _tokens(text, link)
    live = _pairs(tokens)
    items: list[dict[str, Any]] = []
    flags: dict[str, bool] = {}
    spans: list[dict[str, Any]] = []
    for index, token in enumerate(tokens):
        now = {**notes, **dict.fromkeys((name for name, on in flags.items() if on), True)}
        for span in spans:
            now |= span
        if token.item is None and index in live:
            if token.ends:
                spans.pop()
            elif token.closes or token.opens:
                name = next(iter(token.turns))
                flags[name] = not flags.get(name, False)
            else:
                spans.append(token.turns)
        elif token.item is None:
            items.append(_text(token.literal, now, link))
        elif "label" in token.item:
            items += _inside(token.item["label"], now, token.item["url"])
        else:
            given = {**now, **token.item.get("annotations", {})}
            items.append({**token.item, **({"annotations": given} if given else {})})
    return items


def _tokens(text: str, link: str | None) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            tokens.append(_Token("", _text(text[at : found.start()], {}, link)))
        tokens += _token(found, text, link)
        at = found.end()
    if at < len(text):
        tokens.append(_Token("", _text(text[at:], {}, link)))
    return tokens


def _token(found: re.Match[str], text: str, link: str | None) -> list[_Token]:
    whole, kind = found.group(), found.lastgroup
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    closes, opens = bool(before.strip()), bool(after.strip())
    match kind:
        case "escape":
            return [_Token(whole, _text(found["escape"], {}, link))]
        case "equation":
            return [_Token(whole, {"type": "equation", "equation": {"expression": found["equation"]}})]
        case "code":
            return [_Token(whole, _text(found["code"], {"code": True}, link))]
        case "br":
            return [_Token(whole, _text("\n", {}, link))]
        case "close":
            return [_Token(whole, ends=True)]
        case "span":
            return [_Token(whole, turns=_span(found["span"]))]
        case "stars":
            marks = [("bold", "**")] * (len(whole) // 2) + [("italic", "*")] * (len(whole) % 2)
            return [_Token(literal, turns={name: True}, opens=opens, closes=closes) for name, literal in marks]
        case "tildes":
            return [_Token(whole, turns={"strikethrough": True}, opens=opens, closes=closes)]
        case "bare":
            return [_Token(whole, _text(whole, {}, link or whole))]
        case "url":
            return [_Token(whole, {"label": found["label"], "url": re.sub(r"\\(.)", r"\1", found["url"])})]
    return [_Token(whole, {"type": "mention", "mention": _mention(found["mention"], attributes(found["target"]))})]


def _span(given: str) -> dict[str, Any]:
    values = attributes(given)
    turns: dict[str, Any] = {"color": color_of(values["color"])} if "color" in values else {}
    return turns | ({"underline": True} if values.get("underline") == "true" else {})


def _pairs(tokens: list[_Token]) -> set[int]:
    """Indices of marks that have a partner."""
    live: set[int] = set()
    open_at: dict[str, int] = {}
    spans: list[int] = []
    for index, token in enumerate(tokens):
        if token.item is not None:
            continue
        if token.ends:
            if spans:
                live |= {index, spans.pop()}
        elif not (token.opens or token.closes):
            spans.append(index) if token.literal.startswith("<span") else None
        else:
            name = next(iter(token.turns))
            if name in open_at and token.closes:
                live |= {index, open_at.pop(name)}
            elif token.opens and name not in open_at:
                open_at[name] = index
    return live


def _mention(kind: str, given: dict[str, str]) -> dict[str, Any]:
    if kind != "date":
        return {"type": kind, kind: {"id": id_of(given.get("url", ""))}}
    date = {"start": _moment(given, "start")}
    if "end" in given:
        date["end"] = _moment(given, "end")
    return {"type": "date", "date": date}


def _moment(given: dict[str, str], name: str) -> str:
    day, time = given.get(name, ""), given.get(f"{name}Time")
    try:
        if time is None:
            return datetime.fromisoformat(day).strftime("%Y-%m-%d")
        return (
            datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(given.get("timeZone", "UTC"))).isoformat()
        )
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise validation(f"Invalid date in mention-date: {day} {time or ''}".rstrip()) from error


def _split(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of one look joined, then cut to what a request takes."""
    joined: list[dict[str, Any]] = []
    for item in items:
        last = joined[-1] if joined else None
        if last is not None and item["type"] == "text" and _look(last) == _look(item):
            last["text"]["content"] += item["text"]["content"]
        else:
            joined.append({**item, "text": dict(item["text"])} if item["type"] == "text" else item)
    result: list[dict[str, Any]] = []
    for item in joined:
        if item["type"] != "text":
            result.append(item)
            continue
        content = item["text"]["content"]
        cut = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)]
        result += [{**item, "text": {**item["text"], "content": piece}} for piece in cut]
    return result


def _look(item: dict[str, Any]) -> tuple[Any, ...]:
    return (
        item["type"],
        item.get("annotations"),
        item.get("text", {}).get("link") if item["type"] == "text" else id(item),
    )
