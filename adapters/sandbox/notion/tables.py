"""Closed lists of Notion: colours, languages, icon colours, file types, zones."""

from __future__ import annotations

# Source: ApiColor of the vendor's typed client 5.26.
_HUES = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
COLORS = (*_HUES, *(f"{hue}_background" for hue in _HUES))
SELECT_COLORS = _HUES
ICON_COLORS = ("gray", "lightgray", "brown", "yellow", "orange", "green", "blue", "purple", "pink", "red")

# Source: LanguageRequest of the vendor's typed client 5.26; exact, lower case.
LANGUAGES = tuple(
    [
        "abap",
        "abc",
        "agda",
        "arduino",
        "ascii art",
        "assembly",
        "bash",
        "basic",
        "bnf",
        "c",
        "c#",
        "c++",
        "clojure",
        "coffeescript",
        "coq",
        "css",
        "dart",
        "dhall",
        "diff",
        "docker",
        "ebnf",
        "elixir",
        "elm",
        "erlang",
        "f#",
        "flow",
        "fortran",
        "gherkin",
        "glsl",
        "go",
        "graphql",
        "groovy",
        "haskell",
        "hcl",
        "html",
        "idris",
        "java",
        "javascript",
        "json",
        "julia",
        "kotlin",
        "latex",
        "less",
        "lisp",
        "livescript",
        "llvm ir",
        "lua",
        "makefile",
        "markdown",
        "markup",
        "matlab",
        "mathematica",
        "mermaid",
        "nix",
        "notion formula",
        "objective-c",
        "ocaml",
        "pascal",
        "perl",
        "php",
        "plain text",
        "powershell",
        "prolog",
        "protobuf",
        "purescript",
        "python",
        "r",
        "racket",
        "reason",
        "ruby",
        "rust",
        "sass",
        "scala",
        "scheme",
        "scss",
        "shell",
        "smalltalk",
        "solidity",
        "sql",
        "swift",
        "toml",
        "typescript",
        "vb.net",
        "verilog",
        "vhdl",
        "visual basic",
        "webassembly",
        "xml",
        "yaml",
        "java/c/c++/c#",
    ]
)

# Source: developers.notion.com, "Working with files and media", early 2026.
TYPES_EARLY = {
    "audio": "aac adts mid midi mp3 mpga m4a m4b mp4 oga ogg wav wma",
    "document": "pdf txt json doc docx dot dotx xls xlsx xlt xltx xla ppt pptx pot potx pps ppa",
    "image": "gif heic jpeg jpg png svg tif tiff webp ico",
    "video": "amv asf wmv avi f4v flv gifv m4v mp4 mkv webm mov qt mpeg",
}
# Source: the same page as transcribed on 2026-09-28; one witness, so it is not the default.
TYPES_LATE = {
    "audio": TYPES_EARLY["audio"] + " opus weba flac",
    "document": TYPES_EARLY["document"]
    + " html htm csv tsv md markdown js ts tsx py css xml yaml yml rtf epub odt ods odp ics zip gz gzip tar 7z bz2 rar",
    "image": TYPES_EARLY["image"] + " bmp avif apng",
    "video": TYPES_EARLY["video"] + " ogv 3gp 3g2",
}
UPLOAD_TYPES = {"2026-01": TYPES_EARLY, "2026-09": TYPES_LATE}

# Content types by extension, for what is checked against the one that the client declares.
CONTENT_TYPES = {
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "ico": "image/vnd.microsoft.icon",
    "bmp": "image/bmp",
    "avif": "image/avif",
    "apng": "image/apng",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "json": "application/json",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "md": "text/markdown",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
}

VERSIONS = ("2025-09-03", "2026-03-11")
NEWEST = "2026-03-11"
