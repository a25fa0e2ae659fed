"""Files that a text takes in: Quarto's ``{{< include >}}``, MyST's ``{include}`` and ``{literalinclude}``, knitr's
children, snippets of MkDocs (``--8<-- "file"``).

They are taken in before the text is read, through the one door to files, so that nothing outside the source root is
seen. Lines in notes count in the text with everything taken in. A few lines longer than other files: all ways of taking
in share one count of files, sizes and levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import join, normpath

from converters.metadata import Metadata
from converters.model import Where
from converters.notes import Note, dropped, missing, repaired, security
from converters.options import Files, Source

MAX_DEPTH = 8
"""Levels of files within files. Ours: books include parts, and parts tables, no more."""

MAX_BYTES = 10_000_000
"""Bytes that a text may grow to: ten times the longest text in our corpus."""

MAX_FILES = 2000
"""Files that one text may take in, each as often as it is named: a book's chapters, ten times over."""

_MAX_LINE = 4096
"""Characters of a line that can name a file: as many as a path may have on Linux (PATH_MAX). Ours for all systems."""

_MAX_BOXES = 20
"""Boxes in boxes that are looked into; people's stand in two or three."""

_MARKS = (b"{{< include", b"{{<include", b"include}", b"child", b"-8<-")
_SUFFIXES = (".md", ".markdown", ".qmd", ".rmd", ".myst")
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,}|:{3,})(.*)$")
_SHORTCODE = re.compile(r"^[ \t]*\{\{<[ \t]*include[ \t]+(?:\"([^\"]+)\"|'([^']+)'|(\S+))[ \t]*>\}\}[ \t]*$")
_SNIPPET = re.compile(r"^[ \t]*-{1,20}8<-{1,20}[ \t]+(?:\"([^\"]+)\"|'([^']+)')[ \t]*$")
"""One file in one line. Source: PyMdown Extensions, "Snippets"; parts of files and files of the web stay as written."""
_SNIPPETS = re.compile(r"^[ \t]*-{1,20}8<-{1,20}[ \t]*$")
"""Such a line stands above and below names of files, one a line."""
_DIRECTIVE = re.compile(r"\{(include|literalinclude)\}[ \t]*(\S.*?)[ \t]*$")
_CHILD = re.compile(
    r"\{r\b[^}]*\bchild\s*=\s*(c\([^()]*\)|'[^']+'|\"[^\"]+\")[^}]*\}[ \t]*$|[ \t]*#\|[ \t]*child:[ \t]*(\S.*)$"
)
"""Children of a chunk: in its header, or in a line of options."""
_NAME = re.compile(r"'([^']+)'|\"([^\"]+)\"|([^\s'\",\[\]()]+)")
_BOX = re.compile(
    r"\{(?:admonition|note|tip|hint|important|warning|caution|danger|attention|seealso|dropdown|tab-item|card)\}"
)
_OPTION = re.compile(r"^[ \t]*:([\w\-]+):[ \t]*(.*?)[ \t]*$")
_HEADER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)


def with_includes(
    source: Source, files: Files, defaults: Metadata | None = None, beside: Mapping[str, Metadata] | None = None
) -> tuple[Source, list[Note]]:
    """The source with the files that it takes in; itself where there are none.

    ``defaults`` hold for the source beside its header, ``beside`` for other reports by their paths, see
    :class:`converters.options.TransformOptions`: a file that not all readers of the source may read is left out.
    """
    if not source.path.lower().endswith(_SUFFIXES) or not any(mark in source.data for mark in _MARKS):
        return source, []
    try:
        text = source.data.decode("utf-8")
    except UnicodeDecodeError:
        return source, []  # the reader says what is wrong with it
    taking = _Taking(files, source.path)
    taking.default, taking.beside = defaults or Metadata(), {} if beside is None else beside
    taking.top = text
    text = text.replace("\r\n", "\n")
    made = taking.text(text, source.path, (source.path,))
    return (Source(source.path, made.encode()) if made != text else source), taking.notes


