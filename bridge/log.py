"""Logging to stderr, as lines or JSON, with tokens masked in every record and traceback."""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_SHAPES = re.compile(
    r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:basic|bearer)\s+)[\w.~+/=-]+"
    r"|(://)[^/\s?#\"'<>]+(?=@)|ATATT3x[\w=-]+|\bntn_\w{10,}|\bsecret_\w{20,}"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal obeys. Names of files and texts of strangers hold it; line feed and tab are ours."""


class Masking(logging.Formatter):
    """Formats a record, then replaces secrets by ``***``, in its traceback too."""

    def __init__(self, secrets: Iterable[str] = (), *, as_json: bool = False) -> None:
        super().__init__("%(levelname)s: %(message)s")
        known = {secret for secret in secrets if len(secret) > 3 and secret != "sandbox"}  # noqa: S105
        self.secrets = sorted({form for secret in known for form in _forms(secret)}, key=len, reverse=True)
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of text or JSON, without secrets."""
        text = self.mask(super().format(record))
        if not self.as_json:
            return text
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.mask(record.getMessage()),
        }
        if record.exc_info:
            entry["traceback"] = self.mask(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)

    def mask(self, text: str) -> str:
        """Text without anything that is, or looks like, a secret; what would steer a terminal is written as JSON does."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        text = _SHAPES.sub(lambda match: f"{match[1] or match[2] or ''}***", text)
        return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is, and as addresses, headers, JSON and Python write it."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]


def set_up(*, verbosity: int, as_json: bool, secrets: Iterable[str] = ()) -> None:
    """Log to stderr: warnings, with -v also information, with -vv everything of ours; -q errors only."""
    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masking(secrets, as_json=as_json))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    for name in ("bridge", "adapters", "converters"):
        logging.getLogger(name).setLevel(level)
