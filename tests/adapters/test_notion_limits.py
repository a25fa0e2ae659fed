"""Every request of the Notion adapter keeps the vendor's limits; the sandbox refuses the others."""

from __future__ import annotations

import json
import uuid

import pytest

from adapters.base import Change, Draft, Record
from adapters.notion import records, rows
from adapters.notion.packing import packed, unpacked
from adapters.notion.requests import MAX_BYTES, batch
from adapters.notion.trees import wants_of
from adapters.notion.values import options, units
from converters.metadata import Metadata, Person, Provenance
from converters.model import Rendered
from tests.adapters.notion_site import NotionHub, change, content, para, publish, text, toggle, tree, words


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def row(*cells):
    return {"type": "table_row", "table_row": {"cells": [text(cell) for cell in cells]}}


def table(count):
    rows_ = [row(str(i), "x") for i in range(count)]
    return {"type": "table", "table": {"table_width": 2, "has_column_header": True, "children": rows_}}


def column(*children):
    return {"type": "column", "column": {"children": list(children)}}


def nested(levels, *last):
    inner = [nested(levels - 1, *last)] if levels else list(last)
    return {"type": "bulleted_list_item", "bulleted_list_item": {"rich_text": text(f"l{levels}"), "children": inner}}


def depth_of(blocks):
    return 1 + max((depth_of(b["children"]) for b in blocks if b.get("children")), default=0)


def sent(site):
    return [e for e in site.server.log.entries() if e["method"] in {"POST", "PATCH"} and "query" not in e["path"]]


def test_large_trees_are_published_within_the_limits(site):
    wiki = site.wiki()
    blocks = [
        table(350),
        nested(7, table(150), para("deep")),
        {"type": "column_list", "column_list": {"children": [column(table(3), para("r")), column(para("l"))]}},
        toggle("wide", *[para(str(i)) for i in range(230)]),
        *[para("ж" * 1999) for _ in range(260)],
        {"type": "code", "code": {"rich_text": [text("数" * 2000)[0]] * 50, "language": "python"}},
    ]
    done = publish(wiki, *blocks)
    got = tree(wiki, done.page)
    assert [block["type"] for block in got[:4]] == ["table", "bulleted_list_item", "column_list", "toggle"]
    assert len(got[0]["children"]) == 350
    assert words(got[3]["children"]) == [str(i) for i in range(230)]
    assert depth_of([got[1]]) == 10
    assert [c["children"][0]["type"] for c in got[2]["children"]] == ["table", "paragraph"]
    assert len(got) == 265
    for entry in sent(site):
        assert entry["status"] == 200
        assert entry["body_bytes"] <= 500_000


def test_a_report_with_many_blocks_is_unchanged_the_next_time(site):
    wiki = site.wiki()
    done = publish(wiki, *[para(f"p{i}") for i in range(1600)])
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    assert tracked.record.state["blocks"] == done.record.state["blocks"]
    assert tracked.record.digest == done.record.digest
    site.server.state.clock_offset_s += 60
    start = again.requests.write
    wanted = Change(
        record=tracked.record,
        title="R",
        content=content(*[para("new" if i == 7 else f"p{i}") for i in range(1600)]),
        base=tracked.page.version,
    )
    again.write(tracked.page, wanted)
    assert again.requests.write - start == 2


