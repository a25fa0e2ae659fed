"""Who is asking: 401 for wrong or absent credentials, 403 for writes of those who may only read.

With the switch ``auth_codes`` = "measured", Cloud answers with the odd codes seen on live sites (reference section 1):
wrong or absent credentials are 403 in v1 and 404 in v2; a scoped token on the site is 401 with an HTML page; a token
without the scope, through the gateway, is 401 with the gateway's JSON.
"""

from __future__ import annotations

import base64
import binascii

from adapters.sandbox.confluence.errors import Finished, Refused
from adapters.sandbox.confluence.schema import AUTHOR, READER
from adapters.sandbox.http import Request, Response

_USERS = {"author@example.com": AUTHOR, "reader@example.com": READER, "author": AUTHOR, "reader": READER}
_READONLY, _SCOPED = "sandbox-readonly", "sandbox-scoped"
_TOKENS = frozenset({"sandbox", _READONLY, _SCOPED})
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Confluence"'}
_TOMCAT = "<!doctype html><html><head><title>HTTP Status 401 – Unauthorized</title></head><body>\
<h1>HTTP Status 401 – Unauthorized</h1></body></html>"


def who(request: Request, flavor: str, *, gateway: bool, writes: bool, measured: str = "") -> str:
    """The account id of the caller. ``measured`` is the API version whose odd codes are wanted, or empty.

    Raises Refused or Finished.
    """
    user, token = _credentials(request)
    if user is None or token not in _TOKENS or (flavor == "dc" and token == _SCOPED):
        raise _unknown(flavor, gateway=gateway, measured=measured)
    if token == _SCOPED and not gateway:
        raise Finished(Response(401, _TOMCAT)) if measured else Refused(401, "Unauthorized", _CHALLENGE)
    if writes and (token == _READONLY or user == READER):
        if gateway and measured:
            raise Finished(Response(401, {"code": 401, "message": "Unauthorized; scope does not match"}))
        raise Refused(403, "User does not have permission to use this resource")
    return user


def _unknown(flavor: str, *, gateway: bool, measured: str) -> Exception:
    """What those get who are not known."""
    if flavor == "dc":
        message = "Basic Authentication Failure - Reason : AUTHENTICATED_FAILED"
        return Finished(Response(401, {"message": message, "status-code": 401}, {"WWW-Authenticate": "Bearer"}))
    if gateway:
        return Finished(Response(401, {"code": 401, "message": "Unauthorized"}))
    if not measured:
        return Refused(401, "Unauthorized", _CHALLENGE)
    return Refused(404, "Not Found") if measured == "v2" else Refused(403, "caller cannot access Confluence")


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
