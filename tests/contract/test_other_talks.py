"""Other talks by configuration alone: the shipped Gaza file and the detector as it is, over a few clear items."""

from __future__ import annotations

import pytest
from support.newsdesk import encoder, item, run

from bot.detection.decider import Detector
from bot.domain.decision import AlertAction, Decision, Status
from config.load import default_directory, load_newsroom

DEAL = (
    "Israel and Hamas agree on Gaza ceasefire and release of all hostages, mediators say",
    "After talks in Doha, negotiators of Israel and Hamas accepted a truce and an exchange of hostages for prisoners.",
)
ITEMS = (
    item("deal", *DEAL, outlet="first.example"),
    item("copy", *DEAL, outlet="second.example", hours=0.2),
    item(
        "strike",
        "Israeli airstrikes kill 20 in Jabalia, dozens wounded",
        "Homes collapsed after overnight shelling, medics said; the army said it hit militants.",
        hours=0.5,
    ),
    item(
        "aid",
        "Israel closes Rafah crossing to aid trucks, UN agencies protest",
        "No humanitarian aid for Gaza until the bodies of the dead are handed over, Netanyahu's office said.",
        hours=70,
    ),
    item(
        "pullback",
        "Israel zieht Truppen aus dem Netzarim-Korridor ab: Rückzug nach Vereinbarung mit der Hamas",
        "Der Truppenabzug aus der Mitte des Gazastreifens ist Teil der vereinbarten Waffenruhe mit der Hamas.",
        hours=150,
        language="de",
    ),
    item(
        "rule",
        "ХАМАС согласился передать власть в Газе правительству технократов, Израиль отверг это предложение",
        "Движение ХАМАС приняло план Египта о переходной администрации сектора Газа и восстановлении.",
        hours=240,
        language="ru",
    ),
    item(
        "opinion",
        "Opinion: why the Gaza deal may not last, an analysis",
        "Analysts and experts explain what the truce between Israel and Hamas leaves open.",
        hours=241,
    ),
    item(
        "gas", "Ціна газу в Європі впала", "Сховища заповнено газом на дев'яносто відсотків.", hours=242, language="uk"
    ),
)


@pytest.fixture(scope="module")
def decisions() -> dict[str, Decision]:
    newsroom = load_newsroom(default_directory())
    talks = next(found for found in newsroom.switched_off if found.id == "gaza_ceasefire")
    desk = Detector(talks, newsroom.publishers, newsroom.genres, encoder())
    return {decision.item: decision for decision in run(desk, *ITEMS)}


@pytest.mark.parametrize(
    ("opening", "track"),
    [
        ("deal", "hostages_prisoners"),
        ("deal", "ceasefire"),
        ("aid", "aid"),
        ("pullback", "withdrawal"),
        ("rule", "governance"),
    ],
)
def test_what_is_new_is_alerted_on_its_track(decisions: dict[str, Decision], opening: str, track: str) -> None:
    assert decisions[opening].alert is AlertAction.POST
    assert decisions[opening].status is Status.NEW
    assert track in decisions[opening].tracks


def test_a_reprint_is_the_same_development_told_by_nobody_new(decisions: dict[str, Decision]) -> None:
    copy = decisions["copy"]

    assert (copy.status, copy.development, copy.origins) == (Status.COPY, decisions["deal"].development, 1)
    assert copy.alert is not AlertAction.POST


@pytest.mark.parametrize("silent", ["strike", "opinion", "gas"])
def test_the_war_the_comment_and_the_price_of_gas_alert_nobody(decisions: dict[str, Decision], silent: str) -> None:
    assert decisions[silent].alert is AlertAction.NONE
    assert not decisions[silent].relevant
    assert decisions[silent].development is None


def test_the_sides_are_told_apart(decisions: dict[str, Decision]) -> None:
    assert set(decisions["deal"].actors) >= {"israel", "hamas"}
    assert decisions["aid"].actors == ("israel",)
    assert decisions["rule"].actors == ("hamas",)
