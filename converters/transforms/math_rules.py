r"""What ziamath lacks: arrays with rules (``|`` and ``\hline``), and rows in a time that doesn't double with each brace."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def quick_row() -> Any:
    """The class of rows. Known to ziamath once this was called, by its own way to add classes.

    ziamath sets a row twice, first to see how high brackets must be, and so each row within it: 2^depth times in all. The
    first time brackets aren't counted, so what stands deeper needs no first time of its own.
    """
    from ziamath.nodes.mrow import Mrow

    class Row(Mrow, tag="mrow"):
        """A row whose height is measured once."""

        def _get_height_nostretch(self, line: list[Any], **kwargs: Any) -> tuple[float, float]:
            if kwargs.get("nostretch"):
                return 0.0, 0.0
            found: tuple[float, float] = super()._get_height_nostretch(line, **kwargs)
            return found

    return Row


@functools.cache
def ruled_table() -> Any:
    """The class that draws arrays with rules; ziamath's own tables have none. Known to ziamath once this was called.

    Longer than other functions: the class stands inside, so that ziamath is loaded only where a table has rules.
    """
    from ziamath.drawable import HLine, VLine
    from ziamath.nodes.mtable import Mtable

    class Ruled(Mtable, tag="ruledtable"):
        """A table with ``vrules`` and ``hrules``: before which column and row a line stands."""

        def _setup(self, **kwargs: Any) -> None:
            super()._setup(**kwargs)
            box = self.bbox
            pad = self.size_px("0.35em")
            thick = self.units_to_points(self.font.math.consts.fractionRuleThickness)
            cells = list(zip(self.nodes, self.nodexy, strict=True))
            widths = [len(row) for row in self.element]
            height, width = box.ymax - box.ymin + 2 * pad, box.xmax + 2 * pad
            starts = [sum(widths[:r]) for r in range(len(widths))]
            self.nodexy = [(x + pad, y) for x, y in self.nodexy]
            gaps = [self.size_px(gap) for gap in self.element.get("columnspacing", "1em").split()]
            edges = [0.0]
            for c in range(max(widths)):
                right = max(
                    xy[0] + node.bbox.xmax
                    for r in range(len(widths))
                    for node, xy in cells[starts[r] + c : starts[r] + c + 1]
                )
                edges.append(max(right + pad + gaps[c % len(gaps)] / 2, edges[-1]))
            edges[-1] = width
            for at in map(int, self.element.get("vrules", "").split()):
                self.nodes.append(VLine(height, thick, style=self.style, **kwargs))
                self.nodexy.append((edges[min(at, len(edges) - 1)], -box.ymax - pad))
            tops = [
                min(xy[1] - node.bbox.ymax for node, xy in cells[start : start + n])
                for start, n in zip(starts, widths, strict=True)
            ]
            bottoms = [
                max(xy[1] - node.bbox.ymin for node, xy in cells[start : start + n])
                for start, n in zip(starts, widths, strict=True)
            ]
            lines = [-box.ymax - pad, *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False)), -box.ymin + pad]
            for at in map(int, self.element.get("hrules", "").split()):
                self.nodes.append(HLine(width, thick, style=self.style, **kwargs))
                self.nodexy.append((0, lines[min(at, len(lines) - 1)]))
            self.bbox = type(box)(0, width, box.ymin - pad, box.ymax + pad)

    return Ruled
