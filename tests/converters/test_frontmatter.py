"""Headers in the dialects in use, and the traps of YAML."""

import time

import pytest

from converters.metadata import DataSource, Metadata, Person
from converters.model import Where
from converters.options import ReadOptions, Source
from converters.readers.fastpages import first_cell
from converters.readers.frontmatter import merge, metadata_from_mapping, parse_header, split_header
from converters.readers.text import read_markdown
from converters.readers.wiki_headers import mark_header

WHERE = Where("x.md")


def read(header):
    mapping, notes = parse_header(header, WHERE)
    meta, more = metadata_from_mapping(mapping, WHERE)
    return meta, [*notes, *more]


def test_header_is_split_off_only_at_the_top():
    assert split_header("---\na: 1\n---\nbody") == ("a: 1", "body", 3)
    assert split_header("\n---\na: 1\n---\n") == ("", "\n---\na: 1\n---\n", 0)
    assert split_header("---\nno end")[0] == ""


@pytest.mark.parametrize(
    ("header", "field", "expected"),
    [
        # Kyso
        ("description: short", "summary", "short"),
        ("authors: [a@x.org]", "authors", (Person("a@x.org", "a@x.org"),)),
        ("channel: growth", "team", "growth"),
        ("organization: acme", "hub", "acme"),
        ("preview: img/a.png", "thumbnail", "img/a.png"),
        ("type: embedded", "kind", "embedded"),
        ("main: a.ipynb", "main", "a.ipynb"),
        ("toc: [{title: Data, src: data.csv}, b.md]", "files", ("data.csv", "b.md")),
        ('reports: ["a/**", b]', "reports", ("a/**", "b")),
        ("show_code: false", "code", "omit"),
        ("show_output: false", "execute", {"output": False}),
        # knowledge-repo
        ("tldr: short", "summary", "short"),
        ("created_at: 2024-03-01 00:00:00", "created", "2024-03-01"),
        ("updated_at: 2024-03-02 10:11:12", "updated", "2024-03-02T10:11:12"),
        ("authors: [ann_lee, bo]", "authors", (Person("ann_lee"), Person("bo"))),
        ("thumbnail: 2", "thumbnail", "2"),
        ("thumbnail: null", "thumbnail", "none"),
        ("thumbnail:", "thumbnail", "none"),
        ("private: true", "visibility", "restricted"),
        ("allowed_groups: [a, b]", "allow", ("a", "b")),
        ("status: submitted", "status", "review"),
        ("status: unpublished", "status", "archived"),
        ("uuid: 1b", "id", "1b"),
        ("path: projects/churn", "path", "projects/churn"),
        ("subtitle: more", "subtitle", "more"),
        # Quarto
        ("abstract: short", "summary", "short"),
        ("date: 2024-03-01", "created", "2024-03-01"),
        ("date: March 1, 2024", "created", "2024-03-01"),
        ("date: 1 March 2024", "created", "2024-03-01"),
        ("date: 2024/3/1", "created", "2024-03-01"),
        ("date-modified: 2024-03-02", "updated", "2024-03-02"),
        ("categories: a, b", "tags", ("a", "b")),
        ("image: a.png", "thumbnail", "a.png"),
        ("image: {src: a.png, alt: x}", "thumbnail", "a.png"),
        ("format: {html: {code-fold: true}}", "code", "fold"),
        ("format: {html: {code-fold: show}}", "code", "show"),
        ("format: {html: {code-tools: true}}", "code", "fold"),
        ("code-fold: false", "code", "show"),
        ("execute: {echo: false}", "code", "omit"),
        ("execute: {echo: true}\nformat: {html: {code-fold: true}}", "code", "fold"),
        ("execute: {echo: false}\nformat: {html: {code-fold: true}}", "code", "omit"),
        ("execute: {echo: false}\ncode: fold", "code", "fold"),
        ("execute: {echo: fenced}", "code", "show"),
        ("date: 13.10.2024", "created", "2024-10-13"),
        ("execute: {warning: false, freeze: auto}", "execute", {"warning": False, "freeze": "auto"}),
        ("knitr: {opts_chunk: {echo: false}}", "code", "omit"),
        ("format: {html: {toc: true, toc-depth: 2}}", "toc", True),
        ("format: {html: {toc: true, toc-depth: 2}}", "toc_depth", 2),
        ("number-sections: yes", "numbering", True),
        ("author: {name: {given: Ann, family: Lee}}", "authors", (Person("Ann Lee"),)),
        (
            "author: [{name: A, affiliations: [{ref: u}]}]\naffiliations: [{id: u, name: Uni}]",
            "authors",
            (Person("A", affiliation="Uni"),),
        ),
        ("author: [A, {name: B, corresponding: true}]", "owner", Person("B")),
        ("author: [{name: A, orcid: 0000-1}]", "authors", (Person("A", orcid="0000-1"),)),
        ("license: CC BY", "license", "CC BY"),
        ("license: {text: MIT, url: 'https://x.org'}", "license", "MIT"),
        ("citation: {container-title: J, volume: 3}", "citation", "J, 3"),
        ("citation: true", "citation", ""),
        ("repo-url: https://u:p@github.com/a/b", "source", {"repo": "https://github.com/a/b"}),
        ("website: {repo-url: 'https://github.com/a/b'}", "source", {"repo": "https://github.com/a/b"}),
        ("code-links: [{text: Binder, href: 'https://mybinder.org/v2/gh/a/b/main'}]", "run",
         {"binder": "https://mybinder.org/v2/gh/a/b/main"}),
        ("listing: {contents: [posts]}", "reports", ("posts",)),
        ("other-links: [{text: x, href: 'https://x.org'}]", "related", ("https://x.org",)),
        ("aliases: [/old.html]", "aliases", ("/old.html",)),
        ("draft: yes", "status", "draft"),
        ("lang: de", "language", "de"),
        # MyST, Jupyter Book
        ("short_title: T", "title", "T"),
        ("parts: {abstract: short}", "summary", "short"),
        ("authors: [ann]\ncontributors: [{id: ann, name: Ann Lee, email: a@x.org}]", "authors",
         (Person("Ann Lee", "a@x.org"),)),
        ("contributors: [{name: Ann}]", "authors", (Person("Ann"),)),
        ("reviewers: [R]\neditors: [E]", "reviewers", (Person("R"),)),
        ("editors: [E]", "reviewers", (Person("E"),)),
        ("keywords: [a]\ntags: [b]", "tags", ("b", "a")),
        ("venue: {title: Conf}", "hub", "Conf"),
        ("banner: b.png", "thumbnail", "b.png"),
        ("github: a/b", "source", {"repo": "https://github.com/a/b"}),
        ("source_url: https://x.org/s\nedit_url: https://x.org/e", "source",
         {"url": "https://x.org/s", "edit": "https://x.org/e"}),
        ("binder: https://mybinder.org/v2/gh/a/b/HEAD", "run", {"binder": "https://mybinder.org/v2/gh/a/b/HEAD"}),
        ("launch_buttons: {binderhub_url: 'https://b.org', colab_url: 'https://c.org'}", "run",
         {"binder": "https://b.org", "colab": "https://c.org"}),
        ("requirements: [environment.yml]", "environment", ("environment.yml",)),
        ("downloads: [{file: a.csv, title: x}]", "files", ("a.csv",)),
        ("license: {content: {id: CC-BY-4.0, name: CC}}", "license", "CC"),
        ("parts: {data_availability: On request.}", "data_sources", (DataSource("On request."),)),
        ("doi: 10.1/x", "doi", "10.1/x"),
        # R Markdown, distill, blogdown
        ("output: {html_document: {code_folding: hide}}", "code", "fold"),
        ("output: {html_document: {code_folding: show}}", "code", "show"),
        ("output: {html_document: {toc: yes, number_sections: no}}", "numbering", False),
        ("author: [{name: A, affiliation: U, affiliation_url: 'https://u.org'}]", "authors",
         (Person("A", affiliation="U"),)),
        ("author: [{first_name: Ann, last_name: Lee}]", "authors", (Person("Ann Lee"),)),
        ("author: [{Ann Lee: 'https://a.org'}]", "authors", (Person("Ann Lee", url="https://a.org"),)),
        ("maintainer: M", "owner", Person("M")),
        ("lastmod: 2024-03-02", "updated", "2024-03-02"),
        ("featured: a.png", "thumbnail", "a.png"),
        ("featured: true", "thumbnail", ""),
        ("slug: old-name", "aliases", ("old-name",)),
        ("repository_url: https://github.com/a/b.git", "source", {"repo": "https://github.com/a/b"}),
        ("params: {n: {label: N, value: 5, input: slider}, m: 1}", "params", {"n": 5, "m": 1}),
        # Jekyll, fastpages
        ("author: A & B", "authors", (Person("A"), Person("B"))),
        ("published: false", "status", "draft"),
        # conflr, Quarto, md2conf, mk-notes
        ("confluence_settings: {space_key: D, parent_id: 1, type: page}", "wiki",
         {"confluence": {"space": "D", "parent": "1", "type": "page"}}),
        ("output: {'conflr::confluence_document': {code_folding: hide}}", "code", "fold"),
        ("format: {confluence-html: {toc: 1, space: D}}", "wiki", {"confluence": {"toc": "1", "space": "D"}}),
        ("confluence_page_id: '12'", "wiki", {"confluence": {"id": "12"}}),
        ("id: 0123456789abcdef0123456789abcdef", "wiki", {"notion": {"id": "0123456789abcdef0123456789abcdef"}}),
        # ours
        ("run: {binder: true, studio: 'https://x.org/{path}'}", "run", {"binder": "true", "studio": "https://x.org/{path}"}),
        ("run: [binder, colab]", "run", {"binder": "true", "colab": "true"}),
        ("badges: true\nhide_colab_badge: true", "run", {"binder": "true"}),
        ("wiki: {confluence: {parent: X}}", "wiki", {"confluence": {"parent": "X"}}),
        ("nbwiki: {code: show}\ncode: omit\ntitle: T", "code", "show"),
        ("run: {jupyterhub: 'https://hub.org/x'}", "run", {"jupyterhub": "https://hub.org/x"}),
        ("data_sources: [{name: CRM, as-of: 2024-01-01, link: 'https://x.org'}]", "data_sources",
         (DataSource("CRM", as_of="2024-01-01", url="https://x.org"),)),
        ("data_sources: {CRM: {owner: B}}", "data_sources", (DataSource("CRM", owner="B"),)),
        ("links: {supersedes: [a.ipynb], uses: [b.py], related: [c.md]}", "supersedes", ("a.ipynb",)),
        ("superseded-by: new.ipynb", "superseded_by", "new.ipynb"),
        ("status: deprecated", "status", "superseded"),
        ("Title: T", "title", "T"),
    ],
)  # fmt: skip
def test_dialects(header, field, expected):
    meta, notes = read(header)
    assert getattr(meta, field) == expected
    assert notes == []


