"""From a request to the function that answers it."""

from __future__ import annotations

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State


def handle(request: Request, state: State) -> Response:
    """Answers any request below ``/wiki``, ``/dc``, ``/ex/confluence`` and ``/_edge``."""
    del state
    return Response(404, {"message": f"nothing at {request.path}"})
