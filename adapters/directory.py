"""People of a wiki by their e-mail addresses: what an adapter promises that can find them itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable


class Person(NamedTuple):
    """Whom to look for. Both are as a document gives them; the e-mail is never empty."""

    name: str
    email: str


@runtime_checkable
class Directory(Protocol):
    """A wiki that can be asked for accounts."""

    def accounts(self, people: Sequence[Person]) -> Mapping[str, str]:
        """Accounts by e-mail, in the form that the wiki's mentions take; only of people of whom the wiki itself gives
        proof: a name alone is no proof. Two requests a person at most. Nothing where people may not be searched for.
        """
