"""A subset of CQL: clauses joined by ``and``, an ``order by``; what is outside is refused as the vendor refuses it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from adapters.sandbox.confluence import store, v2_shapes
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Refused

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(!=|!~|[=~(),<>])|([^\s=~(),!<>"]+))')
_TYPES = ("page", "blogpost", "comment", "attachment", "folder")
_FIELDS = frozenset({"type", "space", "title", "label", "ancestor", "parent", "id", "text", "siteSearch", "creator"})
_ORDERS = {"title": "title_key", "created": "created", "lastmodified": "modified", "id": "id"}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False


def select(call: Call, cql: str) -> list[sqlite3.Row]:
    """The current pages and folders that match, without those younger than the switch ``search_lag_s``."""
    tokens = _tokens(cql)
    tests, rest = _clauses(call, tokens, cql)
    order = _order(rest, cql)
    lag_s = float(call.state.switch("search_lag_s", 0))
    rows = call.db.execute(
        f"SELECT * FROM cf_content WHERE flavor = ? AND status = 'current' AND created <= ? ORDER BY {order}",  # noqa: S608 - from a table
        (call.flavor, call.state.now() - lag_s),
    ).fetchall()
    return [row for row in rows if all(test(row) for test in tests)]


def _tokens(cql: str) -> list[_Token]:
    found, at = [], 0
    cql = cql.strip()
    while at < len(cql):
        match = _TOKEN.match(cql, at)
        if match is None:
            raise Refused(400, f"Could not parse cql : {cql}")
        if match[1] is not None:
            found.append(_Token(re.sub(r"\\(.)", r"\1", match[1]), quoted=True))
        else:
            found.append(_Token(match[2] or match[3]))
        at = match.end()
    if not found:
        raise Refused(400, "Could not parse cql : the query is empty")
    return found


def _clauses(call: Call, tokens: list[_Token], cql: str) -> tuple[list[Callable[[sqlite3.Row], bool]], list[_Token]]:
    tests: list[Callable[[sqlite3.Row], bool]] = []
    at = 0
    while at < len(tokens) and tokens[at].text.lower() != "order":
        if tests:
            if tokens[at].text.lower() != "and":
                raise Refused(400, f"Could not parse cql : {cql}")
            at += 1
        field, operator, values, at = _clause(tokens, at, cql)
        tests.append(_test(call, field, operator, values))
    return tests, tokens[at:]


def _clause(tokens: list[_Token], at: int, cql: str) -> tuple[str, str, list[str], int]:
    try:
        field, operator = tokens[at].text, tokens[at + 1].text.lower()
        if operator == "in" and tokens[at + 2].text == "(":
            end = next(i for i in range(at + 3, len(tokens)) if tokens[i].text == ")" and not tokens[i].quoted)
            return field, "in", [t.text for t in tokens[at + 3 : end] if t.quoted or t.text != ","], end + 1
        if operator in {"=", "~", "!="}:
            return field, operator, [tokens[at + 2].text], at + 3
    except (IndexError, StopIteration):
        pass  # reported below with the whole query
    raise Refused(400, f"Could not parse cql : {cql}")


def _order(rest: list[_Token], cql: str) -> str:
    if not rest:
        return "id"
    words = [token.text.lower() for token in rest]
    if len(words) < 3 or words[1] != "by" or words[2] not in _ORDERS or words[3:] not in ([], ["asc"], ["desc"]):
        raise Refused(400, f"Could not parse cql : {cql}")
    return _ORDERS[words[2]] + (" DESC" if words[3:] == ["desc"] else "")


def _test(call: Call, field: str, operator: str, values: list[str]) -> Callable[[sqlite3.Row], bool]:
    if field not in _FIELDS:
        raise Refused(400, f"No field exists with name: '{field}'")
    if field in {"text", "siteSearch"} or operator == "~":
        if not values[0].strip():
            raise Refused(500, "java.lang.NullPointerException")
        words = re.findall(r"\w+", values[0].casefold())
        return lambda row: all(word in _searched(row, field) for word in words)
    if field == "type" and (wrong := [value for value in values if value not in _TYPES]):
        raise Refused(400, f"Unsupported value '{wrong[0]}' for field 'type'; valid types: {', '.join(_TYPES)}")
    wanted = {value.casefold() for value in values}
    test = _exact(call, field, wanted)
    return (lambda row: not test(row)) if operator == "!=" else test


def _exact(call: Call, field: str, wanted: set[str]) -> Callable[[sqlite3.Row], bool]:
    match field:
        case "space":
            return lambda row: v2_shapes.space_key(call, row["space_id"]).casefold() in wanted
        case "label":
            return lambda row: bool({item["name"] for item in v2_shapes.labels_of(call, row["id"])} & wanted)
        case "ancestor":
            return lambda row: bool({str(item["id"]) for item in store.ancestors(call, row)} & wanted)
        case "creator":
            return lambda row: row["author"].casefold() in wanted
        case _:
            column = {"id": "id", "parent": "parent_id", "title": "title_key", "type": "type"}[field]
            return lambda row: str(row[column]) in wanted


def _searched(row: sqlite3.Row, field: str) -> str:
    if field == "title":
        return str(row["title_key"])
    return f"{row['title_key']} {re.sub(r'<[^>]*>', ' ', row['body']).casefold()}"
