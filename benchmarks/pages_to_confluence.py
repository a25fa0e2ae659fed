"""200 Markdown pages → storage format, whole process, beside md2conf; and with 800 formulas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markdown_pages import pages
from measuring import NBWIKI, Row, Settings, guarded, interleaved, ratios, seconds, spread
from peers import python_peer

COUNT = 200


def rows(settings: Settings) -> Iterator[Row]:
    """A row for pages as they are, one with four formulas a page."""
    peer = python_peer("md2conf", settings.work)
    names = {False: f"{COUNT} Markdown pages → storage, beside md2conf", True: f"the same with {4 * COUNT} formulas"}
    for formulas, what in names.items():
        if isinstance(peer, str):
            yield Row(what, said=peer)
        else:
            yield from guarded(what, lambda w=what, f=formulas: [_row(settings, peer, w, formulas=f)])


def _row(settings: Settings, peer: Path, what: str, *, formulas: bool) -> Row:
    folder = settings.work / ("pages_math" if formulas else "pages")
    if not (folder / "nbwiki.toml").exists():
        pages(folder, COUNT, formulas=formulas)
    options = ["--local", "-d", "example.com", "-p", "/wiki/", "-s", "SPACE", "-l", "error"]
    ours = [*NBWIKI, "convert", ".", "--to", "confluence", "-o", settings.work / "out_pages"]
    times = interleaved(
        settings.rounds,
        {"ours": lambda: seconds(ours, folder), "md2conf": lambda: seconds([peer / "md2conf", *options, folder])},
    )
    said = f"{min(times['ours']):.2f} s, {min(times['md2conf']):.2f} s of processor time"
    values = ratios(times["ours"], times["md2conf"])
    return spread(what, values, unit="×", budget=0.5 if formulas else 0.8, at_most=True, said=said)
