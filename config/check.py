"""What the schema cannot see: names that must exist, names that must not occur twice, words that could never match.

Each function looks at one file, already of the right shape, and gives the mistakes with their lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config import source_kinds
from config.wording import did_you_mean, nearest, quoted
from config.words import cannot_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.document import Document, Way
    from config.errors import Mistake
    from config.schema import Genres, Negotiation, Publishers, SourceList, Words

# What /peace-status understands itself; a track of that name could not be asked for.
RESERVED = frozenset({
    "all", "here", "dm", "flash", "urgent", "routine", "low", "help", "list", "sources", "status",
    "subscribe", "unsubscribe", "mute", "unmute",
})  # fmt: skip
_CHANNEL = re.compile(r"#[^\s#A-Z,.:;!?@\"'`]{1,80}|[CG][A-Z0-9]{6,}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::\d+)?|localhost|[0-9.]+(?::\d+)?")


def bad_channel(channel: str) -> str | None:
    """What is wrong with the name of a Slack channel, or None."""
    if _CHANNEL.fullmatch(channel):
        return None
    return f"{quoted(channel)} is no Slack channel: write `#name`, small and without spaces, or an id (`C0123456789`)"


def negotiation(document: Document, model: Negotiation) -> Iterator[Mistake]:
    """Everything wrong within one negotiation."""
    if problem := bad_channel(model.channel):
        yield document.mistake(("channel",), problem)
    for section in ("languages", "tracks", "parties", "actions"):
        if not getattr(model, section):
            yield document.mistake((section,), "is empty", "a negotiation needs at least one")
    yield from _twice(document, (((("languages", n), code)) for n, code in enumerate(model.languages)))
    named = ("tracks", "parties", "actors", "institutions", "places")
    yield from _twice(document, (
        ((section, n, "id"), part.id) for section in named for n, part in enumerate(getattr(model, section))
    ))  # fmt: skip
    yield from _twice(document, ((("actions", n, "id"), action.id) for n, action in enumerate(model.actions)))
    yield from _tracks(document, model)
    yield from _conditional_acts(document, model)
    parties = {party.id for party in model.parties}
    tracks = {track.id for track in model.tracks}
    yield from _unknown(document, ("default_track",), model.default_track, tracks, "track of this negotiation")
    for section in ("actors", "institutions"):
        for n, actor in enumerate(getattr(model, section)):
            yield from _unknown(document, (section, n, "party"), actor.party, parties, "party of this negotiation")
    for sections in (("parties",), ("actors", "institutions"), ("places",)):
        yield from _shared_aliases(document, model, sections)
    for way, words in _all_words(model):
        yield from _words(document, way, words, model.languages)
    for way, words in (
        (("scope",), model.scope),
        *((("tracks", n, "seeds"), t.seeds) for n, t in enumerate(model.tracks)),
    ):
        missing = [language for language in model.languages if not words.get(language)]
        if missing:
            languages = ", ".join(f"`{language}`" for language in missing)
            yield document.mistake(way, f"has no words in {languages}", "reports in it would be missed")


def sources(
    document: Document,
    model: SourceList,
    parties: Mapping[str, Iterable[str]] | None,
    taken: dict[tuple[str, str], str],
) -> Iterator[Mistake]:
    """Everything wrong within one list of sources.

    Args:
        document: Its file.
        model: The list.
        parties: The parties of each negotiation there is, or None when that is not known.
        taken: Ids and addresses of lists read before, with where they stand; this list's are added. An address may be
            polled once for each negotiation, an id is given once.
    """
    if parties is not None:
        yield from _unknown(document, ("negotiation",), model.negotiation, parties, "negotiation")
    members = (parties or {}).get(model.negotiation)
    for n, source in enumerate(model.sources):
        way: Way = ("sources", n)
        if members is not None:
            yield from _unknown(document, (*way, "party"), source.party, members, "party of its negotiation")
        if not _host(source.url):
            yield document.mistake((*way, "url"), f"{quoted(source.url)} names no host")
        yield from source_kinds.mistakes(document, way, source)
        address = f"{model.negotiation} {same_address(source.url)}"
        for name, value, plain in (("id", source.id, source.id), ("url", source.url, address)):
            here = f"{document.file}:{document.line((*way, name))}"
            if (first := taken.setdefault((name, plain), here)) != here:
                yield document.mistake((*way, name), f"{quoted(value)} is already listed at {first}", "keep one")


def publishers(document: Document, model: Publishers, parties: Iterable[str]) -> Iterator[Mistake]:
    """Everything wrong in the list of publishers.

    A family's party may belong to a negotiation that is not configured here; only what looks misspelt is a mistake.
    """
    for section in ("families", "agencies"):
        yield from _twice(
            document, (((section, n, "id"), publisher.id) for n, publisher in enumerate(getattr(model, section)))
        )
    known = set(parties)
    for n, family in enumerate(model.families):
        near = nearest(family.party, known) if family.party and family.party not in known else None
        if near:
            yield document.mistake(
                ("families", n, "party"), f"{quoted(family.party)} is no party", f"did you mean `{near}`?"
            )
    owners: dict[str, tuple[str, str]] = {}
    for section in ("families", "agencies"):
        for n, publisher in enumerate(getattr(model, section)):
            for m, host in enumerate(publisher.hosts):
                way: Way = (section, n, "hosts", m)
                if not _HOST.fullmatch(host):
                    yield document.mistake(
                        way, f"{quoted(host)} is no host", "write the name alone, as in `pravda.com.ua`"
                    )
                yield from _owned(document, way, host, publisher.id, owners)
    yield from _credited(document, model)


def _credited(document: Document, model: Publishers) -> Iterator[Mistake]:
    """Names and credits that belong to two publishers."""
    owners: dict[str, tuple[str, str]] = {}
    for section, names in (("agencies", "credits"), ("families", "aliases")):
        for n, publisher in enumerate(getattr(model, section)):
            for m, name in enumerate(getattr(publisher, names)):
                yield from _owned(document, (section, n, names, m), name, publisher.id, owners)


def genres(document: Document, model: Genres) -> Iterator[Mistake]:
    """Everything wrong in the trade's words."""
    for name in type(model).model_fields:
        yield from _words(document, (name,), getattr(model, name), None)
    for name in ("attribution", "citing", "credit"):
        for language, patterns in getattr(model, name).items():
            for n, pattern in enumerate(patterns):
                if pattern.count("{outlet}") != 1:
                    yield document.mistake(
                        (name, language, n), f"{quoted(pattern)} does not say where the outlet stands",
                        'write it as in "{outlet} reports"',
                    )  # fmt: skip


