"""Bytes to text: believe the bytes first, then whoever labelled them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import http_content_type_encoding, resolve_encoding

_BOMS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(rb"""(?:<language>|xml:lang=["']|<html[^>]{0,200}?lang=["'])\s*([A-Za-z]{2})""")
_HEAD = 2048
_PYTHON_NAME = re.compile(r"cp(125\d)")

# Text codecs that publishers use. Python knows others ("hex", "unicode_escape") that no document may choose.
_TEXT_CODEC = re.compile(
    r"utf[-_]?(8|16|32)|cp\d|iso8859|koi8|mac[-_]|big5|gb|euc|shift|iso2022|tis|kz|ptcp|ascii|latin"
)
# What servers write without looking: such a label yields to any better one.
_THOUGHTLESS = {"cp1252", "ascii", "iso8859-1"}
_BY_LANGUAGE = {"be": "cp1251", "bg": "cp1251", "ru": "cp1251", "ua": "cp1251", "uk": "cp1251"}
_CENTRAL_EUROPE = {"cs", "hr", "hu", "pl", "sk", "sl"}
_C1_BYTES = re.compile(rb"[\x80-\x9f]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_LETTER_RUNS = re.compile(rb"[\xb8\xc0-\xff]{2,}")
# Cyrillic words are runs of high bytes; in Western text a high byte stands alone.
_CYRILLIC_SHARE = 0.6
# Beyond this share of unreadable bytes a document was never UTF-8 in the first place.
_TORN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without a byte order mark, and what had to be guessed or mended to get it."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Decode a document by its byte order mark, its bytes, its Content-Type header, its own declaration, or a guess.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever a label says: text in another encoding is practically
    never valid UTF-8 by chance, while labels are wrong daily. A header that only says Latin-1, the default of old
    servers, yields to what the document declares. Never fails; what cannot be read becomes U+FFFD, with a warning.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _by_force(body[len(mark) :], codec)
    for start, codec in _WIDE:
        if body.startswith(start):
            return _by_force(body, codec)
    labels = _labels(body, content_type)
    if body.isascii():
        # Only the stateful encodings hide other letters in ASCII bytes.
        stateful = next((label for label in labels if label.startswith("iso2022")), None)
        return _by_force(body, stateful) if stateful else Decoded(body.decode("ascii"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, labels)
    wrong = next((label for label in labels[:1] if label != "utf-8"), None)
    return Decoded(text, (f"It is labelled {_named(wrong)}, but is UTF-8 and was read so.",) if wrong else ())


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """Name the codecs claimed, the most believable first, as Python spells them."""
    header = _codec(http_content_type_encoding(content_type)) if content_type else None
    declared = _DECLARATION.match(body[:_HEAD]) or _META.search(body[:_HEAD])
    document = _codec(declared[1].decode("ascii")) if declared else None
    order = [document, header] if header in _THOUGHTLESS else [header, document]
    return [label for label in dict.fromkeys(order) if label is not None]


def _codec(label: str | None) -> str | None:
    codec = resolve_encoding(label) if label else None
    return codec if codec and _TEXT_CODEC.match(codec) else None


def _not_utf8(body: bytes, labels: list[str]) -> Decoded:
    if not labels or "utf-8" in labels:
        mended = body.decode("utf-8", errors="replace")
        torn = mended.count("�") - body.count("�".encode())
        if torn <= _TORN_SHARE * len(_HIGH_BYTES.findall(body)):
            return Decoded(mended, (f"It is UTF-8 with {_places(torn)}.",))
    for label in labels:
        if label == "utf-8":
            continue
        try:
            text = body.decode(label)
        except UnicodeDecodeError:
            continue
        return Decoded(
            text,
            (f"It is labelled {_named(labels[0])}, but was read as {_named(label)}.",) if label != labels[0] else (),
        )
    guessed = _guess(body)
    said = f"It is labelled {_named(labels[0])}, which it is not" if labels else "It does not say its encoding"
    return Decoded(body.decode(guessed, errors="replace"), (f"{said}; it was read as {_named(guessed)}, a guess.",))


def _places(count: int) -> str:
    return "one unreadable place" if count == 1 else f"{count} unreadable places"


def _named(codec: str) -> str:
    """Spell a codec as publishers do."""
    return _PYTHON_NAME.sub(r"windows-\1", codec)


def _guess(body: bytes) -> str:
    language = _LANGUAGE.search(body[: 4 * _HEAD])
    code = language[1].decode("ascii").lower() if language else ""
    if code in _BY_LANGUAGE:
        return _BY_LANGUAGE[code]
    if code in _CENTRAL_EUROPE:
        return "cp1250" if _C1_BYTES.search(body) else "iso8859-2"
    in_runs = sum(map(len, _LETTER_RUNS.findall(body)))
    return "cp1251" if in_runs >= _CYRILLIC_SHARE * len(_HIGH_BYTES.findall(body)) else "cp1252"


def _by_force(body: bytes, codec: str) -> Decoded:
    text = body.decode(codec, errors="replace")
    torn = text.count("�")
    return Decoded(text, (f"It is {codec} with {_places(torn)}.",) if torn else ())
