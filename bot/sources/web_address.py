"""A web address as it may be fetched."""

from __future__ import annotations

import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDRESS = 4096
_LONGEST_HOST = 253
_LONGEST_LABEL = 63


class BadAddressError(Exception):
    """The address cannot be fetched; the text completes "its address …"."""


def parse_address(address: str) -> httpx.URL:
    """Check an address a newsroom typed or a server redirects to, and drop its fragment.

    Raises:
        BadAddressError: It is not http(s), carries a user name, or is malformed. The text never repeats a password.
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
    labels = url.raw_host.decode("ascii").removesuffix(".").split(".")
    too_long = len(url.raw_host) > _LONGEST_HOST or any(len(label) > _LONGEST_LABEL for label in labels)
    if not url.host or too_long or ("" in labels and ":" not in url.host):
        raise BadAddressError("has no usable host name")
    return url


def place(url: httpx.URL) -> tuple[str, int]:
    """Give host and port, the port written out."""
    host = url.raw_host.decode("ascii").lower().strip("[]").removesuffix(".")
    return host, url.port or _DEFAULT_PORTS[url.scheme]


def in_words(at: tuple[str, int]) -> str:
    """Write host and port as they stand in an address."""
    host, port = at
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
