"""The configuration directory the demo runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.sandbox.samples.server import SampleSources
from config.load import default_directory, load_newsroom
from config.schema import Publishers, SourceList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

REAL_PUBLISHERS = {
    "families": [{"id": "example", "name": "Example", "hosts": ["example.org"]}],
    "agencies": [{"id": "example_agency", "name": "Example Agency", "credits": ["(EA)"]}],
}


@pytest.fixture
async def sources() -> AsyncIterator[SampleSources]:
    served = SampleSources(trouble=True)
    await served.start()
    yield served
    await served.stop()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    packaged = tmp_path / "packaged"
    (packaged / "negotiations").mkdir(parents=True)
    (packaged / "sources").mkdir()
    (packaged / "negotiations" / "ukraine_russia.yaml").write_text("name: переговори\n", encoding="utf-8")
    (packaged / "sources" / "ukraine_russia.yaml").write_text("real: sources\n", encoding="utf-8")
    (packaged / "genres.yaml").write_text("roundup: {}\n", encoding="utf-8")
    (packaged / "manifest.json").write_text("{}", encoding="utf-8")
    (packaged / "publishers.yaml").write_text(yaml.safe_dump(REAL_PUBLISHERS), encoding="utf-8")
    return packaged


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_what_is_copied_is_copied_byte_for_byte(sources: SampleSources, base: Path, tmp_path: Path) -> None:
    sources.write_config(tmp_path / "demo", base)
    for name in ("negotiations/ukraine_russia.yaml", "genres.yaml", "manifest.json"):
        assert (tmp_path / "demo" / name).read_bytes() == (base / name).read_bytes()


def test_the_sources_are_the_samples_and_only_they(sources: SampleSources, base: Path, tmp_path: Path) -> None:
    sources.write_config(tmp_path / "demo", base)
    listed = SourceList.model_validate(read(tmp_path / "demo" / "sources" / "ukraine_russia.yaml"))
    assert listed.negotiation == "ukraine_russia"
    assert list(listed.sources) == sources.sources()


def test_sample_outlets_become_families_and_the_sample_agency_a_credit(
    sources: SampleSources, base: Path, tmp_path: Path
) -> None:
    sources.write_config(tmp_path / "demo", base)
    publishers = Publishers.model_validate(read(tmp_path / "demo" / "publishers.yaml"))
    assert publishers.families[0].id == "example"
    hosts = {family.id: family.hosts for family in publishers.families[1:]}
    assert hosts == {outlet.id: (outlet.host,) for outlet in sources.rundown.outlets}
    assert [agency.id for agency in publishers.agencies] == ["example_agency", "sample_wire"]
    assert "(Sample Wire)" in publishers.agencies[1].credits
    assert {family.party for family in publishers.families} == {None, "ukraine", "russia"}


def test_articles_are_linked_under_the_hosts_of_the_families(sources: SampleSources) -> None:
    for story in sources.rundown.stories:
        host = sources.rundown.outlet(story.outlet).host
        assert sources.story_address(story.id).startswith(f"http://{host}:")


def test_the_packaged_configuration_makes_a_newsroom_that_loads(sources: SampleSources, tmp_path: Path) -> None:
    sources.write_config(tmp_path / "demo", default_directory())
    newsroom = load_newsroom(tmp_path / "demo")
    assert [list(listed.sources) for listed in newsroom.sources] == [sources.sources()]
    packaged = load_newsroom(default_directory())
    assert newsroom.negotiations == packaged.negotiations
    assert newsroom.genres == packaged.genres
    tracks = {track.id for track in newsroom.negotiations[0].tracks}
    assert {track for event in sources.expected() for track in event.tracks} == tracks
    parties = {party.id for party in newsroom.negotiations[0].parties}
    assert {source.party for source in sources.sources()} - {None} <= parties


def test_writing_twice_is_the_same_as_once(sources: SampleSources, base: Path, tmp_path: Path) -> None:
    sources.write_config(tmp_path / "demo", base)
    once = read(tmp_path / "demo" / "publishers.yaml")
    sources.write_config(tmp_path / "demo", base)
    assert read(tmp_path / "demo" / "publishers.yaml") == once
