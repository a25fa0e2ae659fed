"""Notion's code languages and the names under which authors know them."""

from __future__ import annotations

from converters.writers.languages import ALIASES, PLAIN, canonical

__all__ = ["ALIASES", "LANGUAGES", "PLAIN", "notion_language"]

LANGUAGES = frozenset(
    """abap|abc|agda|arduino|ascii art|assembly|bash|basic|bnf|c|c#|c++|clojure|coffeescript|coq|css|dart|dhall|diff|docker
|ebnf|elixir|elm|erlang|f#|flow|fortran|gherkin|glsl|go|graphql|groovy|haskell|hcl|html|idris|java|javascript|json|julia
|kotlin|latex|less|lisp|livescript|llvm ir|lua|makefile|markdown|markup|matlab|mathematica|mermaid|nix|notion formula
|objective-c|ocaml|pascal|perl|php|plain text|powershell|prolog|protobuf|purescript|python|r|racket|reason|ruby|rust|sass
|scala|scheme|scss|shell|smalltalk|solidity|sql|swift|toml|typescript|vb.net|verilog|vhdl|visual basic|webassembly|xml|yaml
|java/c/c++/c#""".replace("\n", "").split("|")
)
"""Exact values; anything else is refused. Source: developers.notion.com/reference/block (code)."""


def notion_language(word: str) -> str | None:
    """Notion's name of a language; ``plain text`` for none; None when Notion doesn't know it."""
    whole = word.strip().lower()
    if whole in LANGUAGES:
        return whole
    name = canonical(word)
    return name if name in LANGUAGES else None
