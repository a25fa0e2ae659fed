"""Files on their way to Notion, over real HTTP: parts, limits, types, expired and used-up ids."""

from __future__ import annotations

import pytest

from adapters import errors
from adapters.base import Draft, Record
from tests.adapters.notion_site import NotionHub, asset, change, content, media, para, publish, tree, words


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


def codes(done):
    return [note.code for note in done.notes]


def uploads(site):
    return len(site.sent("/send"))


def test_a_large_file_goes_in_parts(site):
    site.faults(notion_max_file_bytes=50 * 1024 * 1024)
    large = asset(bytes(range(256)) * 4096 * 21, "data.pdf", "application/pdf")
    done = publish(site.wiki(), media(large, "file"), assets=[large])
    assert uploads(site) == 3
    assert len(site.sent("/complete")) == 1
    block = tree(site.wiki(), done.page)[0]
    assert block["file"]["name"] == "data.pdf"
    assert done.record.assets == {large.filename: large.key}


@pytest.mark.parametrize("path", ["/notion/v1/file_uploads", "*/send", "*/complete"])
@pytest.mark.parametrize("rule", [{"reset": "after"}, {"status": 503, "after_work": True}, {"status": 429}])
def test_a_lost_answer_to_an_upload_is_settled(site, path, rule):
    rules = [{"path": path, "method": "POST", "times": 1, **rule}]
    site.faults(*rules, notion_max_file_bytes=50 * 1024 * 1024)
    files = [asset(b"x" * (21 * 1024 * 1024), "data.pdf", "application/pdf")] if "complete" in path else [asset(b"x")]
    kind = "file" if "complete" in path else "image"
    done = publish(site.wiki(), *[media(each, kind) for each in files], assets=files)
    assert [block["type"] for block in tree(site.wiki(), done.page)] == [kind]


def test_a_file_over_the_workspace_limit_is_a_note(site):
    site.faults(notion_max_file_bytes=1000)
    done = publish(site.wiki(), media(asset(b"x" * 1001)), para("text"), assets=[asset(b"x" * 1001)])
    assert codes(done) == ["asset.too-large"]
    assert words(tree(site.wiki(), done.page)) == ["a.png", "text"]
    assert uploads(site) == 0
    assert done.record.assets == {}


def test_a_limit_that_shrank_during_the_run_is_a_note(site):
    wiki = site.wiki()
    wiki.login()
    site.faults(notion_max_file_bytes=1000)
    done = publish(wiki, media(asset(b"x" * 1001)), para("text"), assets=[asset(b"x" * 1001)])
    assert codes(done) == ["asset.too-large"]
    assert words(tree(wiki, done.page)) == ["a.png", "text"]


def test_refused_types_are_attached_under_names_that_pass(site):
    page = asset(b"<p>x</p>", "plot.html", "text/html")
    book = asset(b'{"cells": []}', "r.ipynb", "application/x-ipynb+json")
    other = asset(b"\x00\x01", "model.pkl", "application/octet-stream")
    files = [page, book, other]
    wiki = site.wiki()
    done = publish(wiki, *[media(each, "file") for each in files], assets=files)
    blocks = tree(wiki, done.page)
    assert [block["type"] for block in blocks] == ["file", "file", "paragraph"]
    assert [block["file"]["name"] for block in blocks[:2]] == ["plot.html.txt", "r.ipynb.json"]
    assert codes(done) == ["asset.renamed", "asset.renamed", "asset.refused"]
    publish(wiki, media(asset(b"<p>y</p>", "two.html", "text/html"), "file"), key="l", assets=[page])
    refused = [entry for entry in site.sent("/file_uploads", "POST") if entry["status"] == 400]
    assert len(refused) == 2  # each type is tried once a run, ipynb never


def test_a_name_with_the_right_extension_stays(site):
    state = asset(b'{"state": {}}', "widget-state.json", "application/vnd.jupyter.widget-state+json")
    wiki = site.wiki()
    done = publish(wiki, media(state, "file"), assets=[state])
    assert (tree(wiki, done.page)[0]["file"]["name"], codes(done)) == ("widget-state.json", [])


