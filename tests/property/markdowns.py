"""Strategies for Markdown: built from constructs whose words must be on the page, and from pieces that don't fit."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.property.texts import encodable, file_text, line, odd, raw, tex, word

inline = st.one_of(
    line,
    line.map("*{}*".format),
    line.map("**{}**".format),
    line.map("~~{}~~".format),
    line.map("`{}`".format),
    line.map("[{}](https://x.org/a)".format),
    line.map("[{}](other.md#part)".format),
    line.map("[{}](#part)".format),
    line.map("<kbd>{}</kbd>".format),
    line.map("<sub>{}</sub>".format),
    line.map('<span style="color: red">{}</span>'.format),
    line.map("***{}***".format),
    line.map("{} $x^2$".format),
    line.map("{}[^n]".format),
    line.map("{}<br>".format),
    line.map("{} :smile: &copy;".format),
    line.map("![{}](a.png)".format),
    line.map("==".format),
)
"""Running text; each word that it is made of must be shown."""

text = st.lists(inline, min_size=1, max_size=4).map(" ".join)


def indent(block: str, by: str = "  ") -> str:
    return "\n".join(by + row if row else row for row in block.split("\n"))


def fence(language: str, body: str) -> str:
    return f"```{language}\n{body}\n```"


def table(rows: list[list[str]]) -> str:
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " :-- |" * width, *lines[1:]])


leaf = st.one_of(
    text,
    st.tuples(st.integers(1, 6), line).map(lambda x: "#" * x[0] + " " + x[1]),
    line.map("{}\n====".format),
    st.tuples(st.sampled_from(["", "python", "r", "{.sql}", "mermaid", "x y", "ipython3"]), line).map(
        lambda x: fence(*x)
    ),
    st.lists(st.lists(inline, min_size=1, max_size=4), min_size=1, max_size=4).map(table),
    st.just("---"),
    line.map("$$\n\\text{{x}} = 1\n$$\n\n{}".format),
    line.map("<div>\n\n{}\n\n</div>".format),
    line.map("<details><summary>{0}</summary>\n\ninner {0}\n\n</details>".format),
    st.tuples(line, line).map(lambda x: f"{x[0]}\n:   {x[1]}"),
    line.map("<table><tr><th>{0}</th></tr><tr><td>{0}</td></tr></table>".format),
    line.map("<p align=center>{}</p>".format),
    line.map("![{}](https://x.org/a.png)".format),
    line.map("    {}".format),
)
"""Blocks without others inside."""


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda x: "\n".join("- " + indent(each)[2:] for each in x)),
        some.map(lambda x: "\n".join(f"{n}. " + indent(each, "   ")[3:] for n, each in enumerate(x, 3))),
        some.map(lambda x: "\n".join("- [x] " + indent(each)[2:] for each in x)),
        some.map(lambda x: indent("\n\n".join(x), "> ")),
        some.map(lambda x: "::: {.callout-note}\n" + "\n\n".join(x) + "\n:::"),
        some.map(lambda x: "> [!WARNING]\n" + indent("\n\n".join(x), "> ")),
        some.map(lambda x: "::::: {.panel-tabset}\n## One\n\n" + "\n\n".join(x) + "\n:::::"),
        some.map(lambda x: "```{note}\n" + "\n\n".join(x).replace("`", "") + "\n```"),
    )


block = st.recursive(leaf, _deeper, max_leaves=6)
NOTE = "[^n]: the footnote"
document = st.lists(block, min_size=1, max_size=6).map(lambda x: encodable("\n\n".join([*x, NOTE])) + "\n")
"""Whole documents of constructs that fit together."""

PIECES = (
    "- ", "1. ", "* ", "+ ", "> ", "# ", "## ", "    ", "\t", "```", "~~~", "````python", "```{r, echo=FALSE}", "```{python}\n#| echo: false",
    ":::", "::: {.callout-tip}", "::: {#fig-a}", "::::", "|", "|---|", "| a | b |\n|---|---|", "---", "***", "===", "[", "]", "(", ")",
    "[a]: b", "[^1]", "[^1]: x", "![", "![x](y)", "![](<a b.png>){width=50%}", "<div>", "</div>", "<details>", "<summary>", "</summary>", "</details>",
    "<table>", "<tr>", "<td colspan=1000000 rowspan=-1>", "</table>", "<br>", "<b>", "</i>", "<img src=x onerror=y>", "<a href=", "<!--", "-->",
    "<ul><li>", "<p align=right>", "<iframe src='https://x.org'>", "<svg onload=x>", "<math>", "$", "$$", "\\(", "\\]", "\\begin{align}", "\\end{align}",
    "*", "**", "_", "~~", "==", "^", "~", "`", "``", "\\", "@fig-a", "[@a; @b]", "{ref}`a`", "(a)=", "{#sec-a .b k=v}", "\n: def", "- [ ] ", "- [x] ",
    "[!NOTE]", "{{< include x >}}", "{{< video https://x.org >}}", "`r 1+1`", "{eq}`a`", "```{math}", "```{figure} x.png", ":label: a", "+++", "% c",
    "a", "b c", "\n", "\n\n", " ", ":smile:", "&lt;", "http://x.org", "[[TOC]]", "[toc]",
)  # fmt: skip
broken = (
    st.lists(st.sampled_from(PIECES) | word | odd | raw | tex.map("${}$".format), min_size=1, max_size=25)
    .map("".join)
    .map(encodable)
)
"""Documents of pieces that don't fit together."""

some = document | broken | file_text
