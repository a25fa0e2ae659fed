"""Refusals, and how each API version words them."""

from __future__ import annotations

from adapters.sandbox.http import Response

_CODES = {
    400: "INVALID_REQUEST_PARAMETER", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED", 409: "CONFLICT", 413: "REQUEST_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMITED", 500: "INTERNAL_SERVER_ERROR",
}  # fmt: skip
_EXCEPTIONS = {
    400: "BadRequestException", 403: "PermissionException", 404: "NotFoundException", 409: "ConflictException",
    410: "GoneException", 413: "RequestTooLargeException", 500: "ServiceException",
}  # fmt: skip


class Refused(Exception):
    """A request that the vendor would refuse; the router words it for the API version that was asked."""

    def __init__(self, status: int, title: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status, self.title, self.headers = status, title, headers or {}

    def response(self, api: str) -> Response:
        """The vendor's error body: a list of errors in v2, one object in v1."""
        if api == "v2":
            error = {
                "status": self.status,
                "code": _CODES.get(self.status, "ERROR"),
                "title": self.title,
                "detail": None,
            }
            return Response(self.status, {"errors": [error]}, dict(self.headers))
        name = _EXCEPTIONS.get(self.status)
        message = f"com.atlassian.confluence.api.service.exceptions.{name}: {self.title}" if name else self.title
        data = {"authorized": self.status not in {401, 403}, "valid": True, "errors": [], "successful": True}
        return Response(self.status, {"statusCode": self.status, "data": data, "message": message}, dict(self.headers))


class Finished(Exception):
    """Carries a whole response out of the routes."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response
