"""From an error to one line of text and an exit code: the one place."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.errors import AuthError, NotFound, PermissionDenied, WikiError, WikiUnavailable
from bridge.discover import UsageError
from bridge.remote import HostUnavailable
from bridge.reports import Conflict
from bridge.sync.actions import Action
from converters.errors import BridgeError, ConfigError, ConversionError, SecretsFound

DONE, SOME_FAILED, USAGE, CONFIGURATION, CONVERSION, CREDENTIALS, UNREACHABLE, CONFLICTS, SECRETS = range(9)
CHANGES, CHANGES_WITH_CONFLICTS = 10, 11
INTERRUPTED = 130

_CODES: tuple[tuple[type[BridgeError], int], ...] = (
    (UsageError, USAGE),
    (ConfigError, CONFIGURATION),
    (ConversionError, CONVERSION),
    (SecretsFound, SECRETS),
    (AuthError, CREDENTIALS),
    (PermissionDenied, CREDENTIALS),
    (NotFound, CONFIGURATION),  # outside a page's own action: the space, parent or database of the configuration
    (Conflict, CONFLICTS),
    (WikiUnavailable, UNREACHABLE),
    (HostUnavailable, UNREACHABLE),
    (WikiError, SOME_FAILED),
)


def exit_code(error: BridgeError) -> int:
    """The exit code of an error that ended the command."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), SOME_FAILED)


def message(error: BridgeError) -> str:
    """The error in one line."""
    return " ".join(str(error).split())


def of_sync(actions: Iterable[Action]) -> int:
    """The exit code of a finished sync: failures weigh more than conflicts."""
    verbs = {one.verb for one in actions}
    if "error" in verbs:
        return SOME_FAILED
    return CONFLICTS if "conflict" in verbs else DONE


def of_plan(actions: Iterable[Action]) -> int:
    """The exit code of ``plan --exit-code``."""
    verbs = {one.verb for one in actions}
    if "error" in verbs:
        return SOME_FAILED
    if "conflict" in verbs:
        return CHANGES_WITH_CONFLICTS
    return CHANGES if verbs & {"create", "update", "move", "archive"} else DONE