def _tracks(document: Document, model: Negotiation) -> Iterator[Mistake]:
    """Track names as people type them: each means one track and none is a word of the command."""
    meant: dict[str, tuple[str, Way]] = {}
    for n, track in enumerate(model.tracks):
        meant.setdefault(track.id, (track.id, ("tracks", n, "id")))
        meant.setdefault(track.name.casefold(), (track.id, ("tracks", n, "name")))
    for n, track in enumerate(model.tracks):
        typed: list[tuple[Way, str]] = [(("tracks", n, "id"), track.id), (("tracks", n, "name"), track.name)]
        typed += [(("tracks", n, "aliases", m), alias) for m, alias in enumerate(track.aliases)]
        for way, name in typed:
            if name.casefold() in RESERVED:
                yield document.mistake(way, f"{quoted(name)} is a word of /peace-status itself", "choose another")
            owner, first = meant.setdefault(name.casefold(), (track.id, way))
            if owner != track.id:
                what = f"{quoted(name)} already stands for the track `{owner}` (line {document.line(first)})"
                yield document.mistake(way, what, "a name means one track")
            elif first != way and "aliases" in way and "aliases" in first:
                yield document.mistake(way, f"{quoted(name)} is listed twice", "keep one")


def _conditional_acts(document: Document, model: Negotiation) -> Iterator[Mistake]:
    """What an act becomes under a condition must be an act."""
    acts = {action.id for action in model.actions}
    for n, action in enumerate(model.actions):
        way = ("actions", n, "conditional")
        yield from _unknown(document, way, action.conditional, acts, "action of this negotiation")


def _shared_aliases(document: Document, model: Negotiation, sections: tuple[str, ...]) -> Iterator[Mistake]:
    """One alias for two people would credit each with the other's words."""
    owners: dict[str, tuple[str, str]] = {}
    for section in sections:
        for n, named in enumerate(getattr(model, section)):
            for language, aliases in named.aliases.items():
                for m, alias in enumerate(aliases):
                    yield from _owned(document, (section, n, "aliases", language, m), alias, named.id, owners)


def _owned(
    document: Document, way: Way, name: str, owner: str, owners: dict[str, tuple[str, str]]
) -> Iterator[Mistake]:
    first, where = owners.setdefault(name.casefold(), (owner, f"line {document.line(way)}"))
    if first != owner:
        yield document.mistake(way, f"{quoted(name)} already stands for `{first}` ({where})", "keep one")


def _all_words(model: Negotiation) -> Iterator[tuple[Way, Words]]:
    yield ("scope",), model.scope
    yield ("background",), model.background
    for n, track in enumerate(model.tracks):
        yield ("tracks", n, "seeds"), track.seeds
    for section in ("parties", "actors", "institutions", "places"):
        for n, named in enumerate(getattr(model, section)):
            yield (section, n, "aliases"), named.aliases
    for n, action in enumerate(model.actions):
        yield ("actions", n, "words"), action.words


def _words(document: Document, way: Way, words: Words, languages: Iterable[str] | None) -> Iterator[Mistake]:
    for language, phrases in words.items():
        if languages is not None and language not in languages:
            listed = ", ".join(languages)
            hint = did_you_mean(language, languages) or f"the negotiation's languages are {listed}"
            yield document.mistake((*way, language), f"`{language}` is none of the negotiation's languages", hint)
        for n, phrase in enumerate(phrases):
            if wrong := cannot_match(phrase):
                what, hint = wrong
                yield document.mistake((*way, language, n), f"{quoted(phrase)} {what}", hint)


def _twice(document: Document, ways: Iterable[tuple[Way, str]]) -> Iterator[Mistake]:
    seen: dict[str, Way] = {}
    for way, name in ways:
        first = seen.setdefault(name, way)
        if first != way:
            yield document.mistake(
                way, f"{quoted(name)} is already used on line {document.line(first)}", "each is named once"
            )


def _unknown(document: Document, way: Way, name: str | None, known: Iterable[str], what: str) -> Iterator[Mistake]:
    if name is not None and name not in known:
        yield document.mistake(way, f"{quoted(name)} is no {what}", did_you_mean(name, known))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def same_address(url: str) -> str:
    """An address without what makes no difference to whom it names."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/").casefold()
