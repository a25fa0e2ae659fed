"""How long ``nbwiki --help`` takes beside a command that does nothing but import click."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from measuring import NBWIKI, Row, Settings, guarded, interleaved, ratios, seconds, spread

_BARE = "import click\n@click.command()\ndef bare(): pass\nbare(['--help'])"


_WHAT = "`nbwiki --help`, beside a bare click command"


def rows(settings: Settings) -> Iterator[Row]:
    """One row."""
    return guarded(_WHAT, lambda: [_row(settings)])


def _row(settings: Settings) -> Row:
    """A start takes a tenth of a second, so each round is five of them."""
    found = interleaved(
        settings.rounds,
        {
            "ours": lambda: sum(seconds([*NBWIKI, "--help"]) for _ in range(5)),
            "bare": lambda: sum(seconds([sys.executable, "-c", _BARE]) for _ in range(5)),
        },
    )
    return spread(_WHAT, ratios(found["ours"], found["bare"]), unit="×", budget=1.5, at_most=True)
