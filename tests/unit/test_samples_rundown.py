from __future__ import annotations

import re
from itertools import pairwise

import pytest

from bot.sandbox.samples.rundown import Edit, Expect, FeedFormat, Outlet, Rundown, Story, load

TRACKS = {"security_guarantees", "territory", "economy", "politics", "humanitarian"}
REAL_OUTLETS = re.compile(
    r"\b(Reuters|AP|Associated Press|AFP|Bloomberg|Axios|BBC|CNN|Guardian|Times|Post|Politico|Interfax|TASS|ТАСС"
    r"|РИА|RIA|Sputnik|RT|Ukrinform|Укрінформ|Pravda|Правда|Suspilne|Суспільне|Gazeta|Rzeczpospolita|PAP|TVN|Onet"
    r"|Euractiv|EFE|Xinhua|Kommersant|Коммерсант)\b"
)


@pytest.fixture(scope="module")
def rundown() -> Rundown:
    return load()


def outlet(**changes: object) -> Outlet:
    plain = {
        "id": "sample_one",
        "name": "Sample One",
        "title": "Sample One",
        "about": "Made up.",
        "language": "en",
        "tier": "other",
        "format": "rss",
    }
    return Outlet.model_validate(plain | changes)


def story(**changes: object) -> Story:
    plain = {
        "at": "0:01",
        "outlet": "sample_one",
        "id": "one",
        "title": "Envoys meet",
        "summary": "They met.",
        "event": "meeting",
        "tracks": ["politics"],
        "expect": "new",
    }
    return Story.model_validate(plain | changes)


def test_the_packaged_rundown_lasts_about_three_minutes_and_tells_about_twenty_events(rundown: Rundown) -> None:
    assert 150 <= rundown.length <= 200
    assert 16 <= len(rundown.expected()) <= 22
    assert 45 <= len(rundown.stories) <= 62


def test_every_outlet_says_it_is_a_sample(rundown: Rundown) -> None:
    assert all(each.name.startswith("Sample ") for each in rundown.outlets)
    in_their_language = ("Sample", "Зразок", "Пример", "Przykładowy")
    assert all(each.title.startswith(in_their_language) for each in rundown.outlets)


def test_no_real_outlet_is_named_anywhere(rundown: Rundown) -> None:
    texts = [text for each in rundown.outlets for text in (each.name, each.title, each.about)]
    for each in rundown.stories:
        texts += [each.title, each.summary, each.credit or ""]
        texts += [edit.title + " " + (edit.summary or "") for edit in each.edits]
    assert [text for text in texts if REAL_OUTLETS.search(text)] == []


def test_credits_name_only_outlets_of_the_rundown(rundown: Rundown) -> None:
    names = {each.name for each in rundown.outlets}
    assert {each.credit for each in rundown.stories if each.credit} <= names


def test_nobody_is_quoted(rundown: Rundown) -> None:
    spoken = [each.id for each in rundown.stories if re.search(r"[«»„“”]", each.title + each.summary)]
    assert spoken == []


def test_every_outlet_publishes_and_every_format_and_language_is_used(rundown: Rundown) -> None:
    assert {each.outlet for each in rundown.stories} == {each.id for each in rundown.outlets}
    assert {each.format for each in rundown.outlets} == set(FeedFormat)
    assert {each.language for each in rundown.outlets} == {"en", "uk", "ru", "pl"}
    assert "windows-1251" in {each.charset for each in rundown.outlets}
    assert {each.affiliation for each in rundown.outlets} == {None, "ukraine", "russia"}
    assert {each.tier for each in rundown.outlets} == {"official", "agency", "established", "other"}


def test_stories_are_written_in_their_outlet_s_alphabet(rundown: Rundown) -> None:
    for each in rundown.stories:
        cyrillic = len(re.findall(r"[А-Яа-яЁёІіЇїЄєҐґ]", each.title)) > len(each.title) / 2
        assert cyrillic == (rundown.outlet(each.outlet).language in {"uk", "ru"}), each.id


