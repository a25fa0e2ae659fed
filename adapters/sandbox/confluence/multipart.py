"""Multipart bodies, with the server's habits: untyped files are octet streams, untyped text is Latin-1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.http import Request

_PARAMETER = re.compile(rb';\s*([A-Za-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))')


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``filename`` is None for a form field; ``filename*`` (RFC 5987) is not understood, as by the vendor."""

    name: str
    filename: str | None
    content_type: str
    data: bytes

    def text(self) -> str:
        """A form field's text: UTF-8 only where its type says so, else Latin-1 (mojibake, as the vendor's)."""
        return self.data.decode("utf-8" if "utf-8" in self.content_type.lower() else "latin-1", errors="replace")


def parts_of(request: Request) -> list[Part]:
    """The parts of a ``multipart/form-data`` request. Raises Refused (415, 400)."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise Refused(415, "Unsupported Media Type")
    found = re.search(r'boundary="?([^";,]+)"?', content_type)
    if found is None:
        raise Refused(400, "the request was rejected because no multipart boundary was found")
    marker = b"--" + found[1].strip().encode()
    pieces = (b"\r\n" + request.body).split(b"\r\n" + marker)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Refused(400, "Stream ended unexpectedly")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, separator, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        raise Refused(400, "Malformed multipart part")
    headers: dict[str, bytes] = {}
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        headers[name.decode("latin-1").strip().lower()] = value.strip()
    disposition = headers.get("content-disposition", b"")
    values = {m[1].lower(): re.sub(rb"\\(.)", rb"\1", m[2]) if m[2] is not None else m[3] for m in
              _PARAMETER.finditer(disposition)}  # fmt: skip
    filename = values.get(b"filename")
    return Part(
        values.get(b"name", b"").decode("utf-8", errors="replace"),
        filename.decode("utf-8", errors="replace") if filename is not None else None,
        headers.get("content-type", b"").decode("latin-1"),
        data,
    )
