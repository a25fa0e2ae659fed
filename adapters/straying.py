"""Pages that people took away from where a wiki keeps what nbwiki knows of them. Optional (:class:`Straying`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from adapters.base import Observed, Record, Tracked


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """A report that has no record: the keys that it has or had, the paths that its page may name, its title.

    ``search`` off: a page of nbwiki's own (the hub's), which is looked for only where something tells of it. ``trashed``: the
    record of its page in the trash, instead of which it may have been given another one: no search either.
    """

    keys: tuple[str, ...]
    paths: tuple[str, ...] = ()
    title: str = ""
    search: bool = True
    trashed: Record | None = None


@runtime_checkable
class Straying(Protocol):
    """A wiki where a page that people move loses its record."""

    def strayed(self, sought: Sequence[Sought], observed: Observed) -> Mapping[str, Tracked]:
        """Those of the reports that have a page all the same, by their first key. Its record tells no more than key
        and title. ``page.status`` ``outside``: it stands elsewhere now; ``current``: people brought it back.

        No request where there are no pages of ours; else one for each page that is known to have gone, and one or two in
        all for the others. Raises WikiUnavailable, AuthError.
        """