@pytest.mark.parametrize(
    ("header", "field", "expected"),
    [
        ("author: A B, C D", "authors", (Person("A B"), Person("C D"))),
        ("author: A B and C D", "authors", (Person("A B"), Person("C D"))),
        ("author: A B, PhD, C D", "authors", (Person("A B, PhD"), Person("C D"))),
        ("author: A B <a@x.org>", "authors", (Person("A B", "a@x.org"),)),
        ("author: [{name: A, email: a@x.org, affiliation: U}]", "authors", (Person("A", "a@x.org", affiliation="U"),)),
        ("tags: [2024, no, text, 1.10, 007, 12:30]", "tags", ("2024", "no", "text", "1.10", "007", "12:30")),
        ("tags: 2024", "tags", ("2024",)),
        ("title: No", "title", "No"),
        ("title: 2024", "title", "2024"),
        ("title: true", "title", "true"),
        ("title: 2024-01-01", "title", "2024-01-01"),
        ('draft: "false"', "status", ""),
        ("draft: no", "status", ""),
        ('draft: "true"', "status", "draft"),
        ("draft: true\nstatus: published", "status", "published"),
        ("toc: off", "toc", False),
        ("date: today", "created", ""),
        ("date: last-modified", "created", ""),
        ('date: "`r Sys.Date()`"', "created", ""),
        ('date: "{{ now }}"', "created", ""),
        ("params: {a: yes, b: 010, c: 1.50, d: 2}", "params", {"a": "yes", "b": "010", "c": "1.50", "d": 2}),
        ("repository: https://user:token@x.org/r.git", "source", {"repo": "https://x.org/r"}),
        ("repository: git@x.org:r.git", "source", {}),
    ],
)  # fmt: skip
def test_traps_of_yaml_and_habit(header, field, expected):
    meta, notes = read(header)
    assert getattr(meta, field) == expected
    assert notes == []


