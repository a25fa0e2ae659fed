"""Strategies for notebooks: outputs with any MIME bundle, cells with any tags and metadata, and their YAML headers."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import strategies as st

from tests.property.htmls import fragment
from tests.property.markdowns import some as markdown
from tests.property.texts import anything, line, odd, tex, word

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")

MIMES = (
    "text/plain", "text/html", "text/markdown", "text/latex", "text/csv", "text/x-whatever", "image/png", "image/jpeg", "image/gif",
    "image/svg+xml", "image/webp", "image/bmp", "image/tiff", "application/json", "application/pdf", "application/javascript",
    "application/geo+json", "application/vnd.plotly.v1+json", "application/vnd.vega.v5+json", "application/vnd.vegalite.v5+json",
    "application/vnd.vegalite.v4.json", "application/vnd.bokehjs_load.v0+json", "application/vnd.bokehjs_exec.v0+json",
    "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json", "application/vnd.holoviews_exec.v0+json",
    "application/vdom.v1+json", "application/vnd.dataresource+json", "video/mp4", "audio/wav", "audio/x-wav", "text/vnd.mermaid", "",
    "application/vnd.x+json", "IMAGE/PNG", "text/html; charset=utf-8", "application/vnd.code.notebook.error", "not a mime", "image/", "*/*",
)  # fmt: skip

scalar = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from([10**400, -0.0, 1e308])
    | anything
)
value = st.recursive(
    scalar,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            anything | st.sampled_from(["data", "layout", "$schema", "model_id", "type", "x"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)
"""Any JSON value, and NaN, infinities and lone surrogates, which Python writes too."""

figure = st.fixed_dictionaries(
    {
        "data": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(["bar", "scatter", "pie", "nonsense", 5, None]), "x": value, "y": value}
            ),
            max_size=2,
        )
        | value,
        "layout": st.fixed_dictionaries({"title": value, "width": value}) | value,
    }
)
chart = st.fixed_dictionaries(
    {
        "$schema": st.sampled_from(["https://vega.github.io/schema/vega-lite/v5.json", "x", 3]),
        "mark": value,
        "encoding": value,
        "data": st.fixed_dictionaries({"values": value}),
    }
)
picture = st.sampled_from([PNG, GIF, PNG[:40], b"", b"<svg>", PNG + PNG]).map(
    lambda data: base64.b64encode(data).decode()
)
content = st.one_of(
    anything,
    st.lists(anything, max_size=4),
    value,
    picture,
    picture.map(lambda text: [text[:7], text[7:]]),
    fragment,
    figure,
    chart,
    tex.map("${}$".format),
    st.just("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='5' height='5'/></svg>"),
    st.just("<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='-3'><script>1</script></svg>"),
    st.fixed_dictionaries({"model_id": word, "version_major": value}),
    st.fixed_dictionaries({"schema": value, "data": value}),
    st.fixed_dictionaries(
        {"tagName": st.sampled_from(["div", "script", "img"]), "children": value, "attributes": value}
    ),
    st.fixed_dictionaries({"type": st.just("FeatureCollection"), "features": value}),
)
bundle = st.dictionaries(st.sampled_from(MIMES) | word, content, max_size=4)
bundle_metadata = st.dictionaries(
    st.sampled_from(MIMES) | st.sampled_from(["width", "isolated", "filenames", "tags"]), value, max_size=2
)

output = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("display_data"), "data": bundle, "metadata": bundle_metadata}),
    st.fixed_dictionaries(
        {"output_type": st.just("execute_result"), "data": bundle, "metadata": st.just({}), "execution_count": value}
    ),
    st.fixed_dictionaries(
        {
            "output_type": st.just("stream"),
            "name": st.sampled_from(["stdout", "stderr", "x", None]),
            "text": anything | st.lists(anything) | value,
        }
    ),
    st.fixed_dictionaries(
        {
            "output_type": st.just("error"),
            "ename": anything,
            "evalue": anything | value,
            "traceback": st.lists(anything) | value,
        }
    ),
    st.fixed_dictionaries({"output_type": value, "data": value, "text": value}),
    value,
)

TAGS = (
    "hide", "hide-input", "hide_input", "hide-output", "hide-cell", "remove-cell", "remove_cell", "remove-input", "remove-output", "nocell", "code",
    "scrolled", "parameters", "injected-parameters", "thumbnail", "thumbnail:x", "full-width", "margin", "collapse", "raises-exception", "results_hide",
)  # fmt: skip
tags = st.lists(st.sampled_from(TAGS) | anything, max_size=3) | value
cell_metadata = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"tags": tags}),
    st.fixed_dictionaries({"jupyter": value, "collapsed": value, "scrolled": value, "name": value, "slideshow": value}),
    st.dictionaries(anything, value, max_size=3),
    value,
)
CODE = (
    "#| echo: false\n#| fig-cap: a\nx", "#| label: fig-a\n#| tbl-cap: [x\nx", "%%bash\nls", "%%html\n<b>x</b>", "!ls", "%matplotlib inline", "#| eval: {", "",
    "%%latex\n$x$", "%%javascript\nalert(1)", "# %% x", "#' ---", "%%R -i x\nx", "# hide\nx", "#hide_input", "#export", "x;",
)  # fmt: skip
code = st.sampled_from(CODE) | anything
source = markdown | st.lists(anything, max_size=3) | value
cell = st.one_of(
    st.fixed_dictionaries({"cell_type": st.just("markdown"), "source": source, "metadata": cell_metadata}),
    st.fixed_dictionaries(
        {
            "cell_type": st.just("code"),
            "source": code | source,
            "metadata": cell_metadata,
            "outputs": st.lists(output, max_size=3),
            "execution_count": value,
        }
    ),
    st.fixed_dictionaries(
        {"cell_type": st.just("raw"), "source": source, "metadata": st.fixed_dictionaries({"format": value})}
    ),
    st.fixed_dictionaries({"cell_type": value, "source": value}),
    st.fixed_dictionaries(
        {
            "cell_type": st.just("markdown"),
            "source": markdown,
            "metadata": st.just({}),
            "attachments": value | st.dictionaries(word, bundle),
        }
    ),
    value,
)
STATE = st.fixed_dictionaries(
    {"application/vnd.jupyter.widget-state+json": st.fixed_dictionaries({"state": value, "version_major": value})}
)
metadata = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"kernelspec": value, "language_info": value, "title": value, "authors": value}),
    st.fixed_dictionaries({"widgets": STATE | value, "jupytext": value, "papermill": value}),
    value,
)
notebook = st.fixed_dictionaries(
    {
        "cells": st.lists(cell, max_size=4),
        "metadata": metadata,
        "nbformat": st.sampled_from([4, 4, 4, 3, "4", None, 5]),
        "nbformat_minor": st.sampled_from([5, 2, 0, "x"]),
    }
)

KEYS = (
    "title", "author", "authors", "date", "updated_at", "tags", "tldr", "summary", "abstract", "description", "format", "execute", "params", "thumbnail", "toc",
    "path", "output", "jupyter", "bibliography", "nbwiki", "status", "code-fold", "preview", "categories", "draft", "kernelspec", "crossref", "lang",
)  # fmt: skip
pair = st.tuples(st.sampled_from(KEYS) | word, value | line | odd)
YAML = (
    "a: [", "a: &x [*x]", "a: &a [1]\nb: [*a,*a]", "!!python/object/apply:os.system [ls]", "a: !x 1", "a: |\n  b", "? [a]\n: b", "- a", "5", "a: 2024-99-99",
    "title: 1e999", "date: 2024-01-01 25:00", "a: {b: {c: {d: }}}", "title: ~", "<<: [1]", "=: 1", "title: '\\ud800'", 'title: "\\ud800"', "a: 0o17", "\t",
    "author: {name: {first: a, last: b}}", "author: [{name: a, affiliations: [{ref: x}]}, b, 3]", "format: {html: {code-fold: maybe}}", "date: now", "date: last-modified",
)  # fmt: skip
header = st.one_of(
    st.lists(pair, max_size=5).map(lambda pairs: json.dumps(dict(pairs), default=str)),
    st.lists(pair, max_size=4).map(lambda pairs: "\n".join(f"{key}: {json.dumps(each)}" for key, each in pairs)),
    st.lists(st.sampled_from(YAML) | odd, min_size=1, max_size=3).map("\n".join),
)
"""The text between a header's two lines of dashes."""


def packed(notebook: Any) -> bytes:
    """The file's bytes; surrogates stand as escapes."""
    return json.dumps(notebook).encode()


def of(*cells: Any, **more: Any) -> dict[str, Any]:
    """A notebook of these cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
