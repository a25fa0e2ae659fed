"""Links to headings of other reports in Notion: block links, corrected once all pages are written."""

from __future__ import annotations

import json

import msgspec
import pytest

from adapters.base import Notice
from adapters.sandbox import admin
from adapters.sandbox.server import serve
from tests.e2e.publish import configure
from tests.sync.forks import Zygote, killed_at_request
from tests.sync.hands import NotionHands
from tests.sync.test_load import Bench

FILL = "\n\n".join(f"Paragraph {number}." for number in range(5))
TARGET = f"# Target\n\n{FILL}\n\n## Results\n\nSeven.\n\n## Later\n\nEight.\n"
LINKING = "# Linking\n\nSee [the results]({}.md#results), and more.\n\nText beside it.\n"


class Reports(Bench):
    """A few reports, and the pages that Notion shows of them."""

    def __init__(self, folder, server):
        (folder / "reports").mkdir(exist_ok=True)
        super().__init__(folder, server, "notion")

    def put(self, name, text):
        (self.folder / "reports" / f"{name}.md").write_text(text)

    def done(self):
        done, sent = self.run()
        assert done.code == 0, [(one.source, one.verb, one.reason) for one in done.actions]
        return {one.source.removesuffix(".md"): one for one in done.actions}, sent

    def quiet(self):
        """Nothing is left to be done."""
        before = admin.dump(self.server.state)
        actions, _ = self.done()
        assert {one.verb for one in actions.values()} == {"skip"}, [
            (one.source, one.reason) for one in actions.values()
        ]
        assert admin.dump(self.server.state) == before

    def later(self):
        self.server.state.clock_offset_s += 120

    def blocks(self, page):
        return next(one for one in admin.dump(self.server.state)["pages"] if one["id"] == page)["blocks"]

    def heading(self, action, words):
        """The address of a heading."""
        found = [
            one for one in every(self.blocks(action.page_id)) if words in json.dumps(one) and "heading" in one["type"]
        ]
        assert len(found) == 1
        return f"{action.url}#{found[0]['id'].replace('-', '')}"

    def links(self, action):
        """Where the links lead that stand in a page's paragraphs."""
        runs = [run for one in every(self.blocks(action.page_id)) for run in one[one["type"]].get("rich_text", ())]
        return [run["href"] for run in runs if run["href"] and "http" in run["href"] and "notion" in run["href"]]


def publish_again(reports, **flags):
    """A run with flags."""
    done, _ = reports.run(**flags)
    assert done.code == 0
    return {one.source.removesuffix(".md"): one for one in done.actions}


def every(blocks):
    for one in blocks:
        yield one
        yield from every(one.get("children", ()))


@pytest.fixture
def server():
    made = serve(port=0)
    yield made
    made.close()


@pytest.fixture
def reports(tmp_path, server):
    return Reports(tmp_path, server)


@pytest.mark.parametrize(("linking", "target"), [("a", "b"), ("b", "a")])
def test_a_first_sync_leads_to_the_heading_whichever_comes_first(reports, linking, target):
    reports.put(linking, LINKING.format(target))
    reports.put(target, TARGET)
    actions, _ = reports.done()
    assert reports.links(actions[linking]) == [reports.heading(actions[target], "Results")]
    assert "link.top" not in {note.code for note in actions[linking].notes}
    reports.quiet()


def test_reports_that_link_to_each_other(reports):
    reports.put("a", f"# A\n\nTo [b](b.md#end).\n\n{FILL}\n\n## End\n\nText.\n")
    reports.put("b", f"# B\n\nTo [c](c.md#end).\n\n{FILL}\n\n## End\n\nText.\n")
    reports.put("c", f"# C\n\nTo [a](a.md#end) and [itself](c.md#end).\n\n{FILL}\n\n## End\n\nText.\n")
    actions, _ = reports.done()
    goals = {name: reports.heading(one, "End") for name, one in actions.items()}
    assert reports.links(actions["a"]) == [goals["b"]]
    assert reports.links(actions["b"]) == [goals["c"]]
    assert reports.links(actions["c"]) == [goals["a"], goals["c"]]
    assert not [note for one in actions.values() for note in one.notes if note.code == "link.top"]
    reports.quiet()


