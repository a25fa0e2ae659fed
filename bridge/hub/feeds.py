"""A digest as Markdown, JSON Feed, RSS, and as messages for Slack and Teams."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from bridge.hub.dates import spoken
from bridge.hub.digest import Digest, Entry, headings
from bridge.hub.model import shortened

SLACK_BLOCKS, SLACK_TEXT, SLACK_HEADER = 50, 3000, 150
"""Blocks of a message, characters of a section and of a header. Source: api.slack.com/reference/block-kit/blocks."""
TEAMS_BYTES = 27_000
"""Of 28 KB. Source: learn.microsoft.com, "Create and send messages", size limits of incoming webhooks."""
QUESTION_MAX = 200
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 can't hold."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def markdown(digest: Digest) -> str:
    """For people, and for anything that takes Markdown."""
    lines = [f"# {_plain(digest.title)}", "", f"{spoken(digest.since)} to {spoken(digest.until)}"]
    for title, entries in headings(digest):
        lines += ["", f"## {title}", ""]
        for one in entries:
            lines.append(f"- [{_plain(one.title)}]({_address(one.url)}){_plain(_tail(one))}")
            if one.instead:
                lines.append(f"  Read instead: [{_plain(one.instead[0])}]({_address(one.instead[1])})")
            elif one.summary and one.kind in {"new", "updated"}:
                lines.append(f"  {_plain(one.summary)}")
    if digest.questions:
        lines += ["", "## Unanswered questions", ""]
        for question in digest.questions:
            who = f" ({_plain(question.author)})" if question.author else ""
            text = _plain(shortened(question.text, QUESTION_MAX))
            lines.append(f"- [{_plain(question.report)}]({_address(question.url)}): {text}{who}")
    if digest.empty:
        lines += ["", "Nothing new."]
    return "\n".join(lines) + "\n"


def _tail(one: Entry) -> str:
    who = f", {', '.join(one.authors)}" if one.authors else ""
    if one.kind == "stale":
        return f"{who}, to be renewed by {spoken(one.day)}"
    return who


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def json_feed(digest: Digest) -> str:
    """JSON Feed 1.1. Source: www.jsonfeed.org/version/1.1."""
    items = [
        {
            "id": one.id,
            "url": one.url,
            "title": f"{_word(one)}: {one.title}",
            "content_text": _content(one),
            "date_published": f"{one.day[:10]}T00:00:00Z",
            "authors": [{"name": name} for name in one.authors],
            "tags": [*one.topics, *filter(None, (one.team,))],
        }
        for one in digest.items
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": digest.title,
        "home_page_url": digest.home,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _word(one: Entry) -> str:
    return one.kind.capitalize()


def _content(one: Entry) -> str:
    if one.instead:
        return f"Replaced by {one.instead[0]}: {one.instead[1]}"
    if one.kind == "stale":
        return f"To be renewed by {spoken(one.day)}. {one.summary}".strip()
    return one.summary or one.title


def rss(digest: Digest) -> str:
    """RSS 2.0. Source: www.rssboard.org/rss-specification."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    for name, text in (("title", digest.title), ("link", digest.home), ("description", digest.title)):
        ET.SubElement(channel, name).text = _xml(text)
    ET.SubElement(channel, "lastBuildDate").text = _rfc822(digest.until)
    for one in digest.items:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = _xml(f"{_word(one)}: {one.title}")
        ET.SubElement(item, "link").text = _xml(one.url)
        ET.SubElement(item, "guid", isPermaLink="false").text = _xml(one.id)
        ET.SubElement(item, "pubDate").text = _rfc822(one.day)
        ET.SubElement(item, "description").text = _xml(_content(one))
        for topic in one.topics:
            ET.SubElement(item, "category").text = _xml(topic)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _xml(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _rfc822(day: str) -> str:
    return format_datetime(dt.datetime.fromisoformat(day[:10]).replace(tzinfo=dt.UTC))


def slack(digest: Digest) -> str:
    """A message for Slack's incoming webhooks, in Block Kit; what is beyond its limits is counted."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": shortened(digest.title, SLACK_HEADER)}}
    ]
    for title, entries in headings(digest):
        blocks.append(_section(f"*{title}*", [_slack_line(one) for one in entries]))
    if digest.questions:
        lines = [
            f"• <{_slack_url(one.url)}|{_slack(one.report)}>: {_slack(shortened(one.text, QUESTION_MAX))}"
            for one in digest.questions
        ]
        blocks.append(_section("*Unanswered questions*", lines))
    blocks.append(
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{_slack_url(digest.home)}|All reports>"}]}
    )
    return json.dumps(
        {"text": _slack(shortened(digest.title, SLACK_HEADER)), "blocks": blocks[:SLACK_BLOCKS]}, ensure_ascii=False
    )


def _section(title: str, lines: list[str]) -> dict[str, Any]:
    text, shown = title, 0
    for line in lines:
        if len(text) + len(line) + 40 > SLACK_TEXT:
            break
        text += f"\n{line}"
        shown += 1
    if shown < len(lines):
        text += f"\n_and {len(lines) - shown} more_"
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _slack_line(one: Entry) -> str:
    link = f"• <{_slack_url(one.url)}|{_slack(one.title)}>{_slack(_tail(one))}"
    if one.instead:
        return f"{link}, replaced by <{_slack_url(one.instead[1])}|{_slack(one.instead[0])}>"
    return f"{link}\n   {_slack(one.summary)}" if one.summary and one.kind == "new" else link


def _slack(text: str) -> str:
    """Text with Slack's three control characters escaped. Source: api.slack.com/reference/surfaces/formatting."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_url(url: str) -> str:
    return _slack(url).replace("|", "%7C")


def teams(digest: Digest) -> str:
    """An Adaptive Card for a Teams workflow webhook; shorter lists where it would be too large, with how many are left out."""
    most = max([len(found) for _, found in headings(digest)] + [len(digest.questions), 1])
    while True:
        made = _card(digest, most)
        if len(made.encode()) <= TEAMS_BYTES or most == 1:
            return made
        most = max(1, most // 2)


def _card(digest: Digest, most: int) -> str:
    body: list[dict[str, Any]] = [_text(digest.title, size="Large", weight="Bolder")]
    parts: list[tuple[str, list[str]]] = [
        (title, [f"- [{_plain(one.title)}]({_address(one.url)}){_plain(_tail(one))}" for one in found])
        for title, found in headings(digest)
    ]
    if digest.questions:
        lines = [
            f"- [{_plain(one.report)}]({_address(one.url)}): {_plain(shortened(one.text, QUESTION_MAX))}"
            for one in digest.questions
        ]
        parts.append(("Unanswered questions", lines))
    for title, lines in parts:
        body.append(_text(title, weight="Bolder", spacing="Medium"))
        left = [f"- and {len(lines) - most} more"] if len(lines) > most else []
        body.append(_text("\n".join([*lines[:most], *left])))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "All reports", "url": digest.home}],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [content]}, ensure_ascii=False)


def _text(text: str, **more: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def as_json(digest: Digest) -> str:
    """The digest itself, for other programs."""
    return json.dumps({"schema": 1, **msgspec.to_builtins(digest)}, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Digest], str]] = {
    "md": markdown,
    "json": json_feed,
    "rss": rss,
    "slack": slack,
    "teams": teams,
}
