"""Whatever an editor gets wrong in a file is told with file, line, field, words and a way out; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigurationProblem
from config.load import load_negotiation, load_newsroom

NEGOTIATION = """\
id: talks
name: Talks
channel: "#talks"
languages: [en, uk]
scope: {en: [peace plan], uk: [мирн* план*]}
tracks:
  - id: territory
    name: Territory
    aliases: [land]
    covers: Who holds what.
    seeds:
      en: [territor*]
      uk: [територі*]
  - id: politics
    name: Politics
    aliases: [process]
    covers: Who meets whom.
    seeds: {en: [summit], uk: [саміт*]}
parties:
  - {id: ukraine, name: Ukraine, role: principal, aliases: {en: [Kyiv]}}
  - {id: russia, name: Russia, role: principal, aliases: {en: [Kremlin]}}
actors:
  - id: zelensky
    name: Volodymyr Zelensky
    party: ukraine
    weight: 3
    aliases: {en: [Zelensky], uk: [Зеленськ*]}
actions:
  - id: meet
    plover: CONSULT
    stage: under_way
    words: {en: [meet*]}
"""
SOURCES = """\
negotiation: talks
sources:
  - id: pravda
    name: Ukrainska Pravda
    url: https://www.pravda.com.ua/rss/
    language: uk
    tier: established
    party: ukraine
    interval: 5
"""
PUBLISHERS = """\
families:
  - {id: pravda, name: Ukrainska Pravda, hosts: [pravda.com.ua], party: ukraine}
agencies:
  - {id: reuters, name: Reuters, hosts: [reuters.com], credits: [Reuters]}
"""
GENRES = """\
roundup: {en: [live updates]}
analysis: {en: [opinion]}
series: {en: ["day #"]}
attribution: {en: ["{outlet} reports"]}
"""
FILES = {
    "negotiations/talks.yaml": NEGOTIATION,
    "sources/talks.yaml": SOURCES,
    "publishers.yaml": PUBLISHERS,
    "genres.yaml": GENRES,
}
TALKS, LIST = "negotiations/talks.yaml", "sources/talks.yaml"


def newsroom(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """A small sound configuration, with one text in one file replaced."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        assert name != file or old in text
        (folder / name).write_text(text.replace(old, new, 1) if name == file else text, encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    """What is told about a folder, a line a mistake, without the way to the folder."""
    with pytest.raises(ConfigurationProblem) as caught:
        load_newsroom(folder)
    assert "Traceback" not in str(caught.value)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]


def test_a_sound_folder_loads(tmp_path: Path) -> None:
    read = load_newsroom(newsroom(tmp_path))

    assert [track.id for track in read.negotiations[0].tracks] == ["territory", "politics"]
    assert read.negotiations[0].actors[0].aliases["uk"] == ("Зеленськ*",)
    assert read.sources[0].sources[0].every.total_seconds() == 300


def second_talks(folder: Path, *, enabled: str) -> None:
    """Other talks beside the first, polled at the same address."""
    talks = NEGOTIATION.replace("id: talks", f"id: other_talks\nenabled: {enabled}")
    listed = SOURCES.replace("negotiation: talks", "negotiation: other_talks").replace("id: pravda", "id: pravda_again")
    (folder / "negotiations/other_talks.yaml").write_text(talks, encoding="utf-8")
    (folder / "sources/other_talks.yaml").write_text(listed, encoding="utf-8")


def test_two_negotiations_are_followed_and_may_be_told_of_by_one_address(tmp_path: Path) -> None:
    second_talks(newsroom(tmp_path), enabled="true")

    read = load_newsroom(tmp_path)

    assert [each.id for each in read.negotiations] == ["other_talks", "talks"]
    assert [each.negotiation for each in read.sources] == ["other_talks", "talks"]
    assert (read.switched_off, read.unpolled) == ((), ())


def test_a_negotiation_switched_off_stands_apart_with_its_sources(tmp_path: Path) -> None:
    second_talks(newsroom(tmp_path), enabled="false")

    read = load_newsroom(tmp_path)

    assert [each.id for each in read.negotiations] == ["talks"]
    assert [each.negotiation for each in read.sources] == ["talks"]
    assert [each.id for each in read.switched_off] == ["other_talks"]
    assert [each.negotiation for each in read.unpolled] == ["other_talks"]


