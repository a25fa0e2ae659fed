"""Files beside and above a source that speak of it, and which of two words on one thing holds."""

import json
import os
import pickle
import subprocess

import pytest

from bridge.config import load
from bridge.discover import discover
from bridge.pipeline import options_for, render_path
from bridge.source_tree import SourceTree
from converters.errors import ConfigError
from converters.metadata import Person
from converters.options import WriteOptions

PLAIN = json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# First heading\n\ntext"}],
                    "metadata": {}, "nbformat": 4, "nbformat_minor": 4})  # fmt: skip


def tree(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")


def convert(root, path, target="confluence"):
    settings = load(None, {}, root)
    found = discover(settings)
    one = next(report for report in found.found if report.path == path)
    options = options_for(one, settings, found.known(), WriteOptions(), target)
    return render_path(path, options, SourceTree(root))


def meta_of(root, path="r/a.ipynb"):
    done = convert(root, path)
    assert not done.error
    return done.meta


@pytest.mark.parametrize(
    ("files", "field", "expected"),
    [
        ({"r/kyso.yaml": "title: K\nmain: a.ipynb"}, "title", "K"),
        ({"r/kyso.yml": "title: K\nmain: a.ipynb"}, "title", "K"),
        ({"r/kyso.json": {"title": "K", "main": "a.ipynb"}}, "title", "K"),
        ({"r/kyso.yaml": "title: K"}, "title", "K"),  # the folder's only report
        ({"r/kyso.yaml": "main: a.ipynb\nauthors: [x@y.org]"}, "authors", (Person("x@y.org", "x@y.org"),)),
        ({"r/kyso.yaml": "title: K\nmain: other.ipynb"}, "title", "First heading"),
        ({"r/kyso.yaml": "title: K\ntags: [k]", "r/b.ipynb": PLAIN}, "title", "First heading"),
        ({"r/kyso.yaml": "title: K\ntags: [k]", "r/b.ipynb": PLAIN}, "tags", ("k",)),
        ({"kyso.yaml": "type: meta\nchannel: C\ntitle: M\nreports: [r]"}, "team", "C"),
        ({"kyso.yaml": "type: meta\nchannel: C\ntitle: M\nreports: ['r/**']"}, "title", "First heading"),
        ({"kyso.yaml": "type: meta\nchannel: C\nreports: ['q/*']"}, "team", ""),
        ({"r/_metadata.yml": "categories: [q]"}, "tags", ("q",)),
        ({"_metadata.yml": "categories: [top]", "r/_metadata.yml": "categories: [near]"}, "tags", ("near",)),
        ({"_quarto.yml": "project: {title: P}\nlang: de\nexecute: {echo: false}"}, "code", "omit"),
        ({"_quarto.yml": "title: P\nlang: de"}, "title", "First heading"),
        ({"_quarto.yml": "website: {repo-url: 'https://github.com/a/b'}"}, "source", {"repo": "https://github.com/a/b"}),
        ({"myst.yml": "version: 1\nproject: {title: P, license: MIT, github: a/b}"}, "license", "MIT"),
        ({"myst.yml": "version: 1\nproject: {title: P, license: MIT}"}, "title", "First heading"),
        ({"_config.yml": "title: Site\nauthor: Ann\nrepository: {url: 'https://github.com/a/b'}"}, "authors", (Person("Ann"),)),
        ({"_config.yml": "title: Site\nplugins: [x]"}, "title", "First heading"),
        ({"_quarto.yml": "bibliography: b/x.bib\ncsl: ieee.csl"}, "extra", {"bibliography": ["/b/x.bib"], "csl": "/ieee.csl"}),
        ({"r/myst.yml": "version: 1\nproject: {license: MIT}", "r/b.bib": "@a{k,}", "r/a.bib": ""}, "extra",
         {"bibliography": ["/r/a.bib", "/r/b.bib"]}),
        ({"_config.yml": "bibtex_bibfiles: [refs.bib]"}, "extra", {"bibliography": ["/refs.bib"]}),
        ({"_publish.yml": "- source: r/a.ipynb\n  confluence:\n    - id: '12'\n      url: 'https://w.org'"}, "wiki",
         {"confluence": {"id": "12", "url": "https://w.org"}}),
        ({"_publish.yml": "- source: project\n  netlify: [{id: x}]"}, "wiki", {}),
        ({".knowledge_repo_config.yml": "aliases: {old/name: r/a}"}, "aliases", ("old/name",)),
    ],
)  # fmt: skip
def test_each_file_fills_gaps(tmp_path, files, field, expected):
    tree(tmp_path, {"r/a.ipynb": PLAIN, **files})
    assert getattr(meta_of(tmp_path), field) == expected


def test_a_post_of_knowledge_repo_keeps_its_id(tmp_path):
    tree(tmp_path, {"p.kp/knowledge.ipynb": PLAIN, "p.kp/UUID": "f00-1\n"})
    assert meta_of(tmp_path, "p.kp/knowledge.ipynb").id == "f00-1"


def test_output_options_of_r_markdown(tmp_path):
    tree(tmp_path, {"a.Rmd": "text\n", "_output.yml": "html_document:\n  code_folding: show\n"})
    assert meta_of(tmp_path, "a.Rmd").code == "show"


LAYERS = [
    ("header", "r/a.ipynb", None),
    ("notebook", "r/a.ipynb", None),
    ("kyso.yaml", "r/kyso.yaml", "title: kyso.yaml\nsummary: kyso.yaml\nmain: a.ipynb"),
    ("kyso.json", "r/kyso.json", '{"title": "kyso.json", "summary": "kyso.json", "main": "a.ipynb"}'),
    ("folder", "r/_metadata.yml", "summary: folder"),
    ("parent", "_metadata.yml", "summary: parent"),
    ("quarto", "_quarto.yml", "description: quarto"),
    ("config", "nbwiki.toml", '[defaults]\nsummary = "config"\n'),
]


@pytest.mark.parametrize("first", range(len(LAYERS)))
def test_precedence(tmp_path, first):
    """With the layers from ``first`` on, that one holds; a summary can stand in most of them."""
    names = [name for name, _, _ in LAYERS[first:]]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# First heading\n\ntext"}]
    if "header" in names:
        cells.insert(0, {"cell_type": "raw", "metadata": {}, "source": "---\nsummary: header\n---"})
    metadata = {"summary": "notebook"} if "notebook" in names else {}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    files = {path: text for _, path, text in LAYERS[first:] if text is not None}
    tree(tmp_path, {"r/a.ipynb": notebook, **{k: v for k, v in files.items() if not k.endswith(".toml")}})
    config = tmp_path / "nbwiki.toml"
    config.write_text(LAYERS[-1][2], encoding="utf-8")
    settings = load(config, {}, tmp_path)
    found = discover(settings)
    (one,) = (report for report in found.found if report.path == "r/a.ipynb")
    done = render_path(one.path, options_for(one, settings, {}, WriteOptions(), "confluence"), SourceTree(tmp_path))
    # quarto has no single summary for many pages, so what it says of one is nobody's
    expected = "config" if names[0] in {"quarto", "folder", "parent"} else names[0]
    assert done.meta.summary == expected


def test_two_words_on_one_thing_are_told_and_the_header_holds(tmp_path):
    raw = {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: Header\n---"}
    notebook = {"cells": [raw], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    tree(tmp_path, {"r/a.ipynb": notebook, "r/kyso.yaml": "title: Sidecar\nmain: a.ipynb\ndescription: S"})
    done = convert(tmp_path, "r/a.ipynb")
    assert (done.meta.title, done.meta.summary) == ("Header", "S")
    (note,) = (note for note in done.notes if note.code == "metadata.conflict")
    assert "header" in note.text and "r/kyso.yaml" in note.text and "title" in note.text


def test_kyso_json_and_yaml_both_there_are_told(tmp_path):
    tree(tmp_path, {"a.ipynb": PLAIN, "kyso.yaml": "title: Y", "kyso.json": {"title": "J", "tags": ["j"]}})
    done = convert(tmp_path, "a.ipynb")
    assert (done.meta.title, done.meta.tags) == ("Y", ("j",))
    (note,) = (note for note in done.notes if note.code == "metadata.sidecars")
    assert "kyso.yaml" in note.text and "kyso.json" in note.text


def test_a_change_of_a_sidecar_changes_the_page(tmp_path):
    tree(tmp_path, {"a.ipynb": PLAIN, "kyso.yaml": "description: one"})
    before = convert(tmp_path, "a.ipynb").rendered.digest
    assert convert(tmp_path, "a.ipynb").rendered.digest == before
    tree(tmp_path, {"kyso.yaml": "description: two"})
    assert convert(tmp_path, "a.ipynb").rendered.digest != before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title: [", "metadata.yaml"),
        ("- a", "metadata.mapping"),
        ("x" * 300_000, "metadata.sidecar"),
        ("a: &a [1]\nb: !!python/object:os.system x", "metadata.yaml"),
        ("colour: red", "metadata.unknown"),
    ],
)
def test_odd_sidecars_are_told_and_not_fatal(tmp_path, text, code):
    tree(tmp_path, {"a.ipynb": PLAIN, "kyso.yaml": text})
    done = convert(tmp_path, "a.ipynb")
    assert done.meta.title == "First heading"
    assert [(note.code, note.where.source) for note in done.notes] == [(code, "kyso.yaml")]


def test_sidecars_outside_the_root_and_devices_are_not_read(tmp_path):
    root = tmp_path / "root"
    tree(root, {"a.ipynb": PLAIN})
    tree(tmp_path, {"secret.yaml": "title: Secret"})
    (root / "kyso.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(root / "kyso.yml")
    done = convert(root, "a.ipynb")
    assert done.meta.title == "First heading"
    assert [note.code for note in done.notes] == ["metadata.outside"]


def test_environment_files_the_nearest_of_each_kind(tmp_path):
    files = ["environment.yml", "Dockerfile", "r/environment.yml", "r/requirements.txt", ".devcontainer/devcontainer.json",
             "renv.lock", "other/poetry.lock"]  # fmt: skip
    tree(tmp_path, {"r/a.ipynb": PLAIN, **dict.fromkeys(files, "x")})
    assert meta_of(tmp_path).provenance.environment == (
        "r/environment.yml", "r/requirements.txt", "renv.lock", "Dockerfile", ".devcontainer/devcontainer.json",
    )  # fmt: skip


def test_git_fills_what_nobody_said(tmp_path):
    tree(tmp_path, {"a.md": "---\ndate: today\n---\n\ntext\n"})
    git = ["git", "-C", str(tmp_path), "-c", "user.name=Ann", "-c", "user.email=a@x.org"]
    date = {"GIT_AUTHOR_DATE": "2024-03-01T10:00:00Z", "GIT_COMMITTER_DATE": "2024-03-01T10:00:00Z"}
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, env={**os.environ, **date})
    settings = load(None, {}, tmp_path)
    found = discover(settings, [tmp_path / "a.md"])
    done = render_path(
        "a.md", options_for(found.found[0], settings, {}, WriteOptions(), "confluence"), SourceTree(tmp_path)
    )
    assert (done.meta.created, done.meta.updated, done.meta.authors) == (
        "2024-03-01", "2024-03-01", (Person("Ann", "a@x.org"),),
    )  # fmt: skip


def test_what_kyso_ignores_is_no_report(tmp_path):
    tree(tmp_path, {"a.ipynb": PLAIN, "draft/b.ipynb": PLAIN, ".kysoignore": "draft/\n"})
    assert [one.path for one in discover(load(None, {}, tmp_path)).found] == ["a.ipynb"]


@pytest.mark.parametrize("part", ["{{< include closed/_part.md >}}", "```{literalinclude} closed/_part.md\n```"])
def test_so_do_parts_that_folders_close(tmp_path, part):
    page = f"---\ntitle: T\n---\n\n{part}\n"
    tree(tmp_path, {"page.qmd": page, "closed/_part.md": "SECRET\n", "closed/_metadata.yml": "visibility: private\n"})
    done = convert(tmp_path, "page.qmd")
    assert "SECRET" not in done.rendered.body
    assert [note.code for note in done.notes if note.kind == "security"] == ["include.closed"]
    copy = pickle.loads(pickle.dumps(discover(load(None, {}, tmp_path)).found[0].others))  # as workers get it
    assert copy["closed/_part.md"].readers == frozenset() and copy["page.qmd"].readers is None


@pytest.mark.parametrize("closed", ["visibility: private\n", "visibility: restricted\nallow: [bo]\n"])
def test_a_link_to_a_file_opens_it_to_nobody(tmp_path, closed):
    page = "---\nvisibility: restricted\nallow: [ann]\n---\n\n{{< include parts/link.md >}}\n"
    readers = "visibility: restricted\nallow: [ann]\n"
    tree(tmp_path, {"page.qmd": page, "closed/_part.md": "SECRET\n", "closed/_metadata.yml": closed})
    tree(tmp_path, {"parts/_metadata.yml": readers, "parts/a.md": "x\n"})
    (tmp_path / "parts/link.md").symlink_to("../closed/_part.md")
    done = convert(tmp_path, "page.qmd")
    assert "SECRET" not in done.rendered.body
    assert [note.code for note in done.notes if note.kind == "security"] == ["include.closed"]


def test_who_reads_what_is_one_value_for_all_reports(tmp_path):
    tree(
        tmp_path, {"reports/a.md": "x\n", "reports/b.md": "y\n", "nbwiki.toml": '[defaults]\nvisibility = "private"\n'}
    )
    settings = load(None, {}, tmp_path)
    found = discover(settings)
    one, two = (
        options_for(each, settings, found.known(), WriteOptions(), "model").transform.beside for each in found.found
    )
    assert one is two and one[""].visibility == "private"


@pytest.mark.parametrize("named", [[], ["page.qmd"]])
@pytest.mark.parametrize(
    "files",
    [
        {"closed/kyso.yaml": "main: nb.ipynb\nvisibility: private\n"},
        {"closed/kyso.yaml": "main: nb.ipynb\nvisibilty: private\n"},
        {"closed/_metadata.yml": "visibility: restricted\nallow: [ann]\n"},
        {"nbwiki.toml": '[defaults]\nvisibility = "private"\n'},
        {"closed/_metadata.yml": "visibility: private\n", "nbwiki.toml": '[source]\nexclude = ["closed/"]\n'},
        {"_metadata.yml": "visibility: private\n", "nbwiki.toml": '[source]\nexclude = ["closed/"]\n'},
        {"closed/kyso.yaml": "visibility: private\n", ".gitignore": "closed/\n"},
    ],
)
def test_cells_of_a_report_that_files_beside_it_close_stay_off_open_pages(tmp_path, files, named):
    cell = {"cell_type": "code", "id": "sum", "metadata": {}, "source": "1", "execution_count": 1, "outputs": [
        {"output_type": "stream", "name": "stdout", "text": "SECRET"}]}  # fmt: skip
    notebook = {**json.loads(PLAIN), "cells": [cell], "nbformat_minor": 5}
    page = "---\ntitle: T\nvisibility: public\n---\n\n{{< embed closed/nb.ipynb#sum >}}\n"
    tree(tmp_path, {"closed/nb.ipynb": notebook, "page.qmd": page, **files})
    settings = load(None, {}, tmp_path)
    found = discover(settings, [tmp_path / one for one in named])
    (one,) = [each for each in found.found if each.path == "page.qmd"]
    done = render_path(
        "page.qmd", options_for(one, settings, found.known(), WriteOptions(), "confluence"), SourceTree(tmp_path)
    )
    assert "SECRET" not in done.rendered.body and "only some people may read this" in done.rendered.body
    assert "embed.closed" in [note.code for note in done.notes]


NOTEBOOK = json.dumps({**json.loads(PLAIN), "metadata": {"visibility": "privat"}})
RAW = json.dumps({**json.loads(PLAIN), "cells": [
    {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: T\nvisibility: privat\n---"}]})  # fmt: skip


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"reports/a.md": "---\ntitle: T\nvisibility: privat\n---\n\nx\n"}, "reports/a.md line 3"),
        ({"reports/a.md": "---\ntitle: T\nnbwiki:\n  visibility: privat\n---\n\nx\n"}, "reports/a.md line 4"),
        ({"reports/a.md": "---\nvisibility: [privat]\n---\n\nx\n"}, "reports/a.md line 2"),
        ({"reports/a.md": "---\nvisibility: {name: privat}\n---\n\nx\n"}, "reports/a.md line 2"),
        ({"reports/a.md": "---\nprivate: privat\n---\n\nx\n"}, "reports/a.md line 2"),
        ({"reports/a.md": '+++\nvisibility = "privat"\n+++\n\nx\n'}, "reports/a.md line 2"),
        ({"reports/a.md": "---\ntitle: [\nvisibility: privat\n---\n\nx\n"}, "reports/a.md line 3"),
        ({"reports/a.md": "---\nvisibility:privat\n---\n\nx\n"}, "reports/a.md line 2"),
        ({"r/a.Rmd": '---\nvisibility: "`r privat`"\n---\n\nx\n'}, "r/a.Rmd line 2"),
        ({"r/a.py": "# ---\n# visibility: privat\n# ---\n\n# %% [markdown]\n# Text\n\n# %%\n1\n"}, "r/a.py"),
        ({"r/a.ipynb": NOTEBOOK}, "r/a.ipynb"),
        ({"r/a.ipynb": RAW}, "r/a.ipynb cell 1 line 3"),
        ({"r/a.ipynb": PLAIN, "r/_metadata.yml": "toc: true\nvisibility: privat\n"}, "r/_metadata.yml line 2"),
        ({"r/a.ipynb": PLAIN, "_quarto.yml": "visibility: privat\n"}, "_quarto.yml line 1"),
        ({"r/a.ipynb": PLAIN, "r/kyso.yaml": "main: a.ipynb\nvisibility: privat\n"}, "r/kyso.yaml line 2"),
    ],
)
def test_a_slip_in_who_may_read_it_closes_the_report(tmp_path, files, place):
    tree(tmp_path, files)
    done = convert(tmp_path, next(iter(files)))
    assert done.meta.visibility == "private" and done.meta.readers == frozenset()
    (note,) = [note for note in done.notes if note.code == "metadata.visibility"]
    assert str(note).startswith(f"{place}")
    assert "privat" in note.text and "taken as private" in note.text


@pytest.mark.parametrize("value", ["Public", "", "~"])
def test_what_is_no_slip_closes_nothing(tmp_path, value):
    tree(tmp_path, {"reports/a.md": f"---\nvisibility: {value}\n---\n\nx\n"})
    done = convert(tmp_path, "reports/a.md")
    assert done.meta.readers is None and not done.notes


def test_the_configuration_refuses_such_a_slip(tmp_path):
    tree(tmp_path, {"reports/a.md": "x\n", "nbwiki.toml": '[defaults]\nvisibility = "privat"\n'})
    with pytest.raises(ConfigError, match=r"defaults\.visibility.*privat"):
        load(None, {}, tmp_path)


@pytest.mark.parametrize("data", [b"visibility: priv\xe9\n", b"# x\n" * 100_000], ids=["not UTF-8", "too large"])
def test_what_a_folder_says_and_nobody_can_read_opens_nothing(tmp_path, data):
    tree(tmp_path, {"reports/a.md": "x\n"})
    (tmp_path / "reports" / "_metadata.yml").write_bytes(data)
    done = convert(tmp_path, "reports/a.md")
    assert done.meta.visibility == "private"
    (note,) = done.notes
    assert note.where.source == "reports/_metadata.yml"
    assert note.text.endswith("what it speaks of is private")


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("visibilty: private", "private"),
        ("Visiblity: restricted", "restricted"),
        ("visibility_: private", "private"),
        ("privat: true", "restricted"),
        ("visibilty: privat", "private"),
        ("visibilty: public", "public"),
        ("visibilty: private\nauthors: [", "private"),
        ("visible: no", ""),
        ("privacy: checked", ""),
    ],
)
def test_a_slip_in_the_name_opens_nothing_either(tmp_path, line, seen):
    tree(tmp_path, {"reports/a.md": f"---\ntitle: T\n{line}\n---\n\nx\n"})
    done = convert(tmp_path, "reports/a.md")
    assert done.meta.visibility == seen
    assert any(note.code == "metadata.visibility" and "is taken for" in note.text for note in done.notes) == bool(seen)
