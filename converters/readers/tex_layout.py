"""LaTeX that only says how printed pages look: no page of a wiki has anything of it, and its author's HTML doesn't either."""

from __future__ import annotations

import re
from functools import cache

_PLAIN = (
    "newpage|pagebreak|nopagebreak|clearpage|cleardoublepage|bigskip|medskip|smallskip|noindent|centering|raggedright"
    "|raggedleft|vfill|hfill|appendix|tableofcontents|listoffigures|listoftables|maketitle|normalsize|small|footnotesize"
    "|scriptsize|tiny|large|Large|singlespacing|doublespacing|onehalfspacing|FloatBarrier|frontmatter|mainmatter|backmatter"
    "|landscape|endlandscape|allowdisplaybreaks|sloppy|onecolumn|twocolumn|printbibliography|makeatletter|makeatother"
)
_WITH = (
    r"vspace\*?|hspace\*?|setlength|addtolength|pagestyle|thispagestyle|pagenumbering|newgeometry|setcounter|addtocounter"
    r"|renewcommand|addcontentsline|baselineskip|linespread|fontsize|selectfont|usepackage|setstretch|pagecolor"
)
_COMMAND = (
    rf"\\(?:(?:{_PLAIN})(?![A-Za-z])(?:\[\d\])?|(?:{_WITH})(?:[ \t]*(?:\{{[^{{}}\n]*\}}|\[[^\[\]\n]*\])){{1,4}}+)"
)


@cache
def layout_line() -> re.Pattern[str]:
    """A line of nothing but such commands. Made when first needed, as the next: few texts do, and each takes a ms."""
    return re.compile(rf"^[ \t]*(?:{_COMMAND}[ \t]*)++$", re.MULTILINE)


@cache
def _layout() -> re.Pattern[str]:
    return re.compile(rf"(?:{_COMMAND}|%[^\n]*|\s)*+\Z")


def is_layout(tex: str) -> bool:
    """Whether a piece of LaTeX holds nothing that could be read."""
    return _layout().match(tex) is not None
