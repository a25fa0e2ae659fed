"""Code languages of Confluence's code block: what the author called them → what the wiki takes."""

from __future__ import annotations

from typing import Final, Literal

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

_ALIASES: Final = {
    "assembly": "none", "bat": "none", "c++": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "cpp", "h": "c", "cs": "c#",
    "csharp": "c#", "dockerfile": "docker", "erlang": "erl", "ex": "elixir", "f90": "fortran", "golang": "go",
    "hs": "haskell", "htm": "html", "ipython": "py", "ipython2": "py", "ipython3": "py", "javascript": "js",
    "jl": "julia", "kt": "kotlin", "latex": "tex", "md": "markdown", "mjs": "js", "objc": "objective-c",
    "objectivec": "objective-c", "pascal": "pas", "patch": "diff", "pl": "perl", "postgresql": "sql", "ps1": "powershell",
    "py3": "py", "pycon": "py", "python": "py", "python2": "py", "python3": "py", "rb": "ruby", "restructuredtext": "rst",
    "rs": "rust", "rscript": "r", "s": "r", "scss": "sass", "sh": "bash", "shell": "bash", "console": "bash", "bash-session": "bash",
    "shell-session": "bash", "zsh": "bash", "sqlite": "sql", "mysql": "sql", "svg": "xml", "terraform": "hcl",
    "ts": "typescript", "vb.net": "vbnet", "yml": "yaml", "node": "js", "julia-1": "julia", "xeus-python": "py",
    "pyspark": "py", "sagemath": "py", "cython": "py",
}  # fmt: skip

_NEAREST: Final = {
    "json": "js", "jsx": "js", "tsx": "js", "typescript": "js", "html": "xml", "yaml": "yml",
    "c": "cpp", "cuda": "cpp", "arduino": "cpp", "vbnet": "vb", "javafx": "jfx", "pas": "delphi", "objective-c": "cpp",
    "kotlin": "java", "xquery": "xml",
}  # fmt: skip
"""Data Center: a relative with the same look, for what its list lacks."""


def language(word: str, flavor: Flavor) -> str:
    """The wiki's own word for an author's language; ``none`` for what it doesn't know."""
    name = word.strip().strip("{}").split(",")[0].split(" ")[0].lower()
    name = _ALIASES.get(name, name)
    if flavor == "datacenter":
        name = _NEAREST.get(name, name)
        return name if name in _DATACENTER else "none"
    return name if name in _CLOUD else "none"
