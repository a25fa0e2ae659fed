"""Publishing below any page or folder of any space: by title, id or address, on both flavours."""

from __future__ import annotations

import msgspec
import pytest

from adapters.errors import NotFound
from tests.contract.confluence_site import CloudSite, DataCenterSite, now, sent
from tests.contract.wiki_contract import publish, rendered, rewrite


@pytest.fixture(params=[CloudSite, DataCenterSite], ids=["cloud", "datacenter"])
def site(request, sandbox):
    return request.param(sandbox)


@pytest.fixture
def cloud(sandbox):
    return CloudSite(sandbox)


def connected(site, **changes):
    return site.connect(msgspec.structs.replace(site.settings(), **changes))


def lives(site, **changes):
    """A report is published, written, moved, forgotten and found again below that place; returns its page."""
    wiki = connected(site, **changes)
    folder = publish(wiki, "repo:f/", "Folder")
    done = publish(wiki, "repo:f/a.md", "A", parent=folder.page.id)
    wiki.move(done.page, None, done.record)
    wiki.close()
    again = connected(site, **changes)
    tracked = again.observe().tracked
    assert set(tracked) == {"repo:f/", "repo:f/a.md"}
    assert not any(one.moved or one.edited for one in tracked.values())
    found = tracked["repo:f/a.md"]
    rewrite(again, msgspec.structs.replace(done, page=found.page, record=found.record), rendered(again, "A", "Second"))
    assert "fail" not in {one.level for one in again.doctor()}
    again.close()
    return found.page


def deep(site):
    """A page in another place of the space."""
    wiki = site.connect(site.settings())
    root = wiki.open().id
    wiki.close()
    return site.add("Deeper", site.add("Team corner", root))


def test_below_any_page_by_id_or_address(site):
    page = deep(site)
    assert lives(site, parent=page).parent == page
    address = f"{site.base}/spaces/DATA/pages/{page}/Deeper?focus=1"
    other = f"{site.base}/pages/viewpage.action?pageId={page}"
    for parent in (address, other, "Deeper", "  deeper "):
        wiki = connected(site, parent=parent)
        assert wiki.open().id == page
        wiki.close()


def test_addresses_that_lead_nowhere_are_not_taken_for_titles(site):
    wiki = connected(site, parent=f"{site.base}/spaces/DATA/pages/99999999/Gone")
    with pytest.raises(NotFound, match="is not there"):
        wiki.open()
    wiki.close()


def test_in_a_personal_space(site):
    key = "~5b10a2844c20165700ede21g" if isinstance(site, CloudSite) else "~author"
    assert lives(site, space=key, parent="").title == "A"


def test_a_root_is_made_in_a_personal_space(site):
    key = "~5b10a2844c20165700ede21g" if isinstance(site, CloudSite) else "~author"
    lives(site, space=key, parent="My reports")


def folder(site, title, parent=None):
    space = site.call("GET", "api/v2/spaces", params={"keys": "DATA"})["results"][0]["id"]
    wanted = {"spaceId": space, "title": title} | ({"parentId": parent} if parent else {})
    return site.call("POST", "api/v2/folders", json=wanted)["id"]


def test_below_a_folder_by_id_address_and_title(cloud):
    outer = folder(cloud, "Shelf")
    inner = folder(cloud, "Reports here", outer)
    assert lives(cloud, parent=inner).parent == inner
    for parent in (f"{cloud.base}/spaces/DATA/folder/{inner}", "Reports here"):
        wiki = connected(cloud, parent=parent)
        root = wiki.open()
        assert (root.id, root.title) == (inner, "Reports here")
        wiki.close()


def test_a_folder_costs_no_more_than_a_page(cloud):
    place = folder(cloud, "Shelf")
    wiki = connected(cloud, parent=place)
    publish(wiki)
    wiki.close()
    again, since = connected(cloud, parent=place), now(cloud)
    assert len(again.observe().tracked) == 1
    assert len(sent(cloud, since)) <= 5
    again.close()


def test_equal_folders_are_not_chosen_from(cloud):
    folder(cloud, "Twice", folder(cloud, "One"))
    folder(cloud, "Twice", folder(cloud, "Two"))
    wiki = connected(cloud, parent="Twice")
    assert wiki.open().id == "", "a page of that title will be made"
    wiki.close()


def test_a_place_in_another_space_is_refused(cloud):
    space = cloud.call("GET", "api/v2/spaces", params={"keys": "LAB"})["results"][0]
    wiki = connected(cloud, parent=space["homepageId"])
    with pytest.raises(NotFound, match="is not in space 'DATA'"):
        wiki.open()
    wiki.close()
