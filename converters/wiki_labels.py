"""Names as labels of a wiki that takes no blanks and no capitals in them: what readers click, and lists look for."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FORBIDDEN = re.compile(r"[:;,.?&\[\]()#^*@!'<>`\"/\\|=+{}~$%]")
_SPACES = re.compile(r"[\s_]+")
MAX_LABEL = 255


def labels_of(tags: Iterable[str]) -> list[str]:
    """Tags as Confluence labels. Source: Confluence reference, section 3, Labels."""
    names = (_SPACES.sub("-", _FORBIDDEN.sub("", tag.strip().lower()).strip()).strip("-") for tag in tags)
    return [name[:MAX_LABEL] for name in dict.fromkeys(names) if name]
