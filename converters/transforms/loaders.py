"""Outputs that only bring a library into the notebook: nothing that a reader of a page would see."""

from __future__ import annotations

import re

from converters.model import Form

PLACE = "x-nbwiki/place"
"""Stands for an empty place that the next output fills."""
SILENT = (PLACE, "application/vnd.bokehjs_load", "application/vnd.holoviews_load", "application/papermill.record")
"""Forms that load a library or carry data for tools."""

_LOADS = ("application/vnd.bokehjs_load", "application/vnd.holoviews_load")
_LOADING = (
    'class="logo-block"',  # HoloViews' and Panel's logos, where their extension is loaded
    "<code>init_notebook_mode</code> cell from ITables",  # what ITables says where scripts don't run
)
"""What libraries say of themselves where they are loaded."""
_ROOTS = re.compile(
    r'"roots":\[(?:\{"type":"object","name":"panel\.models\.(?:browser\.BrowserInfo|comm_manager\.CommManager)",'
    r'"id":"[^"]*"(?:,"attributes":\{[^{}]*\})?\},?)+\]'
)
"""The models of a document with which Panel, once it is loaded, asks the browser about itself."""
_EMPTY_PLACE = re.compile(r"\s*(?:<(?:div|span)\b[^>]*>\s*)+(?:</(?:div|span)>\s*)+")
_PLACE_CHARS = 500


def set_aside_loaders(forms: dict[str, Form]) -> None:
    """Turn the forms of a bundle that only loads a library, or is an empty place, into silent ones."""
    if any(kind.startswith(_LOADS) for kind in forms):
        for kind in ("application/javascript", "text/javascript", "text/html"):
            forms.pop(kind, None)
        return
    form = forms.get("text/html")
    if form is None:
        return
    text = form.text
    if ("Loading BokehJS" in text and "docs_json" not in text) or _says_so(text):
        del forms["text/html"]
        forms.pop("application/vnd.holoviews_exec.v0+json", None)
        forms.setdefault("application/vnd.bokehjs_load+html", form)
    elif len(text) < _PLACE_CHARS and "id=" in text and _EMPTY_PLACE.fullmatch(text):
        del forms["text/html"]
        forms.setdefault(PLACE, form)


def _says_so(text: str) -> bool:
    if any(words in text for words in _LOADING):
        return True
    return "panel.models." in text and _ROOTS.search(text) is not None
