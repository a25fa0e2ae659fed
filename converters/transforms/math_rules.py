r"""What ziamath lacks: arrays with rules (``|`` and ``\hline``), and rows in a time that doesn't double with each brace."""

from __future__ import annotations

import functools
from typing import Any, Final
from xml.etree import ElementTree as ET


@functools.cache
def quick_row() -> Any:
    """The class of rows. Known to ziamath once this was called, by its own way to add classes.

    ziamath sets a row twice, first to see how high brackets must be, and so each row within it: 2^depth times in all. The
    first time brackets aren't counted, so what stands deeper needs no first time of its own; and a row without anything
    that grows needs none at all.
    """
    from ziamath.nodes.mrow import Mrow
    from ziamath.operators import operators

    growing = frozenset(sign for (sign, _), facts in operators.items() if facts.get("stretchy", "false") != "false")

    def grows(element: ET.Element) -> bool:
        said = element.get("stretchy")
        if said is not None:
            return said != "false"
        return element.tag == "mfenced" or (element.text or "").strip() in growing

    class Row(Mrow, tag="mrow"):
        """A row whose height is measured once, and where something asks for it."""

        def _get_height_nostretch(self, line: list[Any], **kwargs: Any) -> tuple[float, float]:
            if kwargs.get("nostretch") or not any(grows(element) for child in line for element in child.iter()):
                return 0.0, 0.0
            found: tuple[float, float] = super()._get_height_nostretch(line, **kwargs)
            return found

    return Row


_STYLING: Final = frozenset(
    ["mathcolor", "mathbackground", "mathsize", "mathvariant", "scriptlevel", "displaystyle", "display", "style"]
)
"""Attributes that ``parse_style`` of ziamath looks at."""


@functools.cache
def quick_styles() -> tuple[Any, Any]:
    """Gives back the two functions of ziamath that are quicker from then on, as they were.

    An element that says nothing of style takes over its parent's, and lengths are reckoned once each.
    ziamath copies all styles down to their letters for each element and writes its table of spaces anew for each length:
    a third of the time of an equation. Its elements have no other place for this than the functions' own names.
    """
    from ziamath import nodes
    from ziamath.config import config
    from ziamath.styles import MathStyle, MathVariant

    mnode: Any = nodes.mnode  # a module whose names are set here
    parse_style, size_px = mnode.parse_style, mnode.Mnode.size_px

    def style_of(element: ET.Element, parent: Any = None) -> Any:
        if parent is None or config.math.variant or not _STYLING.isdisjoint(element.attrib):
            return parse_style(element, parent)
        own = vars(parent) | {"mathvariant": MathVariant(**vars(parent.mathvariant))}  # nodes change theirs
        return MathStyle(**own)

    @functools.lru_cache(maxsize=4096)
    def length(size: str, font_size: float) -> Any:
        return size_px(None, size, font_size)

    def size_of(node: Any, size: str, fontsize: float | None = None) -> Any:
        return length(size, node.glyphsize if fontsize is None else fontsize)

    mnode.parse_style, mnode.Mnode.size_px = style_of, size_of
    return parse_style, size_px


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
