"""Blocks that a workspace lets us make: free ones with several members have 1,000 for ever, deleted ones included.

Notion tells neither that a workspace has the limit nor what is left of it, until it refuses. So the limit is set by hand
(``block_limit``), what was made is counted in the records, and nothing is begun that would pass it. Once Notion itself
refuses, no further block is tried: pages stay as they are.
Source: notion.com/help "Block usage in Notion"; the refusal's ``additional_data.block_limit``.
"""

from __future__ import annotations

import threading

from adapters.errors import LimitExceeded
from adapters.notion.faults import BlocksUsedUp

_HINT = "upgrade the workspace, use a personal access token, or publish less (source.include)"


class Blocks:
    """The allowance of one run. ``made`` counts blocks of all pages that are known. Thread-safe."""

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.made = 0
        self._full = ""
        self._lock = threading.Lock()

    def known(self, count: int) -> None:
        """Earlier runs made so many."""
        with self._lock:
            self.made = max(self.made, count)

    def take(self, count: int) -> None:
        """Count blocks that are about to be made. Raises LimitExceeded, or BlocksUsedUp once Notion refused some."""
        with self._lock:
            if count and self._full:
                raise BlocksUsedUp(f"not tried: {self._full}", hint=_HINT, status=403)
            if self.limit and self.made + count > self.limit:
                text = (
                    f"needs {count} further blocks, of {self.limit} for ever nbwiki has made {self.made} (block_limit)"
                )
                raise LimitExceeded(f"{text}: nothing of it was sent", hint=_HINT)
            self.made += count

    def refused(self, message: str) -> None:
        """Notion refused blocks: none is tried again in this run."""
        with self._lock:
            self._full = message
