"""What ``doctor`` says of a Confluence target. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.base import Finding, failed
from adapters.confluence.cloud_client import CloudClient
from adapters.errors import WikiError

if TYPE_CHECKING:
    from adapters.confluence.wiki import ConfluenceWiki

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def examine(wiki: ConfluenceWiki) -> list[Finding]:
    """Findings in the order in which a person would mend them; stops where nothing further can be known."""
    cloud = isinstance(wiki.client, CloudClient)
    flavour = "Confluence Cloud (REST v2)" if cloud else "Confluence Data Center (REST v1)"
    findings = [Finding("ok", "api", f"{flavour} at {wiki.client.site}")]
    address = urlsplit(wiki.client.site)
    if address.scheme == "http" and address.hostname not in _LOCAL:
        findings.append(Finding("warn", "url", "the token travels unencrypted over http", "use an https address"))
    try:
        account = wiki.login()
        email = f" <{account.email}>" if account.email else ""
        findings.append(Finding("ok", "credentials", f"signed in as {account.name}{email}, with {_token(wiki)}"))
    except WikiError as error:
        return [*findings, failed("credentials", error)]
    try:
        findings += _place(wiki)
    except WikiError as error:
        findings.append(failed("space", error))
    return findings


def _token(wiki: ConfluenceWiki) -> str:
    """What kind of credentials the wiki took."""
    if "/ex/confluence/" in wiki.client.http.base:
        return "an API token with scopes, through the gateway"
    if isinstance(wiki.client, CloudClient):
        return "an API token" if wiki.settings.user else "an access token"
    return "user and password" if wiki.settings.user else "a personal access token"


def _place(wiki: ConfluenceWiki) -> list[Finding]:
    space, root = wiki._place()  # noqa: SLF001  (the same package's own view of the target)
    findings = [Finding("ok", "space", f"{space.key} ({space.name})")]
    if root.id:
        findings.append(Finding("ok", "parent", f"{root.title} ({root.id})"))
    else:
        findings.append(Finding("warn", "parent", f"{root.title!r} will be created below the space's home page"))
    if isinstance(wiki.client, CloudClient):
        may = wiki.client.may_create(space, root.id or space.home)
        hint = "ask a space administrator for the right to add and edit pages and attachments"
        if may is False:
            findings.append(
                Finding("fail", "permission", "this account may not edit the parent page", hint, "credentials")
            )
        elif may:
            findings.append(Finding("ok", "permission", "may edit the parent page"))
        else:
            findings.append(Finding("warn", "permission", "the wiki does not say what this account may do", hint))
    else:
        findings.append(Finding("warn", "permission", "Data Center tells rights only when something is written"))
    return findings
