"""HTTP to Confluence: one ``AtlassianRestAPI`` per thread, our own retries, errors by how to behave, counters.

The library carries requests (low verbs, explicit paths). What it would do besides is switched off: its retries, its
error handling (it loses codes), its logging of bodies and headers, its multipart (no types, file names as RFC 2231).
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
import requests.adapters
import urllib3
from atlassian.rest_client import AtlassianRestAPI
from requests.auth import AuthBase, HTTPBasicAuth

from adapters.base import Requests
from adapters.confluence.faults import error_of
from adapters.errors import NotFound, WikiError, WikiUnavailable
from adapters.flow import Flow
from adapters.retry import Gate, RetryPolicy
from adapters.settings import TargetSettings

Json: TypeAlias = Any
Params: TypeAlias = Mapping[str, str | int | Sequence[str]]

POOL_SIZE = 2
"""Connections a thread keeps: each thread has its own session and sends one request at a time."""

NEWBORN_S = 10.0
"""How long a 404 of a page that we made is not believed. Ours; source: Confluence reference, section 3 (0.5 to 2 s)."""

AT_ONCE = 6
"""Requests under way at most. Source: Confluence reference, section 6: at most six parallel reads; writes are fewer."""
_READS = frozenset({"GET"})


class _NoBodies(logging.Filter):
    """Drops the library's debug lines that hold whole answers: pages may be confidential."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("HTTP: Response text")


logging.getLogger("atlassian.rest_client").addFilter(_NoBodies())


class _Auth(AuthBase):
    """Puts the header on each request, so that no session, library object or log holds the token."""

    def __init__(self, settings: TargetSettings) -> None:
        self._settings = settings

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        token = self._settings.token.reveal().strip()
        if self._settings.user:
            # As bytes: requests would encode text as Latin-1.
            HTTPBasicAuth(self._settings.user.encode(), token.encode())(request)
            return request
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    def __repr__(self) -> str:
        return "Auth(***)"


class _NoAuth(AuthBase):
    """Sends nothing; also keeps ``requests`` from looking into ``.netrc``."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Answer(dict[str, Any]):
    """A JSON object of the wiki. What it ought to hold and doesn't is the wiki's failure, not a bug of ours."""

    def __missing__(self, name: str) -> Any:
        raise WikiUnavailable(f"the wiki's answer lacks {name!r}", hint="check url and proxy, or try again later")


class _Rest(AtlassianRestAPI):
    """The library's REST core without its curl lines, which hold bodies and are built even when nobody logs."""

    def log_curl_debug(self, *args: object, **kwargs: object) -> None:
        """Nothing."""


