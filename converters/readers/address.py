"""Addresses as an author wrote them → what the model allows. Anything that could run or leak is dropped with a note."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from converters import notes
from converters.model import AnchorLink, FileLink, Href, ImageRef, InlineImage, Where
from converters.readers import mime
from converters.readers.context import MarkdownContext
from converters.readers.pictures import is_cut, mend

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_UNSAFE = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_DATA = re.compile(r"data:([^;,]*)((?:;[^;,]*)*),(.*)", re.DOTALL | re.IGNORECASE)
_NAMES = {"doi": "https://doi.org/", "wiki": "https://en.wikipedia.org/wiki/", "arxiv": "https://arxiv.org/abs/"}
"""Schemes that name a thing whose page is known; MyST's links have them."""
_PICTURE_MIMES = ("image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/svg+xml")


def _scheme(address: str) -> str:
    """The scheme as a browser sees it: white space and control characters inside don't count."""
    match = _SCHEME.match(_CONTROL.sub("", address[:200]))
    return match[1].lower() if match else ""


def _absolute(address: str) -> str:
    """A web address with everything escaped that may not stand in one, host in its ASCII form."""
    if _UNSAFE.search(address):
        from markdown_it.common.normalize_url import normalizeLink

        address = normalizeLink(address)
    return _readable(address) if "[" in address or "]" in address else address


def _readable(address: str) -> str:
    """An address whose brackets are no IPv6 host, with those escaped: nothing could read it otherwise."""
    try:
        urlsplit(address)
    except ValueError:
        return address.replace("[", "%5B").replace("]", "%5D")
    return address


def href(address: str, context: MarkdownContext, where: Where | None) -> Href | None:
    """Where a link leads, or None (with a note) if readers must not be sent there."""
    address = address.strip()
    if address.startswith("#"):
        return AnchorLink(unquote(address[1:])) if len(address) > 1 else None
    if address.startswith("//"):
        return _absolute("https:" + address)
    scheme = _scheme(address)
    if scheme in {"http", "https", "mailto"}:
        return _absolute(_CONTROL.sub("", address) if not _SCHEME.match(address) else address)
    if scheme in _NAMES and (name := address.partition(":")[2].strip("/")):
        return _absolute(_NAMES[scheme] + name.replace(" ", "_"))
    if scheme:
        context.notes.append(
            notes.security("link.scheme", f"link to {scheme}: dropped, its text stays", where or context.where)
        )
        return None
    path, _, anchor = address.partition("#")
    path = unquote(path.partition("?")[0])
    if not path:
        return AnchorLink(unquote(anchor)) if anchor else None
    return FileLink(path, unquote(anchor))


def picture(  # noqa: PLR0913  (a picture has that many properties)
    address: str,
    context: MarkdownContext,
    where: Where | None,
    *,
    alt: str = "",
    title: str = "",
    width: int | None = None,
    height: int | None = None,
    link: Href | None = None,
) -> ImageRef | InlineImage | None:
    """The picture at an address, not fetched; None (with a note) if there is none that may be shown.

    Longer than other functions: an answer for each kind of address.
    """
    address = address.strip()
    scheme = _scheme(address)
    asset, url = None, ""
    if scheme in {"http", "https"} or address.startswith("//"):
        url = _absolute("https:" + address if address.startswith("//") else address)
    elif scheme == "data":
        asset = _decoded(address, context, where)
        if asset is None:
            return None
    elif scheme == "attachment":
        name = unquote(address.partition(":")[2])
        asset = (context.attachments or {}).get(name)
        if asset is None:
            context.notes.append(
                notes.missing("image.attachment", f"attachment {name!r} is not in this cell", where or context.where)
            )
            return None
    elif scheme or address.startswith("\\"):
        kind = f"{scheme}: address" if scheme else "absolute path"
        context.notes.append(
            notes.security("image.address", f"picture with {kind} not shown: {address[:80]}", where or context.where)
        )
        return None
    else:
        path = unquote(address.partition("#")[0].partition("?")[0])
        if not path:
            context.notes.append(notes.missing("image.missing", "picture without an address", where or context.where))
            return None
        if path.startswith("/"):  # the root of the site or repository, as for links
            path = "../" * context.source.count("/") + path.lstrip("/")
        return ImageRef(path, alt, title, width, height, link)
    return InlineImage(asset, url, alt, title, width, height, link)


def _decoded(address: str, context: MarkdownContext, where: Where | None) -> str | None:
    """The key of the picture inside a ``data:`` address, put into ``context.assets``; None with a note."""
    match = _DATA.match(address)
    data = b""
    if match and match[1].strip().lower() in _PICTURE_MIMES:
        try:
            if ";base64" in match[2].lower():
                packed = "".join(unquote(match[3]).split()).rstrip("=")
                data = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
            else:
                data = unquote_to_bytes(match[3])
        except (binascii.Error, ValueError):
            data = b""
    kind = mime.sniff(data)
    if is_cut(data, kind):
        context.notes.append(notes.degraded("image.cut", "a picture in the text ends early", where or context.where))
        data, kind = mend(data) or b"", "image/png"
    if not data or kind not in _PICTURE_MIMES:
        context.notes.append(
            notes.dropped("image.data", "data: address that holds no readable picture", where or context.where)
        )
        return None
    asset = mime.asset(data, kind, "image")
    context.assets.setdefault(asset.key, asset)
    return asset.key
