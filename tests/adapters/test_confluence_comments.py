"""Readers' comments and notes across updates, over the sandbox: both flavours of Confluence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from adapters.base import Notice, Wiki, Written
from adapters.confluence import notices
from adapters.confluence.markers import carry
from tests.contract.confluence_site import CloudSite, DataCenterSite, now, sent
from tests.contract.wiki_contract import draft, rendered, rewrite

if TYPE_CHECKING:
    from adapters.sandbox.server import Server


@pytest.fixture(params=[CloudSite, DataCenterSite])
def site(request: pytest.FixtureRequest, sandbox: Server) -> CloudSite | DataCenterSite:
    return request.param(sandbox)


@pytest.fixture
def wiki(site: CloudSite) -> Iterator[Wiki]:
    wiki = site.connect(site.settings())
    wiki.begin(wiki.observe())
    yield wiki
    wiki.close()


def published(wiki: Wiki, body: str) -> Written:
    return rewrite(wiki, wiki.create(draft()), rendered(wiki, "Report", text=body))


def comment(site: CloudSite, page: str, text: str, selection: str) -> str:
    wanted = {"page": page, "text": text, "selection": selection}
    answer = requests.post(f"{site.server.url}/sandbox/comment", json=wanted, timeout=10)
    assert answer.ok, answer.text
    return str(answer.json()["marker_ref"])


def state(site: CloudSite) -> Any:
    return requests.get(f"{site.server.url}/sandbox/state", timeout=10).json()


def updated(site: CloudSite, done: Written, body: str, **settings: Any) -> tuple[str, Written]:
    """The body after an update by another run, and what came of it."""
    import msgspec

    wiki = site.connect(msgspec.structs.replace(site.settings(), **settings))
    wiki.observe()
    written = rewrite(wiki, done, rendered(wiki, "Report", text=body))
    body = wiki.read(written.page)
    wiki.close()
    return body, written


def status(site: CloudSite, ref: str) -> str:
    found = [row for row in state(site)["comments"] if row["marker_ref"] == ref]
    assert len(found) == 1
    return str(found[0]["resolution"])


def test_a_comment_stays_on_its_words(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Sales rose by <strong>12 %</strong> in spring.</p><p>They fell in autumn.")
    ref = comment(site, done.page.id, "Why?", "in spring")
    body, _ = updated(site, done, "New first line.</p><p>Sales rose by <strong>12 %</strong> in spring.</p><p>The end.")
    assert f'<ac:inline-comment-marker ac:ref="{ref}">in spring</ac:inline-comment-marker>.' in body
    assert status(site, ref) == "open"


def test_a_comment_survives_ten_updates_and_costs_one_read_each(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "The churn model uses 24 features.")
    ref = comment(site, done.page.id, "Which?", "24 features")
    other = site.connect(site.settings())
    other.observe()
    for number in range(10):
        start = now(site)
        done = rewrite(other, done, rendered(other, "Report", text=f"Run {number}. The churn model uses 24 features."))
        assert len(sent(site, start)) <= 3, sent(site, start)
    assert f'ac:ref="{ref}"' in other.read(done.page)
    assert status(site, ref) == "open"
    other.close()


def test_the_same_words_twice_are_told_apart_by_their_context(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "First the mean is high.</p><p>Then the mean is low.")
    ref = comment(site, done.page.id, "?", "mean is low")
    body, _ = updated(site, done, "Then the mean is low.</p><p>First the mean is high. Nobody: the mean is low")
    assert f'<p>Then the <ac:inline-comment-marker ac:ref="{ref}">mean is low</ac:inline-comment-marker>.</p>' in body


def test_changed_words_keep_their_comment_where_the_sentence_is_the_same(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Altogether we counted 1,234 customers in the north this year.")
    ref = comment(site, done.page.id, "?", "counted 1,234 customers")
    body, written = updated(site, done, "Altogether we counted 1,301 customers in the north this year.")
    assert f'ac:ref="{ref}">counted 1,301 customers<' in body
    assert not written.notes


def test_comments_whose_words_are_gone_are_listed_and_told(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Sales rose.</p><p>A line about margins &amp; costs.")
    ref = comment(site, done.page.id, "Is this <b>right</b>?", "margins & costs")
    body, written = updated(site, done, "Sales rose.")
    assert [note.code for note in written.notes] == ["comments.moved"]
    assert "margins &amp; costs" in body
    assert "Earlier comments" in body
    assert "Is this &lt;b&gt;right&lt;/b&gt;?" in body
    assert status(site, ref) == "dangling"
    body, written = updated(site, written, "Sales rose again.")
    assert "Is this &lt;b&gt;right&lt;/b&gt;?" in body, "it is still listed"
    assert not written.notes, "told once"
    body, _ = updated(site, written, "Sales rose again. A line about margins &amp; costs.", earlier_comments=False)
    assert "Earlier comments" not in body


def test_a_page_without_comments_is_sent_byte_for_byte(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "One.")
    body, _ = updated(site, done, "Two &#160; <br />")
    assert body.startswith("<p>Two")
    sent_bodies = [str(entry["body"]) for entry in site.server.log.entries(method="PUT")]
    assert any("<p>Two &#160; <br /></p>" in sent_body for sent_body in sent_bodies)


def test_notes_from_readers_belong_to_people(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Results.")
    site.edit(done.page, "</p><h2>Notes from readers</h2><p>Ask Barbara first. Mind the &amp;.")
    other = site.connect(site.settings())
    tracked = other.observe().tracked[done.record.key]
    assert not tracked.edited, "below that heading people write as they like"
    assert tracked.page is not None
    written = rewrite(other, Written(page=tracked.page, record=tracked.record), rendered(other, "Report", text="New."))
    body = other.read(written.page)
    assert body.startswith("<p>New.</p>")
    assert body.endswith("<p>Ask Barbara first. Mind the &amp;.</p>")
    assert body.count("Notes from readers") == 1
    site.edit(written.page, "and a second line</p><p>above? no, below")
    assert not other.observe().tracked[done.record.key].edited
    other.close()


def test_an_edit_above_the_notes_is_still_an_edit(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Results.")
    site.edit(done.page, "Mine.</p><h2>Notes from readers</h2><p>Yours.")
    other = site.connect(site.settings())
    assert other.observe().tracked[done.record.key].edited
    other.close()


def test_a_save_in_the_editor_that_changes_nothing_is_no_edit(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, 'Results.</p><ac:structured-macro ac:name="toc" /><p>The end.')
    wanted = {"page": done.page.id, "editor": True}
    assert requests.post(f"{site.server.url}/sandbox/edit", json=wanted, timeout=10).ok
    other = site.connect(site.settings())
    assert not other.observe().tracked[done.record.key].edited
    other.close()


def test_code_and_parameters_are_never_marked() -> None:
    code = '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[total = 1 ]]></ac:plain-text-body>'
    old = (
        f'<p><ac:inline-comment-marker ac:ref="r">total = 1</ac:inline-comment-marker></p>{code}</ac:structured-macro>'
    )
    carried = carry(old, f"{code}</ac:structured-macro><p>nothing</p>")
    assert [lost.words for lost in carried.lost] == ["total = 1"]
    assert "inline-comment-marker" not in carried.body


def test_overlapping_comments_nest() -> None:
    inner = '<ac:inline-comment-marker ac:ref="b">c d</ac:inline-comment-marker>'
    old = f'<p>a <ac:inline-comment-marker ac:ref="a">b {inner} e f</ac:inline-comment-marker> g</p>'
    carried = carry(old, "<p>a b c d e f g</p>")
    a, b, end = (
        '<ac:inline-comment-marker ac:ref="a">',
        '<ac:inline-comment-marker ac:ref="b">',
        "</ac:inline-comment-marker>",
    )
    assert carried.body == f"<p>a {a}b {end}{a}{b}c d{end}{end}{a} e f{end} g</p>"


def test_the_history_says_what_changed(site: CloudSite, wiki: Wiki) -> None:
    done = published(wiki, "Intro.</p><h2>Results</h2><p>12 %</p><h2>Method</h2><p>We counted.")
    done = updated(site, done, "Intro.</p><h2>Results</h2><p>14 %</p><h2>Outlook</h2><p>More.")[1]
    version = next(page for page in state(site)["pages"] if page["id"] == done.page.id)["versions"][-1]
    assert "changed: Results; new: Outlook; removed: Method" in version["message"]


def test_a_report_with_an_anchor_of_a_notices_name_keeps_its_body() -> None:
    anchor = '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">nbwiki-notice</ac:parameter></ac:structured-macro>'
    heading = f"<h2>{anchor}nbwiki notice</h2>"
    laid_out = f"<ac:layout><ac:layout-section><ac:layout-cell>{heading}<p>a</p></ac:layout-cell></ac:layout-section></ac:layout>"
    told = notices.replaced(
        f"{heading}<p>a</p>{laid_out}", [Notice(kind="superseded", text="Gone", title="New", url="https://w/x")]
    )
    assert notices.replaced(told, []).count("nbwiki notice") == 2
    assert "Gone" not in notices.replaced(told, [])
