"""What a file is, by its content first: notebooks under other names, text that is a notebook, what nobody reads."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from converters.errors import ConversionError
from converters.options import Source
from converters.readers.databricks import is_databricks

Certainty: TypeAlias = Literal["", "maybe", "sure"]

COMMENTS = {
    ".py": "#", ".r": "#", ".jl": "#", ".sh": "#", ".sage": "#", ".xsh": "#", ".coco": "#", ".robot": "#",
    ".resource": "#", ".sos": "#", ".tcl": "#", ".gp": "#", ".ps1": "#", ".js": "//", ".ts": "//", ".cpp": "//",
    ".scala": "//", ".rs": "//", ".cs": "//", ".fsx": "//", ".fs": "//", ".java": "//", ".groovy": "//",
    ".go": "//", ".do": "//", ".q": "/", ".lua": "--", ".hs": "--", ".m": "%", ".lgt": "%", ".logtalk": "%",
    ".ss": ";;", ".scm": ";;", ".clj": ";;", ".pro": ";", ".ml": "(*", ".wolfram": "(*", ".mac": "/*", ".sas": "/*",
}  # fmt: skip
"""Suffixes of scripts that jupytext reads, in lower case → how a comment starts in them. Source: ``jupytext.languages``."""

SCRIPTS = frozenset(COMMENTS)
SNIFF_BYTES = 2_000_000
"""Of a text of unknown kind no more than this is looked at. Ours: a marker stands in the first pages or nowhere."""

_MARKDOWN = frozenset({".md", ".markdown"})
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_HTML = re.compile(
    rb"(?:<\?xml[^>]*\?>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)[\s>]", re.DOTALL | re.IGNORECASE
)
_CHUNK = re.compile(
    r"^ {0,3}(?:`{3,}|~{3,})[ \t]*\{(?!\s*(?:code-cell|code|math|figure|note|tip|warning)\b)[A-Za-z]\w*[^}\n]*\}[ \t]*$",
    re.MULTILINE,
)
_KNITR = re.compile(
    r"^ {0,3}`{3,}[ \t]*\{(?:r|R|python|julia|sql|bash|ojs|stan|Rcpp)(?:[ ,][^}\n]*)?\}[ \t]*$", re.MULTILINE
)
_MAYBE_KNITR = re.compile(r"```[ \t]*\{")
"""Stands in each match of the above, and begins with signs that a search finds quickly."""
_MYST_CELL = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[ \t]*\{code-cell:?\}", re.MULTILINE)
_CELL_DIV = re.compile(r"^:{3,}[ \t]*\{(?:[^}\n]*[ \t])?\.cell[ \t}]", re.MULTILINE)
_HEADER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_JUPYTEXT = re.compile(r"^[ \t]*(?:jupytext|kernelspec):", re.MULTILINE)
_FORMAT = re.compile(r"^[ \t]*format_name:[ \t]*['\"]?(\w+)", re.MULTILINE)
_NOTEBOOK_KEYS = re.compile(r"^(?:jupyter|jupytext|kernelspec|title|author|authors|format|output)[ \t]*:", re.MULTILINE)
_ROXYGEN = re.compile(r"^#'\s*@\w+", re.MULTILINE)
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_MAGIC = (
    (b"%PDF-", "a PDF", "publish what it was made from"),
    (b"{\\rtf", "an RTF document", "save it as Markdown"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "save it as Markdown"),
    (b"PK\x03\x04", "a ZIP archive", "unpack it"),
    (b"\x1f\x8b", "gzip-compressed data", "unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"\x89PNG", "a picture", "link it from a document"),
    (b"\xff\xd8\xff", "a picture", "link it from a document"),
    (b"GIF8", "a picture", "link it from a document"),
    (b"SQLite format 3", "a database", "publish a document about it"),
    (b"\x7fELF", "a program", "exclude it"),
)
"""First bytes of what people name by mistake → what it is, and what to do. Source: the formats' specifications."""

_OFFICE = ((b"word/", "a Word document"), (b"xl/", "an Excel workbook"), (b"ppt/", "a PowerPoint presentation"),
           (b"opendocument", "an OpenDocument file"), (b"epub", "an e-book"))  # fmt: skip


