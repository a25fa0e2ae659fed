"""All judges over real documents: the corpus goes to all three targets of a sandbox by the real command.

``python tests/judges/corpus.py [FOLDER…]`` prints one table and each fault; its exit code is 1 where there is any. Judged
is what was sent (the sandbox's request log), what stands there afterwards, and what the vendors' own clients read back.
``build/judges.tsv`` gets a line for each document: for each target whether it was accepted, words shown, pictures, notes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # a script's own folder would hide packages of the same names (atlassian)

from adapters.sandbox.server import serve
from tests.e2e.publish import TARGETS, configure, nbwiki, state
from tests.judges import notion, pictures, words
from tests.judges.atlassian import StorageJudge, Verdict

CORPUS = ROOT.parent / "shared" / "corpus"
SUFFIXES = ("ipynb", "Rmd", "qmd", "md", "html", "py", "R", "jl")
MAX_JUDGED = 100_000
"""Characters that Atlassian's parser is given at once; it takes minutes for a page of a megabyte."""

MAX_GONE = 0.02
"""The share of a document's words that may be read otherwise by nbconvert; over all documents it is a tenth of a percent."""


@dataclass
class Row:
    """One document on one target: whether the judges took it, its words, its pictures, what its author was told."""

    accepted: bool = True
    words: int = 0
    lost: int = 0
    pictures: int = 0
    absent: int = 0
    notes: int = 0

    def __str__(self) -> str:
        share = 100 * (1 - self.lost / self.words) if self.words else 100.0
        there = f"{self.pictures - self.absent}/{self.pictures}"
        return f"{'yes' if self.accepted else 'NO'}\t{share:.2f} %\t{there}\t{self.notes}"


@dataclass
class Tally:
    """What one target's judges found."""

    target: str
    documents: int = 0
    refused: int = 0
    bodies: int = 0
    equations: int = 0
    words: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Row] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def fault(self, judge: str, place: str, text: str) -> None:
        """Keep a fault: who found it, in what, and its words."""
        self.faults.append((judge, place, text))
        self.row(place).accepted = False

    def row(self, path: str) -> Row:
        """The line of a document."""
        return self.rows.setdefault(path, Row())

    def compare(self, judge: str, source: str, narrative: Counter[str], shown: Counter[str]) -> None:
        """Count the narrative's words and those that a page doesn't show."""
        gone = words.lost(narrative, shown)
        if judge == "words":
            self.words += narrative.total()
            self.lost += Counter({source: gone.total()})
            self.row(source).words, self.row(source).lost = narrative.total(), gone.total()
        if gone.total() > MAX_GONE * narrative.total() and gone.total() > 2:
            few = ", ".join(word for word, _ in gone.most_common(6))
            self.fault(judge, source, f"{gone.total()} of {narrative.total()} words are not shown: {few}")

    def pictures(self, path: str, wanted: int, shown: int, notes: list[dict[str, Any]]) -> None:
        """Count the pictures of a document that are neither on its page nor told of."""
        row = self.row(path)
        row.notes, row.pictures = len(notes), wanted
        told = sum(note["code"].startswith(("image.", "output.", "html.", "link.", "table.")) for note in notes)
        row.absent = max(0, wanted - shown - told)
        if row.absent:
            self.fault("pictures", path, f"{shown} of {wanted} pictures are shown, {told} notes tell of others")


@dataclass
class Published:
    """What one sync did: sources with their page, and the requests that it made."""

    pages: dict[str, str]
    refused: dict[str, str]
    notes: dict[str, list[dict[str, Any]]]
    requests: list[dict[str, Any]]
    state: dict[str, Any]


