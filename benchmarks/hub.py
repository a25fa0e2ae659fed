"""The hub over many generated reports: requests, writes and seconds of a first sync, a second, one change, one new report.

python benchmarks/hub.py [NUMBER] [TARGET …]      # 1000 cloud notion
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from adapters.sandbox.server import serve  # noqa: E402
from tests.e2e.publish import configure, nbwiki, requests_since, writes  # noqa: E402

WORDS = [
    "oxygen",
    "river",
    "sales",
    "churn",
    "price",
    "laser",
    "sodium",
    "fit",
    "tickets",
    "support",
    "teams",
    "growth",
    "channel",
    "cohort",
    "model",
    "error",
    "scale",
]


def generate(folder: Path, number: int) -> None:
    """Reports in 20 folders, by 40 authors of 10 teams, on 50 topics, each with a few lines of its own."""
    dice = random.Random(7)
    for n in range(number):
        topics = ", ".join(f"topic {dice.randrange(50)}" for _ in range(3))
        theme = [dice.choice(WORDS) for _ in range(4)]
        text = " ".join(dice.choice(theme if dice.random() < 0.5 else WORDS) for _ in range(120))
        path = folder / f"area{n % 20}" / f"report{n}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"---\ntitle: Report {n} on {theme[0]} and {theme[1]}\nauthors: [Author {dice.randrange(40)}]\n"
            f"tags: [{topics}]\nteam: Team {dice.randrange(10)}\ndate: 202{dice.randrange(3, 7)}-0{dice.randrange(1, 10)}-11\n"
            f"summary: What we learnt about {' and '.join(theme)} in case {n}.\n---\n\n## Findings\n\n{text}\n",
            encoding="utf-8",
        )


def main() -> None:
    """Measure, print a table in Markdown."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("| target | step | reads | writes | writes beyond the report's own | s |\n|---|---|---|---|---|---|")
    for target in sys.argv[2:] or ["cloud", "datacenter", "notion"]:
        with serve(port=0) as server, tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            generate(folder, number)
            configure(folder, server.url, folder, ("**/*.md",))
            config = folder / "nbwiki.toml"
            config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
            step(server, folder, target, f"first sync of {number}")
            step(server, folder, target, "nothing changed")
            one = folder / "area3" / "report3.md"
            one.write_text(
                one.read_text(encoding="utf-8").replace("## Findings", "## Findings, again"), encoding="utf-8"
            )
            step(server, folder, target, "one changed text", "area3/report3.md")
            text = one.read_text(encoding="utf-8").replace("What we learnt", "What we have learnt")
            one.write_text(text, encoding="utf-8")
            step(server, folder, target, "one changed summary", "area3/report3.md")
            (folder / "area3" / "new.md").write_text(
                text.replace("title: Report 3", "title: Report 3b"), encoding="utf-8"
            )
            step(server, folder, target, "one new report", "area3/new.md")
            step(server, folder, target, "nothing changed")


def step(server: object, folder: Path, target: str, name: str, own: str = "") -> None:
    """One run of the command, as a line of the table."""
    url = server.url  # type: ignore[attr-defined]
    before = requests_since(url)[-1]["number"] if name and requests_since(url) else 0
    started = time.monotonic()
    done = nbwiki("sync", "-t", target, "--json", cwd=folder)
    seconds = time.monotonic() - started
    assert done.code == 0, done.err + done.out[-1000:]
    entries = requests_since(url, before)
    page = next((one["page_id"] for one in done.json["actions"] if own and one["source"] == own), "\0")
    found = writes(entries)
    made = ("/pages", "/content")  # the report itself is made without an id
    beyond = (
        [one for one in found if page not in one and "file_upload" not in one and not one.endswith(made)] if own else []
    )
    reads = len(entries) - len(found)
    print(f"| {target} | {name} | {reads} | {len(found)} | {len(beyond) if own else ''} | {seconds:.1f} |", flush=True)
    if own and "-v" in sys.argv:
        print("\n".join(beyond))


if __name__ == "__main__":
    main()
