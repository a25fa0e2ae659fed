"""Levels of headings on a page: below the page's title, without gaps, whatever levels the document uses."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Levels:
    """Gives each heading of a document the level that screen readers are told; how it looks is another thing."""

    _open: list[tuple[int, int]] = field(default_factory=list)
    """Levels of the headings that the next one may stand below: the document's, and the one that was given."""

    tables: int = 0
    """Tables so far: those that scroll are places of their own, told apart by number."""

    def table(self, name: str = "Table") -> str:
        """The name of the next table for screen readers."""
        self.tables += 1
        return name if self.tables == 1 else f"{name} {self.tables}"

    def shown(self, level: int) -> int:
        """The level of the next heading, 2 to 6."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        given = min(self._open[-1][1] + 1, 6) if self._open else 2
        self._open.append((level, given))
        return given
