"""A web address as it may be fetched."""

from __future__ import annotations

import re
from ipaddress import ip_address

import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDRESS = 4096
_LONGEST_HOST = 253
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
_MAX_PORT = 65535
# The Fetch standard's bad ports: other protocols listen there (mail, remote shells, printers, name service), and some
# of them obey lines of HTTP. No publisher serves pages on one.
_OTHER_PROTOCOLS = """
    1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135
    137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995
    1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
_BAD_PORTS = frozenset(map(int, _OTHER_PROTOCOLS.split()))


class BadAddressError(Exception):
    """The address cannot be fetched; the text completes "its address …"."""


def parse_address(address: str) -> httpx.URL:
    """Check an address a newsroom typed or a server redirects to, and drop its fragment.

    Raises:
        BadAddressError: It is not http(s), carries a user name, names a port of another protocol, or is malformed. The
            text never repeats a password.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise BadAddressError(f"is {len(address)} characters long")
    try:
        url = httpx.URL(address.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise BadAddressError("cannot be understood") from error
    if url.scheme not in _DEFAULT_PORTS:
        named = f"{url.scheme[:20]}:" if url.scheme else "nothing"
        raise BadAddressError(f"begins with {named}, not http: or https:")
    if url.userinfo:
        raise BadAddressError("carries a user name, which is not supported")
    if url.port is not None and not 0 < url.port <= _MAX_PORT:
        raise BadAddressError("has a port that does not exist")
    if url.port in _BAD_PORTS:
        raise BadAddressError(f"has the port {url.port}, where other things than web pages are served")
    if not _is_host(url.raw_host.decode("ascii")):
        raise BadAddressError("has no usable host name")
    return url


def _is_host(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        labels = host.removesuffix(".").split(".")
        # A host whose last part is a number is an IP address written to be overlooked ("127.1", "0x7f000001").
        return len(host) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])
    return True


def is_same(host: str, ip: str) -> bool:
    """Whether a host is this very IP address, however either is written."""
    try:
        return ip_address(host) == ip_address(ip)
    except ValueError:
        return False


def place(url: httpx.URL) -> tuple[str, int]:
    """Give host and port, the port written out."""
    host = url.raw_host.decode("ascii").lower().strip("[]").removesuffix(".")
    return host, url.port or _DEFAULT_PORTS[url.scheme]


def in_words(at: tuple[str, int]) -> str:
    """Write host and port as they stand in an address."""
    host, port = at
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
