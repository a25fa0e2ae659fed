"""Files that a text takes in, and those that it must not."""

import json

import pytest

from bridge.pipeline import RenderOptions, render
from converters.includes import with_includes
from converters.metadata import Metadata
from converters.options import NoFiles, Source, TransformOptions


class Folder:
    """Files by path."""

    def __init__(self, **files):
        self.files = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}

    def read(self, path):
        if path.startswith("/") or ".." in path.split("/"):
            raise PermissionError(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path].encode()

    def exists(self, path):
        return path in self.files


def made(text, path="a.qmd", **files):
    source, notes = with_includes(Source(path, text.encode()), Folder(**files))
    return source.data.decode(), [note.code for note in notes]


def test_quarto_includes_are_taken_in_without_their_headers():
    assert made("a\n\n{{< include _b.qmd >}}\n\nc", _b_dot_qmd="---\ntitle: B\n---\nb\n") == ("a\n\nb\n\nc", [])


def test_paths_are_relative_to_the_file_that_names_them():
    text, _ = made("{{< include sub/b.qmd >}}", sub__b_dot_qmd="{{< include c.qmd >}}", sub__c_dot_qmd="deep")
    assert text == "deep"


def test_myst_includes_and_listings():
    assert made("```{include} b.md\n:start-after: two\n```", "a.md", b_dot_md="one\ntwo\nthree")[0] == "three"
    listing = made("```{literalinclude} b.py\n:lines: 2-3\n:caption: C\n```", "a.md", b_dot_py="1\n2\n3\n4")[0]
    assert listing == "```{code-block} python\n:caption: C\n\n2\n3\n```"


def test_children_of_knitr():
    assert made("```{r, child='b.Rmd'}\n```\nend", "a.Rmd", b_dot_Rmd="body\n")[0] == "body\nend"


def test_snippets_of_mkdocs():
    assert made('a\n\n--8<-- "b.md"\n\nc', "a.md", b_dot_md="b\n") == ("a\n\nb\n\nc", [])
    assert made('--8<-- "../b.md"', "a.md") == ('--8<-- "../b.md"', ["include.outside"])
    shown = '```\n--8<-- "b.md"\n```'
    assert made(shown, "a.md", b_dot_md='b\n--8<-- "c.md"')[0] == '```\nb\n--8<-- "c.md"\n```'
    assert made(shown, "a.md") == (shown, [])  # it may be how to write it


def test_snippets_of_mkdocs_begin_at_the_sites_folder():
    assert made('--8<-- "README.md"', "s/docs/a/b.md", s__README_dot_md="read\n")[0] == "read"
    assert made('--8<-- "no.md"', "s/docs/b.md") == ('--8<-- "no.md"', ["include.missing"])


def test_a_list_of_snippets():
    text = "a\n\n--8<--\nb.md\n; c.md\n\nd.md\n--8<--\n\ne"
    assert made(text, "a.md", b_dot_md="b", d_dot_md="d") == ("a\n\nb\n\n\nd\n\ne", [])
    assert made("--8<--\nb.md", "a.md", b_dot_md="b")[0] == "--8<--\nb.md"


def test_code_takes_files_in_as_quarto_does():
    text = "```yaml\n{{< include _a.yml >}}\n```\n\n{{< include _b.qmd >}}"
    assert made(text, _a_dot_yml="x: 1\n", _b_dot_qmd="b")[0] == "```yaml\nx: 1\n```\n\nb"


def test_what_is_taken_into_code_does_not_end_it():
    text = "```yaml\n{{< include _a.md >}}\n```\n\nb"
    assert made(text, _a_dot_md="x\n```\ny\n")[0] == "````yaml\nx\n```\ny\n````\n\nb"


def test_code_that_shows_how_a_chunk_is_written_stays():
    for text in ("````md\n```{r}\n#| child: b.Rmd\n```\n````", "```yaml\n#| child: b.Rmd\n```"):
        assert made(text, "a.Rmd", b_dot_Rmd="b") == (text, [])


