"""What the prefix of a cross-reference label says: ``fig-age`` is a figure (Quarto), ``fig:age`` too (R Markdown)."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "fig": "Figure", "tbl": "Table", "tab": "Table", "eq": "Equation", "lst": "Listing", "sec": "Section",
    "thm": "Theorem", "lem": "Lemma", "cor": "Corollary", "prp": "Proposition", "cnj": "Conjecture",
    "def": "Definition", "exm": "Example", "exr": "Exercise", "sol": "Solution", "rem": "Remark", "alg": "Algorithm",
    "nte": "Note", "tip": "Tip", "wrn": "Warning", "imp": "Important", "cau": "Caution",
}  # fmt: skip
"""Prefix → the word in front of the number. Source: quarto.org, "Cross References"; bookdown's ``tab``."""

THEOREMS = frozenset(["thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg"])
"""Prefixes of what Quarto sets as a theorem."""

CALLOUTS = frozenset(["nte", "tip", "wrn", "imp", "cau"])
"""Prefixes of callouts that references name."""

_ENGLISH = (
    "Figure", "Table", "Listing", "Equation", "Section", "Theorem", "Lemma", "Corollary", "Proposition", "Conjecture",
    "Definition", "Example", "Exercise", "Solution", "Remark", "Algorithm", "Note", "Tip", "Warning", "Important",
    "Caution", "References",
)  # fmt: skip
_TRANSLATIONS: Mapping[str, str] = {
    "cs": "Obrázek|Tabulka|Výpis|Rovnice|Oddíl|Věta|Lemma|Důsledek|Tvrzení|Hypotéza|Definice|Příklad|Cvičení|Řešení"
    "|Poznámka|Algoritmus|Poznámka|Tip|Varování|Důležité|Upozornění|Reference",
    "da": "Figur|Tabel|Liste|Ligning|Afsnit|Sætning|Lemma|Korollar|Proposition|Formodning|Definition|Eksempel|Øvelse"
    "|Løsning|Bemærkning|Algoritme|Bemærk|Tip|Advarsel|Vigtigt|Forsigtig|Referencer",
    "de": "Abbildung|Tabelle|Listing|Gleichung|Abschnitt|Theorem|Lemma|Korollar|Proposition|Vermutung|Definition|Beispiel"
    "|Übung|Lösung|Bemerkung|Algorithmus|Hinweis|Tipp|Warnung|Wichtig|Vorsicht|Literatur",
    "es": "Figura|Tabla|Listado|Ecuación|Sección|Teorema|Lema|Corolario|Proposición|Conjetura|Definición|Ejemplo"
    "|Ejercicio|Solución|Observación|Algoritmo|Nota|Tip|Advertencia|Importante|Precaución|Referencias",
    "fi": "Kuva|Taulukko|Koodi|Yhtälö|Luku|Lause|Apulause|Seurauslause|Väite|Konjektuuri|Määritelmä|Esimerkki|Harjoitus"
    "|Ratkaisu|Huomautus|Algoritmi|Huomautus|Vinkki|Varoitus|Tärkeää|Varo|Lähteet",
    "fr": "Figure|Tableau|Extrait|Équation|Section|Théorème|Lemme|Corollaire|Proposition|Conjecture|Définition|Exemple"
    "|Exercice|Solution|Remarque|Algorithme|Note|Astuce|Avertissement|Important|Mise en garde|Références",
    "it": "Figura|Tabella|Lista|Equazione|Sezione|Teorema|Lemma|Corollario|Proposizione|Congettura|Definizione|Esempio"
    "|Esercizio|Soluzione|Osservazione|Algoritmo|Nota|Suggerimento|Avvertimento|Importante|Attenzione|Riferimenti",
    "ja": "図|表|コード|式|セクション|定理|補題|系|命題|予想|定義|例|練習|解|注|アルゴリズム|注記|ヒント|警告|重要|注意|参考文献",
    "ko": "그림|표|목록|방정식|섹션|정리|보조정리|따름정리|명제|추측|정의|예제|연습문제|풀이|참고|알고리즘|노트|힌트|경고|중요|주의|참고문헌",
    "nb": "Figur|Tabell|Liste|Ligning|Seksjon|Teorem|Lemma|Korollar|Proposisjon|Formodning|Definisjon|Eksempel|Øvelse"
    "|Løsning|Merknad|Algoritme|Merknad|Tips|Advarsel|Viktig|Forsiktig|Referanser",
    "nl": "Figuur|Tabel|Codefragment|Vergelijking|Paragraaf|Stelling|Lemma|Gevolgtrekking|Propositie|Vermoeden|Definitie"
    "|Voorbeeld|Oefening|Oplossing|Opmerking|Algoritme|Opmerking|Tip|Waarschuwing|Belangrijk|Let op|Referenties",
    "pl": "Rysunek|Tabela|Listing|Równanie|Sekcja|Twierdzenie|Lemat|Wniosek|Stwierdzenie|Hipoteza|Definicja|Przykład"
    "|Ćwiczenie|Rozwiązanie|Uwaga|Algorytm|Adnotacja|Wskazówka|Ostrzeżenie|Ważne|Przestroga|Bibliografia",
    "pt": "Figura|Tabela|Listagem|Equação|Seção|Teorema|Lema|Corolário|Proposição|Conjetura|Definição|Exemplo|Exercício"
    "|Solução|Observação|Algoritmo|Nota|Dica|Aviso|Importante|Cuidado|Referências",
    "ru": "Рисунок|Таблица|Листинг|Уравнение|Раздел|Теорема|Лемма|Следствие|Утверждение|Гипотеза|Определение|Пример"
    "|Упражнение|Решение|Замечание|Алгоритм|Заметка|Подсказка|Предупреждение|Важно|Внимание|Литература",
    "sv": "Figur|Tabell|Lista|Ekvation|Avsnitt|Sats|Lemma|Följdsats|Proposition|Hypotes|Definition|Exempel|Övning"
    "|Lösning|Anmärkning|Algoritm|Anmärkning|Tips|Varning|Viktigt|Försiktighet|Referenser",
    "tr": "Şekil|Tablo|Liste|Denklem|Bölüm|Teorem|Lemma|Sonuç|Önerme|Varsayım|Tanım|Örnek|Alıştırma|Çözüm|Açıklama"
    "|Algoritma|Not|İpucu|Uyarı|Önemli|Dikkat|Kaynaklar",
    "uk": "Рисунок|Таблиця|Лістинг|Рівняння|Розділ|Теорема|Лема|Наслідок|Твердження|Гіпотеза|Визначення|Приклад|Вправа"
    "|Розв’язок|Зауваження|Алгоритм|Примітка|Порада|Попередження|Важливо|Увага|Література",
    "zh": "图|表|列表|式|小节|定理|引理|推论|命题|猜想|定义|例|习题|解|注记|算法|注释|提示|警告|重要|注意|参考文献",
}
"""Language (ISO 639-1) → the words of ``_ENGLISH`` in it. Source: Quarto's ``_language-*.yml``, its ``crossref`` and
``callout`` names."""


def words_in(language: str, word: str) -> str:
    """A word in front of a number in a document's language (``de-AT``); in English where that isn't known."""
    known = _TRANSLATIONS.get({"no": "nb", "nn": "nb"}.get(code := language.lower()[:2], code))
    if known is None or word not in _ENGLISH:
        return word
    return known.split("|")[_ENGLISH.index(word)]


_PREFIX = re.compile(r"([A-Za-z]{2,3})[-:].")

REFERENCE = rf"(?:{'|'.join(WORDS)})-[\w:.\-]*\w"
"""Pattern of a label as Quarto's ``@label`` names it; a full stop or hyphen at its end belongs to the sentence."""


def prefix_of(label: str) -> str:
    """The known prefix of a label in lower case, or empty."""
    match = _PREFIX.match(label)
    found = match[1].lower() if match else ""
    return found if found in WORDS else ""
