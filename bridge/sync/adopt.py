"""Pages that are there and not ours, as far as a plan needs to know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from adapters.adopting import Adopting
from adapters.base import Page, PageId, Tracked, Wiki
from bridge.sync.actions import Flags, Local


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the way of new pages, or may become theirs.

    ``titled`` are pages by the title that they hold, ``named`` those that a document names as its own, by its key;
    ``owners`` the keys of the records on those that might be adopted: of other repositories, other targets.
    """

    titled: Mapping[str, Page] = {}
    named: Mapping[str, Page] = {}
    owners: Mapping[PageId, str] = {}

    def with_those(self, other: Foreign) -> Foreign:
        """Both together."""
        return Foreign(
            titled={**self.titled, **other.titled},
            named={**self.named, **other.named},
            owners={**self.owners, **other.owners},
        )

    def of(self, local: Local, ours: frozenset[PageId]) -> tuple[Page | None, Page | None]:
        """Who holds the report's title, and the page that it names; none of ours, and a post holds no page's title."""
        titled = None if local.post else self.titled.get(local.title)
        return (titled if titled is not None and titled.id not in ours else None), self.named.get(local.key)


def foreign_pages(wiki: Wiki, locals_: Sequence[Local], was: Mapping[str, Tracked], flags: Flags) -> Foreign:
    """Looks up titles that we don't hold yet and pages that new reports name: no request where there are none."""
    pages = [one for one in locals_ if not one.post and not one.error]
    titles = {one.title for one in pages if one.key not in was or was[one.key].record.title != one.title}
    titled = dict(wiki.find_titles(titles)) if titles and wiki.caps.unique_titles else {}
    wanted = {one.key: one.named for one in pages if one.named and one.key not in was}
    if not isinstance(wiki, Adopting):
        return Foreign(titled=titled)
    found = wiki.find_pages(set(wanted.values())) if wanted else {}
    named = {key: found[page] for key, page in wanted.items() if page in found}
    owners: dict[PageId, str] = {}
    fresh = {one.title for one in pages if one.key not in was}
    ours = {one.page.id for one in was.values() if one.page is not None}
    for page in {
        one.id: one for one in (*named.values(), *(titled[each] for each in titled if each in fresh))
    }.values():
        if flags.adopt and page.id not in ours and page.status == "current":
            record = wiki.record_on(page)
            owners[page.id] = record.key if record is not None else ""
    return Foreign(titled=titled, named=named, owners=owners)
