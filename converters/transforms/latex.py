r"""LaTeX as kernels send it (``$…$``, ``\[…\]``, environments) → equations; anything else is not ours to typeset."""

from __future__ import annotations

import re

from converters.model import Blocks, Math, Where
from converters.readers.tex_tables import tex_table

_DELIMITED = re.compile(
    r"\s*(?:\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]|\$(?P<c>[^$]+)\$|\\\((?P<d>.+?)\\\))\s*", re.DOTALL
)
_ENVIRONMENT = re.compile(
    r"\s*(\\begin\{(equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|math)(\*?)\}.*?\\end\{\2\3\})\s*",
    re.DOTALL,
)
_SINGLE = re.compile(
    r"\\begin\{(?:equation|displaymath|math)\*?\}(.*)\\end\{(?:equation|displaymath|math)\*?\}", re.DOTALL
)


def latex_blocks(text: str, where: Where | None) -> Blocks:
    """One equation a part, if the text is nothing but equations; a table, if it is one; else nothing."""
    if (table := tex_table(text, where)) is not None:
        return (table,)
    result: list[Math] = []
    position = 0
    while position < len(text):
        match = _DELIMITED.match(text, position)
        if match:
            tex = next(group for group in match.groups() if group)
        else:
            match = _ENVIRONMENT.match(text, position)
            if match is None:
                return ()
            tex = match[1]
        single = _SINGLE.fullmatch(tex.strip())
        tex = (single[1] if single else tex).replace("\\displaystyle", "", 1).strip()
        if tex:
            result.append(Math(tex, where=where))
        position = match.end()
    return tuple(result)
