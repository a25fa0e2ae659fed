"""Frames of pandas are read alike with and without a tree."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.model import Blocks, Table, Where
from converters.notes import Note
from converters.readers import html
from converters.readers.context import MarkdownContext
from converters.readers.html import html_blocks
from converters.readers.quick_frames import quick_frame

_STYLE = "<style scoped>\n    .dataframe tbody tr th {\n        vertical-align: top;\n    }\n</style>\n"
_WORDS = st.one_of(
    st.text(alphabet="ab 1.\n\u00a0\u05d0é×–\u2028", max_size=6),
    st.sampled_from(["", "NaN", "1.5", "-3", "&lt;b&gt;", "&amp;amp;", "a &amp; b", "...", "2020-01-01", "12 %"]),
    st.sampled_from(["&nbsp;", "<b>x</b>", "&lt", "<br>", "\x07", "]]>", "&#39;"]),
)


def _frame(
    rows: list[list[str]],
    *,
    index: int = 1,
    names: bool = False,
    size: bool = True,
    box: bool = True,
    style: bool = True,
) -> str:
    """The HTML that pandas writes of a frame; the first of ``rows`` is its header."""

    def row(cells: list[str], headers: int, look: str = "") -> str:
        told = "".join(
            f"      <{kind}>{cell}</{kind}>\n"
            for i, cell in enumerate(cells)
            for kind in ("th" if i < headers else "td",)
        )
        return f"    <tr{look}>\n{told}    </tr>\n"

    head = row(rows[0], len(rows[0]), ' style="text-align: right;"')
    if names:
        head += row(["k", *[""] * (len(rows[0]) - 1)], len(rows[0]))
    body = "".join(row(cells, index) for cells in rows[1:])
    table = (
        f'<table border="1" class="dataframe">\n  <thead>\n{head}  </thead>\n  <tbody>\n{body}  </tbody>\n</table>\n'
    )
    table = (_STYLE if style else "") + table
    table += f"<p>{len(rows) - 1} rows × {len(rows[0])} columns</p>\n" if size else ""
    return f"<div>\n{table}</div>" if box else table


def _read(text: str, max_rows: int, *, tree: bool) -> tuple[Blocks, list[Note]]:
    context = MarkdownContext(source="n.ipynb", where=Where("n.ipynb", 3, output=1), max_rows=max_rows)
    with pytest.MonkeyPatch.context() as patch:
        if tree:
            patch.setattr(html, "quick_frame", lambda *_: None)
        return html_blocks(text, context)


@given(
    st.integers(1, 4).flatmap(
        lambda wide: st.lists(st.lists(_WORDS, min_size=wide, max_size=wide), min_size=1, max_size=6)
    ),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 3, 200]),
)
def test_frames_are_read_alike_with_and_without_a_tree(
    rows: list[list[str]], index: int, names: bool, size: bool, box: bool, max_rows: int
) -> None:
    text = _frame(rows, index=index, names=names, size=size, box=box, style=box)
    quick, slow = _read(text, max_rows, tree=False), _read(text, max_rows, tree=True)
    assert quick == slow
    assert msgspec.json.encode(quick[0]) == msgspec.json.encode(slow[0])  # equal values may be written differently


def test_an_ordinary_frame_takes_the_short_cut() -> None:
    text = _frame([["", "a &lt; b", "c"], ["0", "1.5", "é"], ["1", "NaN", "x"]], names=True)
    found = quick_frame(text, MarkdownContext(max_rows=200))
    assert found is not None
    assert isinstance(found[0], Table)
    assert (found[0].header_rows, found[0].header_columns, len(found[0].rows)) == (1, 1, 3)
    assert found == _read_plain(text)


def _read_plain(text: str) -> Blocks:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "quick_frame", lambda *_: None)
        return html_blocks(text, MarkdownContext(max_rows=200))[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<td>1.5</td>", '<td style="color: red">1.5</td>'),
        ("<td>1.5</td>", "<td><b>1.5</b></td>"),
        ("<td>1.5</td>", "<td>1.5</th>"),
        ("<td>1.5</td>", "<td>1.5</td>words"),
        ("vertical-align: top", "color: red } #x { color: blue"),
        ("</div>", "</div><p>more</p>"),
        ("<tbody>", "<caption>c</caption><tbody>"),
    ],
)
def test_what_is_no_ordinary_frame_is_left_to_the_tree(old: str, new: str) -> None:
    text = _frame([["", "a", "c"], ["0", "1.5", "é"]])
    assert old in text
    assert quick_frame(text.replace(old, new), MarkdownContext(max_rows=200)) is None
