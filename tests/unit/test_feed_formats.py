"""Every format's own way of saying the same, read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.domain.source import Entry, Fetched
from bot.sources.feed import read_feed

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
FOUND_AT = "https://sample.example/feeds/all.xml"

MIAMI = Entry(
    url="https://sample.example/miami?a=1&b=2",
    title="Talks move to Miami",
    summary="Both teams call the day productive.",
    guid="miami-1",
    published=datetime(2025, 12, 2, 9, 30, tzinfo=UTC),
    credit="Ann Sample",
)

RSS = """<rss version="{version}"><channel><title>Sample Wire</title><link>https://sample.example/</link>
<language>en-GB</language><item><title>Talks move to Miami</title><link>https://sample.example/miami?a=1&amp;b=2</link>
<description>&lt;p&gt;Both teams call the day &lt;b&gt;productive&lt;/b&gt;.&lt;/p&gt;</description>
<guid isPermaLink="false">miami-1</guid><pubDate>Tue, 02 Dec 2025 09:30:00 GMT</pubDate>
<author>desk@sample.example (Ann Sample)</author></item></channel></rss>"""

OWN_NAMESPACE = RSS.format(version="2.0").replace("<rss ", '<rss xmlns="https://backend.userland.example/rss2" ')

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Sample Wire</title>
<link>https://sample.example/</link><dc:language>en</dc:language></channel>
<item rdf:about="https://sample.example/miami?a=1&amp;b=2"><title>Talks move to Miami</title>
<link>https://sample.example/miami?a=1&amp;b=2</link><description>Both teams call the day productive.</description>
<dc:date>2025-12-02T10:30:00+01:00</dc:date><dc:creator>Ann Sample</dc:creator></item></rdf:RDF>"""

RSS_090 = RDF.replace("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Sample Wire</title>
<link rel="self" href="https://sample.example/feeds/all.xml"/><link href="https://sample.example/"/>
<entry><title type="html">Talks move to &lt;i&gt;Miami&lt;/i&gt;</title><id>miami-1</id>
<link rel="edit" href="https://sample.example/edit/1"/><link rel="enclosure" href="https://sample.example/1.mp3"/>
<link rel="alternate" type="application/pdf" href="https://sample.example/1.pdf"/>
<link rel="alternate" type="text/html" href="https://sample.example/miami?a=1&amp;b=2"/>
<summary type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml">Both teams call the day <b>productive</b>.</div></summary>
<published>2025-12-02T09:30:00Z</published><updated>2025-12-02T11:00:00Z</updated>
<author><name>Ann Sample</name></author></entry></feed>"""

ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Sample Wire</title>
<link rel="alternate" type="text/html" href="https://sample.example/"/><author><name>Ann Sample</name></author>
<entry><title mode="escaped">Talks move to Miami</title><id>miami-1</id>
<link rel="alternate" type="text/html" href="https://sample.example/miami?a=1&amp;b=2"/>
<summary>Both teams call the day productive.</summary><issued>2025-12-02T09:30:00Z</issued></entry></feed>"""

JSON_ITEM = {
    "id": "miami-1",
    "url": "https://sample.example/miami?a=1&b=2",
    "title": "Talks move to Miami",
    "content_html": "<p>Both teams call the day <b>productive</b>.</p>",
    "date_published": "2025-12-02T10:30:00+01:00",
}
JSON_1 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1",
        "title": "Sample Wire",
        "items": [JSON_ITEM | {"author": {"name": "Ann Sample"}}],
    }
)
JSON_11 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Sample Wire",
        "language": "en",
        "authors": [{"name": "Ann Sample"}],
        "items": [JSON_ITEM],
    }
)

FORMATS = {
    "RSS 0.91": RSS.format(version="0.91"),
    "RSS 0.92": RSS.format(version="0.92"),
    "RSS 2.0": RSS.format(version="2.0"),
    "RSS 2.0 in a namespace": OWN_NAMESPACE,
    "RDF 1.0": RDF,
    "RSS 0.90": RSS_090,
    "Atom 1.0": ATOM,
    "Atom 0.3": ATOM_03,
    "JSON Feed 1": JSON_1,
    "JSON Feed 1.1": JSON_11,
}


async def read(document: str, base: str = FOUND_AT) -> Fetched:
    outcome = await read_feed(document.encode(), None, base, now=NOW)
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def one(item: str, *, namespaces: str = "", channel: str = "<link>https://sample.example/</link>") -> Entry:
    outcome = await read(f"<rss {namespaces}><channel>{channel}<item>{item}</item></channel></rss>")
    assert len(outcome.entries) == 1, outcome.warnings
    return outcome.entries[0]


