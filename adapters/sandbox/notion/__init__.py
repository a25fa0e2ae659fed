"""The sandbox's Notion API, versions 2026-03-11 and 2025-09-03, as strict as the vendor's.

Switches (``state.switches``) that change how it behaves:

``upload_types`` "2026-01" (default, refuses more) or "2026-09"; ``notion_max_file_bytes`` (default 5 MiB, the free
plan); ``notion_upload_single_use``; ``search_lag_s``; ``free_plan`` (true for 1000 lifetime blocks, or a number);
``notion_denied`` (list of capabilities: read_content, insert_content, update_content, read_comments, insert_comments,
user_info); ``notion_rate_limit`` (true for 180 in 60 s, or {"requests", "window_s", "reason"}); ``notion_page_base``
(host and path of page addresses, default https://www.notion.so).
"""

from __future__ import annotations

from importlib import import_module

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion.routes import PREFIX, answer
from adapters.sandbox.notion.seed import dump, seed
from adapters.sandbox.notion.store import install
from adapters.sandbox.notion.uploads import download
from adapters.sandbox.state import State

__all__ = ["dump", "handle", "install", "seed"]


def handle(request: Request, state: State) -> Response:
    """The response to any request below ``/notion/``: the API, hosted files, or else the browser view."""
    if request.path.startswith(PREFIX):
        return answer(request, state)
    if request.path.startswith("/notion/files/"):
        return download(request, state)
    response: Response = import_module("adapters.sandbox.web").handle(request, state)
    return response