def test_a_complete_create_counts_the_record_too(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    wide = [toggle("t" * 1900, *[para("x" * 1500) for _ in range(99)]) for _ in range(3)]
    record = Record(key="k", source="f/k.md", assets={f"{'a' * 150}-{i}.png": "0" * 64 for i in range(700)})
    made = wiki.create(Draft(record=record, title="R", parent=None, content=content(*wide)))
    assert made.record.version
    assert [len(block["children"]) for block in tree(wiki, made.page)] == [99, 99, 99]
    assert all(entry["body_bytes"] <= 500_000 and entry["status"] == 200 for entry in sent(site))


def test_property_values_keep_their_limits_and_say_so(site):
    meta = Metadata(
        title="T" * 2500,
        summary="🎉" * 1500,
        tags=(*(f"tag {i}, {i}" for i in range(130)), "Same", "same"),
        authors=(Person(name="A" * 90 + "🎉" * 20), Person(name="Doe, Jane")),
        provenance=Provenance(permalink="https://example.com/" + "p" * 2000),
        updated="yesterday",
    )
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    body = Rendered(target="notion", title=meta.title, meta=meta, digest="d" * 64, blocks=[para("x")])
    record = Record(key="k", source="f/k.md")
    made = wiki.create(Draft(record=record, title=meta.title, parent=None, content=body))
    codes = {note.code for note in made.notes}
    assert {"title.long", "summary.long", "topics.many", "authors.long", "source.long", "updated.date"} <= codes
    assert len(made.page.title) == 2000
    names = [each["name"] for each in options([p.name for p in meta.authors], "authors", [])]
    assert names[1] == "Doe Jane"
    assert max(units(name) for name in names) <= 100


def test_a_title_alone_is_cut_by_units(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    made = wiki.create(Draft(record=Record(key="k"), title="🎉" * 1500, parent=None))
    assert made.page.title == "🎉" * 1000


def test_columns_stand_at_the_top_of_a_request_only():
    inner = {"type": "column_list", "column_list": {"children": [column(para("a")), column(para("b"))]}}
    part = batch([toggle("t", para("x"), inner)])
    assert [child["type"] for child in part.blocks[0]["toggle"]["children"]] == ["paragraph"]
    assert part.later[0].children == [inner]


def test_blocks_and_bytes_of_one_request():
    part = batch([toggle(f"t{i}", *[para("y") for _ in range(50)]) for i in range(100)])
    count = sum(1 + len(block["toggle"].get("children", ())) for block in part.blocks)
    assert count <= 1000
    part = batch([para('"\\' * 1000) for _ in range(100)] * 3)
    assert len(json.dumps(part.blocks).encode()) <= MAX_BYTES + 20_000


def test_records_stay_small_and_readable():
    nodes = [
        want.node(want.shape, f"{i:08x}-0000-4000-8000-000000000000")
        for i, want in enumerate(wants_of([para(f"p{i}") for i in range(1000)]))
    ]
    record = Record(key="k", page="p", state={"blocks": packed(nodes), "cover": ""})
    items = records.kept(record)["Record"]["rich_text"]
    assert len(items) <= records.SHOWN_ITEMS
    shown = {"type": "rich_text", "rich_text": [{"plain_text": item["text"]["content"]} for item in items]}
    key = {"type": "rich_text", "rich_text": [{"plain_text": "k"}]}
    row_ = {"id": "p", "properties": {"Record": shown, "Key": key}}
    assert records.record_of(row_) == record
    again = records.nodes_of(records.record_of(row_))
    assert [(n.id, n.kind, n.own, n.whole) for n in again] == [(n.id, n.kind, n.own, n.whole) for n in nodes]
    shown["rich_text"].pop()
    assert records.record_of(row_) == Record(key="k", page="p")


def test_ids_are_left_out_of_a_record_before_it_costs_a_request():
    below = [toggle(f"t{i}", *[para(f"{i}/{j}") for j in range(20)]) for i in range(90)]
    nodes = unpacked(packed([want.node(want.shape, str(uuid.uuid4())) for want in wants_of(below)]))
    assert all(node.id for node in nodes)
    nodes = unpacked(
        packed([want.node(want.shape, str(uuid.uuid4())) for want in wants_of([para(str(i)) for i in range(2000)])])
    )
    assert len(nodes) == 2000
    assert not any(node.id for node in nodes)


@pytest.mark.parametrize("said", ["Abbey Road", "", "{}"])
def test_peoples_own_columns_of_our_names_are_no_records(said):
    shown = {"type": "rich_text", "rich_text": [{"plain_text": said}] if said else []}
    key = {"type": "rich_text", "rich_text": [{"plain_text": "C major"}]}
    assert records.record_of({"id": "p", "properties": {"Record": shown, "Key": key}}) is None


def test_a_record_too_large_keeps_the_key():
    assets = {f"{'数' * 60}-{i}.png": "0" * 64 for i in range(900)}
    record = Record(key="k", assets=assets, state={"blocks": [[str(i), f"p:{i}"] for i in range(5000)]})
    value = json.dumps(rows.folder_of(record) | records.kept(record))
    assert len(value.encode()) < 450_000


def test_the_next_version_of_a_large_table_replaces_it(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"), table(120))
    done = change(wiki, done, para("a"), table(130))
    got = tree(wiki, done.page)
    assert [block["type"] for block in got] == ["paragraph", "table"]
    assert len(got[1]["children"]) == 130