def test_a_negotiation_switched_off_is_checked_with_the_rest(tmp_path: Path) -> None:
    second_talks(newsroom(tmp_path), enabled="false")
    file = tmp_path / "negotiations/other_talks.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("party: ukraine", "party: ukrane"), encoding="utf-8")

    (line,) = told(tmp_path)

    assert line.startswith("negotiations/other_talks.yaml:26: actors[0].party: `ukrane` is no party")


def test_the_last_negotiation_cannot_be_switched_off(tmp_path: Path) -> None:
    newsroom(tmp_path, TALKS, "name: Talks", "name: Talks\nenabled: false")

    assert told(tmp_path) == [
        "negotiations/talks.yaml:3: enabled: switches off the last negotiation there is; at least one is needed"
    ]


SHAPE = [
    pytest.param(
        "name: Talks", "name: Talks\nenabled: later",
        "talks.yaml:3: enabled: must be true or false, not the text `later`", id="text for true or false",
    ),
    pytest.param(
        "    aliases: [land]", "    aliases: 5",
        "talks.yaml:9: tracks[0].aliases: must be a list of texts, not a number", id="number for a list",
    ),
    pytest.param(
        "    aliases: [land]", "    aliases: land",
        "talks.yaml:9: tracks[0].aliases: must be a list of texts, not the text `land`", id="text for a list",
    ),
    pytest.param(
        "    aliases: [land]", "    aliases: [land, 7]",
        "talks.yaml:9: tracks[0].aliases[1]: must be a text, not a number", id="number in a list",
    ),
    pytest.param(
        "    aliases: [land]", "    alias: [land]",
        "talks.yaml:9: tracks[0].alias: is no field of this kind of thing; did you mean `aliases`?",
        id="unknown field",
    ),
    pytest.param(
        "    covers: Who holds what.\n", "",
        "talks.yaml:7: tracks[0].covers: is missing; it is a text", id="missing field",
    ),
    pytest.param(
        "languages: [en, uk]\n", "",
        "talks.yaml:1: languages: is missing; it is a list of texts", id="missing field of the whole",
    ),
    pytest.param(
        "id: territory", "id: Territory!",
        "talks.yaml:7: tracks[0].id: `Territory!` is not an id: use small letters, figures and `_`",
        id="not an id",
    ),
    pytest.param(
        "uk: [територі*]", "UKR: [територі*]",
        "talks.yaml:13: tracks[0].seeds.UKR: `UKR` is not a language: use its two small letters, as in `en`",
        id="not a language",
    ),
    pytest.param(
        "weight: 3", "weight: 4",
        "talks.yaml:26: actors[0].weight: must be at most 3, not 4", id="weight too high",
    ),
    pytest.param(
        "weight: 3", "weight: heavy",
        "talks.yaml:26: actors[0].weight: must be a whole number, not the text `heavy`", id="weight in words",
    ),
    pytest.param(
        "stage: under_way", "stage: underway",
        "talks.yaml:31: actions[0].stage: must be one of proposed, announced, under_way, agreed, signed, "
        "rejected, denied, statement, not the text `underway`; did you mean `under_way`?", id="unknown stage",
    ),
    pytest.param(
        "name: Territory", 'name: ""',
        "talks.yaml:8: tracks[0].name: is empty; write a text or leave the field out", id="empty text",
    ),
    pytest.param(
        "scope: {en: [peace plan], uk: [мирн* план*]}", "scope: [peace plan]",
        "talks.yaml:5: scope: must be lists of words by language (`en: [...]`), not a list", id="list for words",
    ),
    pytest.param(
        "parties:\n", "parties:\n  - Ukraine\n",
        "talks.yaml:20: parties[0]: must be a mapping with the fields id, name, not the text `Ukraine`",
        id="text for a mapping",
    ),
]  # fmt: skip

