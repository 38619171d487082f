"""Every attack ends as its table, and the page made from it, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile_table import DOCUMENT, ended_as_it_must, is_late, row
from support.attacks import ATTACKS
from support.attacks.addresses import LITERALS
from support.hostile import Attack, Ground, ground

from bot.domain.source import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Far from any deadline of ours, for a slow machine.
AT_ONCE = 15.0
PAGE = DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture
async def ours() -> AsyncIterator[Ground]:
    async with ground() as here:
        yield here


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_an_attack_ends_as_it_must(ours: Ground, attack: Attack) -> None:
    met = await ours.meet(attack)

    assert ended_as_it_must(attack, met), met
    assert ours.inside.requests == []
    assert met.seconds < (min(attack.deadline, attack.mending) if is_late(met) else 0) + AT_ONCE
    assert row(attack, met) in PAGE, "run scripts/hostile_table.py"


def test_the_page_tells_of_nothing_else() -> None:
    names = [attack.name for attack in ATTACKS]

    assert len(set(names)) == len(names)
    assert sum(line.startswith("| ") for line in PAGE.splitlines()) == len(names) + PAGE.count("## ")


@pytest.mark.parametrize("host", [host for host, _ in LITERALS.values()], ids=LITERALS)
async def test_a_source_of_the_newsroom_own_list_may_not_lead_inside_either(ours: Ground, host: str) -> None:
    met = await ours.meet(Attack("straight", "", None, "", at=f"http://{host}:{{inside}}/"))

    assert met.problem is Problem.ADDRESS_REFUSED
    assert ours.inside.requests == []
