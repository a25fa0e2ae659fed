"""The error bodies of planned faults, in the shape of the vendor whose path was asked."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.http import Request
from adapters.sandbox.notion.errors import ApiError
from adapters.sandbox.notion.store import new_id

# Status → code and message. Source: developers.notion.com/reference/status-codes
_NOTION = {
    400: ("validation_error", "body failed validation."),
    401: ("unauthorized", "API token is invalid."),
    403: ("restricted_resource", "Insufficient permissions for this endpoint."),
    404: ("object_not_found", "Could not find the resource."),
    409: ("conflict_error", "Conflict occurred while saving. Please try again."),
    429: ("rate_limited", "You have been rate limited. Please try again in a few minutes."),
    500: ("internal_server_error", "Unexpected error occurred."),
    502: ("bad_gateway", "Bad gateway."),
    503: ("service_unavailable", "Notion is unavailable, please try again later."),
    504: ("gateway_timeout", "The request took too long."),
    529: ("service_overload", "Notion is overloaded, please try again later."),
}
_TITLES = {
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Rate limit exceeded",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


def vendor_error(request: Request, status: int, retry_after: float | None) -> dict[str, Any]:
    """The body of an error that nothing in the request is to blame for."""
    if request.path.startswith("/notion/"):
        code, message = _NOTION.get(status, ("internal_server_error", f"fault plan: {status}"))
        additional: dict[str, Any] | None = None
        if status == 429:
            additional = {"rate_limit_reason": "public_api_request_rate_limit"}
            if retry_after is not None:
                additional["retry_after"] = str(retry_after)
        return ApiError(status, code, message, additional).body(new_id())
    if request.path.startswith(("/wiki/", "/dc/", "/ex/")):
        version = "v2" if "/api/v2/" in request.path else "v1"
        body: dict[str, Any] = Refused(status, _TITLES.get(status, f"fault plan: {status}")).response(version).data
        return body
    return {"message": f"fault plan: {status}"}
