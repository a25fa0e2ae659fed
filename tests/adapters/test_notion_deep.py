"""Lists deeper than a request, put on a new page by one request of Markdown: over real HTTP, and when it goes wrong."""

from __future__ import annotations

import itertools
import threading

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from adapters.base import Draft, Record
from adapters.errors import StaleVersion
from adapters.notion.canon import canonical
from adapters.notion.deepening import deepened
from adapters.notion.enhanced import lines
from adapters.notion.writing import Writing
from adapters.sandbox.notion.enhanced.parsing import parse
from tests.adapters.notion_site import NotionHub, change, content, para, text, toggle, tree

MARKDOWN = "/notion/v1/pages/*/markdown"


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def item(words, *children, kind="bulleted_list_item", **more):
    below = {"children": list(children)} if children else {}
    return {"type": kind, kind: {"rich_text": text(words) if isinstance(words, str) else words, **more, **below}}


def deep(name, last="the fourth level", **more):
    third = item(f"{name} third", item(last, item("a fifth", kind="to_do", checked=True)), item("beside it"))
    return item(name, item(f"{name} second", third, item("another third")), **more)


CONTENTS = {"type": "table_of_contents", "table_of_contents": {}}
HEADING = {"type": "heading_2", "heading_2": {"rich_text": text("Results")}}
TABLE = {
    "type": "table",
    "table": {
        "table_width": 2,
        "has_column_header": True,
        "children": [{"type": "table_row", "table_row": {"cells": [text("a | b"), text(str(n))]}} for n in range(3)],
    },
}
PAGE = (
    para("First."),
    CONTENTS,
    HEADING,
    *[deep(f"list {n}") for n in range(4)],
    TABLE,
    {"type": "divider", "divider": {}},
    {"type": "equation", "equation": {"expression": "a_1 + b"}},
    *[deep(f"count {n}", kind="numbered_list_item") for n in range(3)],
    toggle("About", para("where it is from")),
)


def made(wiki, *blocks, key="k"):
    wiki.begin(wiki.observe())
    return wiki.create(
        Draft(record=Record(key=key, source=f"f/{key}.md"), title="R", content=content(*blocks), parent=None)
    )


def bare(blocks):
    """What stands there, without ids and times."""
    return [
        (
            block["type"],
            {name: value for name, value in block[block["type"]].items() if name != "children"},
            bare(block.get("children", ())),
        )
        for block in blocks
    ]


def by_blocks(site, *blocks):
    """The same page as it comes about without Markdown."""
    wiki = site.wiki()
    writing = next(part for part in vars(wiki).values() if isinstance(part, Writing))
    writing._deepening.trusted = False
    return bare(tree(wiki, made(wiki, *blocks, key="blocks").page))


def test_seven_deep_lists_take_one_request_and_are_what_blocks_would_have_made(site):
    wanted = by_blocks(site, *PAGE)
    wiki = site.wiki()
    wiki.observe()
    site.server.log.clear()
    done = made(wiki, *PAGE)
    sent = [
        (e["method"], e["path"].rsplit("/", 1)[1])
        for e in site.sent()
        if "/pages" in e["path"] or "/blocks" in e["path"]
    ]
    page = done.page.id
    assert sent == [
        ("POST", "pages"),
        ("PATCH", "markdown"),
        ("GET", "children"),
        ("PATCH", "children"),
        ("PATCH", page),
    ]
    assert bare(tree(wiki, done.page)) == wanted
    assert not done.notes


def test_a_word_of_a_fourth_level_is_changed_in_place_afterwards(site):
    done = made(site.wiki(), *PAGE)
    site.server.state.clock_offset_s += 120
    wiki = site.wiki()
    before = tree(wiki, done.page)
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    changed = list(PAGE)
    changed[3] = deep("list 0", last="the fourth level, mended")
    writes = wiki.requests.write
    change(wiki, type(done)(page=tracked.page, record=tracked.record), *changed)
    assert wiki.requests.write - writes == 2
    after = tree(wiki, done.page)

    def ids(blocks):
        return [(block["id"], ids(block.get("children", ()))) for block in blocks]

    assert ids(after) == ids(before)
    assert "mended" in str(after)


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 400},
        {"status": 404},
        {"status": 503, "times": 1},
        {"status": 503, "times": 1, "after_work": True},
        {"reset": "after", "times": 1},
        {"reset": "before", "times": 1},
        {"status": 403, "headers": {"content-type": "text/html"}, "body": "<html>Attention Required!</html>"},
    ],
    ids=str,
)
def test_a_page_is_whole_whatever_becomes_of_the_request(site, rule):
    wanted = by_blocks(site, *PAGE)
    wiki = site.wiki()
    wiki.observe()
    site.faults({"path": MARKDOWN, "method": "PATCH", **rule})
    done = made(wiki, *PAGE)
    assert bare(tree(wiki, done.page)) == wanted
    assert done.record.version
    site.faults()
    again = site.wiki()
    observed = again.observe().tracked["k"]
    assert observed.record.version == done.record.version
    assert not observed.edited


