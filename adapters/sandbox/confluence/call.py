"""One request on its way through the routes: who asks, in which flavor and API version, and its checked arguments."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.http import Request
from adapters.sandbox.state import State

_LONG_DIGITS = 18  # every number of so many digits is a long
MAX_JSON_BYTES = 5_242_880  # Source: reference section 3, "Body"


@dataclass(frozen=True, slots=True)
class Call:
    """``api`` is "v1" or "v2"; ``context`` is the path below which the wiki lives ("/wiki" or "/dc").

    ``kinds`` are the types of content that the address may name: v2 has one address for each, v1 one for both.
    """

    request: Request
    state: State
    flavor: str
    api: str
    user: str
    kinds: tuple[str, ...] = ("page", "blogpost")

    @property
    def db(self) -> sqlite3.Connection:
        """The database; the router holds the lock."""
        return self.state.db

    @property
    def context(self) -> str:
        """``/wiki`` or ``/dc``."""
        return "/wiki" if self.flavor == "cloud" else "/dc"

    @property
    def base(self) -> str:
        """``_links.base``: the address that people use, never the gateway's."""
        return f"http://{self.request.headers.get('host', 'localhost')}{self.context}"

    def flag(self, name: str) -> bool:
        """A boolean query parameter. Raises Refused for anything but true and false."""
        value = self.request.arg(name, "false").lower()
        if value not in {"true", "false"}:
            raise Refused(
                400, f"Provided value {{{value}}} for '{name}' is not the correct type. Expected type is boolean"
            )
        return value == "true"

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """A query parameter with an enumeration."""
        value = self.request.arg(name, default)
        if value not in allowed:
            raise Refused(400, f"Provided value {{{value}}} for '{name}' is not one of {list(allowed)}")
        return value

    def many(self, name: str) -> list[str]:
        """A repeated or comma separated query parameter."""
        return [part.strip() for value in self.request.query.get(name, []) for part in value.split(",") if part.strip()]

    def numbers(self, name: str, cap: int) -> list[int]:
        """Ids of a query parameter. Raises Refused for no number and for more than ``cap``."""
        values = self.many(name)
        if len(values) > cap:
            raise Refused(400, f"'{name}' takes at most {cap} values")
        if not all(value.isascii() and value.isdigit() and len(value) <= _LONG_DIGITS for value in values):
            raise Refused(400, f"Provided value for '{name}' is not the correct type. Expected type is long")
        return [int(value) for value in values]

    def json(self) -> Any:
        """The JSON body. Raises Refused for another type, for no JSON, and beyond 5 MB."""
        if len(self.request.body) > MAX_JSON_BYTES:
            raise Refused(413, f"Requests for this resource can be at most {MAX_JSON_BYTES} bytes")
        if "json" not in self.request.headers.get("content-type", ""):
            raise Refused(415, "Unsupported Media Type")
        try:
            return self.request.json()
        except ValueError as error:
            raise Refused(400, f"Error parsing JSON: {error}") from None

    def fields(self, known: Mapping[str, type | tuple[type, ...]], required: tuple[str, ...]) -> dict[str, Any]:
        """The JSON body as an object that has all required fields and no unknown ones."""
        return checked(self.json(), known, required)


def checked(
    data: Any, known: Mapping[str, type | tuple[type, ...]], required: tuple[str, ...] = (), where: str = ""
) -> dict[str, Any]:
    """An object of a JSON body. Raises Refused for unknown fields, wrong types and missing fields."""
    if not isinstance(data, dict):
        raise Refused(400, f"Expected a JSON object{where}")
    for name, value in data.items():
        if name not in known:
            raise Refused(400, f'Unrecognized field "{name}"{where} (known: {", ".join(known)})')
        if isinstance(value, bool) and known[name] is not bool and known[name] is not object:
            raise Refused(400, f"Provided value {{{value}}} for '{name}' is not the correct type")
        if value is not None and not isinstance(value, known[name]):
            raise Refused(400, f"Provided value {{{value}}} for '{name}' is not the correct type")
    for name in required:
        if data.get(name) is None:
            raise Refused(400, f"'{name}' is required{where}")
    return data
