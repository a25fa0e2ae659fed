"""The database as the hub: typed columns, and what people do to it: rename, move, add, retype, take away."""

from __future__ import annotations

import logging

import pytest
from msgspec.structs import replace

from adapters import errors
from adapters.base import Change, Draft, Record
from adapters.notion.schema import SCHEMA
from converters.metadata import Metadata, Person, Provenance
from tests.adapters.notion_site import NotionHub, change, content, para, publish, tree, words

META = Metadata(
    title="Churn",
    summary="It fell.",
    authors=(Person(name="Ada Author", email="Author@example.com"), Person(name="Rob", email="rob@elsewhere.org")),
    tags=("churn", "weekly"),
    team="Growth",
    kind="analysis",
    status="review",
    reading_minutes=3,
    created="2026-01-02",
    updated="2026-11-03",
    data_as_of="2026-11-01",
    provenance=Provenance(
        commit="0123456789abcdef",
        permalink="https://git.example.com/r/blob/0123/churn.ipynb",
        executed="2026-11-02T10:00:00Z",
    ),
)


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def create(wiki, key="k", meta=META, *blocks):
    wiki.begin(wiki.observe())
    body = replace(content(*(blocks or (para("w " * 500),))), meta=meta)
    return wiki.create(Draft(record=Record(key=key, source=f"f/{key}.md"), title=meta.title, parent=None, content=body))


def again(site, done, *blocks, key="k", **more):
    site.server.state.clock_offset_s += 120
    wiki = site.wiki(**more)
    observed = wiki.observe()
    wiki.begin(observed)
    tracked = observed.tracked[key]
    return change(wiki, type(done)(page=tracked.page, record=tracked.record), *blocks)


def databases(site):
    return [each for each in site.state()["notion"]["databases"] if not each.get("in_trash")]


def columns(site, source):
    return site.call("GET", f"data_sources/{source}")["properties"]


def rename(site, source, **names):
    site.call(
        "PATCH", f"data_sources/{source}", json={"properties": {old: {"name": new} for old, new in names.items()}}
    )


def test_every_property_has_its_type_and_value(site):
    wiki = site.wiki()
    made = create(wiki)
    values = site.call("GET", f"pages/{made.page.id}")["properties"]
    assert {name: each["type"] for name, each in values.items()} == {
        name: next(iter(shape)) for name, shape in SCHEMA.items()
    }
    assert len(values["People"]["people"]) == 1
    assert [each["name"] for each in values["Authors"]["multi_select"]] == ["Ada Author", "Rob"]
    assert [each["name"] for each in values["Topics"]["multi_select"]] == ["churn", "weekly"]
    chosen = {name: values[name]["select"]["name"] for name in ("Team", "Folder", "Kind", "Status")}
    assert chosen == {"Team": "Growth", "Folder": "f", "Kind": "analysis", "Status": "review"}
    days = {name: values[name]["date"]["start"] for name in ("Created", "Updated", "Data as of", "Last run")}
    assert days == {
        "Created": "2026-01-02",
        "Updated": "2026-11-03",
        "Data as of": "2026-11-01",
        "Last run": "2026-11-02",
    }
    assert values["Source"]["url"].startswith("https://git.example.com/")
    assert values["Commit"]["rich_text"][0]["plain_text"] == "0123456789ab"
    assert values["Reading time"]["number"] == 3


def test_who_has_an_account_is_asked_again_for_other_authors_and_after_a_week(site):
    def users():
        return len(site.sent("/users"))

    made = create(site.wiki())  # of two authors one has an account
    assert users() == 1

    def write(meta, days):
        nonlocal made
        site.server.state.clock_offset_s += days * 86_400
        wiki = site.wiki()
        observed = wiki.observe()
        wiki.begin(observed)
        was = observed.tracked["k"]
        body = replace(content(para(f"w {days}")), meta=meta)
        made = wiki.write(was.page, Change(record=was.record, title=meta.title, content=body, base=was.page.version))
        return len(site.call("GET", f"pages/{made.page.id}")["properties"]["People"]["people"])

    assert (write(META, 1), users()) == (1, 1)
    assert (write(META, 7), users()) == (1, 2)
    alone = replace(META, authors=META.authors[:1])
    assert (write(alone, 1), users()) == (1, 3)
    assert (write(alone, 100), users()) == (1, 3)
    assert (write(replace(META, authors=()), 1), users()) == (0, 3)


def test_a_connection_that_may_not_see_users_has_names_only(site):
    site.faults(notion_denied=["user_info"])
    made = create(site.wiki())
    values = site.call("GET", f"pages/{made.page.id}")["properties"]
    assert values["People"]["people"] == []
    assert len(values["Authors"]["multi_select"]) == 2


def test_users_are_asked_for_once_a_run_and_only_when_needed(site):
    wiki = site.wiki()
    create(wiki)
    create(wiki, "l")
    assert len(site.sent("/v1/users")) == 1
    publish(site.wiki(), para("a"), key="m")
    assert len(site.sent("/v1/users")) == 1