def test_who_may_read_a_page_is_looked_up_once_for_all_that_it_takes_in(monkeypatch):
    from converters.readers import audience

    looked = []
    known = audience.visibility_in
    monkeypatch.setattr(audience, "visibility_in", lambda text, path: looked.append(path) or known(text, path))
    page = "---\nvisibility: private\n---\n" + "{{< include _b.qmd >}}\n" * 3 + "{{< include _c.qmd >}}"
    closed = "---\nvisibility: private\n---\n"
    assert made(page, _b_dot_qmd=f"{closed}b", _c_dot_qmd=f"{closed}c")[1] == []
    assert sorted(looked) == ["_b.qmd", "_c.qmd", "a.qmd"]


def test_nothing_outside_the_root_and_no_loops():
    assert made("- {{< include a >}}\n  {{< include ../x.qmd >}}") == (
        "- {{< include a >}}\n  *[../x.qmd: not taken in]*",
        ["include.outside"],
    )
    assert made("{{< include /etc/passwd >}}")[1] == ["include.missing"]
    assert made("x\n{{< include a.qmd >}}")[1] == ["include.loop"]
    text, notes = made("{{< include b.qmd >}}", b_dot_qmd="b\n{{< include b.qmd >}}")
    assert (text, notes) == ("b\n", ["include.loop"])
    assert made("{{< include b.qmd >}}")[1] == ["include.missing"]


def test_code_and_other_files_stay_as_they_are():
    shown = "```{code-block}\n{{< include b.qmd >}}\n```"
    assert made(shown, b_dot_qmd="b")[0] == shown
    assert made("```\n{{< include b.qmd >}}")[0] == "```\n{{< include b.qmd >}}"
    source = Source("a.ipynb", b"{{< include b.qmd >}}")
    assert with_includes(source, NoFiles())[0] is source


def test_boxes_in_boxes_fences_that_never_end_and_long_lines_cost_little():
    deep = "```{note}\n" * 3000 + "{{< include b.md >}}"
    assert made(deep, "a.md", b_dot_md="B")[0] == deep
    assert made("{{< include b.md >}}\n```{note}", "a.md", b_dot_md="B")[0] == "B\n```{note}"
    assert made("````{note}\n```{tip}\n{{< include b.md >}}\n```\n````", "a.md", b_dot_md="B")[0] == (
        "````{note}\n```{tip}\nB\n```\n````"
    )
    long = "```{include} a" + " " * 1_000_000 + "b\n```"
    assert made(long, "a.md", b_dot_md="B") == (long, [])


def test_a_listing_never_grows_by_lines_named_over_and_over():
    listing = "```{literalinclude} b.py\n:lines: " + "1-," * 1000 + "\n```"
    assert made(listing, "a.md", b_dot_py="x\n" * 1000)[0].count("x") == 1000


def test_what_is_taken_in_has_an_end(monkeypatch):
    monkeypatch.setattr("converters.includes.MAX_FILES", 3)
    text, notes = made("{{< include b.md >}}\n" * 5, "a.md", b_dot_md="B")
    assert (text.count("B"), text.count("b.md: not taken in"), notes) == (3, 2, ["include.size"] * 2)
    monkeypatch.setattr("converters.includes.MAX_BYTES", 10)
    text, notes = made("{{< include b.md >}}\n" * 2, "a.md", b_dot_md="B" * 11)
    assert (text.count("B"), notes) == (0, ["include.size"] * 2)


