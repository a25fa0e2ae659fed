"""The gateway for API tokens with scopes: a Cloud site itself does not take those. Source: Confluence reference, section 1."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.errors import AuthError, PermissionDenied, WikiError

if TYPE_CHECKING:
    from adapters.confluence.transport import Transport

ADDRESS = "https://api.atlassian.com"
TENANT = "_edge/tenant_info"
"""Answers with the site's cloud id, without credentials, on Cloud only."""


class Gateway:
    """Finds out, once, whether a token that the site refuses is one with scopes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._looked = False

    def takes_over(self, refused_by: str) -> bool:
        """Whether requests go elsewhere from now on than to the address that answered 401. Asks the gateway at most once."""
        with self._lock:
            if self._transport.base != refused_by:
                return True  # another thread has found out meanwhile
            if self._looked:
                return False
            self._looked = True
            base = self._base()
            if not base or not self._knows_us(base):
                return False
            self._transport.go_to(base)
            return True

    def _base(self) -> str:
        settings = self._transport.settings
        site = urlsplit(self._transport.base)
        # A token never goes from an unencrypted site to another host.
        gateway = settings.gateway or (ADDRESS if site.scheme == "https" else "")
        if not gateway or "/ex/confluence/" in site.path:
            return ""
        # The tenant's address is the host's, above /wiki.
        probe = self._transport.beside(f"{site.scheme}://{site.netloc}", anonymous=True)
        try:
            cloud = probe.get(TENANT, attempts=2).get("cloudId")
        except WikiError:
            return ""
        finally:
            probe.close()
        return f"{gateway}/ex/confluence/{cloud}/wiki" if cloud else ""

    def _knows_us(self, base: str) -> bool:
        probe = self._transport.beside(base)
        try:
            probe.get("rest/api/user/current", attempts=2)
        except PermissionDenied:
            return True  # known, without this scope
        except (AuthError, WikiError):
            return False
        finally:
            probe.close()
        return True
