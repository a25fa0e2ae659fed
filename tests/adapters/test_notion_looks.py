"""What of an author's document shows around a page in Notion: its icon, the time to read it."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from adapters.base import Change, Draft, Record
from converters.metadata import Metadata
from tests.adapters.notion_site import NotionHub, content, para
from tests.e2e.publish import configure, nbwiki, state


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def wished(icon, *blocks):
    meta = Metadata(title="R", wiki={"notion": {"icon": icon}} if icon else {})
    return replace(content(*(blocks or (para("a"),))), meta=meta)


def create(wiki, body):
    wiki.begin(wiki.observe())
    return wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body))


def write(site, body):
    site.server.state.clock_offset_s += 120
    wiki = site.wiki()
    observed = wiki.observe()
    wiki.begin(observed)
    was = observed.tracked["k"]
    return wiki.write(was.page, Change(record=was.record, title="R", content=body, base=was.page.version))


def icon(site, done):
    return (site.call("GET", f"pages/{done.page.id}")["icon"] or {}).get("emoji")


@pytest.mark.parametrize("blocks", [1, 150])
def test_it_is_there_from_the_start_and_changes_and_goes(site, blocks):
    page = [para(str(number)) for number in range(blocks)]
    done = create(site.wiki(), wished("📈", *page))
    assert icon(site, done) == "📈"
    assert icon(site, write(site, wished(":bar_chart:", *page))) == "📊"
    assert icon(site, write(site, wished("", *page))) is None


def test_one_that_people_set_stays(site):
    done = create(site.wiki(), wished(""))
    site.call("PATCH", f"pages/{done.page.id}", json={"icon": {"type": "emoji", "emoji": "🐸"}})
    assert icon(site, write(site, wished("", para("b")))) == "🐸"
    write(site, wished("📈", para("c")))
    site.call("PATCH", f"pages/{done.page.id}", json={"icon": {"type": "emoji", "emoji": "🐸"}})
    assert icon(site, write(site, wished("📈", para("d")))) == "🐸"


def test_what_is_no_emoji_is_told(site):
    done = create(site.wiki(), wished("chart"))
    assert ([note.code for note in done.notes], icon(site, done)) == (["metadata.icon"], None)


def test_the_line_and_the_column_tell_the_same_time_to_read(tmp_path, sandbox):
    folder = tmp_path / "reports"
    folder.mkdir()
    text = "One of many words that a reader has to read before the end is reached. " * 60
    (folder / "long.md").write_text(f"# Long\n\n{text}\n\n- {text}\n\n```\n{text * 3}\n```\n\n|a|\n|-|\n|{text}|\n")
    configure(tmp_path, sandbox.url, folder, ("**/*.md",))
    assert nbwiki("sync", "-t", "notion", cwd=tmp_path).code == 0
    (page,) = (one for one in state(sandbox.url)["notion"]["pages"] if "Reading time" in one["properties"])
    minutes = page["properties"]["Reading time"]["number"]
    assert minutes > 5
    assert f"{minutes} min read" in json.dumps(page["blocks"])
