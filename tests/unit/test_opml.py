"""Lists of feeds as OPML: read, taken in, written into a newsroom's list, and written out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.newsroom_files import newsroom_folder

from bot.domain.errors import InputError
from bot.opml_commands import export_opml, import_opml, take_in
from bot.sources.opml import NotOpmlError, Outline, read_opml, write_opml
from config.append import append_sources
from config.errors import ConfigurationProblem
from config.load import load_newsroom, load_sources
from config.schema import SourceConfig, SourceList
from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

LIST = b"""<?xml version="1.0" encoding="windows-1251"?>
<opml version="1.1"><head><title>Feeds</title></head><body>
<outline text="World">
  <outline text="Europe &amp; Asia">
    <outline type="rss" text="Sample Wire" title="Other" xmlUrl="https://wire.example/feed" language="en-us"/>
    <outline xmlURL=" feed://ledger.example/rss "/>
  </outline>
  <outline text="\xc7\xf0\xe0\xe7\xee\xea" xmlUrl="feed:https://zrazok.example/rss"/>
  <outline text="A page only" htmlUrl="https://page.example/"/>
</outline>
<outline text="Wire again" xmlUrl="http://www.wire.example/feed/"/>
<outline text="Already" xmlUrl="https://listed.example/feed"/>
<outline text="No address" xmlUrl="javascript:alert(1)"/>
<outline text="Sample Wire" xmlUrl="https://wire.example/other"/>
</body></opml>"""
LISTED = SourceList(
    negotiation="talks",
    sources=(SourceConfig(id="listed", name="Listed", url="https://listed.example/feed", tier="other"),),
)


def test_every_feed_is_found_with_its_folders_and_line() -> None:
    outlines = read_opml(LIST)

    assert [(outline.name, outline.url, outline.folders) for outline in outlines[:3]] == [
        ("Sample Wire", "https://wire.example/feed", ("World", "Europe & Asia")),
        ("http://ledger.example/rss", "http://ledger.example/rss", ("World", "Europe & Asia")),
        ("Зразок", "https://zrazok.example/rss", ("World",)),
    ]
    assert (outlines[0].language, outlines[0].line) == ("en-us", 5)
    assert len(outlines) == 7


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"<opml><body>", "is broken XML (at line 1)"),
        (b"<rss/>", "is XML of another kind (“rss”), not OPML"),
        (b"", "is broken XML"),
        (b"hello", "is broken XML"),
        (
            b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline xmlUrl="&x;"/></opml>',
            "declares XML entities of its own",
        ),
        (b"<opml>" + b"<outline>" * 100_000, "is broken XML"),
    ],
)
def test_what_is_no_list_is_refused_in_words(document: bytes, said: str) -> None:
    with pytest.raises(NotOpmlError) as refused:
        read_opml(document)
    assert said in str(refused.value)


def test_each_address_is_taken_once_under_an_id_of_its_own() -> None:
    intake = take_in(read_opml(LIST), LISTED, taken={"listed", "sample_wire"}, parties=set(), origin="my.opml")

    assert {comment: [source.id for source in sources] for comment, sources in intake.groups.items()} == {
        "From my.opml / World / Europe & Asia": ["sample_wire_2", "http_ledger_example_rss"],
        "From my.opml / World": ["zrazok_example"],
        "From my.opml": ["sample_wire_3"],
    }
    assert intake.left_out == [
        "Wire again (http://www.wire.example/feed/, line 11): given twice, first as `sample_wire_2`",
        "Already (https://listed.example/feed, line 12): listed already as `listed`",
        "No address (javascript:alert(1), line 13): it is no web address",
    ]
    first = intake.groups["From my.opml / World / Europe & Asia"][0]
    assert (first.language, first.tier, first.verified) == ("en", "other", False)


def test_our_own_fields_are_believed_only_where_they_are_sound() -> None:
    def outline(**own: str) -> Outline:
        return Outline("Sample", f"https://{own['id'].lower().strip('!')}.example/", own=own)

    intake = take_in(
        [
            outline(id="a", party="norland", tier="official", kind="page", select='{"item": "li"}', interval="7.5"),
            outline(id="b", party="elsewhere"),
            outline(id="c", tier="best"),
            outline(id="D!"),
            outline(id="e", kind="telegram"),
            outline(id="f", kind="page", select="{"),
            outline(id="g", nonsense="x"),
        ],
        LISTED, taken=set(), parties={"norland"}, origin="x",
    )  # fmt: skip

    (a, b) = intake.groups["From x"]
    assert (a.party, a.tier, a.kind, a.interval) == ("norland", "official", "page", 7.5)
    assert a.select is not None
    assert b.party is None
    assert [line.partition("): ")[2] for line in intake.left_out] == [
        "its tier cannot be used",
        "its id cannot be used",
        (
            "it cannot be read (`https://e.example/` is no address of the kind telegram; "
            "write it as in https://t.me/s/CHANNEL)"
        ),
        "it cannot be read (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
        "its nonsense cannot be used",
    ]
    assert len(intake.changed) == 1


def source(name: str, /, **fields: object) -> SourceConfig:
    return SourceConfig.model_validate(
        {"id": name, "name": name, "url": f"https://{name}.example/", "tier": "other"} | fields
    )


def test_sources_are_added_behind_the_list_and_all_else_stays(tmp_path: Path) -> None:
    file = tmp_path / "talks.yaml"
    before = (
        "# What we read.\r\nsources:   # by hand\r\n    # the first\r\n    - id: one\r\n      name: One\r\n"
        "      url: https://one.example/  # ours\r\n      tier: other\r\n\r\n# whose talks\r\nnegotiation: talks\r\n"
    )
    file.write_bytes(before.encode())
    file.chmod(0o640)
    odd = source("two", name='true: "x" #1, {y}', kind="page", select={"item": "ul > li:not(.ad)", "date": "time"})
    append_sources(file, {"From a / b": [odd], "More": [source("three", name="Три", interval=2.5)]})

    after = file.read_bytes().decode()
    added = after.replace(before[: before.index("\r\n\r\n#")], "").replace(before[before.index("\r\n\r\n#") :], "")
    assert added.replace("\r\n", "\n").strip("\n").split("\n") == [
        "    # From a / b",
        (
            '    - {id: two, name: "true: \\"x\\" #1, {y}", url: "https://two.example/", tier: other, kind: page, '
            'select: {item: "ul > li:not(.ad)", date: time}, verified: false}'
        ),
        "",
        "    # More",
        '    - {id: three, name: Три, url: "https://three.example/", tier: other, interval: 2.5, verified: false}',
    ]
    assert after.count("\n") == after.count("\r\n")
    listed = load_sources(file).sources
    assert (listed[1].name, listed[1].select, listed[2].interval) == (odd.name, odd.select, 2.5)
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("listed", ["sources: []", "sources: [{id: a, name: A, url: https://a.example, tier: other}]"])
def test_a_list_that_cannot_be_added_to_says_so_and_stays(tmp_path: Path, listed: str) -> None:
    file = tmp_path / "talks.yaml"
    file.write_text(f"negotiation: talks\n{listed}\n")

    with pytest.raises(ConfigurationProblem, match=r"talks.yaml:2: sources: is no list of `- ` lines"):
        append_sources(file, {"x": [source("two")]})
    assert file.read_text() == f"negotiation: talks\n{listed}\n"


def test_what_would_make_the_list_wrong_leaves_it_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "talks.yaml"
    before = "negotiation: talks\nsources:\n- {id: one, name: One, url: 'https://one.example/', tier: other}"
    file.write_text(before)

    with pytest.raises(ConfigurationProblem, match=r"talks.yaml:6: sources\[1\].id: `one` is already listed"):
        append_sources(file, {"x": [source("one", url="https://other.example/")]})
    assert file.read_text() == before
    append_sources(file, {"x": [source("two")]})
    assert [each.id for each in load_sources(file).sources] == ["one", "two"]


def test_a_list_that_was_written_is_read_back_the_same(tmp_path: Path) -> None:
    outlines = [
        Outline("A & <b>", "https://a.example/?x=1&y=2", "uk", ("Talks", "East"), own={"id": "a", "tier": "agency"}),
        Outline("Б", "https://b.example/", None, ("Talks",)),
        Outline("C", "https://c.example/", "en", ()),
    ]
    file = tmp_path / "x.opml"
    file.write_text(write_opml("Feeds", outlines), encoding="utf-8")

    read = read_opml(file.read_bytes())
    assert [(o.url, o.language, o.folders, o.own) for o in read] == [
        (o.url, o.language, o.folders, o.own) for o in outlines
    ]


def test_what_is_exported_comes_back_by_importing(tmp_path: Path) -> None:
    """Into a list that has only one source of its own: everything but what the newsroom has to find out itself."""
    full = newsroom_folder(tmp_path / "full")
    bare = newsroom_folder(tmp_path / "bare", keep_sources=1)
    exported = tmp_path / "all.opml"
    everything = load_newsroom(full)
    exported.write_text(export_opml(everything), encoding="utf-8")

    settings = Settings(_env_file=None, BACKCHANNEL_CONFIG=str(bare))
    import_opml(exported, settings, load_newsroom(bare), negotiation=None)
    came_back = load_newsroom(bare).sources[0].sources
    assert came_back == everything.sources[0].sources


def test_mistakes_in_what_is_given_are_named(tmp_path: Path) -> None:
    folder = newsroom_folder(tmp_path / "full")
    settings, newsroom = Settings(_env_file=None, BACKCHANNEL_CONFIG=str(folder)), load_newsroom(folder)
    file = tmp_path / "x.opml"
    with pytest.raises(InputError, match="cannot be read: no such file"):
        import_opml(file, settings, newsroom, negotiation=None)
    file.write_text("<opml/>")
    with pytest.raises(InputError, match="lists no feed"):
        import_opml(file, settings, newsroom, negotiation=None)
    file.write_text("<opml>")
    with pytest.raises(InputError, match=r"x\.opml: is broken XML"):
        import_opml(file, settings, newsroom, negotiation=None)
    with pytest.raises(InputError, match='no list of sources is for "moon"'):
        import_opml(file, settings, newsroom, negotiation="moon")
