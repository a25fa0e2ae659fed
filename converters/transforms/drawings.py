"""Names of drawings, which plotting calls give back and notebooks print beside the picture: ``<Axes: xlabel='x'>``.

Beside the picture they say nothing to a reader, and the addresses in many of them are others after each run.
Quarto leaves them out as well.
"""

from __future__ import annotations

import re

from converters.model import Blocks, Output

_NUMBER = r"[-+\d.e]+"
_STRING = r"""(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_DRAWING = re.compile(
    r"<(?:(?:matplotlib|mpl_toolkits|seaborn|plotnine)\.[\w.]+|sklearn\.[\w.]+Display|Axes|AxesSubplot|\w+Axes|Figure|BarContainer|ggplot)"
    rf"(?:[\s:(][^<>\n]*)?>|\bText\({_NUMBER}, {_NUMBER}, {_STRING}\)"
)
"""What matplotlib, seaborn, scikit-learn and plotnine print for axes, lines, texts, grids and displays."""
_AROUND = re.compile(r"[\s\[\](),]*(?:array\([\s\[\](),]*(?:dtype=object\))?)?\s*")
"""What lists, tuples and arrays of them leave."""
_MAX_CHARS = 20_000


def names_drawing(output: Output) -> bool:
    """Whether all that an output says is the name of one or more drawings."""
    if output.kind != "execute_result" or len(output.forms) != 1 or output.caption or output.label:
        return False
    form = output.forms[0]
    if form.mime != "text/plain" or len(form.text) > _MAX_CHARS or not form.text.lstrip().startswith(_STARTS):
        return False
    rest, found = _DRAWING.subn("", form.text)
    return found > 0 and _AROUND.fullmatch(rest) is not None


_STARTS = ("<", "[<", "(<", "Text(", "[Text(", "array([<", "array([[<")


def has_picture(blocks: Blocks, number: int) -> bool:
    """Whether another output of the same cell, before or behind the one at ``number``, is a picture."""
    near = (*blocks[max(0, number - _NEAR) : number], *blocks[number + 1 : number + 1 + _NEAR])
    return any(_is_picture(block, blocks[number]) for block in near)


_NEAR = 8
"""Outputs of one cell that are looked at on each side."""


def _is_picture(block: object, named: object) -> bool:
    if not isinstance(block, Output) or not isinstance(named, Output) or block.where is None or named.where is None:
        return False
    same = (block.where.source, block.where.cell) == (named.where.source, named.where.cell)
    return same and any(form.mime.startswith("image/") for form in block.forms)
