"""The rundown: which made-up outlet says what, when, and what the desk should make of it.

Read from `outlets.yaml` and `stories.yaml` beside this file and cross-checked as a whole; a mistake in them
raises `ValueError` (they are ours, not a newsroom's). Nothing here knows the time of day: moments are seconds
after the start at speed 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from config.schema import Id, Language, Text  # noqa: TC001 -- pydantic reads annotations at run time

_OFFSET = re.compile(r"(\d+):([0-5]\d)")


def _seconds(offset: object) -> float:
    match = _OFFSET.fullmatch(offset) if isinstance(offset, str) else None
    if match is None:
        # YAML 1.1 reads an unquoted 1:05 as the number 65.
        raise ValueError(f'must be a quoted "minutes:seconds", not {offset!r}')
    return int(match[1]) * 60.0 + int(match[2])


Offset = Annotated[float, BeforeValidator(_seconds)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class FeedFormat(StrEnum):
    """How an outlet publishes."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"


class Expect(StrEnum):
    """What the desk should make of a story; `stories.yaml` says what each means."""

    NEW = "new"
    REPORT = "report"
    COPY = "copy"
    UPDATE = "update"
    RESTATED = "restated"
    SILENT = "silent"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outlet(_Strict):
    """A made-up publisher. `title` is its feed's own title, in its own language."""

    id: Id
    name: Text
    title: Text
    about: Text
    language: Language
    tier: Literal["official", "agency", "established", "other"]
    affiliation: Id | None = None
    format: FeedFormat
    charset: Literal["utf-8", "windows-1251"] = "utf-8"
    validators: Literal["both", "etag", "last_modified"] = "both"

    @property
    def host(self) -> str:
        """The name its articles live under. `*.localhost` is this machine in every browser that follows RFC 6761."""
        return self.id.replace("_", "-") + ".localhost"


class Edit(_Strict):
    """A later revision of a story at the same address. A `summary` of None keeps the one before."""

    at: Offset
    title: Text
    summary: Text | None = None
    expect: Expect


class Story(_Strict):
    """One article: what it says, when it comes out, and which event of the talks it is about, if any."""

    at: Offset
    outlet: Id
    id: Slug
    title: Text
    summary: Text
    credit: Text | None = None
    edits: tuple[Edit, ...] = ()
    kind: Literal["development", "analysis", "roundup", "offtopic"] = "development"
    event: Slug | None = None
    tracks: tuple[Id, ...] = ()
    follows: Slug | None = None
    expect: Expect


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """An event the desk should be alerted to exactly once.

    `opens` is the id of the story that tells it first, `members` the ids of every story about it, that one first.
    """

    slug: str
    tracks: tuple[str, ...]
    opens: str
    members: tuple[str, ...]
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Rundown:
    """Every outlet and every story, stories in order of release."""

    outlets: tuple[Outlet, ...]
    stories: tuple[Story, ...]

    def __post_init__(self) -> None:
        problems = [*_unlike(self), *_impossible(self)]
        if problems:
            raise ValueError("; ".join(problems))

    def outlet(self, outlet_id: str) -> Outlet:
        """The outlet of that id; KeyError where there is none."""
        return {outlet.id: outlet for outlet in self.outlets}[outlet_id]

    @property
    def length(self) -> float:
        """Seconds from the start to the last release or edit, at speed 1."""
        return max(moment for story in self.stories for moment in (story.at, *(edit.at for edit in story.edits)))

    def expected(self) -> tuple[ExpectedEvent, ...]:
        """The events the desk should be alerted to, each exactly once, in order of their first report."""
        members: dict[str, list[Story]] = {}
        for story in self.stories:
            if story.event is not None:
                members.setdefault(story.event, []).append(story)
        return tuple(
            ExpectedEvent(slug, about[0].tracks, about[0].id, tuple(story.id for story in about), about[0].follows)
            for slug, about in members.items()
        )


def load() -> Rundown:
    """The packaged rundown."""
    return Rundown(
        TypeAdapter(tuple[Outlet, ...]).validate_python(_read("outlets.yaml")),
        tuple(
            sorted(TypeAdapter(tuple[Story, ...]).validate_python(_read("stories.yaml")), key=lambda story: story.at)
        ),
    )


def _read(name: str) -> object:
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _unlike(rundown: Rundown) -> list[str]:
    """Names that are taken twice or stand for nothing."""
    known = {outlet.id for outlet in rundown.outlets}
    ids = [story.id for story in rundown.stories]
    return [
        *(f"two stories are called {name}" for name in sorted({name for name in ids if ids.count(name) > 1})),
        *(f"{story.id}: no outlet {story.outlet}" for story in rundown.stories if story.outlet not in known),
    ]


def _impossible(rundown: Rundown) -> list[str]:
    """Expectations that cannot be met as the stories stand."""
    problems: list[str] = []
    opened: set[str] = set()
    for story in rundown.stories:
        opens = story.expect is Expect.NEW
        if (story.event is None) != (story.expect is Expect.SILENT):
            problems.append(f"{story.id}: a story is silent exactly when it has no event")
        elif story.event is not None and opens == (story.event in opened):
            problems.append(f"{story.id}: the first story of an event is new and no other is")
        if opens != bool(story.tracks):
            problems.append(f"{story.id}: the story that opens an event names its tracks and no other does")
        if story.follows is not None and story.follows not in opened:
            problems.append(f"{story.id}: follows {story.follows}, which has not happened yet")
        if any(edit.at <= story.at for edit in story.edits):
            problems.append(f"{story.id}: edited before it came out")
        if story.event is not None:
            opened.add(story.event)
    return problems
