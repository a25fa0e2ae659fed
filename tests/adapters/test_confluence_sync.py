"""Confluence targets over the sandbox: request budgets, faults, killed runs, and what only one flavour does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import requests

from adapters.base import Record, Wiki
from adapters.errors import TitleTaken, WikiUnavailable
from tests.contract.confluence_site import CloudSite, DataCenterSite, faults, now, sent
from tests.contract.wiki_contract import draft, picture, publish, rendered, rewrite

if TYPE_CHECKING:
    from adapters.sandbox.server import Server

KEY = "repo:report.ipynb"
BOTH = pytest.mark.parametrize("flavour", [CloudSite, DataCenterSite])


@pytest.fixture
def site(sandbox: Server, flavour: type[CloudSite | DataCenterSite]) -> CloudSite | DataCenterSite:
    return flavour(sandbox)


@pytest.fixture
def wiki(site: CloudSite) -> Iterator[Wiki]:
    wiki = site.connect(site.settings())
    yield wiki
    wiki.close()


@BOTH
def test_first_publish_takes_three_requests_a_page_and_one_a_file(site: CloudSite, wiki: Wiki) -> None:
    observed = wiki.observe()
    wiki.begin(observed)
    start = now(site)
    made = wiki.create(draft())
    rewrite(wiki, made, rendered(wiki, "Report", assets=(picture(), picture("b.png", b"b"))))
    assert len(sent(site, start)) == 5, sent(site, start)


@BOTH
def test_a_complete_page_takes_one_request_or_two(site: CloudSite, wiki: Wiki) -> None:
    wiki.begin(wiki.observe())
    start = now(site)
    made = wiki.create(draft(content=rendered(wiki, "Report")))
    assert len(sent(site, start)) == (2 if isinstance(site, CloudSite) else 1), sent(site, start)
    again = site.connect(site.settings())
    assert again.observe().tracked[KEY].record == made.record
    again.close()


@BOTH
def test_one_changed_cell_takes_at_most_three_requests(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki, assets=(picture(),), tags=("sales",))
    again = site.connect(site.settings())
    again.observe()
    start = now(site)
    rewrite(again, done, rendered(wiki, "Report", "New", assets=(picture(),), tags=("sales",)))
    assert len(sent(site, start)) <= 3, sent(site, start)
    again.close()


@BOTH
def test_labels_are_ours_only(site: CloudSite, wiki: Wiki) -> None:
    first = publish(wiki, tags=("Sales Report", "old"))
    site.call("POST", f"rest/api/content/{first.page.id}/label", json=[{"prefix": "global", "name": "theirs"}])
    again = site.connect(site.settings())
    again.observe()
    rewrite(again, first, rendered(wiki, "Report", "New", tags=("sales-report", "new")))
    path = "api/v2/pages/{}/labels" if isinstance(site, CloudSite) else "rest/api/content/{}/label"
    labels = site.call("GET", path.format(first.page.id))["results"]
    assert {label["name"] for label in labels} == {"sales-report", "new", "theirs"}
    again.close()


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        {"reset": "after"},
        {"reset": "before"},
        {"status": 503, "after_work": True},
        {"status": 502},
        {"status": 429, "retry_after": 1},
    ],
)
def test_a_fault_at_each_step_leaves_one_page_and_one_file(site: CloudSite, wiki: Wiki, fault: dict[str, Any]) -> None:
    wiki.begin(wiki.observe())
    rules = [{"path": path, "method": method, "times": 1, **fault} for path, method in (
        ("re:/content$|/v2/pages$", "POST"), ("*/child/attachment", "POST"), ("re:/propert(y|ies)", "POST"),
        ("re:/propert(y|ies)/", "PUT"), ("re:/(pages|content)/[0-9]+$", "PUT"))]  # fmt: skip
    faults(site, *rules)
    made = wiki.create(draft())
    done = rewrite(wiki, made, rendered(wiki, "Report", "Whole", assets=(picture(),)))
    faults(site)
    again = site.connect(site.settings())
    tracked = again.observe().tracked
    assert set(tracked) == {KEY}
    assert tracked[KEY].record.version == done.page.version == (tracked[KEY].page or done.page).version
    assert not tracked[KEY].edited
    assert "Whole" in again.read(done.page)
    assert len(site.files(done.page)) == 1
    again.close()


@BOTH
@pytest.mark.parametrize("killed_at", ["create", "file", "property", "body", "record"])
def test_a_killed_run_is_finished_by_the_next(site: CloudSite, wiki: Wiki, killed_at: str) -> None:
    wiki.begin(wiki.observe())
    paths = {
        "create": ("re:/content$|/v2/pages$", "POST"),
        "file": ("*/child/attachment", "POST"),
        "property": ("re:/propert(y|ies)", "*"),
        "body": ("re:/(pages|content)/[0-9]+$", "PUT"),
        "record": ("re:/(pages|content)/[0-9]+$", "PUT"),
    }
    path, method = paths[killed_at]
    # From this request on nothing gets through any more, as after kill -9; the last one's work may be done.
    reset = "after" if killed_at in {"create", "file", "record"} else "before"
    faults(
        site, {"path": path, "method": method, "reset": reset, "times": 1}, {"path": "*", "reset": "before", "rate": 0}
    )
    content = rendered(wiki, "Report", "Whole", assets=(picture(),))
    stop = msgspec.structs.replace(site.settings(), max_attempts=1)
    killed = site.connect(stop)
    killed_faults = {"path": "*", "reset": "before"}
    try:
        made = killed.create(draft())
        faults(
            site,
            {"path": path, "method": method, "reset": reset, "times": 1},
            killed_faults if reset == "after" else {},
        )
        rewrite(killed, made, content)
    except WikiUnavailable:
        pass
    faults(site)
    again = site.connect(site.settings())
    observed = again.observe()
    tracked = observed.tracked[KEY]
    assert not tracked.edited
    assert tracked.page is not None
    if tracked.record.version != tracked.page.version or tracked.record.digest != content.digest:
        assert tracked.record.version == ""
        again.begin(observed)
        made = again.create(draft())
        done = rewrite(again, made, content)
        again.finish(observed, [done.record], [])
    third = site.connect(site.settings())
    last = third.observe().tracked
    assert set(last) == {KEY}
    assert last[KEY].record.digest == content.digest
    assert not last[KEY].edited
    assert last[KEY].page is not None
    assert "Whole" in third.read(last[KEY].page)
    assert len(site.files(last[KEY].page)) == 1
    again.close()
    third.close()


@BOTH
def test_parent_is_made_once_below_the_home_page(site: CloudSite) -> None:
    settings = msgspec.structs.replace(site.settings(), parent="Data science reports")
    wiki = site.connect(settings)
    assert wiki.open().id == ""
    assert {f.level for f in wiki.doctor() if f.subject == "parent"} == {"warn"}
    done = publish(wiki)
    root = wiki.open()
    assert root.title == "Data science reports"
    assert done.page.parent == root.id
    other = site.connect(msgspec.structs.replace(settings, parent=root.id))
    assert set(other.observe().tracked) == {KEY}
    wiki.close()
    other.close()


@BOTH
def test_a_target_below_another_one_keeps_to_itself(site: CloudSite, wiki: Wiki) -> None:
    below = site.connect(msgspec.structs.replace(site.settings(), parent="Team"))
    publish(below, title="Theirs")
    assert wiki.observe().tracked == {}
    ours = publish(wiki, title="Ours")
    wiki.begin(wiki.observe())
    again = site.connect(site.settings())
    assert {key: tracked.record.page for key, tracked in again.observe().tracked.items()} == {KEY: ours.page.id}
    below.close()
    again.close()


@BOTH
def test_a_persons_title_is_no_edit_of_the_body(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki)
    wiki.finish(wiki.observe(), [done.record], [])
    site.retitle(done.page, "Renamed")
    again = site.connect(site.settings())
    seen = again.observe().tracked[KEY]
    assert seen.page is not None
    assert (seen.page.title, seen.page.version, seen.edited) == ("Renamed", "3", False)
    site.edit(done.page, "Mine")
    assert again.observe().tracked[KEY].edited
    again.close()


@BOTH
@pytest.mark.parametrize("fault", [{"reset": "after"}, {"status": 503, "after_work": True}])
def test_a_move_whose_answer_is_lost_is_done(site: CloudSite, wiki: Wiki, fault: dict[str, Any]) -> None:
    done = publish(wiki)
    wiki.finish(wiki.observe(), [done.record], [])
    below = site.add("Shelf", wiki.open().id)
    faults(site, {"path": "re:/content/[0-9]+(/move/.*)?$", "method": "PUT", "times": 1, **fault})
    moved = wiki.move(done.page, below, done.record)
    again = site.connect(site.settings())
    seen = again.observe().tracked[KEY]
    assert seen.page is not None
    assert (seen.page.parent, seen.edited, seen.moved) == (below, False, False)
    assert seen.record.version == moved.record.version == seen.page.version
    again.close()


@BOTH
def test_unknown_space_is_named(site: CloudSite) -> None:
    from adapters.errors import NotFound

    wiki = site.connect(msgspec.structs.replace(site.settings(), space="NOPE"))
    with pytest.raises(NotFound, match="NOPE"):
        wiki.observe()
    wiki.close()


@BOTH
def test_other_reports_of_the_same_title_are_taken(site: CloudSite, wiki: Wiki) -> None:
    wiki.begin(wiki.observe())
    wiki.create(draft())
    with pytest.raises(TitleTaken):
        wiki.create(draft("repo:other.ipynb", "REPORT"))


@BOTH
def test_files_have_type_and_name(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki, assets=(picture("Grafik größer.png"),))
    assert next(iter(site.files(done.page))).startswith("Grafik größer-")


@BOTH
def test_a_body_that_is_too_large_is_refused_and_the_old_one_stays(site: CloudSite, wiki: Wiki) -> None:
    from adapters.errors import LimitExceeded

    done = publish(wiki, text="Old")
    with pytest.raises(LimitExceeded):
        rewrite(wiki, done, rendered(wiki, "Report", "x" * 5_300_000))
    again = site.connect(site.settings())
    tracked = again.observe().tracked[KEY]
    assert tracked.record == done.record
    assert "Old" in again.read(done.page)
    again.close()


@BOTH
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bad_network_makes_no_duplicates(site: CloudSite, seed: int) -> None:
    wiki = site.connect(msgspec.structs.replace(site.settings(), max_attempts=12))
    observed = wiki.observe()
    plan = {"rate": 0.3, "seed": seed}
    assert requests.put(f"{site.server.url}/sandbox/faults", json=plan, timeout=10).ok
    wiki.begin(observed)

    def one(number: int) -> Record:
        made = wiki.create(draft(f"repo:{number}.ipynb", f"Report {number}"))
        assets = (picture(), picture(f"{number}.png", b"x"))
        content = rendered(wiki, f"Report {number}", f"Text {number}", assets=assets, tags=("t",))
        return rewrite(wiki, made, content).record

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(one, range(12)))
    wiki.finish(observed, written, [])
    faults(site)
    again = site.connect(site.settings())
    tracked = again.observe().tracked
    assert set(tracked) == {f"repo:{number}.ipynb" for number in range(12)}
    for each in tracked.values():
        assert each.page is not None
        assert each.record.version == each.page.version == "2"
        assert not each.edited
        assert len(site.files(each.page)) == 2
    assert wiki.requests.retried > 0
    assert again.requests.read <= 6
    wiki.close()
    again.close()


@BOTH
@pytest.mark.parametrize("policy", ["keep", "trash"])
def test_files_that_a_page_no_longer_shows(site: CloudSite, wiki: Wiki, policy: str) -> None:
    old, new = picture("plot.png", b"1"), picture("plot.png", b"2")
    done = publish(wiki, assets=(old,))
    response = requests.post(  # a person's own file
        f"{site.base}/rest/api/content/{done.page.id}/child/attachment",
        files={"file": ("mine-0123456789ab.png", b"mine", "image/png")},
        headers={"X-Atlassian-Token": "no-check"},
        timeout=10,
        **site.credentials(),
    )
    assert response.ok, response.text
    again = site.connect(msgspec.structs.replace(site.settings(), unused_files=policy))
    again.observe()
    written = rewrite(again, done, rendered(again, "Report", assets=(new,)))
    names = set(site.files(written.page))
    assert names == {new.filename, "mine-0123456789ab.png"} | ({old.filename} if policy == "keep" else set())
    assert set(written.record.assets) == {new.filename}
    again.close()
