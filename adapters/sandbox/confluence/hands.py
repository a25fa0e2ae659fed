"""What people do in the browser, for tests: ``POST /sandbox/edit``, ``/sandbox/comment`` and ``/sandbox/view``.

``/sandbox/edit`` {"page", "body"? | "append"? | "find"+"replace"?, "title"?, "user"?}: a person saves the page, so
its version goes up; "editor": true adds the ``local-id`` that a save in the browser editor leaves. ``/sandbox/comment`` {"page", "text", "selection"?, "user"?}: a footer comment, or, with a
selection, an inline one, whose marker enters the body while the version stays (reference section 9). ``/sandbox/view`` {"page", "user"?}: somebody
opens the page.
"""

from __future__ import annotations

import uuid
from html import escape
from typing import Any

from adapters.sandbox.confluence import store
from adapters.sandbox.confluence.call import Call, checked
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.confluence.schema import READER
from adapters.sandbox.confluence.storage_xml import normalise, with_local_ids
from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State

_EDIT: dict[str, type | tuple[type, ...]] = {
    "page": (str, int),
    "body": str,
    "append": str,
    "find": str,
    "replace": str,
    "title": str,
    "user": str,
    "editor": bool,
}
_COMMENT: dict[str, type | tuple[type, ...]] = {
    "page": (str, int),
    "text": str,
    "selection": str,
    "user": str,
    "resolution": str,
}


_VIEW: dict[str, type | tuple[type, ...]] = {"page": (str, int), "user": str}


def handle(request: Request, state: State) -> Response:
    """Answers ``/sandbox/edit``, ``/sandbox/comment`` and ``/sandbox/view`` for Confluence."""
    try:
        with state.transaction():
            return _act(request, state)
    except Refused as refused:
        return Response(refused.status, {"message": refused.title})


def _act(request: Request, state: State) -> Response:
    shape, act = _ACTS[request.path.removeprefix("/sandbox/")]
    data = checked(Call(request, state, "cloud", "v1", READER).json(), shape, ("page",))
    found = state.db.execute("SELECT flavor FROM cf_content WHERE id = ?", (str(data["page"]),)).fetchone()
    if found is None:
        raise Refused(404, f"Cannot find a page with id [{data['page']}]")
    call = Call(request, state, found["flavor"], "v1", _user(state, data.get("user")))
    return act(call, data)


def _user(state: State, email: str | None) -> str:
    row = state.db.execute(
        "SELECT account_id FROM cf_user WHERE email = ?", (email or "reader@example.com",)
    ).fetchone()
    if row is None:
        raise Refused(400, f"No user {email}")
    return str(row[0])


def _edit(call: Call, data: dict[str, Any]) -> Response:
    row = store.page(call, str(data["page"]))
    body = data.get("body", row["body"]) + data.get("append", "")
    if "find" in data:
        if data["find"] not in body:
            raise Refused(400, "the text to find is not in the page")
        body = body.replace(data["find"], data.get("replace", ""), 1)
    space = store.space(call, "id", row["space_id"])
    title = store.checked_title(call, space, data.get("title", row["title"]), row["id"])
    body = normalise(body)
    store.new_version(call, row, title=title, body=with_local_ids(body) if data.get("editor") else body)
    return Response(200, {"id": str(row["id"]), "version": row["version"] + 1})


def _comment(call: Call, data: dict[str, str]) -> Response:
    row = store.page(call, str(data["page"]))
    marker, selection = None, data.get("selection")
    if selection:
        marker = str(uuid.uuid4())
        body = _marked(row["body"], escape(selection, quote=False), marker)
        call.db.execute("UPDATE cf_content SET body = ? WHERE id = ?", (body, row["id"]))
    comment_id = call.state.next_id("cf_content")
    call.db.execute(
        "INSERT INTO cf_comment VALUES (?,?,?,?,NULL,?,?,?,?,?,?,1)",
        (comment_id, call.flavor, row["id"], "inline" if selection else "footer",
         normalise(f"<p>{escape(data.get('text') or '')}</p>"), marker, selection,
         data.get("resolution", "open") if selection else None, call.user, call.state.now()),
    )  # fmt: skip
    return Response(200, {"id": str(comment_id), "marker_ref": marker})


def _marked(body: str, words: str, marker: str) -> str:
    """The body with a marker around the first occurrence of the words in text (outside tags and CDATA)."""
    at = body.find(words)
    while at >= 0:
        before = body[:at]
        in_tag = before.rfind("<") > before.rfind(">")
        in_cdata = before.rfind("<![CDATA[") > before.rfind("]]>")
        if not in_tag and not in_cdata:
            opening = f'<ac:inline-comment-marker ac:ref="{marker}">'
            return f"{before}{opening}{words}</ac:inline-comment-marker>{body[at + len(words) :]}"
        at = body.find(words, at + 1)
    raise Refused(400, "the selection is not in the page's text")


def viewed(state: State, page_id: str, account: str = READER) -> None:
    """Notes that somebody opened a page."""
    with state.transaction() as db:
        db.execute("INSERT INTO cf_view VALUES (?,?,?)", (int(page_id), account, state.now()))


def _view(call: Call, data: dict[str, str]) -> Response:
    viewed(call.state, str(store.page(call, str(data["page"]))["id"]), call.user)
    return Response(204)


_ACTS = {"edit": (_EDIT, _edit), "comment": (_COMMENT, _comment), "view": (_VIEW, _view)}
