"""Which files of the repository a piece of code takes in: imports of Python, R's ``source`` and kin, Julia's ``include``.

What is written out counts: a path that is computed tells nothing. Code is searched, not run, and R and Julia aren't parsed:
comments are taken out, and calls found by their spelling.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

CODE_MAX = 200_000
"""Characters of one cell or file that are looked into; generated code is longer and imports nothing of interest."""
_CALLS_MAX = 50
_ARGUMENTS_MAX = 4_000
"""Characters of one call's arguments. Ours: a ``box::use`` of a hundred modules."""

PYTHON = frozenset({"", "python", "python3", "ipython", "ipython3", "py"})
_R = frozenset({"r", "ir", "rscript"})
_JULIA = frozenset({"julia", "jl"})


class Use(NamedTuple):
    """One file as code names it. ``kind``: ``python`` a module (``.`` in front: relative), ``path`` a file, ``box`` a
    module of R's package box, ``julia`` a module.
    """

    kind: str
    name: str


def uses_of(code: str, language: str) -> Iterator[Use]:
    """What a piece of code takes in, in order. Never fails: code that can't be read tells nothing."""
    name = language.lower()
    if len(code) > CODE_MAX:
        return
    if name in PYTHON:
        yield from (Use("python", one) for one in _imports_of(code))
    elif name in _R:
        yield from _of_r(code)
    elif name in _JULIA:
        yield from _of_julia(code)


# ---------------------------------------------------------------- Python

_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)


def _imports_of(code: str) -> Iterator[str]:
    """Modules that a piece of Python imports: ``a.b``; ``from a import b`` gives ``a`` and ``a.b``."""
    if "import" not in code:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strings with odd escapes: the author's business
            tree = ast.parse(_MAGIC.sub(r"\1pass", code) if any(sign in code for sign in "%!?") else code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            if node.module:
                yield base
            joint = "" if base.endswith(".") else "."
            yield from (f"{base}{joint}{alias.name}" for alias in node.names if base and alias.name != "*")


# ---------------------------------------------------------------- R

_R_WORDS = re.compile(
    r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|\'(?:[^\'\\]|\\(?:.|\Z))*(?:\'|\Z)|`[^`\n]*`?|(#[^\n]*)', re.DOTALL
)
_R_CALL = re.compile(
    r"(?<![\w.])(?:base::|knitr::)?(?:source|sys\.source|read_chunk)\s*\(\s*(?:(?:file|path)\s*=\s*)?"
    r"|(?<![\w.])import::(?:from|here|into)\s*\((?:[^()\"']{0,200}\.from\s*=)?\s*"
)
_BOX = re.compile(r"(?<![\w.])box::use\s*\(")
_BOX_NAME = re.compile(r"(?:[\w.]+\s*=\s*)?((?:\.{1,2}/)*[\w.]+(?:/[\w.]+)*)\s*(?:\[|$)")
_STRING = re.compile(r"\"([^\"\\\n]*)\"|'([^'\\\n]*)'")
_R_JOIN = re.compile(r"(?:here::)?here\s*\(|(?:fs::)?path\s*\(|file\.path\s*\(")


def _of_r(code: str) -> Iterator[Use]:
    if not any(word in code for word in ("source", "read_chunk", "box::use", "import::")):
        return
    plain, bare = _told_apart(code, _R_WORDS)
    for call in _R_CALL.finditer(bare):
        path = _literal(plain, call.end(), _R_JOIN)[0]
        if path and path.lower().endswith(".r"):
            yield Use("path", path)
    for call in islice(_BOX.finditer(bare), _CALLS_MAX):
        for part in _arguments(bare, call.end()):
            hit = _BOX_NAME.match(part)
            if hit and "/" in hit[1]:
                yield Use("box", hit[1])


# ---------------------------------------------------------------- Julia

_JULIA_WORDS = re.compile(
    r'"""(?:[^"\\]|\\(?:.|\Z)|"(?!""))*(?:"""|\Z)|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|#=(?:[^=]|=(?!#))*(?:=#|\Z)'
    r"|(?<!\w)'(?:[^'\\]|\\.)'|(#[^\n]*)",
    re.DOTALL,
)
_INCLUDE = re.compile(r"(?<![\w.!])(?:Base\.)?includet?\s*\(\s*")
_USING = re.compile(r"(?:^|;)[ \t]*(?:@\w+[ \t]+)?(?:using|import)[ \t]+([^\n;#]{1,1000})", re.MULTILINE)
_MODULE = re.compile(r"[A-Za-z_]\w*")
_J_JOIN = re.compile(r"joinpath\s*\(|(?P<under>src|scripts|project)dir\s*\(")
_UNDER = {"src": "src", "scripts": "scripts", "project": ""}
"""Folders of DrWatson's functions, from the project's root."""


def _of_julia(code: str) -> Iterator[Use]:
    if not any(word in code for word in ("include", "using", "import")):
        return
    plain, bare = _told_apart(code, _JULIA_WORDS)
    for call in _INCLUDE.finditer(bare):
        path = _literal(plain, call.end(), _J_JOIN)[0]
        if path and path.endswith(".jl") and "$" not in path:
            yield Use("path", path)
    for found in _USING.finditer(bare):
        for name in found[1].partition(":")[0].split(","):
            if (hit := _MODULE.match(name.strip())) is not None:  # with a dot in front it is one of this file
                yield Use("julia", hit[0])


# ---------------------------------------------------------------- calls


def _told_apart(code: str, words: re.Pattern[str]) -> tuple[str, str]:
    """The code with blanks for comments, and with blanks for what strings say, too: calls are looked for in the second,
    and their arguments read in the first.
    """
    plain, bare = [], []
    last = 0
    for hit in words.finditer(code):
        text = hit[0]
        between, blanks = code[last : hit.start()], " " * (len(text) - 2)
        if text.startswith("#"):
            plain += [between, " " * len(text)]
            bare += [between, " " * len(text)]
        else:
            plain += [between, text]
            bare += [between, text[0], blanks, text[-1] if len(text) > 1 else ""]
        last = hit.end()
    return "".join([*plain, code[last:]]), "".join([*bare, code[last:]])


def _literal(code: str, at: int, joins: re.Pattern[str], depth: int = 0) -> tuple[str, int]:
    """The path that stands at a place, a string or a call that joins strings, and where it ends; empty where it is
    computed.
    """
    if (text := _STRING.match(code, at)) is not None:
        return text[1] or text[2] or "", text.end()
    if code.startswith("@__DIR__", at):
        return ".", at + len("@__DIR__")
    call = joins.match(code, at)
    if call is None or depth > 2:
        return "", at
    under = call.groupdict().get("under")
    parts = [_UNDER[under]] if under else []
    at = _blank(code, call.end())
    while not code.startswith(")", at):
        part, end = _literal(code, at, joins, depth + 1)
        if not part:
            return "", at
        parts.append(part)
        at = _blank(code, end)
        if code.startswith(",", at):
            at = _blank(code, at + 1)
        elif not code.startswith(")", at):
            return "", at
    return "/".join(filter(None, parts)) or ".", at + 1


def _blank(code: str, at: int) -> int:
    while at < len(code) and code[at].isspace():
        at += 1
    return at


def _arguments(code: str, at: int) -> Iterator[str]:
    """The arguments of a call whose bracket has opened, as they are written."""
    depth, start = 0, at
    for place in range(at, min(len(code), at + _ARGUMENTS_MAX)):
        sign = code[place]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if depth < 0 or (sign == "," and depth == 0):
            yield code[start:place].strip()
            start = place + 1
        if depth < 0:
            return
