"""Who may read a page: set before anything of the report is on it, and refused where a name isn't known.

Source: Confluence reference, section 3, "Restrictions". Who publishes is always among those who may read: nobody is
above a restriction, and who leaves himself out locks himself out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.base import PageId, Record
from adapters.errors import Refused

if TYPE_CHECKING:
    from adapters.confluence.cloud_client import CloudClient
    from adapters.confluence.datacenter_client import DataCenterClient

STATE = "readers"
OPENING = "opening"
"""In the state of a record whose page is being closed or opened: after a killed run that is to be done again."""
GROUP = "group:"


class Restrictions:
    """Read restrictions of pages. ``user:ID`` and ``group:NAME`` are subjects as the record keeps them."""

    def __init__(self, client: CloudClient | DataCenterClient) -> None:
        self._client = client
        self._subjects: dict[str, str] = {}
        self._me = ""

    def close(self, page: PageId, readers: Sequence[str], known: Record | None, *, fresh: bool) -> dict[str, object]:
        """The page readable by these and by us, nobody else; the record's state. Raises Refused for an unknown name."""
        wanted = self._wanted(readers)
        if known is None or known.state.get(STATE) != wanted or known.state.get(OPENING):
            update = [] if fresh else self._client.restrictions(page).get("update", [])
            self._client.restrict(page, {"read": wanted, "update": update})
        return {STATE: wanted}

    def closing(self, readers: Sequence[str], known: Record | None) -> dict[str, object]:
        """What the record's state is to hold before an open page is closed, else nobody would open it after a killed run."""
        if known is None or known.state.get(STATE):
            return {}
        return {STATE: self._wanted(readers), OPENING: True}

    def _wanted(self, readers: Sequence[str]) -> list[str]:
        return sorted({self._own(), *(self._subject(name) for name in readers)})

    def check(self, readers: Sequence[str]) -> None:
        """Nothing. Raises Refused where somebody of these isn't known, before there is a page."""
        for name in readers:
            self._subject(name)

    def opening(self, known: Record | None) -> dict[str, object]:
        """What the record's state holds of a page that we closed until :meth:`open` is done."""
        ours = known.state.get(STATE) if known is not None else None
        return {STATE: ours, OPENING: True} if ours else {}

    def open(self, page: PageId, known: Record | None) -> None:
        """A page that we closed readable again, unless people have changed who may read it since."""
        ours = known.state.get(STATE) if known is not None else None
        if ours:
            there = self._client.restrictions(page)
            if sorted(there.get("read", [])) == ours:
                self._client.restrict(page, {"read": [], "update": there.get("update", [])})

    def _own(self) -> str:
        if not self._me:
            self._me = f"user:{self._client.own_name()}"
        return self._me

    def _subject(self, name: str) -> str:
        if name not in self._subjects:
            if name.startswith(GROUP):
                self._subjects[name] = f"{GROUP}{name.removeprefix(GROUP).strip()}"
            else:
                found = self._client.account(name)
                if not found:
                    hint = f"write {self._client.names}, or group:NAME; the report was not published"
                    raise Refused(f"allow names somebody whom this wiki doesn't know: {name!r}", hint=hint)
                self._subjects[name] = f"user:{found}"
        return self._subjects[name]
