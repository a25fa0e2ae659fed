"""What a 503 says when the work was done all the same."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.http import Response
from adapters.sandbox.notion.errors import ApiError
from adapters.sandbox.notion.store import new_id


def after_commit(response: Response, parent_id: str = "", sent: int = 0) -> Response:
    """The 503 in place of a successful write: ids of what was committed stand in ``additional_data``.

    ``response`` is the one that the write would have given; for an append, ``parent_id`` is the block appended to and
    ``sent`` the number of blocks in the request.
    """
    data: dict[str, Any] = response.data if isinstance(response.data, dict) else {}
    additional: dict[str, Any] = {"retry_guidance": ["Do not repeat the request: it was saved."]}
    if data.get("object") == "list":
        additional["committed_resource_id"] = parent_id
        additional["committed_child_ids"] = [item["id"] for item in data["results"][:sent]]
    elif "id" in data:
        additional["committed_resource_id"] = data["id"]
    error = ApiError(503, "service_unavailable", "Notion is unavailable, please try again later.", additional)
    request_id = new_id()
    return Response(503, error.body(request_id), {"x-notion-request-id": request_id})
