"""HTTP to Confluence: one ``AtlassianRestAPI`` per thread, our own retries, errors by how to behave, counters.

The library carries requests (low verbs, explicit paths). What it would do besides is switched off: its retries, its
error handling (it loses codes), its logging of bodies and headers, its multipart (no types, file names as RFC 2231).
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from adapters.base import Requests
from adapters.confluence.gateway import Gateway
from adapters.confluence.limits import Limits
from adapters.confluence.session import Auth, NoAuth, Rest, new_rest
from adapters.confluence.wire import Json, answer_of, encode, multipart
from adapters.errors import AuthError, NotFound, PermissionDenied, WikiError, WikiUnavailable
from adapters.flow import Flow
from adapters.retry import Gate, RetryPolicy
from adapters.settings import TargetSettings

Params: TypeAlias = Mapping[str, str | int | Sequence[str]]

NEWBORN_S = 10.0
"""How long a 404 of a page that we made is not believed. Ours; source: Confluence reference, section 3 (0.5 to 2 s)."""

AT_ONCE = 6
"""Requests under way at most. Source: Confluence reference, section 6: at most six parallel reads; writes are fewer."""
_READS = frozenset({"GET"})


class Transport:
    """Sends requests of one target. Safe for threads; :attr:`requests` counts what was sent."""

    def __init__(self, base: str, settings: TargetSettings, *, anonymous: bool = False) -> None:
        self.base = base
        self.settings = settings
        self.requests = Requests()
        self.policy = RetryPolicy(settings.max_attempts, settings.sleep, Gate(settings.sleep, settings.clock))
        self.flow = Flow(AT_ONCE, settings.clock)
        self._limits = Limits(self.flow, self.policy.gate)
        self._auth: AuthBase = NoAuth() if anonymous else Auth(settings)
        self._local = threading.local()
        # Weak, for threads come and go: what an ended one held is closed with it.
        self._all: weakref.WeakSet[Rest] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._clock = settings.clock or time.monotonic
        self._born: dict[str, float] = {}
        self.gateway: Gateway | None = None
        """Asked where the site refuses our credentials; only Cloud has one."""

    def beside(self, base: str, *, anonymous: bool = False) -> Transport:
        """A transport with the same settings to another address."""
        return Transport(base, self.settings, anonymous=anonymous)

    def go_to(self, base: str) -> None:
        """Requests go there from now on."""
        with self._lock:
            self.base = base
            self._local = threading.local()

    def born(self, page: str) -> None:
        """This page was made just now: for a moment the wiki may say that it isn't there."""
        with self._lock:
            self._born[page] = self._clock()

    def _newborn(self, path: str) -> bool:
        """Whether the path is of a page that was made a moment ago."""
        return any(self._clock() - self._born.get(part, -NEWBORN_S) < NEWBORN_S for part in path.split("/"))

    def get(self, path: str, params: Params | None = None, *, attempts: int | None = None) -> Json:
        """The answer's JSON."""
        return self._call("GET", path, params=params, idempotent=True, attempts=attempts)

    def post(self, path: str, body: object, *, idempotent: bool = False) -> Json:
        """The answer's JSON (an empty object when it has no body). Repeated after a lost answer only if ``idempotent``."""
        return self._call("POST", path, data=encode(body), idempotent=idempotent)

    def put(self, path: str, body: object, *, idempotent: bool = False) -> Json:
        """The answer's JSON."""
        return self._call("PUT", path, data=encode(body), idempotent=idempotent)

    def delete(self, path: str, params: Params | None = None) -> Json:
        """The answer's JSON (an empty object when it has no body)."""
        return self._call("DELETE", path, params=params, idempotent=True)

    def act(self, path: str, params: Params) -> Json:
        """The answer of one of the browser's own actions, which are no REST. Raises PermissionDenied for a web page: those
        actions say so where a right is missing.
        """
        headers = {"X-Atlassian-Token": "no-check", "Accept": "application/json"}
        try:
            return self._call("POST", path, params=params, data=b"", headers=headers, idempotent=True, attempts=2)
        except WikiUnavailable as error:
            if error.status is None or error.status >= 500:
                raise
            raise PermissionDenied(f"{path} answers with a web page: not allowed, or not there") from None

    def upload(self, path: str, name: str, mime: str, data: bytes) -> Json:
        """The answer to a file sent as multipart, with its true type and its name in UTF-8."""
        body, content_type = multipart(name, mime, data)
        # Source: Confluence reference, section 8: without this header 403; Data Center wants this spelling.
        headers = {"Content-Type": content_type, "Accept": "application/json", "X-Atlassian-Token": "no-check"}
        return self._call("POST", path, data=body, headers=headers, idempotent=False)

    def close(self) -> None:
        """Close every thread's connections."""
        with self._lock:
            for rest in list(self._all):
                rest.close()
            self._all.clear()
            self._local = threading.local()

    def _call(  # noqa: PLR0913  (what one request is made of)
        self,
        method: str,
        path: str,
        *,
        idempotent: bool,
        params: Params | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        attempts: int | None = None,
    ) -> Json:
        def send() -> Json:
            base = self.base
            self._count(method)
            with self.flow.turn():
                response = self._send(method, path, params, data, headers)
            self._limits.heard(response)
            try:
                return answer_of(response, method, path)
            except AuthError as error:
                if error.status == 401 and self.gateway is not None and self.gateway.takes_over(base):
                    return send()
                raise
            except NotFound as error:
                if self._newborn(path):
                    error.retry = "always"
                raise

        return self.policy.call(send, idempotent=idempotent, on_retry=self._retried, max_attempts=attempts)

    def _send(
        self, method: str, path: str, params: Params | None, data: bytes | None, headers: Mapping[str, str] | None
    ) -> requests.Response:
        rest = self._rest()
        arguments: dict[str, Any] = {"params": dict(params or {}), "headers": dict(headers) if headers else None}
        try:
            if method == "GET":
                response = rest.get(path, advanced_mode=True, **arguments)
            elif method == "DELETE":
                response = rest.delete(path, advanced_mode=True, **arguments)
            else:
                verb: Any = rest.post if method == "POST" else rest.put
                # ``files={}`` makes the library pass our bytes on as they are.
                response = verb(path, data=data, files={}, advanced_mode=True, **arguments)
        except requests.RequestException as error:
            raise self._unreachable(error) from None
        assert isinstance(response, requests.Response)
        return response

    def _unreachable(self, error: requests.RequestException) -> WikiUnavailable:
        host = urlsplit(self.base).netloc.rpartition("@")[2]
        never_sent = isinstance(error, requests.ConnectTimeout) or _is_refused(error)
        if isinstance(error, requests.exceptions.SSLError):
            return WikiUnavailable(
                f"the certificate of {host} is not trusted", hint="set ca_bundle to your organisation's", retry="never"
            )
        if isinstance(error, requests.exceptions.ProxyError):
            return self._no_way_through(error, host)
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
            return WikiUnavailable(f"{self.base!r} is no address of a wiki", hint="check url", retry="never")
        if isinstance(error, requests.Timeout):
            text = f"{host} did not answer within {self.settings.timeout_s:g} s"
        else:
            text = f"{host} can't be reached" if never_sent else f"the connection to {host} broke"
        return WikiUnavailable(text, hint="check url, network and proxy", retry="always" if never_sent else None)

    def _no_way_through(self, error: requests.exceptions.ProxyError, host: str) -> WikiUnavailable:
        """Nothing was sent to the wiki. The library's own text holds the proxy's address with its password."""
        proxy = urlsplit(self.settings.proxy).netloc.rpartition("@")[2] or "of the environment"
        text = f"the proxy {proxy} does not let us through to {host}"
        if "407" in str(error):
            return WikiUnavailable(
                text, hint="it wants a user and a password: http://user:password@host:port", retry="never"
            )
        return WikiUnavailable(text, hint="check proxy, and whether it may be used for this host", retry="always")

    def _rest(self) -> Rest:
        rest = getattr(self._local, "rest", None)
        if rest is None:
            rest = new_rest(self.base, self.settings, self._auth)
            self._local.rest = rest
            with self._lock:
                self._all.add(rest)
        return rest

    def _count(self, method: str) -> None:
        with self._lock:
            if method in _READS:
                self.requests.read += 1
            else:
                self.requests.write += 1

    def _retried(self, error: WikiError) -> None:  # noqa: ARG002  (the policy's signature)
        with self._lock:
            self.requests.retried += 1


def _is_refused(error: requests.RequestException) -> bool:
    """Whether no connection came about, so that nothing was sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


__all__ = ["Json", "Params", "Transport"]
