"""What people do in the browser, for tests: ``POST /sandbox/edit`` and ``POST /sandbox/comment``."""

from __future__ import annotations

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State


def handle(request: Request, state: State) -> Response:
    """Answers ``/sandbox/edit`` and ``/sandbox/comment``."""
    del state
    return Response(404, {"message": f"nothing at {request.path}"})
