"""Well-formed documents whose words are meant for whoever shows them: none is refused, all are made harmless."""

from __future__ import annotations

import json

from support.attacks.documents import made
from support.hostile import Attack, whole

_WHERE = "https://sample.example/1"


def _titled(title: str, link: str = _WHERE) -> str:
    return f"<rss><channel><item><title>{title}</title><link>{link}</link></item></channel></rss>"


def _says(name: str, tries: str, title: str, told: str, link: str = _WHERE) -> Attack:
    return Attack(name, tries, None, told, made(lambda: _titled(title, link)))


def _json(name: str, tries: str, told: str, **item: object) -> Attack:
    return Attack(
        name, tries, None, told, made(lambda: json.dumps({"items": [{"url": _WHERE, "title": "Talks"} | item]}))
    )


MARKUP = (
    _says(
        "script", "A script in a headline", "&lt;script&gt;alert(1)&lt;/script&gt;Talks", f"1 read: “Talks” {_WHERE}"
    ),
    _says(
        "script-twice",
        "The same, escaped twice",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Talks",
        f"1 read: “Talks” {_WHERE}",
    ),
    _says(
        "image", "An image that runs a script", "&lt;img src=x onerror=alert(1)&gt;Talks", f"1 read: “Talks” {_WHERE}"
    ),
    _says(
        "mention",
        "A call to everybody in the channel (kept as text; shown escaped)",
        "&lt;!channel&gt; Talks",
        f"1 read: “<!channel> Talks” {_WHERE}",
    ),
    _says(
        "bidi",
        "Marks that turn the reading direction",
        "Talks \u202egnihton\u202c\u2066!\u2069",
        f"1 read: “Talks gnihton!” {_WHERE}",
    ),
    _says("invisible", "Letters nobody sees", "Ta\u200blks\u2060\ufeff \u00adgo on", f"1 read: “Talks go on” {_WHERE}"),
    _says(
        "long-title",
        "A headline of a million letters",
        "Talks " + "a" * 1_000_000,
        f"1 read: “Talks {'a' * 54}” {_WHERE}",
    ),
    _says(
        "javascript-link",
        "A link that is a script",
        "Talks",
        "0 read One entry was without a usable link and left out.",
        "javascript:alert(1)",
    ),
    _says(
        "data-link",
        "A link that is a document",
        "Talks",
        "0 read One entry was without a usable link and left out.",
        "data:text/html,x",
    ),
    _says(
        "userinfo-link",
        "A link that looks like another host's",
        "Talks",
        "0 read One entry was without a usable link and left out.",
        "https://bank.example@sample.example/",
    ),
    _says(
        "broken-link",
        "A link that would end early where it is shown",
        "Talks",
        "1 read: “Talks” https://sample.example/1%7Cx%3E%20%3C!channel%3E",
        "https://sample.example/1|x&gt; &lt;!channel&gt;",
    ),
    _json(
        "surrogates",
        "Half letters, which no database takes",
        "0 read One entry was without a usable link and left out.",
        title="Talks \ud800 go on",
        url=_WHERE + "\ud800",
        id="\udfff",
        author={"name": "\ud800"},
    ),
    _json(
        "nul",
        "NUL letters, which no database takes",
        f"1 read: “Talks go on” {_WHERE}%00",
        title="Talks\0 go on",
        url=_WHERE + "\0",
        id="\0",
        author={"name": "\0a"},
    ),
    Attack(
        "nul-xml",
        "NUL letters in XML",
        None,
        f"1 read: “Talks go on” {_WHERE} It is broken XML (at line 1) and was mended as far as possible.",
        whole(_titled("Talks\0 go on").encode()),
    ),
    Attack(
        "charset-lie",
        "Said to be UTF-16, and is not",
        None,
        f"1 read: “Talks” {_WHERE}",
        whole(_titled("Talks").encode(), content_type="text/xml; charset=utf-16"),
    ),
    Attack(
        "charset-codec",
        "A charset that is no text's",
        None,
        f"1 read: “Talks” {_WHERE}",
        whole(_titled("Talks").encode(), content_type="text/xml; charset=zlib_codec"),
    ),
    Attack(
        "charset-utf7",
        "A script hidden by UTF-7",
        None,
        f"1 read: “+ADw-script+AD4-alert(1)+ADw-/script+AD4-Talks” {_WHERE}",
        whole(
            _titled("+ADw-script+AD4-alert(1)+ADw-/script+AD4-Talks").encode(), content_type="text/xml; charset=utf-7"
        ),
    ),
    Attack(
        "charset-cyrillic",
        "Said to be UTF-8, and is windows-1251",
        None,
        f"1 read: “Переговори тривають” {_WHERE} "
        "It is labelled utf-8, which it is not; it was read as windows-1251, a guess.",
        whole(_titled("Переговори тривають").encode("cp1251"), content_type="text/xml; charset=utf-8"),
    ),
)
