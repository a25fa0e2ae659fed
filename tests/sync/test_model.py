"""Random lives of a repository and its wiki; after each sync the promises of a sync hold (design, section 7).

A life mixes what authors do (write, edit, rename, delete, draw anew), what readers do (edit, comment, move, retitle,
trash, restore, label, move out of the database and back, add pages, blocks and notes), faults on a fifth of all
requests, runs that are cut off or killed, and two runs at once. ``NBWIKI_SEQUENCES`` sets how many are tried for each
wiki, ``NBWIKI_SEED`` where to begin; ``proofs.py`` runs many, in portions.
"""

from __future__ import annotations

import os

import pytest

from tests.sync.promises import lead

SEQUENCES = int(os.environ.get("NBWIKI_SEQUENCES", "5"))
SEED = int(os.environ.get("NBWIKI_SEED", "0"))


@pytest.mark.parametrize("target", ["cloud", "dc", "notion"])
def test_promises_hold_in_any_life(target: str) -> None:
    for seed in range(SEED, SEED + SEQUENCES):
        lead(target, seed)
