"""Notion's error bodies, as the sandbox answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ApiError(Exception):
    """Ends a request with an error body. The dispatcher turns it into a response and rolls back what was written.

    ``keeps``: what was written until then stays.
    """

    keeps = False

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        additional: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.additional = additional
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body; ``additional_data`` is only there when there is something to say."""
        data: dict[str, Any] = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        if self.additional is not None:
            data["additional_data"] = self.additional
        data["request_id"] = request_id
        return data


def validation(message: str) -> ApiError:
    """400 ``validation_error`` with a message of its own."""
    return ApiError(400, "validation_error", message)


def invalid(where: str, faults: Sequence[str]) -> ApiError:
    """400 for faults of shape found in ``where`` (body, path, query), in Notion's grammar for one or several."""
    if len(faults) == 1:
        return validation(f"{where} failed validation: {faults[0]}")
    lines = "\n".join(faults)
    return validation(f"{where} failed validation. Fix one:\n{lines}")


def creation_failed(*faults: str) -> ApiError:
    """400 for faults that are found after the shape was fine."""
    return validation("Content creation Failed. Fix the following: \n" + "\n".join(faults))


def not_found(kind: str, node_id: str, integration: str, integration_id: str) -> ApiError:
    """404: absent, or not shared with the integration; the two look alike on purpose."""
    hint = (
        "Make sure the relevant pages and databases are shared with your integration "
        if kind != "user"
        else "Make sure the user is in the workspace of your integration "
    )
    return ApiError(
        404,
        "object_not_found",
        f'Could not find {kind} with ID: {node_id}. {hint}"{integration}".',
        {"integration_id": integration_id},
    )


def archived() -> ApiError:
    """400: the block, or something above it, is in the trash."""
    return validation("Can't edit block that is archived. You must unarchive the block before editing.")


def restricted(message: str, additional: dict[str, Any] | None = None) -> ApiError:
    """403: a capability is missing, or a limit of the plan is reached."""
    return ApiError(403, "restricted_resource", message, additional)
