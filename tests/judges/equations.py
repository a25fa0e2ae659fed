"""Equations of real documents: how many become pictures, and whether each picture shows what KaTeX shows.

``python tests/judges/equations.py [FOLDER…]`` prints the table and each difference; its exit code is 1 below 98 %.
Compared are characters without their order and style: those that our engines were told to draw (mathtext: the glyphs
that it placed; ziamath: its MathML, whose glyphs the conversion itself counts) and those of KaTeX's own MathML.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)

from converters.errors import ConversionError
from converters.model import InlineMath, Math
from converters.options import NoFiles, ReadOptions, Source, TransformOptions
from converters.readers import read
from converters.transforms import apply, equations
from converters.transforms.mathml import to_mathml
from converters.transforms.mathtext import one_line
from converters.walk import iter_blocks, iter_inlines
from converters.writers.notion.equations import katex

CORPUS = ROOT.parent / "shared" / "corpus"
SUFFIXES = {".ipynb", ".md", ".rmd", ".qmd", ".html"}
_ALIKE = str.maketrans(
    {"−": "-", "–": "-", "∣": "|", "∥": "‖", "∗": "*", "⋅": "·", "ϵ": "ε", "ϕ": "φ", "′": "'", "ˆ": "^", "˜": "~", "∼": "~",
     "⃗": "→", "―": "¯", "‾": "¯", "˙": ".", "∖": "\\", "⟨": "<", "⟩": ">", "〈": "<", "〉": ">", "…": "…", "⋯": "…", "⎯": "¯",
     "∅": "⌀", "∆": "Δ", "⟶": "→", "⟹": "⇒", "⟺": "⇔", "⟸": "⇐"}
)  # fmt: skip
_OWN = "\ue000"
_IGNORED = frozenset("\u2061\u2062\u2063\u2064\u200b\xa0&{}()[]|‖/√¯ˉ⏟⏞^~.'→,…·-")
"""Signs that the three draw as lines, pieces or accents, or spell in more than one way."""


def equations_of(folder: Path) -> Counter[tuple[str, bool]]:
    """Every equation below a folder with how often it stands there: LaTeX and whether it is displayed."""
    found: Counter[tuple[str, bool]] = Counter()
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()):
        try:
            source = read(Source(path.relative_to(folder).as_posix(), path.read_bytes()), ReadOptions())
        except ConversionError:
            continue
        blocks = apply(source, TransformOptions(target="model", anatomy=False), NoFiles()).document.blocks
        found.update((block.tex, True) for block in iter_blocks(blocks) if isinstance(block, Math))
        found.update((inline.tex, False) for inline in iter_inlines(blocks) if isinstance(inline, InlineMath))
    return found


def characters(text: str) -> Counter[str]:
    """A text's characters without style and without signs that are spelt in several ways."""
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).translate(_ALIKE)
    kept = (c for c in plain if not c.isspace() and c not in _IGNORED and not unicodedata.combining(c))
    return Counter(_OWN if c >= "\ue000" else c for c in kept)


def same(ours: Counter[str], theirs: Counter[str]) -> bool:
    """Whether both show the same; a glyph without a character (STIX' script and double-struck letters) may be any."""
    more, fewer = ours - theirs, theirs - ours
    return set(more) <= {_OWN} and more[_OWN] == fewer.total()


def drawn(tex: str, *, display: bool) -> Counter[str] | None:
    """What the engine in charge draws; None where there is no picture."""
    if equations.equation_picture(tex, display=display) is None:
        return None
    plain = equations._cleaned(tex)
    if equations._mathtext(plain, display=display) is None:
        return characters("".join(to_mathml(plain, display=display).itertext()))
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    style = FontProperties(size=14, math_fontfamily="stix")
    parsed = MathTextParser("path").parse(f"${one_line(plain, display=display)}$", prop=style)
    return characters("".join(chr(glyph[2]) for glyph in parsed.glyphs))


def katex_characters(wanted: list[tuple[str, bool]]) -> list[Counter[str] | None]:
    """What KaTeX shows of each, None where it refuses."""
    script = Path(__file__).with_name("equation_text.cjs")
    told = json.dumps([[katex(tex, display=display), display] for tex, display in wanted])
    done = subprocess.run(["node", str(script)], input=told, capture_output=True, text=True, check=True)
    return [None if text is None else characters(text) for text in json.loads(done.stdout)]


def main(folders: list[str]) -> int:
    """The table for these folders (default: the corpus)."""
    found: Counter[tuple[str, bool]] = Counter()
    for folder in folders or [str(CORPUS)]:
        found += equations_of(Path(folder))
    wanted = list(found)
    shown = [drawn(tex, display=display) for tex, display in wanted]
    truth = katex_characters(wanted)
    none = [one for one, ours in zip(wanted, shown, strict=True) if ours is None]
    other = [
        (one, ours, theirs)
        for one, ours, theirs in zip(wanted, shown, truth, strict=True)
        if ours is not None and theirs is not None and not same(ours, theirs)
    ]
    judged = sum(ours is not None and theirs is not None for ours, theirs in zip(shown, truth, strict=True))
    for (tex, _), ours, theirs in other:
        print(f"differs: {' '.join(tex.split())[:90]}  ours {dict(ours - theirs)}  KaTeX {dict(theirs - ours)}")
    for tex, _ in none:
        print(f"no picture: {' '.join(tex.split())[:120]}")
    total, lost = found.total(), sum(found[one] for one in none)
    print(
        f"{len(wanted)} equations ({total} with repeats): {1 - len(none) / max(1, len(wanted)):.2%} pictures "
        f"({1 - lost / max(1, total):.2%}); {judged} compared with KaTeX, {len(other)} differ"
    )
    return int(len(none) > 0.02 * len(wanted) or lost > 0.02 * total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
