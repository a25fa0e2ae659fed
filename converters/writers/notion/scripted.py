"""Raised and lowered text: Notion has no style for it, Unicode has characters for some of it."""

from __future__ import annotations

from converters.writers.notion.context import Context

_SUP = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ ",
        strict=True,
    )
)
_SUB = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ ", strict=True))


def raised(text: str, context: Context) -> str:
    """Text as superscript."""
    return _scripted(text, _SUP, "^", context)


def lowered(text: str, context: Context) -> str:
    """Text as subscript."""
    return _scripted(text, _SUB, "_", context)


def _scripted(text: str, table: dict[str, str], sign: str, context: Context) -> str:
    """Text raised or lowered by Unicode's own characters, else marked as in TeX, with a note."""
    if all(char in table for char in text):
        return "".join(table[char] for char in text)
    context.simpler_once("text.script", f"Notion has no sub- or superscript for {text[:20]!r}; written as {sign}(…)")
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def superscript(number: int) -> str:
    """The number in raised digits."""
    return "".join(_SUP[digit] for digit in str(number))
