"""Whether a word or phrase of the configuration can be matched at all; the matching itself is detection's."""

from __future__ import annotations

import re

_SHORTEST_STEM = 2
_GLUED = re.compile(r"\w#|#\w")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


def cannot_match(phrase: str) -> tuple[str, str] | None:
    """Why this phrase would never match as meant, and what to do; None when it is well.

    `*` may end a word and needs at least two letters before it; `#` stands for a figure and stands alone; every
    phrase has a letter or a figure or a `#`.
    """
    if not _WORD.search(phrase) and "#" not in phrase:
        return "has neither a letter nor a figure", "write the word to look for"
    for word in phrase.split():
        stem, star, rest = word.partition("*")
        if star and (rest.strip(".,:;!?)]}\"'»”")):
            return f"has `*` inside `{word}`", "`*` only ends a word: `ratif*`"
        letters = "".join(_WORD.findall(stem))
        if star and len(letters) < _SHORTEST_STEM:
            return f"has a stem too short to mean anything (`{word}`)", "write at least two letters before `*`"
        if _GLUED.search(word):
            return f"has `#` inside `{word}`", "`#` stands for a whole figure, alone between spaces"
    return None