@pytest.mark.parametrize("name", FORMATS)
async def test_each_format_gives_the_same_entry(name: str) -> None:
    outcome = await read(FORMATS[name])
    without_guid = name in {"RDF 1.0", "RSS 0.90"}
    (entry,) = outcome.entries
    assert entry.guid == (None if without_guid else "miami-1")
    assert (entry.url, entry.title, entry.summary) == (MIAMI.url, MIAMI.title, MIAMI.summary)
    assert (entry.published, entry.credit) == (MIAMI.published, MIAMI.credit)
    assert outcome.title == "Sample Wire"
    assert outcome.language == (None if name in {"Atom 0.3", "JSON Feed 1"} else "en")
    assert outcome.warnings == ()


async def test_items_stay_in_document_order_and_a_repeat_is_read_once() -> None:
    items = "".join(f"<item><title>T{n}</title><link>https://sample.example/{n}</link></item>" for n in (3, 1, 3, 2))
    outcome = await read(f"<rss><channel>{items}</channel></rss>")
    assert [entry.title for entry in outcome.entries] == ["T3", "T1", "T2"]
    assert outcome.warnings == ("One entry was repeated within the document and read once.",)


async def test_one_guid_for_a_whole_feed_by_mistake_loses_nothing() -> None:
    items = "".join(
        f"<item><title>T{n}</title><link>https://sample.example/{n}</link><guid isPermaLink='false'>0</guid></item>"
        for n in range(3)
    )
    assert len((await read(f"<rss><channel>{items}</channel></rss>")).entries) == 3


async def test_entries_without_link_or_title_are_left_out_and_counted() -> None:
    outcome = await read(
        "<rss><channel><item><title>No link</title></item><item><title>Nor here</title><link>mailto:a@b.c</link></item>"
        "<item><link>https://sample.example/untitled</link></item><item><description>Neither</description></item>"
        "<item><title>Whole</title><link>https://sample.example/whole</link></item></channel></rss>"
    )
    assert [entry.title for entry in outcome.entries] == ["Whole"]
    assert outcome.warnings == (
        "2 entries were without a usable link and left out.",
        "One entry was without a title and left out.",
        "One entry was without a usable link or title and left out.",
    )


async def test_a_feed_with_nothing_in_it_is_still_a_feed() -> None:
    outcome = await read("<rss><channel><title>Sample Wire</title></channel></rss>")
    assert outcome.entries == ()
    assert outcome.warnings == ("It is a feed without any entries.",)


FEEDBURNER = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
ATOM_NS = 'xmlns:atom="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link>  https://sample.example/\n   a </link>", "https://sample.example/a"),
        ("<link>https://sample.example/a b|c</link>", "https://sample.example/a%20b%7Cc"),
        ("<link>https://sample.example/a?x=1&amp;amp;y=2</link>", "https://sample.example/a?x=1&y=2"),
        ("<link>/a</link>", "https://sample.example/a"),
        ("<link>a</link>", "https://sample.example/a"),
        ('<link xml:base="https://other.example/x/">a</link>', "https://other.example/x/a"),
        ("<link>//cdn.example/a</link>", "https://cdn.example/a"),
        ("<link>https://sample.example/a</link><guid>https://sample.example/b</guid>", "https://sample.example/a"),
        ("<guid>https://sample.example/b</guid>", "https://sample.example/b"),
        ("<link/><guid isPermaLink='true'>/b</guid>", "https://sample.example/b"),
        ('<link href="https://sample.example/c"/>', "https://sample.example/c"),
        ('<atom:link href="https://sample.example/d"/>', "https://sample.example/d"),
        (
            "<link>https://proxy.example/1</link><feedburner:origLink>https://sample.example/a</feedburner:origLink>",
            "https://sample.example/a",
        ),
        ("<link>javascript:alert(1)</link><atom:link href='/e'/>", "https://sample.example/e"),
    ],
)
async def test_the_link_is_found_and_made_absolute(links: str, url: str) -> None:
    entry = await one(f"<title>T</title>{links}", namespaces=f"{FEEDBURNER} {ATOM_NS}")
    assert entry.url == url


@pytest.mark.parametrize(
    "links",
    [
        "<guid isPermaLink='false'>https://sample.example/b</guid>",
        "<guid>b-17</guid><link>http://</link>",
        "<link>http://trusted.example@evil.example/</link>",
        "<link>https://[::1</link>",
        "<link>ftp://sample.example/a</link>",
    ],
)
async def test_what_is_no_link_is_not_taken_for_one(links: str) -> None:
    outcome = await read(f"<rss><channel><item><title>T</title>{links}</item></channel></rss>")
    assert outcome.entries == ()