def test_every_track_gets_developments(rundown: Rundown) -> None:
    assert {track for event in rundown.expected() for track in event.tracks} == TRACKS


def test_the_first_alert_is_due_within_seconds_and_four_tracks_within_45(rundown: Rundown) -> None:
    opens = [each for each in rundown.stories if each.expect is Expect.NEW]
    assert opens[0].at < 5
    assert len({track for each in opens if each.at <= 45 for track in each.tracks}) >= 4


def test_the_flow_is_steady(rundown: Rundown) -> None:
    moments = [each.at for each in rundown.stories]
    assert max(after - before for before, after in pairwise(moments)) <= 6


def test_everything_a_desk_must_cope_with_is_there(rundown: Rundown) -> None:
    assert {each.expect for each in rundown.stories} == set(Expect)
    assert sum(len(each.edits) for each in rundown.stories) >= 2
    assert any("Correction:" in (edit.summary or "") for each in rundown.stories for edit in each.edits)
    assert any("!channel" in each.title for each in rundown.stories)
    assert any(each.follows for each in rundown.stories)
    languages = [
        {rundown.outlet(each.outlet).language for each in rundown.stories if each.event == event.slug}
        for event in rundown.expected()
    ]
    assert any(spoken >= {"en", "uk", "ru"} for spoken in languages)
    assert any(spoken >= {"en", "uk", "pl"} for spoken in languages)


def test_headlines_and_summaries_read_like_newswriting(rundown: Rundown) -> None:
    for each in rundown.stories:
        for title in (each.title, *(edit.title for edit in each.edits)):
            if "!channel" not in title:
                assert 8 <= len(title.split()) <= 14, title
        assert 1 <= len(re.findall(r"[.!?:](?:\s|$)", each.summary)) <= 6, each.id
        assert len(each.summary) <= 450, each.id


def test_a_copy_repeats_the_headline_it_copies_and_credits_it(rundown: Rundown) -> None:
    for each in rundown.stories:
        if each.expect is Expect.COPY:
            earlier = [other for other in rundown.stories if other.event == each.event and other.at < each.at]
            originals = [other for other in earlier if other.title == each.title]
            assert originals, each.id
            assert rundown.outlet(originals[0].outlet).name in (each.credit or "") + each.summary


def test_expected_lists_an_event_s_stories_with_the_opening_one_first(rundown: Rundown) -> None:
    events = {event.slug: event for event in rundown.expected()}
    outcome = events["moscow-outcome"]
    assert outcome.opens == outcome.members[0] == "putin-envoys-five-hours-no-agreement"
    assert set(outcome.members) == {each.id for each in rundown.stories if each.event == "moscow-outcome"}
    assert outcome.tracks == ("politics",)
    assert outcome.follows == "moscow-arrival"


@pytest.mark.parametrize("at", [65, 1.5, "1:5", "75", "0:75", None])
def test_an_offset_is_quoted_minutes_and_seconds(at: object) -> None:
    with pytest.raises(ValueError, match="quoted"):
        story(at=at)


def test_an_offset_is_read_as_seconds() -> None:
    assert story(at="2:05").at == 125


@pytest.mark.parametrize(
    ("stories", "problem"),
    [
        ((story(), story()), "two stories are called one"),
        ((story(outlet="nobody"),), "no outlet nobody"),
        ((story(expect="silent"),), "silent exactly when"),
        ((story(event=None),), "silent exactly when"),
        ((story(expect="report", tracks=[]),), "the first story of an event is new"),
        ((story(), story(id="two")), "the first story of an event is new"),
        ((story(), story(id="two", expect="report")), "names its tracks"),
        ((story(tracks=[]),), "names its tracks"),
        ((story(follows="nothing"),), "has not happened yet"),
        ((story(edits=[Edit(at="0:01", title="Later", expect=Expect.UPDATE)]),), "edited before it came out"),
    ],
)
def test_a_rundown_that_contradicts_itself_is_refused(stories: tuple[Story, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Rundown((outlet(),), stories)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="headline"):
        story(headline="x")
