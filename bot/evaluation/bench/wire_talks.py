"""Made-up talks between two made-up countries: the newsroom that the latency bench's bot follows.

Nobody and nothing in it exists. The words are few, but each kind that detection goes by is there: parties, people with
offices, places, acts with their stages, tracks.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import yaml

from config.schema import (
    Action,
    Actor,
    Agency,
    Family,
    Negotiation,
    Party,
    Place,
    Publishers,
    SourceConfig,
    SourceList,
    Track,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AGENCY = "Sample Strait Agency"
NORTH, SOUTH = "Northmark", "Southmere"

_NAMES_BEGIN = (
    "Ald", "Brisk", "Corv", "Dunm", "Esk", "Farr", "Gall", "Hest", "Ivar", "Jorv", "Kest", "Lom", "March", "Nev",
    "Ostr", "Pell", "Quarr", "Rast", "Selw", "Tarn", "Ulv", "Vant", "Wexc", "Yarr",
)  # fmt: skip
_NAMES_END = ("ovan", "elund", "imarsk", "andier", "usson")

PEOPLE = tuple(begin + end for end in _NAMES_END for begin in _NAMES_BEGIN)
PLACES = (
    "Varnholm", "Ostwick", "Pellmouth", "Grenzau", "Tarnovar", "Lakeshend", "Cobblesund", "Mirevale", "Hartzen",
    "Dovrefell", "Quillport", "Sandhaven", "Yarmoor", "Brackwater", "Etterdal", "Fennimore", "Glasdorf", "Inverloch",
    "Jutterby", "Kirnwald", "Lindesay", "Mossburgh", "Nordcape", "Oxenfurt", "Pinecrest", "Rivermouth", "Stormness",
    "Thornaby", "Uppsund", "Velmora", "Westerzee", "Zellhof", "Almsted", "Borealis", "Carrowmore", "Drumlin",
)  # fmt: skip

TALKS = Negotiation(
    id="sample_strait",
    name="Sample Strait talks",
    channel="#talks-ukraine-russia",
    languages=("en",),
    scope={"en": ("talks", "negotiat*", "peace*", "truce*", "envoy*", "delegation*", "mediat*", "draft", "treaty")},
    default_track="people",
    tracks=(
        Track(
            id="security",
            name="Security",
            covers="Truce, monitors, guns, mines and overflights along the strait.",
            seeds={"en": ("truce", "monitor*", "artillery", "mine*", "patrol*", "airspace", "garrison*", "missile*")},
        ),
        Track(
            id="borders",
            name="Borders",
            covers="Who holds which shore, crossings, maps and markers.",
            seeds={"en": ("border*", "crossing*", "island*", "map*", "checkpoint*", "shoreline", "bridge*", "tunnel*")},
        ),
        Track(
            id="economy",
            name="Economy",
            covers="Ferries, fish, power, gas, grain, customs and the bank.",
            seeds={
                "en": ("ferry", "ferries", "fish*", "power", "gas", "grain", "customs", "bank*", "harbour*", "cable*")
            },
        ),
        Track(
            id="people",
            name="People",
            covers="Prisoners, families, schools, pensions, the missing and the returned.",
            seeds={"en": ("prisoner*", "famil*", "school*", "pension*", "missing", "refugee*", "doctor*", "passport*")},
        ),
    ),
    parties=(
        Party(id="north", name=NORTH, role="principal"),
        Party(id="south", name=SOUTH, role="principal"),
        Party(id="lowland", name="Lowland Union", role="mediator"),
    ),
    actors=tuple(
        Actor(
            id=f"person_{number}",
            name=name,
            party=("north", "south", "lowland")[number % 3],
            weight=2,
            aliases={"en": (name,)},
        )
        for number, name in enumerate(PEOPLE)
    ),
    places=tuple(
        Place(id=f"place_{number}", name=name, role="venue", aliases={"en": (name,)})
        for number, name in enumerate(PLACES)
    ),
    actions=(
        Action(
            id="sign", plover="AGREE", stage="signed", polarity="positive", words={"en": ("sign", "signs", "signed")}
        ),
        Action(
            id="agree", plover="AGREE", stage="agreed", polarity="positive", words={"en": ("agree", "agrees", "agreed")}
        ),
        Action(
            id="propose",
            plover="REQUEST",
            stage="proposed",
            words={"en": ("propose", "proposes", "proposed", "offers")},
        ),
        Action(
            id="reject",
            plover="REJECT",
            stage="rejected",
            polarity="negative",
            words={"en": ("reject", "rejects", "rejected", "turns down")},
        ),
        Action(
            id="suspend",
            plover="RETREAT",
            stage="under_way",
            polarity="negative",
            words={"en": ("suspend", "suspends", "suspended", "halts")},
        ),
        Action(
            id="open",
            plover="COOPERATE",
            stage="under_way",
            polarity="positive",
            words={"en": ("open", "opens", "opened", "reopens")},
        ),
        Action(
            id="threaten",
            plover="THREATEN",
            stage="statement",
            polarity="negative",
            words={"en": ("threatens", "threatened", "warns")},
        ),
        Action(id="discuss", plover="CONSULT", stage="under_way", words={"en": ("discuss", "discusses", "meets on")}),
    ),
)


def write_newsroom(directory: Path, base: Path, sources: Sequence[SourceConfig], channel: str) -> None:
    """Write the configuration folder of a newsroom that follows these talks by these sources and nothing else.

    Args:
        directory: Made; files in it are overwritten.
        base: A complete configuration folder, for what no talks change.
        sources: What is polled.
        channel: Where the desk reads.
    """
    for folder in ("negotiations", "sources"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    for name in ("genres.yaml", "manifest.json"):
        shutil.copyfile(base / name, directory / name)
    publishers = Publishers(
        families=(Family(id="strait_agency", name=AGENCY, hosts=("strait-agency.example",)),),
        agencies=(Agency(id="strait_agency", name=AGENCY, hosts=("strait-agency.example",), credits=(AGENCY,)),),
    )
    talks = TALKS.model_copy(update={"channel": channel})
    _dump(directory / "publishers.yaml", publishers)
    _dump(directory / "negotiations" / f"{TALKS.id}.yaml", talks)
    _dump(directory / "sources" / f"{TALKS.id}.yaml", SourceList(negotiation=TALKS.id, sources=tuple(sources)))


def _dump(target: Path, model: Publishers | Negotiation | SourceList) -> None:
    written = yaml.safe_dump(model.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    target.write_text(written, encoding="utf-8")