NAMES = [
    pytest.param(
        "plover: CONSULT", "conditional: met",
        "talks.yaml:30: actions[0].conditional: `met` is no action of this negotiation; did you mean `meet`?",
        id="unknown act",
    ),
    pytest.param(
        "party: ukraine", "party: ukrain",
        "talks.yaml:25: actors[0].party: `ukrain` is no party of this negotiation; did you mean `ukraine`?",
        id="unknown party",
    ),
    pytest.param(
        "party: ukraine", "party: narnia",
        "talks.yaml:25: actors[0].party: `narnia` is no party of this negotiation; known are `russia`, `ukraine`",
        id="party like no other",
    ),
    pytest.param(
        "aliases: [process]", "aliases: [LAND]",
        "talks.yaml:16: tracks[1].aliases[0]: `LAND` already stands for the track `territory` (line 9); "
        "a name means one track", id="one alias for two tracks",
    ),
    pytest.param(
        "aliases: [process]", "aliases: [territory]",
        "talks.yaml:16: tracks[1].aliases[0]: `territory` already stands for the track `territory` (line 7); "
        "a name means one track", id="alias that is another's id",
    ),
    pytest.param(
        "aliases: [process]", "aliases: [process, Process]",
        "talks.yaml:16: tracks[1].aliases[1]: `Process` is listed twice; keep one", id="alias twice",
    ),
    pytest.param(
        "aliases: [process]", "aliases: [all]",
        "talks.yaml:16: tracks[1].aliases[0]: `all` is a word of /peace-status itself; choose another",
        id="alias that is a command",
    ),
    pytest.param(
        "id: politics", "id: territory",
        "talks.yaml:14: tracks[1].id: `territory` is already used on line 7; each is named once", id="id twice",
    ),
    pytest.param(
        "id: russia", "id: zelensky",
        "talks.yaml:23: actors[0].id: `zelensky` is already used on line 21; each is named once",
        id="one id for a party and an actor",
    ),
    pytest.param(
        "[Kremlin]", "[Kremlin, kyiv]",
        "talks.yaml:21: parties[1].aliases.en[1]: `kyiv` already stands for `ukraine` (line 20); keep one",
        id="one alias for two parties",
    ),
    pytest.param(
        "seeds: {en: [summit], uk: [саміт*]}", "seeds: {en: [summit]}",
        "talks.yaml:18: tracks[1].seeds: has no words in `uk`; reports in it would be missed",
        id="track without seeds in a language",
    ),
    pytest.param(
        "seeds: {en: [summit], uk: [саміт*]}", "seeds: {en: [summit], uk: [саміт*], ua: [саміт*]}",
        "talks.yaml:18: tracks[1].seeds.ua: `ua` is none of the negotiation's languages; known are `en`, `uk`",
        id="words in another language",
    ),
    pytest.param(
        "languages: [en, uk]", "languages: [en, uk, en]",
        "talks.yaml:4: languages[2]: `en` is already used on line 4; each is named once", id="language twice",
    ),
    pytest.param(
        'channel: "#talks"', "channel: Talks desk",
        "talks.yaml:3: channel: `Talks desk` is no Slack channel: write `#name`, small and without spaces, "
        "or an id (`C0123456789`)", id="not a channel",
    ),
    pytest.param(
        "en: [territor*]", "en: [terr*tory]",
        "talks.yaml:12: tracks[0].seeds.en[0]: `terr*tory` has `*` inside `terr*tory`; "
        "`*` only ends a word: `ratif*`", id="star inside a word",
    ),
    pytest.param(
        "en: [territor*]", 'en: ["t*"]',
        "talks.yaml:12: tracks[0].seeds.en[0]: `t*` has a stem too short to mean anything (`t*`); "
        "write at least two letters before `*`", id="stem too short",
    ),
    pytest.param(
        "en: [territor*]", 'en: ["..."]',
        "talks.yaml:12: tracks[0].seeds.en[0]: `...` has neither a letter nor a figure; "
        "write the word to look for", id="nothing to match",
    ),
    pytest.param(
        "en: [territor*]", 'en: ["28#"]',
        "talks.yaml:12: tracks[0].seeds.en[0]: `28#` has `#` inside `28#`; "
        "`#` stands for a whole figure, alone between spaces", id="figure glued to a word",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), [*SHAPE, *NAMES])