def publish(url: str, target: str, folder: Path, source: Path, include: tuple[str, ...]) -> Published:
    """The outcome of ``nbwiki sync`` on a sandbox."""
    configure(folder, url, source, include)
    urllib.request.urlopen(urllib.request.Request(f"{url}/sandbox/requests", method="DELETE")).close()
    run = nbwiki("sync", "-t", target, "--json", cwd=folder)
    assert run.code in {0, 1}, run.err
    actions = [action for action in run.json["actions"] if (source / action["source"]).is_file()]
    with urllib.request.urlopen(f"{url}/sandbox/requests") as answer:
        requests = json.load(answer)
    return Published(
        {action["source"]: action["page_id"] for action in actions if action["verb"] == "create"},
        {action["source"]: action["reason"] for action in actions if action["verb"] == "error"},
        {action["source"]: action["notes"] for action in actions},
        requests,
        state(url),
    )


def parts(body: str, limit: int = MAX_JUDGED) -> Iterator[str]:
    """A storage-format body in pieces of whole top-level elements, each as small as can be above the limit."""
    root = '<r xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier">'
    data, shift = f"{root}{body}</r>".encode(), len(root)
    ends: list[int] = []
    depth = 0
    parser = expat.ParserCreate()

    def opened(_name: str, _attributes: object) -> None:
        nonlocal depth
        if depth == 1 and parser.CurrentByteIndex > shift:
            ends.append(parser.CurrentByteIndex)
        depth += 1

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(data, True)
    begin = shift
    for end in ends:
        if end - begin >= limit:
            yield data[begin:end].decode()
            begin = end
    yield data[begin : len(data) - len("</r>")].decode()


