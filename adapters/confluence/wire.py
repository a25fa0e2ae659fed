"""What goes over the wire: bodies as bytes, answers as JSON that can be relied on."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests

from adapters.confluence.faults import error_of
from adapters.errors import WikiUnavailable

Json: TypeAlias = Any


class Answer(dict[str, Any]):
    """A JSON object of the wiki. What it ought to hold and doesn't is the wiki's failure, not a bug of ours."""

    def __missing__(self, name: str) -> Any:
        raise WikiUnavailable(f"the wiki's answer lacks {name!r}", hint="check url and proxy, or try again later")


def encode(body: object) -> bytes:
    """A JSON body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def answer_of(response: requests.Response, method: str, path: str) -> Json:
    """JSON of a good answer. Raises the error of a bad one, and of a web page where JSON should be."""
    first = response.history[0] if response.history else response
    if 300 <= response.status_code < 400 or first.request.method != response.request.method:
        # A followed redirect turns POST and PUT into GET, whose answer looks like success.
        place = urlsplit(first.headers.get("Location", ""))
        where = f"{place.scheme}://{place.netloc}" if place.netloc else "another address"
        text = f"the wiki sends {method} {path} on to {where}"
        raise WikiUnavailable(text, hint="set url to it", status=first.status_code, retry="never")
    if not response.ok:
        raise error_of(response, method, path)
    if not response.content:
        return Answer()
    if "html" in response.headers.get("Content-Type", ""):
        raise WikiUnavailable(
            f"the wiki answered {method} {path} with a web page",
            hint="it may be in maintenance, behind a sign-in page, or url is not its base address",
            status=response.status_code,
        )
    try:
        return json.loads(response.content, object_hook=Answer)
    except ValueError:
        raise WikiUnavailable(f"the wiki answered {method} {path} with no JSON", status=response.status_code) from None


def multipart(name: str, mime: str, data: bytes) -> tuple[bytes, str]:
    """Body and Content-Type of an upload: the file, and ``minorEdit`` so that nobody gets a mail."""
    boundary = f"nbwiki-{secrets.token_hex(16)}"
    kind = mime if re.fullmatch(r"[\w.+\-]+/[\w.+\-]+", mime) else "application/octet-stream"
    safe = re.sub(r'[\x00-\x1f"\\]', "_", name)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="minorEdit"\r\n'
        "Content-Type: text/plain; charset=utf-8\r\n\r\ntrue\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
