"""Knitted documents: R Notebooks, pages of R Markdown, Quarto, nbconvert and others, Markdown of knitr."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from converters.build import text_of
from converters.model import (
    Block,
    Callout,
    Code,
    Document,
    Footnotes,
    Heading,
    Image,
    InlineMath,
    Math,
    Output,
    Paragraph,
    Table,
    Tabs,
)
from converters.options import NoFiles, Read, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.transforms import apply
from converters.walk import iter_blocks, iter_inlines

PAGES = Path(__file__).parent / "pages"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGED = (
    '<div data-pagedtable="false">\n  <script data-pagedtable-source type="application/json">\n'
    '{"columns":[{"label":[""],"name":["_rn_"],"type":[""],"align":["left"]},'
    '{"label":["dist<x>"],"name":[1],"type":["dbl"],"align":["right"]}],'
    '"data":[{"1":"2","_rn_":"first"},{"1":"10","_rn_":"second"}],"options":{}}\n  </script>\n</div>'
)


def opened(text: str | bytes, path: str, **options: Any) -> Read:
    data = text if isinstance(text, bytes) else text.encode()
    return read(Source(path, data), ReadOptions(**options))


def every(document: Document, kind: type[Block]) -> list[Any]:
    return [block for block in iter_blocks(document.blocks) if isinstance(block, kind)]


def paragraphs(document: Document) -> list[str]:
    return [text_of(block.content) for block in every(document, Paragraph)]


def shown(document: Document) -> list[tuple[str, str, str]]:
    """Kind, name and first form of each output."""
    return [(one.kind, one.name, one.forms[0].mime) for one in every(document, Output)]


def equations(document: Document) -> list[str]:
    found = [one.tex for one in iter_inlines(document.blocks) if isinstance(one, InlineMath)]
    return found + [block.tex for block in every(document, Math)]


# ---------------------------------------------------------------- R Notebooks


def mark(kind: str, content: str, meta: object = None) -> str:
    packed = " " + base64.b64encode(json.dumps(meta).encode()).decode() if meta is not None else ""
    return f"<!-- rnb-{kind}-begin{packed} -->\n{content}\n<!-- rnb-{kind}-end -->\n"


def source(code: str) -> str:
    return mark("source", f'<pre class="r"><code>{code}</code></pre>', {"data": f"```r\n{code}\n```"})


def r_notebook(rmd: str, *parts: str) -> str:
    packed = base64.b64encode(rmd.encode()).decode()
    head = "<script>window.HTMLWidgets = {};</script><script>/* bootstrap */</script>"
    return f'<!DOCTYPE html><html><head><title>x</title>{head}</head><body>{"".join(parts)}<div id="rmd-source-code">{packed}</div></body></html>'


RMD = """---
title: Cars
author: Ann B
date: "2024-01-05"
---

There are `r nrow(cars)` rows.

```{r setup, include=FALSE}
library(knitr)
```

```{r plot, fig.cap="The plot", echo=FALSE}
plot(cars)
```

Some *text*.

````
```{r}
an_example
```
````

```{r}
head(cars)
```

```{python}
print(1)
```

