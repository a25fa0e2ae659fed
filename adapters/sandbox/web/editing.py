"""Pages edited by hand in the browser, as the reader: how conflicts are tried out. People's hands, as ``POST /sandbox/edit`` are.

A Confluence page is its storage format in one field, and its new version must follow the one that was opened. In Notion
one block's words are edited at a time (its app saves as one types); they must still be as they were opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from adapters.sandbox.confluence import hands as confluence_hands
from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion import hands as notion_hands
from adapters.sandbox.state import State
from adapters.sandbox.web.databases import plain_text
from adapters.sandbox.web.flavours import Flavour, flavour_of
from adapters.sandbox.web.html import Html, el, join
from adapters.sandbox.web.shell import not_found, redirect, safe_path
from adapters.sandbox.web.shell import show as frame
from adapters.sandbox.web.source import Api

Row = dict[str, Any]
_DEPTH = 4
_WORDS = 60
"""Characters of a block by which its link is called. Ours: a line of a phone."""


def page_form(flavour: Flavour, shown: Row, *, title: str = "", body: str = "") -> Html:
    """The form for a Confluence page, with what somebody wrote already where that was refused."""
    return el(
        "form",
        el("label", "Title", for_="title"),
        el("input", id="title", name="title", value=title or shown["title"], required=True, maxlength="255"),
        el("label", "Storage format", for_="body"),
        el("textarea", body or shown["body"], id="body", name="body", rows="24", spellcheck="false", class_="source"),
        *_hidden(site=flavour.site, page=shown["id"], version=shown["version"]),
        _buttons("Save", flavour.address(shown)),
        method="post",
        action="/web/edit",
        class_="edit",
    )


def block_list(api: Api, page: Row, here: str, chosen: str) -> Html:
    """A Notion page's blocks that have words, each with a link to edit it; the form in the place of the chosen one."""
    items = []
    for block in _worded(api, str(page["id"])):
        words = plain_text(block[block["type"]]["rich_text"])
        number = block["id"].replace("-", "")
        if number == chosen.replace("-", ""):
            items.append(el("li", block_form(number, words, here)))
            continue
        name = f"Edit “{words[:_WORDS]}{'…' if len(words) > _WORDS else ''}”" if words else "Edit an empty block"
        link = el("a", "Edit", href=f"{here}?view=edit&block={number}#words", aria_label=name, class_="button")
        items.append(el("li", el("span", words or "(empty)"), " ", link))
    if not items:
        return el("p", "No block of this page has words to edit.", class_="quiet")
    return el("ul", *items, class_="edit-blocks")


def block_form(number: str, words: str, here: str, *, typed: str | None = None) -> Html:
    """The form for one block's words."""
    return el(
        "form",
        el("label", "Words of this block", for_="words"),
        el("textarea", words if typed is None else typed, id="words", name="words", rows="4"),
        el("p", "Bold, links and other formatting of this block are lost.", class_="quiet"),
        *_hidden(page=number, was=words, back=here),
        _buttons("Save", here),
        method="post",
        action="/web/edit",
        class_="edit",
    )


def _worded(api: Api, parent: str, depth: int = 0) -> Iterator[Row]:
    for block in api.children(parent):
        value = block[block["type"]]
        if isinstance(value, dict) and "rich_text" in value:
            yield block
        if block.get("has_children") and depth + 1 < _DEPTH and block["type"] not in {"child_page", "child_database"}:
            yield from _worded(api, block["id"], depth + 1)


def _hidden(**values: object) -> list[Html]:
    return [el("input", type="hidden", name=name, value=str(value)) for name, value in values.items()]


def _buttons(name: str, back: str) -> Html:
    return el("p", el("button", name, type="submit"), " ", el("a", "Cancel", href=back), class_="buttons")


def write(request: Request, state: State) -> Response:
    """``POST /web/edit`` from one of the forms; back to the page then. Forms of other sites are refused."""
    if not request.from_own_page:
        return Response(403, "edits come from the page's own form", content_type="text/plain")
    given = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    # browsers send ends of lines as CR LF
    form = {name: values[0].replace("\r\n", "\n") for name, values in given.items()}
    with state.transaction():  # nobody else saves between the look at the version and the write
        return _page(form, state) if form.get("page", "").isdecimal() else _block(form, state)


def _page(form: Row, state: State) -> Response:
    flavour = flavour_of(Api(state), "dc" if form.get("site") == "dc" else "wiki")
    shown = flavour.page(form["page"])
    title, body = form.get("title", "").strip(), form.get("body", "")
    version = str(shown["version"])
    if form.get("version") != version:
        text = (
            f"Somebody saved version {version} while you wrote. What you wrote is below; saving it now replaces theirs."
        )
        return _again(flavour, shown, text, title, body, status=409)
    done = _hands(state, confluence_hands.handle, {"page": form["page"], "title": title, "body": body})
    if done.status != 200:
        return _again(flavour, shown, str((done.data or {}).get("message", "refused")), title, body, status=400)
    return redirect(flavour.address(shown), status=303)


def _again(flavour: Flavour, shown: Row, text: str, title: str, body: str, *, status: int) -> Response:
    said = el("div", el("p", text), class_="panel warning", role="alert")
    form = page_form(flavour, shown, title=title, body=body)
    return frame(
        f"Edit {shown['title']}", join(el("h1", shown["title"]), said, form), status=status, scope=flavour.site
    )


def _block(form: Row, state: State) -> Response:
    number, words, was = form.get("page", ""), form.get("words", ""), form.get("was", "")
    api = Api(state)
    block = api.get(f"/notion/v1/blocks/{number}")
    now = plain_text(block[block["type"]].get("rich_text", []))
    back = safe_path(form.get("back", "/"))
    if now != was:
        text = f"Somebody changed this block while you wrote; it says now: “{now}”. What you wrote is below."
        said = el("div", el("p", text), class_="panel warning", role="alert")
        main = join(el("h1", "Edit a block"), said, block_form(number, now, back, typed=words))
        return frame("Edit a block", main, look="notion", status=409, scope="notion")
    data = {"page": number, "text": words}
    done = _hands(state, lambda request, state: notion_hands.handle(request, data, state), data)
    return redirect(back, status=303) if done.status == 200 else not_found("That block is not there.")


def _hands(state: State, handle: Any, data: Row) -> Response:
    body = json.dumps(data).encode()
    done: Response = handle(Request("POST", "/sandbox/edit", {}, {"content-type": "application/json"}, body), state)
    return done
