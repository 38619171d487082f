"""The desk's words for what the domain counts: one place, so that a card and an answer never disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration, Urgency
from bot.domain.source import Tier
from bot.queries.voices import voices
from bot.slack.blocks.text import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.development import Development, Report
    from bot.queries.voices import Voice
    from config.schema import Negotiation, Track

URGENCY = {Urgency.FLASH: "FLASH", Urgency.URGENT: "URGENT", Urgency.ROUTINE: "ROUTINE", Urgency.LOW: "LOW"}
FLOOR = {
    Urgency.FLASH: "flash only",
    Urgency.URGENT: "urgent and flash",
    Urgency.ROUTINE: "routine and above",
    Urgency.LOW: "everything",
}
TIER = {
    Tier.OFFICIAL: "official",
    Tier.AGENCY: "news agency",
    Tier.ESTABLISHED: "established outlet",
    Tier.OTHER: "other outlet",
}
STAND = {
    Corroboration.CONFIRMED: "confirmed",
    Corroboration.PROVISIONAL: "provisional",
    Corroboration.DISPUTED: "disputed",
}
LANGUAGES = {
    "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
    "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
_LONGEST_INITIALS = 4


def language(code: str | None) -> str | None:
    """A language by name, its code where we know no name, None where the source gave none."""
    return LANGUAGES.get(code.lower(), code) if code else None


def origin_name(origin: str, reports: Iterable[Report]) -> str:
    """Whom an origin's id stands for: the outlet that spoke for itself, else the id as a name ("afp" is AFP)."""
    for report in reports:
        if report.origin == origin and report.status != "copy":
            return report.outlet
    if "." in origin:
        return origin
    words = origin.replace("_", " ")
    return words.upper() if len(words) <= _LONGEST_INITIALS else words.title()


def origin_names(development: Development, negotiation: Negotiation) -> list[str]:
    """Who the counted origins are, by name, in the order they spoke; several that speak for one party as one.

    Empty where the reports at hand do not add up to the count: a list must not contradict its number.
    """
    heard = voices(development.reports)
    if len(heard) != development.origins:
        return []
    return [_voice_name(voice, development, negotiation) for voice in heard]


def _voice_name(voice: Voice, development: Development, negotiation: Negotiation) -> str:
    names = [origin_name(origin, development.reports) for origin in voice.origins]
    if voice.party is None or len(names) == 1:
        return names[0]
    return f"{' with '.join(names)} for {party_name(voice.party, negotiation)}"


def corroboration(development: Development) -> str:
    """How well a development is supported, in plain words: "2 origins: confirmed"; and whether nobody was told yet."""
    origins = count(development.origins, "origin")
    if development.corroboration is Corroboration.DISPUTED:
        return f"disputed: {origins} {'reports' if development.origins == 1 else 'report'} it, a party contradicts it"
    waiting = ", not alerted yet" if development.waits else ""
    return f"{origins}: {STAND[development.corroboration]}{waiting}"


def track_names(tracks: Iterable[str], negotiation: Negotiation) -> list[str]:
    """Tracks by name, in the negotiation's order; an unknown id as it is."""
    wanted = list(dict.fromkeys(tracks))
    known = [track.name for track in negotiation.tracks if track.id in wanted]
    ids = {track.id for track in negotiation.tracks}
    return known + [track for track in wanted if track not in ids]


def party_name(party: str, negotiation: Negotiation) -> str:
    """A party by name; an unknown id as it is."""
    return next((known.name for known in negotiation.parties if known.id == party), party)


def people_names(people: Iterable[str], negotiation: Negotiation) -> list[str]:
    """Configured people by name; an unknown id as it is."""
    names = {actor.id: actor.name for actor in (*negotiation.actors, *negotiation.institutions)}
    return [names.get(person, person) for person in people]


def typed(track: Track, among: Iterable[Track]) -> str:
    """The least to type for a track: the first word of its name, unless another's name or alias starts the same."""
    first = track.name.lower().split()[0]
    others = [name.lower() for other in among if other != track for name in (other.name, other.id, *other.aliases)]
    return track.name.lower() if any(name.startswith(first) for name in others) else first
