"""Lives that once broke a promise because two runs met, as short as they can be told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from adapters import open_wiki
from adapters.base import Change, Draft, Record
from adapters.errors import TitleTaken
from tests.contract.wiki_contract import rendered

CONFLUENCE = ["cloud", "dc"]


def test_the_row_that_lost_against_another_first_run_forgets_whose_it_was(told):
    life = told("notion")
    wikis = [open_wiki(life._settings(life.server)) for _ in range(2)]
    draft = Draft(record=Record(key="k", title="K", source="r:k.md"), title="K", parent=None)
    observed = [wiki.observe() for wiki in wikis]
    wikis[0].begin(observed[0])
    observed[1] = wikis[1].observe()
    wikis[1].begin(observed[1])
    made = [wiki.create(draft) for wiki in wikis]
    for wiki, seen, one in zip(wikis, observed, made, strict=True):
        wiki.finish(seen, [one.record], [])
        wiki.close()
    assert [key for key, _ in life.keys(life.hands.state())] == ["k"]


@pytest.mark.parametrize("target", CONFLUENCE)
def test_two_first_runs_make_one_page_of_a_report_that_only_its_readers_may_see(told, target):
    life = told(target)
    wikis = [open_wiki(life._settings(life.server)) for _ in range(2)]
    record = Record(key="acme/reports:a.md", title="A", source="acme/reports:a.md", published="2026-11-21T10:00:00Z")
    draft = Draft(record=record, title="A", parent=None, readers=())
    observed = [wiki.observe() for wiki in wikis]
    for wiki, seen in zip(wikis, observed, strict=True):
        wiki.begin(seen)
    ended = []
    for wiki in wikis:  # the first one has given its page the title when the second one makes its own
        made = wiki.create(draft)
        content = rendered(wiki, "A")
        try:
            wiki.write(made.page, Change(record=made.record, title="A", content=content, base=made.page.version))
            ended.append("written")
        except TitleTaken:
            ended.append("lost")
    for wiki, seen in zip(wikis, observed, strict=True):
        wiki.finish(seen, [], [])
        wiki.close()
    assert ended == ["written", "lost"]
    state = life.hands.state()
    live = set(life.live(state))
    assert [key for key, page in life.keys(state) if page in live].count("acme/reports:a.md") == 1


def test_two_runs_that_keep_a_record_at_once_forget_no_edit_of_a_person(told):
    life = told("notion")
    life.put("a.md")
    life._sync()
    page, line = life.page("a.md"), life.docs["a.md"]["lines"][1]
    assert life.hands.edit(page, find=line, replace=f"{line} A reader was here.")
    wikis = [open_wiki(life._settings(life.server)) for _ in range(3)]
    seen = [next(one for one in wiki.observe().tracked.values() if one.page.id == page) for wiki in wikis[:2]]
    assert [one.edited for one in seen] == [True, True]
    for wiki, one in zip(wikis, seen, strict=False):
        wiki.keep(one.page, replace(one.record, owner="Grace"))
    after = next(one for one in wikis[2].observe().tracked.values() if one.page.id == page)
    assert after.edited
    assert after.record.owner == "Grace"
    for wiki in wikis:
        wiki.close()


@pytest.mark.parametrize("target", CONFLUENCE)
def test_the_page_that_the_loser_of_two_first_runs_made_is_forgotten(told, target, monkeypatch):
    life = told(target)
    life.put("a.md", private=True)
    kind = type(open_wiki(life._settings(life.server)))
    create, ran = kind.create, []

    def beaten(wiki, draft):
        if draft.record.key.endswith(":a.md") and not ran:
            ran.append(draft)
            life._run()
        return create(wiki, draft)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "create", beaten)
        lost = life._run()
    assert [one.reason for one in lost.actions if one.source == "a.md" and one.verb == "conflict"]
    life._sync()  # it took its page in the trash for the report's
