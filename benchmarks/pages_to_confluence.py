"""200 Markdown pages → storage format, whole process, beside md2conf; and with 800 formulas."""

from __future__ import annotations

import subprocess
from pathlib import Path

from markdown_pages import pages
from measuring import NBWIKI, Row, Settings, interleaved, ratios, reason, seconds, spread
from peers import python_peer

COUNT = 200


def rows(settings: Settings) -> list[Row]:
    """A row for pages as they are, one with four formulas a page."""
    peer = python_peer("md2conf", settings.work)
    names = {False: f"{COUNT} Markdown pages → storage, beside md2conf", True: f"the same with {4 * COUNT} formulas"}
    if isinstance(peer, str):
        return [Row(name, said=peer) for name in names.values()]
    found = []
    for formulas, what in names.items():
        folder = settings.work / ("pages_math" if formulas else "pages")
        if not folder.exists():
            pages(folder, COUNT, formulas=formulas)
        command = [
            peer / "md2conf",
            "--local",
            "-d",
            "example.com",
            "-p",
            "/wiki/",
            "-s",
            "SPACE",
            "-l",
            "error",
            folder,
        ]
        ours = [*NBWIKI, "convert", ".", "--to", "confluence", "-o", settings.work / "out_pages"]
        try:
            times = interleaved(
                settings.rounds,
                {"ours": lambda c=ours, f=folder: seconds(c, f), "md2conf": lambda c=command: seconds(c)},
            )
        except subprocess.CalledProcessError as error:
            found.append(Row(what, said=f"{Path(str(error.cmd[0])).name}: {reason(error)}"))
            continue
        said = f"{min(times['ours']):.2f} s, {min(times['md2conf']):.2f} s of processor time"
        values = ratios(times["ours"], times["md2conf"])
        found.append(spread(what, values, unit="×", budget=0.5 if formulas else 0.8, at_most=True, said=said))
    return found
