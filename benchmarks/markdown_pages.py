"""Markdown made by rule: the pages and reports on which peers were measured, the same bytes in each run."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

_CONFIGURATION = '[source]\ninclude = ["**/*.md"]\n'
_PAGE_WORDS = [
    *("model", "churn", "revenue", "cohort", "feature", "baseline", "uplift", "variance"),
    *("sample", "segment", "weekly", "holdout", "metric", "drift", "bayes", "prior"),
]
_REPORT_WORDS = [
    *("model", "churn", "cohort", "revenue", "latency", "feature", "holdout"),
    *("lift", "baseline", "residual", "quantile", "segment", "prior", "drift"),
]


def pages(folder: Path, count: int, *, formulas: bool = False) -> Path:
    """``count`` pages in folders of 20, each with code, table, note, lists, tasks and two pictures; with ``formulas``
    four equations a page.
    """
    rng = random.Random(7)
    for number in range(count):
        area = folder / f"area_{number // 20:02d}"
        (area / "img").mkdir(parents=True, exist_ok=True)
        name = "index.md" if number % 20 == 0 else f"report_{number:03d}.md"
        (area / name).write_text(_page(number, rng, formulas=formulas), encoding="utf-8")
        for side, letter in enumerate("ab"):
            (area / "img" / f"fig_{number:03d}_{letter}.png").write_bytes(_png(number * 2 + side))
    (folder / "nbwiki.toml").write_text(_CONFIGURATION)
    return folder


def _page(number: int, rng: random.Random, *, formulas: bool) -> str:
    def words(count: int) -> str:
        return " ".join(rng.choice(_PAGE_WORDS) for _ in range(count)).capitalize() + "."

    title = f"Report {number:03d} weekly analysis"
    out = [
        "---",
        f'title: "{title}"',
        f'tags: ["report", "team-{number % 5}"]',
        "---",
        "",
        f"# {title}",
        "",
        words(60),
        "",
    ]
    for part in range(6):
        out += [f"## Section {part} of {number:03d}", "", words(80), ""]
        out += [f"{words(40)} See **bold**, *italic*, `code` and [external](https://example.com/{part}).", ""]
        out += _part(number, part, words(20), words(30))
        if formulas and part in {1, 3}:
            out += [f"$$\\sum_{{i=1}}^{{{number + 1}}} x_i^{{{part}}} = \\frac{{n(n+1)}}{{2}}$$", ""]
            out += [f"Inline $\\alpha_{{{number}}} + \\beta^{{{part}}}$ here.", ""]
    return "\n".join(out) + "\n"


def _part(number: int, part: int, short: str, longer: str) -> list[str]:
    following = number - number % 20 + (number + 1) % 20
    lines = [f'df["c{k}"] = df["a"] * {k}  # a < b && c > d' for k in range(25)]
    rows = [f"| m{k} | {k * number} | {k / 7:.2f} |" for k in range(15)]
    return [
        [f"![Figure one](img/fig_{number:03d}_a.png)", ""],
        ["```python", "import pandas as pd", f'df = pd.read_csv("data_{number}.csv")', *lines, "```", ""],
        ["| metric | value | delta |", "| --- | ---: | ---: |", *rows, ""],
        ["> [!NOTE]", f"> {short}", "", "- one", "- two", "    - nested", "", "1. first", "2. second", ""],
        [f"![Figure two](img/fig_{number:03d}_b.png)", "", "- [ ] check data", "- [x] publish", ""],
        [
            f"Next: [the next report]({f'report_{following:03d}.md' if following % 20 else 'index.md'}).",
            "",
            *["<details><summary>More</summary>", "", longer, "", "</details>", ""],
        ],
    ][part]


def _png(seed: int, width: int = 640, height: int = 400) -> bytes:
    rng = random.Random(seed)
    points = [rng.randrange(256) for _ in range(64)]
    raw = bytearray()
    for y in range(height):
        raw.append(0)
        for x in range(width):
            value = (points[(x >> 4) & 63] + (y if x % 7 else x)) & 255
            raw += bytes((value, value * 3 & 255, 255 - value))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(raw), 6)) + chunk(b"IEND", b"")


def reports(folder: Path, count: int) -> Path:
    """``count`` reports of 23 kB: prose with inline maths and links, code, tables, deep lists, equations, alerts."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        rng = random.Random(number)
        out = [f"---\ntitle: Report {number}\ntags: [churn, weekly]\n---\n\n# Report {number}\n"]
        for part in range(6):
            out += _report_part(rng, number, part, count)
        (folder / f"doc{number:03d}.md").write_text("\n".join(out), encoding="utf-8")
    (folder / "nbwiki.toml").write_text(_CONFIGURATION)
    return folder


def _report_part(rng: random.Random, number: int, part: int, count: int) -> list[str]:
    def words(size: int) -> str:
        return " ".join(rng.choice(_REPORT_WORDS) for _ in range(size))

    lines = [
        f"df['{words(1)}_{k}'] = df.groupby('{words(1)}').transform(lambda x: x.rolling({k + 2}).mean())"
        for k in range(40 if part == 2 else 12)
    ]
    rows = [
        f"| {words(2)} | {rng.random():.4f} | {rng.random():.4f} | **{rng.random():.2f}** | {rng.randint(1, 999)} |"
        for _ in range(12)
    ]
    math, end = f"$a_{part}^2 + b$", words(60)
    link = f"[part](doc{(number + 1) % count:03d}.md)"
    return [
        f"## Section {part}\n\nThe **{words(3)}** shows _{words(2)}_ with `{words(1)}_{part}` and {math}; see {link}. {end}.\n",
        f"{words(90)}.\n",
        "```python\n" + "\n".join(lines) + "\n```\n",
        "| metric | a | b | c | d |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n",
        "".join(f"{'    ' * depth}- {words(6)}\n" for depth in (0, 1, 2, 3, 1, 0)),
        f"$$\n\\hat{{y}} = \\sum_{{k=1}}^{{{part + 3}}} w_k x_k\n$$\n",
        f"![plot {part}](https://example.com/p/{number}_{part}.png)\n\n> [!NOTE]\n> {words(15)}\n",
        f"- [x] {words(4)}\n- [ ] {words(4)}\n\n---\n",
    ]
