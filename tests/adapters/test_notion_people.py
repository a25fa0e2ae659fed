"""The database and its views, and what people do to rows, over real HTTP."""

from __future__ import annotations

import logging

import pytest

from adapters import errors
from adapters.base import Draft, Record
from adapters.sandbox.notion.people import human_edit
from adapters.settings import Token
from tests.adapters.notion_site import NotionHub, change, content, para, publish, tree, words


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def test_our_database_shows_people_what_is_theirs(site):
    wiki = site.wiki()
    publish(wiki, para("a"))
    place = wiki._target.found()
    views = site.call("GET", f"views?database_id={place.database}")["results"]
    names = {each["id"]: name for name, each in site.call("GET", f"data_sources/{place.source}")["properties"].items()}
    assert [(view["name"], view["type"]) for view in views] == [
        ("Table", "table"),
        ("Gallery", "gallery"),
        ("By topic", "board"),
        ("Recently updated", "list"),
    ]
    hidden = {names[p["property_id"]] for p in views[0]["configuration"]["properties"] if not p["visible"]}
    assert {"Key", "Digest", "Record"} <= hidden
    assert views[2]["configuration"]["group_by"]["property_id"] in {k for k, name in names.items() if name == "Topics"}
    assert views[3]["sorts"] == [{"property": "Updated", "direction": "descending"}]
    assert all(view["filter"]["select"] == {"does_not_equal": "being written"} for view in views)
    assert views[1]["configuration"]["cover"] == {"type": "page_content"}
    publish(site.wiki(), para("b"), key="l")
    assert len(site.call("GET", f"views?database_id={place.database}")["results"]) == 4


def test_views_that_are_refused_are_logged(site, caplog):
    site.faults({"path": "*/views*", "status": 400})
    with caplog.at_level(logging.WARNING, logger="adapters.notion.views"):
        done = publish(site.wiki(), para("a"))
    assert done.record.version
    assert "views" in caplog.text


def adopted(site):
    """A database that people made, with columns and a row of theirs."""
    body = {
        "parent": {"type": "page_id", "page_id": site.hub},
        "title": [{"text": {"content": "Team reports"}}],
        "initial_data_source": {
            "properties": {
                "Report": {"title": {}},
                "Reviewer": {"people": {}},
                "Status": {"status": {}},
                "Key": {"number": {}},
                "Record": {"rich_text": {}},
            }
        },
    }
    database = site.call("POST", "databases", json=body)
    source = database["data_sources"][0]["id"]
    theirs = {"Report": {"title": [{"text": {"content": "Theirs"}}]}, "Key": {"number": 7}}
    theirs["Record"] = {"rich_text": [{"text": {"content": "Abbey Road"}}]}
    parent = {"type": "data_source_id", "data_source_id": source}
    row = site.call("POST", "pages", json={"parent": parent, "properties": theirs})
    return database["id"], source, row["id"]


def test_an_adopted_database_keeps_what_people_made(site):
    database, source, row = adopted(site)
    views = site.call("GET", f"views?database_id={database}")["results"]
    wiki = site.wiki(database=database, parent="")
    assert wiki.observe().tracked == {}
    done = publish(wiki, para("a"))
    assert done.page.title == "R"
    schema = site.call("GET", f"data_sources/{source}")["properties"]
    assert {name: schema[name]["type"] for name in ("Report", "Reviewer", "Status", "Key", "Record")} == {
        "Report": "title", "Reviewer": "people", "Status": "status", "Key": "number", "Record": "rich_text"
    }  # fmt: skip
    assert schema["Key (nbwiki)"]["type"] == "rich_text"
    assert "Name" not in schema
    assert site.call("GET", f"views?database_id={database}")["results"] == views
    assert site.call("GET", f"pages/{row}")["properties"]["Key"]["number"] == 7
    assert set(site.wiki(database=database, parent="").observe().tracked) == {"k"}


