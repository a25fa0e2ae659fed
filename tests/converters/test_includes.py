"""Files that a text takes in, and those that it must not."""

from converters.includes import with_includes
from converters.options import NoFiles, Source


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


def test_nothing_outside_the_root_and_no_loops():
    assert made("{{< include ../x.qmd >}}") == ("{{< include ../x.qmd >}}", ["include.outside"])
    assert made("{{< include /etc/passwd >}}")[1] == ["include.missing"]
    assert made("x\n{{< include a.qmd >}}")[1] == ["include.loop"]
    text, notes = made("{{< include b.qmd >}}", b_dot_qmd="b\n{{< include b.qmd >}}")
    assert (text, notes) == ("b\n", ["include.loop"])
    assert made("{{< include b.qmd >}}")[1] == ["include.missing"]


def test_code_and_other_files_stay_as_they_are():
    shown = "```\n{{< include b.qmd >}}\n```"
    assert made(shown, b_dot_qmd="b")[0] == shown
    source = Source("a.ipynb", b"{{< include b.qmd >}}")
    assert with_includes(source, NoFiles())[0] is source
