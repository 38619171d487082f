"""A negotiation that never was, with items about it: what detection is tested on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bot.detection.decider import Detector
from bot.detection.encoder import SentenceEncoder
from bot.domain.item import Item
from bot.domain.source import Tier
from config.schema import Genres, Negotiation, Newsroom, Publishers

if TYPE_CHECKING:
    from bot.domain.decision import Decision

MORNING = datetime(2031, 5, 6, 6, 40, tzinfo=UTC)

NEGOTIATION = """
id: strait
name: Strait talks
channel: "#strait"
languages: [en, uk, ru, pl, de]
scope:
  en: [strait talks, peace talks, peace deal, ceasefire, truce, negotiat*, mediat*, fishing rights, lighthouse accord]
  uk: [переговор*, мирн* угод*, перемир*]
  ru: [переговор*, мирн* соглашени*, перемири*]
  pl: [rozmowy pokojowe, rozejm*, negocjacj*, porozumieni*]
  de: [friedensgespräch*, waffenruhe*, verhandl*]
background: {en: [shelling, drone strike*, killed, wounded]}
tracks:
  - {id: waters, name: Waters, covers: "Fishing rights, the median line, passage of ships through the strait.",
     seeds: {en: [fishing rights, median line, passage of ships], pl: [rybołówstw*]}}
  - {id: process, name: Process, covers: "Who meets whom, where and when; plans, drafts and mediation of the talks.",
     seeds: {en: [talks, meet*, summit, mediat*, ceasefire, truce], uk: [переговор*, зустр*], ru: [переговор*, встреч*],
             pl: [rozm*, spotk*], de: [gespräch*, treffen]}}
parties:
  - {id: norland, name: Norland, role: principal, aliases: {en: [Norlanders], uk: [Норланд*], ru: [Норланд*],
     pl: [Norland*], de: [Norland*]}}
  - {id: sudmark, name: Sudmark, role: principal, aliases: {en: [Sudmarkers], uk: [Судмарк*], ru: [Судмарк*],
     pl: [Sudmark*], de: [Sudmark*]}}
  - {id: isles, name: Outer Isles, role: mediator, aliases: {en: [Isles]}}
actors:
  - {id: holt, name: Ada Holt, office: President of Norland, party: norland, weight: 3,
     aliases: {en: [Holt], uk: [Голт], ru: [Холт], pl: [Holt], de: [Holt]}}
  - {id: varga, name: Ivo Varga, office: President of Sudmark, party: sudmark, weight: 3,
     aliases: {en: [Varga], uk: [Варга], ru: [Варга], pl: [Varga], de: [Varga]}}
places:
  - {id: porto, name: Porto Alto, role: venue, aliases: {en: [Porto Alto], pl: [Porto Alto]}}
actions:
  - {id: meet, plover: CONSULT, stage: under_way, polarity: positive,
     words: {en: [meet, meets, met, holds talks], pl: [spotka*], de: [trifft, treffen], ru: [встрет*], uk: [зустрі*]}}
  - {id: agree, plover: AGREE, stage: agreed, polarity: positive,
     words: {en: [agree, agrees, agreed, accept, accepts, accepted], pl: [zgodzi*], ru: [соглас*], uk: [погоди*]}}
  - {id: sign, plover: AGREE, stage: signed, polarity: positive, words: {en: [sign, signs, signed]}}
  - {id: confirm, stage: statement, polarity: positive, words: {en: [confirms, confirmed]}}
  - {id: deny, plover: REJECT, stage: denied, polarity: negative, words: {en: [denies, denied], ru: [отриц*]}}
  - {id: refuse, plover: REJECT, stage: rejected, polarity: negative, words: {en: [rejects, refuses, rejected]}}
"""

PUBLISHERS = """
families:
  - {id: harbour_group, name: Harbour Group, hosts: [harbourpost.example, harbournews.example], aliases: [Harbour Post]}
  - {id: varga_tv, name: Varga TV, hosts: [varga.example], party: sudmark}
agencies:
  - {id: tidewire, name: Tidewire, hosts: [tidewire.example], credits: [Tidewire, (Tidewire)]}
"""


@cache
def negotiation() -> Negotiation:
    return Negotiation.model_validate(yaml.safe_load(NEGOTIATION))


@cache
def publishers() -> Publishers:
    return Publishers.model_validate(yaml.safe_load(PUBLISHERS))


@cache
def genres() -> Genres:
    path = Path(__file__).parents[2] / "config" / "genres.yaml"
    return Genres.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def newsroom() -> Newsroom:
    return Newsroom(negotiations=(negotiation(),), sources=(), publishers=publishers(), genres=genres())


@cache
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def detector() -> Detector:
    return Detector(negotiation(), publishers(), genres(), encoder())


def item(
    identifier: str,
    title: str,
    summary: str = "",
    *,
    outlet: str | None = None,
    hours: float = 0.0,
    language: str | None = "en",
    tier: Tier = Tier.ESTABLISHED,
    party: str | None = None,
    credit: str | None = None,
    revision: int = 1,
) -> Item:
    publisher = outlet or f"{identifier}.example"
    return Item(
        id=identifier,
        url=f"https://{publisher}/news/{identifier}",
        outlet=publisher,
        publisher=publisher,
        first_seen=MORNING + timedelta(hours=hours),
        title=title,
        summary=summary,
        tier=tier,
        language=language,
        party=party,
        credit=credit,
        revision=revision,
    )


def run(desk: Detector, *items: Item) -> list[Decision]:
    """Decide and remember each in turn."""
    decisions = []
    for one in items:
        decision = desk.decide(one, one.first_seen)
        desk.remember(one, decision)
        decisions.append(decision)
    return decisions
