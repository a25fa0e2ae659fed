"""The wiki in a browser: spaces, page trees, pages as readers see them, databases, attachments, history.

It reads through the very APIs that the sandbox speaks (in process), so what it shows is what a client would get.
Addresses are the vendors' own where pages link to them (``/wiki/spaces/KEY/pages/ID``, ``/dc/display/KEY``,
``/notion/p/ID``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State
from adapters.sandbox.web import confluence_pages, editing, home, labels, notion_pages, remarks, search
from adapters.sandbox.web.shell import STYLE, not_found
from adapters.sandbox.web.source import Missing

Handler: TypeAlias = Callable[[Request, State, re.Match[str]], Response]

_ROUTES: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (re.compile(r"/$"), home.show),
    (re.compile(r"/web/search$"), search.show),
    (re.compile(r"/wiki(?:/spaces)?/?$"), home.show),
    (re.compile(r"/(?P<site>wiki)/spaces/(?P<key>[^/]+)(?:/overview)?/?$"), confluence_pages.space),
    (re.compile(r"/(?P<site>wiki)/spaces/[^/]+/pages/(?P<id>\d+)(?:/.*)?$"), confluence_pages.page),
    (re.compile(r"/(?P<site>wiki)/spaces/[^/]+/blog/(?:\d{4}/\d\d/\d\d/)?(?P<id>\d+)(?:/.*)?$"), confluence_pages.page),
    (re.compile(r"/(?P<site>wiki)/spaces/[^/]+/folder/(?P<id>\d+)(?:/.*)?$"), confluence_pages.page),
    (re.compile(r"/(?P<site>wiki|dc)/pages/viewpage\.action$"), confluence_pages.page),
    (re.compile(r"/(?P<site>dc)/display/(?P<key>[^/]+)/?$"), confluence_pages.space),
    (re.compile(r"/(?P<site>dc)/display/(?P<key>[^/]+)/(?P<title>.+)$"), confluence_pages.by_title),
    (re.compile(r"/web/(?P<site>wiki|dc)/file/(?P<id>\d+)/(?P<name>.+)$"), confluence_pages.file),
    (re.compile(r"/(?P<site>wiki|dc)/label/(?P<key>[^/]+)/(?P<label>.+)$"), labels.show),
    (re.compile(r"/(?P<site>wiki|dc)/people/(?P<id>[^/]+)/?$"), labels.person),
    (re.compile(r"/notion/?$"), home.show),
    (re.compile(r"/notion/p/(?:.*-)?(?P<id>[0-9a-f]{32}|[0-9a-f-]{36})$"), notion_pages.show),
)


def handle(request: Request, state: State) -> Response:
    """A page for people."""
    if request.path == "/web/style.css":
        return Response(200, STYLE, content_type="text/css; charset=utf-8")
    if request.path == "/web/comment" and request.method == "POST":
        return remarks.write(request, state)
    if request.path == "/web/edit" and request.method == "POST":
        try:
            return editing.write(request, state)
        except Missing as missing:
            return not_found(str(missing))
    if request.path == "/favicon.ico":
        return Response(204)
    for pattern, show in _ROUTES:
        if match := pattern.match(request.path):
            try:
                return show(request, state, match)
            except Missing as missing:
                return not_found(str(missing))
    return not_found(f"There is nothing at {request.path}.")
