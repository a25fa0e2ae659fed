"""HTML as a text, before it is parsed: what no page may hold goes, drawings become pictures."""

from __future__ import annotations

import base64
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r") | {127})
_DRAWING = re.compile(r"<svg\b.*?(?:(?P<end></svg\s*>)|\Z)", re.DOTALL)
_SIZED = re.compile(r"<svg\b[^>]*?\s(?:viewBox|width)\s*=")


def without_controls(html: str) -> str:
    """The text without control characters, noncharacters and lone surrogates."""
    return html if html.isascii() and not _has_controls(html) else _CONTROL.sub("", html)


def sound(text: str) -> str:
    """The text with its drawings as pictures, and without a tag that never ends."""
    last = text.rfind(">") + 1
    if text.find("<", last) >= 0:  # browsers forget it and all that follows
        text = text[:last] + text[last:].replace("<", "&lt;")
    return _DRAWING.sub(_as_picture, text) if "<svg" in text else text


def _has_controls(html: str) -> bool:
    """Whether ASCII text holds what no page may; told ten times as quickly as by the pattern."""
    data = html.encode()
    return len(data) != len(data.translate(None, _CONTROL_BYTES))


def _as_picture(match: re.Match[str]) -> str:
    """A drawing between HTML as a picture of its own; icons, which name shapes elsewhere, stay as they are."""
    svg = match[0]
    if not match["end"] or "<use" in svg or "<svg" in svg[4:] or not _SIZED.match(svg):
        return svg
    if "xmlns=" not in svg[: svg.index(">")]:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    title = re.search(r"<title[^>]*>([^<]*)</title>", svg)
    packed = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{title[1].strip() if title else ""}" src="data:image/svg+xml;base64,{packed}">'
