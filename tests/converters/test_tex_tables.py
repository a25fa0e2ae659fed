r"""LaTeX's tables are tables, with cells over columns and rows; what isn't known leaves the source as it is."""

import json
import time

import pytest

from converters.build import text_of
from converters.model import Code, InlineMath, Mark, Table
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.readers.tex_tables import tex_table
from converters.transforms import apply
from converters.walk import iter_blocks

WHOLE = r"""\begin{table}[h]
\centering
\caption{Results of \emph{it}}\label{tab:r}
\begin{tabular}{l|rr} % a comment
\toprule
 & \multicolumn{2}{c}{Both} \\ \cmidrule(lr){2-3}
name & one & two \\
\midrule
\multirow{2}{*}{a} & 1 & $\beta$ \\
 & \textbf{2} & 3\,\% \\[2pt]
b -- c & {\bfseries x} y~z & \\
\bottomrule
\end{tabular}
\end{table}"""


def rows(table):
    return [
        [
            text_of(cell.content)
            + (f"|{cell.colspan}" if cell.colspan > 1 else "")
            + (f"-{cell.rowspan}" if cell.rowspan > 1 else "")
            for cell in row.cells
        ]
        for row in table.rows
    ]


def test_a_table_with_all_that_people_write() -> None:
    table = tex_table(WHOLE, None)
    assert table is not None
    assert rows(table) == [
        ["", "Both|2"],
        ["name", "one", "two"],
        ["a-2", "1", r"\beta"],
        ["2", "3 %"],
        ["b – c", "x y\xa0z", ""],
    ]
    assert (table.header_rows, text_of(table.caption), table.label) == (2, "Results of it", "tab:r")
    assert [column.align for column in table.columns] == ["left", "right", "right"]
    assert table.rows[0].cells[1].align == "center" and table.rows[0].cells[1].header
    assert isinstance(table.rows[2].cells[2].content[0], InlineMath)
    assert table.rows[3].cells[0].content[0].marks == {Mark.STRONG}
    assert [span.marks for span in table.rows[4].cells[1].content] == [{Mark.STRONG}, set()]


def test_rules_after_each_row_make_the_first_a_header() -> None:
    table = tex_table(r"\begin{tabular}{l|r}\hline a & b\\ \hline 1 & 2\\ \hline 3 & 4\\ \hline\end{tabular}", None)
    assert rows(table) == [["a", "b"], ["1", "2"], ["3", "4"]] and table.header_rows == 1
    assert tex_table(r"\begin{tabular}{ll}a & b\\ 1 & 2\end{tabular}", None).header_rows == 0


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{tabular}{ll} \nosuch a & b \end{tabular}",
        r"\begin{tabular}{l} a & b \end{tabular}",
        r"\begin{tabular}{ll} a {& b \end{tabular}",
        r"\begin{tabular}{lq} a & b \end{tabular}",
        r"\begin{tabular}{ll} \multirow{2}{*}{a} & b \\ c & d \end{tabular}",
        r"\begin{tabular}{l} \begin{tabular}{l} a \end{tabular} \end{tabular}",
        r"\begin{tabular}{l} \multicolumn{2}{c}{\multicolumn{2}{c}{a}} \end{tabular}",
        r"\begin{tabular}{l} \end{tabular}",
        r"\begin{tabular}{l} $a \end{tabular}",
        r"\begin{table} words \begin{tabular}{l} a \end{tabular} \end{table}",
        r"\begin{tabular}{l} a \end{tabular} and \begin{tabular}{l} b \end{tabular}",
        r"\begin{tabular}{*{99}{l}} " + r"a \\ " * 300 + r"\end{tabular}",
        r"\begin{tabular}{l} " + "{" * 40 + "a" + "}" * 40 + r" \end{tabular}",
        r"\begin{align} a & b \end{align}",
        r"\begin{tabular}{lll} a & \multirow{2}{*}{b} & c \\ \multicolumn{2}{l}{d} & e \end{tabular}",
    ],
)
def test_what_is_not_known_is_no_table(tex: str) -> None:
    assert tex_table(tex, None) is None


@pytest.mark.parametrize("name", ["x.md", "x.Rmd", "x.qmd"])
def test_in_markdown_it_stands_in_its_place_and_is_referred_to(name: str) -> None:
    text = f"# T\n\nSee \\@ref(tab:r).\n\n{WHOLE}\n\nAfter.\n".replace(
        "\\@ref(tab:r)", "it" if name == "x.md" else "\\@ref(tab:r)"
    )
    found = apply(read(Source(name, text.encode()), ReadOptions()), TransformOptions(target="confluence"), NoFiles())
    (table,) = [block for block in iter_blocks(found.document.blocks) if isinstance(block, Table) and block.label]
    assert text_of(table.caption).endswith("Results of it") and not any(
        note.code.startswith("math") for note in found.notes
    )
    assert "Table 1" in text_of(table.caption) or name == "x.md"


def test_an_output_of_latex_is_a_table_where_it_is_one() -> None:
    def shown(tex: str) -> list[object]:
        data = {"text/latex": tex, "text/plain": "<IPython.core.display.Latex object>"}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        cell = {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1, "outputs": [output]}
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
        found = read(Source("x.ipynb", json.dumps(notebook).encode()), ReadOptions())
        done = apply(found, TransformOptions(target="notion", anatomy=False), NoFiles())
        return [block for block in iter_blocks(done.document.blocks) if isinstance(block, Table | Code)]

    (table,) = shown(WHOLE)
    assert isinstance(table, Table) and len(table.rows) == 5
    (code,) = shown(r"\begin{tabular}{l} \nosuch \end{tabular}")
    assert isinstance(code, Code) and "nosuch" in code.text


def test_long_tables_cost_no_time_beyond_their_length() -> None:
    tex = r"\begin{longtable}{ll} " + r"a & \textbf{b} \\ " * 9000 + r"\end{longtable}"
    assert len(tex_table(tex, None).rows) == 9000
    assert tex_table(r"\begin{tabular}{l} " + "{" * 20_000, None) is None
    assert tex_table(r"\begin{tabular}{l} " + r"\textbf{a}" * 50_000 + r"\end{tabular}", None) is None
    assert tex_table(r"\caption{a}" * 50_000 + r"\begin{tabular}{l} a \end{tabular}", None) is None


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{tabular}[a]" * 6000 + r"\end{longtable}" * 6000,
        r"\begin{tabular}{" + r"*{99}{l}" * 8000 + r"} a \end{tabular}",
        r"\begin{tabular}{l} " + r"a \\[" * 40_000 + r" \end{tabular}",
    ],
    ids=["begins", "columns", "brackets"],
)
def test_what_was_made_to_take_long_is_no_table_at_once(tex: str) -> None:
    before = time.process_time()
    tex_table(tex, None)
    assert time.process_time() - before < 3  # each took 8 to 22 s