@pytest.mark.parametrize(
    ("path", "text", "code", "shown"),
    [
        ("a.qmd", "{{< include _x.qmd >}}", "include.missing", "not taken in"),
        ("a.qmd", "::: {.callout-tip}\n{{< include ../x.qmd >}}\n:::", "include.outside", "not taken in"),
        ("a.md", "```{include} x.md\n```", "include.missing", "not taken in"),
        ("a.md", ":::{literalinclude} x.py\n:::", "include.missing", "not taken in"),
        ("a.Rmd", "```{r child='x.Rmd'}\n```", "include.missing", "not taken in"),
        ("a.Rmd", "```{r file=c('x.R', 'y.R')}\n```", "chunk.code", "not taken in"),
        ("a.qmd", "a {{< include _x.qmd >}} b", "shortcode.include", "include _x.qmd"),
        ("a.qmd", "```{=latex}\n\\x\n```", "raw.format", "x"),
        ("a.qmd", "```{=typst}\n#x\n```", "raw.format", "#x"),
        ("a.md", "```{raw} latex\n\\x\n```", "raw.format", "x"),
    ],
)
@pytest.mark.parametrize("target", ["confluence", "notion"])
def test_one_loss_one_note_and_a_line_for_the_reader(path, text, code, shown, target):
    source = Source(path, f"# T\n\n{text}\n".encode())
    options = TransformOptions(target=target, anatomy=False, attach_source=False)
    done = render(source, RenderOptions(transform=options), NoFiles())
    assert not done.error and [note.code for note in done.notes] == [code]
    assert shown in (str(done.rendered.body) if target == "confluence" else json.dumps(done.rendered.blocks))


CLOSED = "---\nvisibility: restricted\nallow: [ann, bob]\n---\nSECRET\n"


@pytest.mark.parametrize("line", ["{{< include a.qmd >}}", "```{include} a.qmd\n```", "```{literalinclude} a.qmd\n```"])
@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("title: T", False),
        ("visibility: restricted\nallow: [ann]", True),
        ("visibility: restricted\nallow: [eve]", False),
    ],
)
def test_a_file_that_not_all_readers_may_read_is_left_out(line, header, shown):
    text = f"---\n{header}\n---\n\n{line}\n"
    source, notes = with_includes(Source("x.qmd", text.encode()), Folder(a_dot_qmd=CLOSED))
    assert (b"SECRET" in source.data) is shown
    assert shown or b"a.qmd: only some people may read this" in source.data
    assert [note.code for note in notes] == ([] if shown else ["include.closed"])


def test_so_is_one_that_files_beside_it_close():
    closed = {"a.md": Metadata(visibility="private")}
    source, notes = with_includes(Source("x.qmd", b"{{< include a.md >}}"), Folder(a_dot_md="SECRET"), None, closed)
    assert b"SECRET" not in source.data and [note.code for note in notes] == ["include.closed"]


@pytest.mark.parametrize(
    "chunk",
    [
        "```{r, child=c('b.Rmd', 'c.Rmd')}\n```",
        "```{r}\n#| child: [b.Rmd, c.Rmd]\n```",
        '```{r}\n#| echo: false\n#| child: !expr c("b.Rmd", "c.Rmd")\n```',
    ],
)
def test_all_children_of_a_chunk_are_taken_in(chunk):
    text, notes = made(chunk, "a.Rmd", b_dot_Rmd="body\n", c_dot_Rmd="more\n")
    assert text == "body\n\nmore" and notes == []
    text, notes = made(chunk, "a.Rmd", b_dot_Rmd="body\n")
    assert text == "body\n\n*[child document c.Rmd: not taken in]*" and notes == ["include.missing"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "# ---\n# visibility: private\n# ---\n# %%\nSECRET = 1\n"),
        ("a.md", '+++\nvisibility = "private"\n+++\nSECRET\n'),
        ("a.ipynb", '{"nbformat":4,"nbformat_minor":4,"metadata":{"visibility":"private"},"cells":[{"cell_type":"raw","metadata":{},"source":"SECRET"}]}'),
    ],
)  # fmt: skip
def test_whatever_its_format_a_file_says_who_may_read_it(name, text):
    files = Folder(**{name.replace(".", "_dot_"): text})
    source, notes = with_includes(Source("x.md", f"```{{literalinclude}} {name}\n```".encode()), files)
    assert b"SECRET" not in source.data and [note.code for note in notes] == ["include.closed"]
