"""Who is asking, with the vendor's odd codes for those who may not (reference section 1).

Cloud: wrong or absent credentials are 403 in v1 and 404 in v2; a scoped token on the site is 401 with an HTML page;
a token without the scope, through the gateway, is 401 with the gateway's JSON. Data Center: 401.
"""

from __future__ import annotations

import base64
import binascii

from adapters.sandbox.confluence.errors import Finished, Refused
from adapters.sandbox.confluence.schema import AUTHOR, READER
from adapters.sandbox.http import Request, Response

_USERS = {"author@example.com": AUTHOR, "reader@example.com": READER, "author": AUTHOR, "reader": READER}
_TOKENS = frozenset({"sandbox", "sandbox-readonly", "sandbox-scoped"})
_TOMCAT = "<!doctype html><html><head><title>HTTP Status 401 – Unauthorized</title></head><body>\
<h1>HTTP Status 401 – Unauthorized</h1></body></html>"


def who(request: Request, flavor: str, api: str, *, gateway: bool, writes: bool) -> str:
    """The account id of the caller. Raises Refused or Finished."""
    user, token = _credentials(request)
    if flavor == "dc":
        if token not in {"sandbox", "sandbox-readonly"} or user is None:
            message = "Basic Authentication Failure - Reason : AUTHENTICATED_FAILED"
            raise Finished(Response(401, {"message": message, "status-code": 401}, {"WWW-Authenticate": "Bearer"}))
    elif user is None or token not in _TOKENS:
        if gateway:
            raise Finished(Response(401, {"code": 401, "message": "Unauthorized"}))
        raise Refused(404, "Not Found") if api == "v2" else Refused(403, "caller cannot access Confluence")
    if token == "sandbox-scoped" and not gateway:  # noqa: S105 - a published test credential
        raise Finished(Response(401, _TOMCAT))
    if writes and (token == "sandbox-readonly" or user == READER):  # noqa: S105
        if gateway:
            raise Finished(Response(401, {"code": 401, "message": "Unauthorized; scope does not match"}))
        raise Refused(403, "User does not have permission to use this resource")
    return user


def _credentials(request: Request) -> tuple[str | None, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        bare = request.path.startswith("/dc/") or request.path.startswith("/ex/")
        return (AUTHOR if bare else None), value.strip()
    if scheme.lower() != "basic":
        return None, ""
    try:
        name, _, token = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, ""
    return _USERS.get(name.lower()), token
