"""A subset of CQL: ``and``, ``or``, ``not``, brackets, ``order by``. What is outside is refused by name, never guessed."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.sandbox.confluence import access, store, v2_shapes
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.clock import iso
from adapters.sandbox.confluence.errors import Refused

Test: TypeAlias = Callable[[sqlite3.Row], bool]
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(!=|!~|<=|>=|[=~(),<>])|([^\s=~(),!<>"]+))')
_TYPES = ("page", "blogpost", "comment", "attachment", "folder")
_DATES = {"created": "created", "lastmodified": "modified"}
_FIELDS = frozenset(
    {"type", "space", "title", "label", "ancestor", "parent", "id", "text", "siteSearch", "creator", "contributor"}
) | set(_DATES)
# Fields that the vendor has and the sandbox hasn't. Source: Confluence's CQL field reference.
_LACKING = frozenset({"container", "content", "favourite", "macro", "mention", "watcher", "space.category", "space.key",
                      "space.title", "space.type", "user", "user.fullname", "user.accountid", "emoji"})  # fmt: skip
_ORDERS = {"title": "title_key", "created": "created", "lastmodified": "modified", "id": "id"}
_MAX_DEPTH = 50
_TITLE_BOOST = 4.0
_USUAL_WORDS = 400


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    def word(self) -> str:
        return "" if self.quoted else self.text.lower()


def select(call: Call, cql: str) -> list[sqlite3.Row]:
    """The current pages and folders that match, without those younger than the switch ``search_lag_s``."""
    parser = _Parser(call, cql)
    test, order = parser.query()
    lag_s = float(call.state.switch("search_lag_s", 0))
    rows = call.db.execute(
        f"SELECT * FROM cf_content WHERE flavor = ? AND status = 'current' AND created <= ? ORDER BY {order or 'id'}",  # noqa: S608 - from a table
        (call.flavor, call.state.now() - lag_s),
    ).fetchall()
    found = access.readable(call, [row for row in rows if test(row)])
    if parser.words and not order:  # as the vendor: by relevance, where nothing else was asked for
        found.sort(key=lambda row: -_relevance(row, parser.words))
    return found


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


class _Parser:
    """Reads a query from left to right; ``and`` binds tighter than ``or``."""

    def __init__(self, call: Call, cql: str) -> None:
        self.call, self.cql = call, cql
        self.tokens, self.at, self.depth = _tokens(cql), 0, 0
        self.words: list[str] = []
        """What is looked for in titles and texts."""

    def query(self) -> tuple[Test, str]:
        test: Test = (lambda _: True) if self._word() == "order" else self._either()
        return test, self._order()

    def _word(self) -> str:
        return self.tokens[self.at].word() if self.at < len(self.tokens) else ""

    def _next(self) -> _Token:
        if self.at >= len(self.tokens):
            raise self._wrong()
        self.at += 1
        return self.tokens[self.at - 1]

    def _wrong(self) -> Refused:
        return Refused(400, f"Could not parse cql : {self.cql}")

    def _either(self) -> Test:
        tests = [self._all()]
        while self._word() == "or":
            self.at += 1
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._word() == "and":
            self.at += 1
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self._wrong()
        if self._word() == "not":
            self.at += 1
            inner = self._one()
            test: Test = lambda row: not inner(row)  # noqa: E731 - a value like the others
        elif self._word() == "(":
            self.at += 1
            test = self._either()
            if self._next().word() != ")":
                raise self._wrong()
        else:
            test = self._clause()
        self.depth -= 1
        return test

    def _clause(self) -> Test:
        field, operator = self._next().text, self._next().word()
        negated = operator in {"!=", "!~"}
        if operator == "not" and self._word() == "in":
            negated, operator = True, self._next().word()
        values = self._values() if operator == "in" else [self._value()]
        if operator == "~":
            self.words += re.findall(r"\w+", values[0].casefold())
        test = _test(self.call, field, {"!=": "=", "!~": "~"}.get(operator, operator), values)
        return (lambda row: not test(row)) if negated else test

    def _values(self) -> list[str]:
        if self._next().word() != "(":
            raise self._wrong()
        values = [self._value()]
        while (word := self._next().word()) == ",":
            values.append(self._value())
        if word != ")":
            raise self._wrong()
        return values

    def _value(self) -> str:
        token = self._next()
        if not token.quoted and re.fullmatch(r"\W+", token.text):
            raise self._wrong()
        if not token.quoted and self._word() == "(":
            raise Refused(400, f"Could not parse cql : the function '{token.text}()' is not supported here")
        return token.text

    def _order(self) -> str:
        words = [token.text.lower() for token in self.tokens[self.at :]]
        if not words:
            return ""
        if words[:2] != ["order", "by"] or len(words) < 3 or words[3:] not in ([], ["asc"], ["desc"]):
            raise self._wrong()
        if words[2] not in _ORDERS:
            raise Refused(400, f"Could not parse cql : ordering by '{words[2]}' is not supported here")
        return _ORDERS[words[2]] + (" DESC" if words[3:] == ["desc"] else "")


def _test(call: Call, field: str, operator: str, values: list[str]) -> Test:
    field = field if field == "siteSearch" else field.lower()
    if field in _LACKING:
        raise Refused(400, f"Could not parse cql : the field '{field}' is not supported here")
    if field not in _FIELDS:
        raise Refused(400, f"No field exists with name: '{field}'")
    dated = field in _DATES
    if operator not in ({"=", "<", ">", "<=", ">="} if dated else {"=", "~", "in"}):
        raise Refused(400, f"Could not parse cql : the operator '{operator}' is not supported for '{field}' here")
    if dated:
        return _date(_DATES[field], operator, values[0])
    if field in {"text", "siteSearch"} or operator == "~":
        if field not in {"text", "siteSearch", "title"}:
            raise Refused(400, f"Could not parse cql : the operator '~' is not supported for '{field}' here")
        if not values[0].strip():
            raise Refused(500, "java.lang.NullPointerException")
        words = re.findall(r"\w+", values[0].casefold())
        return lambda row: all(word in _searched(row, field) for word in words)
    if field == "type" and (wrong := [value for value in values if value not in _TYPES]):
        raise Refused(400, f"Unsupported value '{wrong[0]}' for field 'type'; valid types: {', '.join(_TYPES)}")
    return _exact(call, field, {value.casefold() for value in values})


def _date(column: str, operator: str, value: str) -> Test:
    wanted = value.replace("/", "-").replace(" ", "T")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", wanted):
        raise Refused(400, f"Could not parse cql : invalid date '{value}'")
    compare: dict[str, Callable[[str, str], bool]] = {
        "=": str.__eq__, "<": str.__lt__, ">": str.__gt__, "<=": str.__le__, ">=": str.__ge__
    }  # fmt: skip
    return lambda row: bool(compare[operator](iso(row[column])[: len(wanted)], wanted))


def _exact(call: Call, field: str, wanted: set[str]) -> Test:
    match field:
        case "space":
            return lambda row: v2_shapes.space_key(call, row["space_id"]).casefold() in wanted
        case "label":
            return lambda row: bool({item["name"] for item in v2_shapes.labels_of(call, row["id"])} & wanted)
        case "ancestor":
            return lambda row: bool({str(item["id"]) for item in store.ancestors(call, row)} & wanted)
        case "creator":
            return lambda row: row["author"].casefold() in wanted
        case "contributor":
            query = "SELECT author FROM cf_version WHERE content_id = ?"
            return lambda row: any(r[0].casefold() in wanted for r in call.db.execute(query, (row["id"],)))
        case _:
            column = {"id": "id", "parent": "parent_id", "title": "title_key", "type": "type"}[field]
            return lambda row: str(row[column]) in wanted


def _searched(row: sqlite3.Row, field: str) -> str:
    if field == "title":
        return str(row["title_key"])
    return f"{row['title_key']} {re.sub(r'<[^>]*>', ' ', row['body']).casefold()}"


def _relevance(row: sqlite3.Row, words: list[str]) -> float:
    """How well a page answers: words in its title weigh most, many in a long page little more than one in a short one.

    The vendor's formula isn't public; this is the usual shape of one (Lucene's BM25: k1 1.2, b 0.75), with the title boosted.
    """
    text = _searched(row, "text").split()
    counts = Counter(text)
    length = 0.25 + 0.75 * len(text) / _USUAL_WORDS
    title = row["title_key"].split()
    return sum(
        _TITLE_BOOST * (word in title) + counts[word] * 2.2 / (counts[word] + 1.2 * length) for word in set(words)
    )
