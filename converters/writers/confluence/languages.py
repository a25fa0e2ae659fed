"""Code languages of Confluence's code block: what the author called them → what the wiki takes."""

from __future__ import annotations

from typing import Final, Literal

from converters.writers.languages import canonical

Flavor = Literal["cloud", "datacenter", "notion"]

_CLOUD: Final = frozenset(
    [
        "abap",
        "actionscript3",
        "ada",
        "applescript",
        "arduino",
        "autoit",
        "bash",
        "c",
        "c#",
        "clojure",
        "coffeescript",
        "coldfusion",
        "cpp",
        "css",
        "cuda",
        "d",
        "dart",
        "diff",
        "docker",
        "elixir",
        "erl",
        "fortran",
        "foxpro",
        "go",
        "graphql",
        "groovy",
        "handlebars",
        "haskell",
        "haxe",
        "hcl",
        "html",
        "java",
        "javafx",
        "js",
        "json",
        "jsx",
        "julia",
        "kotlin",
        "livescript",
        "lua",
        "markdown",
        "mathematica",
        "matlab",
        "nginx",
        "objective-c",
        "objective-j",
        "ocaml",
        "octave",
        "pas",
        "perl",
        "php",
        "powershell",
        "prolog",
        "protobuf",
        "puppet",
        "py",
        "qml",
        "r",
        "racket",
        "rst",
        "ruby",
        "rust",
        "sass",
        "scala",
        "scheme",
        "shell",
        "smalltalk",
        "splunk",
        "sql",
        "standardml",
        "swift",
        "tcl",
        "tex",
        "toml",
        "tsx",
        "typescript",
        "vala",
        "vb",
        "vbnet",
        "verilog",
        "vhdl",
        "xml",
        "xquery",
        "yaml",
    ]
)
"""Source: the new editor's list; an unknown word shows as plain text there."""

_DATACENTER: Final = frozenset(
    [
        "actionscript3",
        "applescript",
        "bash",
        "c#",
        "coldfusion",
        "cpp",
        "css",
        "delphi",
        "diff",
        "erl",
        "groovy",
        "java",
        "jfx",
        "js",
        "perl",
        "php",
        "powershell",
        "py",
        "ruby",
        "sass",
        "scala",
        "sql",
        "vb",
        "xml",
        "yml",
    ]
)
"""Source: the code macro's list; an unknown word there puts an error message above the block."""

_OWN: Final = {
    "c++": "cpp", "actionscript": "actionscript3", "as3": "actionscript3", "ada": "ada", "d": "d", "vala": "vala",
    "delphi": "pas", "pascal": "pas", "erlang": "erl", "javascript": "js", "python": "py", "latex": "tex", "vb.net": "vbnet",
    "visual basic": "vb", "vba": "vb", "vbscript": "vb", "markup": "xml", "shell": "bash", "nodejs": "js", "jsx": "jsx",
    "tsx": "tsx", "scss": "sass", "less": "css", "rst": "rst", "restructuredtext": "rst", "octave": "octave", "cuda": "cuda",
    "svg": "xml", "handlebars": "handlebars", "puppet": "puppet", "xquery": "xquery", "javafx": "javafx", "hbs": "handlebars",
    "makefile": "bash", "basic": "vb", "f#": "ocaml", "reason": "ocaml", "coq": "ocaml", "elm": "haskell", "agda": "haskell",
    "idris": "haskell", "purescript": "haskell", "dhall": "haskell", "lisp": "scheme", "solidity": "js", "flow": "js",
    "glsl": "c", "java/c/c++/c#": "java", "nix": "haskell", "proto": "protobuf", "sml": "standardml", "qbs": "qml",
    "standard-ml": "standardml", "objective-j": "objective-j", "splunk": "splunk", "spl": "splunk",
}  # fmt: skip
"""Cloud: its word, or a relative with the same look. The author's own word is looked up first, then the one name."""

_NEAREST: Final = {
    "json": "js", "jsx": "js", "tsx": "js", "typescript": "js", "html": "xml", "yaml": "yml", "graphql": "js", "dart": "java",
    "c": "cpp", "cuda": "cpp", "arduino": "cpp", "vbnet": "vb", "javafx": "jfx", "pas": "delphi", "objective-c": "cpp",
    "kotlin": "java", "xquery": "xml", "go": "cpp", "rust": "cpp", "swift": "cpp", "d": "cpp", "vala": "c#", "handlebars": "xml",
    "shell": "bash", "docker": "bash", "nginx": "bash", "tcl": "bash", "puppet": "ruby", "elixir": "ruby", "coffeescript": "js",
    "livescript": "js", "hcl": "js", "toml": "yml",
    "qml": "js", "protobuf": "cpp", "ada": "delphi", "haxe": "js", "actionscript3": "actionscript3",
}  # fmt: skip
"""Data Center: a relative with the same look (comments, strings and words alike), for what its list lacks."""


def language(word: str, flavor: Flavor) -> str:
    """The wiki's own word for an author's language; ``none`` for what it doesn't know."""
    name = word.strip().strip("{}").split(",")[0].split(" ")[0].lstrip(".").lower()
    own = _OWN.get(name, name)
    if own not in _CLOUD:
        one = canonical(word)
        own = _OWN.get(one, one)
    if flavor == "datacenter":
        own = own if own in _DATACENTER else _NEAREST.get(own, own)
        return own if own in _DATACENTER else "none"
    return own if own in _CLOUD else "none"