def test_links_follow_a_heading_that_is_replaced_removed_and_back_again(reports):
    reports.put("a", LINKING.format("b"))
    reports.put("b", TARGET)
    actions, _ = reports.done()
    old = reports.heading(actions["b"], "Results")
    stays = {one["id"] for one in reports.blocks(actions["a"].page_id)}
    for change in (lambda text: text.replace("## Results", "### Results"), lambda text: "New.\n\n" + text):
        reports.later()
        path = reports.folder / "reports" / "b.md"
        path.write_text("# Target\n\n" + change(path.read_text().removeprefix("# Target\n\n")))
        actions, _ = reports.done()
        assert reports.links(actions["a"]) == [reports.heading(actions["b"], "Results")] != [old]
        assert {one["id"] for one in reports.blocks(actions["a"].page_id)} == stays
        reports.quiet()
    assert actions["a"].verb == "skip"  # the heading moved, and is the same block
    reports.later()
    reports.put("b", TARGET.replace("## Results", "## Findings"))
    actions, _ = reports.done()
    assert reports.links(actions["a"]) == [actions["b"].url]
    assert "link.top" in {note.code for note in actions["a"].notes}
    reports.quiet()
    reports.later()
    reports.put("b", TARGET)
    actions, _ = reports.done()
    assert actions["a"].verb == "update"
    assert reports.links(actions["a"]) == [reports.heading(actions["b"], "Results")]
    reports.quiet()


def test_links_follow_a_page_that_is_made_anew_or_renamed(reports):
    reports.put("a", LINKING.format("b"))
    reports.put("b", TARGET)
    actions, _ = reports.done()
    NotionHands(reports.server).trash(actions["b"].page_id)
    reports.later()
    done = publish_again(reports, recreate=True)
    assert done["b"].page_id != actions["b"].page_id
    assert reports.links(done["a"]) == [reports.heading(done["b"], "Results")]
    reports.quiet()
    (reports.folder / "reports" / "b.md").rename(reports.folder / "reports" / "c.md")
    reports.put("a", LINKING.format("c"))
    reports.later()
    actions, _ = reports.done()
    assert reports.links(actions["a"]) == [reports.heading(actions["c"], "Results")]
    reports.quiet()


def test_a_run_over_one_report_leaves_links_as_they_are_and_the_next_corrects_them(reports):
    reports.put("a", LINKING.format("b"))
    reports.put("b", TARGET)
    actions, _ = reports.done()
    old = reports.heading(actions["b"], "Results")
    reports.later()
    reports.put("a", LINKING.format("b") + "\nMore.\n")
    reports.run(paths=["a.md"])
    assert reports.links(actions["a"]) == [old]
    reports.put("b", TARGET.replace("## Results", "### Results"))
    reports.run(paths=["b.md"])
    assert reports.links(actions["a"]) == [old]
    actions, _ = reports.done()
    assert {name: one.verb for name, one in actions.items()} == {"a": "update", "b": "skip"}
    assert reports.links(actions["a"]) == [reports.heading(actions["b"], "Results")] != [old]
    reports.quiet()


def test_a_page_that_people_edited_is_left_alone(reports):
    reports.put("a", LINKING.format("b"))
    reports.put("b", TARGET)
    actions, _ = reports.done()
    edited = actions["a"].page_id
    beside = next(one["id"] for one in reports.blocks(edited) if "Text beside it" in json.dumps(one))
    hands = NotionHands(reports.server)
    hands.edit(beside, text="A reader's words")
    before = reports.blocks(edited)
    reports.later()
    reports.put("b", TARGET.replace("## Results", "### Results"))
    actions, _ = reports.done()
    assert (actions["a"].verb, actions["b"].verb) == ("skip", "update")
    assert reports.blocks(edited) == before
    reports.quiet()


def test_headings_within_other_blocks(reports):
    reports.put("a", "# A\n\nTo [b](b.md#deep) and [below](b.md#deeper).\n")
    reports.put(
        "b",
        "# B\n\nText.\n\n<details><summary>More</summary>\n\n## Deep\n\nText.\n\n> Quoted.\n>\n> ### Deeper\n\n</details>\n",
    )
    actions, _ = reports.done()
    assert reports.links(actions["a"]) == [reports.heading(actions["b"], word) for word in ('"Deep"', "Deeper")]
    assert reports.blocks(actions["b"].page_id)[1]["children"]
    reports.quiet()


