"""What readers see of a page that is stale or superseded: a label everywhere, and on Cloud the status beside the title."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from adapters.base import PageId
from adapters.errors import NotFound, PermissionDenied, Refused

if TYPE_CHECKING:
    from adapters.confluence.cloud_client import CloudClient

log = logging.getLogger(__name__)

STATES = {"stale": ("Stale", "#ff7452"), "superseded": ("Superseded", "#8777d9")}
"""Name (20 characters at most) and colour, of those that the editor offers. Source:
developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-states."""


def show(client: CloudClient, page: PageId, badge: str) -> bool:
    """Whether the page has a new version because its status was set. A site that takes none keeps the label only."""
    name, color = STATES[badge]
    try:
        client.set_state(page, name, color)
    except (Refused, PermissionDenied, NotFound) as error:
        log.info("the page's status is left alone, the label %r tells: %s", badge, error.message)
        return False
    return True


def hide(client: CloudClient, page: PageId, badge: str) -> bool:
    """Whether the page has a new version because our status was taken away. One that people set since stays."""
    try:
        if client.state(page) != STATES[badge][0]:
            return False
        client.clear_state(page)
    except (Refused, PermissionDenied, NotFound):
        return False
    return True
