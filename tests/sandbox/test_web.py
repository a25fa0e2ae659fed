"""The browser view keeps hostile content harmless, whatever got into the store."""

from __future__ import annotations

import pytest
from lxml import html as parser

from adapters.sandbox.web.equations import equation
from adapters.sandbox.web.html import el
from adapters.sandbox.web.storage import View, render


def view() -> View:
    return View("wiki", "1", "DATA", lambda title, key: None, list)


def dangerous(markup: str) -> list[str]:
    """Whatever could run or fetch: script elements, handlers, addresses that are no links."""
    if not markup.strip():
        return []
    found = []
    for node in parser.fragment_fromstring(markup, create_parent="div").iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag in {"script", "style", "object", "embed", "base", "meta", "form", "link", "svg"}:
            found.append(node.tag)
        for name, value in node.attrib.items():
            scheme = value.strip().lower().split(":")[0] if ":" in value else ""
            if name.startswith("on") or (
                name in {"href", "src"} and scheme in {"javascript", "data", "vbscript", "file"}
            ):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" JaVaScript:alert(1)">x</a>',
        '<ac:image><ri:url ri:value="javascript:alert(1)" /></ac:image>',
        '<ac:structured-macro ac:name="iframe"><ac:parameter ac:name="src"><ri:url ri:value="javascript:alert(1)" /></ac:parameter></ac:structured-macro>',
        '<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[<script>alert(1)</script>]]></ac:plain-text-body></ac:structured-macro>',
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[</code><script>alert(1)</script>]]></ac:plain-text-body></ac:structured-macro>',
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">&lt;script&gt;</ac:parameter><ac:parameter ac:name="colour">x" onclick="y</ac:parameter></ac:structured-macro>',
        '<td style="background-color: url(javascript:alert(1))">x</td>',
        '<p style="background: url(https://example.com/x.png)">x</p>',
        '<td data-highlight-colour="#fff;background:url(//x)">x</td>',
        "<h1>&lt;img src=x onerror=alert(1)&gt;</h1>",
    ],
)
def test_storage_format_can_not_run(body: str) -> None:
    shown = render(body, view())
    assert dangerous(shown) == []
    assert "url(" not in shown


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(x)}{y}",
        r"<math href='javascript:alert(1)'>",
        r"\text{</math><script>alert(1)</script>}",
        r"\class{x}{y} \unknown",
    ],
)
def test_equations_can_not_run(tex: str) -> None:
    for block in (True, False):
        assert dangerous(equation(tex, block=block)) == []


def test_equations_are_set() -> None:
    assert "<mtable" in equation(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", block=True)
    assert "bad-equation" in equation(r"\unknown{x}", block=False)


def test_attributes_are_escaped() -> None:
    assert el("a", 'x"<', title='a"b<c') == '<a title="a&quot;b&lt;c">x&quot;&lt;</a>'


def test_a_body_that_is_not_well_formed_is_an_error() -> None:
    with pytest.raises(ValueError, match="mismatch"):
        render("<p><b></p>", view())


def test_contents_leave_anchor_macros_out() -> None:
    page = view()
    render(
        '<h2><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">top</ac:parameter></ac:structured-macro>Top</h2>',
        page,
    )
    assert page.headings == [(2, "Top", "Top")]