def test_tags_of_other_tools_leave_the_rest_of_a_header_as_it_is():
    header = 'title: Costs\nauthor: Ann\nparams:\n  full: !r identical(Sys.getenv("FULL"), "true")\n  n: !expr 2 * 3\n'
    header += "data: !include [a.csv, b.csv]\nsite: !ENV NAME\n"
    meta, told = read(header)
    assert (meta.title, meta.authors) == ("Costs", (Person("Ann"),))
    assert meta.params == {"full": '`r identical(Sys.getenv("FULL"), "true")`', "n": "`r 2 * 3`"}
    assert "metadata.yaml" not in {note.code for note in told}
    assert read("title: Costs\ndate: !r Sys.Date()")[0].created == ""


@pytest.mark.parametrize(
    ("header", "title", "code"),
    [
        ("title: Churn: why they leave", "Churn: why they leave", "metadata.quotes"),
        ("title: it's: so", "it's: so", "metadata.quotes"),
        ("title: @home", "@home", "metadata.quotes"),
        ("title: T\ndate: `r Sys.Date()`", "T", "metadata.quotes"),
        ("title: T\nexecute:\n\techo: false", "T", "metadata.tabs"),
    ],
)
def test_headers_are_mended_and_told(header, title, code):
    meta, notes = read(header)
    assert (meta.title, [(note.kind, note.code) for note in notes]) == (title, [("repaired", code)])


