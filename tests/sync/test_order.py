"""Pages below one parent stand as their documents wish, and as people put them, without requests when nothing changes."""

from __future__ import annotations

import random
import time

import pytest
import requests

from adapters.base import Page, Record, Tracked
from adapters.confluence.ordering import orders_of, packed
from adapters.ordering import steps
from bridge.sync.actions import Local, Plan, Sorting, action
from bridge.sync.order import with_orders
from converters.readers.frontmatter import metadata_from_mapping
from tests.e2e.publish import configure, nbwiki, requests_since, state, writes

SITES = pytest.mark.parametrize("target", ["cloud", "datacenter"])


def moved(current, found):
    """What people see after the moves."""
    current = list(current)
    for step in found:
        current.remove(step.page)
        current.insert(current.index(step.other) + (step.where == "after"), step.page)
    return current


@pytest.mark.parametrize("seed", range(200))
def test_moves_sort_ours_and_leave_others_where_they_are(seed):
    choose = random.Random(seed)
    pages = [f"p{number}" for number in range(choose.randint(2, 12))]
    wished = pages[: choose.randint(2, len(pages))]
    current = choose.sample(pages, len(pages))
    found = steps(current, wished, {})
    after = moved(current, found)
    assert [page for page in after if page in wished] == wished
    others = [page for page in current if page not in wished]
    assert [page for page in after if page in others] == others
    assert steps(after, wished, {}) == []
    assert len(found) <= len(wished) - 1


def test_one_page_out_of_place_is_one_move():
    assert steps(list("bcdea"), list("abcde"), {}) == [("a", "before", "b")]
    assert steps(list("acdeb"), list("abcde"), {}) == [("b", "after", "a")]


def test_what_people_sorted_stays_and_new_ones_are_put_beside_their_neighbours():
    placed = {"a": 1.0, "b": 2.0, "d": 4.0}
    assert steps(list("dbac"), list("abcd"), placed) == [("c", "after", "b")]
    assert moved("dbac", steps(list("dbac"), list("abcd"), placed)) == list("dbca")


def test_orders_are_kept_in_a_property():
    orders = {"1": {"2": 1.0, "3": 2.5}}
    assert orders_of(packed(orders)) == orders
    assert orders_of(None) == orders_of({"schema": 1, "data": "nonsense"}) == orders_of({"schema": 2}) == {}
    many = {str(n): {str(n * 1000 + m): float(m * 7919 % 997) for m in range(100)} for n in range(200)}
    assert packed(many) is None


@pytest.mark.parametrize(
    ("header", "order"),
    [({"order": 3}, 3), ({"weight": "2.5"}, 2.5), ({"nav_order": -1}, -1), ({"sidebar_position": 7}, 7),
     ({"order": "first"}, None), ({"order": True}, None), ({"order": float("nan")}, None), ({}, None)],
)  # fmt: skip
def test_names_of_an_order(header, order):
    assert metadata_from_mapping(header, None)[0].order == order


class Bench:
    def __init__(self, sandbox, folder, target):
        self.url, self.folder, self.target = sandbox.url, folder, target
        self.source = folder / "reports"
        (self.source / "guide").mkdir(parents=True)
        configure(folder, sandbox.url, self.source)

    def write(self, name, order=None, text="Text."):
        head = f"order: {order}\n" if order is not None else ""
        (self.source / "guide" / f"{name}.md").write_text(f"---\ntitle: {name}\n{head}---\n\n{text}\n")

    def sync(self, *more, code=0):
        done = nbwiki("sync", "-t", self.target, "--json", *more, cwd=self.folder)
        assert done.code == code, done.err + done.out
        return done

    def pages(self):
        api = "confluence" if self.target == "cloud" else "confluence-dc"
        return [one for one in state(self.url)["pages"] if one["api"] == api and one["status"] == "current"]

    def order(self):
        guide = next(one["id"] for one in self.pages() if one["title"] == "Guide")
        if self.target == "cloud":
            answer = requests.get(
                f"{self.url}/wiki/api/v2/pages/{guide}/direct-children",
                auth=("author@example.com", "sandbox"),
                timeout=10,
            )
        else:
            answer = requests.get(
                f"{self.url}/dc/rest/api/content/{guide}/child/page",
                headers={"Authorization": "Bearer sandbox"},
                timeout=10,
            )
        return "".join(one["title"] for one in answer.json()["results"])

    def put(self, title, where, other):
        ids = {one["title"]: one["id"] for one in self.pages()}
        if self.target == "cloud":
            path = f"wiki/rest/api/content/{ids[title]}/move/{where}/{ids[other]}"
            answer = requests.put(f"{self.url}/{path}", json={}, auth=("author@example.com", "sandbox"), timeout=10)
        else:
            position = {"before": "above", "after": "below"}[where]
            params = {"pageId": ids[title], "targetId": ids[other], "position": position, "spaceKey": "DATA"}
            headers = {"Authorization": "Bearer sandbox", "X-Atlassian-Token": "no-check"}
            answer = requests.post(f"{self.url}/dc/pages/movepage.action", params=params, headers=headers, timeout=10)
        assert answer.ok, answer.text

    def last(self):
        return requests_since(self.url)[-1]["number"]