```{r}
widget()
```
"""
WIDGET = '<div id="htmlwidget-1" class="plotly html-widget"></div><script type="application/json" data-for="htmlwidget-1">{}</script>'
R_NOTEBOOK = r_notebook(
    RMD,
    mark("text", "<p>There are 50 rows.</p>\n<pre><code>a\n\nb</code></pre>"),
    mark("chunk", mark("plot", f'<p><img src="data:image/png;base64,{PNG}" /></p>', {"width": 700, "height": 432.6})),
    mark("text", "<p>Some <em>text</em>.</p>"),
    mark(
        "chunk",
        source("head(cars)")
        + mark("frame", PAGED, {"metadata": {}})
        + mark("output", "<pre><code>[1] 1</code></pre>", {"data": "[1] 1\n"})
        + mark("warning", "<pre><code>w</code></pre>", {"data": "Warning: careful"})
        + mark("error", "<pre><code>e</code></pre>", {"data": "Error: no"}),
    ),
    mark("chunk", source("print(1)") + mark("output", "<pre><code>&lt;1&gt;</code></pre>")),
    mark("chunk", source("widget()") + mark("htmlwidget", WIDGET, {"dependencies": []})),
)


def test_an_r_notebook_reads_like_an_executed_one() -> None:
    done = opened(R_NOTEBOOK, "cars.nb.html")
    document = done.document
    assert (document.title, document.meta.created) == ("Cars", "2024-01-05")
    assert [one.name for one in document.meta.authors] == ["Ann B"]
    assert paragraphs(document)[:2] == ["There are 50 rows.", "Some text."]
    codes = [(one.text, one.language, one.role, one.visibility) for one in every(document, Code)]
    assert codes == [
        ("a\n\nb", "", "source", ""),
        ("plot(cars)", "r", "input", "omit"),
        ("```{r}\nan_example\n```", "", "source", ""),
        ("head(cars)", "r", "input", ""),
        ("print(1)", "python", "input", ""),
        ("widget()", "r", "input", ""),
    ]
    assert shown(document) == [
        ("display_data", "", "image/png"),
        ("display_data", "", "text/html"),
        ("stream", "stdout", "text/plain"),
        ("stream", "stderr", "text/plain"),
        ("error", "", "text/plain"),
        ("stream", "stdout", "text/plain"),
        ("display_data", "", "text/html"),
    ]
    figure, frame, *_, escaped, widget = every(document, Output)
    assert text_of(figure.caption) == "The plot"
    assert figure.forms[0].metadata == {"width": 700, "height": 433}
    assert '<td style="text-align:right">10</td>' in frame.forms[0].text
    assert escaped.forms[0].text.strip() == "<1>"
    assert widget.forms[0].text.startswith("<!DOCTYPE html>")
    assert "HTMLWidgets" in widget.forms[0].text
    assert "bootstrap" not in widget.forms[0].text
    assert not done.notes


def test_outputs_find_their_chunk_where_others_left_no_marks() -> None:
    rmd = "```{r}\na()\n```\n\n```{r include=FALSE}\nb()\n```\n\n```{r}\nc()\n```\n"
    page = r_notebook(
        rmd, mark("chunk", source("a()")), mark("chunk", source("c()") + mark("output", "", {"data": "C"}))
    )
    document = opened(page, "x.nb.html").document
    assert [block.text if isinstance(block, Code) else block.forms[0].text for block in document.blocks] == [
        "a()",
        "c()",
        "C",
    ]


def test_references_of_bookdown_lead_to_the_figures_of_chunks() -> None:
    rmd = "See \\@ref(fig:bars).\n\n```{r bars, fig.cap='Bars'}\nplot(1)\n```\n\nAs `r 1+1` in Figure \\@ref(fig:bars), `@ref(fig:bars)`.\n"
    page = r_notebook(
        rmd,
        mark("text", "<p>See @ref(fig:bars).</p>"),
        mark("chunk", source("plot(1)") + mark("plot", f'<p><img src="data:image/png;base64,{PNG}" /></p>', {})),
        mark("text", "<p>As 2 in Figure @ref(fig:bars), <code>@ref(fig:bars)</code>.</p>"),
    )
    found = opened(page, "x.nb.html")
    shown = apply(found, TransformOptions(target="model", anatomy=False, attach_source=False), NoFiles())
    assert [words for words in paragraphs(shown.document) if words] == ["See 1.", "As 2 in Figure 1, @ref(fig:bars)."]
    assert "Figure 1: Bars" in [text_of(image.caption) for image in every(shown.document, Image)]
    assert not shown.notes


def test_outputs_of_no_chunk_are_kept_with_a_note() -> None:
    page = r_notebook("Text.\n", mark("chunk", source("gone()") + mark("output", "", {"data": "here"})))
    done = opened(page, "x.nb.html")
    assert [note.code for note in done.notes] == ["rnotebook.chunks"]
    assert [one.forms[0].text for one in every(done.document, Output)] == ["here"]


def test_a_damaged_mark_harms_nothing() -> None:
    page = r_notebook(
        "```{r}\na()\n```\n",
        "<!-- rnb-chunk-begin --><!-- rnb-output-begin AAAA --><pre>x</pre><!-- rnb-output-end -->",
    )
    document = opened(page, "x.nb.html").document
    assert [one.forms[0].text for one in every(document, Output)] == ["x"]


# ---------------------------------------------------------------- pages


def test_a_page_of_r_markdown() -> None:
    document = opened((PAGES / "rmd.html").read_bytes(), "rmd.html").document
    meta = document.meta
    assert (meta.title, meta.subtitle, meta.created, meta.summary) == (
        "Knitted report",
        "With a subtitle",
        "2024-03-01",
        "This is what we found.",
    )
    assert [one.name for one in meta.authors] == ["Jane Doe"]
    assert [(one.text, one.role) for one in every(document, Code)] == [
        ("summary(cars)\nx", "input"),
        ("plot(cars)", "input"),
        ("just text", "source"),
    ]
    summary, plain, widget = every(document, Output)
    assert summary.forms[0].text.splitlines()[0].strip() == "speed           dist"
    assert plain.forms[0].text == '[1] "no prefix"'
    assert widget.forms[0].text.startswith("<!DOCTYPE html>")
    (image,) = every(document, Image)
    assert (text_of(image.caption), image.alt, image.width) == ("Speed and distance", "Speed", 672)
    (tabs,) = every(document, Tabs)
    assert [tab.title for tab in tabs.tabs] == ["Tab A", "Tab B"]
    assert [text_of(one.content) for one in every(document, Heading)] == ["1 Intro", "Results", "More"]
    assert sorted(equations(document)) == ["E=mc^2", "\\int_0^1 x\\,dx", "a_i^2"]
    assert len(every(document, Table)) == 2
    (footnotes,) = every(document, Footnotes)
    assert len(footnotes.items) == 1


def test_a_page_of_quarto() -> None:
    done = opened((PAGES / "quarto.html").read_bytes(), "quarto.html")
    document = done.document
    meta = document.meta
    assert (meta.title, meta.subtitle, meta.created, meta.summary) == (
        "Quarto report",
        "Sub",
        "2024-05-06",
        "We looked.",
    )
    assert meta.tags == ("sales", "churn")
    words = " ".join(paragraphs(document))
    for noise in ("Site nav", "Table of contents", "Foot", "Published", "Show the code"):
        assert noise not in words
    assert [(one.text, one.role, one.visibility, one.title) for one in every(document, Code)] == [
        ("import math", "input", "fold", "Show the code"),
        ("fig", "input", "", ""),
    ]
    assert shown(document) == [
        ("stream", "stdout", "text/plain"),
        ("stream", "stderr", "text/plain"),
        ("display_data", "", "text/html"),
    ]
    plot = every(document, Output)[-1].forms[0].text
    assert 'id="abc-123"' in plot
    assert "Plotly.newPlot" in plot
    (callout,) = every(document, Callout)
    assert (callout.kind, text_of(callout.title), callout.folded) == ("warning", "Mind the gap", True)
    (tabs,) = every(document, Tabs)
    assert [tab.title for tab in tabs.tabs] == ["R", "Python"]
    (image,) = every(document, Image)
    assert text_of(image.caption) == "Figure\u00a01: The line"
    assert not done.notes


def test_any_other_page() -> None:
    done = opened((PAGES / "plain.html").read_bytes(), "plain.html")
    document = done.document
    assert (document.title, document.meta.language) == ("Plain page", "de")
    words = " ".join(paragraphs(document))
    assert "Costs $5 and $6. But" in words
    assert "Home" not in words
    assert "Copyright" not in words
    assert sorted(equations(document)) == ["\\frac{a}{{b}^{2}}", "\\sum_{i} x_i", "a_b", "c", "q_1", "x^{y}"]
    (code,) = every(document, Code)
    assert (code.text, code.language, code.role) == ('x = "$not$ math"', "python", "source")
    assert len(every(document, Image)) == 1, "a drawing is a picture"
    (chart,) = every(document, Output)
    assert "vegaEmbed" in chart.forms[0].text


def test_the_source_that_a_page_carries_gives_its_metadata() -> None:
    rmd = base64.b64encode(b"---\ntitle: Own\ntags: [a, b]\nid: stable\ndate: '`r Sys.Date()`'\n---\n").decode()
    page = f'<html><head><meta name="date" content="2024-01-02"></head><body><p>Text</p><div id="rmd-source-code">{rmd}</div></body></html>'
    meta = opened(page, "x.html").document.meta
    assert (meta.title, meta.tags, meta.id, meta.created) == ("Own", ("a", "b"), "stable", "2024-01-02")


def test_a_page_in_its_own_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>'.encode("latin-1")
    assert paragraphs(opened(page, "x.html").document) == ["Größe"]


def test_a_jupyter_book_page() -> None:
    page = """<html><body><nav>Menu</nav><main><article role="main"><h1>Book<a class="headerlink" href="#book">#</a></h1>
    <div class="cell docutils container"><div class="cell_input docutils container"><div class="highlight-ipython3 notranslate">
    <div class="highlight"><pre><span></span><span class="nb">print</span>(1)</pre></div></div></div>
    <div class="cell_output docutils container"><div class="output stream highlight-myst-ansi notranslate"><div class="highlight"><pre>1
