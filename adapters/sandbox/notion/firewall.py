"""The web application firewall in front of Notion: 403 in HTML for what looks like an attack, before Notion sees it.

Source: published reports of refused pages (SQL, paths, shell, JNDI, scripts; the answer's form and its ``cf-ray``). The
vendor's rules aren't known; these are the ones that the reports name, on the strings of a body one at a time, as public
rule sets read JSON.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State

_RULES = re.compile(
    r"\b(?:drop|create|alter|truncate)\s+(?:table|database)\b|\bunion\s+(?:all\s+)?select\b|\bselect\b.+\bfrom\s+information_schema"
    r"|;\s*(?:drop|shutdown)\b|/etc/(?:passwd|shadow|hosts)\b|\$\{jndi:|<script\b|\bonerror\s*=|\bjavascript:|<<\s*'?EOF\b"
    r"|\b(?:wget|curl)\s+https?://\S+\s*\|\s*(?:ba)?sh\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head>
<body><h1>Sorry, you have been blocked</h1><p>You are unable to access notion.com</p>
<p>Cloudflare Ray ID: <strong>{ray}</strong></p></body></html>"""


def refused(request: Request, state: State) -> Response | None:
    """The firewall's page, where switch ``notion_firewall`` is on and the body looks like an attack; else None."""
    if not state.switches.get("notion_firewall") or not request.body:
        return None
    try:
        texts = list(_strings(request.json()))
    except ValueError:
        texts = [request.body.decode("latin-1")]  # a file: what is in it is looked at, too
    if not any(_RULES.search(text) for text in texts):
        return None
    ray = f"{secrets.token_hex(8)}-FRA"
    headers = {"cf-ray": ray, "server": "cloudflare"}
    return Response(403, _PAGE.format(ray=ray.partition("-")[0]), headers)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