def test_a_mistake_in_a_negotiation(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert told(newsroom(tmp_path, TALKS, old, new)) == [f"negotiations/{line}"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "negotiation: talks", "negotiation: talk",
            "talks.yaml:1: negotiation: `talk` is no negotiation; did you mean `talks`?",
        ),
        (
            "party: ukraine", "party: ukrane",
            "talks.yaml:8: sources[0].party: `ukrane` is no party of its negotiation; did you mean `ukraine`?",
        ),
        (
            "tier: established", "tier: newspaper",
            ("talks.yaml:7: sources[0].tier: must be one of official, agency, established, other, "
            "not the text `newspaper`"),
        ),
        (
            "https://www.pravda.com.ua/rss/", "www.pravda.com.ua/rss/",
            ("talks.yaml:5: sources[0].url: `www.pravda.com.ua/rss/` is not a web address: it begins with `http://` or "
            "`https://` and has no spaces"),
        ),
        (
            "https://www.pravda.com.ua/rss/", "https:///rss",
            "talks.yaml:5: sources[0].url: `https:///rss` names no host",
        ),
        (
            "https://www.pravda.com.ua/rss/", '"https://[pravda/rss"',
            "talks.yaml:5: sources[0].url: `https://[pravda/rss` names no host",
        ),
        (
            "interval: 5", "interval: 0",
            "talks.yaml:9: sources[0].interval: must be more than 0 minutes and at most a week, not 0",
        ),
        (
            "interval: 5", "interval: inf",
            "talks.yaml:9: sources[0].interval: must be more than 0 minutes and at most a week, not inf",
        ),
        (
            "interval: 5", "intervall: 5",
            "talks.yaml:9: sources[0].intervall: is no field of this kind of thing; did you mean `interval`?",
        ),
        (
            "interval: 5\n",
            "interval: 5\n  - {id: other, name: Again, url: 'http://pravda.com.ua/rss', tier: other}\n",
            ("talks.yaml:10: sources[1].url: `http://pravda.com.ua/rss` is already listed at "
            "sources/talks.yaml:5; keep one"),
        ),
        (
            "interval: 5\n",
            "interval: 5\n  - {id: pravda, name: Again, url: 'http://example.org/', tier: other}\n",
            "talks.yaml:10: sources[1].id: `pravda` is already listed at sources/talks.yaml:3; keep one",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_list_of_sources(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert told(newsroom(tmp_path, LIST, old, new)) == [f"sources/{line}"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "hosts: [pravda.com.ua]", 'hosts: ["https://pravda.com.ua/"]',
            ("publishers.yaml:2: families[0].hosts[0]: `https://pravda.com.ua/` is no host; "
            "write the name alone, as in `pravda.com.ua`"),
        ),
        (
            "party: ukraine", "party: ukrane",
            "publishers.yaml:2: families[0].party: `ukrane` is no party; did you mean `ukraine`?",
        ),
        (
            "hosts: [reuters.com]", "hosts: [pravda.com.ua]",
            "publishers.yaml:4: agencies[0].hosts[0]: `pravda.com.ua` already stands for `pravda` (line 2); keep one",
        ),
        (
            "credits: [Reuters]}", "credits: [Reuters]}\n  - {id: rtr, name: Reuters again, credits: [REUTERS]}",
            "publishers.yaml:5: agencies[1].credits[0]: `REUTERS` already stands for `reuters` (line 4); keep one",
        ),
        (
            "credits: [Reuters]}", "credits: [Reuters]}\n  - {id: reuters, name: Again, credits: [Ройтерз]}",
            "publishers.yaml:5: agencies[1].id: `reuters` is already used on line 4; each is named once",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_the_publishers(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert told(newsroom(tmp_path, "publishers.yaml", old, new)) == [line]


def test_a_family_may_belong_to_a_party_of_talks_not_followed_here(tmp_path: Path) -> None:
    newsroom(tmp_path, "publishers.yaml", "party: ukraine", "party: sudan")

    assert load_newsroom(tmp_path).publishers.families[0].party == "sudan"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            '"{outlet} reports"', "reports",
            ("genres.yaml:4: attribution.en[0]: `reports` does not say where the outlet stands; "
            'write it as in "{outlet} reports"'),
        ),
        ("series: ", "serie: ", "genres.yaml:1: series: is missing; it is lists of words by language (`en: [...]`)"),
        ("[opinion]", '["opi*nion"]', "genres.yaml:2: analysis.en[0]: `opi*nion` has `*` inside `opi*nion`"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_trades_words(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert told(newsroom(tmp_path, "genres.yaml", old, new))[0].startswith(line)


def test_all_mistakes_of_all_files_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    newsroom(tmp_path, TALKS, "    aliases: [land]\n    covers: Who holds what.", "    aliases: 5\n    cover: x")
    (tmp_path / "publishers.yaml").write_text("families: []\nagencies: none\n", encoding="utf-8")
    (tmp_path / "genres.yaml").unlink()

    lines = told(tmp_path)

    assert [line.split(": ")[0] for line in lines] == [
        "negotiations/talks.yaml:7", "negotiations/talks.yaml:9", "negotiations/talks.yaml:10",
        "publishers.yaml:2", "genres.yaml",
    ]  # fmt: skip
    assert lines[-1] == "genres.yaml: there is no such file"


def test_sources_of_a_negotiation_that_cannot_be_read_are_not_blamed(tmp_path: Path) -> None:
    newsroom(tmp_path, TALKS, "id: talks", "id: TALKS")

    assert told(tmp_path) == ["negotiations/talks.yaml:1: id: `TALKS` is not an id: use small letters, figures and `_`"]


def test_two_files_of_one_negotiation(tmp_path: Path) -> None:
    newsroom(tmp_path)
    (tmp_path / "negotiations/other.yaml").write_text(NEGOTIATION, encoding="utf-8")

    (line,) = told(tmp_path)

    assert line == "negotiations/talks.yaml:1: id: `talks` is already the id of negotiations/other.yaml"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem, match="there is no such folder; BACKCHANNEL_CONFIG names the folder"):
        load_newsroom(tmp_path / "nowhere")


def test_a_folder_without_negotiations(tmp_path: Path) -> None:
    newsroom(tmp_path)
    (tmp_path / TALKS).unlink()

    assert "negotiations: holds no .yaml file; at least one is needed" in told(tmp_path)


def test_the_place_is_written_as_one_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom(tmp_path / "config", TALKS, "aliases: [land]", "aliases: 5")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigurationProblem) as caught:
        load_newsroom(Path("config"))

    assert str(caught.value).startswith("config/negotiations/talks.yaml:9: tracks[0].aliases: must be a list of texts")


def test_several_mistakes_are_counted_and_listed(tmp_path: Path) -> None:
    newsroom(tmp_path, TALKS, "    aliases: [land]\n    covers", "    aliases: 5\n    cover")

    with pytest.raises(ConfigurationProblem) as caught:
        load_newsroom(tmp_path)

    first, *rest = str(caught.value).splitlines()
    assert first == "3 mistakes in the configuration"
    assert len(rest) == 3


@pytest.mark.parametrize("nonsense", ["5", "true", "~", "[[1]]", "{a: {b: c}}", "[~]", "{en: [~]}", "[{}]"])
@pytest.mark.parametrize(
    "field",
    ["id", "name", "channel", "languages", "scope", "background", "tracks", "parties", "actors", "places", "actions"],
)
def test_nonsense_in_any_field_is_told_in_words(tmp_path: Path, field: str, nonsense: str) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(f"{field}: {nonsense}\n{_without(field)}", encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as caught:
        load_negotiation(broken)

    assert all(mistake.line and mistake.field.startswith(field) for mistake in caught.value.mistakes)


def _without(field: str) -> str:
    """The small negotiation without one top-level field and what hangs below it."""
    kept, inside = [], False
    for line in NEGOTIATION.splitlines():
        if not line.startswith(" "):
            inside = line.startswith(f"{field}:")
        if not inside:
            kept.append(line)
    return "\n".join(kept)