class Transport:
    """Sends requests of one target. Safe for threads; :attr:`requests` counts what was sent."""

    def __init__(self, base: str, settings: TargetSettings, *, anonymous: bool = False) -> None:
        self.base = base
        self.settings = settings
        self.requests = Requests()
        self.policy = RetryPolicy(settings.max_attempts, settings.sleep, Gate(settings.sleep, settings.clock))
        self.flow = Flow(AT_ONCE, settings.clock)
        self._auth: AuthBase = _NoAuth() if anonymous else _Auth(settings)
        self._local = threading.local()
        # Weak, for threads come and go: what an ended one held is closed with it.
        self._all: weakref.WeakSet[_Rest] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._clock = settings.clock or time.monotonic
        self._born: dict[str, float] = {}

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
        return self._call("POST", path, data=_encode(body), idempotent=idempotent)

    def put(self, path: str, body: object, *, idempotent: bool = False) -> Json:
        """The answer's JSON."""
        return self._call("PUT", path, data=_encode(body), idempotent=idempotent)

    def delete(self, path: str, params: Params | None = None) -> Json:
        """The answer's JSON (an empty object when it has no body)."""
        return self._call("DELETE", path, params=params, idempotent=True)

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
            self._count(method)
            with self.flow.turn():
                response = self._send(method, path, params, data, headers)
            self._heard(response)
            try:
                return _answer(response, method, path)
            except NotFound as error:
                if self._newborn(path):
                    error.retry = "always"
                raise

        return self.policy.call(send, idempotent=idempotent, on_retry=self._retried, max_attempts=attempts)

    def _heard(self, response: requests.Response) -> None:
        """What the answer says of the rate limit. Source: Confluence reference, section 6."""
        told = response.headers
        if response.status_code == 429 or told.get("X-RateLimit-NearLimit", "").lower() == "true":
            self.flow.slow()
            return
        self.flow.well()
        rate, interval = _number(told.get("X-RateLimit-FillRate")), _number(told.get("X-RateLimit-Interval-Seconds"))
        if rate and interval and told.get("X-RateLimit-Remaining") == "0":
            # Data Center tells how its bucket fills: the next token comes then, and asking sooner costs a 429.
            self.policy.gate.pause(interval / rate)

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
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
            return WikiUnavailable(f"{self.base!r} is no address of a wiki", hint="check url", retry="never")
        if isinstance(error, requests.Timeout):
            text = f"{host} did not answer within {self.settings.timeout_s:g} s"
        else:
            text = f"{host} can't be reached" if never_sent else f"the connection to {host} broke"
        return WikiUnavailable(text, hint="check url, network and proxy", retry="always" if never_sent else None)

    def _rest(self) -> _Rest:
        rest = getattr(self._local, "rest", None)
        if rest is None:
            session = requests.Session()
            pool = requests.adapters.HTTPAdapter(pool_connections=POOL_SIZE, pool_maxsize=POOL_SIZE)
            session.mount("https://", pool)
            session.mount("http://", pool)
            session.auth = self._auth
            if self.settings.ca_bundle:
                session.verify = self.settings.ca_bundle
            if self.settings.proxy:
                session.proxies = {"http": self.settings.proxy, "https": self.settings.proxy}
            rest = _Rest(
                self.base,
                session=session,
                timeout=max(1, round(self.settings.timeout_s)),
                advanced_mode=True,
                backoff_and_retry=False,
                retry_with_header=False,
            )
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


def _number(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0


def _encode(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _answer(response: requests.Response, method: str, path: str) -> Json:
    """JSON of a good answer. Raises the error of a bad one, and of a web page where JSON should be."""
    first = response.history[0] if response.history else response
    if 300 <= response.status_code < 400 or first.request.method != response.request.method:
        # A followed redirect turns POST and PUT into GET, whose answer looks like success.
        place = urlsplit(first.headers.get("Location", ""))
        where = f"{place.scheme}://{place.netloc}" if place.netloc else "another address"
        text = f"the wiki sends {method} {path} on to {where}"
        raise WikiUnavailable(text, hint="set url to it", status=first.status_code, retry="never")
    if not response.ok:
        raise error_of(response, method, path)
    if not response.content:
        return Answer()
    if "html" in response.headers.get("Content-Type", ""):
        raise WikiUnavailable(
            f"the wiki answered {method} {path} with a web page",
            hint="it may be in maintenance, behind a sign-in page, or url is not its base address",
            status=response.status_code,
        )
    try:
        return json.loads(response.content, object_hook=Answer)
    except ValueError:
        raise WikiUnavailable(f"the wiki answered {method} {path} with no JSON", status=response.status_code) from None


def _is_refused(error: requests.RequestException) -> bool:
    """Whether no connection came about, so that nothing was sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def multipart(name: str, mime: str, data: bytes) -> tuple[bytes, str]:
    """Body and Content-Type of an upload: the file, and ``minorEdit`` so that nobody gets a mail."""
    boundary = f"nbwiki-{secrets.token_hex(16)}"
    safe = re.sub(r'[\x00-\x1f"\\]', "_", name)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="minorEdit"\r\n'
        "Content-Type: text/plain; charset=utf-8\r\n\r\ntrue\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
        f"Content-Type: {mime or 'application/octet-stream'}\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
