"""Least change below blocks, people's blocks inside ours, links on the page, updates that are cut: over real HTTP."""

from __future__ import annotations

import contextlib

import pytest
from msgspec.structs import replace

from adapters import errors
from adapters.base import Change, Draft, Record
from adapters.sandbox.notion.people import human_add_block, human_comment, human_delete, human_edit
from tests.adapters.notion_site import (
    NotionHub,
    asset,
    change,
    content,
    media,
    para,
    publish,
    text,
    toggle,
    tree,
    words,
)


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def row(*cells):
    return {"type": "table_row", "table_row": {"cells": [text(cell) for cell in cells]}}


def table(*rows):
    return {
        "type": "table",
        "table": {"table_width": 2, "has_column_header": True, "children": [row(*r) for r in rows]},
    }


def code(words_):
    return {"type": "code", "code": {"rich_text": text(words_), "language": "python"}}


def later(site, done):
    """Another run, some minutes later: adapter, and the page as it is told."""
    site.server.state.clock_offset_s += 120
    wiki = site.wiki()
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    return wiki, type(done)(page=tracked.page, record=tracked.record), tracked


def ids(blocks):
    return [(block["id"], ids(block.get("children", []))) for block in blocks]


def writes(wiki, work):
    before = wiki.requests.write
    done = work()
    return done, wiki.requests.write - before


def test_tables_change_row_by_row(site):
    rows = [("name", "n"), *[(f"r{i}", str(i)) for i in range(30)]]
    done = publish(site.wiki(), para("a"), table(*rows))
    wiki, done, _ = later(site, done)
    before = ids(tree(wiki, done.page))
    rows[7] = ("r6", "changed")
    del rows[20]
    rows.append(("last", "1"))
    _, count = writes(wiki, lambda: change(wiki, done, para("a"), table(*rows)))
    assert count == 4  # a row changed, one gone, one new, the page's row
    after = tree(wiki, done.page)
    assert ids(after)[0] == before[0]
    assert ids(after)[1][0] == before[1][0]
    was, now = before[1][1], ids(after)[1][1]
    assert now == [*was[:20], *was[21:], now[-1]]
    assert [
        ["".join(i["plain_text"] for i in cell) for cell in r["table_row"]["cells"]] for r in after[1]["children"]
    ] == [list(r) for r in rows]


def test_code_in_a_toggle_changes_in_place_with_its_comments(site):
    cells = [toggle("Code", code(f"x = {i}")) for i in range(6)]
    done = publish(site.wiki(), para("a"), *cells)
    wiki, done, _ = later(site, done)
    before = tree(wiki, done.page)
    human_comment(site.server.state, before[4]["children"][0]["id"], "why?")
    cells[3] = toggle("Code", code("x = 33"))
    _, count = writes(wiki, lambda: change(wiki, done, para("a"), *cells))
    assert count == 2
    after = tree(wiki, done.page)
    assert ids(after) == ids(before)
    assert words(after[4]["children"]) == ["x = 33"]
    assert [c.text for c in wiki.comments(done.page)] == ["why?"]


def test_an_inserted_cell_before_a_changed_one_leaves_each_comment_where_it_belongs(site):
    long = "the churn of the cohort fell by two points after the price change of march, as the model said it would"
    done = publish(site.wiki(), para(long), para("something else entirely about latency and its causes"))
    wiki, done, _ = later(site, done)
    first = tree(wiki, done.page)[0]["id"]
    human_comment(site.server.state, first, "really?")
    done = change(
        wiki, done, para("A new first line."), para(long.replace("two", "three")), para("something else entirely about latency and its causes")
    )  # fmt: skip
    assert [block["id"] == first for block in tree(wiki, done.page)] == [False, True, False]
    assert wiki.comments(done.page)[0].words.startswith("the churn of the cohort fell by three")


def test_what_people_put_into_our_blocks_stays(site):
    done = publish(site.wiki(), para("a"), toggle("t", para("in"), para("also")), para("z"))
    wiki, done, _ = later(site, done)
    inside = tree(wiki, done.page)[1]
    human_add_block(site.server.state, inside["id"], "theirs", after=inside["children"][0]["id"])
    wiki, done, tracked = later(site, done)
    assert not tracked.edited
    done = change(wiki, done, para("a"), toggle("t", para("in, changed"), para("also")), para("z"))
    assert words(tree(wiki, done.page)[1]["children"]) == ["in, changed", "theirs", "also"]
    wiki, done, tracked = later(site, done)
    assert not tracked.edited
    done = change(wiki, done, para("a"), para("z"))
    assert words(tree(wiki, done.page)) == ["a", "t", "z"]
    assert words(tree(wiki, done.page)[1]["children"]) == ["theirs"]
    assert [note.code for note in done.notes] == ["people.kept"]