def test_the_same_bytes_under_another_name_are_not_renamed_by_notion(site):
    one, two = asset(b"1", "figure.png", "image/png"), asset(b"1", "image.png", "image/png")
    wiki = site.wiki()
    publish(wiki, media(one), assets=[one])
    done = publish(wiki, media(two), key="l", assets=[two])
    assert codes(done) == []


def test_newer_workspaces_take_html_as_it_is(site):
    site.faults(upload_types="2026-09")
    page = asset(b"<p>x</p>", "plot.html", "text/html")
    done = publish(site.wiki(), media(page, "file"), assets=[page])
    assert tree(site.wiki(), done.page)[0]["file"]["name"] == "plot.html"
    assert codes(done) == []


def test_a_wrong_type_of_one_picture_does_not_refuse_the_others(site):
    wrong, right = asset(b"1", "a.png", "image/jpeg"), asset(b"2", "b.png", "image/png")
    done = publish(site.wiki(), media(wrong), media(right), assets=[wrong, right])
    assert codes(done) == ["asset.refused"]
    assert [block["type"] for block in tree(site.wiki(), done.page)] == ["paragraph", "image"]


def test_long_names_keep_their_extension(site):
    long = asset(b"1", "数" * 400 + ".png")
    done = publish(site.wiki(), media(long), assets=[long])
    assert codes(done) == ["asset.renamed"]
    assert tree(site.wiki(), done.page)[0]["type"] == "image"


def test_an_expired_upload_is_sent_once_more(site):
    wiki = site.wiki()
    figure = asset(b"x")
    site.faults({"path": "*/children", "method": "PATCH", "status": 401, "times": 1})
    with pytest.raises(errors.AuthError):
        publish(wiki, media(figure), assets=[figure])
    site.server.state.clock_offset_s += 3700  # the upload was never attached: its hour is over
    wiki.begin(wiki.observe())
    made = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None))
    done = change(wiki, made, para("a"), media(figure), assets=[figure])
    assert uploads(site) == 2
    assert [block["type"] for block in tree(wiki, done.page)] == ["paragraph", "image"]


def test_uploads_of_single_use_are_sent_for_each_place(site):
    site.faults(notion_upload_single_use=True)
    figure = asset(b"x")
    done = publish(site.wiki(), media(figure), para("and"), media(figure), assets=[figure])
    assert [block["type"] for block in tree(site.wiki(), done.page)] == ["image", "paragraph", "image"]
    assert codes(done) == []


def test_a_page_with_pictures_is_made_in_one_request(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    figure, large = asset(b"x"), asset(b"y" * 6_000_000, "large.png")
    body = content(para("a"), media(figure), media(large), assets=[figure, large])
    writes = wiki.requests.write
    made = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body))
    assert wiki.requests.write - writes == 3
    assert [block["type"] for block in tree(wiki, made.page)] == ["paragraph", "image", "paragraph"]
    assert made.record.assets == {figure.filename: figure.key}
    assert codes(made) == ["asset.too-large"]
    again = site.wiki()
    tracked = again.observe().tracked["k"]
    assert not tracked.edited
    site.server.state.clock_offset_s += 60
    again._target.client.me()  # an answer tells what time it is there
    writes = again.requests.write
    change(again, type(made)(page=tracked.page, record=tracked.record), para("b"), media(figure), media(large))
    assert again.requests.write - writes == 2  # the paragraph and the row


def test_a_create_with_an_expired_upload_sends_it_again(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    figure = asset(b"x")
    body = content(para("a"), media(figure), assets=[figure])
    draft = Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body)
    site.faults({"path": "/notion/v1/pages", "method": "POST", "status": 401, "times": 1})
    with pytest.raises(errors.AuthError):
        wiki.create(draft)
    site.server.state.clock_offset_s += 3700
    made = wiki.create(draft)
    assert uploads(site) == 2
    assert [block["type"] for block in tree(wiki, made.page)] == ["paragraph", "image"]


def test_pictures_of_a_long_page_are_sent_once(site):
    wiki = site.wiki()
    wiki.begin(wiki.observe())
    figure = asset(b"x")
    body = content(media(figure), *[para(str(i)) for i in range(150)], media(figure), assets=[figure])
    made = wiki.create(Draft(record=Record(key="k", source="f/k.md"), title="R", parent=None, content=body))
    assert uploads(site) == 1
    assert len(tree(wiki, made.page)) == 152
