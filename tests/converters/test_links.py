"""Symbolic links become addresses in both formats; nothing else in a page is touched."""

from __future__ import annotations

import hashlib

from converters.links import resolve
from converters.metadata import Metadata
from converters.model import Code, Document, PageLink, Paragraph, Rendered, Span
from converters.options import WriteOptions
from converters.writers.confluence import write_confluence


def page(*blocks):
    return write_confluence(Document(Metadata(title="T"), blocks), WriteOptions())[0]


LINK = Paragraph((Span("see "), Span('a<b & "c"', href=PageLink("reports/é a#b", "x y"))))


def test_addresses_replace_links_in_a_body():
    rendered, notes = resolve(page(LINK), lambda key, anchor: f'https://w/?k={key}&a={anchor}"')
    assert rendered.body == (
        '<p>see <a href="https://w/?k=reports/é a#b&amp;a=x y&quot;">a&lt;b &amp; &quot;c&quot;</a></p>'
    )
    assert notes == []


def test_text_stays_where_there_is_no_page_and_the_digest_too():
    before = page(LINK, LINK)
    after, notes = resolve(before, lambda _key, _anchor: None)
    assert after.body == 2 * "<p>see a&lt;b &amp; &quot;c&quot;</p>"
    assert after.digest == before.digest
    assert [note.code for note in notes] == ["link.unresolved"]


def test_code_that_shows_such_a_link_is_left_alone():
    before = page(Code('<a href="nbwiki:k">x</a>'), LINK)
    after, _ = resolve(before, lambda _key, _anchor: None)
    assert '<a href="nbwiki:k">x</a>' in after.body


def test_notion_blocks():
    text = {"type": "text", "text": {"content": "t", "link": {"url": "nbwiki:a%2Fb#c%20d"}}}
    plain = {"type": "divider", "divider": {}}
    digest = hashlib.sha256(b"").hexdigest()
    blocks = ({"type": "paragraph", "paragraph": {"rich_text": [text]}}, plain)
    before = Rendered(target="notion", title="T", meta=Metadata(), digest=digest, blocks=blocks)
    asked = []
    after, _ = resolve(before, lambda key, anchor: asked.append((key, anchor)) or "https://w")
    assert asked == [("a/b", "c d")]
    assert after.blocks[0]["paragraph"]["rich_text"][0]["text"] == {"content": "t", "link": {"url": "https://w"}}
    assert after.blocks[1] is plain
    gone, notes = resolve(before, lambda _key, _anchor: None)
    assert gone.blocks[0]["paragraph"]["rich_text"][0]["text"] == {"content": "t", "link": None}
    assert len(notes) == 1