@pytest.fixture
def bench(sandbox, tmp_path, target):
    return Bench(sandbox, tmp_path, target)


@SITES
def test_a_life_with_an_order(bench, target):
    for name, order in zip("DACB", (4, 1, 3, 2), strict=True):
        bench.write(name, order)
    bench.write("X")
    bench.sync()
    assert bench.order().replace("X", "") == "ABCD"
    since = bench.last()
    assert bench.sync().json["counts"]["skip"] == 6
    assert writes(requests_since(bench.url, since)) == []
    assert len(requests_since(bench.url, since)) <= 6, "no read for the order"

    versions = {one["title"]: one["version"] for one in bench.pages()}
    bench.write("A", 9)
    since = bench.last()
    assert bench.sync().json["counts"]["move"] == 1  # its text is the same
    assert bench.order().replace("X", "") == "BCDA"
    moves = [one for one in writes(requests_since(bench.url, since)) if "move" in one]
    assert len(moves) == 1
    others = {one["title"]: one["version"] for one in bench.pages() if one["title"] != "A"}
    assert others == {title: version for title, version in versions.items() if title != "A"}

    bench.put("D", "before", "B")  # a person sorts them otherwise
    bench.write("E", 2.5)
    bench.sync()
    assert bench.order().replace("X", "") == "DBECA"
    assert bench.sync().json["counts"]["skip"] == 7


@SITES
def test_a_wiki_that_takes_no_order_gets_the_pages(bench, target):
    rule = {"path": "*/move/*" if target == "cloud" else "*/movepage.action", "status": 403}
    assert requests.put(f"{bench.url}/sandbox/faults", json={"rules": [rule]}, timeout=10).ok
    for name, order in zip("CBA", (3, 2, 1), strict=True):
        bench.write(name, order)
    bench.write("0", 9)
    done = bench.sync()
    assert done.json["counts"]["create"] == 5
    assert "the order of pages was refused" in done.err
    assert requests.put(f"{bench.url}/sandbox/faults", json={"rules": []}, timeout=10).ok
    bench.sync()
    assert bench.order() == "ABC0"


@SITES
def test_killed_before_the_order_was_set_the_next_run_sets_it(bench, target):
    for name, order in zip("0123", (4, 3, 2, 1), strict=True):
        bench.write(name, order)
    rule = {"path": "*/move/*" if target == "cloud" else "*/movepage.action", "status": 401}
    assert requests.put(f"{bench.url}/sandbox/faults", json={"rules": [rule]}, timeout=10).ok
    bench.sync(code=5)
    assert requests.put(f"{bench.url}/sandbox/faults", json={"rules": []}, timeout=10).ok
    bench.sync()
    assert bench.order() == "3210"


def test_a_page_whose_order_alone_changed_is_a_move_in_the_plan():
    def there(key, order):
        page = Page(id=key, title=key, version="1", url="u", parent="f")
        record = Record(key=key, page=key, title=key, digest="d", version="1", published="x")
        return action(
            "skip", "unchanged", Local(key=key, parent="F", digest="d", order=order), Tracked(record=record, page=page)
        )

    made = Plan(actions=(there("a", 2), there("b", 1), there("c", None)))
    ids = {"F": "f"}.get
    again = with_orders(made, {"f": {"a": 1, "b": 1}}, ids)
    assert [(one.key, one.verb, one.reason) for one in again.actions] == [
        ("a", "move", "order changed"), ("b", "skip", "unchanged"), ("c", "skip", "unchanged"),
    ]  # fmt: skip
    assert again.sortings == (Sorting(parent="F", pages=(("b", 1), ("a", 2))),)
    assert again.changes
    assert with_orders(made, {"f": {"a": 2, "b": 1}}, ids) == made


def test_many_pages_are_sorted_in_no_time():
    pages = [str(number) for number in range(20_000)]
    began = time.process_time()
    assert steps(pages, pages, {}) == []
    assert len(steps(pages, pages[1:] + pages[:1], {})) == 1
    assert time.process_time() - began < 2
