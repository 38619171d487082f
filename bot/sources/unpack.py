"""Content codings: gzip, deflate and brotli, unpacked piece by piece and never beyond a cap."""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli

ACCEPTED = "gzip, deflate, br"

_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_DEFLATE_METHOD = 8
# Chains of codings are legal and not seen from feeds; a long one multiplies work for nothing.
_MAX_CODINGS = 2
# A member costs as much to begin as a page to unpack, and an empty one has 20 bytes.
_MAX_MEMBERS = 100


class UnpackedTooLargeError(Exception):
    """There is more unpacked data than the cap allows."""


class PackingError(Exception):
    """The data is not what its Content-Encoding says, told as the rest of a sentence about the source."""


class Unpacker(Protocol):
    """Unpacks one body. Pieces go in as they arrive; after the last one `finish` tells whether it was whole."""

    def feed(self, piece: bytes) -> bytes:
        """Return what can be unpacked so far; raises UnpackedTooLargeError or PackingError."""

    def finish(self) -> None:
        """Raise PackingError unless the data had come to its end."""


def unpacker_for(content_encoding: str | None, cap: int) -> Unpacker:
    """Choose by the Content-Encoding header; at most `cap` bytes ever come out.

    Raises:
        PackingError: A coding we neither asked for nor know.
    """
    codings = [coding.strip().lower() for coding in (content_encoding or "").split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity"}]
    if len(codings) > _MAX_CODINGS:
        raise PackingError(f"is packed {len(codings)} times over")
    # They were applied in the order listed, so they come off in the reverse order.
    return _Chain([_single(coding, cap) for coding in reversed(codings)])


def _single(coding: str, cap: int) -> Unpacker:
    if coding in {"gzip", "x-gzip"}:
        return _Zlib("gzip", cap)
    if coding == "deflate":
        return _Zlib("deflate", cap)
    if coding == "br":
        return _Brotli(cap)
    raise PackingError(f"is packed as “{coding[:20]}”, which was not asked for (asked: {ACCEPTED})")


class _Chain:
    def __init__(self, unpackers: list[Unpacker]) -> None:
        self._unpackers = unpackers

    def feed(self, piece: bytes) -> bytes:
        for unpacker in self._unpackers:
            piece = unpacker.feed(piece)
        return piece

    def finish(self) -> None:
        for unpacker in self._unpackers:
            unpacker.finish()


class _Zlib:
    """gzip (also of several members) and deflate (with zlib's header, or bare as some servers send it)."""

    def __init__(self, name: str, cap: int) -> None:
        self._name = name
        self._room = cap
        self._wbits = _ZLIB_OR_GZIP
        self._stream = zlib.decompressobj(self._wbits)
        self._seen = False
        self._members = 1

    def feed(self, piece: bytes) -> bytes:
        if not piece:
            return b""
        if not self._seen:
            self._seen = True
            if self._name == "deflate" and piece[0] & 0x0F != _DEFLATE_METHOD:
                self._wbits = _RAW_DEFLATE
                self._stream = zlib.decompressobj(self._wbits)
        out = bytearray()
        while piece:
            if self._stream.eof:
                if not _GZIP_MAGIC.startswith(piece[:2]):
                    break  # padding after the last member, which gzip itself ignores too
                self._members += 1
                if self._members > _MAX_MEMBERS:
                    raise PackingError(f"is packed as more than {_MAX_MEMBERS} pieces of {self._name} in a row")
                self._stream = zlib.decompressobj(self._wbits)
            try:
                # One byte more than there is room for: reaching it is how we know of an overflow.
                got = self._stream.decompress(piece, self._room + 1)
            except zlib.error as error:
                raise PackingError(f"says it is {self._name}, but cannot be unpacked") from error
            self._room -= len(got)
            if self._room < 0:
                raise UnpackedTooLargeError
            out += got
            piece = self._stream.unused_data
        return bytes(out)

    def finish(self) -> None:
        if self._seen and not self._stream.eof:
            raise PackingError(f"broke off in the middle of its {self._name} data")


class _Brotli:
    def __init__(self, cap: int) -> None:
        self._room = cap
        self._stream = brotli.Decompressor()
        self._seen = False

    def feed(self, piece: bytes) -> bytes:
        if not piece or self._stream.is_finished():
            return b""
        self._seen = True
        try:
            got: bytes = self._stream.process(piece, output_buffer_limit=self._room + 1)
        except brotli.error as error:
            raise PackingError("says it is brotli, but cannot be unpacked") from error
        self._room -= len(got)
        if self._room < 0 or not self._stream.can_accept_more_data():
            raise UnpackedTooLargeError
        return got

    def finish(self) -> None:
        if self._seen and not self._stream.is_finished():
            raise PackingError("broke off in the middle of its brotli data")
