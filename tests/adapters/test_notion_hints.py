"""What a record tells beside the report: it spares requests, and is never believed against what stands there."""

from __future__ import annotations

import pytest

from adapters.base import Draft, Record
from adapters.notion.hints import bot_of, bot_told
from adapters.sandbox.notion.people import human_edit
from adapters.settings import Token
from tests.adapters.notion_site import NotionHub, content, para, publish, tree


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def asked(site, wiki):
    """What a run asks before it writes."""
    site.server.log.clear()
    observed = wiki.observe()
    wiki.begin(observed)
    return observed, [entry["path"].removeprefix("/notion/v1/").split("/")[0] for entry in site.sent()]


def columns(site, wiki, changes):
    site.call("PATCH", f"data_sources/{wiki._target.found().source}", json={"properties": changes})


def test_a_run_asks_neither_who_we_are_nor_for_the_columns(site):
    publish(site.wiki(), para("a"))
    observed, paths = asked(site, site.wiki())
    assert paths == ["blocks", "databases", "data_sources", "data_sources"]  # two queries
    assert not observed.tracked["k"].edited


def test_another_token_is_asked_for(site):
    publish(site.wiki(), para("a"))
    _, paths = asked(site, site.wiki(token=Token("sandbox-readonly")))
    assert "users" in paths


def test_a_row_that_a_person_edited_last_does_not_tell_who_we_are(site):
    done = publish(site.wiki(), para("a"))
    human_edit(site.server.state, tree(site.wiki(), done.page)[0]["id"], "theirs")
    _, paths = asked(site, site.wiki())
    assert "users" in paths
    publish(site.wiki(), para("b"), key="l")
    _, paths = asked(site, site.wiki())
    assert "users" not in paths  # another row does


def test_what_is_told_is_believed_of_the_row_s_last_editor_only():
    bot, person = "0" * 31 + "1", "0" * 31 + "2"
    record = Record(key="k", state=bot_told(Token("ntn_1"), bot))
    assert bot_of({"last_edited_by": {"id": bot}}, record, Token("ntn_1")) == bot
    assert not bot_of({"last_edited_by": {"id": person}}, record, Token("ntn_1"))
    assert not bot_of({"last_edited_by": {"id": bot}}, record, Token("ntn_2"))
    assert "ntn_1" not in str(record.state)


@pytest.mark.parametrize("takes", ["renamed", "renamed and replaced", "deleted"])
def test_columns_that_people_changed_are_asked_for(site, takes):
    first = site.wiki()
    publish(first, para("a"))
    ours = first._target.here()[1].ids["Topics"]
    if takes == "deleted":
        columns(site, first, {"Topics": None})
    else:
        columns(site, first, {"Topics": {"name": "Tags"}})
    if takes == "renamed and replaced":
        columns(site, first, {"Topics": {"multi_select": {}}})
    wiki = site.wiki()
    _, paths = asked(site, wiki)
    assert paths.count("data_sources") == 3 + (takes == "deleted")  # the schema, and the column made anew
    used = wiki._target.here()[1]
    assert used.names["Topics"] == ("Topics" if takes == "deleted" else "Tags")
    assert (used.ids["Topics"] == ours) == (takes != "deleted")


def test_a_report_without_files_is_published_without_asking_for_their_limit(site):
    publish(site.wiki(), para("a"))
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    site.server.log.clear()
    wiki.create(Draft(record=Record(key="l", source="f/l.md"), title="R", parent=None, content=content(para("b"))))
    assert [(each["method"], each["path"]) for each in site.sent()] == [("POST", "/notion/v1/pages")]