class _Taking:
    """One source; ``size`` grows with every file that is taken in."""

    def __init__(self, files: Files, path: str) -> None:
        self.files = files
        self.path = path
        self.notes: list[Note] = []
        self.size = 0
        self.count = 0
        self.top = ""
        self.default = Metadata()
        self.beside: Mapping[str, Metadata] = {}
        self.closed: dict[str, bool] = {}
        self.ours: Metadata | None = None
        """Who may read the source, once that was asked for."""

    def text(self, text: str, path: str, above: tuple[str, ...], boxes: int = 0) -> str:
        """A file's text with what it takes in; ``above`` are the files on the way to it, ``boxes`` those around it."""
        lines = text.split("\n")
        out: list[str] = []
        position = 0
        while position < len(lines):
            line = lines[position]
            short = len(line) <= _MAX_LINE
            shortcode = (_SHORTCODE.match(line) or _SNIPPET.match(line)) if short else None
            fence = _FENCE.match(line) if short else None
            if shortcode:
                out += self._line(line, shortcode, path, above, len(out) + 1)
            elif short and _SNIPPETS.match(line) and (end := _snippets_end(lines, position)):
                for name in (one.strip() for one in lines[position + 1 : end]):
                    found = "" if not name or name.startswith(";") else self._snippet(name, path, above, len(out) + 1)
                    out += [f'--8<-- "{name}"'] if found is None else found.split("\n")
                position = end
            elif fence and (fence[1][0] != ":" or _DIRECTIVE.match(fence[2].strip())):
                end = _end(lines, position, fence[1])
                out += self._fenced(lines[position : end + 1], fence, path, above, len(out) + 1, boxes)
                position = end
            else:
                out.append(line)
            position += 1
        return "\n".join(out)

    def _fenced(
        self, lines: list[str], fence: re.Match[str], path: str, above: tuple[str, ...], number: int, boxes: int
    ) -> list[str]:
        """Fenced lines: a directive or chunk that names a file becomes that file, all else stays as it is."""
        info = fence[2].strip()
        inside = lines[1:] if info.startswith("{") else []  # other code may show how a chunk is written
        heads = [line for line in inside if line.lstrip().startswith("#|") and len(line) <= _MAX_LINE]
        child = (
            next(filter(None, map(_CHILD.match, (info, *heads))), None) if "child" in "".join((info, *heads)) else None
        )
        directive = _DIRECTIVE.match(info)
        if child:
            return "\n\n".join(self._children(child, path, above, number)).split("\n")
        if not directive:
            if not _BOX.match(info) or boxes >= _MAX_BOXES or len(lines) == 1:
                return self._in_code(lines, path, above, number)
            return [lines[0], *self.text("\n".join(lines[1:]), path, above, boxes + 1).split("\n")]
        options = {
            match[1]: match[2] for line in lines[1:] if len(line) <= _MAX_LINE and (match := _OPTION.match(line))
        }
        literal = directive[1] == "literalinclude" or "literal" in options or "code" in options
        found = self._file(directive[2], path, above, number, literal=literal)
        if found is None:
            return _left_out(directive[2])
        chosen = _part(found.rstrip("\n").split("\n"), options)
        if not literal:
            return chosen
        marks = "`" * (3 + max((len(run) for line in chosen for run in re.findall("`{3,}", line)), default=2) - 2)
        head = [f":{key}: {options[key]}" for key in ("caption", "name") if options.get(key)]
        language = options.get("language") or options.get("code") or _language(directive[2])
        return [f"{marks}{{code-block}} {language}".rstrip(), *head, *([""] if head else []), *chosen, marks]

    def _children(self, child: re.Match[str], path: str, above: tuple[str, ...], number: int) -> Iterator[str]:
        """The texts of a chunk's child documents; a line that says so for one that can't be taken in."""
        for match in _NAME.finditer((child[1] or child[2]).removeprefix("!expr").strip().removeprefix("c(")):
            name = next(filter(None, match.groups()))
            found = self._file(name, path, above, number)
            yield _left_out(f"child document {name}")[0] if found is None else found

    def _line(
        self, line: str, match: re.Match[str], path: str, above: tuple[str, ...], number: int, *, literal: bool = False
    ) -> list[str]:
        """The lines of the file that a line names; itself where it can't be taken in."""
        name = next(filter(None, match.groups()))
        if match.re is _SNIPPET:
            found = self._snippet(name, path, above, number, literal=literal)
        else:
            found = self._file(name, path, above, number, literal=literal)
        if found is None:  # readers would tell of a shortcode again; snippets, which may be mere examples, stay
            kept = literal or match.re is _SNIPPET
            return [line] if kept else [line[: len(line) - len(line.lstrip())] + _left_out(name)[0]]
        return found.split("\n")

    def _in_code(self, lines: list[str], path: str, above: tuple[str, ...], number: int) -> list[str]:
        """Code with the files that it takes in, as MkDocs and Quarto do; what isn't there may be said of the mark itself."""
        if lines[0].strip("`~ \t").startswith("{") or not _FENCE.match(lines[-1]):
            return lines
        out: list[str] = []
        for line in lines:
            match = (_SHORTCODE.match(line) or _SNIPPET.match(line)) if len(line) <= _MAX_LINE else None
            known = len(self.notes)
            out += [line] if match is None else self._line(line, match, path, above, number, literal=True)
            self.notes[known:] = [note for note in self.notes[known:] if note.code != "include.missing"]
        return out if out == lines else _unbroken(out)

    def _snippet(
        self, name: str, path: str, above: tuple[str, ...], number: int, *, literal: bool = False
    ) -> str | None:
        """A file of MkDocs: its names begin at the site's folder, which is one of those around the page."""
        folder = path.rpartition("/")[0]
        while folder and ".." not in name and not self.files.exists(normpath(join(folder, name))):
            folder = folder.rpartition("/")[0]
        if not self.files.exists(normpath(join(folder, name))):
            folder = path.rpartition("/")[0]
        return self._file(name, f"{folder}/" if folder else "", above, number, literal=literal)

    def _file(self, name: str, path: str, above: tuple[str, ...], number: int, *, literal: bool = False) -> str | None:
        """A file's text; None where it can't be taken in, with a note."""
        folder = path.rpartition("/")[0]
        full = normpath(name.lstrip("/") if name.startswith("/") else join(folder, name))
        place = Where(self.path, line=number)
        if full in above or len(above) > MAX_DEPTH:
            self.notes.append(repaired("include.loop", f"{name:.100} includes itself and is left out there", place))
            return ""
        if full.startswith("../") or full == "..":
            self.notes.append(security("include.outside", f"file outside the source folder: {name:.100}", place))
            return None
        if self.size > MAX_BYTES or self.count >= MAX_FILES:
            text = f"{name:.100} is not included: more than {MAX_BYTES // 1_000_000} MB or {MAX_FILES:,} files in all"
            self.notes.append(dropped("include.size", text, place))
            return None
        try:
            data = self.files.read(full)
        except PermissionError:
            self.notes.append(security("include.outside", f"file outside the source folder: {name:.100}", place))
            return None
        except OSError:
            self.notes.append(missing("include.missing", f"file {name:.100} is not there to be included", place))
            return None
        self.size += len(data)
        if self.size > MAX_BYTES:
            text = f"{name:.100} is not included: more than {MAX_BYTES // 1_000_000} MB in all"
            self.notes.append(dropped("include.size", text, place))
            return None
        self.count += 1
        text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").rstrip("\n")
        if full not in self.closed:
            self.closed[full] = self.is_closed(text, full)
        if self.closed[full]:
            words = "not all readers of this page may read that file; restrict the page to the same ones"
            self.notes.append(security("include.closed", f"{name:.100} is left out: {words}", place))
            return f"*[{name}: only some people may read this]*"
        if literal or not full.lower().endswith((*_SUFFIXES, ".txt")):
            return text
        return self.text(_HEADER.sub("", text, count=1), full, (*above, full))

    def is_closed(self, text: str, full: str) -> bool:
        """Whether some who may read the source may not read a file that it takes in."""
        from converters.readers.audience import visibility_in
        from converters.readers.frontmatter import merge

        said = merge(
            visibility_in(text, full), self.beside.get(full, Metadata())
        )  # what holds for all reports says nothing of parts
        if said.readers is None:
            return False
        self.ours = self.ours or merge(visibility_in(self.top, self.path), self.default)
        return self.ours.readers is None or not self.ours.readers <= said.readers


