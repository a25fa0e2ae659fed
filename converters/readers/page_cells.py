"""A notebook's HTML export → its cells again: code told from outputs, tags kept, as far as the page shows them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import msgspec

from converters.readers.page_tree import by_class, classes, inner_html, is_noise, remove, words

_TAG = "celltag_"
_IMAGE = re.compile(r"data:(image/[\w.+-]+);base64,(.+)", re.DOTALL)
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def is_export(root: Any) -> bool:
    """Whether a page is a notebook that nbconvert or JupyterLab exported."""
    return bool(by_class(root, "jp-Cell") or by_class(root, "code_cell") or by_class(root, "text_cell_render"))


def notebook_of(root: Any) -> dict[str, Any]:
    """The notebook in the shape of nbformat 4."""
    for one in by_class(root, "anchor-link"):
        remove(one)
    elements = _outermost(root)
    cells = _before(elements[0]) if elements else []
    for one in elements:
        cells += [*_cell(one), *_behind(one, set(elements))]
    metadata: dict[str, Any] = {"language_info": {"name": _language(root)}}
    state = _json(next((one for one in root.iter("script") if one.get("type") == _WIDGET_STATE), None))
    if state is not None:
        metadata["widgets"] = {_WIDGET_STATE: state}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}


def _outermost(root: Any) -> list[Any]:
    """The elements of cells, in order; what stands inside one is that cell's."""
    found: list[Any] = []
    inside: set[Any] = set()
    for one in root.iter():
        if one.getparent() in inside:
            inside.add(one)
        elif one.tag == "div" and classes(one) & {"jp-Cell", "code_cell", "text_cell"}:
            inside.add(one)
            found.append(one)
    return found


_NO_TEXT = frozenset({"script", "style", "link", "meta", "title"})


def _before(first: Any) -> list[dict[str, Any]]:
    """Raw cells on top, which exports write as they are; not what a page has above its notebook."""
    parent = first.getparent()
    place = parent is not None and (parent.tag == "main" or parent.get("id") == "notebook-container")
    if not place:
        return []
    return _between(parent.text, list(parent)[: parent.index(first)])


def _behind(cell: Any, cells: set[Any]) -> list[dict[str, Any]]:
    """Raw cells between a cell and the next one beside it, or behind the last."""
    found = []
    for one in cell.itersiblings():
        if one in cells:
            break
        found.append(one)
    return _between(cell.tail, found)


def _between(text: str | None, elements: list[Any]) -> list[dict[str, Any]]:
    """Text and elements between cells as one cell."""
    from lxml import etree

    shown = [one for one in elements if isinstance(one.tag, str) and one.tag not in _NO_TEXT and not is_noise(one)]
    tails = [one.tail or "" for one in elements]
    if not shown:
        words_ = "".join((text or "", *tails)).strip()
        return [{"cell_type": "raw", "source": words_, "metadata": {}}] if words_ else []
    parts = [escape(text or "", quote=False)]
    for one, tail in zip(elements, tails, strict=True):
        parts += [etree.tostring(one, encoding="unicode", method="html", with_tail=False)] if one in shown else []
        parts.append(escape(tail, quote=False))
    return [{"cell_type": "markdown", "source": one_block("".join(parts)), "metadata": {}}]


def one_block(html: str) -> str:
    """HTML as one block of Markdown: no line of it is blank."""
    return "<div>\n" + re.sub(r"\n(?=[ \t]*\n)", "&#10;", html.strip()) + "\n</div>"


def _language(root: Any) -> str:
    for one in by_class(root, "highlight"):
        for name in classes(one):
            if name.startswith("hl-"):
                return name[3:].replace("ipython3", "python").replace("ipython2", "python").replace("ipython", "python")
    return "python"


def _cell(element: Any) -> list[dict[str, Any]]:
    names = classes(element)
    tags = [name.removeprefix(_TAG) for name in (element.get("class") or "").split() if name.startswith(_TAG)]
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    text = next(iter(by_class(element, "jp-MarkdownOutput") or by_class(element, "text_cell_render")), None)
    if text is not None:
        return [{"cell_type": "markdown", "source": one_block(inner_html(text)), "metadata": metadata}]
    if names & {"jp-RawCell", "raw_cell"}:
        return [{"cell_type": "raw", "source": _listing(element), "metadata": metadata}]
    if not names & {"jp-CodeCell", "code_cell"}:
        return []
    area = next(iter(by_class(element, "jp-InputArea-editor") or by_class(element, "input_area")), None)
    shown = by_class(element, "jp-OutputArea-output") or by_class(element, "output_subarea")
    outputs = [output for one in shown for output in _outputs(one)]
    code = _listing(area) if area is not None else ""
    return [{"cell_type": "code", "source": code, "metadata": metadata, "outputs": outputs}]


def _listing(element: Any) -> str:
    """Code of an editor, without what the page puts around it."""
    found = next(element.iter("pre"), element)
    return "".join(found.itertext()).strip("\n")


def _outputs(element: Any) -> list[dict[str, Any]]:
    """One output. Older pages tell by classes what newer ones tell by ``data-mime-type``."""
    kind = (element.get("data-mime-type") or "").lower()
    names = classes(element)
    text = _listing(element) + "\n" if next(element.iter("pre"), None) is not None else ""
    if "output_error" in names or ("Traceback (most recent call last)" in text and ("stderr" in kind or not kind)):
        name, _, value = text.rstrip().rpartition("\n")[2].partition(":")
        trace = text.rstrip("\n")
        return [{"output_type": "error", "ename": name.strip()[:80], "evalue": value.strip(), "traceback": [trace]}]
    if kind.endswith("stderr") or "output_stderr" in names:
        return [{"output_type": "stream", "name": "stderr", "text": text}]
    result = any("executeResult" in name or "execute_result" in name for name in names)
    if kind in {"text/plain", "application/vnd.jupyter.stdout"} or names & {"output_text", "jp-RenderedText"}:
        if result:
            return [_data({"text/plain": text.rstrip("\n")}, "execute_result")]
        return [{"output_type": "stream", "name": "stdout", "text": text}]
    view = _json(next((one for one in element.iter("script") if one.get("type") == _WIDGET_VIEW), None))
    if view is not None:
        return [_data({_WIDGET_VIEW: view, "text/plain": words(element)})]
    images = list(element.iter("img"))
    picture = _IMAGE.match(images[0].get("src") or "") if len(images) == 1 and not words(element) else None
    if picture and picture[1] != "image/svg+xml":
        size = {key: int(images[0].get(key)) for key in ("width", "height") if (images[0].get(key) or "").isdigit()}
        alt = images[0].get("alt") or ""
        metadata = size | ({"alt": alt} if alt and alt != "No description has been provided for this image" else {})
        return [_data({picture[1]: "".join(picture[2].split())}, metadata={picture[1]: metadata} if metadata else {})]
    html = inner_html(element).strip()
    return [_data({"text/html": html})] if html else []


def _data(data: dict[str, Any], kind: str = "display_data", metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"output_type": kind, "data": data, "metadata": metadata or {}}


def _json(script: Any) -> Any:
    try:
        return msgspec.json.decode(script.text) if script is not None and script.text else None
    except (msgspec.DecodeError, UnicodeError):
        return None
