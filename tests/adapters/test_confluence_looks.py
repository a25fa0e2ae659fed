"""Width, emoji and cover of Cloud pages; Data Center says that it has none."""

from __future__ import annotations

import json

import msgspec
import pytest

from adapters.base import Tracked
from adapters.confluence.looks import code_points
from tests.contract.confluence_site import CloudSite, DataCenterSite, faults, now, sent
from tests.contract.wiki_contract import picture, publish, rendered, rewrite


@pytest.fixture
def site(sandbox):
    return CloudSite(sandbox)


@pytest.fixture
def wiki(site):
    wiki = site.connect(site.settings())
    yield wiki
    wiki.close()


def wishing(content, thumbnail="", **wishes):
    meta = msgspec.structs.replace(content.meta, wiki={"confluence": wishes}, thumbnail=thumbnail)
    cover = content.assets[0].key if content.assets else None
    return msgspec.structs.replace(content, meta=meta, cover=cover, digest=content.digest + json.dumps(wishes))


def look(site, page):
    found = site.call("GET", f"api/v2/pages/{page.id}/properties", params={"limit": 100})["results"]
    names = ("content-appearance", "emoji-title", "cover-picture")
    return {one["key"]: one["value"] for one in found if one["key"].startswith(names)}


def test_a_page_gets_its_look_and_keeps_it_without_requests(site, wiki):
    first = publish(wiki)
    content = rendered(wiki, "Report", "Text", assets=(picture(),))
    done = rewrite(wiki, first, wishing(content, "plot.png", width="wide", emoji="📊"))
    found = look(site, done.page)
    cover = json.loads(found.pop("cover-picture-id-published"))
    assert found == {
        "content-appearance-published": "full-width",
        "content-appearance-draft": "full-width",
        "emoji-title-published": "1f4ca",
        "emoji-title-draft": "1f4ca",
    }
    files = site.call("GET", f"api/v2/pages/{done.page.id}/attachments")["results"]
    assert cover == {"id": files[0]["fileId"], "position": 50}
    since = now(site)
    again = rewrite(
        wiki, done, wishing(rendered(wiki, "Report", "Other", assets=(picture(),)), "x", width="wide", emoji="📊")
    )
    assert not [one for one in sent(site, since) if "/properties" in one and "GET" in one]
    assert len([one for one in sent(site, since) if "/properties" in one]) == 1, "the record alone"
    assert again.notes == []


def test_it_changes_and_goes_but_not_what_people_set(site, wiki):
    first = publish(wiki)
    done = rewrite(wiki, first, wishing(rendered(wiki, "Report", "1"), width="max", emoji=":bar_chart:"))
    done = rewrite(wiki, done, wishing(rendered(wiki, "Report", "2"), width="narrow", emoji="📈"))
    assert set(look(site, done.page).values()) == {"default", "1f4c8"}
    rows = site.call("GET", f"api/v2/pages/{done.page.id}/properties", params={"limit": 100})["results"]
    theirs = next(one for one in rows if one["key"] == "emoji-title-published")
    site.call(
        "PUT", f"api/v2/pages/{done.page.id}/properties/{theirs['id']}",
        json={"key": theirs["key"], "value": "1f600", "version": {"number": theirs["version"]["number"] + 1}},
    )  # fmt: skip
    done = rewrite(wiki, done, wishing(rendered(wiki, "Report", "3")))
    assert look(site, done.page) == {
        "content-appearance-published": "default",
        "content-appearance-draft": "default",
        "emoji-title-published": "1f600",
    }


def test_what_is_no_width_and_no_emoji_is_told(wiki):
    done = rewrite(wiki, publish(wiki), wishing(rendered(wiki, "Report", "x"), width="huge", emoji="nothing"))
    assert [note.code for note in done.notes] == ["metadata.width", "metadata.emoji"]


def test_a_site_that_refuses_it_gets_the_page_all_the_same(site, wiki):
    first = publish(wiki)
    wiki.observe()
    faults(site, {"path": "*/properties", "method": "POST", "status": 403})
    done = rewrite(wiki, first, wishing(rendered(wiki, "Report", "Text"), width="wide"))
    assert [note.code for note in done.notes] == ["look.refused"]
    assert "Text" in wiki.read(done.page)


def test_data_center_has_none(sandbox):
    site = DataCenterSite(sandbox)
    wiki = site.connect(site.settings())
    done = rewrite(wiki, publish(wiki), wishing(rendered(wiki, "Report", "x"), width="wide"))
    assert [note.code for note in done.notes] == ["metadata.look"]
    wiki.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [("📊", "1f4ca"), (":bar_chart:", "1f4ca"), ("1F4CA", "1f4ca"), ("❤️", "2764"), ("👨‍💻", "1f468-200d-1f4bb"),
     ("hello", ""), ("abc", ""), (":nothing_like_that:", ""), ("", "")],
)  # fmt: skip
def test_emoji_in_every_spelling(text, code):
    assert code_points(text) == code


@pytest.mark.parametrize("way", ["write", "tell"])
def test_an_edit_between_ours_and_its_badge_is_told(site, wiki, monkeypatch, way):
    done = publish(wiki)
    set_state = wiki.client.set_state

    def late(page, name, color):
        site.edit(done.page, "theirs")
        set_state(page, name, color)

    monkeypatch.setattr(wiki.client, "set_state", late)
    record = msgspec.structs.replace(done.record, badge="stale")
    if way == "write":
        rewrite(wiki, done, rendered(wiki, "Report", "new"), record=record)
    else:
        wiki.tell(Tracked(record=done.record, page=done.page), record)
    again = site.connect(site.settings())
    assert [one.edited for one in again.observe().tracked.values()] == [True]
    again.close()


def test_a_badge_is_no_edit(site, wiki):
    done = publish(wiki)
    record = msgspec.structs.replace(done.record, badge="stale")
    told = wiki.tell(Tracked(record=done.record, page=done.page), record)
    assert told.record.version == told.page.version == "3"
    assert [one.edited for one in wiki.observe().tracked.values()] == [False]
