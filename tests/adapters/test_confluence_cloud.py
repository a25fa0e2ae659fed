"""What only Confluence Cloud does: the manifest, the free plan, races with the server's own writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import pytest

from adapters.base import Wiki
from adapters.confluence import records
from adapters.errors import StaleVersion
from converters.metadata import Metadata, Provenance
from tests.contract.confluence_site import CloudSite, faults, now, sent
from tests.contract.wiki_contract import draft, picture, publish, rendered, rewrite

if TYPE_CHECKING:
    from adapters.sandbox.server import Server

KEY = "repo:report.ipynb"


@pytest.fixture
def site(sandbox: Server) -> CloudSite:
    return CloudSite(sandbox)


@pytest.fixture
def wiki(site: CloudSite) -> Iterator[Wiki]:
    wiki = site.connect(site.settings())
    yield wiki
    wiki.close()


def test_observe_of_unchanged_pages_takes_few_requests(site: CloudSite, wiki: Wiki) -> None:
    publish(wiki)
    again = site.connect(site.settings())
    start = now(site)
    again.observe()
    assert len(sent(site, start)) <= 4, sent(site, start)
    again.close()


def test_free_plan_falls_back_to_the_trash(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki)
    faults(site, free_plan=True)
    wiki.begin(wiki.observe())
    wiki.archive(done.page, done.record)
    assert site.page(done.page.id)["status"] == "trashed"
    again = site.connect(site.settings())
    assert KEY not in again.observe().tracked
    again.close()


def test_an_archive_whose_answer_is_lost_trashes_nothing(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki)
    faults(site, {"path": "*/content/archive", "reset": "after", "times": 1}, longtask_polls=1)
    wiki.archive(done.page, done.record)
    assert site.page(done.page.id)["status"] == "archived"


def test_property_race_right_after_creation(site: CloudSite, wiki: Wiki) -> None:
    wiki.begin(wiki.observe())
    made = wiki.create(draft())
    faults(site, {"path": "*/properties", "method": "POST", "status": 409, "times": 2})
    rewrite(wiki, made, rendered(wiki, "Report"))
    assert KEY in wiki.observe().tracked


def test_manifest_lost_is_rebuilt(site: CloudSite, wiki: Wiki) -> None:
    done = publish(wiki)
    root = wiki.open().id
    for row in site.call("GET", f"api/v2/pages/{root}/properties")["results"]:
        if row["key"].startswith(records.MANIFEST):
            site.call("DELETE", f"api/v2/pages/{root}/properties/{row['id']}")
    again = site.connect(site.settings())
    assert again.observe().tracked[KEY].record == done.record
    again.close()


def test_a_stale_write_keeps_the_other_runs_record(site: CloudSite, wiki: Wiki) -> None:
    first = publish(wiki)
    again = site.connect(site.settings())
    again.observe()
    newer = rewrite(again, first, rendered(wiki, "Report", "Second"))
    with pytest.raises(StaleVersion):
        rewrite(wiki, first, rendered(wiki, "Report", "Third"))
    third = site.connect(site.settings())
    wiki.begin(third.observe())
    assert third.observe().tracked[KEY].record.digest == newer.record.digest
    again.close()
    third.close()


def test_a_page_that_is_not_there_for_a_moment_is_asked_again(site: CloudSite) -> None:
    state = site.server.state

    def sleep(seconds: float) -> None:
        state.clock_offset_s += seconds

    wiki = site.connect(msgspec.structs.replace(site.settings(), sleep=sleep))
    wiki.begin(wiki.observe())
    property_race = {"path": "*/properties", "method": "POST", "status": 409, "times": 1}
    faults(site, property_race, fresh_page_404_s=1.5)
    made = wiki.create(draft())
    done = rewrite(wiki, made, rendered(wiki, "Report", "Whole", assets=(picture(),), tags=("a",)))
    faults(site)
    assert done.page.version == "2"
    assert wiki.requests.retried > 0
    wiki.close()


def test_versions_read_well(site: CloudSite, wiki: Wiki) -> None:
    wiki.begin(wiki.observe())
    made = wiki.create(draft())
    content = rendered(wiki, "Report", "Text")
    meta = Metadata(title="Report", provenance=Provenance(commit="3f2a9c1d0e4b5a69", dirty=False))
    content = msgspec.structs.replace(content, meta=meta, digest="a1b2c3d4e5f60718")
    record = msgspec.structs.replace(made.record, source="customers/team-size.ipynb")
    done = rewrite(wiki, msgspec.structs.replace(made, record=record), content, message="nbwiki: source changed")
    version = site.page(done.page.id)["version"]
    assert version["message"] == "nbwiki: customers/team-size.ipynb at 3f2a9c1, source changed [a1b2c3d4e5f6]"
    assert version["minorEdit"] is True
    assert records.is_stamped(version["message"], content.digest)


def test_long_paths_keep_their_end_and_the_stamp() -> None:
    message = records.stamped("folder/" * 60 + "report.ipynb", "ab" * 32)
    assert len(message) <= 255
    assert message.endswith("report.ipynb [abababababab]")
    assert records.is_stamped(message, "ab" * 32)
    assert not records.is_stamped("nbwiki: by hand")
    assert not records.is_stamped("restored [abababababab]")


def test_a_long_task_is_waited_for_and_a_failed_one_ends_in_the_trash(site: CloudSite, wiki: Wiki) -> None:
    first, second = publish(wiki), publish(wiki, "repo:other.ipynb", "Other")
    faults(site, longtask_polls=6)
    wiki.archive(first.page, first.record)
    assert site.page(first.page.id)["status"] == "archived"
    assert len(site.slept) == 5, "between the polls"
    failed = {"id": "1", "finished": True, "successful": False, "percentageComplete": 100}
    faults(site, {"path": "*/longtask/*", "status": 200, "body": failed})
    wiki.archive(second.page, second.record)
    assert site.page(second.page.id)["status"] == "trashed"
