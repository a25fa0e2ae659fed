"""The table of endpoints, and the way of a request through gate, path check and endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion import (
    firewall,
    gate,
    markdown,
    query,
    routes_blocks,
    routes_databases,
    routes_pages,
    routes_people,
    uploads,
    views,
)
from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.errors import ApiError, invalid
from adapters.sandbox.notion.shapes import uuid
from adapters.sandbox.notion.store import new_id
from adapters.sandbox.state import State

PREFIX = "/notion/v1/"
Endpoint = Callable[..., dict[str, Any]]
_R, _I, _U = "read_content", "insert_content", "update_content"
_RC, _IC = "read_comments", "insert_comments"
# Method, path below /v1/, endpoint, the capability it needs.
ENDPOINTS: tuple[tuple[str, str, Endpoint, str], ...] = (
    ("POST", "pages", routes_pages.create, _I),
    ("GET", "pages/{page_id}", routes_pages.retrieve, _R),
    ("PATCH", "pages/{page_id}", routes_pages.update, _U),
    ("POST", "pages/{page_id}/move", routes_pages.move, _U),
    ("GET", "pages/{page_id}/properties/{property_id}", routes_pages.property_item, _R),
    ("GET", "pages/{page_id}/markdown", markdown.read, _R),
    ("PATCH", "pages/{page_id}/markdown", markdown.update, _U),
    ("GET", "blocks/{block_id}", routes_blocks.retrieve, _R),
    ("PATCH", "blocks/{block_id}", routes_blocks.update, _U),
    ("DELETE", "blocks/{block_id}", routes_blocks.delete, _U),
    ("GET", "blocks/{block_id}/children", routes_blocks.children, _R),
    ("PATCH", "blocks/{block_id}/children", routes_blocks.append, _I),
    ("POST", "databases", routes_databases.create_database, _I),
    ("GET", "databases/{database_id}", routes_databases.retrieve_database, _R),
    ("PATCH", "databases/{database_id}", routes_databases.update_database, _U),
    ("POST", "data_sources", routes_databases.create_source, _I),
    ("GET", "data_sources/{data_source_id}", routes_databases.retrieve_source, _R),
    ("PATCH", "data_sources/{data_source_id}", routes_databases.update_source, _U),
    ("GET", "data_sources/{data_source_id}/templates", routes_databases.templates, _R),
    ("POST", "data_sources/{data_source_id}/query", query.query, _R),
    ("POST", "views", views.create, _I),
    ("GET", "views", views.list_views, _R),
    ("GET", "views/{view_id}", views.retrieve, _R),
    ("PATCH", "views/{view_id}", views.update, _U),
    ("DELETE", "views/{view_id}", views.delete, _U),
    ("POST", "file_uploads", uploads.create, _I),
    ("GET", "file_uploads", uploads.list_uploads, _R),
    ("GET", "file_uploads/{file_upload_id}", uploads.retrieve, _R),
    ("POST", "file_uploads/{file_upload_id}/send", uploads.send, _I),
    ("POST", "file_uploads/{file_upload_id}/complete", uploads.complete, _I),
    ("POST", "comments", routes_people.create_comment, _IC),
    ("GET", "comments", routes_people.comments, _RC),
    ("GET", "comments/{comment_id}", routes_people.comment, _RC),
    ("PATCH", "comments/{comment_id}", routes_people.update_comment, _IC),
    ("DELETE", "comments/{comment_id}", routes_people.delete_comment, _IC),
    ("GET", "users", routes_people.users, "user_info"),
    ("GET", "users/me", routes_people.me, _R),
    ("GET", "users/{user_id}", routes_people.user, "user_info"),
    ("GET", "custom_emojis", routes_people.custom_emojis, _R),
    ("POST", "search", routes_people.search, _R),
)
_COMPILED = tuple(
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), endpoint, capability)
    for method, path, endpoint, capability in ENDPOINTS
)


def _find(request: Request) -> tuple[Endpoint, str, dict[str, str]]:
    """The endpoint, its capability and the path parameters. Raises the 400 of an unknown address."""
    path = request.path.removeprefix(PREFIX)
    for method, pattern, endpoint, capability in _COMPILED:
        found = pattern.fullmatch(path)
        if found is not None and method == request.method:
            return endpoint, capability, found.groupdict()
    raise ApiError(400, "invalid_request_url", "Invalid request URL.")


def _check_path(parameters: dict[str, str]) -> None:
    out: list[str] = []
    for name, value in parameters.items():
        if name != "property_id":
            uuid(value, f"path.{name}", out)
    if out:
        raise invalid("path", out)


def _run(endpoint: Endpoint, call: Call, values: list[str]) -> dict[str, Any] | ApiError:
    """The endpoint's answer, or the error that lets stand what was written before it."""
    try:
        return endpoint(call, *values)
    except ApiError as error:
        if error.keeps:
            return error
        raise


def answer(request: Request, state: State) -> Response:
    """The response to a request below ``/notion/v1/``. What fails leaves nothing behind, but for ``ApiError.keeps``."""
    wall = firewall.refused(request, state)
    if wall is not None:
        return wall
    request_id = new_id()
    headers = {"x-notion-request-id": request_id}
    try:
        token = gate.token_of(request)
        version = gate.version_of(request)
        gate.check_rate(token, state)
        endpoint, capability, parameters = _find(request)
        _check_path(parameters)
        gate.check_capability(token, capability, state)
        body = gate.body_of(request)
        with state.transaction():
            call = Call(request, state, version, token, body)
            data = _run(endpoint, call, [unquote(value) for value in parameters.values()])
        if isinstance(data, ApiError):
            raise data
    except ApiError as error:
        return Response(error.status, error.body(request_id), {**headers, **error.headers})
    return Response(200, {**data, "request_id": request_id}, headers)