def suffix_of(path: str) -> str:
    """The suffix by which a source is read, in lower case with its dot (``.nb.html`` is one); empty if it has none."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".nb.html", ".nb.htm")):
        return ".nb.html"
    return "." + name.rpartition(".")[2] if "." in name else ""


def kind_of(source: Source) -> str:
    """The suffix that a source should have by its content: its own where that is right or nothing else shows.

    An ``.ipynb`` stays one whatever it holds: its reader tells what is wrong with it.
    """
    suffix = suffix_of(source.path)
    data = source.data
    if suffix == ".ipynb":
        return suffix
    if is_notebook(data):
        return ".ipynb"
    if suffix in _PAGES or suffix == ".nb.html":
        return ".nb.html" if is_r_notebook(data) else ".html"
    if suffix in SCRIPTS:
        return suffix
    if _HTML.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return ".nb.html" if is_r_notebook(data) else ".html"
    if suffix in _MARKDOWN:
        return _markdown(_text(data), suffix)
    if suffix in {".rmd", ".qmd"}:
        return suffix
    text = _text(data)
    if text and (_KNITR.search(text) or _MYST_CELL.search(text) or _has_jupytext_header(text)):
        return _markdown(text, ".md")
    return suffix


def _markdown(text: str, suffix: str) -> str:
    """Markdown's own kind: R Markdown by its chunks, jupytext's Markdown by its header, cells as divs by those."""
    if "{code-cell" in text and _MYST_CELL.search(text):  # words first: most texts have none, and are long
        return suffix
    if ".cell" in text and _CELL_DIV.search(text):
        return ".cells.md"
    header = _HEADER.match(text)
    if header and _JUPYTEXT.search(header[1]):
        name = _FORMAT.search(header[1])
        named = name[1].lower() if name else ""
        if named in {"pandoc", "rmarkdown", "quarto"}:
            return ".rmd"
        return suffix if named == "myst" else ".jupytext.md"
    return ".rmd" if _MAYBE_KNITR.search(text) and _KNITR.search(text) else suffix


def is_notebook(data: bytes) -> bool:
    """Whether text of another name is a notebook's JSON."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"nbformat"' in data and (b'"cells"' in data or b'"worksheets"' in data)


def is_r_notebook(data: bytes) -> bool:
    """Whether a page is an R Notebook: marks around its outputs, and its source inside."""
    return b"<!-- rnb-" in data and b"rmd-source-code" in data


def _text(data: bytes) -> str:
    """The first part of a text, line ends as LF; empty where it is none."""
    start = data[:SNIFF_BYTES]
    mark = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if b"\x00" in start and not mark:
        return ""
    return start.decode(mark or "utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _has_jupytext_header(text: str) -> bool:
    header = _HEADER.match(text)
    return bool(header and _JUPYTEXT.search(header[1]))


def script_certainty(data: bytes, suffix: str) -> Certainty:
    """Whether a script is a notebook as text.

    ``sure``: somebody wrote it as one (a header, or text between its cells); ``maybe``: it has marks that editors also
    use in ordinary programs (``# %%`` alone, ``# +``); empty: an ordinary program, which nobody wants to see published.
    """
    text, comment = _text(data), COMMENTS.get(suffix, "")
    if not text.strip() or not comment:
        return ""
    mark = re.escape(comment)
    if is_databricks(text):
        return "sure"
    if _NOTEBOOK_KEYS.search(script_header(text, suffix)):
        return "sure"
    if re.search(rf"^{mark}[ \t]*%%(?:[ \t][^\n]*)?\[(?:markdown|md)\]", text, re.MULTILINE):
        return "sure"
    if suffix == ".r" and re.match(r"\s*#'", text) and not _ROXYGEN.search(text):
        return "sure" if re.search(r"^#' #{1,6} ", text, re.MULTILINE) else "maybe"
    if re.search(rf"^{mark}[ \t]?(?:%%(?:[ \t]|$)|<codecell>|In\[[ \d]*\]:?)", text, re.MULTILINE):
        return "maybe"
    opens = re.search(rf"^{mark} \+(?:[ \t]|$)", text, re.MULTILINE)
    if opens and re.search(rf"^{mark} -$", text, re.MULTILINE):
        return "maybe"
    gallery = suffix == ".py" and re.match(r"\s*(?:#[^\n]*\n)*\s*[rR]?(?:\"\"\"|''')", text)
    if gallery and len(re.findall(r"^# ?#{19,}[ \t]*$", text, re.MULTILINE)) >= 2:
        return "maybe"
    return ""


def script_header(text: str, suffix: str) -> str:
    """The YAML header on top of a script, in comments (``# ---``, ``#' ---``), without their marks; empty without one."""
    mark = re.escape(COMMENTS.get(suffix, "#"))
    top = rf"(?:#![^\n]*\n|{mark}[^\n]*coding[:=][^\n]*\n|\s)*"
    match = re.match(rf"{top}{mark}'?[ \t]?---[ \t]*\n(.*?)\n{mark}'?[ \t]?---", text, re.DOTALL)
    if match is None:
        return ""
    return "\n".join(re.sub(rf"^{mark}'? ?", "", line) for line in match[1].split("\n"))


def unreadable(source: Source, known: str) -> ConversionError:
    """Why a file can't be read, and what to do, in one line."""
    suffix = suffix_of(source.path)
    for magic, what, hint in _MAGIC:
        if source.data.startswith(magic):
            head = source.data[:4096] + source.data[-65536:] if magic.startswith(b"PK") else b""
            office = next((name for word, name in _OFFICE if word in head), "")
            message = f"is {office or what}, which can't be read"
            return ConversionError(message, where=source.path, hint="save it as Markdown" if office else hint)
    message = f"files of kind {suffix or 'without suffix'} can't be read"
    return ConversionError(message, where=source.path, hint=f"known: {known}")