@pytest.mark.parametrize("number", [3, 9, 15, 17])
def test_two_runs_at_once_double_nothing(site, monkeypatch, number):
    """The other run finds the page with its marks, and at one of its writes the first one's request is done."""
    wanted = by_blocks(site, *PAGE)
    first, other = site.wiki(), site.wiki()
    go, done = threading.Event(), threading.Event()
    writes = itertools.count(1)
    theirs, ours = client_of(other), client_of(first)
    send, put = theirs._send, ours.update_markdown

    def slow(method, path, *more, **options):
        if method in {"PATCH", "POST", "DELETE"} and not path.endswith("query") and next(writes) == number:
            go.set()
            assert done.wait(20)
        return send(method, path, *more, **options)

    def work():
        try:
            observed = other.observe()
            other.begin(observed)
            change(other, observed.tracked["k"], *PAGE)
        except StaleVersion:
            pass
        finally:
            go.set()

    def begun(*request):
        runs.start()
        assert go.wait(20)
        return put(*request)

    runs = threading.Thread(target=work)
    monkeypatch.setattr(theirs, "_send", slow)
    monkeypatch.setattr(ours, "update_markdown", begun)
    try:
        made(first, *PAGE)
    finally:
        done.set()
        runs.join()
    last = site.wiki()
    site.server.state.clock_offset_s += 120
    tracked = last.observe().tracked["k"]
    last.begin(last.observe())
    if not tracked.record.version:  # the loser took its own word back, and the next run looks
        change(last, tracked, *PAGE)
    assert bare(tree(last, tracked.page)) == wanted


def client_of(wiki):
    return next(part for part in vars(wiki).values() if isinstance(part, Writing))._target.client


def test_a_list_that_markdown_may_read_otherwise_goes_as_blocks(site):
    odd = [
        deep(name, last=last)
        for name, last in [("a", "- not a list"), ("b", "1. not a number"), ("c", "snake_case_name"), ("d", "# x"),
                           ("e", "R&D &amp; more"), ("f", "see https://example.com/x_y"), ("g", "[x] done")]
    ]  # fmt: skip
    plain = [deep(f"plain {n}") for n in range(6)]
    wanted = by_blocks(site, *plain, *odd)
    wiki = site.wiki()
    wiki.observe()
    site.server.log.clear()
    done = made(wiki, *plain, *odd)
    assert len(site.sent("/markdown")) == 1
    assert "snake" not in str(site.sent("/markdown")[0]["body"])
    assert bare(tree(wiki, done.page)) == wanted


def test_text_with_looks_and_links_is_what_blocks_would_have_made(site):
    def run(words, url=None, **looks):
        return {
            "type": "text",
            "text": {"content": words, **({"link": {"url": url}} if url else {})},
            "annotations": looks,
        }

    rich = [
        run("A "), run("bold", bold=True), run(" and "), run("slanted", italic=True), run(" word, ("),
        run("gone", strikethrough=True), run("); "), run("f(x) = 1", code=True), run(" of [a], {b}, <c>, 3 * 4, a|b, $5 "),
        run("and a page", "https://example.com/a?b=c#d"), run(".\nSecond line"),
    ]  # fmt: skip
    lists = [item(f"l{n}", item("s", item("t", item(rich, item("Größe × 2 – naïve “quoted”"))))) for n in range(6)]
    wanted = by_blocks(site, *lists)
    wiki = site.wiki()
    wiki.observe()
    site.server.log.clear()
    assert bare(tree(wiki, made(wiki, *lists).page)) == wanted
    assert len(site.sent("/markdown")) == 1


def test_few_deep_lists_are_not_worth_it():
    four = [item(f"{n}", item("b", item("c", item("d")))) for n in range(5)]
    assert deepened([para("a"), *four[:2]]) is None
    assert deepened([para("a"), *four]) is not None
    bookmark = {"type": "bookmark", "bookmark": {"url": "https://example.com"}}
    apart = [block for one in four for block in (one, bookmark)]
    assert deepened(apart) is None  # each bookmark would be a request of its own


def test_items_are_written_or_left_never_guessed():
    assert lines(item("a * b_c"), 1) is None
    assert lines(item("a * b"), 1) == ["\t- a \\* b"]
    assert lines(item("x", {"type": "quote", "quote": {"rich_text": text("q")}}), 0) is None
    assert lines(item("", color="red"), 0) is None
    assert lines(item(""), 0) is None


_PIECES = [
    *"ab1 .,-*`~$[]<>{}|^\\#+!&:;()/é日",
    "a b",
    "word",
    " and ",
    "a_b",
    "1. ",
    "- ",
    "<br>",
    "**",
    "https://a.b",
]
_RUNS = st.builds(
    lambda words, looks, url: {
        "type": "text",
        "text": {"content": words, **({"link": {"url": url}} if url else {})},
        "annotations": dict.fromkeys(looks, True),
    },
    st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), min_size=1, max_size=5).map("".join),
    st.sets(st.sampled_from(["bold", "italic", "strikethrough", "code"]), max_size=2),
    st.sampled_from(["", "", "https://example.com/a?b=c#d", "https://example.com/(x)", "nbwiki:#there"]),
)  # fmt: skip
_ITEMS = st.recursive(
    st.builds(item, st.lists(_RUNS, min_size=1, max_size=4)),
    lambda below: st.builds(
        lambda runs, children, kind: item(runs, *children, kind=kind),
        st.lists(_RUNS, min_size=1, max_size=3),
        st.lists(below, min_size=1, max_size=3),
        st.sampled_from(["bulleted_list_item", "numbered_list_item", "to_do", "paragraph"]),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(_ITEMS)
def test_what_is_written_is_read_as_it_was_meant(shape):
    """The parser is the sandbox's, which nobody wrote for this."""
    written = lines(shape, 0)
    if written is None:
        return
    event("written")
    assert [read(draft) for draft in parse("\n".join(written))] == [canonical_tree(shape)]


def read(draft):
    return canonical({"type": draft.kind, draft.kind: draft.value}), [read(below) for below in draft.children]


def canonical_tree(shape):
    return canonical(shape), [canonical_tree(below) for below in shape[shape["type"]].get("children", ())]
