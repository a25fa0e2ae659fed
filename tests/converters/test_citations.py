"""Citations and bibliographies: names and years, numbers, the list of references, what is missing, and hostile files."""

import json
import time

import pytest

from converters import model as m
from converters import transforms, writers
from converters.build import text_of
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from converters.transforms.bibliography import plain_latex, read_bibliography
from converters.transforms.citation_style import reference, short_names
from converters.walk import iter_blocks

BIB = r"""
@string{jss = "Journal of Statistical {S}oftware"}
@article{wickham2014, author={Wickham, Hadley}, title={Tidy {D}ata}, journal=jss, year=2014, volume=59, number=10,
  pages={1--23}, doi={10.18637/jss.v059.i10}, year={2014}}
@book{knuth84, author = "Donald E. Knuth", title="The {\TeX}book", publisher={Addison-Wesley}, year=1984, edition=2}
@inproceedings{he2016, author={He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian},
  title={Deep Residual Learning for {$L^2$} Images}, crossref={cvpr}, pages={770-778}}
@proceedings{cvpr, title={Proc. CVPR}, year={2016}}
@article{again, author={Wickham, Hadley}, title={Another}, journal={J}, date={2014-03-01}}
@misc{web, title={R: A language}, author={{R Core Team}}, year=2023, url={https://www.R-project.org/}}
@article{broken, author={A, title=
@phdthesis{mu, author={M{\"u}ller, J{\"o}rg and {\O}stby, {\AA}se}, title={{\"U}ber \emph{alles}}, school={ETH}, year=2001}
"""
CSL = [
    {
        "id": "smith",
        "type": "article-journal",
        "title": "On <i>things</i>",
        "author": [{"family": "Smith", "given": "Ann"}, {"literal": "The WHO"}],
        "issued": {"date-parts": [[2020, 5]]},
        "container-title": "Nature",
        "volume": 3,
        "page": "1-2",
        "DOI": "10.1000/xyz",
    }
]


class Files:
    def __init__(self, **files):
        self.files = {name.replace("__", "."): data for name, data in files.items()}

    def read(self, path):
        if path.startswith(".."):
            raise PermissionError(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path].encode()

    def exists(self, path):
        return path in self.files


def made(text, path="a.qmd", **files):
    files = Files(**{"refs__bib": BIB, **files})
    found = read(Source(path, text.encode()), ReadOptions())
    return transforms.apply(found, TransformOptions(target="confluence", anatomy=False), files)


def paragraphs(page):
    return [text_of(block.content) for block in iter_blocks(page.document.blocks) if isinstance(block, m.Paragraph)]


def codes(page):
    return [note.code for note in page.notes]


def qmd(text, head="bibliography: refs.bib"):
    return f"---\ntitle: T\n{head}\n---\n\n{text}\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[@knuth84]", "(Knuth 1984)"),
        ("[see @knuth84, pp. 3-4; also @he2016]", "(see Knuth 1984, pp. 3-4; also He et al. 2016)"),
        ("As @mu say", "As Müller and Østby (2001) say"),
        ("@mu [p. 3] say", "Müller and Østby (2001, p. 3) say"),
        ("Knuth [-@knuth84]", "Knuth (1984)"),
        ("[@web].", "(R Core Team 2023)."),
        ("[@wickham2014; @again]", "(Wickham 2014b; Wickham 2014a)"),
    ],
)
def test_author_and_year(written, shown):
    page = made(qmd(written))
    assert paragraphs(page)[0] == shown
    assert codes(page) == []


def test_links_lead_to_the_list_of_references_at_the_end():
    page = made(qmd("See [@knuth84] and @he2016.[^1]\n\n[^1]: And [@web]."))
    heading, *entries = [b for b in page.document.blocks if isinstance(b, m.Heading | m.Paragraph)][1:]
    assert text_of(heading.content) == "References"
    assert [text_of(entry.content).replace("Proc. CVPR", "CVPR") for entry in entries] == [
        "He, Kaiming, Xiangyu Zhang, Shaoqing Ren, and Jian Sun. 2016. “Deep Residual Learning for L^2 Images.” In CVPR, 770–778.",
        "Knuth, Donald E. 1984. The TeXbook. 2nd ed. Addison-Wesley.",
        "R Core Team. 2023. “R: A language.” https://www.R-project.org/.",
    ]
    assert entries[1].content[0] == m.Anchor("ref-knuth84")
    links = [span.href for span in page.document.blocks[0].content if isinstance(span, m.Span) and span.href]
    assert links == [m.AnchorLink("ref-knuth84"), m.AnchorLink("ref-he2016")]
    assert isinstance(page.document.blocks[-1], m.Footnotes)
    for target in ("confluence", "notion"):
        body, _ = writers.write(page.document, target, WriteOptions())
        assert "Addison-Wesley" in f"{body.body}{body.blocks}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.md", "{cite}`knuth84,mu` and {cite:t}`web` {cite:p}`{see}knuth84{p. 3}`\n\n```{bibliography}\n```\n\nEnd."),
        ("a.qmd", "[@knuth84; @mu] and @web [see @knuth84, p. 3]\n\n::: {#refs}\n:::\n\nEnd."),
    ],
)
def test_the_place_that_the_author_chose(path, text):
    found = paragraphs(made(qmd(text), path))
    assert found[0] == "(Knuth 1984; Müller and Østby 2001) and R Core Team (2023) (see Knuth 1984, p. 3)"
    assert [line[:5] for line in found[1:]] == ["Knuth", "Mülle", "R Cor", "End."]


