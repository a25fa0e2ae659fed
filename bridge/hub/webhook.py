"""Messages to channels over their incoming webhooks. The address is the credential: it is in no message and no log."""

from __future__ import annotations

import logging

import httpx

from adapters.errors import AuthError, RateLimited, Refused, WikiError, WikiUnavailable
from adapters.retry import RetryPolicy, retry_after_seconds
from bridge.credentials import Webhook
from converters.errors import ConfigError

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0
ATTEMPTS = 5
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def post(webhook: Webhook, message: str, policy: RetryPolicy | None = None) -> int:
    """Sends a message; how many attempts it took. A lost answer is not sent again: twice is worse than late.

    Raises ConfigError for an address that is none, AuthError, Refused, RateLimited, WikiUnavailable.
    """
    if not _usable(webhook.url):
        raise ConfigError(f"the address of webhook {webhook.name!r} is no https address", where="hub.webhooks")
    attempts = 0

    def once() -> None:
        nonlocal attempts
        attempts += 1
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            try:
                headers = {"Content-Type": "application/json; charset=utf-8"}
                answer = client.post(webhook.url, content=message.encode(), headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise _unreachable(webhook, error, "always") from None
            except httpx.HTTPError as error:
                raise _unreachable(webhook, error, "never") from None
        _check(webhook, answer)

    (policy or RetryPolicy(ATTEMPTS)).call(once, idempotent=False)
    return attempts


def _usable(url: str) -> bool:
    """Whether it is an https address (on this machine also http) that can be asked; no error tells what it was."""
    try:
        parts = httpx.URL(url)
        host = parts.host
    except (httpx.InvalidURL, ValueError):
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))


def _unreachable(webhook: Webhook, error: Exception, retry: str) -> WikiError:
    text = f"webhook {webhook.name!r} can't be reached ({type(error).__name__})"
    return WikiUnavailable(
        text, hint="check the network and its address", retry="always" if retry == "always" else "never"
    )


def _check(webhook: Webhook, answer: httpx.Response) -> None:
    if answer.is_success:
        return
    status, wait = answer.status_code, retry_after_seconds(answer.headers.get("retry-after"))
    name = f"webhook {webhook.name!r}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise RateLimited(f"{name} takes no more messages just now", retry_after_s=wait, status=status)
    if status in {401, 403, 404, 410}:
        raise AuthError(f"{name} doesn't exist or is closed ({status})", hint="make a new one", status=status)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        # Slack and Teams answer so for messages that they did not take.
        raise WikiUnavailable(f"{name} answers {status}", retry="always", retry_after_s=wait, status=status)
    said = " ".join(answer.text.split())[:120].replace(webhook.url, "…")
    raise Refused(f"{name} refused the message ({status}): {said}", status=status)