def _left_out(name: str) -> list[str]:
    """The lines in place of a file that isn't taken in, of which a note tells."""
    return [f"*[{name}: not taken in]*"]


def _unbroken(lines: list[str]) -> list[str]:
    """Code between fences that nothing of what was taken into it ends."""
    first = lines[0].lstrip()
    mark, marks = first[0], len(first) - len(first.lstrip(first[0]))
    longest = max((len(run) for line in lines[1:-1] for run in re.findall(f"{mark}{{3,}}", line)), default=0)
    more = mark * (longest + 1 - marks)
    return [lines[0].replace(mark, more + mark, 1), *lines[1:-1], lines[-1].replace(mark, more + mark, 1)]


def _snippets_end(lines: list[str], start: int) -> int:
    """The line that ends a list of files; 0 where none does, or what stands between is no list."""
    for number in range(start + 1, min(len(lines), start + 2 + MAX_FILES)):
        if _SNIPPETS.match(lines[number][:_MAX_LINE]):
            return number
    return 0


def _end(lines: list[str], start: int, fence: str) -> int:
    """The line that closes a fence, or the last one."""
    for number in range(start + 1, len(lines)):
        stripped = lines[number].strip()
        if stripped and not stripped.strip(fence[0]) and len(stripped) >= len(fence):
            return number
    return len(lines) - 1


def _part(lines: list[str], options: dict[str, str]) -> list[str]:
    """The lines that a directive's options choose; all where ``lines`` asks for the same ones over and over."""
    if chosen := options.get("lines"):
        numbers: list[int] = []
        most = 2 * len(lines) + 100
        for piece in chosen.split(","):
            first, dash, last = piece.strip().partition("-")
            if first.isdecimal() or (dash and last.isdecimal()):
                low = int(first) if first.isdecimal() else 1
                high = int(last) if last.isdecimal() else (len(lines) if dash else low)
                numbers += range(low, min(high, len(lines)) + 1)
            if len(numbers) > most:
                return lines
        lines = [lines[number - 1] for number in numbers if 0 < number <= len(lines)]
    after, before = options.get("start-after"), options.get("end-before")
    starts, ends = options.get("start-at"), options.get("end-at")
    if after or starts:
        at = next((i for i, line in enumerate(lines) if (after or starts or "") in line), -1)
        lines = lines[at + bool(after) :] if at >= 0 else lines
    if before or ends:
        at = next((i for i, line in enumerate(lines) if (before or ends or "") in line), -1)
        lines = lines[: at + bool(ends)] if at >= 0 else lines
    return lines


def _language(name: str) -> str:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return {"py": "python", "r": "r", "js": "javascript", "sh": "bash", "yml": "yaml", "jl": "julia"}.get(
        suffix, suffix
    )