async def test_relative_links_go_by_xml_base_then_the_site_then_the_document() -> None:
    entry = "<entry><title>T</title><link href='a'/></entry>"
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" {}>{}' + entry + "</feed>"
    based = await read(atom.format('xml:base="https://based.example/x/"', '<link href="https://site.example/"/>'))
    assert based.entries[0].url == "https://based.example/x/a"
    sited = await read(atom.format("", '<link href="https://site.example/y/"/>'))
    assert sited.entries[0].url == "https://site.example/y/a"
    found = await read(atom.format("", ""))
    assert found.entries[0].url == "https://sample.example/feeds/a"


async def test_the_summary_is_preferred_and_the_content_used_where_there_is_none() -> None:
    namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    head = "<title>T</title><link>/a</link>"
    content = "<content:encoded><![CDATA[<p>The whole article.</p>]]></content:encoded>"
    both = await one(f"{head}{content}<description>The lead.</description>", namespaces=namespace)
    assert both.summary == "The lead."
    empty = await one(f"{head}{content}<description><![CDATA[<img src='x'>]]></description>", namespaces=namespace)
    assert empty.summary == "The whole article."
    assert (await one(head)).summary == ""


async def test_a_long_summary_is_cut() -> None:
    entry = await one(f"<title>T</title><link>/a</link><description>{'word ' * 1000}</description>")
    assert 1900 < len(entry.summary) <= 2000
    assert entry.summary.endswith("word…")


async def test_an_extension_never_passes_for_the_feeds_own_words() -> None:
    entry = await one(
        "<media:title>A photograph</media:title><media:credit>A photographer</media:credit>"
        "<title>T</title><link>/a</link>",
        namespaces='xmlns:media="http://search.yahoo.com/mrss/"',
    )
    assert entry.title == "T"
    assert entry.credit is None


@pytest.mark.parametrize(
    ("given", "credit"),
    [
        ("<author>ann@sample.example (Ann Sample)</author>", "Ann Sample"),
        ("<author>Ann Sample &lt;ann@sample.example&gt;</author>", "Ann Sample"),
        ("<author>ann@sample.example</author>", None),
        ("<dc:creator>Ann Sample</dc:creator><dc:creator>Bob Sample</dc:creator>", "Ann Sample, Bob Sample"),
        ("<source url='https://agency.example/'>Sample Agency</source>", "Sample Agency"),
        ("<author>Ann</author><source url='https://agency.example/'>Sample Agency</source>", "Ann"),
    ],
)
async def test_who_wrote_it_is_told_by_name(given: str, credit: str | None) -> None:
    entry = await one(
        f"<title>T</title><link>/a</link>{given}", namespaces='xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    assert entry.credit == credit


@pytest.mark.parametrize(
    ("date", "published", "warnings"),
    [
        ("Wed, 03 Dec 2025 17:00:00 GMT", datetime(2025, 12, 3, 17, tzinfo=UTC), ()),
        (
            "Fri, 05 Dec 2025 18:00:00 GMT",
            None,
            ("One entry was dated in the future, and taken as undated.",),
        ),
        ("soon", None, ("One entry was dated in a way that cannot be read, and taken as undated.",)),
        ("", None, ()),
    ],
)
async def test_a_date_that_cannot_be_is_left_out(
    date: str, published: datetime | None, warnings: tuple[str, ...]
) -> None:
    outcome = await read(
        f"<rss><channel><item><title>T</title><link>/a</link><pubDate>{date}</pubDate></item></channel></rss>"
    )
    assert outcome.entries[0].published == published
    assert outcome.warnings == warnings


async def test_a_second_date_serves_where_the_first_cannot_be() -> None:
    dates = "<pubDate>Fri, 05 Dec 2035 18:00:00 GMT</pubDate><dc:date>2025-12-02T09:30:00Z</dc:date>"
    entry = await one(
        f"<title>T</title><link>/a</link>{dates}", namespaces='xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    assert entry.published == MIAMI.published


@pytest.mark.parametrize(
    ("attribute", "language"), [("uk", "uk"), ("uk-UA", "uk"), ("ua", "uk"), ("EN_us", "en"), ("", None), ("?", None)]
)
async def test_an_entrys_own_language_is_told_by_its_code(attribute: str, language: str | None) -> None:
    outcome = await read(
        f'<rss><channel><language>pl</language><item xml:lang="{attribute}"><title>T</title><link>/a</link></item>'
        "</channel></rss>"
    )
    assert outcome.entries[0].language == language
    assert outcome.language == "pl"


async def test_a_json_feed_of_odd_types_is_read_as_far_as_it_goes() -> None:
    items = [{"id": 17, "title": "T", "external_url": "https://sample.example/17"}, "no item", {"title": ["x"]}]
    outcome = await read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [(entry.guid, entry.url) for entry in outcome.entries] == [("17", "https://sample.example/17")]
