"""What is known of a report besides its text: canonical fields, whatever dialect they came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


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
    status: Literal["", "draft", "review", "published", "archived"] = ""
    visibility: Literal["", "public", "restricted", "private"] = ""
    allow: tuple[str, ...] = ()
    thumbnail: str = ""
    path: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    id: str = ""
    main: str = ""
    files: tuple[str, ...] = ()
    kind: str = ""
    reports: tuple[str, ...] = ()
    code: Literal["", "fold", "show", "omit"] = ""
    toc: bool | None = None
    numbering: bool | None = None
    language: str = ""
    license: str = ""
    doi: str = ""
    citation: str = ""
    notify: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    data_sources: tuple[DataSource, ...] = ()
    params: Mapping[str, object] = {}
    run: Mapping[str, str] = {}
    wiki: Mapping[str, Mapping[str, str]] = {}
    provenance: Provenance = Provenance()
    extra: Mapping[str, object] = {}
    """Keys that nbwiki doesn't know, kept as they were (JSON values)."""