def test_unknown_names_are_kept_and_told_once_with_the_nearest_known():
    meta, notes = read("titel: x\nstrange: [1, {a: 2024-01-01}]\nformat: html\nx-own: 1")
    assert meta.extra == {"titel": "x", "strange": [1, {"a": "2024-01-01"}], "format": "html", "x-own": 1}
    (note,) = notes
    assert note.code == "metadata.unknown" and "titel (did you mean title?), strange" in note.text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_of_windows_do_no_harm(end):
    text = end.join(["---", "title: T", "tags: [a]", "---", "", "body", ""])
    meta = read_markdown(Source("a.md", b"\xef\xbb\xbf" + text.encode()), ReadOptions()).document.meta
    assert (meta.title, meta.tags) == ("T", ("a",))


def test_toml_headers_are_read():
    header, body, lines = split_header('+++\ntitle = "T"\ndate = 2024-03-01\ntags = ["a"]\n+++\nx\n')
    meta, notes = read(header)
    assert (meta.title, meta.created, meta.tags, body, lines, notes) == ("T", "2024-03-01", ("a",), "x\n", 5, [])
    assert [note.code for note in read("+++\na = \n+++\n")[1]] == ["metadata.toml"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("- a\n- b", "metadata.mapping"),
        ('title: "open', "metadata.yaml"),
        ("title: x\n\ttabbed: y", "metadata.yaml"),
        ("title: [a]", "metadata.type"),
        ("tags: {a: 1}", "metadata.type"),
        ("status: strange", "metadata.type"),
        ("date: soon", "metadata.type"),
        ("date: 2024-99-99", "metadata.type"),
        ("thumbnail: -1", "metadata.type"),
        ("code: maybe", "metadata.type"),
        ("title: !!python/object:os.system x", "metadata.yaml"),
    ],
)
def test_bad_headers_give_one_note_and_no_error(header, code):
    _, notes = read(header)
    assert [note.code for note in notes] == [code]


def test_merge_fills_gaps_only():
    first = Metadata(title="a", tags=("x",), extra={"k": 1})
    later = Metadata(title="b", summary="s", tags=("y",), toc=False, extra={"k": 2, "l": 3})
    assert merge(first, later) == Metadata(title="a", summary="s", tags=("x",), toc=False, extra={"k": 1, "l": 3})