def test_what_people_put_into_a_block_that_had_nothing_in_it_stays_too(site):
    done = publish(site.wiki(), para("a"), toggle("t"), para("z"))
    wiki, done, _ = later(site, done)
    human_add_block(site.server.state, tree(wiki, done.page)[1]["id"], "theirs")
    wiki, done, _ = later(site, done)
    done = change(wiki, done, para("a"), para("z"))
    assert words(tree(wiki, done.page)) == ["a", "t", "z"]
    assert words(tree(wiki, done.page)[1]["children"]) == ["theirs"]
    assert [note.code for note in done.notes] == ["people.kept"]


def test_a_picture_is_swapped_in_place_and_a_caption_needs_no_upload(site):
    one, two = asset(b"1"), asset(b"2")
    shown = media(one)
    done = publish(site.wiki(), para("a"), shown, assets=[one])
    wiki, done, _ = later(site, done)
    before = tree(wiki, done.page)[1]
    captioned = {"type": "image", "image": {**shown["image"], "caption": text("better words")}}
    done = change(wiki, done, para("a"), captioned, assets=[one])
    now = tree(wiki, done.page)[1]
    assert now["id"] == before["id"]
    assert now["image"]["caption"][0]["plain_text"] == "better words"
    assert now["image"]["file"]["url"].partition("?")[0] == before["image"]["file"]["url"].partition("?")[0]
    assert len(site.sent("/send")) == 1
    wiki, done, _ = later(site, done)
    change(wiki, done, para("a"), media(two), assets=[two])
    now = tree(wiki, done.page)[1]
    assert now["id"] == before["id"]
    assert now["image"]["file"]["url"].partition("?")[0] != before["image"]["file"]["url"].partition("?")[0]


@pytest.mark.parametrize("minutes", [0, 2])
@pytest.mark.parametrize("cut", range(1, 7))
def test_an_update_that_is_cut_is_undone_by_a_source_that_went_back(site, cut, minutes):
    old = [para("a"), table(("h", "i"), ("1", "2")), para("b"), para("c"), toggle("t", para("in"))]
    new = [
        para("a2"),
        table(("h", "i"), ("1", "3")),
        {"type": "divider", "divider": {}},
        para("c"),
        para("d"),
        toggle("t", para("i2")),
    ]
    done = publish(site.wiki(), *old)
    before = tree(site.wiki(), done.page)
    site.server.state.clock_offset_s += 60 * minutes
    wiki = site.wiki(max_attempts=1)
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    site.faults({"path": "/notion/v1/*", "method": "PATCH", "status": 401, "skip": cut - 1, "times": 9})
    last = type(done)(page=tracked.page, record=tracked.record)
    with contextlib.suppress(errors.AuthError):
        change(wiki, last, *new)
    site.faults()
    wiki = site.wiki()
    tracked = wiki.observe().tracked["k"]
    touched = shape(tree(wiki, done.page)) != shape(before)
    assert not touched or not tracked.record.version or tracked.record.digest != done.record.digest
    wiki.begin(wiki.observe())
    wiki.write(tracked.page, Change(record=tracked.record, title="R", content=content(*old), base=tracked.page.version))
    assert shape(tree(wiki, done.page)) == shape(before)


def shape(blocks):
    return [
        (
            b["type"],
            str(words([b])),
            str(b["type"] == "table_row" and b["table_row"]["cells"]),
            shape(b.get("children", [])),
        )
        for b in blocks
    ]


def linked(words_, anchor):
    return {"type": "text", "text": {"content": words_, "link": {"url": f"nbwiki:#{anchor}"}}}


def heading(words_):
    return {"type": "heading_2", "heading_2": {"rich_text": text(words_)}}


def linking(*blocks, **places):
    return replace(content(*blocks), places=places)


def links(block):
    return [item["href"] for item in block[block["type"]]["rich_text"] if item["href"]]


