"""What a random life is lived with: a repository, a wiki and people's hands on it, faults, pictures, a clock that nobody waits for."""

from __future__ import annotations

import atexit
import functools
import random
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

from adapters import open_wiki
from adapters.sandbox.notion.store import HUB
from adapters.sandbox.server import Server, serve
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.publish import Published, publish
from bridge.sync.actions import Flags
from tests.sync.forks import Zygote
from tests.sync.hands import ConfluenceHands, NotionHands

PATHS = ("a.md", "b.md", "x/c.md", "x/d.md", "y/z/e.md", "x/f.md")
"""Where reports may be. Half of the folders come and go with them."""
PICTURES = ("one.png", "two.png", "three.png")
TITLES = ("Alpha", "Beta", "Gamma")
WORDS = ("maple", "cedar", "birch", "aspen", "rowan", "hazel", "alder", "larch")
TARGETS = {
    "cloud": {"kind": "confluence", "url": "{0}/wiki", "user": "author@example.com", "space": "DATA"},
    "dc": {"kind": "confluence", "url": "{0}/dc", "space": "DATA", "deployment": "datacenter"},
    "notion": {"kind": "notion", "url": "{0}/notion"},
}
STATUSES = (429, 500, 502, 503, 504)
COUNTS: Counter[str] = Counter()
"""What all lives of this process did: ``sequences``, ``steps``, ``runs``, ``faults``, ``cuts``, ``kills`` …"""


def misfortune(seed: int, rate: float = 0.2) -> dict[str, Any]:
    """A fault plan that strikes a share of all requests: each status, and resets before and after the work."""
    kinds: list[dict[str, Any]] = [{"status": status, "retry_after": 0} for status in STATUSES]
    kinds += [{"status": 504, "after_work": True}, {"reset": "before"}, {"reset": "after"}]
    return {"seed": seed, "rules": [{"path": "*", "rate": rate / len(kinds), **kind} for kind in kinds]}


def picture(number: int) -> bytes:
    """A PNG whose bytes tell its number."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes([0, number % 251, number // 251 % 251, 7]))
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


_ZYGOTES: dict[str, Zygote] = {}


def zygote(target: str, folder: Path) -> Zygote:
    """The one of a target; the first call has it loaded in a folder of that target."""
    if target not in _ZYGOTES:
        _ZYGOTES[target] = Zygote(folder, "-t", "w")
        atexit.register(_ZYGOTES[target].close)
    return _ZYGOTES[target]


@functools.cache
def other_server() -> Server:
    """Where fresh syncs go, to be compared with."""
    made = serve(port=0)
    atexit.register(made.close)
    return made


def deep_lists(doc: dict[str, Any]) -> list[str]:
    """Lists of four levels in a third of the reports: what a request of blocks can't hold (no draw of the generator's)."""
    number, lists = doc["ident"], 6 if doc["ident"] % 3 == 0 else 0
    return [f"- deep {number}\n  - deeper\n    - deeper yet\n      - bottom {number} of {at}" for at in range(lists)]


class Waits:
    """A clock that is moved by the waiting, so that nobody waits."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        self.now += 0.001
        return self.now


