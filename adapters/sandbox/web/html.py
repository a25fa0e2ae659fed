"""HTML that is escaped by construction."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit


class Html(str):
    """Markup that is safe to put into a page. Everything else is text and gets escaped."""

    __slots__ = ()


_VOID = frozenset({"img", "br", "hr", "input", "meta", "link", "col"})


def el(_tag: str, *children: str, **attributes: str | int | bool | None) -> Html:
    """One element. ``class_`` is ``class``; underscores in attribute names become hyphens; None and False are left out."""
    parts = [f"<{_tag}"]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        spelled = name.rstrip("_").replace("_", "-")
        parts.append(f" {spelled}" if value is True else f' {spelled}="{escape(str(value))}"')
    parts.append(">")
    if _tag not in _VOID:
        parts.append(join(*children))
        parts.append(f"</{_tag}>")
    return Html("".join(parts))


def join(*children: str) -> Html:
    """Children side by side; plain text is escaped."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children))


def safe_url(url: str) -> str | None:
    """The address if a reader may follow it (http, https, mailto or within the site), else None."""
    parts = urlsplit(url.strip())
    return url if parts.scheme in {"", "http", "https", "mailto"} else None