def test_pages_of_other_tools_are_known():
    text = "<!-- Space: DATA -->\n<!-- Parent: Reports -->\n<!-- Parent: 2026 -->\n<!-- Title: Churn -->\n<!-- Label: ml -->\n\n# A\n"
    meta = read_markdown(Source("a.md", text.encode()), ReadOptions()).document.meta
    assert (meta.title, meta.tags) == ("Churn", ("ml",))
    assert meta.wiki == {"confluence": {"space": "DATA", "parent": "Reports / 2026"}}
    header = "---\ntitle: T\nconfluence_settings:\n  space_key: DATA\n  parent_id: 12\n---\nx\n"
    document = read_markdown(Source("a.Rmd", header.encode()), ReadOptions()).document
    assert document.meta.wiki == {"confluence": {"space": "DATA", "parent": "12"}}


def test_the_page_that_md2conf_made_is_known():
    text = "<!-- confluence-page-id: 85668 -->\n<!-- confluence-space-key: D -->\n\n# A\n"
    document = read_markdown(Source("a.md", text.encode()), ReadOptions()).document
    assert (document.meta.wiki, document.title) == ({"confluence": {"id": "85668", "space": "D"}}, "A")


@pytest.mark.parametrize(
    "text",
    [
        "author: a" + " " * 200_000 + "b",
        "author: [a" + " " * 200_000 + "<x]",
        "title: a: b" + " " * 200_000 + "c: d",
        "x" * 200_000 + ": 1",
        "date: " + "1" * 200_000,
        "tags: " + "a, " * 60_000,
        "title: " + "\t" * 200_000 + "a: b",
    ],
    ids=["names", "mail", "colon", "key", "date", "tags", "tabs"],
)
def test_no_header_takes_long(text):
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("first", ["# a" + " " * 100_000 + "b\n> c", "<!-- Title: " + " " * 100_000])
def test_no_first_line_takes_long(first):
    start = time.process_time()
    mark_header(first)
    first_cell(first)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "header",
    [
        *("title: `r" + " " * 100_000 + "x", "author: " + "a-" * 50_000 + "`r x"),
        "title: [\nvisibility:" + " " * 100_000 + "x" * 300,
    ],
)
def test_no_code_in_a_header_takes_long(header):
    start = time.process_time()
    read_markdown(Source("sales.Rmd", f"---\n{header}\n---\nText\n".encode()), ReadOptions())
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("visibility: restricted # not for all\nparams:\n  visibility: public", "restricted"),
        ("visibility: " + "x" * 300, "private"),
        ("params:\n  visibility: public\nvisibility: restricted", "restricted"),
        ("visibility: public", "public"),
        ("visibility: # public", ""),
    ],
)
def test_who_may_read_it_is_known_though_the_header_is_broken(lines, said):
    found = read_markdown(Source("a.md", f"---\ntitle: [\n{lines}\n---\nText\n".encode()), ReadOptions())
    assert found.document.meta.visibility == said


@pytest.mark.parametrize(
    ("header", "title", "authors", "told"),
    [
        ("author: Ann, `r paste(a, b)` x; Bo", "Sales", ["Ann", "Bo"], True),
        ("title: Costs of `r params$region`\nparams: {region: North}", "Costs of North", [], False),
        ("title: \"`r params[['n']]` costs\"\nparams:\n  n: {value: 3, input: slider}", "3 costs", [], False),
        ('title: "Costs: `r Sys.Date()`"', "Costs", [], True),
        ("title: !r paste('a')", "Sales", [], True),
        ("author: Ann, Version `r packageVersion('x')`; Bo", "Sales", ["Ann", "Bo"], True),
        ("author:\n  - Ann\n  - !expr whoami()\n  - name: Bo\n    email: '`r mail()`'", "Sales", ["Ann", "Bo"], True),
    ],
)
def test_what_r_would_compute_is_no_title_and_no_author(header, title, authors, told):
    found = read_markdown(Source("sales.Rmd", f"---\n{header}\n---\nText\n".encode()), ReadOptions())
    assert found.document.meta.title == title
    assert [person.name for person in found.document.meta.authors] == authors
    assert ("metadata.computed" in {note.code for note in found.notes}) == told
