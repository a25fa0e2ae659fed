"""Edit scripts: the smallest that Notion's API can do, shown by random edits to real reports.

``NBWIKI_EDITS`` sets how many edits are tried (``-s`` prints the figures); the reports are those of the corpus where it is
at hand, else the examples.
"""

from __future__ import annotations

import base64
import json
import os
import random
import statistics
from pathlib import Path

import pytest

from adapters.base import Change, Draft, Record
from adapters.notion.canon import canonical, is_upload
from adapters.notion.edits import script
from adapters.notion.packing import unpacked
from adapters.notion.trees import wants_of
from bridge.pipeline import RenderOptions, render
from converters.links import resolve
from converters.options import ReadOptions, Source, TransformOptions, WriteOptions
from tests.adapters.notion_site import NotionHub, para, toggle, tree

EDITS = int(os.environ.get("NBWIKI_EDITS", "25"))
ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
PER_REPORT = 8
MOST_BLOCKS = 600
OPTIONS = RenderOptions(
    read=ReadOptions(), transform=TransformOptions(target="notion"), write=WriteOptions(flavor="notion")
)


@pytest.fixture
def site(sandbox):
    return NotionHub(sandbox)


class Files:
    """The files around one source."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, path):
        return (self.folder / path).read_bytes()

    def exists(self, path):
        return (self.folder / path).is_file()


# ------------------------------------------------------------------- random edits to sources


def edited(suffix, data, rng):
    """The source after one edit of the kind that authors make."""
    if suffix == ".ipynb":
        return edited_notebook(json.loads(data), rng)
    pieces = data.decode("utf-8", "replace").split("\n\n")
    at = rng.randrange(len(pieces))
    verb = rng.choice(["words", "words", "insert", "delete", "append"])
    if verb == "insert":
        pieces.insert(at, f"A further thought, number {rng.randrange(10**6)}.")
    elif verb == "delete" and len(pieces) > 3:
        del pieces[at]
    elif verb == "append":
        pieces.append(f"## Later {rng.randrange(10**6)}\n\n- one\n- two\n")
    else:
        pieces[at] = other_words(pieces[at], rng)
    return "\n\n".join(pieces).encode()


def edited_notebook(book, rng):
    cells = book.get("cells") or book["worksheets"][0]["cells"]
    at = rng.randrange(len(cells))
    verb = rng.choice(["words", "words", "words", "insert", "delete", "output", "move"])
    if verb == "insert":
        cells.insert(at, {"cell_type": "markdown", "metadata": {}, "source": f"New finding {rng.randrange(10**6)}."})
    elif verb == "delete" and len(cells) > 3:
        del cells[at]
    elif verb == "move" and len(cells) > 3:
        cells.insert(rng.randrange(len(cells)), cells.pop(at))
    elif verb == "output" and cells[at].get("outputs"):
        cells[at]["outputs"].append({"output_type": "stream", "name": "stdout", "text": f"{rng.random()}\n"})
    else:
        name = "source" if "source" in cells[at] else "input"
        cells[at][name] = other_words("".join(cells[at].get(name, "")), rng)
    return json.dumps(book).encode()


def other_words(piece, rng):
    some = piece.split(" ")
    some[rng.randrange(len(some))] += f" changed{rng.randrange(10**6)}"
    return " ".join(some)


def reports():
    found = sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else sorted((ROOT / "examples").rglob("*"))
    chosen = [p for p in found if p.suffix in {".ipynb", ".md", ".Rmd", ".qmd"} and p.stat().st_size < 2_000_000]
    random.Random(5).shuffle(chosen)
    for path in chosen:
        first = rendered(path, path.read_bytes())
        if first is not None and 8 <= len(first.blocks) <= MOST_BLOCKS:
            yield path, first


def rendered(path, data):
    done = render(Source(path.name, data), OPTIONS, Files(path.parent))
    if done.rendered is None or done.rendered.links:
        return None
    return resolve(done.rendered, lambda _key, _anchor: None, adapted=True)[0]


# ------------------------------------------------------------------- what is needed at the least


def least(old, new):
    """Requests that any client needs for the blocks of one page: those of one level alone are told apart, for each block
    that doesn't stay as it is must be changed, gone below, or deleted, and what comes needs an insertion.
    """
    was, will = [one.whole for one in old], [one.whole for one in new]
    same = longest_common(was, will)
    gone, come = len(was) - same, len(will) - same
    return gone + (come > gone)


def longest_common(one, other):
    row = [0] * (len(other) + 1)
    for x in one:
        last = 0
        for j, y in enumerate(other, start=1):
            last, row[j] = row[j], last + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]


def live(blocks):
    """Ids and contents of a page by what the API answers: [id, content, everything below]."""
    found = []
    for block in blocks:
        below = live(block.get("children", []))
        mark = block[block["type"]].get("file", {}).get("url", "").partition("?")[0] if is_upload(block) else ""
        own = (canonical(block), mark)
        found.append((block["id"], own, (own, tuple(each[2] for each in below)), below))
    return found


def kept(before, after):
    """How many unchanged blocks there are on a level and below, and how many of them kept their ids.

    One that holds others counts with those: of two that changed places, the one stays that holds more.
    """
    same = most_common([(each[2], size(each)) for each in before], [each[2] for each in after])
    there = {each[0]: each for each in after}
    stayed = sum(size(each) for each in before if each[0] in there and there[each[0]][2] == each[2])
    total = [same, min(stayed, same)]
    for each in before:
        other = there.get(each[0])
        if other is not None and other[2] != each[2]:
            for i, count in enumerate(kept(each[3], other[3])):
                total[i] += count
    return total


def size(each):
    return 1 + sum(map(size, each[3]))


def most_common(weighed, other):
    """The weight of the heaviest common subsequence."""
    row = [0] * (len(other) + 1)
    for x, weight in weighed:
        last = 0
        for j, y in enumerate(other, start=1):
            last, row[j] = row[j], max(row[j], row[j - 1], last + weight if x == y else 0)
    return row[-1]


def uploads(site):
    return sum("/file_uploads" in entry["path"] for entry in site.server.log.entries())


def test_random_edits_to_real_reports_take_the_least_requests_and_keep_ids(sandbox):
    site = NotionHub(sandbox)
    reader = site.wiki()
    rng = random.Random(11)
    ratios, same, stayed, done = [], 0, 0, 0
    for number, (path, first) in enumerate(reports()):
        wiki = site.wiki()
        wiki.begin(wiki.observe())
        record = Record(key=f"k{number}", source=f"f/{number}.md", digest=first.digest)
        made = wiki.create(Draft(record=record, title=first.title, parent=None, content=first))
        page, record, blocks, data = made.page, made.record, first.blocks, path.read_bytes()
        before = live(tree(reader, page))
        for _ in range(PER_REPORT):
            later = edited(path.suffix, data, rng)
            new = rendered(path, later)
            if new is None or new.digest == record.digest:
                continue
            data = later
            sandbox.state.clock_offset_s += 90  # nobody commits twice a minute
            wiki = site.wiki()  # another run, that knows nothing
            wiki.begin(wiki.observe())
            files = uploads(site)
            asked = wiki.requests.read + wiki.requests.write
            change_ = Change(record=record, title=new.title, content=new, base=page.version)
            written = wiki.write(page, change_)
            used = wiki.requests.read + wiki.requests.write - asked
            used -= uploads(site) - files  # what new files take is told apart
            bound = 2 + least(wants_of(blocks), wants_of(new.blocks))  # the row is looked at, and written
            after = live(tree(reader, page))
            assert len(after) == len(new.blocks)
            one, other = kept(before, after)
            ratios.append(used / bound)
            same, stayed, done = same + one, stayed + other, done + 1
            page, record, blocks, before = written.page, written.record, new.blocks, after
        if done >= EDITS:
            break
    worst = sorted(ratios)[-5:]
    print(
        f"{done} edits of {number + 1} reports: requests / least possible: median {statistics.median(ratios):.2f}, "
        f"mean {statistics.mean(ratios):.2f}, worst {', '.join(f'{one:.1f}' for one in worst)}; "
        f"{stayed} of {same} unchanged blocks kept their ids"
    )
    assert statistics.median(ratios) <= 1.2
    assert stayed == same


def divider(kind):
    return {"type": kind, kind: {}}


ALPHABET = (para("a"), para("b"), para("c"), divider("divider"), divider("breadcrumb"))


def cost(old, new, pairs):
    """What a matching keeps and takes, counted without the code under test: (blocks lost, requests)."""
    kept = sum(old[i] == new[j] for i, j in pairs)
    requests = len(old) - len(pairs) + sum(old[i] != new[j] for i, j in pairs)
    taken = {j for _, j in pairs}
    requests += sum(j not in taken and (j == 0 or j - 1 in taken) for j in range(len(new)))
    return -kept, requests


def matchings(old, new, i=0, j=0):
    """All order-preserving matchings of blocks that one can become: equal ones, or two paragraphs."""
    yield []
    for a in range(i, len(old)):
        for b in range(j, len(new)):
            if old[a] == new[b] or old[a]["type"] == new[b]["type"] == "paragraph":
                for rest in matchings(old, new, a + 1, b + 1):
                    yield [(a, b), *rest]


def test_no_script_keeps_more_or_takes_fewer_requests():
    rng = random.Random(3)
    for _ in range(300):
        old, new = ([rng.choice(ALPHABET) for _ in range(rng.randrange(6))] for _ in range(2))
        nodes = [want.node(want.shape, str(at)) for at, want in enumerate(wants_of(old))]
        steps, deleted = script(nodes, wants_of(new))
        pairs = [(step.old, j) for j, step in enumerate(steps) if step.verb != "insert"]
        assert sorted([*deleted, *(i for i, _ in pairs)]) == list(range(len(old)))
        assert cost(old, new, pairs) == min(cost(old, new, each) for each in matchings(old, new))


def test_a_long_page_is_compared_in_little_time_and_keeps_all_that_stays():
    old = [para(f"p{i}") for i in range(3000)]
    new = [para(f"p{i}") for i in range(3000) if i % 7] + [para("end")]
    new[100:100] = [toggle("new", para("x"))]
    nodes = [want.node(want.shape, str(at)) for at, want in enumerate(wants_of(old))]
    steps, _ = script(nodes, wants_of(new))
    assert sum(step.verb == "keep" for step in steps) == 2571


@pytest.mark.parametrize("data", [b"\0", b"\5\0" + bytes(11), b"\0\1" + bytes(11), (b"\0\1" + bytes(11)) * 5_000])
def test_a_spoilt_memory_is_none(data):
    assert unpacked(f"2|paragraph|{base64.b64encode(data).decode()}") is None


def test_a_memory_with_other_signs_is_none():
    assert unpacked("2|paragraph|AA—A") is None
