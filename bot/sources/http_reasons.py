"""What went wrong while fetching, in words an editor can use.

Each reason completes a sentence about the source ("Sample Wire answered 503 Service Unavailable"): it starts with a
verb and has no full stop. Of what a server sent only the status code is quoted; the rest may be sent to be quoted.
"""

from __future__ import annotations

import errno
import math
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp

from bot.domain.source import FetchFailed, Problem
from bot.sources.addresses import AddressRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

# A server may ask for peace and quiet, not for ever: beyond this it is a mistake in its configuration.
LONGEST_RETRY_AFTER = timedelta(days=7)

_MEBIBYTE = 1024 * 1024
_KIBIBYTE = 1024
_IN_MINUTES = 120


def in_words(size: int) -> str:
    """Say a number of bytes as people do: "5 MB", "12 KB", "1 byte"."""
    if size >= _MEBIBYTE:
        return f"{size / _MEBIBYTE:.1f}".removesuffix(".0") + " MB"
    if size >= _KIBIBYTE:
        return f"{size // _KIBIBYTE} KB"
    return "1 byte" if size == 1 else f"{size} bytes"


def span(wait: timedelta) -> str:
    """Say a span of time roughly: "45 s", "3 min"."""
    seconds = math.ceil(wait.total_seconds())
    return f"{seconds} s" if seconds < _IN_MINUTES else f"{math.ceil(seconds / 60)} min"


def from_status(status: int, retry_after: timedelta | None) -> FetchFailed:
    """Tell of an answer that is neither a document, nor "unchanged", nor a redirect."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    said = f"answered {status}{phrase}"
    if status == HTTPStatus.GONE:
        return FetchFailed(Problem.GONE, f"{said}: it was taken down for good", status=status)
    problem = Problem.RATE_LIMITED if status == HTTPStatus.TOO_MANY_REQUESTS else Problem.HTTP_STATUS
    return FetchFailed(problem, said, retry_after, status)


def read_retry_after(value: str | None, *, date: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds, or a date measured from the server's own Date header where it has one.

    Returns None when there is none or it cannot be read; never negative, never more than LONGEST_RETRY_AFTER.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        # Longer numbers than this overflow a timedelta, and mean the same.
        seconds = int(text) if len(text) <= len(str(10**9)) else 10**9
        return min(timedelta(seconds=seconds), LONGEST_RETRY_AFTER)
    moment = _http_date(text)
    if moment is None:
        return None
    return min(max(moment - (_http_date(date or "") or now), timedelta()), LONGEST_RETRY_AFTER)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_exception(error: httpx.HTTPError | aiohttp.ClientError, *, host: str, received: int) -> FetchFailed:
    """Tell of a connection that failed. `received` is how many bytes of the body had come by then.

    httpx's names are too coarse here (a dropped connection becomes a "connect timeout"), so what lies beneath decides.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return FetchFailed(Problem.DNS, f"could not be found: {_dns(cause)} for {host}")
        # aiohttp's own error is of this type as well, but has none of its fields.
        if isinstance(cause, ssl.SSLCertVerificationError) and hasattr(cause, "verify_message"):
            return FetchFailed(Problem.TLS, f"has a certificate that cannot be trusted ({cause.verify_message})")
    if any(isinstance(cause, ssl.SSLError | aiohttp.ClientSSLError) for cause in causes):
        return FetchFailed(Problem.TLS, f"could not agree on a secure connection (TLS) with {host}")
    if received:
        return FetchFailed(Problem.CONNECTION, f"broke off after sending {in_words(received)}")
    return FetchFailed(Problem.CONNECTION, _connection(causes))


def refused_address(error: BaseException) -> AddressRefusedError | None:
    """Find our own refusal among the causes of a failed connection."""
    return next((cause for cause in _causes(error) if isinstance(cause, AddressRefusedError)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    queue: list[BaseException | None] = [error]
    while queue:
        cause = queue.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue += [getattr(cause, "os_error", None), cause.__cause__, cause.__context__]


def _dns(error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return "name servers did not answer"
    return "there is no address"


def _connection(causes: list[BaseException]) -> str:
    for cause in causes:
        code = getattr(cause, "errno", None)
        if isinstance(cause, ConnectionRefusedError) or code == errno.ECONNREFUSED:
            return "refused the connection"
        if code in {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT}:
            return "could not be reached over the network"
        if isinstance(cause, aiohttp.ServerDisconnectedError | ConnectionResetError):
            return "closed the connection without answering"
        if isinstance(cause, aiohttp.ClientResponseError):
            return "answered with something that is not valid HTTP"
        if isinstance(cause, aiohttp.ClientPayloadError):
            return "broke off before sending anything"
    return "could not be connected to"
