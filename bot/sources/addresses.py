"""Which addresses a source may lead us to.

A feed's owner chooses where its redirects and its DNS point, so neither may steer us into the newsroom's own network.
The judgement is made on the IP address about to be dialled, after DNS and for every redirect; the form the address was
written in (decimal, octal, IPv4 inside IPv6, a name) therefore does not matter.
"""

from __future__ import annotations

import errno
import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohappyeyeballs import AddrInfoType

IPAddress = IPv4Address | IPv6Address

# Clouds serve credentials to whoever asks from inside. Azure's is a public address; the others would be refused anyway.
_METADATA = frozenset(map(ip_address, ("169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")))
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_IPV4_COMPATIBLE = IPv6Network("::/96")
_MAX_PORT = 65535
# "[::1]" and "[::1]:8080"; "::1", which can have no port; "host" and "host:8080".
_LISTED = re.compile(
    r"(?:\[(?P<bracketed>[0-9a-f:.]+)\]|(?P<host>[^\s:/@?#\[\]]+))(?::(?P<port>[0-9]{1,5}))?|(?P<bare>[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)"
)


class AddressRefusedError(OSError):
    """The address about to be dialled is not a public one.

    An OSError, and always with the same text, so that trying a host's addresses one by one passes it on as it is.
    """

    def __init__(self, ip: str, kind: str) -> None:
        super().__init__(errno.EACCES, "address refused")
        self.ip = ip
        self.kind = kind


def refusal(ip: IPAddress) -> str | None:
    """Say what kind of address this is ("a private address") if a source may not lead there, else None."""
    embedded = _embedded_ipv4(ip) if isinstance(ip, IPv6Address) else None
    if embedded is not None:
        return refusal(embedded)
    local = isinstance(ip, IPv6Address) and (ip.is_site_local or ip in _NAT64_LOCAL)
    kinds = (
        (ip in _METADATA, "a private address (cloud metadata)"),
        (ip.is_unspecified or ip.is_loopback, "a private address (this machine itself)"),
        (ip.is_link_local, "a private address (link-local)"),
        (ip.is_multicast, "a multicast address"),
        (ip.is_private or local, "a private address"),
        (ip.is_reserved or not ip.is_global, "a reserved address"),
    )
    return next((kind for applies, kind in kinds if applies), None)


def _embedded_ipv4(ip: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that packets to this IPv6 address can end at: mapped, compatible, 6to4, Teredo or NAT64."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    inside = int(ip) & 0xFFFFFFFF
    # ::0 and ::1 are addresses of their own, not IPv4 ones.
    if ip in _NAT64 or (ip in _IPV4_COMPATIBLE and inside > 1):
        return IPv4Address(inside)
    return None


def public_socket(addr_info: AddrInfoType) -> socket.socket:
    """Open a socket for one resolved address; aiohttp calls this for each address it is about to dial.

    Raises:
        AddressRefusedError: The address is not public.
    """
    family, kind_of_socket, protocol, _, socket_address = addr_info
    ip = ip_address(str(socket_address[0]))
    kind = refusal(ip)
    if kind is not None:
        raise AddressRefusedError(str(ip), kind)
    return socket.socket(family=family, type=kind_of_socket, proto=protocol)


class Allowance:
    """The hosts a newsroom exempts from the refusal, as listed in BACKCHANNEL_ALLOW_HOSTS.

    `host:port` is exempt however we come to it. A bare `host` is exempt on every port as a source's own address, but a
    redirect may stay only on the port the source itself has: otherwise a local feed could lead us round the machine.

    Args:
        listed: Entries such as `127.0.0.1`, `feeds.newsroom.internal:8080`, `::1`, `[::1]:8080`.

    Raises:
        ConfigurationError: An entry is neither a host nor a host with a port.
    """

    def __init__(self, listed: Iterable[str]) -> None:
        entries = [_host_and_port(entry) for entry in listed]
        self._hosts = frozenset(host for host, port in entries if port is None)
        self._places = frozenset((host, port) for host, port in entries if port is not None)

    def covers(self, place: tuple[str, int], *, source: tuple[str, int]) -> bool:
        """Tell whether `place` (host, port) is exempt, for a source whose own address is at `source`."""
        return place in self._places or (place[0] in self._hosts and place == source)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    match = _LISTED.fullmatch(entry.strip().lower())
    port = int(match["port"]) if match and match["port"] else None
    if match is None or (port is not None and not 0 < port <= _MAX_PORT):
        raise ConfigurationError(
            f"'{entry}' is neither a host nor a host with a port",
            where="BACKCHANNEL_ALLOW_HOSTS",
            remedy="Write it like 127.0.0.1 or 127.0.0.1:8080, several separated by commas.",
        )
    return match["bracketed"] or match["bare"] or match["host"], port
