"""The shape of the files a newsroom edits. Words by language are mappings: `{en: [...], uk: [...]}`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Words = dict[Language, tuple[Text, ...]]
PloverCode = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
StageName = Literal["proposed", "announced", "under_way", "agreed", "signed", "rejected", "denied", "statement"]


_WEEK_MINUTES = 7 * 24 * 60


def _positive(minutes: float) -> float:
    if not 0 < minutes <= _WEEK_MINUTES:
        raise ValueError("must be more than 0 minutes and at most a week")
    return minutes


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Track(_Strict):
    """One theme of a negotiation. `seeds` put a report on it; `aliases` are what people type for it."""

    id: Id
    name: Text
    aliases: tuple[Text, ...] = ()
    covers: Text
    seeds: Words


class Party(_Strict):
    """A side of the talks, or one at its edge. `role` principal: its own word changes the talks."""

    id: Id
    name: Text
    role: Literal["principal", "mediator", "supporter", "other"] = "other"
    aliases: Words = {}


class Actor(_Strict):
    """A person or an institution, by every spelling it is met under in each language."""

    id: Id
    name: Text
    office: Text | None = None
    party: Id | None = None
    weight: Annotated[int, Field(ge=1, le=3)] = 1
    aliases: Words


class Action(_Strict):
    """What can be done in talks, by the words that say so. Stems end in `*` ("ratif*").

    `name` is what an editor calls it, with its article unless a plural ("an exchange of prisoners"). `conditional`
    is the act it becomes where the same words name a condition: to respond is one thing, "will respond if" a threat.
    """

    id: Id
    name: Text | None = None
    plover: PloverCode | None = None
    stage: StageName | None = None
    polarity: Literal["positive", "negative", "neutral"] = "neutral"
    conditional: Id | None = None
    words: Words


class Place(_Strict):
    """A place talks are about or held in."""

    id: Id
    name: Text
    role: Literal["venue", "territory", "other"] = "other"
    aliases: Words


class Negotiation(_Strict):
    """One negotiation: everything detection and the desk need to know about it.

    `channel` is where its alerts go by default (a name such as `#talks`, or an id). `scope` words say a
    report touches the talks at all (rather than the war around them); `background` words, that it does not.
    `desk_language` is what its desk reads: where a report in it exists, its headline is shown for a foreign one.
    `default_track` takes a development of the talks that no track's words fit. One not `enabled` is read and checked
    with the rest, but neither polled nor shown: it waits to be switched on, and `replay --negotiation` can name it.
    """

    id: Id
    name: Text
    enabled: bool = True
    channel: Text
    languages: tuple[Language, ...]
    desk_language: Language = "en"
    scope: Words
    background: Words = {}
    tracks: tuple[Track, ...]
    default_track: Id | None = None
    parties: tuple[Party, ...]
    actors: tuple[Actor, ...]
    institutions: tuple[Actor, ...] = ()
    places: tuple[Place, ...] = ()
    actions: tuple[Action, ...]


class Select(_Strict):
    """Where a page keeps its articles, as CSS selectors: `item` finds each, the others look within it."""

    item: Text
    title: Text | None = None
    link: Text | None = None
    summary: Text | None = None
    date: Text | None = None
    credit: Text | None = None


class Paths(_Strict):
    """Where JSON keeps its articles, as dotted paths, figures counting list members from 0 (`media.0.url`).

    `items` leads to the list, the others from each member on. Without it the document itself is the list.
    """

    items: Text | None = None
    title: Text
    url: Text
    summary: Text | None = None
    published: Text | None = None
    credit: Text | None = None
    language: Text | None = None


class SourceConfig(_Strict):
    """One source. `interval` in minutes; `verified` only once `backchannel check` has reached it.

    `kind` left out is found out from the address and the document, but never `page`. `select` is for pages, `paths` for
    JSON. `article_text`: where it gives no more than a headline, the article's page may be read (as robots.txt allows).
    """

    id: Id
    name: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
    language: Language | None = None
    tier: Literal["official", "agency", "established", "other"]
    party: Id | None = None
    interval: Annotated[float, AfterValidator(_positive)] = 10.0
    verified: bool = False
    enabled: bool = True
    kind: Literal["feed", "sitemap", "page", "telegram", "gdelt", "mastodon", "bluesky", "json"] | None = None
    select: Select | None = None
    paths: Paths | None = None
    article_text: bool = True

    @property
    def every(self) -> timedelta:
        """The interval as a time span."""
        return timedelta(minutes=self.interval)


class SourceList(_Strict):
    """The sources of one negotiation."""

    negotiation: Id
    sources: tuple[SourceConfig, ...]


class Family(_Strict):
    """Publishers under one owner or desk: their agreement is one voice. `hosts` match subdomains too.

    `aliases` are the other names they are cited by ("WSJ"). `official`: an institution, which news is about: who
    reports what it says reports it from the institution, and cites no outlet.
    """

    id: Id
    name: Text
    hosts: tuple[Text, ...]
    party: Id | None = None
    aliases: tuple[Text, ...] = ()
    official: bool = False


class Agency(_Strict):
    """A wire service: the credits under which others reprint it ("Reuters", "(AP)", "Рейтер").

    `signatures` are closing lines that only its desk writes, `*` for what differs ("Reporting by *; Editing by").
    """

    id: Id
    name: Text
    hosts: tuple[Text, ...] = ()
    credits: tuple[Text, ...]
    signatures: tuple[Text, ...] = ()


class Publishers(_Strict):
    """Who owns whom, and whose words are reprinted where.

    `aggregators` are hosts that publish nothing of their own: what they list is by the outlet their headlines end in.
    `platforms` carry what anybody posts: citing a post cites its author.
    """

    families: tuple[Family, ...]
    agencies: tuple[Agency, ...]
    aggregators: tuple[Text, ...] = ()
    platforms: tuple[Text, ...] = ()


class Genres(_Strict):
    """The news trade's words for what sort of article it is and for who is quoted, by language.

    `roundup` and `analysis` are words of a headline, `series` headlines that recur ("War briefing", "Day #"; `#` is
    any figure). How another outlet is cited: `attribution` ("{outlet} reports"), `citing` where it is the source of
    whoever cites it ("citing {outlet}"), `credit` in a text's closing words ("source {outlet}"); `*` is any ending.
    `media` are words for an outlet ("newspaper"), `wires` for a news agency, `titles` words within outlets' names
    ("Times"), `photo` words that make a name a picture's credit. The rest turn a claim:
    `negated` ("did not"), `future` ("will"), `hypothetical` ("could"), `conditional` ("if"), `historical`
    ("last year"), `repeated` ("reiterates"), `unsourced` ("reportedly"), `confirmed` ("officially"), `anew`
    ("another"), `detail` ("specifies"). `elsewhere` names countries, `calendar` days and months, `figures`
    numbers written as words.
    """

    roundup: Words
    analysis: Words
    series: Words
    attribution: Words
    citing: Words = {}
    credit: Words = {}
    media: Words = {}
    wires: Words = {}
    titles: Words = {}
    photo: Words = {}
    offtopic: Words = {}
    negated: Words = {}
    future: Words = {}
    hypothetical: Words = {}
    conditional: Words = {}
    historical: Words = {}
    repeated: Words = {}
    unsourced: Words = {}
    confirmed: Words = {}
    anew: Words = {}
    detail: Words = {}
    elsewhere: Words = {}
    calendar: dict[Id, Words] = {}
    figures: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]+$")], Words] = {}


class Newsroom(_Strict):
    """The whole configuration, cross-checked.

    `negotiations` are those followed, at least one, and `sources` what is polled for them. Those switched off stand
    apart, in `switched_off` with their sources in `unpolled`: whoever means them must name them.
    """

    negotiations: tuple[Negotiation, ...]
    sources: tuple[SourceList, ...]
    publishers: Publishers
    genres: Genres
    switched_off: tuple[Negotiation, ...] = ()
    unpolled: tuple[SourceList, ...] = ()
