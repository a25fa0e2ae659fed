"""Names under which authors know code languages → one name each, which the wikis' own lists map on."""

from __future__ import annotations

PLAIN = "plain text"

_NAMES = {
    "python": "python-3 xeus-python pyspark sagemath xpython pypy micropython starlark bazel gdscript nim mojo ipython ipython2 ipython3 py py3 python2 python3 pycon ipythonconsole numpy sage cython pyx xonsh jupyter",
    "shell": "shell-script bash-shell cmd-line sh zsh console shell-session shellsession sh-session terminal fish ksh csh tcsh",
    "bash": "bash-session",
    "c++": "h++ hxx hh rcpp cpp cxx cc hpp cuda cling xcpp11 xcpp14 xcpp17 c++11 c++14 c++17",
    "c#": "cs csharp polyglot-notebook .net-csharp",
    "f#": "fs fsharp .net-fsharp",
    "c": "opencl cl2 d vala h",
    "javascript": "javascriptreact actionscript actionscript3 as3 javascript-node js jsx mjs cjs node nodejs ecmascript ojs observable",
    "typescript": "typescriptreact mts cts ts tsx deno",
    "yaml": "yaml-frontmatter cwl yml eyaml",
    "toml": "ini cfg conf properties dosini",
    "latex": "bibtex bib tikz lualatex xelatex katex tex context",
    "docker": "dockerfile containerfile",
    "markdown": "md gfm mdx rmd qmd rmarkdown commonmark myst",
    "html": "handlebars hbs mustache jinja jinja2 django erb liquid twig ejs htm xhtml html5 vue svelte",
    "xml": "xquery xsd wsdl kml gpx svg xsl xslt rss plist",
    "markup": "rst asciidoc restructuredtext",
    "go": "golang gonb",
    "ruby": "crystal puppet rb irb jruby",
    "rust": "rs evcxr",
    "kotlin": "kt kts",
    "perl": "pl raku",
    "powershell": "ps1 pwsh posh .net-powershell",
    "makefile": "cmake just justfile ninja make mk gnumake bsdmake",
    "json": "json5 jsonc ndjson geojson ipynb jsonl vega vega-lite",
    "julia": "julia-1 jl julia-repl",
    "r": "jags bugs winbugs rscript s splus rout ir xr",
    "matlab": "octave m",
    "mathematica": "wolfram wl nb",
    "objective-c": "objc obj-c objectivec",
    "haskell": "hs lhs ihaskell",
    "ocaml": "ml mli ocaml-jupyter",
    "lisp": "racket-lang scheme-lisp newlisp common-lisp elisp emacs-lisp cl",
    "clojure": "clj cljs edn",
    "coffeescript": "coffee",
    "elixir": "ex exs",
    "erlang": "erl",
    "fortran": "f f77 f90 f95 fortran90 lfortran",
    "scala": "sbt almond",
    "sql": "sparksql spark-sql sparql cypher kql kusto mariadb oracle trino athena hive impala redshift clickhouse mssql mysql postgresql postgres plsql pgsql sqlite tsql hiveql duckdb bigquery psql snowflake",
    "diff": "patch udiff",
    "protobuf": "proto proto3",
    "graphql": "gql",
    "hcl": "bicep nomad terraform tf",
    "groovy": "gradle jenkinsfile",
    "visual basic": "vb vba vbscript vbs",
    "vb.net": "vbnet",
    "verilog": "systemverilog sv",
    "assembly": "asm nasm gas armasm",
    "llvm ir": "llvm",
    "webassembly": "wasm wat",
    "ascii art": "ascii",
    "php": "php3 php4 php5",
    "css": "postcss",
    "arduino": "ino",
    "swift": "swift5",
    "lua": "luajit xlua",
    "nix": "nixos",
    "prolog": "swipl logtalk",
    "plain text": "txt text none output plaintext plain raw log csv tsv stan pytb traceback verbatim - default stdout stderr",
    "java": "javafx jsp jshell ijava ganymede",
    "less": "lesscss",
    "sass": "sass-lang",
    "glsl": "hlsl wgsl shader",
    "pascal": "pas delphi objectpascal ada freepascal",
    "scheme": "scm calysto-scheme guile",
    "mermaid": "mmd",
    "dart": "flutter",
    "smalltalk": "pharo",
}

ALIASES = {name: language for language, names in _NAMES.items() for name in names.split()}
"""An author's word, in lower case → the one name, which is Notion's where Notion has one."""


def canonical(word: str) -> str:
    """The one name of an author's language, in lower case; ``plain text`` for none, the word itself where it is unknown.

    Takes what stands behind a fence: ``{r, echo=FALSE}``, ``{.python .numberLines}``, ``C++``.
    """
    whole = word.strip().lower()
    if not whole:
        return PLAIN
    if whole in _NAMES:
        return whole
    if " " in whole or whole[0] in "{.":
        words = whole.strip("{}").replace(",", " ").split()
        name = words[0].lstrip(".") if words else PLAIN
        return ALIASES.get(whole) or ALIASES.get(name, name)
    return ALIASES.get(whole, whole)
