"""How well origins are told apart, over our own groups of reports: `python -m bot.evaluation.origins [MATERIAL]`.

Each group is one event. Every pair of its reports either shares an origin (a reprint, a translation, a citation, one
family) or does not. The score says what share of the first was found and what share of the second was kept apart,
and in how many groups the number of origins, which an editor may print, is exactly right. Whether reports belong to
one event at all is not asked here.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.table import Table

from bot.detection.encoder import SentenceEncoder
from bot.detection.origins import Origins, PublisherIndex
from bot.detection.reading import Reader
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Decision, Kind
from bot.domain.errors import InputError
from bot.domain.item import Item
from bot.domain.source import Tier
from config.load import load_newsroom
from config.schema import Publishers  # noqa: TC001 - a field of a model: pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.detection.reading import Reading
    from config.schema import Newsroom


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Report(_Strict):
    """One report. `origin` names whose facts it carries where not its own; `form` how it came by its text."""

    at: datetime
    outlet: str
    lang: str
    form: str
    title: str
    summary: str = ""
    credit: str | None = None
    origin: str | None = None

    @property
    def truth(self) -> str:
        """Whose facts it carries."""
        return self.origin or self.outlet


class Group(_Strict):
    """Reports on one event, in the order they were first seen."""

    group: str
    reports: tuple[Report, ...]


class Material(_Strict):
    """Groups with the made-up publishers they need beside the newsroom's own."""

    publishers: Publishers
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports of a group, the later by place; `same` in truth, `given` as decided."""

    group: str
    earlier: int
    later: int
    form: str
    same: bool
    given: bool


@dataclass(frozen=True, slots=True)
class OriginScores:
    """Pairs and groups as decided. `words` says of each report, by group and place, how its origin was known."""

    pairs: tuple[Pair, ...]
    counts: Mapping[str, tuple[int, int]]
    words: Mapping[tuple[str, int], str]

    @property
    def reprints_found(self) -> float:
        """The share of pairs of one origin that were given one; 1 where there are none."""
        return _share([pair.given for pair in self.pairs if pair.same])

    @property
    def independents_kept(self) -> float:
        """The share of pairs of two origins that were kept apart; 1 where there are none."""
        return _share([not pair.given for pair in self.pairs if not pair.same])

    @property
    def counts_right(self) -> float:
        """The share of groups whose number of origins is exactly right."""
        return _share([given == true for given, true in self.counts.values()])

    @property
    def wrong(self) -> tuple[Pair, ...]:
        """The pairs decided wrongly, in order."""
        return tuple(pair for pair in self.pairs if pair.same != pair.given)


def load_material(path: Path | None = None) -> Material:
    """Read the groups in `path`, or those shipped with this package.

    Raises:
        InputError: The file is missing, or is not such material.
    """
    packaged = resources.files(__package__) / "material" / "origins.yaml"
    where = str(path or packaged)
    try:
        text = (path or packaged).read_text(encoding="utf-8")
        return Material.model_validate(yaml.safe_load(text))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        remedy = "Write it as bot/evaluation/material/README.md says."
        raise InputError(f"cannot be used as groups of reports: {error}", where=where, remedy=remedy) from None


def score_origins(groups: Iterable[Group], newsroom: Newsroom, encoder: Encoder) -> OriginScores:
    """Decide the origin of each report among the earlier ones of its group, and score all pairs.

    The newsroom's publishers must include the material's own: `with_publishers` adds them.
    """
    desk = _Desk(newsroom, encoder)
    pairs: list[Pair] = []
    counts: dict[str, tuple[int, int]] = {}
    words: dict[tuple[str, int], str] = {}
    for group in groups:
        decided = desk.decide(group)
        given = [origin for origin, _ in decided]
        words |= {(group.group, at): said for at, (_, said) in enumerate(decided)}
        counts[group.group] = (len(set(given)), len({report.truth for report in group.reports}))
        for (one, earlier), (two, later) in combinations(enumerate(group.reports), 2):
            same = earlier.truth == later.truth
            pairs.append(Pair(group.group, one, two, later.form, same, given[one] == given[two]))
    return OriginScores(tuple(pairs), counts, words)


def with_publishers(newsroom: Newsroom, more: Publishers) -> Newsroom:
    """The newsroom with more publishers."""
    known = newsroom.publishers
    joined = {"families": known.families + more.families, "agencies": known.agencies + more.agencies}
    return newsroom.model_copy(update={"publishers": known.model_copy(update=joined)})


@dataclass(frozen=True, slots=True)
class Told:
    """A report as `Origins` looks at it."""

    reading: Reading
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Known:
    """A report whose origin is decided."""

    item: Item
    decision: Decision
    representation: Told


class _Desk:
    def __init__(self, newsroom: Newsroom, encoder: Encoder) -> None:
        vocabulary = Vocabulary(newsroom.negotiations[0], newsroom.publishers, newsroom.genres)
        self._index = PublisherIndex(newsroom.publishers)
        self._reader = Reader(vocabulary)
        self._encoder = encoder
        self._origins = Origins(newsroom.publishers, vocabulary)

    def decide(self, group: Group) -> list[tuple[str, str]]:
        known: list[Known] = []
        decided = []
        for at, report in enumerate(group.reports):
            item = self._item(f"{group.group}-{at}", report)
            reading = self._reader.read(item)
            vector = self._encoder.encode([reading.gist])[0]
            traced = self._origins.trace(reading, known, vector)
            decision = Decision(item.id, Kind.DEVELOPMENT, relevant=True, origin=traced.id)
            known.append(Known(item, decision, Told(reading, vector)))
            decided.append((traced.id, traced.words))
        return decided

    def _item(self, identifier: str, report: Report) -> Item:
        host = report.outlet.split(" (via ")[-1].strip(")").lower().replace(" ", "-")
        url = f"https://{host}.example/{identifier}"
        return Item(
            id=identifier,
            url=url,
            outlet=report.outlet,
            publisher=self._index.publisher(url, report.outlet),
            first_seen=report.at.replace(tzinfo=UTC),
            title=report.title,
            summary=report.summary,
            tier=Tier.ESTABLISHED,
            language=report.lang,
            credit=report.credit,
        )


def print_origins(console: Console, scores: OriginScores, groups: Sequence[Group]) -> None:
    """The figures, by form, and each pair that is wrong with how its origins were known."""
    table = Table(title=f"{len(groups)} groups, {sum(len(group.reports) for group in groups)} reports", box=None)
    for heading in ("form of the later report", "one origin", "found", "two origins", "kept apart"):
        table.add_column(heading, justify="left" if heading.startswith("form") else "right")
    forms = Counter(pair.form for pair in scores.pairs)
    for form in [*sorted(forms), None]:
        own = [pair for pair in scores.pairs if form in (None, pair.form)]
        same, other = [pair for pair in own if pair.same], [pair for pair in own if not pair.same]
        found, kept = sum(pair.given for pair in same), sum(not pair.given for pair in other)
        table.add_row(form or "all", *(str(count) for count in (len(same), found, len(other), kept)))
    console.print(table)
    console.print(
        f"reprints found {scores.reprints_found:.3f}, independents kept apart {scores.independents_kept:.3f}, "
        f"counts exactly right {scores.counts_right:.3f}"
    )
    reports = {group.group: group.reports for group in groups}
    for pair in scores.wrong:
        earlier, later = reports[pair.group][pair.earlier], reports[pair.group][pair.later]
        console.print(
            f"{'swallowed' if pair.given else 'missed'}  {pair.group}: "
            f"{earlier.outlet} ({scores.words[pair.group, pair.earlier]}), "
            f"{later.outlet} ({scores.words[pair.group, pair.later]})",
            markup=False,
        )


def main() -> None:
    """Score the material that is given, or our own, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("material", type=Path, nargs="?")
    parser.add_argument("--config", type=Path, default=Path("config"))
    options = parser.parse_args()
    material = load_material(options.material)
    newsroom = with_publishers(load_newsroom(options.config), material.publishers)
    scores = score_origins(material.groups, newsroom, SentenceEncoder())
    print_origins(Console(highlight=False, soft_wrap=True), scores, material.groups)


def _share(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers) if answers else 1.0


if __name__ == "__main__":
    main()
