"""Blog posts (``type: blogpost``): identity, record, update, archive like pages, on both Confluences."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from adapters.base import Page, Record, Tracked
from adapters.confluence.cloud import CAPABILITIES
from adapters.notion.wiki import CAPABILITIES as NOTION
from bridge.sync.actions import Local
from bridge.sync.posts import is_post, settled
from converters.metadata import Metadata
from tests.e2e.publish import configure, nbwiki, requests_since, state, writes

POST = "---\ntitle: Q3 in brief\ntype: blogpost\ntags: [sales]\n---\nWe grew.\n"
PAGE = "---\ntitle: Numbers\n---\nSee [the post](post.md).\n"
SITES = pytest.mark.parametrize("target", ["cloud", "datacenter"])


@pytest.fixture
def folder(tmp_path, sandbox) -> Path:
    source = tmp_path / "reports"
    source.mkdir()
    (source / "post.md").write_text(POST)
    (source / "page.md").write_text(PAGE)
    configure(tmp_path, sandbox.url, source)
    return tmp_path


def contents(sandbox, target, kind="blogpost", status="current"):
    api = {"cloud": "confluence", "datacenter": "confluence-dc"}[target]
    return [
        one
        for one in state(sandbox.url)["pages"]
        if one["api"] == api and one["type"] == kind and one["status"] == status
    ]


def sync(folder, target, *more):
    done = nbwiki("sync", "-t", target, "--json", *more, cwd=folder)
    assert done.code == 0, done.err + done.out
    return done


def forget_manifests(sandbox):
    for one in state(sandbox.url)["properties"]:
        if one["key"].startswith("nbwiki-manifest-"):
            url = f"{sandbox.url}/wiki/api/v2/pages/{one['holder_id']}/properties/{one['id']}"
            assert requests.delete(url, auth=("author@example.com", "sandbox"), timeout=10).ok


@SITES
def test_a_post_lives_like_a_page(folder, sandbox, target):
    sync(folder, target)
    (post,) = contents(sandbox, target)
    assert (post["title"], post["parent_id"], post["labels"]) == ("Q3 in brief", None, ["sales"])
    assert "We grew." in post["body"]
    (page,) = [one for one in contents(sandbox, target, "page") if one["title"] == "Numbers"]
    assert post["id"] in page["body"], "the link leads to the post"

    since = requests_since(sandbox.url)[-1]["number"]
    again = sync(folder, target)
    assert again.json["counts"]["skip"] == 2
    assert writes(requests_since(sandbox.url, since)) == []

    (folder / "reports/post.md").write_text(POST.replace("We grew", "We grew a lot"))
    assert sync(folder, target).verbs()["update"] == ["post.md"]
    (updated,) = contents(sandbox, target)
    assert (updated["id"], "We grew a lot" in updated["body"]) == (post["id"], True)

    requests.post(f"{sandbox.url}/sandbox/edit", json={"page": post["id"], "append": "<p>mine</p>"}, timeout=10)
    (folder / "reports/post.md").write_text(POST.replace("We grew", "We shrank"))
    done = nbwiki("sync", "-t", target, "--json", cwd=folder)
    assert (done.code, done.verbs()["conflict"]) == (7, ["post.md"])
    sync(folder, target, "--force")

    (folder / "reports/post.md").unlink()
    assert sync(folder, target, "--prune").verbs()["archive"] == ["post.md"]
    assert contents(sandbox, target) == []
    assert [one["id"] for one in contents(sandbox, target, status="trashed")] == [post["id"]]


@SITES
def test_comments_stay_and_are_told(folder, sandbox, target):
    sync(folder, target)
    (post,) = contents(sandbox, target)
    answer = requests.post(
        f"{sandbox.url}/sandbox/comment",
        json={"page": post["id"], "text": "Why?", "selection": "We grew"},
        timeout=10,
    )
    assert answer.ok
    (folder / "reports/post.md").write_text(POST + "\nMore.\n")
    sync(folder, target)
    (post,) = contents(sandbox, target)
    assert f'ac:ref="{answer.json()["marker_ref"]}"' in post["body"]
    assert "Why?" in nbwiki("feedback", "-t", target, cwd=folder).out


@SITES
def test_a_post_is_found_again_without_the_manifest(folder, sandbox, target):
    sync(folder, target)
    (post,) = contents(sandbox, target)
    forget_manifests(sandbox)
    assert sync(folder, target).json["counts"]["skip"] == 2
    assert [one["id"] for one in contents(sandbox, target)] == [post["id"]]


@SITES
def test_another_target_in_the_space_leaves_it_alone(folder, sandbox, target):
    sync(folder, target)
    text = (folder / "nbwiki.toml").read_text().replace('parent = "Reports"', 'parent = "Other reports"')
    (folder / "nbwiki.toml").write_text(text)
    for path in (folder / "reports").iterdir():
        path.unlink()
    (folder / "reports/other.md").write_text(POST.replace("Q3 in brief", "Q4 in brief"))
    (folder / "reports/more.md").write_text("# More\n\ntext\n")
    sync(folder, target)
    forget_manifests(sandbox)
    (folder / "reports/other.md").unlink()
    sync(folder, target, "--prune")
    assert [one["title"] for one in contents(sandbox, target)] == ["Q3 in brief"]


@pytest.mark.parametrize(
    ("meta", "post"),
    [
        (Metadata(kind="blogpost"), True),
        (Metadata(kind="Blog"), True),
        (Metadata(wiki={"confluence": {"type": "blogpost"}}), True),
        (Metadata(kind="jupyter"), False),
        (Metadata(), False),
    ],
)
def test_who_asks_for_it(meta, post):
    assert is_post(meta) is post


def test_what_can_not_be_had_is_told():
    page = Tracked(record=Record(key="k"), page=Page(id="1", title="T", version="1", url="u"))
    wish = Local(key="k", title="T", post=True, parent="folder:x/")
    child = Local(key="c", title="C", parent="k")
    for locals_, was, caps, word in (
        ([wish], {"k": page}, CAPABILITIES, "can't become a blog post"),
        ([wish, child], {}, CAPABILITIES, "pages stand below"),
        ([wish], {}, NOTION, "no blog posts"),
    ):
        one = settled(locals_, was, caps)[0]
        assert (one.post, one.parent) == (False, "folder:x/")
        assert word in one.notes[-1].text
    done = settled([wish], {}, CAPABILITIES)[0]
    assert (done.post, done.parent, done.notes) == (True, "", ())


@SITES
def test_a_post_for_a_few_is_closed_before_anything_is_there(folder, sandbox, target):
    name = "reader@example.com" if target == "cloud" else "reader"
    name = "Rita Reader" if target == "cloud" else name
    (folder / "reports/post.md").write_text(POST.replace("tags:", f'visibility: restricted\nallow: ["{name}"]\ntags:'))
    since = requests_since(sandbox.url)[-1:] or [{"number": 0}]
    sync(folder, target)
    (post,) = contents(sandbox, target)
    assert post["title"] == "Q3 in brief"
    closed = {(one["operation"]) for one in state(sandbox.url)["restrictions"] if one["page"] == post["id"]}
    assert "read" in closed
    log = requests_since(sandbox.url, since[0]["number"])
    restricted = next(
        one["number"] for one in log if one["path"].endswith(f"{post['id']}/restriction") and one["method"] == "PUT"
    )
    told = [one["number"] for one in log if "We grew" in str(one.get("body"))]
    assert min(told) > restricted
