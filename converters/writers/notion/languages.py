"""Notion's code languages and the names under which authors know them."""

from __future__ import annotations

LANGUAGES = frozenset(
    """abap|abc|agda|arduino|ascii art|assembly|bash|basic|bnf|c|c#|c++|clojure|coffeescript|coq|css|dart|dhall|diff|docker
|ebnf|elixir|elm|erlang|f#|flow|fortran|gherkin|glsl|go|graphql|groovy|haskell|hcl|html|idris|java|javascript|json|julia
|kotlin|latex|less|lisp|livescript|llvm ir|lua|makefile|markdown|markup|matlab|mathematica|mermaid|nix|notion formula
|objective-c|ocaml|pascal|perl|php|plain text|powershell|prolog|protobuf|purescript|python|r|racket|reason|ruby|rust|sass
|scala|scheme|scss|shell|smalltalk|solidity|sql|swift|toml|typescript|vb.net|verilog|vhdl|visual basic|webassembly|xml|yaml
|java/c/c++/c#""".replace("\n", "").split("|")
)
"""Exact values; anything else is refused. Source: developers.notion.com/reference/block (code)."""

PLAIN = "plain text"

_ALIASES = {
    "python": "ipython ipython2 ipython3 py py3 python2 python3 pycon ipythonconsole numpy sage cython pyx xonsh jupyter",
    "shell": "sh zsh console shell-session shellsession sh-session terminal fish ksh csh tcsh",
    "bash": "bash-session",
    "c++": "cpp cxx cc hpp cuda cling xcpp11 xcpp14 xcpp17 c++11 c++14 c++17",
    "c#": "cs csharp polyglot-notebook .net-csharp",
    "f#": "fs fsharp .net-fsharp",
    "c": "h",
    "javascript": "js jsx mjs cjs node nodejs ecmascript ojs observable",
    "typescript": "ts tsx deno",
    "yaml": "yml eyaml",
    "toml": "ini cfg conf properties dosini",
    "latex": "tex context",
    "docker": "dockerfile containerfile",
    "markdown": "md gfm mdx rmd qmd rmarkdown commonmark myst",
    "html": "htm xhtml html5 vue svelte",
    "xml": "svg xsl xslt rss plist",
    "markup": "rst asciidoc restructuredtext",
    "go": "golang gonb",
    "ruby": "rb irb jruby",
    "rust": "rs evcxr",
    "kotlin": "kt kts",
    "perl": "pl raku",
    "powershell": "ps1 pwsh posh .net-powershell",
    "makefile": "make mk gnumake bsdmake",
    "json": "json5 jsonc ndjson geojson ipynb jsonl vega vega-lite",
    "julia": "jl julia-repl",
    "r": "rscript s splus rout ir xr",
    "matlab": "octave m",
    "mathematica": "wolfram wl nb",
    "objective-c": "objc obj-c objectivec",
    "haskell": "hs lhs ihaskell",
    "ocaml": "ml mli ocaml-jupyter",
    "lisp": "common-lisp elisp emacs-lisp cl",
    "scheme": "scm calysto-scheme",
    "clojure": "clj cljs edn",
    "coffeescript": "coffee",
    "elixir": "ex exs",
    "erlang": "erl",
    "fortran": "f f77 f90 f95 fortran90 lfortran",
    "scala": "sbt almond",
    "sql": "mysql postgresql postgres plsql pgsql sqlite tsql hiveql duckdb bigquery psql snowflake",
    "diff": "patch udiff",
    "protobuf": "proto proto3",
    "graphql": "gql",
    "hcl": "terraform tf",
    "groovy": "gradle jenkinsfile",
    "visual basic": "vb vba vbscript vbs",
    "vb.net": "vbnet",
    "verilog": "systemverilog sv",
    "assembly": "asm nasm gas armasm",
    "llvm ir": "llvm",
    "webassembly": "wasm wat",
    "ascii art": "ascii",
    "pascal": "delphi objectpascal",
    "php": "php3 php4 php5",
    "css": "postcss",
    "arduino": "ino",
    "swift": "swift5",
    "lua": "luajit xlua",
    "nix": "nixos",
    "prolog": "swipl logtalk",
    PLAIN: "txt text none output plaintext plain raw log csv tsv stan pytb traceback verbatim - default stdout stderr",
}

ALIASES = {name: language.strip() for language, names in _ALIASES.items() for name in names.split()}
"""An author's word, in lower case → Notion's."""


def notion_language(word: str) -> str | None:
    """Notion's name of a language; ``plain text`` for none; None when Notion doesn't know it."""
    if not word:
        return PLAIN
    words = word.strip().strip("{}").replace(",", " ").split()  # ``{r, echo=FALSE}``, ``{.python .numberLines}``
    name = word.strip().lower()
    if name not in LANGUAGES:
        name = words[0].lstrip(".").lower() if words else PLAIN
    if name in LANGUAGES:
        return name
    return ALIASES.get(name)
