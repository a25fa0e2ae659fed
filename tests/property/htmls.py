"""Strategy for HTML fragments, nested well or badly."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.property.texts import encodable, line, odd, word

TAGS = (
    "p", "div", "span", "b", "i", "em", "strong", "u", "s", "del", "sub", "sup", "code", "pre", "kbd", "mark", "small", "h1", "h3", "h6", "ul", "ol", "li",
    "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "colgroup", "blockquote", "details", "summary", "figure", "figcaption",
    "a", "img", "br", "hr", "iframe", "video", "audio", "source", "script", "style", "svg", "math", "form", "input", "button", "center", "font", "section",
    "article", "template", "object", "embed", "base", "meta", "link", "x-y", "ac:structured-macro", "ri:page", "body", "html", "textarea", "select", "option",
)  # fmt: skip
ATTRIBUTES = (
    'href="https://x.org"', 'href="#a"', 'href="a.md"', "href=javascript:alert(1)", 'src="a.png"', "src=x onerror=alert(1)", 'src="data:image/png;base64,AAAA"',
    "colspan=2", "rowspan=3", "colspan=100000", "rowspan=0", "rowspan=-1", "colspan=x", 'style="color:red;background:url(x)"', "style='text-align:right'",
    'style="display:none"', 'class="dataframe"', 'id="a"', 'align="center"', "width=100", "width=1e9", "height='50%'", "open", "hidden", "start=-5", "start=x",
    "type=a", "dir=rtl", 'lang="ar"', 'title="]]>"', "ac:name='html'", "xmlns='x'", "start=99999999999999999999", "checked", 'alt="<b>"', "reversed", "data-x='{'",
)  # fmt: skip

attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map(" ".join)


def _element(tag: str, attributes: str, inner: list[str], closed: bool) -> str:
    return f"<{tag} {attributes}>" + "".join(inner) + (f"</{tag}>" if closed else "")


text = line | odd | word
fragment = st.recursive(
    text,
    lambda inner: st.builds(
        _element,
        st.sampled_from(TAGS),
        attributes,
        st.lists(inner, max_size=4),
        st.sampled_from([True, True, True, False]),
    ),
    max_leaves=12,
).map(encodable)
"""A piece of HTML."""

cell = st.builds(_element, st.sampled_from(["td", "th"]), attributes, st.lists(fragment, max_size=2), st.just(True))
row = st.builds(_element, st.just("tr"), attributes, st.lists(cell, max_size=4), st.just(True))
table = st.builds(_element, st.just("table"), attributes, st.lists(row, max_size=4), st.just(True)).map(encodable)
"""A table with any spans."""
