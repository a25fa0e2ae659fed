"""Lines above a body that a command put there: made, found again and taken away, the body below untouched."""

from __future__ import annotations

import html
from collections.abc import Sequence

from lxml import etree

from adapters.base import Notice
from adapters.confluence.bodies import AC, parse, serialise

_ANCHOR = "nbwiki-notice"
"""By its anchor a notice is known again, whatever a server or an editor did around it."""
_MARK = f'<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{_ANCHOR}</ac:parameter></ac:structured-macro>'


def shown(notices: Sequence[Notice]) -> str:
    """The notices in storage format; what replaces the page first."""
    return "".join(_notice(one) for one in sorted(notices, key=lambda one: one.kind != "superseded"))


def replaced(body: str, notices: Sequence[Notice]) -> str:
    """A body with these notices instead of those that it has. Raises ValueError for one that is no XML."""
    return shown(notices) + (without(body) if _ANCHOR in body else body)


def without(body: str) -> str:
    """A body without notices."""
    root = parse(body)
    for child in list(root):
        if _is_notice(child):
            tail = child.tail or ""
            before = child.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                root.text = (root.text or "") + tail
            root.remove(child)
    return serialise(root)


def _is_notice(element: etree._Element) -> bool:
    """A line or a box with our anchor. A report may have an anchor of this name, too: what is larger is never ours."""
    if element.tag not in {"p", f"{AC}structured-macro"} or len(list(element.iter("p"))) > 1:
        return False
    names = element.iter(f"{AC}parameter")
    return any(name.text == _ANCHOR and not name.get(f"{AC}name") for name in names)


def _notice(one: Notice) -> str:
    words = html.escape(one.text)
    if one.title:
        title = html.escape(one.title)
        words += f' <a href="{html.escape(one.url)}">{title}</a>' if one.url else f" {title}"
    if one.kind == "superseded":
        return (
            f'<ac:structured-macro ac:name="note"><ac:rich-text-body><p>{_MARK}{words}</p></ac:rich-text-body>'
            "</ac:structured-macro>"
        )
    return f"<p>{_MARK}<em>{words}</em></p>"
