"""R's htmlwidgets: pages that hold their data as JSON. Plotly and tables are read from it, others go as whole pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from converters.model import Form
from converters.transforms.interactive.datatables import datatable
from converters.transforms.interactive.figure import Figure, parsed, styled_size
from converters.transforms.interactive.pages import SCRIPT, standalone
from converters.transforms.interactive.plotly import plotly_figure

_JSON = re.compile(r"\btype\s*=\s*[\"']application/json[\"']", re.IGNORECASE)
_FOR = re.compile(r"\bdata-for\s*=\s*[\"'][^\"']", re.IGNORECASE)
_KIND = re.compile(r"\bclass\s*=\s*[\"']([\w-]+)\s+html-widget\b", re.IGNORECASE)


def find_htmlwidget(forms: Mapping[str, Form]) -> Figure | None:
    """The widget of the bundle's HTML, where its data say more than its page."""
    form = forms.get("text/html")
    if form is None or ("html-widget" not in form.text and "htmlwidget" not in form.text):
        return None
    text = standalone(form.text) or form.text
    kind = _KIND.search(text)
    scripts = (
        script for script in SCRIPT.finditer(text) if _JSON.search(script["head"]) and _FOR.search(script["head"])
    )
    match = next(scripts, None)
    if kind is None or match is None:
        return None
    value = parsed(match["text"])
    data: Any = value.get("x") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        return None
    size = styled_size(text)
    if kind[1] == "plotly":
        return plotly_figure(data, size)
    if kind[1] == "datatables":
        return datatable(data)
    return None
