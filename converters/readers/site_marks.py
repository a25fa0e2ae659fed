"""Marks of site generators in Markdown (Hugo's shortcodes, Jekyll's Liquid, kramdown, MkDocs, GitBook), of Obsidian and Notion.

They are written as the parser's own: text in, text out, line by line; code keeps what stands in it. What no page of a
wiki can carry out is shown as code, with a note. A little longer than other files for the tables of those marks.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from converters import notes
from converters.readers.content_tabs import apart_outside_code, with_mdx_tabs, with_tabs
from converters.readers.site_values import PICTURE, kramdown_attributes, liquid_value, pressed_keys, wiki_link

if TYPE_CHECKING:
    from converters.readers.context import MarkdownContext

TRIGGER = re.compile(
    r"[{\[<=%^+](?:(?<=\{)(?:[{%:]| ?[.#])|(?<=\[)[\[!]|(?<=<)(?:aside|TabItem)|(?<==)=|(?<=%)%|(?<= \^)|(?<=\+)\+|(?<=\^)\^)"
)
"""What a text must hold to be looked at: ``{{ {% {: {. {# [[ [! <aside <TabItem == %% ++ ^^``, or a caret behind a blank."""

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})(.*)$")
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`]*(?<!`)\1(?!`)")
_HUGO = re.compile(r"\{\{([<%][^{}\n]{1,1000}[>%])\}\}")
_LIQUID = re.compile(r"\{%([^{}\n]{1,1000})%\}")
_VALUE = re.compile(r"\{\{([^{}\n]{1,1000})\}\}")
_ARGUMENT = re.compile(r"(?:([\w\-]+)[ \t]*=[ \t]*)?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_GITBOOK_TAG = re.compile(r"(\{%-?[ \t]*(?:end)?(?:hint|tabs?)\b[^{}\n]{0,500}%\})")
_GITBOOK_LINE = re.compile(r"\{%-?[ \t]*(?:end)?(?:hint|tabs?)\b[^{}\n]{0,500}%\}[ \t]*\S")
_KRAMDOWN = re.compile(r"\{:([^{}\n]{0,500})\}")
_CONTENTS = re.compile(r"[ \t]*(?:[*+\-]|\d+\.)[ \t]+\S.*$")
_WIKI = re.compile(r"(?<!\[)(!?)\[\[([^\[\]\n]{1,400})\]\](?![\]:(])")
_WIKI_SIGN = re.compile(r"!\[\[|\[\[[^\[\]\n|#]{0,400}[|#]")
_CALLOUT = re.compile(r"^((?:[ ]*>)+[ ]*)\[!([A-Za-z][\w\-]*)\]([+\-]?)[ \t]*([^\n]*)$")
_ALERTS = frozenset({"note", "tip", "important", "warning", "caution"})
_COMMENT = re.compile(r"(?<![\w%])%%(?=[^\s%])[^%\n]*(?<=[^\s%])%%(?![\w%])")
_BLOCK_NAME = re.compile(r"(?<=\s)\^[A-Za-z0-9\-]+[ \t]*$")
_OWN_LINE = re.compile(r"[ \t]*\{:?[ \t]*[.#][\w\-]+(?:[ \t]+[.#\w\-][^{}\n]{0,500})?[ \t]*\}[ \t]*$")
"""Attributes on a line of their own, as Python-Markdown and MyST write them below or above a block."""
_MARKED = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]+?)(?<=\S)==(?![=\w])")

_KEYS = re.compile(r"(?<![\w+])\+\+([a-z0-9\-]+(?:\+[a-z0-9\-]+)*)\+\+(?![\w+])")
"""``++ctrl+alt+del++``; in other words plus signs stand at a word (``C++``). Source: PyMdown Extensions, "Keys"."""
_INSERTED = re.compile(r"(?<![\^\w])\^\^(?=[^\s^])([^^\n]+?)(?<=\S)\^\^(?![\^\w])")

_BOXES = {
    "alert": "note", "admonition": "note", "callout": "note", "notice": "note", "hint": "note", "box": "note",
    "note": "note", "info": "info", "tip": "tip", "warning": "warning", "warn": "warning", "caution": "caution",
    "danger": "danger", "error": "danger", "important": "important", "success": "tip", "question": "question",
}  # fmt: skip
"""Shortcodes and includes of the common themes that are boxes → the box where they don't say its kind themselves."""
_KINDS = frozenset({*_BOXES.values(), *_BOXES})
_FOLDS = frozenset({"details", "expand", "collapse", "spoiler", "accordion"})
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/", "gist": "https://gist.github.com/",
    "x": "https://x.com/", "tweet": "https://x.com/", "twitter": "https://x.com/",
}  # fmt: skip
_PART = "|".join(sorted({*_BOXES, *_FOLDS, "tabs", "tab"}))
_PART_TAG = re.compile(rf"(\{{\{{[<%]\s*/?\s*(?:{_PART})(?![\w\-])[^{{}}\n]{{0,500}}[%>]\}}\}})")
_QUIET = frozenset(
    ["toc", "raw", "endraw", "comment", "endcomment", "math", "katex", "mathjax", "rawhtml", "br", "end", "capture",
     "endcapture", "assign", "if", "endif", "else", "for", "endfor", "tabs", "tab", "table", "center", "steps"]
)  # fmt: skip
"""Tags that only say how their content is made: the content stays, they go."""


def site_marks(text: str, context: MarkdownContext) -> str:
    """The text with such marks written as the parser's."""
    lines = text.split("\n")
    if '=== "' in text or "=== '" in text:
        lines = with_tabs(lines)
    if "<TabItem" in text:
        lines = with_mdx_tabs(lines)
    if "{{" in text:
        lines = list(apart_outside_code(lines, _apart))
    if "{%" in text and _GITBOOK_LINE.search(text):
        lines = list(apart_outside_code(lines, _gitbook_apart))
    return _Marks(lines, text, context).read()


def _apart(line: str) -> list[str]:
    """A box, fold or tab of Hugo's with all its content in one line, as lines of their own."""
    words = line.strip()
    begin, _, _ = words.partition("}}")
    if not words.startswith("{{") or not words.endswith("}}") or not _PART_TAG.fullmatch(f"{begin}}}}}"):
        return [line]
    name = begin[3:].split(maxsplit=1)[0] if begin[3:].strip() else ""
    last = words.rpartition("{{")[2].removesuffix("}}")[1:-1].strip()
    if len(words) == len(begin) + 2 or last.replace(" ", "") != f"/{name}":
        return [line]
    return ["", *filter(None, map(str.strip, _PART_TAG.split(words))), ""]


def _gitbook_apart(line: str) -> list[str]:
    """Hints and tabs of GitBook's that begin a line with more in it, each tag as a line of its own."""
    match = _GITBOOK_TAG.match(line.strip())
    if match is None or match.end() == len(line.strip()):
        return [line]
    return ["", *filter(None, map(str.strip, _GITBOOK_TAG.split(line))), ""]


class _Marks:
    """Lines on their way; ``closing`` counts the tags that end a part, so that none is opened which nothing ends."""

    def __init__(self, lines: list[str], text: str, context: MarkdownContext) -> None:
        self.lines = lines
        self.context = context
        tags = (_tag(match) for match in _HUGO.finditer(text)) if "{{" in text else ()
        self.closing = Counter(name.lstrip("/ ") for name, _ in tags if name.startswith("/"))
        self.opened: list[tuple[str, str]] = []
        self.code = False
        """Whether the lines are code between two tags."""
        one = context.where is None or context.where.cell is None
        self.wiki = one and (text.count("[[") > 1 or _WIKI_SIGN.search(text) is not None)
        """Whether double brackets are links: one pair alone may be anything, and cells of notebooks have lists."""
        self.marked = one
        self.obsidian = one and (
            self.wiki or ("[!" in text and any("[!" in line and _CALLOUT.match(line) for line in lines))
        )
        self.gitbook_open: Counter[str] = Counter()
        ends = re.findall(r"\{%-?\s*(end(?:hint|tabs?|code|stepper|step))\b", text) if "{%" in text else ()
        self.liquid_ends = Counter(ends)

    def read(self) -> str:
        """The whole text."""
        found: list[str] = []
        fence = ""
        hidden = self.hidden()
        for number, written in enumerate(self.lines):
            if number in hidden:
                continue
            line = written
            mark = _FENCE.match(written) if "```" in written or "~~~" in written else None
            if self.code and "highlight" not in written:
                found.append(written)
                continue
            if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
                fence = "" if fence else mark[1]
            elif not fence and TRIGGER.search(line):
                line = self.line(written)
            if found and "{:toc" in written and not line.strip() and _CONTENTS.match(found[-1]):
                found[-1] = ""  # the item that kramdown writes the contents over
            found.append(line)
        return "\n".join(found)

    def hidden(self) -> frozenset[int]:
        """Lines of Obsidian's comments: from a line of two per cent signs to the next."""
        if not self.obsidian:
            return frozenset()
        marks = [number for number, line in enumerate(self.lines) if line.strip() == "%%"]
        pairs = zip(marks[::2], marks[1::2], strict=False)
        return frozenset(number for first, last in pairs for number in range(first, last + 1))

    def line(self, line: str) -> str:
        """One line that may hold marks."""
        if "{" in line and _OWN_LINE.match(line):
            return ""
        if "[!" in line and (match := _CALLOUT.match(line)):
            return self.callout(match)
        if line.startswith("<aside>") and line.strip() == "<aside>":
            return line + "\n"
        parts, position = [], 0
        for code in _CODE.finditer(line):
            parts += [self.marks(line[position : code.start()], line), code[0]]
            position = code.end()
        return "".join((*parts, self.marks(line[position:], line)))

    def callout(self, match: re.Match[str]) -> str:
        """Obsidian's callout as a title in strong letters; GitHub's five stay what they are."""
        before, kind, fold, title = match.groups()
        if kind.lower() in _ALERTS and not fold and not title:
            return match[0]
        return f"{before}[!{kind}]{fold}{' ' + title if title else ''}\n{before}"

    def marks(self, text: str, line: str) -> str:
        """A stretch of a line without code."""
        alone = text.strip() == line.strip()
        if "{{" in text:
            text = _HUGO.sub(lambda match: self.hugo(match, alone and match[0] == line.strip()), text)
            text = _VALUE.sub(liquid_value, text)
        if "{%" in text:
            text = _LIQUID.sub(self.liquid, text)
        if "{:" in text:
            text = _KRAMDOWN.sub(kramdown_attributes, text)
        if self.wiki and "[[" in text:
            text = _WIKI.sub(wiki_link, text)
        if self.obsidian:
            text = _BLOCK_NAME.sub("", text) if "^" in text and line.endswith(text) else text
            text = _COMMENT.sub("", text) if "%%" in text else text
        if self.marked and "==" in text:
            text = _MARKED.sub(r"<mark>\1</mark>", text)
        if self.marked and "++" in text:
            text = _KEYS.sub(pressed_keys, text)
        if self.marked and "^^" in text:
            text = _INSERTED.sub(r"<ins>\1</ins>", text)
        return text

    def hugo(self, match: re.Match[str], alone: bool) -> str:
        """A shortcode of Hugo; one that has an end of its own is a box, a fold, a tab or code."""
        tag, rest = _tag(match)
        name = tag.lstrip("/ ")
        words, values = _arguments(rest)
        if tag.startswith("/"):
            place = next((n for n in range(len(self.opened) - 1, -1, -1) if self.opened[n][0] == name), -1)
            closed = self.opened.pop(place)[1] if place >= 0 else ""
            self.code = self.code and name != "highlight"
            return closed if alone or not closed else f"\n{closed}"
        opening, closing = self.part(name, words, values)
        if opening and alone and self.closing[name] > 0:
            self.code = name == "highlight"
            self.closing[name] -= 1
            self.opened.append((name, closing))
            return opening
        if name in {"ref", "relref"} and words:
            return words[0]
        made = _single(name, words, values)
        if made is not None:
            return made
        if opening or name in _QUIET:
            return ""
        shown = self.unknown(match[0], name)
        return "" if self.closing[name] > 0 else shown  # what stands between its two tags is there

    def part(self, name: str, words: list[str], values: dict[str, str]) -> tuple[str, str]:
        """How a shortcode with content begins and ends; empty where it is none that we know."""
        title = values.get("title") or values.get("name") or values.get("summary") or values.get("header") or ""
        if name == "highlight" and words:
            return f"```{words[0]}", "```"
        if name in _BOXES:
            kind = values.get("type") or values.get("kind") or values.get("context") or ""
            kind = (kind or next((word for word in words if word.lower() in _KINDS), "") or name).lower()
            title = title or " ".join(word for word in words if word.lower() != kind)
            kind = _BOXES.get(kind, _BOXES[name])
            return f":::{{admonition}} {title}\n:class: {kind}\n" if title else f":::{{{kind}}}", ":::"
        if name in _FOLDS:
            return f":::{{dropdown}} {title or ' '.join(words) or 'Details'}", ":::"
        if name == "tabs":
            return "::::{tab-set}", "::::"
        if name == "tab":
            return f":::{{tab-item}} {title or ' '.join(words) or 'Tab'}", ":::"
        return "", ""

    def liquid(self, match: re.Match[str]) -> str:
        """A tag of Jekyll's."""
        name, _, rest = match[1].strip("- \t").partition(" ")
        rest = rest.strip()
        if name == "highlight":
            self.code = True
            return f"```{rest.split()[0] if rest else ''}"
        if name == "endhighlight":
            self.code = False
            return "```"
        if (made := self.gitbook(name, rest)) is not None:
            return made
        if name == "fn" and rest:
            return f"[^{rest}]"
        if name == "comment":
            return "<!--"
        if name == "endcomment":
            return "-->"
        if name == "post_url" and rest:
            return f"{rest}.md"
        if name == "link" and rest:
            return rest
        words, values = _arguments(rest)
        if name == "include" and words:
            made = _single(words[0].rpartition("/")[2].rpartition(".")[0] or words[0], words[1:], values)
            if made is not None:
                return made
        elif (made := _single(name, words, values)) is not None:
            return made
        return "" if name in _QUIET else self.unknown(match[0], f"{name} {words[0]}" if words else name)

    def gitbook(self, name: str, rest: str) -> str | None:
        """A tag of GitBook's that has an end; None for any other."""
        base = name.removeprefix("end")
        if base not in {"hint", "tabs", "tab", "code"}:
            return None
        if name != base:
            return None if not self.gitbook_open[base] else "" if base == "code" else "\n:::"
        if self.liquid_ends[f"end{base}"] <= self.gitbook_open[base]:
            return None  # nothing ends it
        self.gitbook_open[base] += 1
        _, values = _arguments(rest)
        if name == "hint":
            kind = {"info": "note", "success": "tip"}.get(values.get("style", ""), values.get("style", "") or "note")
            return f":::{{{kind if kind in _KINDS else 'note'}}}"
        if name == "tabs":
            return ":::{tab-set}"
        return f":::{{tab-item}} {values['title']}" if name == "tab" and "title" in values else ""

    def unknown(self, source: str, name: str) -> str:
        """What can't be carried out, as code."""
        where = self.context.at()
        self.context.notes.append(notes.missing("shortcode.unknown", f"{name} is not carried out", where))
        return f"`{source}`"


def _arguments(text: str) -> tuple[list[str], dict[str, str]]:
    words: list[str] = []
    values: dict[str, str] = {}
    for match in _ARGUMENT.finditer(text):
        value = next((each for each in match.groups()[1:] if each is not None), "")
        if match[1]:
            values.setdefault(match[1].lower(), value)
        else:
            words.append(value)
    return words, values


def _single(name: str, words: list[str], values: dict[str, str]) -> str | None:
    """What a tag without content stands for; None where nobody knows."""
    address = next((values[key] for key in ("src", "url", "image_path", "image", "file", "path") if key in values), "")
    if address and (name in {"figure", "img", "image", "picture", "imgproc"} or PICTURE.search(address)):
        caption = values.get("caption") or values.get("title") or ""
        size = f" width={values['width']}" if values.get("width", "").rstrip("%px").isdigit() else ""
        words_ = (values.get("alt") or caption).replace("[", "\\[").replace("]", "\\]")
        shown = f' fig-cap="{caption}"' if caption and '"' not in caption else ""
        return f"![{words_}](<{address}>)" + (f"{{{(shown + size).strip()}}}" if shown or size else "")
    if name in _PLAYERS:
        target = values.get("id") or values.get("content") or values.get("url") or "/".join(words)
        if name in {"x", "tweet"} and "user" in values:
            target = f"{values['user']}/status/{values.get('id', '')}"
        return (target if "://" in target else _PLAYERS[name] + target) if target else None
    text = values.get("text") or values.get("content") or ""
    if name in _BOXES and text:
        kind = values.get("type", "").lower()
        return f":::{{{_BOXES.get(kind, _BOXES[name])}}}\n{text}\n:::"
    return None


def _tag(match: re.Match[str]) -> tuple[str, str]:
    """The name of a shortcode, with ``/`` in front where it ends one, and what stands behind it."""
    inner = match[1][1:-1].strip()
    if inner.startswith("/"):
        return f"/{inner[1:].strip()}", ""
    name, _, rest = inner.removesuffix("/").rstrip().partition(" ")
    return name, rest
