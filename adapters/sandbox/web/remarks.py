"""Readers' comments below a page, and the form to write one: people's hands, as ``POST /sandbox/comment`` are."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from adapters.sandbox.confluence import hands as confluence_hands
from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion import hands as notion_hands
from adapters.sandbox.state import State
from adapters.sandbox.web.html import Html, el
from adapters.sandbox.web.shell import day, not_found, redirect, safe_path

MAX_TEXT = 2000
Row = dict[str, Any]


def section(rows: list[Row], page: str, here: str) -> Html:
    """Comments on words of the page first, then those below it, then the form. Rows have ``author when text words status``."""
    inline = [row for row in rows if row["words"]]
    below = [row for row in rows if not row["words"]]
    count = len(rows)
    return el(
        "section",
        el("h2", f"{count} comment{'' if count == 1 else 's'}" if count else "Comments"),
        el("ol", *map(_remark, (*inline, *below)), class_="remarks") if rows else Html(""),
        el(
            "form",
            el("label", "Write a comment", for_="comment"),
            el("textarea", id="comment", name="text", rows="3", required=True, maxlength=str(MAX_TEXT)),
            el("input", type="hidden", name="page", value=page),
            el("input", type="hidden", name="back", value=here),
            el("button", "Comment", type="submit"),
            method="post",
            action="/web/comment",
        ),
        class_="comments",
        aria_label="Comments",
        id="comments",
    )


def _remark(row: Row) -> Html:
    quote = el("blockquote", row["words"]) if row["words"] else Html("")
    status = "" if row["status"] in {"", "open"} else row["status"]
    badge = el("span", status, class_="lozenge") if status else Html("")
    who = el("p", el("b", row["author"]), " ", el("span", day(row["when"]), class_="quiet"), " ", badge)
    return el(
        "li",
        el("span", row["author"][:1], class_="face", aria_hidden="true"),
        el("div", who, quote, el("p", row["text"])),
        id=f"comment-{row['id']}",
    )


def write(request: Request, state: State) -> Response:
    """``POST /web/comment`` from the form; back to the page then. Forms of other sites are refused."""
    if not request.from_own_page:
        return Response(403, "comments come from the page's own form", content_type="text/plain")
    form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    page, text, back = form.get("page", ""), form.get("text", "").strip()[:MAX_TEXT], form.get("back", "/")
    if not page or not text:
        return not_found("The comment was empty.")
    data = {"page": page, "text": text}
    inner = Request("POST", "/sandbox/comment", {}, {"content-type": "application/json"}, json.dumps(data).encode())
    hands = confluence_hands.handle(inner, state) if page.isdigit() else notion_hands.handle(inner, data, state)
    if hands.status != 200:
        return not_found("That page is not there.")
    return redirect(f"{safe_path(back).split('#')[0]}#comments", status=303)
