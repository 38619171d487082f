"""What a server's answer amounts to: a document, a redirect, "unchanged", or why it is none of these."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.domain.source import FetchFailed, NotModified, Problem, Validators
from bot.sources import http_reasons
from bot.sources.unpack import PackingError, UnpackedTooLargeError, unpacker_for

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

# The share of its time a fetch may queue before that is told as a reason for its lateness.
_NOTABLE_QUEUE = 0.2
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_LONGEST_VALIDATOR = 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came: `body` unpacked, `url` where it was in the end found.

    `moved_to` is that address if every redirect to it was permanent. `notes` are sentences worth a warning.
    """

    body: bytes
    content_type: str | None
    url: str
    validators: Validators
    moved_to: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where an answer sends us instead, as it wrote it."""

    location: str
    permanent: bool


@dataclass(slots=True)
class Progress:
    """How far a fetch had come, to say so if its time runs out."""

    answered: bool = False
    received: int = 0
    behind: str | None = None
    queued_at: float | None = None
    queued: float = 0.0

    def queue(self, behind: str, now: float) -> None:
        """Wait for a turn at a host from `now`, a monotonic time."""
        self.answered, self.received = False, 0
        self.behind, self.queued_at = behind, now

    def unqueue(self, now: float) -> None:
        """The turn has come, or the time has run out."""
        if self.queued_at is not None:
            self.queued += now - self.queued_at
            self.queued_at = None

    def lateness(self, deadline: float, now: float) -> str:
        """Tell of a fetch that did not end in its `deadline` seconds."""
        limit = f"{deadline:g} s"
        self.unqueue(now)
        if self.queued > _NOTABLE_QUEUE * deadline:
            queue = f"{self.queued:.2g} s of which it was kept waiting by other fetches from {self.behind}"
            return f"did not answer within {limit}, {queue}"
        if self.answered:
            sent = http_reasons.in_words(self.received)
            return f"began to answer but had not ended within {limit} ({sent} had come)"
        return f"did not answer within {limit}"


async def judge(
    response: httpx.Response, validators: Validators, progress: Progress, *, cap: int, now: datetime
) -> Document | NotModified | FetchFailed | Redirect:
    """Read an answer, as far as it is worth reading: at most `cap` bytes, packed or unpacked."""
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED and validators.asking:
        return NotModified()
    if status in _REDIRECTS:
        location = response.headers.get("location")
        if not location:
            return FetchFailed(Problem.BAD_REDIRECT, f"answered {status}, a redirect, without saying where to")
        return Redirect(location, permanent=status in _PERMANENT)
    if not response.is_success or status in {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}:
        headers = response.headers
        wait = http_reasons.read_retry_after(headers.get("retry-after"), date=headers.get("date"), now=now)
        return http_reasons.from_status(status, wait)
    return await _read(response, progress, cap)


async def _read(response: httpx.Response, progress: Progress, cap: int) -> Document | FetchFailed:
    most = http_reasons.in_words(cap)
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > cap:
        length = http_reasons.in_words(int(announced))
        return FetchFailed(Problem.TOO_LARGE, f"is {length} long; at most {most} is read")
    body = bytearray()
    try:
        unpacker = unpacker_for(response.headers.get("content-encoding"), cap)
        async for piece in response.aiter_raw():
            progress.received += len(piece)
            if progress.received > cap:
                return FetchFailed(Problem.TOO_LARGE, f"sent {most} and had not ended")
            body += unpacker.feed(piece)
        unpacker.finish()
    except UnpackedTooLargeError:
        sent = http_reasons.in_words(progress.received)
        return FetchFailed(Problem.TOO_LARGE, f"sent {sent} that unpack to more than {most}")
    except PackingError as error:
        return FetchFailed(Problem.BAD_ENCODING, str(error))
    return Document(
        body=bytes(body),
        content_type=response.headers.get("content-type"),
        url=str(response.url),
        validators=Validators(
            etag=_validator(response.headers.get("etag")),
            last_modified=_validator(response.headers.get("last-modified")),
        ),
    )


def _validator(value: str | None) -> str | None:
    """Keep only what can be sent back as a header as it stands."""
    if value is None or not value.isascii() or not value.isprintable() or len(value) > _LONGEST_VALIDATOR:
        return None
    return value or None
