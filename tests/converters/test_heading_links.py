"""Links to headings, as each tool of the authors writes them."""

import pytest

from converters import model as m
from converters.links import fragment
from converters.metadata import Metadata
from converters.options import NoFiles, Read, TransformOptions
from converters.readers.markdown import MarkdownContext, markdown_blocks
from converters.transforms import apply
from converters.walk import iter_inlines

TEXT = "# What's new?\n\n## 1.2 Über & Co\n\n## Plan :tada:\n\n## Twice\n\n## Twice\n\nSetext *one*\n---\n\n<a name='Own'></a>text\n\n"


def target(link):
    blocks, _ = markdown_blocks(f"{TEXT}[x](<{link}>)", MarkdownContext(source="a.md"))
    document = m.Document(Metadata(title="T"), blocks, {}, m.Where("a.md"))
    found = apply(Read(document), TransformOptions(anatomy=False, attach_source=False), NoFiles())
    (href,) = [i.href for i in iter_inlines(found.document.blocks) if getattr(i, "text", "") == "x"]
    return href.anchor if href else None, [note.code for note in found.notes]


@pytest.mark.parametrize(
    ("link", "anchor"),
    [
        ("#whats-new", "whats-new"),  # GitHub
        ("#What's-new?", "whats-new"),  # Jupyter
        ("#12-über--co", "12-über--co"),  # GitHub
        ("#1.2-%C3%9Cber-&-Co", "12-über--co"),  # Jupyter, escaped
        ("#über-co", "12-über--co"),  # pandoc, Sphinx
        ("#plan-tada", "plan-"),  # GitHub: an emoji by its name
        ("#twice-1", "twice-1"),
        ("#setext-one", "setext-one"),
        ("a.md#Twice", "twice"),  # the document itself
        ("#Own", "Own"),
        ("#own", "Own"),
    ],
)
def test_a_heading_is_found(link, anchor):
    assert target(link) == (anchor, [])


def test_none_is_found_and_told():
    assert target("#nowhere") == (None, ["link.anchor"])


def test_anchors_of_other_pages_are_found_as_loosely():
    anchors = {"whats-new": "What's-new", "12-über--co": "1.2"}
    assert fragment(anchors, "What's-new?", "T") == "What's-new"
    assert fragment(anchors, "1.2-Über-&-Co", "T") == "1.2"
    assert fragment(anchors, "12-über-co", "T") == "1.2"
    assert fragment(anchors, "?", "T") == ""
