"""Confluence, Cloud and Data Center. Nothing heavy is imported before a target is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from adapters.base import Wiki
    from adapters.confluence.transport import Transport
    from adapters.settings import TargetSettings


def open_confluence(settings: TargetSettings) -> Wiki:
    """The adapter of a target. At most one request, and only where address and settings don't tell Cloud from
    Data Center. Raises AuthError without a token, WikiUnavailable.
    """
    from adapters.confluence.cloud import CloudWiki
    from adapters.confluence.cloud_client import CloudClient
    from adapters.confluence.datacenter import DataCenterWiki
    from adapters.confluence.datacenter_client import DataCenterClient
    from adapters.confluence.gateway import Gateway
    from adapters.confluence.transport import Transport
    from adapters.errors import AuthError

    if not settings.token:
        raise AuthError(
            f"target {settings.name!r} has no token", hint="set the environment variable that token_env names"
        )
    base = settings.url.rstrip("/")
    cloud = _is_cloud(base, settings, Transport)
    if cloud:
        base = base if urlsplit(base).path.endswith("/wiki") else f"{base}/wiki"
        site = Transport(base, settings)
        site.gateway = Gateway(site)
        return CloudWiki(CloudClient(site), settings)
    return DataCenterWiki(DataCenterClient(Transport(base, settings)), settings)


def _is_cloud(base: str, settings: TargetSettings, transport: type[Transport]) -> bool:
    """Whether the address is Confluence Cloud's. Source: Confluence reference, section 1."""
    from adapters.confluence.gateway import TENANT
    from adapters.errors import AuthError, NotFound, PermissionDenied, Refused, WikiUnavailable

    if settings.deployment != "auto":
        return settings.deployment == "cloud"
    address = urlsplit(base)
    host = address.hostname or ""
    if host.endswith(".atlassian.net") or address.path.endswith("/wiki"):
        return True
    # A Cloud site under its own domain answers this without credentials; nothing else does. No token is sent.
    probe = transport(base, settings, anonymous=True)
    try:
        answer = probe.get(TENANT, attempts=3)
    except (AuthError, NotFound, PermissionDenied, Refused):
        return False
    except WikiUnavailable as error:
        if error.status is None:
            raise
        return False  # a web page, as a sign-in screen in front of a Data Center gives
    finally:
        probe.close()
    return isinstance(answer, dict) and bool(answer.get("cloudId"))
