"""Documents made to be expensive: entities, nesting, repetition, and what drives parsers and patterns mad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.source import Problem
from support.hostile import Attack, Writer, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.hostile import Handler, Request

_ITEM = "<item><title>Talks go on</title><link>https://sample.example/1</link></item>"
_FEED = f"<rss><channel>{_ITEM}</channel></rss>"
_ENTITIES = "declares XML entities of its own, which can be a trap and which no feed needs"
_READ = "1 read: “Talks go on” https://sample.example/1"
_LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_SIZE = 5 * 1024 * 1024 - 4096


def made(make: Callable[[], str]) -> Handler:
    """A document made only when it is asked for."""

    async def handler(request: Request, writer: Writer) -> None:
        await whole(make().encode("utf-8", errors="surrogatepass"))(request, writer)

    return handler


def _filled(start: str, piece: str, end: str = "") -> Handler:
    """A document as long as may be: `piece` again and again."""
    return made(lambda: start + piece * ((_SIZE - len(start) - len(end)) // len(piece.encode())) + end)


def _typed(declarations: str, title: str = "Talks") -> Handler:
    return made(lambda: f"<!DOCTYPE rss {declarations}>" + _FEED.replace("Talks", title))


DOCUMENTS = (
    Attack(
        "billion-laughs",
        "Entities that grow tenfold nine times",
        Problem.MALFORMED,
        _ENTITIES,
        _typed(f"[{_LAUGHS}]", "&l9;"),
    ),
    Attack(
        "quadratic-entity",
        "One long entity, used ten thousand times",
        Problem.MALFORMED,
        _ENTITIES,
        _typed(f'[<!ENTITY a "{"a" * 50_000}">]', "&a;" * 10_000),
    ),
    Attack(
        "external-entity",
        "An entity that is a file of this machine",
        Problem.MALFORMED,
        _ENTITIES,
        _typed('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"),
    ),
    Attack(
        "parameter-entity",
        "An entity that loads more declarations",
        Problem.MALFORMED,
        _ENTITIES,
        _typed('[<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]'),
    ),
    Attack(
        "external-dtd",
        "Declarations to be fetched from elsewhere: not fetched",
        None,
        _READ,
        _typed('SYSTEM "http://127.0.0.1/sample.dtd"'),
    ),
    Attack(
        "late-entities",
        "Entities behind a second document type",
        Problem.MALFORMED,
        _ENTITIES,
        made(lambda: "<!DOCTYPE rss><!-- --><!DOCTYPE rss [" + _LAUGHS + "]>" + _FEED.replace("Talks", "&l9;")),
    ),
    Attack(
        "entities-in-broken",
        "Entities in a document that has to be mended",
        Problem.MALFORMED,
        _ENTITIES,
        made(lambda: "<rss><!DOCTYPE rss [" + _LAUGHS + "]>" + _FEED.replace("Talks", "&l9; & Talks")),
    ),
    Attack(
        "include",
        "An instruction to include a file of this machine: not followed",
        None,
        _READ,
        made(
            lambda: _FEED.replace(
                "<channel>",
                '<channel><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
            )
        ),
    ),
    Attack(
        "deep-nesting",
        "Elements within each other, a million deep",
        Problem.MALFORMED,
        "is a broken feed (at line 1), and could not be mended within 1 s",
        _filled("<rss>", "<a>"),
        mending=1,
    ),
    Attack(
        "deep-json",
        "JSON lists within each other, five million deep",
        Problem.MALFORMED,
        "is broken JSON (nested too deeply)",
        _filled("", "["),
    ),
    Attack(
        "broken-and-long",
        "5 MB of broken feed, which takes long to mend",
        Problem.MALFORMED,
        "is a broken feed (at line 1), and could not be mended within 1 s",
        _filled("<rss><channel><title>&</title>", _ITEM),
        mending=1,
    ),
    Attack(
        "attributes",
        "An element with 400,000 attributes",
        Problem.MALFORMED,
        "is a broken feed (at line 1), and could not be mended within 1 s",
        made(lambda: "<rss " + " ".join(f'a{n}=""' for n in range(400_000)) + ">" + _FEED),
        mending=1,
    ),
    Attack(
        "declarations",
        "3,000 namespaces declared around 10,000 elements",
        None,
        _READ,
        made(
            lambda: _FEED.replace("<rss", "<rss " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(3_000))).replace(
                "</item>", f"<description>{'<b/>' * 10_000}</description></item>"
            )
        ),
    ),
    Attack(
        "endless-namespace",
        "A namespace of 2 MB, and as many elements under it as fit",
        Problem.MALFORMED,
        "is a broken feed (at line 1), and could not be mended within 1 s",
        _filled(f'<rss xmlns:x="urn:{"a" * 2_000_000}"><channel>{_ITEM}', "<x:a/>", "</channel></rss>"),
        mending=1,
    ),
    Attack(
        "endless-base",
        "A base of 2 MB, and as many links under it as fit",
        Problem.MALFORMED,
        "is a broken feed (at line 1), and could not be mended within 1 s",
        _filled(
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://sample.example/{"a" * 2_000_000}/">',
            '<entry><title>Talks</title><link href="1"/></entry>',
            "</feed>",
        ),
        mending=1,
    ),
    Attack(
        "comments",
        "Comments that never end",
        Problem.NOT_A_FEED,
        "is broken XML (at line 1) and does not begin as a feed",
        _filled("", "<!--"),
    ),
    Attack(
        "torn-doctype",
        "A document type of quotes that never ends",
        Problem.NOT_A_FEED,
        "is broken XML (at line 1) and does not begin as a feed",
        _filled("<!DOCTYPE ", "'\"'\""),
    ),
    Attack(
        "torn-subset",
        "A document type of brackets that never ends",
        Problem.NOT_A_FEED,
        "is broken XML (at line 1) and does not begin as a feed",
        _filled("<!DOCTYPE rss [", "] "),
    ),
    Attack(
        "torn-titles",
        "A page whose title begins again and again",
        Problem.NOT_A_FEED,
        "is an HTML page, not a feed",
        _filled("<html>", "<title "),
    ),
    Attack(
        "many-entries",
        "20,000 entries: the first 5,000 are read",
        None,
        "5000 read: “T” http://127.0.0.1:PORT/0 It lists more than 5000 entries, and the rest were left out.",
        made(
            lambda: (
                "<rss><channel>"
                + "".join(f"<item><title>T</title><link>/{n}</link></item>" for n in range(20_000))
                + "</channel></rss>"
            )
        ),
    ),
    Attack(
        "long-number",
        "A number of a million digits",
        Problem.MALFORMED,
        "is broken JSON (a number of thousands of digits)",
        made(lambda: '{"items": [{"id": ' + "9" * 1_000_000 + "}]}"),
    ),
    Attack("empty", "Nothing", Problem.NOT_A_FEED, "sent an empty document", whole()),
    Attack(
        "noise",
        "Bytes that are no text",
        Problem.NOT_A_FEED,
        "is neither XML nor JSON, so not a feed",
        whole(bytes(range(256)) * 100),
    ),
)
