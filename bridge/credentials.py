"""What the configuration names and never holds: tokens, users and addresses of channels, out of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from adapters.errors import AuthError
from adapters.settings import TargetSettings, Token
from bridge.keys import suggestion
from bridge.settings import Settings, TargetSection
from converters.errors import ConfigError

MIN_SECRET = 12
"""Characters from which an address of a webhook is hidden in logs; shorter ones are none."""
DEFAULT_TOKEN_ENV = {"confluence": "CONFLUENCE_TOKEN", "notion": "NOTION_TOKEN"}
TOKEN_PAGES = {
    "confluence": "make one at https://id.atlassian.com/manage-profile/security/api-tokens "
    "(Data Center: your profile, Personal Access Tokens)",
    "notion": "make one at https://www.notion.so/profile/integrations and share the parent page with it",
}
DEFAULT_URL = {"notion": "https://api.notion.com"}


class Webhook(NamedTuple):
    """A channel: its name in the configuration, the shape of its messages, its address, which is a secret."""

    name: str
    kind: str
    url: str


def target(settings: Settings, name: str, env: Mapping[str, str]) -> TargetSettings:
    """A target with its credentials. Raises AuthError where the token is absent, ConfigError otherwise."""
    section = settings.file.targets[name]
    token_env = section.token_env or DEFAULT_TOKEN_ENV.get(section.kind, "NBWIKI_TOKEN")
    value = env.get(token_env, "").strip()
    if not value:
        hint = f"set it in the environment; {TOKEN_PAGES.get(section.kind, 'see the documentation of the adapter')}"
        raise AuthError(f"target {name!r} needs a token, and {token_env} is not set", hint=hint)
    return TargetSettings(
        name=name,
        token=Token(value),
        user=_user(name, section, env),
        url=(section.url or DEFAULT_URL.get(section.kind, "")).rstrip("/"),
        hub=settings.file.hub.enabled,
        **{key: getattr(section, key) for key in _SHARED},
    )


_SHARED = (
    "kind", "deployment", "space", "parent", "database", "ca_bundle", "proxy", "timeout_s", "max_attempts",
    "earlier_comments", "unused_files", "block_limit", "folders",
)  # fmt: skip


def tokens(settings: Settings, env: Mapping[str, str]) -> tuple[str, ...]:
    """All secrets that the configured targets name, to be masked in logs."""
    found: list[str] = []
    for section in settings.file.targets.values():
        name = section.token_env or DEFAULT_TOKEN_ENV.get(section.kind, "NBWIKI_TOKEN")
        token, user = env.get(name, "").strip(), env.get(section.user_env or "", "").strip()
        if token:
            found += [token, f"{user}:{token}"] if user and token != "sandbox" else [token]  # noqa: S105
        found += _passwords(section.proxy, section.url)
    for webhook in settings.file.hub.webhooks.values():
        address = env.get(webhook.url_env, "").strip()
        found += [address, *_secret_parts(address)] if len(address) > MIN_SECRET else []
    found += _passwords(*(value for key, value in env.items() if key.lower().endswith("_proxy")))
    return tuple(dict.fromkeys(found))


def token_variables(settings: Settings) -> frozenset[str]:
    """Names of the environment variables that hold the targets' tokens and the addresses of webhooks."""
    sections = settings.file.targets.values()
    names = {one.token_env or DEFAULT_TOKEN_ENV.get(one.kind, "NBWIKI_TOKEN") for one in sections}
    return frozenset(names | {one.url_env for one in settings.file.hub.webhooks.values()})


def webhook(settings: Settings, name: str, env: Mapping[str, str]) -> Webhook:
    """A channel of ``[hub.webhooks]`` with its address. Raises ConfigError."""
    known = settings.file.hub.webhooks
    if name not in known:
        hint = suggestion(name, known) or (f"configured: {', '.join(known)}" if known else "see config.example.toml")
        raise ConfigError(f"there is no webhook {name!r}", where=str(settings.path or "hub.webhooks"), hint=hint)
    url = env.get(known[name].url_env, "").strip()
    if not url:
        raise AuthError(f"webhook {name!r} needs its address, and {known[name].url_env} is not set")
    return Webhook(name, known[name].kind, url)


def _secret_parts(address: str) -> list[str]:
    """Path and query of a webhook's address, which others may tell without the rest."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    return [one for one in (parts.path, parts.query) if len(one) > MIN_SECRET]


def _passwords(*addresses: str) -> list[str]:
    """The passwords in addresses, as written and as meant."""
    found = [match[1] for one in addresses if (match := re.match(r"\w+://[^/\s:]*:([^/\s]+)@", one))]
    return [form for one in found for form in (one, unquote(one))]


def _user(name: str, section: TargetSection, env: Mapping[str, str]) -> str:
    if not section.user_env:
        return ""
    user = env.get(section.user_env, "").strip()
    if not user:
        hint = "set it to the account's e-mail, or leave user_env out to send the token as bearer"
        raise AuthError(f"target {name!r} needs a user, and {section.user_env} is not set", hint=hint)
    return user
