"""Lines above a page's blocks that a command put there, as blocks of their own."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Notice
from adapters.notion.client import Json
from adapters.notion.values import MAX_TEXT


def shapes(notices: Sequence[Notice]) -> list[Json]:
    """One block a notice; what replaces the page first. The order is that of the record's entries."""
    return [_shape(one) for one in sorted(notices, key=lambda one: one.kind != "superseded")]


def _shape(one: Notice) -> Json:
    words = f"{one.text} " if one.title else one.text
    runs = [_run(words, None)]
    if one.title:
        runs.append(_run(one.title, one.url or None))
    if one.kind == "superseded":
        icon = {"type": "emoji", "emoji": "⚠️"}
        return {"type": "callout", "callout": {"rich_text": runs, "icon": icon, "color": "yellow_background"}}
    return {"type": "paragraph", "paragraph": {"rich_text": runs, "color": "gray"}}


def _run(text: str, url: str | None) -> Json:
    content: Json = {"content": text[:MAX_TEXT]}
    if url is not None:
        content["link"] = {"url": url}
    return {"type": "text", "text": content}
