"""Marks of Hugo, Jekyll, fastpages, Obsidian and Notion in Markdown become what their readers see."""

from __future__ import annotations

import time

import pytest

from converters.readers.context import MarkdownContext
from converters.readers.markdown import markdown_blocks
from converters.readers.site_marks import site_marks
from tests.converters.test_dialects import show

CASES = {
    "boxes in one line within code": (
        '```md\n{% hint style="info" %} a {% endhint %}\n{{< hint >}} b {{< /hint >}}\n```\n\n{% hint style="info" %} c {% endhint %}',
        ["code[md]  '{% hint style=\"info\" %} a {% endhint %}\\n{{< hint >}} b {{< /hint >}}'", "Callout note", "  p c"],
    ),
    "a box of Hugo's": (
        '{{% notice warning "Mind" %}}\nA *b*\n{{% /notice %}}\n\n{{< callout type="info" >}}\nc\n{{< /callout >}}',
        ["Callout warning Mind", "  p A em(b)", "Callout info", "  p c"],
    ),
    "a box that nothing ends is not opened": ("{{< notice tip >}}\nText", ["p Text"]),
    "code between tags": (
        '{{< highlight python "linenos=table" >}}\nx = "{{< a >}}"\n{{< /highlight >}}\n\n{% highlight r %}\ny\n{% endhighlight %}',
        ["code[python]  'x = \"{{< a >}}\"'", "code[r]  'y'"],
    ),
    "pictures": (
        '{{< figure src="a.png" caption="Cap *b*" alt="Alt" width="30" >}}\n\n{% include figure.html src="b.png" %}',
        ["Image a.png 'Alt' Cap em(b)", "Image b.png ''"],
    ),
    "links": (
        'See [a]({{< ref "b.md" >}}), [c]({{ site.baseurl }}d.md), [e]({{ "f.md" | relative_url }}), [g]({% link h.md %}).',
        ["p See [a]<file:b.md>, [c]<file:d.md>, [e]<file:f.md>, [g]<file:h.md>."],
    ),
    "tabs of Docusaurus": (
        (
            "import Tabs from '@theme/Tabs';\n\n<Tabs>\n  <TabItem value=\"a\" label=\"A b\">\n\nOne *x*\n\n  </TabItem>\n"
            "<TabItem value='c'>\n```\n<TabItem>\n```\n</TabItem>\n</Tabs>\n\nd"
        ),
        ["Tabs", " tab A b", "  p One em(x)", " tab c", "  code[]  '<TabItem>'", "p d"],
    ),
    "tabs of Docusaurus that nothing ends": ("<Tabs>\n<TabItem value='c'>\n\ne", ["p e", "! html.element"]),
    "icons of Material for MkDocs": (
        "## Bugs :material-bug:\n\n:octicons-mark-github-16:{ .lg } [a](b.md) :fontawesome-solid-star: c `:material-d:` a:simple-e:",
        ["h2 Bugs", "p [a]<file:b.md> c code(:material-d:) a:simple-e:", "! role.icon"],
    ),
    "references that mkdocstrings makes": (
        "## ::: shop.costs\n    options:\n      members: true\n\nText\n\n::: shop.total\n\n::: note\nIn a box\n:::\n\n```\n::: a.b\n```",
        ["h2 code(shop.costs)", "p Text", "p code(shop.total)", "Callout note", "  p In a box", "code[]  '::: a.b'", "! directive.reference", "! directive.reference"],
    ),
    "names of headings": (
        '## 6.0 {: #\\6.0}\n\n## Two {: #two .a data-x="b c"}\n\n## Three {three}',
        ["h2 6.0", "h2 Two", "h2 Three {three}"],
    ),
    "a comment that ends as browsers let it": (
        "<!-- no -->\n<!-- a --!>\nAfter *x*\n\n```html\n<!-- b --!>\n```",
        ["p After em(x)", "code[html]  '<!-- b --!>'"],
    ),
    "keys and insertions of MkDocs": (
        "Press ++ctrl+alt+del++ in C++ or D++, ^^new^^ and `++a++`.",
        ["p Press kbd(Ctrl)+kbd(Alt)+kbd(Del) in C++ or D++, underline(new) and code(++a++)."],
    ),
    "a tag that can't be carried out is code": ("A {% paginate 3 %}", ["p A code({% paginate 3 %})", "! shortcode.unknown"]),
    "code is left alone": ("`{{< a >}}` and\n\n```\n{% b %}\n[[c]]\n```", ["p code({{< a >}}) and", "code[]  '{% b %}\\n[[c]]'"]),
    "kramdown": ("* TOC\n{:toc}\n\n# A {#b}\n\n> c\n{: .tip}", ["h1 A", "Quote", "  p c"]),
    "fastpages": ("A {% fn 1 %}\n\n{{ 'The *note*' | fndetail: 1 }}", ["p A note(1)", "Footnotes", " 1", "  p The em(note)"]),
    "callouts of Obsidian": (
        "> [!question]- Why *so*?\n> Text\n> > [!todo]\n> > b\n\n> [!NOTE]\n> c\n\n> [no]\n> d",
        ["Callout info Why em(so)? folded", "  p Text", "  Callout note Todo", "    p b", "Callout note", "  p c", "Quote", "  p [no] d"],
    ),
    "boxes of Hugo in one line": (
        '{{< tabs >}}{{% tab "One" %}}a **b**{{% /tab %}}{{< /tabs >}}\n\n{{% notice warning "Mind" %}}c{{% /notice %}}',
        ["Tabs", " tab One", "  p a strong(b)", "Callout warning Mind", "  p c"],
    ),
    "tabs of MkDocs": (
        '=== "A *b*"\n\n    ```py\n    === "no"\n    ```\n\n    === "In"\n\n        c\n\n=== "B"\n    d\n\nEnd',
        ["Tabs", " tab A b", "  code[py]  '=== \"no\"'", "  Tabs", "   tab In", "    p c", " tab B", "  p d", "p End"],
    ),
    "attributes of Python-Markdown": (
        "[a](https://b.c){ .button } `d`{.python} text { .x }\n{ .annotate #e }\n\n{: .f}",
        ["p [a]<https://b.c> code(d) text { .x }"],
    ),
    "boxes of Docusaurus": (
        ":::tip My *tip*\na\n:::\n\n:::note[Mind]\nb\n:::\n\n:::warning\nc\n:::",
        ["Callout tip My em(tip)", "  p a", "Callout note Mind", "  p b", "Callout warning", "  p c"],
    ),
    "GitBook": (
        '{% hint style="danger" %}\na\n{% endhint %}\n\n{% tabs %}\n{% tab title="T" %}\nb\n{% endtab %}\n{% endtabs %}\n\n{% code title="x" %}\n```py\nc\n```\n{% endcode %}\n\n{% hint %}',
        ["Callout danger", "  p a", "Tabs", " tab T", "  p b", "code[py]  'c'", "p code({% hint %})", "! shortcode.unknown"],
    ),
    "comments and names of blocks in Obsidian": (
        "> [!info] A\n\nb %%secret%% c ^name-1\n\n%%\nsecret\n%%\n\n50%% and `%%d%%` 2^8",
        ["Callout info A", "p b c", "p 50%% and code(%%d%%) 2^8"],
    ),
    "two per cent signs where nothing is of Obsidian": ("%%time and %%bash%% a", ["p %%time and %%bash%% a"]),
    "links of Obsidian": (
        "[[a/Note]], [[Note#Part One|words]], ==c== ![[p.png|30]] a == b == c [[1, 2], [3]] [[ ]]",
        ["p [Note]<file:a/Note.md>, [words]<file:Note.md#part-one>, highlight(c) ImageRef a == b == c [[1, 2], [3]] [[ ]]"],
    ),
    "one pair of brackets is text": ("{{x}} [[wiki]] ==", ["p {{x}} [[wiki]] =="]),
    "an aside of Notion's": ("<aside>\n💡 A *b*\n\n</aside>", ["p 💡 A em(b)"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    text, expected = CASES[name]
    blocks, notes = markdown_blocks(text, MarkdownContext(source="x.md"))
    assert show(blocks) + [f"! {note.code}" for note in notes] == expected


def test_cells_of_notebooks_have_lists_in_lists_and_comparisons() -> None:
    from converters.model import Where

    context = MarkdownContext(source="x.ipynb", where=Where("x.ipynb", 1))
    assert site_marks("[[a]] and ==b==", context) == "[[a]] and ==b=="


@pytest.mark.parametrize(
    "text",
    ["{{< a " * 5_000, "{% a " * 5_000, "{{ '" * 5_000, "{: .a" * 5_000, "[[a" * 5_000, "{{< a" + " " * 50_000 + "x",
     "==a" * 5_000, "`{{" * 5_000, "> " * 5_000 + "[!a]", "{:" + " .a" * 20_000, "[[" + "a " * 20_000, "{{< a b=" * 5_000],
)  # fmt: skip
def test_marks_that_never_end_cost_little(text: str) -> None:
    start = time.perf_counter()
    site_marks(text, MarkdownContext(source="x.md"))
    assert time.perf_counter() - start < 2
