"""A knitted page's elements → blocks: what HTML has, and what knitr, Quarto, Sphinx and Jupyter mean by their classes."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from converters.model import Block, Blocks, Code, Form, NoteRef, Output, Where
from converters.readers.context import MarkdownContext
from converters.readers.html import HtmlReader
from converters.readers.inline_tags import TagReader
from converters.readers.page_boxes import PageBoxes
from converters.readers.page_tree import by_class, classes, inner_html, words
from converters.readers.widget_pages import widget_page

_ENGINES = frozenset(
    [
        "r",
        "python",
        "julia",
        "sql",
        "bash",
        "sh",
        "stan",
        "rcpp",
        "cpp",
        "javascript",
        "js",
        "ojs",
        "perl",
        "ruby",
        "sas",
    ]
)
"""Languages that knitr and Quarto run. Source: ``knitr::knit_engines``."""

_NOT_LANGUAGES = frozenset({"sourceCode", "code-with-copy", "cell-code", "hljs", "numberSource", "numberLines", "lineAnchors", "code-annotation-code", "code-overflow-wrap", "code-overflow-scroll", "highlight", "number-lines", "code-annotated", "source", "literal-block", "chroma"})  # fmt: skip
_DRAWS = re.compile(
    r"Plotly\.(?:newPlot|react|plot)|vegaEmbed\(|Bokeh\.|\bL\.map\(|echarts\.init|Highcharts\.|new Chart\(|d3\.select"
)
_NAMED = re.compile(r"[\"'`]#?([\w-]{2,80})[\"'`]")
_LOOK_BACK = 20
"""Elements between code and what it printed: a chunk shows no more figures than that. Ours, a bound on time."""
_OUTPUT_PREFIX = re.compile(r"(?:##|#>)(?: |$)")


class PageReader(PageBoxes, HtmlReader):
    """The main part of one page. ``head`` is what its widgets need to run alone, ``knitted`` whether code was run."""

    def __init__(self, context: MarkdownContext, main: Any, page: Any, *, head: str, knitted: bool) -> None:
        super().__init__(context, main)
        self.sheet = "\n".join(style.text or "" for style in page.iter("style"))
        self.page = page
        self.head = head
        self.knitted = knitted
        self.cell = 0
        self.output = 0
        self.taken: set[Any] = set()
        self.ids: dict[str, Any] = {}
        self.data: dict[str, list[Any]] = {}
        for one in page.iter():
            if isinstance(one.tag, str) and (name := one.get("id")):
                self.ids.setdefault(name, one)
            if one.tag == "script" and (name := one.get("data-for")):
                self.data.setdefault(name, []).append(one)
        self.linked = {address[1:] for one in main.iter("a") if (address := one.get("href") or "").startswith("#")}

    def place(self, *, output: bool = False) -> Where:
        """Where the present chunk, or its next output, stands."""
        if output:
            self.output += 1
        return Where(self.context.source, self.cell or None, None, self.output if output else None)

    def child(self, child: Any, line: TagReader, out: list[Block], depth: int) -> None:
        """One element; a page's own scripts go without a word, those that draw something become outputs."""
        tag = child.tag.lower()
        if child in self.taken:
            return
        if tag == "script":
            text = child.text or ""
            if _DRAWS.search(text):
                self.end_line(line, out)
                out.append(self.drawn(child, text))
        elif tag == "a" and ("footnote-ref" in classes(child) or child.get("role") == "doc-noteref"):
            label = (child.get("href") or "").rpartition("#")[2]
            if self.footnote_text(label) is not None:
                line.put(NoteRef(label, self.context.note_number(label)))
        elif tag == "iframe" and (child.get("srcdoc") or (child.get("src") or "").startswith("data:")):
            self.end_line(line, out)
            out.append(self.shown(self.markup(child)))
        else:
            super().child(child, line, out, depth)

    def block(self, element: Any, tag: str, depth: int) -> Blocks:
        """Blocks of a block element: by its classes, else as HTML has it."""
        names = classes(element)
        if tag == "pre":
            return self.code(element, names)
        return self.named(element, self.special(element, names, tag, depth))

    def special(self, element: Any, names: set[str], tag: str, depth: int) -> Blocks:
        """Blocks of an element that is no listing."""
        if not names:
            return super().block(element, tag, depth)
        if tag == "div" and "html-widget" in names:
            return (self.widget(element),)
        if "cell" in names and (
            by_class(element, "cell-code") or by_class(element, "cell-output") or by_class(element, "cell_input")
        ):
            return self.chunk(element, depth)
        if names & {"cell-output-stdout", "cell-output-stderr", "cell-output-error"} and (
            texts := list(element.iter("pre"))
        ):
            name = "stderr" if "cell-output-stderr" in names else "stdout"
            return tuple(self.printed(text, name, error="cell-output-error" in names) for text in texts)
        if tag == "details" and names & {"code-fold", "chunk-details"}:
            return self.folded(element)
        if "plotly-graph-div" in names and not len(element):
            return ()  # its script, which stands behind it, brings it along
        boxed = self.boxed(element, names, tag, depth)
        return super().block(element, tag, depth) if boxed is None else boxed

    def chunk(self, element: Any, depth: int) -> Blocks:
        """A code cell of Quarto or Jupyter Book with its outputs."""
        self.cell += 1
        self.output = 0
        before, self.where = self.where, self.place()
        try:
            return self.flow(element, depth)
        finally:
            self.where = before

    def folded(self, element: Any) -> Blocks:
        """Code that the author folded, under the author's line."""
        summary = element.find("summary")
        title = words(summary) if summary is not None else ""
        code = [block for pre in element.iter("pre") for block in self.code(pre, classes(pre))]
        return tuple(
            msgspec.structs.replace(
                one, role="input", visibility="show" if "open" in element.attrib else "fold", title=title
            )
            for one in code
            if isinstance(one, Code)
        )

    def code(self, element: Any, names: set[str]) -> Blocks:
        """Preformatted text: code that was run, what it printed, or a listing."""
        text = "".join(element.itertext()).strip("\n")
        inner = element.find("code")
        both = names | (classes(inner) if inner is not None else set()) | self.around(element)
        if not text.strip():
            return ()
        language = self.language(both)
        if "cell-code" in both or "cell_input" in both or (self.knitted and language.lower() in _ENGINES):
            if "cell-code" not in both and "cell_input" not in both:
                self.cell += 1
                self.output = 0
            return (Code(text, language, "input", where=self.place()),)
        output = both & {"cell_output", "cell-output", "output", "jp-OutputArea-output"}
        if output or (self.knitted and not language and (_OUTPUT_PREFIX.match(text) or self.follows_code(element))):
            return (self.printed(element, "stderr" if "stderr" in both else "stdout"),)
        return (Code(text, language, where=self.where),)

    def follows_code(self, element: Any) -> bool:
        """Whether a listing stands behind code that was run, or behind what that showed."""
        above = element.getparent()
        one = element.getprevious() if above is None or above.tag != "div" or len(above) > 1 else above.getprevious()
        for _ in range(_LOOK_BACK):
            if one is None:
                break
            if isinstance(one.tag, str):
                names = classes(one) | {name for pre in one.iter("pre", "code") for name in classes(pre)}
                if one.tag in {"pre", "div", "details"} and self.language(names).lower() in _ENGINES:
                    return True
                if one.tag != "pre" and not (one.tag in {"p", "div"} and next(one.iter("img"), None) is not None):
                    return False
            one = one.getprevious()
        return False

    def around(self, element: Any) -> set[str]:
        """The classes of the boxes that hold nothing but this listing, and of the cell part that it stands in."""
        found: set[str] = set()
        for above in element.iterancestors("div", "details"):
            names = classes(above)
            found |= names
            if names & {"cell", "cell_input", "cell_output", "cell-output", "section"} or len(found) > 30:
                break
        return found & (
            {"cell_input", "cell_output", "cell-output", "cell-code", "stderr", "sourceCode"}
            | {name for name in found if name.startswith(("highlight-", "language-", "hl-"))}
        )

    @staticmethod
    def language(names: set[str]) -> str:
        """The language that classes name; empty where none does."""
        for name in sorted(names):
            for start in ("language-", "lang-", "highlight-", "hl-", "brush:"):
                if name.startswith(start):
                    found = name.removeprefix(start)
                    return (
                        ""
                        if found in {"default", "none", "text", "source", "plaintext"}
                        else found.replace("ipython3", "python").replace("ipython", "python")
                    )
        known = sorted(name for name in names if name.lower() in _ENGINES)
        if known:
            return known[0]
        if "sourceCode" in names:
            others = sorted(
                name for name in names - _NOT_LANGUAGES if not name.startswith(("cell", "stderr", "fold", "code-"))
            )
            return others[0] if others else ""
        return ""

    def printed(self, element: Any, name: str, *, error: bool = False) -> Output:
        """What code printed, knitr's prefix taken off where each line has it."""
        text = "".join(element.itertext()).strip("\n")
        lines = text.split("\n")
        if all(_OUTPUT_PREFIX.match(line) for line in lines if line.strip()):
            text = "\n".join(_OUTPUT_PREFIX.sub("", line, count=1) for line in lines)
        where = self.place(output=True)
        if error or "Traceback (most recent call last)" in text:
            last = text.rstrip().rpartition("\n")[2] if "Traceback" in text else text.split("\n", 1)[0]
            ename, _, evalue = last.partition(":")
            form = Form("text/plain", text, metadata={"ename": ename.strip()[:80], "evalue": evalue.strip()})
            return Output("error", (form,), where=where)
        return Output("stream", (Form("text/plain", text),), name=name, where=where)

    def shown(self, html: str) -> Output:
        """An output that HTML shows."""
        return Output("display_data", (Form("text/html", html),), where=self.place(output=True))

    def widget(self, element: Any) -> Output:
        """An R widget with the data that it is drawn from, as a page that runs alone."""
        name = element.get("id") or ""
        data = self.data.get(name, [])
        self.taken.update(data)
        self.taken.add(element)
        return self.shown(widget_page(self.head, self.markup(element) + "".join(map(self.markup, data))))

    def drawn(self, script: Any, text: str) -> Output:
        """A script that draws, with the places that it draws into."""
        names = dict.fromkeys(match[1] for match in _NAMED.finditer(text[:20_000] + text[-20_000:]))
        named = [self.ids[name] for name in names if name in self.ids]
        places = [one for one in named if one.tag == "div" and not len(one)]
        self.taken.add(script)
        html = "".join(self.markup(one) for one in places[:3]) or "<div></div>"
        return self.shown(html + self.markup(script))

    @staticmethod
    def markup(element: Any) -> str:
        """An element as HTML."""
        from lxml import etree

        text: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        return text

    @staticmethod
    def inside(element: Any) -> str:
        """An element's content as HTML."""
        return inner_html(element)