def test_a_renamed_title_column_is_respected(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    source = wiki._target.found().source
    site.call("PATCH", f"data_sources/{source}", json={"properties": {"Name": {"name": "Report"}}})
    again = site.wiki()
    again.begin(again.observe())
    tracked = again.observe().tracked["k"]
    change(again, done, para("b"))
    assert tracked.page.title == "R"
    assert "Name" not in site.call("GET", f"data_sources/{source}")["properties"]


def test_a_parent_that_is_not_shared_says_what_to_do(site):
    wiki = site.wiki(parent="11111111-2222-4333-8444-555555555555")
    with pytest.raises(errors.NotFound, match="share the page with the integration"):
        wiki.open()
    with pytest.raises(errors.NotFound, match="share"):
        site.wiki(parent="", database="11111111-2222-4333-8444-555555555555").open()


def test_a_token_that_may_only_read_says_what_to_do(site):
    publish(site.wiki(), para("a"))
    wiki = site.wiki(token=Token("sandbox-readonly"))
    assert "k" in wiki.observe().tracked
    with pytest.raises(errors.PermissionDenied, match="capabilities"):
        publish(wiki, para("b"), key="l")


def test_a_row_in_the_trash_is_not_written(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    again = site.wiki()
    again.observe()
    site.call("PATCH", f"pages/{done.page.id}", json={"in_trash": True})
    with pytest.raises(errors.NotFound, match="in the trash"):
        change(again, done, para("b"))
    assert again.observe().tracked["k"].page is None


def test_a_row_moved_out_of_the_database_is_not_taken_for_ours(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    wiki.observe()
    site.call("POST", f"pages/{done.page.id}/move", json={"parent": {"type": "page_id", "page_id": site.hub}})
    assert site.wiki().observe().tracked == {}
    made = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None))
    assert made.page.id != done.page.id


def test_a_locked_page_is_written_and_stays_locked(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    site.call("PATCH", f"pages/{done.page.id}", json={"is_locked": True})
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    done = change(again, type(done)(page=tracked.page, record=tracked.record), para("b"))
    assert words(tree(again, done.page)) == ["b"]
    assert site.call("GET", f"pages/{done.page.id}")["is_locked"]


def test_an_edit_during_the_run_is_a_conflict(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    human_edit(site.server.state, tree(again, done.page)[0]["id"], "theirs")
    with pytest.raises(errors.StaleVersion):
        change(again, type(done)(page=tracked.page, record=tracked.record), para("b"))
    assert words(tree(again, done.page)) == ["theirs"]


def test_a_workspace_without_blocks_left_says_so_and_is_not_asked_again(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    site.faults(free_plan=1)
    with pytest.raises(errors.PermissionDenied, match="free plan's blocks are used up"):
        publish(wiki, *[para(str(i)) for i in range(50)], key="l")
    asked = len(site.sent("/children", "PATCH"))
    with pytest.raises(errors.PermissionDenied, match="not tried"):
        change(wiki, done, para("a"), para("b"))
    assert len(site.sent("/children", "PATCH")) == asked
    assert words(tree(wiki, done.page)) == ["a"]
    site.faults()
    done = publish(site.wiki(), para("b"), key="l")
    assert words(tree(wiki, done.page)) == ["b"]


def test_a_run_stops_before_the_blocks_of_a_free_workspace_are_used_up(site):
    site.faults(free_plan=170)
    wiki = site.wiki(block_limit=170)
    done = publish(wiki, *[para(str(i)) for i in range(60)])
    wiki = site.wiki(block_limit=170)
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    writes = wiki.requests.write
    last = type(done)(page=tracked.page, record=tracked.record)
    with pytest.raises(errors.LimitExceeded, match="of 170 for ever nbwiki has made 60"):
        change(wiki, last, *[para(f"x{i}") for i in range(171)])
    body = content(*[para(str(i)) for i in range(111)])
    with pytest.raises(errors.LimitExceeded, match="nothing of it was sent"):
        wiki.create(Draft(record=Record(key="l"), title="L", parent=None, content=body))
    assert wiki.requests.write == writes
    done = change(wiki, last, *[para(f"y{i}") for i in range(170)])
    assert len(tree(wiki, done.page)) == 170
    with pytest.raises(errors.LimitExceeded):
        change(wiki, done, *[para(f"y{i}") for i in range(171)])