def test_a_last_heading_without_text_is_theirs():
    page = made(qmd("# A\n\n[@mu]\n\n# Bibliography"))
    assert [text_of(b.content) for b in page.document.blocks if isinstance(b, m.Heading)] == ["A", "Bibliography"]


def test_numbers_where_the_style_has_them():
    page = made(qmd("[@mu; @web], @knuth84", "bibliography: refs.bib\ncsl: ieee.csl\nnocite: '@he2016'"))
    assert paragraphs(page)[0] == "[1, 2], Knuth [3]"
    items = page.document.blocks[-1].items
    assert [text_of(item.blocks[0].content).split(",")[0].split(".")[0] for item in items] == [
        "Müller",
        "R Core Team",
        "Knuth",
        "He",
    ]
    styled = made(qmd("[@mu]", "bibliography: refs.bib\ncsl: my.csl"), my__csl='<category citation-format="numeric"/>')
    assert paragraphs(styled)[0] == "[1]"


def test_all_entries_where_nocite_asks_for_them():
    page = made(qmd("Text.", "bibliography: refs.bib\nnocite: '@*'"))
    assert len(paragraphs(page)) == 1 + 7
    assert codes(page) == []


def test_what_is_missing_is_told():
    page = made(
        qmd(
            "[@knuth84; @nope] and @somebody\n\n[@broken]",
            "bibliography: [refs.bib, none.bib, ../x.bib, 'https://x.org/a.bib']",
        )
    )
    assert paragraphs(page)[:2] == ["(Knuth 1984; nope?) and @somebody", "(broken?)"]
    assert codes(page) == [
        "bibliography.missing",
        "bibliography.outside",
        "bibliography.web",
        *["citation.unknown"] * 3,
    ]
    alone = made(qmd("[@knuth84] by @knuth84\n\n::: {#refs}\n:::", "bibliography: none.bib"))
    assert paragraphs(alone) == ["[@knuth84] by @knuth84"]
    assert codes(alone) == ["bibliography.missing", "citation.text", "directive.bibliography"]


def test_without_a_bibliography_nothing_is_cited():
    page = made(qmd("[@knuth84] and @me, me@x.org", "lang: en"))
    assert paragraphs(page) == ["[@knuth84] and @me, me@x.org"]
    assert codes(page) == ["citation.text"]


def test_a_summary_cites_too():
    text = "---\ntitle: T\nbibliography: refs.bib\nabstract: As @knuth84 and [@mu] by me@x.org.\n---\n\nBody [@mu].\n"
    page = transforms.apply(
        read(Source("a.qmd", text.encode()), ReadOptions()), TransformOptions(target="confluence"), Files(refs__bib=BIB)
    )
    summary = page.document.blocks[0]
    assert isinstance(summary, m.Callout)
    assert text_of(summary.blocks[0].content) == "As Knuth (1984) and (Müller and Østby 2001) by me@x.org."
    assert page.document.meta.summary == text_of(summary.blocks[0].content)
    assert codes(page) == []


def test_csl_json_and_references_in_the_header():
    for head in ("bibliography: refs.json", f"references: {json.dumps(CSL)}"):
        page = made(qmd("[@smith]", head), refs__json=json.dumps(CSL))
        assert paragraphs(page) == [
            "(Smith and The WHO 2020)",
            "Smith, Ann, and The WHO. 2020. “On things.” Nature 3: 1–2. https://doi.org/10.1000/xyz.",
        ]


def test_a_notebook_with_a_header_cites():
    cells = [
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: T\nbibliography: refs.bib\n---"},
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "# A\n\nAs @knuth84 [@mu]. [@x]: no\n\n[me@x]: https://x.org",
        },
    ]
    page = made(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}), "a.ipynb")
    assert paragraphs(page)[0].startswith("As Knuth (1984) (Müller and Østby 2001).")


