"""The frame around the previewed pages, and what it asks for.

The frame is the only page of the sandbox that runs a script, ours, and nothing of a document is ever part of it: names
come as JSON and are set as text. The pages themselves stand in frames without the right to run scripts, on top of their
own policy, which allows none either (DECISIONS 5).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from adapters.sandbox.http import Request, Response
from bridge.preview.session import Session

PLACE = "/preview"
PATIENCE_S = 20.0
"""How long a browser's question waits for news; below what proxies and browsers take for a dead connection."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {
    "": ("frame.html", "text/html; charset=utf-8"),
    "/frame.js": ("frame.js", "text/javascript; charset=utf-8"),
    "/frame.css": ("frame.css", "text/css; charset=utf-8"),
}


def front(session: Session) -> Callable[[Request], Response | None]:
    """What a sandbox asks first: answers below ``/preview``, None for everything else."""

    def answer(request: Request) -> Response | None:
        if request.path == f"{PLACE}/state":
            known = request.arg("known", "-1")
            number = int(known) if known.removeprefix("-").isdecimal() else -1
            return Response(200, session.state(number, PATIENCE_S), {"Cache-Control": "no-store"})
        name = request.path.removeprefix(PLACE) if request.path.startswith(PLACE) else None
        if name is None or name.rstrip("/") not in _FILES:
            return None
        file, kind = _FILES[name.rstrip("/")]
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
        return Response(200, (files(__package__) / file).read_bytes(), headers, kind)

    return answer
