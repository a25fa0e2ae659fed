"""YAML of strangers → plain values: what would grow without end, or breaks the parser, is one kind of error."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

MAX_NODES: Final = 20_000
"""Values of one header with all aliases written out. Ours: a header of nine lines can stand for billions of them."""

MAX_BRACKETS: Final = 100
"""Brackets open at once. The parser's time grows with their square, and nobody nests a header five levels deep."""

_BRACKET: Final = re.compile(r"[\[\]{}]")


def load_yaml(text: str, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """The value of a YAML text, None for an empty one. Raises yaml.YAMLError, and nothing else."""
    if text.count("[") + text.count("{") > MAX_BRACKETS and _deepest(text) > MAX_BRACKETS:
        raise yaml.YAMLError("nested too deeply")
    reader = loader(text)
    try:
        node = reader.get_single_node()
        if node is None:
            return None
        if _size(node, {}) > MAX_NODES:
            raise yaml.YAMLError(f"more than {MAX_NODES:,} values, aliases written out")
        return reader.construct_document(node)
    except RecursionError:
        raise yaml.YAMLError("nested too deeply") from None
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        # what PyYAML's constructors let through: 2020-99-99, !!int "", !!bool x, !!timestamp x
        raise yaml.YAMLError(f"a value is not what its tag or form says: {error}") from error
    finally:
        reader.dispose()


def _deepest(text: str) -> int:
    """How many brackets are open at once, those in quoted texts among them."""
    deepest = depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Values below a node and itself. Raises yaml.YAMLError where it holds itself."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    key = id(node)
    if key in known:
        if not known[key]:
            raise yaml.YAMLError("a value holds itself")
        return known[key]
    known[key] = 0
    parts = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
    known[key] = 1 + sum(_size(part, known) for part in parts)
    return known[key]
