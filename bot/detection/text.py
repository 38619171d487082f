"""Text as every part of detection sees it: words, numbers, sentences and a Latin spelling of Cyrillic."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NUMBER = re.compile(r"(?<![^\W_])\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?![^\W\d_])")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”»)]*\s+")
_APOSTROPHES = {"’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'", "\u00ad": "", "\u200b": ""}
_AMPLE = 4

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
    "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "'": "",
}  # fmt: skip
# One spelling for what languages write differently in the same name: Wołodymyr, Volodymyr, Володимир.
_LATIN = {"ł": "l", "ß": "ss", "ø": "o", "đ": "d", "w": "v", "y": "i", "j": "i", "x": "ks", "q": "k"}
_SPELLING = str.maketrans(_CYRILLIC | _LATIN)
_SOUNDS = (("sch", "sh"), ("sz", "sh"), ("cz", "ch"), ("ck", "k"), ("ph", "f"), ("ii", "i"), ("ee", "i"), ("oo", "u"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its words in order: `raw` as written, `words` case-folded without a possessive ending."""

    plain: str
    raw: tuple[str, ...]
    words: tuple[str, ...]


def tidy(text: str) -> str:
    """One line of composed characters, plain apostrophes and single spaces."""
    composed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for written, plain in _APOSTROPHES.items():  # seven searches of the whole text beat one look-up a character
        composed = composed.replace(written, plain)
    return " ".join(composed.split())


def read(text: str) -> Text:
    """Split `text` into words. Hyphens, dots and slashes part words; apostrophes inside a word do not."""
    plain = tidy(text)
    raw = tuple(_WORD.findall(plain))
    return Text(plain=plain, raw=raw, words=tuple([word.casefold().removesuffix("'s") for word in raw]))


def lead_of(summary: str, *, sentences: int = 2, characters: int = 320) -> str:
    """The first sentences of a summary: what a reader sees before deciding to read on.

    A source may send the whole article as its summary; only as much is tidied as the lead can need.
    """
    opening = tidy(summary[: _AMPLE * characters])
    if len(opening) <= _AMPLE // 2 * characters < len(summary):
        opening = tidy(summary)
    kept = " ".join(_SENTENCE_END.split(opening, maxsplit=sentences)[:sentences])
    if len(kept) <= characters:
        return kept
    return kept[:characters].rsplit(" ", 1)[0]


def first_sentence(summary: str) -> str:
    """The first sentence of a summary."""
    return lead_of(summary, sentences=1, characters=240)


def numbers(text: str) -> frozenset[str]:
    """The figures in a text, thousands separators removed: `1,408`, `1 408` and `1.408` are one figure."""
    found = set()
    for match in _NUMBER.finditer(text):
        figure = re.sub(r"[.,\u00a0\u202f ](?=\d{3}(?!\d))", "", match.group())
        found.add(figure.replace(",", "."))
    return frozenset(found)


def latin(word: str) -> str:
    """A rough Latin spelling of a case-folded word, the same for one name across languages and scripts."""
    spelled = word.translate(_SPELLING)
    if not spelled.isascii():
        spelled = "".join(c for c in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(c))
    for sound, letter in _SOUNDS:
        spelled = spelled.replace(sound, letter)
    return spelled


def is_cyrillic(text: str) -> bool:
    """Whether the first letter that is either Latin or Cyrillic is Cyrillic."""
    for character in text:
        if "\u0400" <= character <= "\u04ff":
            return True
        if character.isalpha():
            return False
    return False
