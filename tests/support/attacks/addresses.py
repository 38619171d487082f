"""Redirects and names that lead into the newsroom's own network, in every form an address can be written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.source import Problem
from support.hostile import Attack, Writer

if TYPE_CHECKING:
    from support.hostile import Handler, Request

_UNUSABLE = "redirects to an address that has no usable host name"
_UNCLEAR = "redirects to an address that cannot be understood"
_REMEDY = "add {at} to BACKCHANNEL_ALLOW_HOSTS if that is meant"
THIS_MACHINE = "a private address (this machine itself)"
METADATA = "a private address (cloud metadata)"
LINK_LOCAL = "a private address (link-local)"
PRIVATE = "a private address"
RESERVED = "a reserved address"
MULTICAST = "a multicast address"

# How the host is written, and what it is refused as: not understood at all, or by what is dialled and its kind.
LITERALS: dict[str, tuple[str, str | tuple[str, str]]] = {
    "decimal": ("2130706433", _UNUSABLE),
    "octal": ("0177.0.0.1", _UNCLEAR),
    "octal, one number": ("017700000001", _UNUSABLE),
    "hexadecimal": ("0x7f000001", _UNUSABLE),
    "hexadecimal parts": ("0x7f.0x0.0x0.0x1", _UNUSABLE),
    "two parts": ("127.1", _UNUSABLE),
    "three parts": ("127.0.1", _UNUSABLE),
    "zero": ("0", _UNUSABLE),
    "all zeroes": ("0.0.0.0", ("0.0.0.0", THIS_MACHINE)),  # noqa: S104 (an address to refuse)
    "loopback": ("127.0.0.1", ("127.0.0.1", THIS_MACHINE)),
    "another loopback": ("127.8.8.8", ("127.8.8.8", THIS_MACHINE)),
    "circled digits": ("①②⑦.⓪.⓪.①", _UNCLEAR),
    "ideographic full stops": ("127。0。0。1", ("127.0.0.1", THIS_MACHINE)),
    "percent-encoded": ("%31%32%37.0.0.1", _UNUSABLE),
    "trailing dot": ("127.0.0.1.", _UNUSABLE),
    "IPv6 loopback": ("[::1]", ("[::1]", THIS_MACHINE)),
    "IPv6 unspecified": ("[::]", ("[::]", THIS_MACHINE)),
    "IPv4-mapped": ("[::ffff:127.0.0.1]", ("[::ffff:127.0.0.1]", THIS_MACHINE)),
    "IPv4-mapped in hexadecimal": ("[::ffff:7f00:1]", ("[::ffff:7f00:1]", THIS_MACHINE)),
    "IPv4-compatible": ("[::127.0.0.1]", ("[::127.0.0.1]", THIS_MACHINE)),
    "NAT64": ("[64:ff9b::7f00:1]", ("[64:ff9b::7f00:1]", THIS_MACHINE)),
    "local NAT64": ("[64:ff9b:1::7f00:1]", ("[64:ff9b:1::7f00:1]", PRIVATE)),
    "6to4": ("[2002:7f00:1::]", ("[2002:7f00:1::]", THIS_MACHINE)),
    "Teredo": ("[2001:0:53aa:64c::80ff:fffe]", ("[2001:0:53aa:64c::80ff:fffe]", THIS_MACHINE)),
    "zone id": ("[fe80::1%25lo]", ("[fe80::1%25lo]", LINK_LOCAL)),
    "bare zone id": ("[fe80::1%lo]", ("[fe80::1%lo]", LINK_LOCAL)),
    "link-local": ("169.254.7.7", ("169.254.7.7", LINK_LOCAL)),
    "IPv6 link-local": ("[fe80::1]", ("[fe80::1]", LINK_LOCAL)),
    "metadata service": ("169.254.169.254", ("169.254.169.254", METADATA)),
    "another metadata service": ("168.63.129.16", ("168.63.129.16", METADATA)),
    "a third metadata service": ("100.100.100.200", ("100.100.100.200", METADATA)),
    "IPv6 metadata service": ("[fd00:ec2::254]", ("[fd00:ec2::254]", METADATA)),
    "private 10": ("10.1.2.3", ("10.1.2.3", PRIVATE)),
    "private 172": ("172.16.0.1", ("172.16.0.1", PRIVATE)),
    "private 192": ("192.168.1.1", ("192.168.1.1", PRIVATE)),
    "unique local": ("[fd12::1]", ("[fd12::1]", PRIVATE)),
    "site-local": ("[fec0::1]", ("[fec0::1]", PRIVATE)),
    "carrier's NAT": ("100.64.0.1", ("100.64.0.1", RESERVED)),
    "documentation": ("203.0.113.1", ("203.0.113.1", PRIVATE)),
    "benchmarking": ("198.18.0.1", ("198.18.0.1", PRIVATE)),
    "class E": ("240.0.0.1", ("240.0.0.1", PRIVATE)),
    "multicast": ("224.0.0.1", ("224.0.0.1", MULTICAST)),
    "IPv6 multicast": ("[ff02::1]", ("[ff02::1]", MULTICAST)),
    "broadcast": ("255.255.255.255", ("255.255.255.255", PRIVATE)),
}

_NAMES = {
    "name of this machine": ("localhost", (), "127.0.0.1", THIS_MACHINE),
    "name that leads inside": ("feeds.sample.example", ("127.0.0.1",), "127.0.0.1", THIS_MACHINE),
    "name that leads inside by IPv6": ("feeds.sample.example", ("fd12::1",), "fd12::1", PRIVATE),
    "name that leads inside by NAT64": ("feeds.sample.example", ("64:ff9b::7f00:1",), "64:ff9b::7f00:1", THIS_MACHINE),
    "name that leads to a zone": ("feeds.sample.example", ("fe80::1%lo",), "fe80::1%lo", LINK_LOCAL),
    "name with two addresses": ("feeds.sample.example", ("10.1.2.3", "127.0.0.1"), "127.0.0.1", THIS_MACHINE),
}


def redirect(location: str, status: str = "302 Found") -> Handler:
    """A redirect; `{inside}` is the port of what must not be reached."""

    async def handler(request: Request, writer: Writer) -> None:
        where = location.replace("{inside}", str(request.inside)).encode()
        writer.write(b"HTTP/1.1 %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status.encode(), where))

    return handler


def _literal(name: str, host: str, refused: str | tuple[str, str]) -> Attack:
    if isinstance(refused, str):
        problem, told = Problem.BAD_REDIRECT, refused
    else:
        at = f"{refused[0]}:INSIDE"
        problem, told = Problem.ADDRESS_REFUSED, f"redirects to {at}, {refused[1]}; {_REMEDY.format(at=at)}"
    route = "redirect-" + name.replace(", ", "-").replace(" ", "-").replace("'", "")
    return Attack(route, f"Redirect inside, {name}: `{host}`", problem, told, redirect(f"http://{host}:{{inside}}/"))


def _named(name: str, host: str, resolves: tuple[str, ...], ip: str, kind: str) -> Attack:
    at = f"{host}:INSIDE"
    return Attack(
        name.replace(" ", "-"),
        f"A {name}: looked up as {' and '.join(resolves) or 'usual'} when it is dialled",
        Problem.ADDRESS_REFUSED,
        f"redirects to {at} ({ip}), {kind}; {_REMEDY.format(at=at)}",
        redirect(f"http://{host}:{{inside}}/"),
        resolves=resolves,
    )


def _elsewhere(name: str, tries: str, location: str, why: str) -> Attack:
    return Attack(name, tries, Problem.BAD_REDIRECT, f"redirects to an address that {why}", redirect(location))


ADDRESSES = (
    *(_literal(name, *rest) for name, rest in LITERALS.items()),
    *(_named(name, *rest) for name, rest in _NAMES.items()),
    _elsewhere(
        "userinfo",
        "A user name before `@`, to look like another host",
        "http://sample.example@127.0.0.1:{inside}/",
        "carries a user name, which is not supported",
    ),
    _elsewhere(
        "password",
        "A password in the address",
        "http://me:secret@sample.example/",
        "carries a user name, which is not supported",
    ),
    _elsewhere(
        "backslash",
        "A backslash before `@`",
        "http://sample.example\\@127.0.0.1:{inside}/",
        "carries a user name, which is not supported",
    ),
    _elsewhere("file", "A file of this machine", "file:///etc/passwd", "begins with file:, not http: or https:"),
    _elsewhere(
        "gopher", "Another protocol", "gopher://127.0.0.1:{inside}/_x", "begins with gopher:, not http: or https:"
    ),
    _elsewhere(
        "data", "A document within its address", "data:text/xml,<rss/>", "begins with data:, not http: or https:"
    ),
    _elsewhere(
        "javascript", "A script for an address", "javascript:alert(1)", "begins with javascript:, not http: or https:"
    ),
    _elsewhere(
        "mail-port",
        "The port of a mail server",
        "http://sample.example:25/",
        "has the port 25, where other things than web pages are served",
    ),
    _elsewhere(
        "no-such-port", "A port beyond the last", "http://sample.example:99999/", "has a port that does not exist"
    ),
    _elsewhere("torn-bracket", "Brackets that make no address", "http://[::1", "cannot be understood"),
    _elsewhere(
        "long-location",
        "An address of 5,000 characters",
        "http://sample.example/" + "a" * 5000,
        "is 5022 characters long",
    ),
)
