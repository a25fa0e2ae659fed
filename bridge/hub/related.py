"""Which reports are about the same: TF-IDF and cosine over words and topics, and lists that stay from run to run.

On numpy, which is there for figures anyway: scikit-learn's vectorizer takes a second of CPU and 150 MB to import
(DECISIONS), more than the whole plan of a thousand reports may.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from bridge.hub.model import Card, slug

if TYPE_CHECKING:
    import numpy as np

SHOWN = 4
"""Related reports on a page. Ours: what a reader looks through."""
LEAST = 0.15
"""Cosine below which two reports have nothing to say to each other. Ours, tried on the example repository and the corpus."""
CLEARLY = 1.25
"""How much more alike a new report must be than the last one of a list to be worth a write of an unchanged page. Ours."""
NEIGHBOURS = 1
"""Unchanged pages that one run writes because of new reports. Ours: the write budget of a change is ten, a page is two
writes, and home, the news and the manifest take seven."""
COMMON = 0.5
"""Share of all reports above which a word tells nothing. Ours."""
_TITLE, _SUMMARY, _TOPIC = 3, 2, 4
"""How often words of title and summary and topics count beside words of the text. Ours."""
_WORD = re.compile(r"[^\W\d_]{3,}")


class Index:
    """All reports as weighted words; answers which are most alike to one."""

    def __init__(self, cards: Mapping[str, Card], texts: Mapping[str, str]) -> None:
        import numpy as np

        self._numpy: Any = np
        self._keys = sorted(cards)
        self._ranks = {key: rank for rank, key in enumerate(self._keys)}
        counts = [_terms(cards[key], texts.get(key, "")) for key in self._keys]
        rows: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for rank, terms in enumerate(counts):
            for term, number in terms.items():
                rows[term].append((rank, number))
        most = max(2.0, COMMON * len(counts))
        norms = np.zeros(len(counts))
        self._postings: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for term, found in sorted(rows.items()):
            if not 1 < len(found) <= most:
                continue
            idf = math.log((1 + len(counts)) / (1 + len(found))) + 1
            ranks = np.array([rank for rank, _ in found])
            weights = (1 + np.log(np.array([number for _, number in found], dtype=float))) * idf
            self._postings[term] = ranks, weights
            norms[ranks] += weights**2
        self._norms = np.sqrt(np.maximum(norms, 1e-12))
        self._terms = counts

    def nearest(self, key: str) -> list[tuple[str, float]]:
        """The other reports from the most alike on, as far as they are alike at all; equal ones in order of key."""
        np = self._numpy
        own = self._ranks[key]
        scores = np.zeros(len(self._keys))
        for term in sorted(self._terms[own]):
            if term in self._postings:
                ranks, weights = self._postings[term]
                scores[ranks] += weights * weights[np.searchsorted(ranks, own)]
        scores /= self._norms * self._norms[own]
        likely = np.nonzero(scores >= LEAST)[0]
        found = [(self._keys[rank], round(float(scores[rank]), 4)) for rank in likely if rank != own]
        return sorted(found, key=lambda one: (-one[1], one[0]))


def _terms(card: Card, text: str) -> Counter[str]:
    found: Counter[str] = Counter(_WORD.findall(text.casefold()))
    for words, weight in ((card.title, _TITLE), (card.summary, _SUMMARY)):
        for word in _WORD.findall(words.casefold()):
            found[word] += weight
    for topic in card.topics:
        found[f"#{slug(topic)}"] += _TOPIC
    return found


def chosen(
    cards: Mapping[str, Card], texts: Mapping[str, str], *, fresh: Collection[str], new: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The related reports of each report of this run (those in ``texts``).

    ``fresh`` are written anyway and get the best list; the others keep theirs, unless one on it is gone, or a report
    among ``new`` belongs on it clearly, and that for :data:`NEIGHBOURS` pages a run at most. One that was superseded
    stays on those pages until they are written anyway (its own page leads on) and is the first to make room.
    """
    open_ = {key: card for key, card in cards.items() if not card.superseded}
    lists = {key: tuple(one for one in cards[key].related if one in cards) for key in texts if key in cards}
    broken = {key for key in lists if len(lists[key]) < len(cards[key].related)}
    wanted = (broken | {key for key in fresh if key in lists}) & cards.keys()
    if not wanted and not new:
        return lists
    index = Index({**open_, **{key: cards[key] for key in wanted}}, texts)
    for key in wanted:
        lists[key] = tuple(other for other, _ in index.nearest(key) if other in open_)[:SHOWN]
    for key, other in _welcome(index, lists, [key for key in new if key in open_], wanted):
        kept = lists[key][: SHOWN - 1]
        lists[key] = (*kept, other)
    return lists


def _welcome(
    index: Index, lists: Mapping[str, Sequence[str]], new: Sequence[str], wanted: Collection[str]
) -> list[tuple[str, str]]:
    """Unchanged reports whose list a new one belongs on, the most alike first."""
    pairs = []
    for key in new:
        for other, score in index.nearest(key):
            if other in lists and other not in wanted and key not in lists[other]:
                pairs.append((score, other, key))
    found: dict[str, str] = {}
    for score, other, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if len(found) == NEIGHBOURS:
            break
        if other in found:
            continue
        scores = dict(index.nearest(other))
        last = scores.get(lists[other][-1], 0.0) if len(lists[other]) >= SHOWN else LEAST
        if score >= CLEARLY * last:
            found[other] = key
    return list(found.items())


def with_related(cards: Mapping[str, Card], lists: Mapping[str, tuple[str, ...]]) -> dict[str, Card]:
    """The cards with these lists."""
    return {
        key: msgspec.structs.replace(card, related=lists[key]) if key in lists else card for key, card in cards.items()
    }
