"""Whether a page's text is the article its headline promised. Sites also answer with walls, notices and front pages."""

from __future__ import annotations

from bot.detection.representation import stem_of
from bot.detection.text import read

_TELLING = 4
_ENOUGH = 0.3


def speaks_of(headline: str, text: str) -> bool:
    """Whether enough of a headline's longer words, however inflected, are in the text under it."""
    wanted = {stem_of(word) for word in read(headline).words if len(word) >= _TELLING}
    found = wanted & {stem_of(word) for word in read(text).words}
    return bool(wanted) and len(found) >= _ENOUGH * len(wanted)
