"""Strategies for texts: what people write, and what no one should."""

from __future__ import annotations

from hypothesis import strategies as st

ODD = (
    "\x00", "\x07", "\x0b", "\x1b[31m", "\ufffe", "\ufeff", "\u200b", "\u202e", "\u2028", "\x85", "\xa0", "\xad",
    "é", "e\u0301", "ﬁ", "日本語", "العربية", "עברית", "👩‍👩‍👧‍👦", "🇩🇪", "𝔘𝔫𝔦", "\U0010ffff",
    "]]>", "&amp;", "&#x0;", "&nbsp;", "&#xD800;", "<", ">", '"', "'", "`", "\\", "$", "$$", "|", "\t", "\r", "\r\n",
    "nbwiki:x#y", "nbwiki-asset:0", "javascript:alert(1)", "{{x}}", "{html}", '<ac:structured-macro ac:name="html"/>',
    "<script>x</script>", "<!--", "-->", "<![CDATA[", "<?x?>", "http://", "https://x.org/a_(b)", "www.x.org", "a@b.org",
)  # fmt: skip
"""Characters and pieces that break converters."""

CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from(
    [*" \n\t*_`#>-+=|:[](){}!<>&$\\~^\"'/.,;%@0123456789abc"]
)

word = st.text("abcdefghijäßñ", min_size=2, max_size=7).map("{}zz".format)
"""A word that is known again: it ends in zz."""

line = st.lists(word, min_size=1, max_size=6).map(" ".join)
odd = st.lists(st.sampled_from(ODD) | word | st.just(" "), min_size=1, max_size=8).map("".join)
raw = st.text(CHARACTERS, max_size=80)
anything = line | odd | raw
"""Any text at all, lone surrogates too."""


def encodable(text: str) -> str:
    """The text without lone surrogates, which no file in UTF-8 holds."""
    return text.encode("utf-8", "replace").decode()


file_text = anything.map(encodable)

TEX = (
    r"x^2", r"\frac{a}{b}", r"\alpha", r"\sum_{i=1}^n", r"\begin{align}a&=b\\c&=d\end{align}", r"\left(", r"\right)", "{", "}",
    "&", r"\\", r"\text{ab $c$}", r"\label{eq:a}", r"\eqref{eq:a}", r"\tag{1}", r"\newcommand{\R}{\mathbb{R}}", r"\R", "%", "#",
    r"\mathbf{x}", r"\begin{pmatrix}1&2\end{pmatrix}", r"\operatorname{a}", r"\ce{H2O}", "é", "日", r"\unknown", "^", "_", "'",
    r"\def\a{\a\a}\a", r"\input{/etc/passwd}", r"\href{javascript:x}{y}", r"\color{red}", "\n", " ", "1", "x", r"\hline", "$",
)  # fmt: skip
tex = st.lists(st.sampled_from(TEX), min_size=1, max_size=8).map("".join) | line | odd
"""LaTeX, right and wrong."""