</pre></div></div></div></div><div class="admonition tip"><p class="admonition-title">Tip</p><p>Do it.</p></div>
    </article></main></body></html>"""
    document = opened(page, "b.html").document
    assert document.title == "Book"
    assert [(one.text, one.language, one.role) for one in every(document, Code)] == [("print(1)", "python", "input")]
    assert shown(document) == [("stream", "stdout", "text/plain")]
    assert [one.kind for one in every(document, Callout)] == ["tip"]


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_an_export_of_nbconvert_is_its_notebook_again(template: str) -> None:
    import nbformat
    from nbconvert import HTMLExporter

    text = {"output_type": "stream", "name": "stdout", "text": "printed\n"}
    errors = {"output_type": "stream", "name": "stderr", "text": "careful\n"}
    table = {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/html": "<table><tr><td>7</td></tr></table>"},
    }
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}
    failed = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no",
        "traceback": ["Traceback (most recent call last)", "ValueError: no"],
    }
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title\n\nWords with $a_b*c*d$.\n\n```\na\n\nb\n```"},
        {"cell_type": "code", "metadata": {"tags": ["remove-input"]}, "source": "show(1)", "outputs": [text, errors, table, picture], "execution_count": 1},
        {"cell_type": "code", "metadata": {}, "source": "fail()", "outputs": [failed], "execution_count": 2},
    ]  # fmt: skip
    notebook = nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}
    )
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    document = opened(page, "x.html").document
    assert document.title == "Title"
    assert equations(document) == ["a_b*c*d"]
    assert [(one.text, one.role, one.visibility) for one in every(document, Code)] == [
        ("a\n\nb", "source", ""),
        ("show(1)", "input", "omit"),
        ("fail()", "input", ""),
    ]
    assert shown(document) == [
        ("stream", "stdout", "text/plain"),
        ("stream", "stderr", "text/plain"),
        ("display_data", "", "text/html"),
        ("display_data", "", "image/png"),
        ("error", "", "text/plain"),
    ]
    assert not {block.text for block in every(document, Code)} & {"In [1]:", "Out[1]:"}


def test_a_hostile_page_is_text() -> None:
    page = """<html><body><p onclick="x()">Hi <a href="javascript:alert(1)">there</a></p><script>alert(1)</script>
    <img src="file:///etc/passwd" alt="no"><img src="../../../etc/passwd" alt="path"><object data="x.swf">flash</object></body></html>"""
    document = opened(page, "x.html").document
    assert "Hi there" in " ".join(paragraphs(document))
    assert all(getattr(one, "href", None) is None for one in iter_inlines(document.blocks))


def test_deep_and_empty_pages_do_no_harm() -> None:
    deep = "<html><body>" + "<div class='cell'>" * 3000 + "words" + "</div>" * 3000 + "</body></html>"
    assert "words" in " ".join(paragraphs(opened(deep, "x.html").document))


# ---------------------------------------------------------------- Markdown


def test_a_widgets_page_has_its_libraries_whole() -> None:
    library = 'var a = "<script>x<\\/script>"; window.HTMLWidgets = {};'
    packed = base64.b64encode(library.encode()).decode()
    head = f'<script src="data:application/javascript;base64,{packed}"></script><script>{library}</script><script src="far.js"></script>'
    page = f'<html><head>{head}</head><body><div id="w" class="leaflet html-widget"></div><script type="application/json" data-for="w">{{"x": 1}}</script></body></html>'
    (widget,) = every(opened(page, "x.html").document, Output)
    text = widget.forms[0].text
    assert library in text
    assert packed in text
    assert "far.js" not in text
    assert '<script type="application/json" data-for="w">{"x": 1}</script>' in text


def test_printed_tables_of_an_r_notebook_that_no_editor_marked() -> None:
    table = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    page = r_notebook(
        "```{r}\nkable(x)\nhead(y)\n```\n\n```{r}\nplot(z)\n```\n",
        mark("chunk", source("kable(x)") + table + source("head(y)") + PAGED),
        mark("chunk", "<p>" + mark("plot", f'<img src="data:image/png;base64,{PNG}" />', {}) + "</p>"),
    )
    document = read(Source("x.nb.html", page.encode()), ReadOptions()).document
    outputs = [block for block in document.blocks if isinstance(block, Output)]
    assert [next(iter(output.forms)).mime for output in outputs] == ["text/html", "text/html", "image/png"]
    assert "dist&lt;x&gt;" in outputs[1].forms[0].text


def test_a_vignettes_author_and_date_are_no_headings() -> None:
    page = """<!DOCTYPE html><html><head><meta name="author" content="Ann" /><title>T</title></head><body>
<h1 class="title toc-ignore">Costs</h1>
<h3 class="subtitle">By region</h3>
<h4 class="author">Ann</h4>
<h4 class="author">Bo</h4>
<h4 class="date">2022-07-07</h4>

<h2>Why</h2><p>Text</p><h4 class="date">Kept</h4></body></html>"""
    document = opened(page, "a.html").document
    meta = document.meta
    assert (meta.title, meta.subtitle, meta.created) == ("Costs", "By region", "2022-07-07")
    assert [person.name for person in meta.authors] == ["Ann", "Bo"]
    assert [text_of(heading.content) for heading in every(document, Heading)] == ["Why", "Kept"]
