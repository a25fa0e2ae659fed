"""Sessions of the library that carries requests: what it would do besides is switched off, our header goes on each one."""

from __future__ import annotations

import logging

import requests
import requests.adapters
from atlassian.rest_client import AtlassianRestAPI
from requests.auth import AuthBase, HTTPBasicAuth

from adapters.settings import TargetSettings

POOL_SIZE = 2
"""Connections a thread keeps: each thread has its own session and sends one request at a time."""


class _NoBodies(logging.Filter):
    """Drops the library's debug lines that hold whole answers: pages may be confidential."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("HTTP: Response text")


logging.getLogger("atlassian.rest_client").addFilter(_NoBodies())


class Auth(AuthBase):
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


class NoAuth(AuthBase):
    """Sends nothing; also keeps ``requests`` from looking into ``.netrc``."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Rest(AtlassianRestAPI):
    """The library's REST core without its curl lines, which hold bodies and are built even when nobody logs."""

    def log_curl_debug(self, *args: object, **kwargs: object) -> None:
        """Nothing."""


def new_rest(base: str, settings: TargetSettings, auth: AuthBase) -> Rest:
    """A session for one thread."""
    session = requests.Session()
    pool = requests.adapters.HTTPAdapter(pool_connections=POOL_SIZE, pool_maxsize=POOL_SIZE)
    session.mount("https://", pool)
    session.mount("http://", pool)
    session.auth = auth
    if settings.ca_bundle:
        session.verify = settings.ca_bundle
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    return Rest(
        base,
        session=session,
        timeout=max(1, round(settings.timeout_s)),
        advanced_mode=True,
        backoff_and_retry=False,
        retry_with_header=False,
    )
