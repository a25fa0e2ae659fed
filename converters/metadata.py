"""What is known of a report besides its text: canonical fields, whatever dialect they came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Status: TypeAlias = Literal["", "draft", "review", "published", "stale", "superseded", "archived"]


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """An author, owner or reviewer. ``user`` is a wiki user id where one was resolved."""

    name: str
    email: str = ""
    orcid: str = ""
    affiliation: str = ""
    url: str = ""
    user: str = ""


class DataSource(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where numbers came from."""

    name: str
    owner: str = ""
    as_of: str = ""
    url: str = ""
    query: str = ""


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a source stands and how it was run. Dates are ISO 8601; durations seconds."""

    path: str = ""
    repository: str = ""
    branch: str = ""
    commit: str = ""
    dirty: bool = False
    permalink: str = ""
    kernel: str = ""
    language: str = ""
    executed: str = ""
    duration_s: float | None = None
    executed_by: str = ""
    environment: tuple[str, ...] = ()
    started: str = ""
    failure: str = ""
    """The error that ended the run, in one line; empty where it went through."""
    order: Literal["", "top to bottom", "out of order", "in part", "not at all"] = ""
    """How far the code cells were run in their order; empty where that can't be told."""


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """Canonical metadata. Empty string or tuple means not given; dates are ISO 8601 days or times."""

    title: str = ""
    subtitle: str = ""
    summary: str = ""
    authors: tuple[Person, ...] = ()
    owner: Person | None = None
    reviewers: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    team: str = ""
    hub: str = ""
    created: str = ""
    updated: str = ""
    data_as_of: str = ""
    refresh_every: str = ""
    review_by: str = ""
    status: Status = ""
    visibility: Literal["", "public", "restricted", "private"] = ""
    allow: tuple[str, ...] = ()
    thumbnail: str = ""
    """A path, an address, the number of a picture counted from 0, or ``none``; empty: the first good figure."""
    path: str = ""
    parent: str = ""
    order: float | None = None
    """Its place among the pages below its parent, smallest first."""
    aliases: tuple[str, ...] = ()
    id: str = ""
    main: str = ""
    files: tuple[str, ...] = ()
    kind: str = ""
    reports: tuple[str, ...] = ()
    code: Literal["", "fold", "show", "omit"] = ""
    toc: bool | None = None
    toc_depth: int | None = None
    numbering: bool | None = None
    language: str = ""
    license: str = ""
    doi: str = ""
    citation: str = ""
    notify: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    superseded_by: str = ""
    data_sources: tuple[DataSource, ...] = ()
    params: Mapping[str, object] = {}
    run: Mapping[str, str] = {}
    """Where readers can run it: ``binder``, ``colab``, ``jupyterhub`` and others → an https address."""
    environment: tuple[str, ...] = ()
    """Files that say what it needs to run, by path relative to the source root."""
    source: Mapping[str, str] = {}
    """Where the author says that it stands: ``repo``, ``url``, ``edit`` → an https address without credentials."""
    execute: Mapping[str, object] = {}
    """How the author's own tool runs it and what of each cell it shows: Quarto's ``execute``."""
    wiki: Mapping[str, Mapping[str, str]] = {}
    reading_minutes: int = 0
    """What its narrative takes to read, counted by the transforms; 0 for a few lines."""
    provenance: Provenance = Provenance()
    extra: Mapping[str, object] = {}
    """Keys that nbwiki doesn't know, kept as they were (JSON values)."""

    @property
    def readers(self) -> frozenset[str] | None:
        """Who alone may read it, as ``allow`` names them (none: only who publishes it); None: all readers of the wiki."""
        return frozenset(self.allow) if self.visibility in {"restricted", "private"} else None

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the fields that hold something."""
        none = Metadata()
        names = (name for name in self.__struct_fields__ if name not in {"provenance", "reading_minutes"})
        return tuple(name for name in names if getattr(self, name) != getattr(none, name))
