"""``*[HTML]: …`` and MyST's ``abbreviations``: spelt out at the first use, as a page has no tool tips."""

import pytest

from converters.build import text_of
from converters.model import Code, Heading, ListBlock, Paragraph
from converters.options import ReadOptions, Source
from converters.readers import read
from converters.readers.abbreviations import without_abbreviations
from converters.walk import iter_blocks

TEXT = """# Title

## The HTML way

See [HTML](https://example.com/x) and `HTML`. HTML is made by the W3C; no XHTML.
*[HTML]: Hyper Text Markup Language
*[W3C]:  World Wide Web Consortium

- an API (Application Programming Interface) and a UI

*[API]: Application Programming Interface
*[UI]: user interface
*[gone]: is used nowhere

```text
*[X]: stays
```
"""


def shown(text: str, name: str = "x.md") -> list[str]:
    document = read(Source(name, text.encode()), ReadOptions()).document
    return [
        block.text if isinstance(block, Code) else text_of(block.content)
        for block in iter_blocks(document.blocks)
        if isinstance(block, Code | Heading | Paragraph) and not isinstance(block, ListBlock)
    ]


@pytest.mark.parametrize("name", ["x.md", "x.qmd", "x.Rmd"])
def test_the_first_use_in_running_text_is_spelt_out(name: str) -> None:
    assert shown(TEXT, name)[-4:] == [
        "The HTML way",
        "See HTML and HTML. HTML (Hyper Text Markup Language) is made by the W3C (World Wide Web Consortium); no XHTML.",
        "an API (Application Programming Interface) and a UI (user interface)",
        "*[X]: stays",
    ]


def test_a_header_may_name_them() -> None:
    text = "---\ntitle: T\nabbreviations:\n  CLT: central limit theorem\n  no: 1\n---\n\nThe CLT; no CLT.\n"
    assert shown(text) == ["The CLT (central limit theorem); no CLT."]


@pytest.mark.parametrize("line", ["*[a](b): c", "*[a]:", "    *[a]: code", "* [a]: item", "**[a]: b**", "\\*[a]: b"])
def test_other_lines_stay(line: str) -> None:
    assert without_abbreviations(f"a\n{line}", {}) == (f"a\n{line}", {})


def test_thousands_of_them_cost_no_time() -> None:
    text = "\n".join(f"*[a{number}]: word" for number in range(5000)) + "\n\n" + "a1 a2 a4999 " * 5000
    (line,) = shown(text)
    assert line.count("(word)") == 2