def test_headings_on_pages_too_long_to_remember(reports):
    """Such a page's record has no room for the ids of its blocks, so that its links' records vouch by its version."""
    many = "\n\n".join(f"{number}." for number in range(2700))
    reports.put("a", f"# A\n\nTo [b](b.md#end).\n\n{FILL}\n\n## End\n\nText.\n")
    reports.put("b", f"# B\n\nTo [a](a.md#end).\n\n{many}\n\n## End\n\nText.\n")
    actions, _ = reports.done()
    for again in (True, False):
        for one, other in ("ab", "ba"):
            assert reports.links(actions[one]) == [reports.heading(actions[other], "End")]
        reports.quiet()
        if again:
            reports.later()
            reports.put("b", f"# B\n\nTo [a](a.md#end).\n\nNew.\n\n{many}\n\n### End\n\nText.\n")
            actions, _ = reports.done()


@pytest.mark.parametrize("later", [False, True])
def test_killed_at_any_request_the_next_run_finishes(reports, later):
    """A first sync, and one in which headings are replaced."""
    text = "# {0}\n\nTo [{1}]({1}.md#end).\n\n" + FILL + "\n\n{2} End\n\nText.\n"
    reports.put("a", text.format("a", "b", "##"))
    zygote = Zygote(reports.folder, "-t", "notion")
    try:
        for at in range(5 if later else 12, 40, 5):  # before are only looks, and the database that is made
            admin.reset(reports.server.state)
            configure(reports.folder, reports.server.url, reports.folder / "reports", ("**/*.md",))
            for level in ("##", "###") if later else ("##",):
                if level == "###":
                    reports.done()
                for one, other in ("ab", "ba"):
                    reports.put(one, text.format(one, other, level))
            killed = killed_at_request(zygote, reports.server, at, reports.folder, "sync", "-q", "-t", "notion")
            actions, _ = reports.done()
            for one, other in ("ab", "ba"):
                assert reports.links(actions[one]) == [reports.heading(actions[other], "End")], at
            reports.quiet()
            if not killed:
                break
        assert not killed
    finally:
        zygote.close()


def test_only_reports_with_such_links_take_more_requests(reports):
    for name in "abcdef":
        reports.put(name, f"# {name}\n\nTo [the next]({'bcdefa'['abcdef'.index(name)]}.md).\n\n## End\n\nText.\n")
    _, without = reports.done()
    admin.reset(reports.server.state)
    configure(reports.folder, reports.server.url, reports.folder / "reports", ("**/*.md",))
    reports.put("g", "# g\n\nText.\n")
    _, more = reports.done()
    assert more == without + 1
    admin.reset(reports.server.state)
    configure(reports.folder, reports.server.url, reports.folder / "reports", ("**/*.md",))
    reports.put("g", "# g\n\nTo [one](e.md#end), [the same](e.md#end).\n")
    _, linked = reports.done()
    assert linked == more + 1  # the ids of one page's blocks


def test_what_stands_above_a_page_is_counted(reports):
    """A banner of the hub's, and a line that a command put there."""
    with (reports.folder / "nbwiki.toml").open("a") as config:
        config.write("\n[hub]\nenabled = true\n")
    stale = "---\nreview_by: 2020-01-01\n---\n\n"
    reports.put("a", LINKING.format("b"))
    reports.put("b", stale + TARGET)
    actions, _ = reports.done()
    assert "was to be renewed" in json.dumps(reports.blocks(actions["b"].page_id)[0])
    assert reports.links(actions["a"])[0] == reports.heading(actions["b"], "Results")
    reports.quiet()
    wiki = reports.wiki()
    tracked = next(one for one in wiki.observe().tracked.values() if one.record.title == "Target")
    line = Notice(kind="superseded", text="Read another.")
    wiki.tell(tracked, msgspec.structs.replace(tracked.record, notices=(line,)))
    wiki.close()
    actions, _ = reports.done()
    reports.quiet()
    for level in ("###", "##"):
        reports.later()
        reports.put("b", stale + TARGET.replace("## Results", f"{level} Results"))
        actions, _ = reports.done()
        assert "Read another." in json.dumps(reports.blocks(actions["b"].page_id)[0])
        assert reports.links(actions["a"])[0] == reports.heading(actions["b"], "Results")
        reports.quiet()
