"""The sandbox's Notion API, versions 2026-03-11 and 2025-09-03, as strict as the vendor's.

Switches (``state.switches``) that change how it behaves:

``upload_types`` "2026-01" (default, refuses more) or "2026-09"; ``notion_max_file_bytes`` (default 5 MiB, the free
plan); ``notion_upload_single_use``; ``search_lag_s``; ``free_plan`` (true for 1000 lifetime blocks, or a number);
``notion_denied`` (list of capabilities: read_content, insert_content, update_content, read_comments, insert_comments,
user_info); ``notion_rate_limit`` (true for 180 in 60 s, or {"requests", "window_s", "reason"}); ``notion_page_base``
(host and path of page addresses; default the sandbox's own browser view, the vendor's is ``https://www.notion.so``);
``notion_lag_s`` (lists and queries show what was made so many seconds ago); ``notion_firewall`` (true: what looks like an attack is refused in HTML before Notion sees it);
``notion_markdown_hosted`` ("recreated", the default, or "kept": what an update by Markdown does to hosted files);
``notion_commit_503`` (that many of the next creates and appends are saved and answer 503 with the committed ids).
"""

from __future__ import annotations

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion.dump import dump
from adapters.sandbox.notion.faults import after_commit
from adapters.sandbox.notion.routes import PREFIX, answer
from adapters.sandbox.notion.seed import seed
from adapters.sandbox.notion.store import install
from adapters.sandbox.notion.uploads import download
from adapters.sandbox.state import State

__all__ = ["dump", "handle", "install", "seed"]


def handle(request: Request, state: State) -> Response:
    """The response to a request below ``/notion/v1/`` or ``/notion/files/``."""
    if request.path.startswith(PREFIX):
        response = answer(request, state)
        return _lost(request, response, state)
    return download(request, state)


def _lost(request: Request, response: Response, state: State) -> Response:
    """The response, or the 503 that hides a saved create or append while ``notion_commit_503`` counts down."""
    left = int(state.switches.get("notion_commit_503", 0))
    pieces = request.path.removeprefix(PREFIX).split("/")
    appends = request.method == "PATCH" and len(pieces) == 3 and pieces[::2] == ["blocks", "children"]
    creates = request.method == "POST" and pieces in (["pages"], ["databases"], ["data_sources"])
    if left < 1 or response.status != 200 or not (appends or creates):
        return response
    state.switches["notion_commit_503"] = left - 1
    state.keep_switches()
    return after_commit(response, pieces[1] if appends else "", len(request.json().get("children", [])))
