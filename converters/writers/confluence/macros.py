"""Storage format's structured macros, one function each."""

from __future__ import annotations

from collections.abc import Mapping

from converters.writers.confluence.xml import Xml, el, escape

Value = str | int | None
"""A macro parameter: text, or :class:`Xml` for resource identifiers; None and empty are left out."""


def macro(name: str, parameters: Mapping[str, Value] | None = None, *bodies: Xml) -> Xml:
    """A structured macro with its parameters and bodies."""
    parts = [
        Xml(
            f'<ac:parameter ac:name="{escape(key)}">{value if type(value) is Xml else escape(str(value))}</ac:parameter>'
        )
        for key, value in (parameters or {}).items()
        if value is not None and value != ""
    ]
    return el("ac:structured-macro", {"ac:name": name}, *parts, *bodies)


def rich(body: Xml) -> Xml:
    """A rich text body; never empty, since an empty body shows as a broken macro."""
    return el("ac:rich-text-body", None, body or el("p"))


def expand(title: str, body: Xml) -> Xml:
    """Content behind one line."""
    return macro("expand", {"title": title}, rich(body))


def code(text: Xml, language: str, *, title: str = "", collapse: bool = False) -> Xml:
    """A code block; ``text`` is a CDATA section. ``title`` and ``collapse`` show on Data Center only."""
    parameters: dict[str, Value] = {"language": language, "title": title, "collapse": "true" if collapse else None}
    return macro("code", parameters, el("ac:plain-text-body", None, text))


def anchor(name: str) -> Xml:
    """An invisible target for links."""
    return macro("anchor", {"": name})


def status(text: str, colour: str) -> Xml:
    """A lozenge."""
    return macro("status", {"colour": colour.capitalize(), "title": text})


def attachment(filename: str) -> Xml:
    """The resource identifier of an attachment on the same page."""
    return el("ri:attachment", {"ri:filename": filename})


def url(address: str) -> Xml:
    """The resource identifier of an address on the web."""
    return el("ri:url", {"ri:value": address})


def attachment_link(filename: str, body: Xml) -> Xml:
    """A link to an attachment on the same page."""
    return el("ac:link", None, attachment(filename), el("ac:link-body", None, body))


def anchor_link(name: str, body: Xml) -> Xml:
    """A link to an anchor on the same page."""
    return el("ac:link", {"ac:anchor": name}, el("ac:link-body", None, body))


def excerpt_of(title: str) -> Xml:
    """The excerpt of another page of the space, without a panel around it."""
    page = el("ac:link", None, el("ri:page", {"ri:content-title": title}))
    return macro("excerpt-include", {"": page, "nopanel": "true"})
