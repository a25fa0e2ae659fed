"""The settings as frozen values: one struct a section of ``nbwiki.toml``, each field with its help beside it.

:mod:`bridge.config` fills them (flags > environment > file > default); ``config.example.toml`` shows every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from converters.metadata import Metadata
from converters.options import EMBED_HOSTS, Limits

Code: TypeAlias = Literal["fold", "show", "omit"]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections."""


class SourceSettings(_Section, frozen=True):
    """``[source]``: which files are reports."""

    root: Annotated[str, Meta(description="folder of the sources, relative to the configuration file")] = "."
    include: Annotated[
        tuple[str, ...], Meta(description="globs of files that are reports; of scripts only those that are notebooks")
    ] = (
        "**/*.ipynb",
        "**/*.Rmd",
        "**/*.qmd",
        "**/*.nb.html",
        "**/*.py",
        "**/*.R",
        "**/*.jl",
        "reports/**/*.md",
    )
    exclude: Annotated[tuple[str, ...], Meta(description="globs of files that are not reports")] = (
        "**/.ipynb_checkpoints/**",
    )
    repository: Annotated[
        str, Meta(description="address or name of the repository: for links, and to tell reports apart; from git")
    ] = ""


class TargetSection(_Section, frozen=True):
    """``[targets.NAME]``: one wiki to publish to."""

    kind: Annotated[str, Meta(description="confluence or notion (or the name of an installed adapter)")]
    url: Annotated[str, Meta(description="base address of the wiki")] = ""
    deployment: Annotated[Literal["auto", "cloud", "datacenter"], Meta(description="which Confluence it is")] = "auto"
    space: Annotated[str, Meta(description="key of the Confluence space")] = ""
    parent: Annotated[
        str, Meta(description="page (on Confluence Cloud: or folder) under which everything goes: title, id or URL")
    ] = ""
    database: Annotated[str, Meta(description="Notion database to fill, instead of making one under parent")] = ""
    user_env: Annotated[str, Meta(description="environment variable with the account's e-mail (Cloud)")] = ""
    token_env: Annotated[str, Meta(description="environment variable with the API token")] = ""
    ca_bundle: Annotated[str, Meta(description="file of certificates to trust, for wikis with their own CA")] = ""
    proxy: Annotated[str, Meta(description="HTTP proxy for this wiki")] = ""
    timeout_s: Annotated[float, Meta(description="seconds to wait for one answer", gt=0)] = 60.0
    max_attempts: Annotated[int, Meta(description="attempts of one request", ge=1)] = 6
    math: Annotated[
        str,
        Meta(
            description="Confluence equations: image or macro:<name> (macro:inline/block for an add-on with two)",
            pattern=r"^(image|macro:[\w.-]+(\[[\w.-]*\])?(/[\w.-]+(\[[\w.-]*\])?)?)$",
        ),
    ] = "image"
    unused_files: Annotated[
        Literal["keep", "trash"],
        Meta(description="pictures that a Confluence page no longer shows: kept for its old versions, or to the trash"),
    ] = "keep"
    folders: Annotated[
        Literal["property", "pages"],
        Meta(description="Notion: folders as a property of reports, or as nested pages that show their reports, too"),
    ] = "property"
    block_limit: Annotated[
        int,
        Meta(
            description="Notion: blocks that a free workspace of several members takes for ever (1000); 0: no limit",
            ge=0,
        ),
    ] = 0
    earlier_comments: Annotated[
        bool, Meta(description="list inline comments whose words are gone at the end of their Confluence page")
    ] = True


class WebhookSection(_Section, frozen=True):
    """``[hub.webhooks.NAME]``: one channel that is told what is new."""

    kind: Annotated[Literal["slack", "teams", "json"], Meta(description="the shape of its messages")]
    url_env: Annotated[str, Meta(description="environment variable with its address, which is a secret")]