def test_the_language_of_the_document():
    page = made(qmd("[@mu]", "bibliography: refs.bib\nlang: de"))
    assert [text_of(b.content) for b in page.document.blocks if isinstance(b, m.Heading)] == ["Literatur"]


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"M{\"u}ller \& {\'E}lan", "Müller & Élan"),
        (r"{\LaTeX} and {DNA} -- \emph{x}", "LaTeX and DNA – x"),
        (r"On $\alpha_1$ in {K}", r"On $\alpha_1$ in K"),
        ("``quoted'' \\v{S}", "“quoted” Š"),
    ],
)
def test_latex_of_fields(latex, shown):
    assert plain_latex(latex) == shown


def test_entries_without_people_or_year():
    found = read_bibliography(b"@misc{k, title={A long title of nobody}, howpublished={Blog}}", "x.bib", ["k"])
    entry = found.entries["k"]
    assert short_names(entry) == "“A long title of nobody”"
    assert text_of(reference(entry, "n.d.")) == "n.d. A long title of nobody. Blog."


N = 19_000
HOSTILE = {
    "braces": "@a{k, title={" + "{" * (N // 2) + "}" * (N // 2) + "}}",
    "no end": "@a{k, title={" + "{" * N,
    "people": "@a{k, author={" + "A and " * (N // 6) + "B}}",
    "commas": "@a{k, author={" + "," * N + "}}",
    "backslashes": "@a{k, title={" + "\\" * N + "}}",
    "accents": "@a{k, title={" + "\\'{e" * (N // 5) + "}}",
    "strings": "\n".join(f"@string{{s{n + 1} = s{n} # s{n}}}" for n in range(60)) + "\n@a{k, title=s60}",
    "one string": '@string{s="' + "x" * 450 + '"}\n@a{k, title=s' + " # s" * (N // 5) + "}",
    "signs": "@" * 2_000_000,
    "beginnings": "\n@a{" * 400_000,
    "entries": "\n@a{k," * 300_000,
    "unshown": "@a{k,\n" + "file=a,\n" * 250_000 + "}",
    "abstracts": "@a{k," + "\nabstract={" * 50_000 + "}",
    "blanks": "@a{k," + " " * 2_000_000,
    "commands": "@a{k, title={" + "\\href{" * (N // 6) + "}}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_a_time_in_proportion(name):
    began = time.process_time()
    found = read_bibliography(HOSTILE[name].encode(), "x.bib", ["k"])
    assert time.process_time() - began < 5
    assert all(len(entry.title) <= 2_000 and len(entry.authors) <= 200 for entry in found.entries.values())


@pytest.mark.parametrize(("name", "data"), [("x.json", b"[" * 100_000), ("x.yaml", b"a: [" * 5_000), ("x.ris", b"TY")])
def test_a_file_that_is_no_bibliography_is_told(name, data):
    with pytest.raises(ValueError, match=r"JSON|YAML|kind \.ris") as told:
        read_bibliography(data, name, ["k"])
    assert len(str(told.value).splitlines()) == 1


def test_an_address_that_is_no_text_costs_no_page():
    """JSON can hold halves of surrogate pairs."""
    data = json.dumps(
        [{"id": "k", "title": "A", "DOI": "10.1234/\ud800"}, {"id": "l", "URL": "https://a.example/\ud800"}]
    )
    found = read_bibliography(data.encode(), "x.json", ["k", "l"]).entries
    assert reference(found["k"], "2000")[-2].href == "https://doi.org/10.1234/%3F"
    assert not any(each.href for each in reference(found["l"], "2000"))


def test_a_thousand_entries_name_a_string_each_in_no_time():
    strings = "".join(f'@string{{j{n} = "Journal {n}"}}\n' for n in range(500))
    entries = "".join(f"@article{{k{n}, title={{A}}, journal=J{n % 500}}}\n" for n in range(1_000))
    began = time.process_time()
    found = read_bibliography((strings + entries).encode(), "x.bib", None).entries
    assert time.process_time() - began < 3
    assert [found[key].container for key in ("k0", "k7", "k999")] == ["Journal 0", "Journal 7", "Journal 499"]


@pytest.mark.parametrize(
    "header",
    ["nocite: [1, 2]", "nocite: {a: 1}", "bibliography: {a: 1}", "bibliography: [1]", "csl: 3", "references: 5"],
)
def test_odd_headers_cost_no_page(header):
    found = read(Source("a.md", f"---\n{header}\n---\nAs [@k] says".encode()), ReadOptions())
    made = transforms.apply(found, TransformOptions(), NoFiles())
    assert any(
        isinstance(each, m.Paragraph) and "says" in text_of(each.content) for each in iter_blocks(made.document.blocks)
    )