def storage_bodies(requests: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every page body that was sent: the page's title, and the markup."""
    for request in requests:
        body = request["body"]
        if request["method"] not in {"POST", "PUT"} or not isinstance(body, dict):
            continue
        value = body.get("body") or {}
        markup = value.get("value") or (value.get("storage") or {}).get("value")
        if markup:
            yield str(body.get("title")), markup


def judge_confluence(found: Published, tally: Tally, source: Path) -> None:
    """Atlassian's parser and schema over each body that was sent, and the narrative's words on each page."""
    cloud = tally.target == "cloud"
    pages = {str(page["id"]): page for page in found.state["pages"]}
    sources = {pages[page_id]["title"]: path for path, page_id in found.pages.items()}
    with StorageJudge() as judge:
        for title, markup in storage_bodies(found.requests):
            tally.bodies += 1
            place = sources.get(title, title)
            try:
                pieces = list(parts(markup))
            except expat.ExpatError as error:
                tally.fault("well-formed", place, str(error))
                continue
            for piece in pieces:
                for name, text in faults_of(judge.judge(piece), cloud=cloud):
                    tally.fault(name, place, text)
    for path, page_id in found.pages.items():
        page, data = pages[page_id], (source / path).read_bytes()
        shown = words.of_storage(page["body"]) + words.words(page["title"])
        tally.compare("words", path, words.narrative(path, data), shown)
        wanted = pictures.wanted(source, path, data)
        tally.pictures(path, wanted, pictures.in_storage(page["body"]), found.notes.get(path, []))


def faults_of(verdict: Verdict, *, cloud: bool) -> list[tuple[str, str]]:
    """A verdict's faults with the judge's name. Data Center has no ADF and nests freely: there its markup and text count."""
    found = [("well-formed", error) for error in verdict.wellformed]
    found += [("text", f"lost {word!r}") for word in verdict.lost_text]
    if not cloud:
        return found
    return found + [("ADF schema" if "ADF" in text else "parser", text) for text in verdict.faults[len(found) :]]


def title_of(page: dict[str, Any]) -> str:
    """The title of a Notion page."""
    value = next(value for value in page["properties"].values() if value["type"] == "title")
    return "".join(item["plain_text"] for item in value["title"])


def judge_notion(found: Published, tally: Tally, source: Path, url: str) -> None:
    """The SDK's types over each body that was sent, KaTeX over each equation, words as the SDK and notion-to-md read."""
    formulas: dict[tuple[str, bool], str] = {}
    for request in found.requests:
        kind = notion.body_type(request["method"], request["path"].partition("/v1/")[2])
        if kind is None or not isinstance(request["body"], dict):
            continue
        tally.bodies += 1
        for text in notion.faults(kind, request["body"]):
            tally.fault("SDK types", request["path"], text)
        formulas |= dict.fromkeys(notion.equations(request["body"]), request["path"])
    tally.equations = len(formulas)
    for expression, error in notion.refused_equations(formulas):
        tally.fault("KaTeX", expression[:80], error)
    sources = {page_id: path for path, page_id in found.pages.items()}
    titles = {str(page["id"]): title_of(page) for page in found.state["notion"]["pages"]}
    for page in notion.read_all(f"{url}/notion", "sandbox", list(sources)):
        path = sources[page["page"]]
        data = (source / path).read_bytes()
        narrative = words.narrative(path, data)
        shown = pictures.in_blocks(page["blocks"])
        tally.pictures(path, pictures.wanted(source, path, data), shown, found.notes.get(path, []))
        title = words.words(titles[page["page"]])
        tally.compare("words", path, narrative, words.of_blocks(page["blocks"]) + title)
        tally.compare("notion-to-md", path, narrative, words.of_markdown(page["markdown"], narrative) + title)


def judge(folders: list[str], source: Path = CORPUS) -> list[Tally]:
    """All judges' findings over these folders of the corpus (all of it where none is named), a tally a target."""
    include = tuple(f"{folder}/**/*.{suffix}" for folder in folders or ["."] for suffix in SUFFIXES)
    include = tuple(pattern.removeprefix("./") for pattern in include)
    tallies = []
    with serve() as server, tempfile.TemporaryDirectory() as folder:
        for target in TARGETS:
            began = time.monotonic()
            tally = Tally(target)
            found = publish(server.url, target, Path(folder), source, include)
            tally.documents, tally.refused = len(found.pages), len(found.refused)
            if target == "notion":
                judge_notion(found, tally, source, server.url)
            else:
                judge_confluence(found, tally, source)
            tally.seconds = time.monotonic() - began
            tallies.append(tally)
    return tallies


def short(tally: Tally) -> bool:
    """Whether more than one word in a thousand isn't shown."""
    return tally.lost.total() * 1000 > tally.words


def table(tallies: list[Tally]) -> Iterator[str]:
    """The lines that people read."""
    yield "target      documents refused bodies equations   words  lost    shown  pictures absent  notes  faults seconds"
    for t in tallies:
        gone = t.lost.total()
        share = 100 * (1 - gone / t.words) if t.words else 100.0
        yield (
            f"{t.target:11} {t.documents:9} {t.refused:7} {t.bodies:6} {t.equations:9} {t.words:7} {gone:5}"
            f" {share:7.2f}% {sum(row.pictures for row in t.rows.values()):9} {sum(row.absent for row in t.rows.values()):6}"
            f" {sum(row.notes for row in t.rows.values()):6} {len(t.faults):7} {t.seconds:7.1f}"
        )
    for t in tallies:
        by_judge = Counter(name for name, _, _ in t.faults)
        if by_judge:
            yield f"{t.target}: " + ", ".join(f"{name} {count}" for name, count in by_judge.items())
        for fault in t.faults:
            yield "  " + " | ".join(part.replace("\n", " ")[:200] for part in fault)
        yield f"{t.target}: words lost in " + ", ".join(f"{path} {n}" for path, n in t.lost.most_common(12) if n)


def lines(tallies: list[Tally]) -> Iterator[str]:
    """A line for each document, tab-separated."""
    yield "document\t" + "\t".join(
        f"{t.target} {name}" for t in tallies for name in ("accepted", "words", "pictures", "notes")
    )
    for path in sorted({path for t in tallies for path in t.rows}):
        yield f"{path}\t" + "\t".join(str(t.rows.get(path, Row())) for t in tallies)


def main(arguments: list[str]) -> int:
    """0 where no judge found anything."""
    if not notion.available():
        sys.stderr.write("Node.js or the judges' packages are absent: make test installs them\n")
        return 2
    tallies = judge(arguments)
    sys.stdout.write("\n".join(table(tallies)) + "\n")
    out = ROOT / "build" / "judges.tsv"
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines(tallies)) + "\n", "utf-8")
    return int(any(tally.faults or short(tally) for tally in tallies))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
