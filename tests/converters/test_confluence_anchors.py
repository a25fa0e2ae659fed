"""Links to headings: the wikis' own anchors where they are sure, macros where they aren't."""

from __future__ import annotations

import re

import pytest

from converters.links import fragment, resolve
from converters.metadata import Metadata
from converters.model import (
    AnchorLink,
    Block,
    Document,
    Heading,
    InlineMath,
    ListBlock,
    ListItem,
    PageLink,
    Paragraph,
    Span,
    Toggle,
)
from converters.options import WriteOptions
from converters.writers.confluence import write_confluence

MACRO = re.compile(r'ac:name="anchor"><ac:parameter ac:name="">([^<]*)<')


def heading(text: str, anchor: str) -> Heading:
    return Heading(2, (Span(text),), anchor)


def to(anchor: str) -> Paragraph:
    return Paragraph((Span("see", href=AnchorLink(anchor)),))


def written(flavor: str, *blocks: Block):
    return write_confluence(Document(Metadata(title="My report"), blocks), WriteOptions(flavor=flavor))[0]


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_headings_without_links_have_no_macro(flavor: str) -> None:
    assert "anchor" not in written(flavor, heading("Results, part 1", "results-part-1")).body


def test_cloud_links_by_the_text_of_the_heading() -> None:
    page = written("cloud", heading("Größe  of (it)", "größe-of-it"), to("größe-of-it"))
    assert not MACRO.findall(page.body)
    assert 'ac:anchor="Gr%C3%B6%C3%9Fe-of-(it)"' in page.body
    assert page.anchors["größe-of-it"] == "Gr%C3%B6%C3%9Fe-of-(it)"


def test_datacenter_links_by_a_macro_since_titles_change() -> None:
    page = written("datacenter", heading("The end", "the-end"), heading("No", "no"), to("the-end"))
    assert MACRO.findall(page.body) == ["the-end"]
    assert 'ac:anchor="the-end"' in page.body
    assert fragment(page.anchors, "no", "My report (2)") == "Myreport%282%29-No"


def test_what_is_not_sure_keeps_its_macro() -> None:
    formula = Heading(2, (Span("Why "), InlineMath("x")), "why-x")
    in_list = ListBlock("bullet", (ListItem((heading("Deep", "deep"),)),))
    page = written(
        "cloud", heading("Same", "same"), Toggle((), (heading("Same", "same-1"),)), to("same-1"), formula, in_list
    )
    assert MACRO.findall(page.body) == ["same-1", "why-x", "deep"]
    assert page.anchors == {"same": "Same", "same-1": "Same.1", "why-x": "why-x", "deep": "deep"}


def test_a_link_from_another_page_leads_to_the_heading_or_to_the_top() -> None:
    target = written("cloud", heading("The end", "the-end"))
    source = written("cloud", Paragraph(tuple(Span("a", href=PageLink("k", name)) for name in ("The-End", "gone"))))

    def address(_key: str, anchor: str) -> str:
        at = fragment(target.anchors, anchor, target.title)
        return "https://w/1" + (f"#{at}" if at else "")

    page, notes = resolve(source, address)
    assert re.findall('href="([^"]*)"', page.body) == ["https://w/1#The-end", "https://w/1"]
    assert [note.code for note in notes] == ["link.top"]
