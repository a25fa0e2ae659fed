"""The hub through the real command, over HTTP: made once, written only where something changed, people's text kept."""

from __future__ import annotations

import json
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from adapters.sandbox.server import Server
from tests.e2e.publish import configure, nbwiki, requests_since, state, writes

CONFLUENCE = ("cloud", "datacenter")
API = {"cloud": "confluence", "datacenter": "confluence-dc", "notion": "notion"}


def report(folder: Path, name: str, header: str, text: str = "Words of this report.") -> Path:
    """A report as a Markdown file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{header.strip()}\n---\n\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path, sandbox: Server) -> Path:
    """Four reports with topics, teams and authors, and a configuration with the hub on."""
    folder = tmp_path / "library"
    folder.mkdir()
    configure(folder, sandbox.url, folder, ("**/*.md",))
    config = folder / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
    report(folder, "sales/churn.md", "title: Why customers leave\nauthors: [Ada Byron]\ntags: [churn, customers]\n"
           "team: Sales\naudience: [product]\ndate: 2026-10-01\nsummary: Price is not the reason.")  # fmt: skip
    report(folder, "sales/win.md", "title: Why customers come\nauthors: [Ada Byron, Bo Lund]\ntags: [customers]\n"
           "team: Sales\ndate: 2025-03-01")  # fmt: skip
    report(folder, "river/oxygen.md", "title: Oxygen in the river\nauthors: [Cy Ng]\ntags: [water]\n"
           "date: 2026-09-01\nreview_by: 2026-09-30")  # fmt: skip
    report(folder, "closed/pay.md", "title: What we pay\nauthors: [Dee Secret]\ntags: [salaries]\n"
           'visibility: restricted\nallow: ["group:confluence-users"]')  # fmt: skip
    return folder


def pages(server: Server, target: str) -> dict[str, dict[str, Any]]:
    """Current pages by title."""
    return {
        page["title"]: page
        for page in state(server.url)["pages"]
        if page["api"] == API[target] and page.get("status", "current") == "current"
    }


def notion(server: Server) -> dict[str, dict[str, Any]]:
    """Current Notion pages by title, as the API shows them."""
    found = {}
    for page in state(server.url)["notion"]["pages"]:
        title = next(value["title"] for value in page["properties"].values() if value["type"] == "title")
        if not page["in_trash"]:
            found["".join(run["plain_text"] for run in title)] = page
    return found


def synced(folder: Path, target: str, *more: str) -> dict[str, Any]:
    run = nbwiki("sync", "-t", target, "--json", *more, cwd=folder)
    refused = {one["source"] for one in run.json["actions"] if one["verb"] == "error"}
    private = target == "notion" and (folder / "closed/pay.md").exists()
    closed = {"closed/pay.md"} if private else set()  # Notion can't keep a page from its readers
    assert refused == closed, run.err + run.out[-2000:]
    return run.json


def edit(server: Server, **body: Any) -> None:
    """What a person does in the browser."""
    request = urllib.request.Request(
        f"{server.url}/sandbox/edit", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("target", CONFLUENCE)
def test_first_sync_makes_the_pages_and_a_second_writes_nothing(library: Path, sandbox: Server, target: str) -> None:
    first = synced(library, target)
    assert first["counts"]["error"] == 0
    there = pages(sandbox, target)
    wanted = {"Report library", "What's new", "Topic: customers", "Topic: churn", "Team: Sales", "Team: product",
              "Author: Ada Byron", "Author: Bo Lund", "Author: Cy Ng", "Reports of 2026", "Reports of 2025"}  # fmt: skip
    assert wanted <= there.keys()
    home = there["Report library"]["body"]
    for words in ("Recently updated", "Why customers leave", "Price is not the reason.", "Waiting to be renewed"):
        assert words in home
    assert home.index("Waiting to be renewed") < home.rindex("Oxygen in the river")
    assert 'ac:name="detailssummary"' in home
    assert "nbwiki:" not in home, "every link has its address"
    second = synced(library, target)
    assert second["requests"]["write"] == 0
    assert set(second["counts"].items()) >= {("create", 0), ("update", 0)}


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_report_for_a_few_stands_nowhere_on_the_hub(library: Path, sandbox: Server, target: str) -> None:
    synced(library, target)
    there = pages(sandbox, target)
    assert not [title for title in there if "salaries" in title or "Secret" in title]
    hub = [
        page["body"]
        for title, page in there.items()
        if title.startswith(("Report library", "All ", "What's new", "Topic"))
    ]
    assert hub
    assert not [body for body in hub if "What we pay" in body or "Secret" in body]


@pytest.mark.parametrize("target", CONFLUENCE)
def test_what_people_write_around_the_generated_part_stays_and_is_no_conflict(
    library: Path, sandbox: Server, target: str
) -> None:
    synced(library, target)
    home = pages(sandbox, target)["Report library"]
    body = f"<p>Welcome, says the team.</p>{home['body']}<h2>House rules</h2><p>Be kind.</p>"
    edit(sandbox, page=home["id"], body=body, editor=True)
    assert synced(library, target)["requests"]["write"] == 0
    report(library, "sales/new.md", "title: A new thing\nauthors: [Bo Lund]\ntags: [customers]\ndate: 2026-11-01")
    done = synced(library, target)
    assert done["counts"]["conflict"] == 0
    after = pages(sandbox, target)["Report library"]["body"]
    assert "A new thing" in after
    assert after.index("Welcome, says the team.") < after.index("Recently updated") < after.index("House rules")
    assert after.count("Welcome") == 1
    assert after.count("House rules") == 1
    assert synced(library, target)["requests"]["write"] == 0


def test_an_edit_of_the_generated_part_is_a_conflict(library: Path, sandbox: Server) -> None:
    synced(library, "cloud")
    home = pages(sandbox, "cloud")["Report library"]
    edit(sandbox, page=home["id"], find="Recently updated", replace="Lately")
    report(library, "sales/new.md", "title: A new thing\nauthors: [Bo Lund]\ntags: [customers]\ndate: 2026-11-01")
    run = nbwiki("sync", "-t", "cloud", "--json", cwd=library)
    assert run.code == 7
    assert [one["key"] for one in run.json["actions"] if one["verb"] == "conflict"] == ["hub:home"]
    assert "Lately" in pages(sandbox, "cloud")["Report library"]["body"]


@pytest.mark.parametrize("target", CONFLUENCE)
def test_pages_go_with_the_reports(library: Path, sandbox: Server, target: str) -> None:
    synced(library, target)
    report(library, "river/oxygen.md", "title: Oxygen in the river\nauthors: [Cy Ng]\ntags: [rivers]\ndate: 2026-09-01")
    synced(library, target)
    there = pages(sandbox, target)
    assert "Topic: rivers" in there
    assert "No report belongs here at present." in there["Topic: water"]["body"]
    pruned = synced(library, target, "--prune")
    assert {one["key"] for one in pruned["actions"] if one["verb"] == "archive"} == {"hub:topic:water"}
    assert "Topic: water" not in pages(sandbox, target)
    assert synced(library, target, "--prune")["requests"]["write"] == 0


def test_a_changed_report_writes_itself_and_at_most_ten_more(library: Path, sandbox: Server) -> None:
    synced(library, "cloud")
    before = len(requests_since(sandbox.url))
    churn = library / "sales/churn.md"
    text = churn.read_text(encoding="utf-8")
    churn.write_text(text.replace("Price is not the reason.", "Price is the reason."), encoding="utf-8")
    done = synced(library, "cloud")
    written = writes(requests_since(sandbox.url, before))
    own = next(one["page_id"] for one in done["actions"] if one["source"] == "sales/churn.md")
    assert len([one for one in written if f"/{own}" not in one]) <= 10, written


def test_without_the_hub_nothing_of_it_is_made(library: Path, sandbox: Server) -> None:
    config = library / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("enabled = true", "enabled = false"), encoding="utf-8")
    synced(library, "cloud")
    there = pages(sandbox, "cloud")
    assert "Report library" not in there
    assert "nbwiki-report" not in json.dumps(state(sandbox.url)["labels"])
    assert "Related reports" not in there["Why customers leave"]["body"]


def test_reports_of_two_repositories_share_one_hub(library: Path, sandbox: Server, tmp_path: Path) -> None:
    synced(library, "cloud")
    other = tmp_path / "other"
    other.mkdir()
    config = (
        (library / "nbwiki.toml").read_text(encoding="utf-8").replace(json.dumps(str(library)), json.dumps(str(other)))
    )
    (other / "nbwiki.toml").write_text(config, encoding="utf-8")
    report(other, "lab/laser.md", "title: Laser drift\nauthors: [Bo Lund]\ntags: [laser]\ndate: 2026-11-02")
    synced(other, "cloud")
    home = pages(sandbox, "cloud")["Report library"]["body"]
    assert "Laser drift" in home
    assert "Why customers leave" in home
    assert synced(library, "cloud")["requests"]["write"] == 0
    assert synced(other, "cloud")["requests"]["write"] == 0


def test_a_run_over_one_file_keeps_the_others_on_the_hub(library: Path, sandbox: Server) -> None:
    synced(library, "cloud")
    done = synced(library, "cloud", "sales/churn.md")
    assert done["requests"]["write"] == 0
    assert "Oxygen in the river" in pages(sandbox, "cloud")["Report library"]["body"]


def test_supersedes_is_shown_on_both_reports(library: Path, sandbox: Server) -> None:
    report(library, "sales/churn2.md", "title: Why customers leave, again\nauthors: [Ada Byron]\ntags: [churn]\n"
           "date: 2026-11-05\nsupersedes: [churn.md]")  # fmt: skip
    synced(library, "cloud")
    there = pages(sandbox, "cloud")
    assert "A newer report replaces this one" in there["Why customers leave"]["body"]
    assert "Replaces " in there["Why customers leave, again"]["body"]
    oxygen = there["Oxygen in the river"]["body"]
    assert "This report was to be renewed by" in oxygen
    assert oxygen.count("STALE") == 1, "in the hidden page properties; beside the title it is audit's badge"


def test_notion_first_sync_makes_pages_with_live_views_and_a_second_writes_nothing(
    library: Path, sandbox: Server
) -> None:
    synced(library, "notion")
    there = notion(sandbox)
    wanted = {"Report library", "What's new", "Topic: customers", "Team: Sales", "Author: Ada Byron", "Project: sales"}
    assert wanted <= there.keys()
    assert "Topic: salaries" not in there
    held = state(sandbox.url)["notion"]
    views = {(view["parent"].get("database_id"), view["name"]): view for view in held["views"]}
    topic = there["Topic: customers"]["id"]
    linked = [one["id"] for one in held["databases"] if one["parent"].get("page_id") == topic]
    assert len(linked) == 1
    assert views[linked[0], "Reports"]["filter"] == {"property": "Topics", "multi_select": {"contains": "customers"}}
    home = [one["id"] for one in held["databases"] if one["parent"].get("page_id") == there["Report library"]["id"]]
    names = {name for database, name in views if database == home[0]}
    assert names == {"Recently updated", "In progress", "Waiting to be renewed", "By team", "All reports"}
    row = there["Why customers leave"]["properties"]
    assert row["Team"]["select"]["name"] == "Sales"
    assert row["Year"]["select"]["name"] == "2026"
    assert there["Oxygen in the river"]["properties"]["Status"]["select"]["name"] == "stale"
    assert synced(library, "notion")["requests"]["write"] == 0


def test_notion_a_changed_report_writes_at_most_ten_more(library: Path, sandbox: Server) -> None:
    synced(library, "notion")
    before = len(requests_since(sandbox.url))
    churn = library / "sales/churn.md"
    text = churn.read_text(encoding="utf-8")
    churn.write_text(text.replace("Price is not the reason.", "Price is the reason."), encoding="utf-8")
    done = synced(library, "notion")
    own = [one["page_id"] for one in done["actions"] if one["source"] == "sales/churn.md"]
    assert own
    assert len(writes(requests_since(sandbox.url, before))) <= 10 + 6, "its own: file, blocks, row"
    assert synced(library, "notion")["requests"]["write"] == 0


def test_notion_people_keep_their_blocks_and_may_remove_a_view(library: Path, sandbox: Server) -> None:
    synced(library, "notion")
    home = notion(sandbox)["Report library"]
    edit(sandbox, page=home["id"], append="Written by a person")
    report(library, "sales/new.md", "title: A new thing\nauthors: [Bo Lund]\ntags: [customers]\ndate: 2026-11-01")
    done = synced(library, "notion")
    assert done["counts"]["conflict"] == 0
    blocks = json.dumps(state(sandbox.url)["blocks"])
    assert "Written by a person" in blocks
    linked = [one for one in state(sandbox.url)["notion"]["databases"] if one["parent"].get("page_id") == home["id"]]
    assert len(linked) == 1, "views are not made twice"


@pytest.fixture
def shelf(library: Path) -> Path:
    """Forty more reports: every topic, team and author has several."""
    for number in range(40):
        report(library, f"lab/r{number}.md", f"title: Measurement {number}\nauthors: [Person {number % 4}, Person {number % 3}]\n"
               f"tags: [laser, lamp {number % 5}, line {number % 2}]\nteam: Team {number % 3}\naudience: [product]\n"
               f"date: 202{number % 4 + 3}-05-11\nsummary: What measurement {number} told.")  # fmt: skip
    return library


NEW = (
    "title: One more measurement\nauthors: [Person 1]\ntags: [laser, lamp 1, line 0]\nteam: Team 2\naudience: [product]\n"
    "date: 2026-11-02\nsummary: What is new."
)


@pytest.mark.parametrize("target", [*CONFLUENCE, "notion"])
def test_a_new_report_writes_at_most_ten_times_beyond_its_own(shelf: Path, sandbox: Server, target: str) -> None:
    synced(shelf, target)
    before = len(requests_since(sandbox.url))
    report(shelf, "lab/new.md", NEW)
    done = synced(shelf, target)
    own = next(one["page_id"] for one in done["actions"] if one["source"] == "lab/new.md")
    beyond = [one for one in writes(requests_since(sandbox.url, before)) if own not in one and "file_upload" not in one]
    assert len(beyond) <= 10, beyond
    written = {one["key"] for one in done["actions"] if one["verb"] == "update"}
    home = set() if target == "notion" else {"hub:home"}  # whose lists keep themselves there
    assert {key for key in written if key.startswith("hub:")} == {"hub:news", *home}
    assert len(written) <= 3, "one neighbour at most"
    assert synced(shelf, target)["requests"]["write"] == 0


@pytest.mark.parametrize("target", CONFLUENCE)
def test_lists_of_groups_keep_themselves(shelf: Path, sandbox: Server, target: str) -> None:
    """A new report stands on the page of its author, team, topic and year, which nobody wrote."""
    synced(shelf, target)
    there = pages(sandbox, target)
    site = "wiki" if target == "cloud" else "dc"
    titles = ("Author: Person 1", "Team: Team 2", "Team: product", "Topic: lamp 1", "Reports of 2026")
    before = {title: there[title]["body"] for title in titles}
    report(shelf, "lab/new.md", NEW)
    synced(shelf, target)
    there = pages(sandbox, target)
    for title in titles:
        assert there[title]["body"] == before[title]
        assert "One more measurement" not in there[title]["body"]
        with urllib.request.urlopen(
            f"{sandbox.url}/{site}/pages/viewpage.action?pageId={there[title]['id']}"
        ) as answer:
            assert "One more measurement" in answer.read().decode(), title


@pytest.mark.parametrize("target", [*CONFLUENCE, "notion"])
def test_audits_badge_and_the_hubs_line_say_it_once(library: Path, sandbox: Server, target: str) -> None:
    synced(library, target)
    assert nbwiki("audit", "-t", target, "--json", cwd=library).json["badges"]["set"] == 1
    assert synced(library, target)["requests"]["write"] == 0, "a badge is no reason to write the report anew"
    if target == "notion":
        row = notion(sandbox)["Oxygen in the river"]
        assert row["properties"]["Status"]["select"]["name"] == "stale"
        return
    oxygen = pages(sandbox, target)["Oxygen in the river"]
    with urllib.request.urlopen(
        f"{sandbox.url}/{'wiki' if target == 'cloud' else 'dc'}/pages/viewpage.action?pageId={oxygen['id']}"
    ) as answer:
        shown = html.fromstring(answer.read().decode())
    said = " ".join(shown.xpath("//article")[0].itertext())
    assert "This report was to be renewed by" in said
    assert said.casefold().count("stale") <= 1, said


@pytest.mark.parametrize("target", CONFLUENCE)
def test_a_posts_picture_stands_beside_it_on_home(library: Path, sandbox: Server, target: str) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = (300).to_bytes(4, "big") + (200).to_bytes(4, "big")
    rows = zlib.compress((b"\0" + bytes(range(200, 230)) * 30) * 200)
    picture = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0]))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )
    (library / "sales/one.png").write_bytes(picture)
    report(library, "sales/post.md", "title: The quarter\ntype: blogpost\nauthors: [Bo Lund]\ndate: 2026-10-09",
           "We grew.\n\n![The bars of growth](one.png)")  # fmt: skip
    synced(library, target)
    home = pages(sandbox, target)["Report library"]
    held = html.fromstring(home["body"])
    ids = [one.get("ri:content-id") for one in held.xpath("//*[name()='ri:content-entity']")]
    assert ids == [pages(sandbox, target)["The quarter"]["id"]]
    assert "nbwiki:" not in home["body"]
    site = "wiki" if target == "cloud" else "dc"
    with urllib.request.urlopen(f"{sandbox.url}/{site}/pages/viewpage.action?pageId={home['id']}") as answer:
        shown = html.fromstring(answer.read().decode())
    (image,) = [one.get("src") for one in shown.xpath("//article//img") if f"/{ids[0]}/" in one.get("src")]
    with urllib.request.urlopen(sandbox.url + image) as answer:
        assert answer.read() == picture
    assert synced(library, target)["requests"]["write"] == 0