def test_renamed_columns_are_followed(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    source = wiki._target.found().source
    rename(site, source, Summary="Abstract", Status="State", Record="Internal", Key="Id", Digest="Hash", Name="Report")
    before = columns(site, source)
    done = again(site, done, para("b"))
    assert words(tree(site.wiki(), done.page)) == ["b"]
    assert columns(site, source) == before
    assert site.call("GET", f"pages/{done.page.id}")["properties"]["State"]["select"]["name"] == "published"
    assert len(databases(site)) == 1


def test_a_renamed_database_is_found(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    place = wiki._target.found()
    title = [{"text": {"content": "Our analyses"}}]
    site.call("PATCH", f"databases/{place.database}", json={"title": title, "description": []})
    done = again(site, done, para("b"))
    assert len(databases(site)) == 1
    assert site.wiki().open().title == "Our analyses"
    # a second target of another title below the same page is not taken for it
    other = site.wiki(space="Experiments")
    publish(other, para("x"), key="x")
    assert other._target.found().database != place.database
    assert site.wiki().open().id == place.database


def test_a_moved_database_is_used_where_it_is(site, caplog):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    place = wiki._target.found()
    parent = {"type": "page_id", "page_id": site.hub}
    title = {"title": [{"text": {"content": "Elsewhere"}}]}
    there = site.call("POST", "pages", json={"parent": parent, "properties": {"title": title}})["id"]
    site.call("PATCH", f"databases/{place.database}", json={"parent": {"type": "page_id", "page_id": there}})
    with caplog.at_level(logging.WARNING, logger="adapters.notion.database"):
        again(site, done, para("b"))
    assert "moved" in caplog.text
    assert len(databases(site)) == 1


def test_columns_of_an_older_version_are_added_and_peoples_stay(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    place = wiki._target.found()
    theirs = {"Reviewer": {"people": {}}, "Priority": {"select": {"options": [{"name": "high"}]}}}
    gone = dict.fromkeys(("Team", "Kind", "Commit", "People", "Reading time"))
    site.call("PATCH", f"data_sources/{place.source}", json={"properties": {**theirs, **gone}})
    site.call("PATCH", f"pages/{done.page.id}", json={"properties": {"Priority": {"select": {"name": "high"}}}})
    views = site.call("GET", f"views?database_id={place.database}")["results"]
    wiki = site.wiki()
    tracked = wiki.observe().tracked["k"]
    wiki.begin(wiki.observe())
    change(wiki, type(done)(page=tracked.page, record=tracked.record), para("b"))
    after = columns(site, place.source)
    assert set(SCHEMA) <= set(after)
    assert {"Reviewer", "Priority"} <= set(after)
    assert site.call("GET", f"pages/{done.page.id}")["properties"]["Priority"]["select"]["name"] == "high"
    assert site.call("GET", f"views?database_id={place.database}")["results"] == views


def test_a_column_that_people_retyped_stays_and_ours_stands_beside_it(site):
    wiki = site.wiki()
    done = publish(wiki, para("a"))
    source = wiki._target.found().source
    site.call("PATCH", f"data_sources/{source}", json={"properties": {"Kind": {"rich_text": {}}}})
    again(site, done, para("b"))
    after = columns(site, source)
    assert after["Kind"]["type"] == "rich_text"
    assert after["Kind (nbwiki)"]["type"] == "select"
    again(site, done, para("c"))
    assert columns(site, source) == after


def test_a_data_sources_id_and_one_of_several_sources_are_understood(site):
    body = {"parent": {"type": "page_id", "page_id": site.hub}, "title": [{"text": {"content": "Team"}}]}
    database = site.call("POST", "databases", json=body)["id"]
    parent = {"type": "database_id", "database_id": database}
    wiki = site.wiki(database=database, parent="")
    done = publish(wiki, para("a"))
    second = site.call("POST", "data_sources", json={"parent": parent, "properties": {"Name": {"title": {}}}})["id"]
    assert site.wiki(database=second, parent="").open().id == database
    assert "k" in site.wiki(database=second, parent="").observe().tracked
    assert words(tree(site.wiki(database=database, parent=""), done.page)) == ["a"]


def test_a_database_in_the_trash_says_so(site):
    wiki = site.wiki()
    publish(wiki, para("a"))
    database = wiki._target.found().database
    site.call("PATCH", f"databases/{database}", json={"in_trash": True})
    with pytest.raises(errors.NotFound, match="in the trash"):
        site.wiki(database=database, parent="").observe()


def test_a_database_that_is_no_longer_shared_says_what_to_do(site):
    with pytest.raises(errors.NotFound, match="share the page with the integration"):
        site.wiki(database="11111111-2222-4333-8444-555555555555", parent="").observe()


def test_more_topics_than_one_request_could_define(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    for number in range(3):
        tags = tuple(f"topic {number * 60 + i}" for i in range(60))
        create(wiki, f"k{number}", replace(META, tags=tags))
    source = wiki._target.found().source
    assert len(columns(site, source)["Topics"]["multi_select"]["options"]) == 180


def test_of_two_first_runs_one_page_of_the_hub_stays(site):
    first, second = site.wiki(hub=True), site.wiki(hub=True)
    seen = [(wiki, wiki.observe()) for wiki in (first, second)]
    made = []
    for wiki, observed in seen:
        wiki.begin(observed)
        record = Record(key="hub:home", kind="hub", source="")
        made.append(wiki.create(Draft(record=record, title="Home", parent=None)))
    for (wiki, observed), done in zip(seen, made, strict=True):
        wiki.finish(observed, [done.record], [])
    trashed = {done.page.id: site.call("GET", f"pages/{done.page.id}")["in_trash"] for done in made}
    stays = site.wiki(hub=True).observe().tracked["hub:home"].page.id
    assert trashed == {page: page != stays for page in trashed}  # times are cut to the minute: either of them


def test_a_count_that_people_spoilt_stops_no_run(site):
    done = publish(site.wiki(), para("a"))
    wiki = site.wiki()
    wiki.observe()
    wiki.keep(done.page, replace(done.record, state={**done.record.state, "made": "many"}))
    assert site.wiki().observe().tracked["k"].page.id == done.page.id
