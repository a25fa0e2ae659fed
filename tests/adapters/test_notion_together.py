"""Two runs that change one page of Notion in the same moment."""

from __future__ import annotations

import threading

import pytest

from adapters.errors import StaleVersion
from adapters.notion.writing import Writing
from tests.adapters.notion_site import NotionHub, change, para, publish, toggle, tree, words
from tests.sync.hands import NotionHands

BEFORE = (para("first"), toggle("log", para("one"), para("two")), para("last"))
AFTER = {
    "in between": (para("first"), para("new"), toggle("log", para("one"), para("two")), para("last")),
    "in place of one": (para("quite another one"), toggle("log", para("one"), para("two")), para("last")),
    "at the start": (para("new"), *BEFORE),
    "at the end": (*BEFORE, para("new")),
    "inside": (para("first"), toggle("log", para("one"), para("new"), para("two")), para("last")),
    "inside, as the first": (para("first"), toggle("log", para("new"), para("one"), para("two")), para("last")),
}


def said(blocks):
    return [one[one["type"]]["rich_text"][0]["text"]["content"] for one in blocks]


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


@pytest.mark.parametrize("wanted", AFTER.values(), ids=AFTER)
@pytest.mark.parametrize("theirs", [False, True], ids=["", "with a block of people"])
def test_what_both_put_there_stands_there_once(site, monkeypatch, wanted, theirs):
    first = site.wiki()
    page = publish(first, *BEFORE).page
    first.close()
    site.server.state.clock_offset_s += 120
    if theirs:
        assert NotionHands(site.server).edit(page.id, append="A note of mine.")
        site.server.state.clock_offset_s += 120
    both = site.wiki(), site.wiki()
    seen = [wiki.observe().tracked["k"] for wiki in both]
    looked, live = threading.Barrier(2, timeout=20), Writing._live

    def at_once(self, *given):
        found = live(self, *given)
        looked.wait()
        return found

    monkeypatch.setattr(Writing, "_live", at_once)
    ended = []

    def run(wiki, was):
        try:
            ended.append(change(wiki, was, *wanted))
        except StaleVersion as error:
            ended.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(both, seen, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for wiki in both:
        wiki.close()
    assert len(ended) == 2
    monkeypatch.setattr(Writing, "_live", live)
    last = site.wiki()
    was = last.observe().tracked["k"]
    if not was.record.version or any(isinstance(one, StaleVersion) for one in ended):
        change(last, was, *wanted)
    shown = words(tree(last, page))
    lines = said(wanted) + (["A note of mine."] if theirs else [])
    assert shown == lines
    inside = next(one for one in tree(last, page) if one["type"] == "toggle")
    below = next(one for one in wanted if one["type"] == "toggle")["toggle"]["children"]
    assert words(inside["children"]) == said(below)
    last.close()
