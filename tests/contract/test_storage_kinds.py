"""How a source is read is kept with it, and a change of it begins afresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.kind import Kind, Layout

if TYPE_CHECKING:
    from support.archive import Archive, Clock

LEASE = timedelta(minutes=2)

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


async def test_kind_and_layout_come_back_with_the_claim(archive: Archive, clock: Clock) -> None:
    page = replace(archive.source(), kind=Kind.PAGE, layout=Layout(items="li", date="time"))
    await archive.sources.list_sources([page, archive.source("other")], now=clock())

    first, second = await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
    assert first.source == page
    assert (second.source.kind, second.source.layout) == (None, None)


async def test_a_source_read_another_way_begins_afresh(archive: Archive, clock: Clock) -> None:
    await archive.keep(archive.item("one"))
    page = replace(archive.source(), kind=Kind.PAGE, layout=Layout(items="li"))
    for changed in (page, replace(page, layout=Layout(items="li.news"))):
        await archive.sources.list_sources([changed], now=clock())
        (claim,) = await archive.sources.claim_due(now=clock.forward(minutes=5), lease=LEASE, limit=10)
        assert (claim.first, claim.validators.etag, claim.source) == (True, None, changed)
        await archive.keep(archive.item("one"), at=clock())

    await archive.sources.list_sources([changed], now=clock())
    assert not await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