class HubSettings(_Section, frozen=True):
    """``[hub]``: the pages around the reports."""

    enabled: Annotated[bool, Meta(description="make home, topics, authors and what's new")] = False
    title: Annotated[str, Meta(description="title of the home page", min_length=1)] = "Report library"
    about: Annotated[str, Meta(description="what the library is, in one sentence on its home page")] = (
        "What our data teams found out. Find a report by topic, team, author or date; each one begins with its conclusion."
    )
    recent: Annotated[int, Meta(description="recently updated reports on home", ge=1, le=50)] = 8
    pinned: Annotated[tuple[str, ...], Meta(description="reports on top of home, by path or id")] = ()
    people: Annotated[
        Mapping[str, str], Meta(description="wiki accounts of authors, by e-mail or name, where the wiki can't tell")
    ] = {}
    left: Annotated[
        tuple[str, ...], Meta(description="authors and owners who are no longer here, by e-mail or name")
    ] = ()
    topics: Annotated[tuple[str, ...], Meta(description="topics that are allowed; empty: all")] = ()
    aliases: Annotated[Mapping[str, str], Meta(description="other names of topics, and what they are shown as")] = {}
    webhooks: Annotated[
        Mapping[str, WebhookSection], Meta(description="where `nbwiki digest --post NAME` sends what is new")
    ] = {}


class SecretsSettings(_Section, frozen=True):
    """``[secrets]``: what to do with credentials found in a report."""

    policy: Annotated[Literal["block", "redact", "warn"], Meta(description="what to do with credentials found")] = (
        "block"
    )
    allow: Annotated[tuple[str, ...], Meta(description="findings that are known to be harmless")] = ()


class ExecuteSettings(_Section, frozen=True):
    """``[execute]``: running notebooks before they are published."""

    enabled: Annotated[bool, Meta(description="run notebooks in a fresh kernel before publishing")] = False
    timeout_s: Annotated[int, Meta(description="seconds that one cell may take", ge=1)] = 600
    kernel: Annotated[str, Meta(description="kernel to use; default: the notebook's own")] = ""
    parameters: Annotated[Mapping[str, object], Meta(description="values set in a cell before the first")] = {}


class InteractiveSettings(_Section, frozen=True):
    """``[interactive]``: interactive figures."""

    attach: Annotated[bool, Meta(description="attach the standalone HTML of interactive figures")] = True
    draw: Annotated[bool, Meta(description="draw figures without a picture, in a browser of this machine")] = True
    browser: Annotated[str, Meta(description="command or path of a Chrome or Chromium; default: the one found")] = ""
    publish_to: Annotated[str, Meta(description="where to put their HTML, such as s3://bucket/folder")] = ""
    public_url: Annotated[str, Meta(description="address under which readers reach publish_to")] = ""


class ConvertSettings(_Section, frozen=True):
    """``[convert]``: what of a document is published."""

    remove_cell_tags: Annotated[tuple[str, ...], Meta(description="cells with one of these tags are left out")] = ()
    remove_input_tags: Annotated[tuple[str, ...], Meta(description="cells whose code is left out")] = ()
    remove_output_tags: Annotated[tuple[str, ...], Meta(description="cells whose outputs are left out")] = ()
    remove_cell_patterns: Annotated[tuple[str, ...], Meta(description="cells that match are left out (regex)")] = ()
    preprocessors: Annotated[
        Mapping[str, Mapping[str, object]], Meta(description="nbconvert preprocessors by class name, with traits")
    ] = {}
    attach_source: Annotated[
        bool, Meta(description="attach the notebook or script to its page; not Markdown without code")
    ] = True
    embed_hosts: Annotated[tuple[str, ...], Meta(description="hosts whose pages may be shown in place")] = EMBED_HOSTS
    picture_cache: Annotated[
        str, Meta(description="folder that keeps drawn pictures; default: the user's cache folder; off: none")
    ] = ""


class File(_Section, frozen=True):
    """The whole of ``nbwiki.toml``."""

    source: SourceSettings = SourceSettings()
    defaults: Mapping[str, object] = {}
    targets: Mapping[str, TargetSection] = {}
    hub: HubSettings = HubSettings()
    secrets: SecretsSettings = SecretsSettings()
    execute: ExecuteSettings = ExecuteSettings()
    interactive: InteractiveSettings = InteractiveSettings()
    convert: ConvertSettings = ConvertSettings()
    limits: Limits = Limits()


SECTIONS: dict[str, type[msgspec.Struct]] = {
    field.name: field.type
    for field in msgspec.structs.fields(File)
    if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
}
"""Sections with fixed keys, by name."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was configured. ``path`` is None where there is no configuration file."""

    root: Path
    path: Path | None = None
    file: File = File()
    defaults: Metadata = Metadata()
    given: frozenset[str] = frozenset()
    """Dotted names of the keys that the file or the environment set."""