def test_links_on_the_page_lead_to_blocks_once_these_are_there(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    see = {
        "type": "paragraph",
        "paragraph": {
            "rich_text": [*text("See "), linked("below", "deep"), *text(" and "), linked("results", "results")]
        },
    }
    blocks = [see, heading("Results"), toggle("t", para("x"), heading("Deep")), *[para(f"p{i}") for i in range(120)]]
    body = linking(*blocks, deep=(2, 1), results=(1,))
    done = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body))
    assert done.record.version
    got = tree(wiki, done.page)
    assert len(got) == 123
    goal = [done.page.url + "#" + each["id"].replace("-", "") for each in (got[2]["children"][1], got[1])]
    assert links(got[0]) == goal
    # another paragraph changes: nothing else is written
    wiki, done, tracked = later(site, done)
    assert not tracked.edited
    blocks[5] = para("changed")
    body = linking(*blocks, deep=(2, 1), results=(1,))
    wanted = Change(record=done.record, title="R", content=body, base=done.page.version)
    written, count = writes(wiki, lambda: wiki.write(done.page, wanted))
    assert count == 2
    # the heading is replaced by another kind of block: the link follows
    wiki, done, tracked = later(site, written)
    blocks[1] = {"type": "heading_3", "heading_3": {"rich_text": text("Results")}}
    body = linking(*blocks, deep=(2, 1), results=(1,))
    wiki.write(done.page, Change(record=done.record, title="R", content=body, base=done.page.version))
    got = tree(wiki, done.page)
    assert links(got[0])[1] == done.page.url + "#" + got[1]["id"].replace("-", "")
    assert got[1]["type"] == "heading_3"


def test_a_new_page_says_that_it_is_being_written_until_it_is_complete(site):
    blocks = [para(f"p{i}") for i in range(350)]
    wiki = site.wiki(max_attempts=1)
    wiki.begin(wiki.observe())
    site.faults({"path": "*/children", "method": "PATCH", "status": 401, "skip": 1, "times": 9})
    draft = Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=content(*blocks))
    with pytest.raises(errors.AuthError):
        wiki.create(draft)
    site.faults()
    wiki = site.wiki()
    tracked = wiki.observe().tracked["k"]
    half = site.call("GET", f"pages/{tracked.page.id}")
    assert half["icon"]["emoji"] == "⏳"
    assert half["properties"]["Status"]["select"]["name"] == "being written"
    assert 0 < len(tree(wiki, tracked.page)) < 350
    wiki.begin(wiki.observe())
    wiki.write(
        tracked.page, Change(record=tracked.record, title="R", content=content(*blocks), base=tracked.page.version)
    )
    whole = site.call("GET", f"pages/{tracked.page.id}")
    assert whole["icon"] is None
    assert whole["properties"]["Status"]["select"]["name"] == "published"
    assert words(tree(wiki, tracked.page)) == [f"p{i}" for i in range(350)]


def test_a_long_update_says_so_while_it_goes_on(site):
    done = publish(site.wiki(), *[para(f"p{i}") for i in range(60)])
    wiki, done, _ = later(site, done)
    wiki = site.wiki(max_attempts=1)
    wiki.begin(wiki.observe())
    site.faults({"path": "*/blocks/*", "method": "PATCH", "status": 401, "skip": 10, "times": 99})
    with pytest.raises(errors.AuthError):
        change(wiki, done, *[para(f"q{i}") for i in range(60)])
    assert site.call("GET", f"pages/{done.page.id}")["properties"]["Status"]["select"]["name"] == "being updated"
    site.faults()
    wiki, done, tracked = later(site, done)
    assert not tracked.record.version
    writes_ = wiki.requests.write
    done = change(wiki, done, *[para(f"q{i}") for i in range(60)])
    assert words(tree(wiki, done.page)) == [f"q{i}" for i in range(60)]
    assert wiki.requests.write - writes_ <= 51  # what was done is not done again
    assert site.call("GET", f"pages/{done.page.id}")["properties"]["Status"]["select"]["name"] == "published"


@pytest.mark.parametrize("minutes", [0, 2])
def test_a_block_that_is_gone_is_written_again(site, minutes):
    done = publish(site.wiki(), para("a"), para("b"), para("c"))
    gone = tree(site.wiki(), done.page)[1]["id"]
    site.server.state.clock_offset_s += 60 * minutes
    site.call("DELETE", f"blocks/{gone}")  # by our own token: the row shows it by its time at most
    wiki = site.wiki()
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    assert bool(tracked.record.version) == (minutes == 0)
    change(wiki, type(done)(page=tracked.page, record=tracked.record), para("a"), para("b2"), para("c"))
    assert words(tree(wiki, done.page)) == ["a", "b2", "c"]


def test_an_edit_below_is_seen_and_a_removal_too(site):
    done = publish(site.wiki(), para("a"), toggle("t", para("in"), para("out")))
    wiki, done, _ = later(site, done)
    inside = tree(wiki, done.page)[1]["children"]
    human_edit(site.server.state, inside[0]["id"], "theirs")
    assert later(site, done)[2].edited
    done = publish(site.wiki(), para("a"), toggle("t", para("in"), para("out")), key="l")
    inside = tree(wiki, done.page)[1]["children"]
    human_delete(site.server.state, inside[1]["id"])
    assert site.wiki().observe().tracked["l"].edited
