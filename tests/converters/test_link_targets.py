"""Reference links over the cells of a notebook."""

import json

from converters.options import ReadOptions, Source
from converters.readers import read
from converters.walk import iter_inlines


def links(*texts):
    cells = [{"id": f"c{n}", "cell_type": "markdown", "metadata": {}, "source": text} for n, text in enumerate(texts)]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    found = read(Source("a.ipynb", json.dumps(notebook).encode()), ReadOptions()).document
    return [(each.text, each.href) for each in iter_inlines(found.blocks) if getattr(each, "href", None)]


def test_a_definition_serves_all_cells():
    found = links("see [x][Ref] and [ref]", '[ref]: http://a.b "T"\n', "again [y][ref]")
    assert found == [("x", "http://a.b"), ("ref", "http://a.b"), ("y", "http://a.b")]


def test_a_cell_prefers_its_own():
    assert links("a [1]\n\n[1]: http://a", "b [1]\n\n[1]: http://b", "c [1]") == [
        ("1", "http://a"),
        ("1", "http://b"),
        ("1", "http://a"),
    ]
