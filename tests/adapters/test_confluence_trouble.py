"""What goes wrong in the middle: tokens that end, maintenance, large pages of files, odd names, titles of others."""

from __future__ import annotations

import msgspec
import pytest
import requests

from adapters.errors import LimitExceeded, TitleTaken, WikiUnavailable
from converters.model import Asset
from tests.contract.confluence_site import CloudSite, DataCenterSite, faults, now, sent
from tests.contract.wiki_contract import draft, picture, publish, rendered, rewrite
from tests.e2e.publish import configure, nbwiki, state

MAINTENANCE = "<!doctype html><html><head><title>Confluence is down for maintenance</title></head></html>"


@pytest.fixture(params=[CloudSite, DataCenterSite], ids=["cloud", "datacenter"])
def site(request, sandbox):
    return request.param(sandbox)


@pytest.fixture
def wiki(site):
    wiki = site.connect(site.settings())
    yield wiki
    wiki.close()


# ---------------------------------------------------------------- tokens that end


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_a_token_that_ends_in_the_middle_of_a_run(sandbox, tmp_path, target):
    source = tmp_path / "reports"
    source.mkdir()
    for number in range(8):
        (source / f"{number}.md").write_text(f"# Report {number}\n\nText.\n")
    configure(tmp_path, sandbox.url, source)
    made = "*/api/v2/pages" if target == "cloud" else "*/rest/api/content"
    plan = {"rules": [{"path": made, "method": "POST", "status": 401, "rate": 0.5}], "seed": 3}
    assert requests.put(f"{sandbox.url}/sandbox/faults", json=plan, timeout=10).ok
    done = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert done.code == 5, done.err
    reasons = [one["reason"] for one in done.json["actions"] if one["verb"] == "error"]
    assert any("does not accept these credentials" in reason for reason in reasons)
    assert requests.put(f"{sandbox.url}/sandbox/faults", json={"rules": []}, timeout=10).ok
    assert nbwiki("sync", "-t", target, "--json", cwd=tmp_path).code == 0
    pages = [one["title"] for one in state(sandbox.url)["pages"] if one["title"].startswith("Report ")]
    assert sorted(pages) == [f"Report {number}" for number in range(8)]
    assert nbwiki("sync", "-t", target, "--json", cwd=tmp_path).json["counts"]["skip"] == 8


# ---------------------------------------------------------------- maintenance


@pytest.mark.parametrize("status", [200, 503])
def test_maintenance_for_a_moment_is_waited_out(site, status):
    html = {"body": MAINTENANCE, "headers": {"Content-Type": "text/html"}}
    faults(site, {"path": "*/api/*", "status": status, "times": 3, **html})
    wiki = site.connect(site.settings())
    publish(wiki)
    assert wiki.requests.retried >= 2
    assert len(wiki.observe().tracked) == 1
    wiki.close()


def test_maintenance_for_long_ends_the_run(site):
    faults(site, {"path": "*", "status": 503, "body": MAINTENANCE, "headers": {"Content-Type": "text/html"}})
    wiki = site.connect(
        msgspec.structs.replace(site.settings(), deployment="cloud" if site.path == "/wiki" else "datacenter")
    )
    with pytest.raises(WikiUnavailable):
        wiki.login()
    wiki.close()


def test_a_body_over_the_limit_is_413_and_the_old_one_stays(site, wiki):
    first = publish(wiki, text="Small")
    with pytest.raises(LimitExceeded):
        rewrite(wiki, first, rendered(wiki, "Report", "x" * 5_300_000))
    assert "Small" in wiki.read(first.page)


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("count", [60, 520])
def test_pages_with_more_files_than_a_list_has(site, wiki, count):
    """A run that was killed after sending all files: the next one finds each of them and sends none."""
    observed = wiki.observe()
    wiki.begin(observed)
    made = wiki.create(draft())
    files = tuple(picture(f"plot {number}.png", f"{number}".encode()) for number in range(count))
    for one in files:
        wiki.client.upload(made.page.id, one.filename, one.mime, one.data)
    again = site.connect(site.settings())
    tracked = again.observe().tracked["repo:report.ipynb"]
    before = site.uploads()
    done = rewrite(again, msgspec.structs.replace(made, record=tracked.record), rendered(again, "Report", assets=files))
    assert site.uploads() == before
    assert len(done.record.assets) == count
    last = picture(f"plot {count - 1}.png", b"another")
    changed = rewrite(again, done, rendered(again, "Report", assets=(*files[:-1], last)))
    assert site.uploads() == before + 1
    assert len(changed.record.assets) == count
    again.close()


NAMES = ["été 数据.png", 'a "quoted" \\ back.png', "semi;colon=x&y#z%20?.png", ".hidden.png", "tab\tline\nend.png",
         "slash/inside.png", "emoji 📊.png", "x" * 300 + ".png", "..", "-rf *.png"]  # fmt: skip


def test_names_with_any_characters(site, wiki):
    files = tuple(picture(name, f"{number}".encode()) for number, name in enumerate(NAMES))
    done = publish(wiki, assets=files)
    assert done.notes == []
    assert set(site.files(done.page)) == {one.filename for one in files}
    assert set(site.files(done.page).values()) == {one.data for one in files}
    body = wiki.read(done.page)
    shown = [name for name in site.files(done.page) if f'ri:filename="{name}"' in body.replace("&amp;", "&")]
    assert len(shown) == len(files), "each picture's name in the body is that of its file"


def test_a_file_over_the_limit_is_told_before_it_is_sent(site, wiki, monkeypatch):
    small = msgspec.structs.replace(wiki.caps, max_asset_bytes=1000)
    monkeypatch.setattr(wiki._files, "_caps", small)
    since = now(site)
    done = publish(wiki, assets=(Asset(Asset.digest(b"x" * 2000), b"x" * 2000, "text/csv", "big.csv"),))
    assert [note.code for note in done.notes] == ["asset.too-large"]
    assert not [one for one in sent(site, since) if "attachment" in one]


# ---------------------------------------------------------------- titles of others


def test_a_retitle_to_a_title_that_somebody_took(site, wiki):
    root = wiki.begin(wiki.observe())
    done = publish(wiki, title="Mine", text="Old text")
    site.add("Taken", root.id)
    with pytest.raises(TitleTaken):
        rewrite(wiki, done, rendered(wiki, "Taken", "New text"))
    assert "Old text" in wiki.read(done.page)
    tracked = wiki.observe().tracked["repo:report.ipynb"]
    assert not tracked.edited
    assert tracked.record.digest == done.record.digest, "what was not written is not recorded"


@pytest.mark.parametrize("target", ["cloud", "datacenter"])
def test_the_plan_tells_of_a_title_that_somebody_took(sandbox, tmp_path, target):
    site = (CloudSite if target == "cloud" else DataCenterSite)(sandbox)
    source = tmp_path / "reports"
    source.mkdir()
    (source / "a.md").write_text("# Mine\n\nText.\n")
    configure(tmp_path, sandbox.url, source)
    assert nbwiki("sync", "-t", target, cwd=tmp_path).code == 0
    home = site.connect(site.settings()).open().id
    site.add("Theirs", home)
    (source / "a.md").write_text("# Theirs\n\nText.\n")
    done = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert done.code == 7
    assert [one["reason"] for one in done.json["actions"]] == ["title taken by a page that nbwiki did not make"]
    mine = [one for one in state(sandbox.url)["pages"] if one["title"] == "Mine"]
    assert len(mine) == 1
