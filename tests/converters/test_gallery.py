"""Scripts of galleries: their titles, text in reStructuredText or Markdown, and code."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.build import text_of
from converters.model import Block, Callout, Code, Document, Heading, Image, ListBlock, Math, Quote
from converters.options import Read, ReadOptions, Source
from converters.readers import read
from converters.readers.gallery import gallery_cells
from converters.readers.rst import RstReader
from converters.walk import iter_blocks

SCRIPT = '''# Licence: CC0
"""
.. _costs:

Costs by region
===============

What each :term:`region <regions>` spends, by :func:`~shop.costs.total`. See `the plan <https://e.org/plan>`_ and home_.

.. _home: https://e.org/home
.. note::

   Prices are in $ and ``EUR``.
"""
import shop  # sphinx_gallery_thumbnail_number = 2

# sphinx_gallery_thumbnail_number = 2

# %%
# Load the data
# -------------
# A formula, :math:`x^2`, and a list:
#
# * first
# * second
#
# .. math::
#
#    a = b
data = shop.load()

####################
# Draw it
# -------
# Drawn as follows::
#
#    draw(data)
shop.draw(data)
'''


def opened(text: str) -> Read:
    return read(Source("a.py", text.encode()), ReadOptions())


def of(document: Document, kind: type[Any]) -> list[Any]:
    return [block for block in iter_blocks(document.blocks) if isinstance(block, kind)]


def words(block: Block) -> str:
    return text_of(block.content) if isinstance(block, Heading) else repr(block)


def test_a_gallery_script_reads_as_its_page_does() -> None:
    document = opened(SCRIPT).document
    assert document.meta.title == "Costs by region"
    assert [words(heading) for heading in of(document, Heading)] == ["Load the data", "Draw it"]
    assert [code.text for code in of(document, Code)] == [
        "import shop  # sphinx_gallery_thumbnail_number = 2",
        "data = shop.load()",
        "draw(data)",
        "shop.draw(data)",
    ]
    assert len(of(document, Callout)) == len(of(document, ListBlock)) == len(of(document, Math)) == 1
    text = repr(document.blocks)
    assert "https://e.org/plan" in text
    assert "https://e.org/home" in text
    assert "Prices are in $ and " in text
    assert not any(mark in text for mark in (":term:", ":func:", ".. ", "`_", "home_"))


@pytest.mark.parametrize("title", ["# Costs", "Costs\n====="])
def test_a_gallery_script_in_markdown(title: str) -> None:
    text = f'"""\n{title}\n\nA [link](https://e.org) and `code`.\n"""\nx = 1\n# %%\n# ## Next\n# More, see [b](https://e.org/b).\ny = 2\n'
    document = opened(text).document
    assert document.meta.title == "Costs"
    assert [words(heading) for heading in of(document, Heading)] == ["Next"]
    assert "https://e.org/b" in repr(document.blocks)


@pytest.mark.parametrize(
    "text",
    [
        '"""A module.\n\nWith words.\n"""\n# %%\nx = 1\n',
        "# %%\nx = 1\n",
        '"""\nTitle\n=====\n"""\n# %% [markdown]\n# ## Text\n',
    ],
)
def test_other_scripts_are_none(text: str) -> None:
    assert gallery_cells(text) == []


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("====\nOver\n====\n\nUnder\n~~~~~\n", "# Over\n\n\n\n## Under"),
        ("``a`b`` and *b* and :py:class:`x.Y`", "`` a`b `` and *b* and `x.Y`"),
        ("`a <home_>`_ x_y z_ [1]_", "a x_y z_ [^1]"),
        (":ref:`x_y`, :ref:`the z <z>`", "{ref}`x y <x_y>`, {ref}`the z <z>`"),
        (".. _x_y:\n\n:ref:`x_y`", "(x_y)=\n\n\n{ref}`x_y`"),
        (":ref:`sphx_glr_auto_02_a\\\n_plot_b.py`", "{ref}`plot_b.py <sphx_glr_auto_02_a_plot_b.py>`"),
        ("#. a\n#. b", "1. a\n1. b"),
        ("Term\n   Words", "Term\n:   Words"),
        (":Author: Ann", "- **Author**: Ann"),
        ("|v|\n\n.. |v| replace:: 3", "3"),
        (".. a comment\n   of two lines\n\nText", "Text"),
        (">>> 1 + 1\n2", "```python\n>>> 1 + 1\n2\n```"),
        ("== ==\na  b\n== ==\n1  2\n\n3  4\n== ==", "```text\n== ==\na  b\n== ==\n1  2\n\n3  4\n== ==\n```"),
        (".. code-block:: python\n\n   x = '``'", "```{code-block} python\nx = '``'\n```"),
        (".. note::\n\n   .. code::\n\n      x", "````{note}\n```{code}\nx\n```\n````"),
        ("# one\n> two #3", "\\# one\n\\> two #3"),
        (".. note:: Use ``x``\n   or *y*.", "```{note}\nUse `x`\nor *y*.\n```"),
        (".. admonition:: Use ``x``\n\n   z", "~~~{admonition} Use `x`\nz\n~~~"),
        ("a::\n\n   ```\n   b\n   ```", "a:\n\n````\n```\nb\n```\n````"),
    ],
)
def test_constructs(text: str, markdown: str) -> None:
    assert RstReader([text]).markdown(text) == markdown


def test_figures_and_quotes() -> None:
    text = '"""\nT\n===\n\n.. image:: https://e.org/a.png\n   :alt: a plot\n\nWords:\n\n   quoted\n"""\n# %%\n# Text\nx = 1\n'
    document = opened(text).document
    assert [image.alt for image in of(document, Image)] == ["a plot"]
    assert len(of(document, Quote)) == 1


@given(
    st.lists(
        st.sampled_from(
            ["a", " ", "\n", "\n\n", "   ", "::", ".. ", "`", "``", "_", "=", "===", "- ", ":", "|", "[1]_", "+--+"]
        )
    )
)
def test_any_text_is_read(parts: list[str]) -> None:
    text = "".join(parts)
    found = RstReader([text]).markdown(text)
    if ".." not in text and "`" not in text:  # comments and names of roles are no words
        assert found.count("a") == text.count("a")


_LONG = 100_000


@pytest.mark.parametrize(
    "part", ["a-", ":a", ".. _a: x" + " " * 1000, "`a" + " " * 1000, "```a ", "``", ":a: b\n", "a\n b\n"]
)
def test_texts_without_an_end_are_read_at_once(part: str) -> None:
    text = part * (_LONG // len(part)) + "y"
    began = time.process_time()
    RstReader([text]).markdown(text)
    gallery_cells(f'"""\nT\n===\n\n{text}\n"""\nx = 1\n')
    assert time.process_time() - began < 5  # each took from 8 s to minutes


@pytest.mark.parametrize("part", ["a", " ", "\t", "a "])
@pytest.mark.parametrize(("before", "after"), [('"""', 'x\n"""\ny'), ('"""T\n==="""', "x\n")])
def test_docstrings_that_are_no_titles_are_passed_at_once(before: str, after: str, part: str) -> None:
    began = time.process_time()
    assert gallery_cells(before + part * (_LONG // len(part)) + after) == []
    assert time.process_time() - began < 5