class Home:
    """A repository and a wiki of its own."""

    def __init__(self, target: str, seed: int) -> None:
        self.target = target
        self.random = random.Random(f"{target} {seed}")
        self.folders = "pages" if target == "notion" and seed % 2 else "property"
        self.steps: list[str] = []
        self.deeds = self.head = self.number = 0
        self.changed = True
        self.server = serve(port=0)
        self.hands: Any = NotionHands(self.server) if target == "notion" else ConfluenceHands(self.server, target)
        self.root = Path(tempfile.mkdtemp())
        self.parent = HUB if target == "notion" else self.random.choice(["Reports", ""])
        self.docs: dict[str, dict[str, Any]] = {}  # path → ident, title, lines, pictures, link, private
        self.pages: dict[int, str] = {}  # ident → page
        self.pruned: set[str] = set()
        self.pictures: dict[str, bytes] = {}

    def _some_pictures(self, most: int) -> list[str]:
        return sorted(self.random.sample(PICTURES, self.random.randint(0, most)))

    def _other(self, path: str) -> str:
        return self.random.choice(["", *sorted({*PATHS} - {path})])

    def end(self) -> None:
        """Nothing is left of it."""
        self.server.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def _run(self, server: Server | None = None, **flags: bool) -> Published:
        COUNTS["runs"] += 1
        self._commit()
        waits = Waits()
        wiki = open_wiki(self._settings(server or self.server, sleep=waits.sleep, clock=waits.clock))
        try:
            return publish(load(self.root / "nbwiki.toml", {}, self.root), wiki, "w", flags=Flags(**flags))
        finally:
            self.writes = wiki.requests.write
            wiki.close()

    def _settings(self, server: Server, **more: Any) -> TargetSettings:
        wanted = {name: text.format(server.url) for name, text in TARGETS[self.target].items()}
        wanted["folders"] = self.folders
        return TargetSettings(name="w", token=Token("sandbox"), parent=self.parent, **wanted, **more)  # type: ignore[arg-type]

    def _configure(self) -> None:
        one = self._settings(self.server)
        lines = [
            "[source]",
            'include = ["**/*.md"]',
            'repository = "acme/reports"',
            "[hub]",
            "enabled = false",
            "[targets.w]",
        ]
        names = ("kind", "url", "space", "parent", *(["deployment"] if self.target == "dc" else []))
        lines += [f'{name} = "{getattr(one, name)}"' for name in names if getattr(one, name)]
        lines += [f'folders = "{self.folders}"'] if self.target == "notion" else []
        lines += ['user_env = "CONFLUENCE_USER"'] if self.target == "cloud" else []
        lines += [f'token_env = "{"NOTION" if self.target == "notion" else "CONFLUENCE"}_TOKEN"', ""]
        (self.root / "nbwiki.toml").write_text("\n".join(lines))

    def _draw(self, name: str) -> None:
        self.number += 1
        self.pictures[name] = picture(self.number)
        (self.root / name).write_bytes(self.pictures[name])
        self.changed = True

    def _save(self, path: str) -> None:
        self.changed = True
        doc, up = self.docs[path], "../" * path.count("/")
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        parts = [f"# {doc['title']}", *doc["lines"], *(f"![{name}]({up}{name})" for name in doc["pictures"])]
        place = "#results" if self.target == "notion" else ""
        if place:  # another kind of block as lines come and go: its links are to follow
            parts.append(f"{'##' if len(doc['lines']) % 2 else '###'} Results")
        parts += deep_lists(doc) if self.target == "notion" else []
        if doc["link"]:
            parts.append(f"See [the other]({up}{doc['link']}{place}).")
        head = "---\nvisibility: private\n---\n\n" if doc["private"] else ""
        (self.root / path).write_text(head + "\n\n".join(parts) + "\n")

    def _commit(self) -> None:
        if not self.changed:
            return
        self.changed = False
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "work")
        self.head += 1

    def keys(self, state: dict[str, Any]) -> list[tuple[str, str]]:
        """Key and page of every record, pages in the trash and those of all spaces included."""
        if self.target == "notion":
            texts = [
                (row["value"]["rich_text"], row["holder_id"]) for row in state["properties"] if row["key"] == "Key"
            ]
            found = [("".join(text["plain_text"] for text in runs), page) for runs, page in texts]
        else:
            rows = [row for row in state["properties"] if row["key"] == "nbwiki" and row["api"] == self.hands.api]
            found = [(row["value"]["key"], row["holder_id"]) for row in rows]
        return [(key, page) for key, page in found if key]

    def git(self, *words: str) -> None:
        who = ("-c", "user.email=ada@example.com", "-c", "user.name=Ada", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True)
