"""Pages are made in an order in which most links lead to what is there already."""

from __future__ import annotations

import subprocess

import requests

from adapters.sandbox.server import serve
from bridge.sync.actions import Action, Local
from bridge.sync.waves import CHAIN, waves
from tests.e2e.publish import configure, nbwiki


def creates(links):
    return [
        Action(verb="create", key=key, source=key, title=key, reason="new", local=Local(key=key, links=tuple(targets)))
        for key, targets in links.items()
    ]


def made(links, jobs=3):
    found = [([one.key for one in wave], empty) for wave, empty in waves(creates(links), jobs)]
    order = [key for wave, _ in found for key in wave]
    assert sorted(order) == sorted(links)
    there = set()
    for wave, empty in found:
        for key in wave:
            assert empty or {to for to in links[key] if to in links and to != key} <= there
        there |= set(wave)
    return found


def stubs(found):
    return [key for wave, empty in found if empty for key in wave]


def test_without_links_all_are_made_at_once():
    assert made({"a": [], "b": ["elsewhere"], "c": ["c"]}) == [(["a", "b", "c"], False)]


def test_what_is_linked_to_comes_first():
    assert made({"a": ["b"], "b": ["c"], "c": []}) == [(["c"], False), (["b"], False), (["a"], False)]


def test_of_a_circle_one_is_made_without_its_content():
    assert len(stubs(made({"a": ["b"], "b": ["c"], "c": ["a"]}))) == 1
    assert len(stubs(made({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}))) == 2


def test_an_index_that_all_link_back_to():
    many = {f"r{number}": ["index"] for number in range(50)}
    assert len(stubs(made({**many, "index": list(many)}))) <= 2


def test_long_chains_are_cut_so_that_workers_have_something_to_do():
    ring = {f"r{number:04d}": [f"r{(number + 1) % 1500:04d}"] for number in range(1500)}
    found = made(ring)
    assert len(stubs(found)) <= 1500 / CHAIN / 10
    assert len(found) <= 1500 / 12 + 2


def test_reports_in_a_circle_are_published_with_one_empty_page(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(5):
        (folder / f"r{number}.md").write_text(f"# R{number}\n\nSee [the next](r{(number + 1) % 5}.md).\n")
    with serve(port=0) as server:
        configure(tmp_path, server.url, folder, ("**/*.md",))
        assert nbwiki("sync", "-t", "notion", cwd=tmp_path).code == 0
        sent = [each for each in server.log.entries(method="POST") if each["path"].endswith("/v1/pages")]
        assert [bool(each["body"].get("children")) for each in sent] == [False, True, True, True, True]
        server.log.clear()
        done = nbwiki("sync", "-t", "notion", "--json", cwd=tmp_path)
        assert done.json["counts"]["skip"] == 5


def test_a_renamed_report_that_was_made_again_leaves_nothing_to_do(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path / "reports", check=True, capture_output=True)

    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "old.md").write_text("# Old\n\nWords of a report.\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    with serve(port=0) as server:
        configure(tmp_path, server.url, tmp_path / "reports", ("**/*.md",))
        (page,) = nbwiki("sync", "-t", "notion", "--json", cwd=tmp_path).json["actions"]
        headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
        url = f"{server.url}/notion/v1/pages/{page['page_id']}"
        assert requests.patch(url, json={"in_trash": True}, headers=headers, timeout=10).ok
        git("mv", "old.md", "new.md")
        git("commit", "-qm", "two")
        done = nbwiki("sync", "-t", "notion", "--recreate", "--json", cwd=tmp_path).json
        assert done["counts"]["create"] == 1, done["actions"]
        again = nbwiki("sync", "-t", "notion", "--json", cwd=tmp_path).json
        assert (again["requests"]["write"], again["counts"]["skip"]) == (0, 1), again["actions"]
